"""Arithmetic sequences, and at the end quadratic ones.

Level 1: a term, given the first terms. Level 2: the sum of the first terms. Level 3: a term, given two others. Level
4: which term has a given value. Level 5: the sum from one term to another. Level 6: the sum, with fractions. Level 7:
how many terms have a given sum. Level 8: the sum of the terms, given two others. Level 9: a term of a quadratic
sequence. Level 10: the sum of a quadratic sequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, signed, wrong_answers
from tracemill.problems.types import MathReference

_ASKED = {
    "term": ("{first}, ...: find term {n}.", "Find term {n} of {first}, ..."),
    "sum": ("{first}, ...: sum of the first {n} terms?", "Add the first {n} terms of {first}, ..."),
    "two": (
        "In an arithmetic sequence term {i} is {u} and term {j} is {v}. Find term {n}.",
        "An arithmetic sequence has a_{i} = {u} and a_{j} = {v}. What is a_{n}?",
    ),
    "which": (
        "Which term of the arithmetic sequence {first}, ... equals {value}?",
        "{value} is a term of the arithmetic sequence {first}, ... Which place does it have?",
    ),
    "part": (
        "Add the terms {i} to {n} of the arithmetic sequence {first}, ...",
        "What is the sum a_{i} + ... + a_{n} for the arithmetic sequence {first}, ...?",
    ),
    "count": (
        "The first k terms of the arithmetic sequence {first}, ... add up to {value}. Find k.",
        "How many terms of the arithmetic sequence {first}, ... must be added, from the first on, to get {value}?",
    ),
    "two_sum": (
        "In an arithmetic sequence term {i} is {u} and term {j} is {v}. Find the sum of the first {n} terms.",
        "An arithmetic sequence has a_{i} = {u} and a_{j} = {v}. What do its first {n} terms add up to?",
    ),
    "quadratic": (
        "The differences of {first}, ... grow by the same amount each time. Find term {n}.",
        "Find term {n} of the quadratic sequence {first}, ...",
    ),
    "quadratic_sum": (
        "Find the sum of the first {n} terms of the quadratic sequence {first}, ...",
        "The differences of {first}, ... grow by the same amount each time. Add the first {n} terms.",
    ),
}
_KINDS = {1: "term", 2: "sum", 3: "two", 4: "which", 5: "part", 6: "sum", 7: "count", 8: "two_sum", 9: "quadratic"}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, first term, difference, growth of the difference, n, i, j, what all terms are divided by)."""
    kind = _KINDS.get(level, "quadratic_sum")
    a, d = rng.randint(-20, 50), rng.choice((-1, 1)) * rng.randint(1, 12 if level < 3 else 25)
    n, i, j, growth, bottom = rng.randint(6, 20 if level < 3 else 60), 0, 0, 0, 1
    if kind in ("two", "two_sum"):
        i = rng.randint(2, 9)
        j = i + rng.randint(2, 12)
        n += j if kind == "two" else 0
    elif kind == "part":
        i = rng.randint(3, n - 2)
    elif kind == "count":
        a = abs(a) + 1
        d = abs(d)
    elif level > 8:
        growth = rng.choice((-1, 1)) * rng.randint(1, 6)
        n = rng.randint(8, 30)
    if level in (6, 8):
        bottom = rng.randint(2, 6)
    return (kind, a, d, growth, n, i, j, bottom)


def _term(params: Params, place: int) -> Fraction:
    """The term at a place; the first place is 1."""
    _, a, d, growth, _, _, _, bottom = params
    return Fraction(a + (place - 1) * d + (place - 1) * (place - 2) // 2 * growth, bottom)


def _total(params: Params, count: int) -> Fraction:
    _, a, d, growth, _, _, _, bottom = params
    steps = count * (count - 1) // 2
    return Fraction(count * a + steps * d + steps * (count - 2) // 3 * growth, bottom)


def _value(params: Params) -> Fraction:
    kind, n, i = params[0], params[4], params[5]
    if kind in ("term", "two", "quadratic"):
        return _term(params, n)
    if kind in ("sum", "two_sum", "quadratic_sum"):
        return _total(params, n)
    if kind == "part":
        return _total(params, n) - _total(params, i - 1)
    return Fraction(n)


def _given(params: Params) -> dict[str, object]:
    kind, _, _, growth, n, i, j, _ = params
    first = ", ".join(str(_term(params, place)) for place in range(1, 5 if growth else 4))
    value = _term(params, n) if kind == "which" else _total(params, n)
    given: dict[str, object] = {"first": first, "n": n, "i": i, "j": j, "value": value}
    return given | {"u": _term(params, i), "v": _term(params, j)}


def pose(params: Params, rng: Random) -> Posed:
    prompt = rng.choice(_ASKED[params[0]]).format(**_given(params))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="rational"))


