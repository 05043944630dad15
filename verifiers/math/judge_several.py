"""References that hold several values, or relations: how each is read, and how an answer is held against it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tracemill.problems.types import MathReference
from tracemill.verifiers.math import equations, plain, regions, several
from tracemill.verifiers.math.canonical import Undefined
from tracemill.verifiers.math.decision import Conventions, Decision, compared, unparseable, wrong
from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.oracle import EXACT, Oracle
from tracemill.verifiers.math.reading import Contradiction
from tracemill.verifiers.math.tree import Const, Group, Listing, Mul, Node, Rel, Sym, constants, show, symbols

_LONE_I, _LONE_E = re.compile(r"(?<![A-Za-z])I(?![A-Za-z])"), re.compile(r"(?<![A-Za-z])E(?![A-Za-z])")


def read_tree(reference: MathReference) -> Node:
    """In plain text, I and E mean what they mean to sympy."""
    plain_text = "\\" not in reference.answer
    return several.trees(
        reference.answer,
        i_names="iI" if plain_text and _LONE_I.search(reference.answer) else "i",
        e_names="eE" if plain_text and _LONE_E.search(reference.answer) else "e",
    )[0]


def _try_trees(answer: str, decide: Callable[[Node], Decision], gold: Node) -> Decision:
    """The first reading that is right decides, else the first."""
    first: Decision | None = None
    i_names = "iI" if "i" in constants(gold) else "i"
    for tree in several.trees(answer, i_names=i_names):
        try:
            decision = decide(tree)
        except Unreadable as error:
            decision = unparseable("reading", str(error))
        except (Contradiction, Undefined) as error:
            decision = wrong("reading", str(error))
        if decision.status == "correct":
            return decision
        first = first or decision
    assert first is not None
    return first


def read_set(reference: MathReference) -> tuple[list[Node], Node]:
    if plain.words(reference.answer) == "no solution":
        return [], Const("empty")
    tree = read_tree(reference)
    return several.elements(tree, EXACT), tree


def judge_set(gold: tuple[list[Node], Node], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    if plain.words(answer) == "no solution":
        return compared("set", not gold[0], "the empty set", show(gold[1]))

    def decide(tree: Node) -> Decision:
        found = several.elements(tree, oracle)
        return compared("set", several.same_set(gold[0], found, oracle), show(tree), show(gold[1]))

    return _try_trees(answer, decide, gold[1])


def read_tuple(reference: MathReference) -> tuple[tuple[list[Node], list[str]], Node]:
    tree = read_tree(reference)
    return several.parts(tree), tree


def judge_tuple(gold: Any, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    opens = gold[1].opens if isinstance(gold[1], Group) else "("

    def decide(tree: Node) -> Decision:
        if isinstance(tree, Mul) and isinstance(tree.factors[0], Sym) and isinstance(tree.factors[-1], Group):
            name, *point = tree.factors
            if len(point) == 1 and isinstance(name, Sym) and name.name.isupper():  # P(1, 2)
                tree = point[0]
        bare = tree.items[-1] if isinstance(tree, Rel) else tree
        if isinstance(bare, Group) and (
            bare.opens != opens or (bare.opens, bare.closes) not in (("(", ")"), ("[", "]"))
        ):
            return wrong("tuple", f"read as {show(tree, 80)}: other brackets than {show(gold[1], 80)}")
        same = several.same_tuple(gold[0], several.parts(tree, oracle), oracle)
        return compared("tuple", same, show(tree), show(gold[1]))

    return _try_trees(answer, decide, gold[1])


def read_matrix(reference: MathReference) -> Node:
    tree = read_tree(reference)
    several.rows(tree)
    return tree


def judge_matrix(gold: Node, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    def decide(tree: Node) -> Decision:
        point = (
            isinstance(tree, Group) and tree.opens == "(" and not any(isinstance(item, Group) for item in tree.items)
        )
        if point and len(several.rows(gold)[0]) == 1:  # (1, 2, 3) for a column
            same = several.same_tuple(several.parts(gold), several.parts(tree, oracle), oracle)
        else:
            same = several.same_matrix(gold, tree, oracle)
        return compared("matrix", same, show(tree), show(gold))

    return _try_trees(answer, decide, gold)


_ALL_REALS = re.compile(
    r"(?:x\s*(?:=|is|\\in|:)\s*)?(?:all|any|every)?\s*(?:the\s+)?real(?:s| numbers?)?(?:\s+x)?", re.I
)


def _region_text(answer: str) -> str:
    """Brackets turned outwards (]0, 3[) become round ones; words for all reals become their sign."""
    if _ALL_REALS.fullmatch(plain.prose(answer)):
        return "\\mathbb{R}"
    if plain.words(answer) == "no solution":
        return "\\emptyset"
    return _minus_set(_turned(answer))


def _minus_set(answer: str) -> str:
    return re.sub(r"\\\s+(?=\\?\{)|(?<=[R)\]}])\s*\\(?=\{)", r"\\setminus ", answer)


def _turned(answer: str) -> str:
    """The answer with round brackets for those that are turned outwards; as it is where they do not come in pairs
    around two ends."""
    signs = list(answer)
    inner: list[str] | None = None  # brackets open between two ends; None: between two intervals
    separators = ""
    for place, sign in enumerate(answer):
        if sign in "[]" and answer[place - 1 : place] == "\\":  # of a formula, not of an interval
            continue
        if inner is None:
            if sign in "([]":
                inner, separators = [], ""
                signs[place] = "(" if sign == "]" else sign
        elif sign in "([{" and not (sign == "[" and not inner and separators):
            inner.append(sign)
        elif sign in ")]}" and inner:
            inner.pop()
        elif sign in ",;" and not inner:
            separators += sign
        elif sign in ")][":
            if separators.replace("," if ";" in separators else "", "") not in (",", ";"):
                return answer
            signs[place] = ")" if sign == "[" else sign
            inner = None
    return answer if inner is not None else "".join(signs)


def read_region(reference: MathReference) -> tuple[regions.Region | None, Node]:
    tree = several.trees(_region_text(reference.answer))[0]
    try:
        return regions.region(tree, EXACT, solve=True), tree
    except Unreadable:
        if reference.type == "inequality" and isinstance(tree, (Rel, Listing)):
            return None, tree
        raise


def judge_region(gold: Any, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    wanted, tree_wanted = gold
    unsolved = _is_unsolved(tree_wanted, EXACT)

    def decide(tree: Node) -> Decision:
        letters, wanted_letters = symbols(tree), symbols(tree_wanted)
        if isinstance(tree_wanted, Rel) and wanted_letters and letters and letters != wanted_letters:
            return wrong("label", f"about {', '.join(sorted(letters))}, not {', '.join(sorted(wanted_letters))}")
        if wanted is not None and not (unsolved and _is_unsolved(tree, oracle)):
            found = regions.region(tree, oracle)
            same = regions.same_region(wanted, found, oracle)
            return compared("interval", same, regions.show_region(found), regions.show_region(wanted))
        if isinstance(tree_wanted, Rel) and isinstance(tree, Rel) and len(tree_wanted.ops) == 1:
            same = regions.same_inequality(tree_wanted, tree, oracle)
        else:
            same = tree == tree_wanted
        return compared("inequality", same, show(tree), show(tree_wanted))

    return _try_trees(_region_text(answer), decide, tree_wanted)


def _is_unsolved(tree: Node, oracle: Oracle) -> bool:
    """An inequality like |x| < 2, which is held against a reference that is no more solved than that."""
    try:
        regions.region(tree, oracle)
    except Unreadable:
        return isinstance(tree, Rel) and len(tree.ops) == 1 and tree.ops[0] in ("<", ">", "<=", ">=")
    return False


def read_equation(reference: MathReference) -> tuple[list[Rel], Node]:
    tree = read_tree(reference)
    return equations.equations(tree), tree


def judge_equation(gold: Any, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    def decide(tree: Node) -> Decision:
        tree = equations.as_graph(tree, gold[1])
        same = equations.same_equations(gold[0], equations.equations(tree), oracle)
        return compared("equation", same, show(tree), show(gold[1]))

    return _try_trees(answer, decide, gold[1])
