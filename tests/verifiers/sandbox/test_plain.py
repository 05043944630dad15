"""Texts are equal exactly where type and value are."""

import ast
import enum
from collections import Counter, OrderedDict, defaultdict, namedtuple
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemill.verifiers.sandbox.inside.plain import NotPlain, canonical


def plain(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    hashable = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.binary(max_size=3))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.lists(inner, max_size=4).map(tuple),
            st.dictionaries(hashable, inner, max_size=4),
            st.sets(hashable, max_size=4),
            st.frozensets(hashable, max_size=4),
        ),
        max_leaves=10,
    )


ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(), st.complex_numbers()
)
VALUES = plain(ATOMS)


def same(left: object, right: object) -> bool:
    """What the texts decide, the slow way."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))  # type: ignore[arg-type]
    if isinstance(left, (set, frozenset)):
        return len(left) == len(right) and all(any(same(a, b) for b in right) for a in left)  # type: ignore[arg-type]
    if isinstance(left, dict):
        pairs = list(right.items())  # type: ignore[attr-defined]
        found = (any(same(key, k) and same(value, v) for k, v in pairs) for key, value in left.items())
        return len(left) == len(pairs) and all(found)
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)  # type: ignore[attr-defined]
    return left == right or (left != left and right != right)


@given(VALUES, VALUES)
def test_texts_are_equal_where_values_are(left: object, right: object) -> None:
    assert (canonical(left) == canonical(right)) == same(left, right)


@given(plain(st.one_of(st.integers(0, 1), st.booleans(), st.sampled_from([0.0, 1.0, "1", b"1"]))))
def test_every_value_is_itself_in_another_order(value: object) -> None:
    assert canonical(value) == canonical(reordered(value))


def reordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: reordered(inner) for key, inner in reversed(value.items())}
    if isinstance(value, list):
        return [reordered(inner) for inner in value]
    return value


@given(plain(st.one_of(ATOMS.filter(lambda value: value == value))))
def test_the_text_is_a_literal_of_the_value(value: object) -> None:
    text = canonical(value)
    if "frozenset" not in text:
        assert canonical(ast.literal_eval(text)) == text


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, True), (1, 1.0), (0, False), (1.0, 1 + 0j), ("1", 1), ("a", b"a"), ([1], (1,)), ({1}, frozenset({1})),
        ({1: 2}, {1: 2.0}), ({1: 2}, {True: 2}), (None, "None"), ([], ()), ({}, set()), ((1,), 1), ((), ((),)),
        ("['a']", ["a"]), ([1, 2], [2, 1]), ([[1], 2], [1, [2]]), (["a, b"], ["a", "b"]), (1e999, "1e999"),
        (1e999, -1e999), (0.1 + 0.2, 0.3),
    ],
)  # fmt: skip
def test_look_alikes_differ(left: object, right: object) -> None:
    assert canonical(left) != canonical(right)


@pytest.mark.parametrize(("left", "right"), [(0.0, -0.0), ({1, 2}, {2, 1}), ({"a": 1, "b": 2}, {"b": 2, "a": 1})])
def test_equal_values_agree(left: object, right: object) -> None:
    assert canonical(left) == canonical(right)


def test_numbers_at_their_ends() -> None:
    assert canonical(10**5000) != canonical(10**5000 + 1)
    assert ast.literal_eval(canonical(-(10**5000))) == -(10**5000)
    assert canonical(float("nan")) == canonical(-float("nan"))


class Number(int):
    __eq__ = lambda self, other: True  # noqa: E731
    __hash__ = int.__hash__


class Colour(enum.IntEnum):
    RED = 1


Pair = namedtuple("Pair", "x y")


@pytest.mark.parametrize(
    "value",
    [Number(3), Colour.RED, Pair(1, 2), Counter("a"), OrderedDict(), defaultdict(int), Fraction(1), range(3), object(),
     iter([]), int, len, [Number(3)], {1: {2: Number(3)}}, {Number(3): 1}, bytearray(b"a"), ..., NotImplemented],
)  # fmt: skip
def test_other_types_are_not_plain(value: object) -> None:
    with pytest.raises(NotPlain, match="of type"):
        canonical(value)


def test_size_and_depth_are_bounded() -> None:
    nested: list[object] = []
    looped: list[object] = []
    looped.append(looped)
    doubling: object = "x"
    for _ in range(300):
        nested = [nested]
    for _ in range(60):
        doubling = [doubling, doubling]
    for value in (nested, looped, doubling, "x" * 70_000, [0] * 70_000, 1 << 400_000, [[]] * 70_000, {0: "x" * 70_000}):
        with pytest.raises(NotPlain):
            canonical(value)
    assert len(canonical("x" * 60_000)) == 60_002