def solve(params: Params, rng: Random) -> str:
    kind, _, _, growth, n, i, j, _ = params
    final, value = boxed(_value(params)), _value(params)
    a, d = _term(params, 1), _term(params, 2) - _term(params, 1)
    name = "d =" if kind in ("term", "sum") and params[-1] == 1 else rng.choice(("d =", "the difference is"))
    if kind in ("two", "two_sum"):
        u, v = _term(params, i), _term(params, j)
        lead = f"{name} ({v} {signed(-u)})/{j - i} = {d}"
        if kind == "two":
            return f"{lead}, {v} + {n - j}*{bracketed(d)} = {value}. {final}"
        lead += f", a_1 = {u} - {i - 1}*{bracketed(d)} = {a}; "
    else:
        lead = ""
    if growth:
        work = f"{name} {d}, growth {Fraction(growth)}: "
        if kind == "quadratic":
            return (
                f"{work}{a} + {n - 1}*{bracketed(d)} + {(n - 1) * (n - 2) // 2}*{bracketed(growth)} = {value}. {final}"
            )
        pairs, triples = n * (n - 1) // 2, n * (n - 1) * (n - 2) // 6
        return f"{work}{n}*{bracketed(a)} + {pairs}*{bracketed(d)} + {triples}*{bracketed(growth)} = {value}. {final}"
    if kind == "term":
        return f"d = {d}, {a} + {n - 1}*{bracketed(d)} = {value}. {final}"
    if kind == "which":
        reached = _term(params, n)
        return f"{name} {d}, ({reached} {signed(-a)})/{bracketed(d)} + 1 = {n}. {final}"
    if kind == "count":
        rule = rng.choice(("The sum of k terms is", "k terms add up to"))
        at = f"At k = {n} it is {n}*({2 * a} + {(n - 1) * d})/2 = {_total(params, n)}"
        return f"{rule} k(2*{a} + (k - 1)*{d})/2. {at}. {final}"
    start = i if kind == "part" else 1
    first, last, count = _term(params, start), _term(params, n), n - start + 1
    ends = "" if lead else f"{name} {d}, "
    ends += f"a_{start} = {first}, " if kind == "part" else ""
    return f"{lead}{ends}a_{n} = {last}, {count}*({first} {signed(last)})/2 = {value}. {final}"


def confirm(params: Params) -> MathReference:
    """The terms one after another, by adding differences."""
    kind, a, d, growth, n, i, _, bottom = params
    terms, term, step = [], Fraction(a, bottom), Fraction(d, bottom)
    for _ in range(n):
        terms.append(term)
        term, step = term + step, step + Fraction(growth, bottom)
    if kind in ("term", "two", "quadratic"):
        value = terms[-1]
    elif kind == "part":
        value = sum(terms[i - 1 :], Fraction(0))
    elif kind == "which":
        value = Fraction(terms.index(terms[-1]) + 1)
    elif kind == "count":
        goal = sum(terms, Fraction(0))
        value = Fraction(next(k for k in range(1, n + 1) if sum(terms[:k], Fraction(0)) == goal))
    else:
        value = sum(terms, Fraction(0))
    return MathReference(answer=str(value), type="rational")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right, n = _value(params), params[4]
    candidates = (
        ("one_term_further", _term(params, n + 1)),
        ("one_term_less", _total(params, n - 1)),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("ten_more", right + 10),
    )
    yield from wrong_answers(right, f"{_given(params)['first']}, ...", candidates)


FAMILY = Family(
    name="arithmetic_sequences",
    version=1,
    kind="math",
    topic="sequences",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
