"""Whether the text of an answer gives a math reference, by the reference's type.

`judge_math` is pure: the same arguments give the same decision in the host (with `oracle.EXACT`) and in a worker (with
`symbolic.Symbolic`). It raises canonical.Undecided where its oracle cannot say, ValueError where the reference itself
cannot be read, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tracemill.problems.types import AnswerType, MathReference
from tracemill.verifiers.math import equations, plain, regions, scalar, several
from tracemill.verifiers.math.canonical import Undefined
from tracemill.verifiers.math.decision import Conventions, Decision, correct, unparseable, wrong
from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.oracle import EXACT, Oracle
from tracemill.verifiers.math.reading import Contradiction
from tracemill.verifiers.math.tree import Const, Group, Listing, Node, Rel, constants, show, symbols

MAX_ANSWER_CHARS = 4_000
MAX_DIGITS = 1_000_000


def judge_math(reference: MathReference, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    """See the module's docstring."""
    if (quick := quick_number(reference, answer)) is not None:
        return quick
    if len(answer) > MAX_ANSWER_CHARS:
        return unparseable("length", f"{len(answer)} characters; at most {MAX_ANSWER_CHARS} are read")
    read, judge = _KINDS.get(reference.type, (_read_scalar, scalar.judge_scalar))
    gold = _gold(read, reference)
    try:
        return judge(gold, answer, oracle, conventions)
    except Unreadable as error:
        return unparseable(reference.type, str(error))
    except (Contradiction, Undefined) as error:
        return wrong(reference.type, str(error))


@lru_cache(maxsize=8192)
def _gold(read: Callable[[MathReference], Any], reference: MathReference) -> Any:
    """Raises ValueError."""
    try:
        return read(reference)
    except ValueError as error:
        raise ValueError(
            f"the reference {reference.answer[:80]!r} cannot be read as {reference.type}: {error}"
        ) from error


# Numbers that need no parser

_NUMBER = re.compile(r"\s*\$?\s*([-+−]?)\s*(\d[\d,]*)(?:(\.)(\d*)|/(\d+))?\s*\$?\s*\.?\s*")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_FRACTION = re.compile(r"\s*\$?\s*([-+−]?)\s*\\[dt]?frac\s*\{(-?\d+)\}\s*\{(\d+)\}\s*\$?\s*")
_EXACT_TYPES = ("integer", "rational", "decimal")
_LONG = 4_000  # Python refuses to read longer integers


@lru_cache(maxsize=8192)
def _plain_value(reference: MathReference) -> tuple[int, int] | None:
    """A numeric reference as numerator and denominator; None where it is none, or of a form that needs the tree."""
    if (
        reference.type not in _EXACT_TYPES
        or reference.form not in ("value", "evaluated")
        or len(reference.answer) > _LONG
    ):
        return None
    return _plain_number(reference.answer)


def _plain_number(text: str) -> tuple[int, int] | None:
    """Numerator and denominator of 12, -1,234, 0.125, 3/4, \\frac{3}{4}, as written: not in lowest terms."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        match = _FRACTION.fullmatch(text)
        if match is None or len(text) > _LONG:
            return None
        sign, top, bottom = match.groups()
        return (-int(top) if sign in ("-", "−") else int(top)), int(bottom)
    sign, whole, point, decimals, bottom = match.groups()
    if "," in whole:
        if not _THOUSANDS.fullmatch(whole):
            return None
        whole = whole.replace(",", "")
    if point is not None:
        number, denominator = int(whole + decimals), 10 ** len(decimals)
    else:
        number, denominator = int(whole), int(bottom or 1)
    return (-number if sign in ("-", "−") else number), denominator


def quick_number(reference: MathReference, answer: str) -> Decision | None:
    """The decision for a plain number against a plain number; None where it needs more than that."""
    if len(answer) > _LONG:
        return _long_number(reference, answer) if reference.type in _EXACT_TYPES else None
    gold = _plain_value(reference)
    if gold is None or not answer:
        return None
    found = _plain_number(answer)
    if found is None:
        return None
    (top, bottom), (gold_top, gold_bottom) = found, gold
    if not bottom:
        return wrong(reference.type, f"read as {top}/0")
    if top * gold_bottom != gold_top * bottom:
        return wrong(reference.type, f"read as {answer.strip()[:60]}, not {reference.answer[:60]}")
    if gold_bottom == 1 and ("/" in answer or "frac" in answer):
        return None  # 8/2 for 4, a form to be looked at
    return correct(reference.type, f"read as {answer.strip()[:60]}, equal to {reference.answer[:60]}")


def _long_number(reference: MathReference, answer: str) -> Decision | None:
    """Integers of thousands of digits are compared digit by digit."""
    found = answer.strip().strip("$").strip().replace("−", "-")
    digits = found.lstrip("+-")
    if len(digits) > MAX_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    gold = reference.answer.strip()
    same = _sign(found) == _sign(gold) and digits.lstrip("0") == gold.lstrip("+-").lstrip("0")
    decide = correct if same else wrong
    return decide(reference.type, f"read as an integer of {len(digits)} digits")


def _sign(text: str) -> bool:
    return text.startswith("-")


# One function to read a reference and one to judge an answer, by type


_LONE_I, _LONE_E = re.compile(r"(?<![A-Za-z])I(?![A-Za-z])"), re.compile(r"(?<![A-Za-z])E(?![A-Za-z])")


def _read_scalar(reference: MathReference) -> scalar.Gold:
    return scalar.read_gold(reference)


def _read_tree(reference: MathReference) -> Node:
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


def _compared(rule: str, same: bool, answer: str, gold: str) -> Decision:
    said = f"read as {answer[:100]}, {'equal to' if same else 'not'} {gold[:100]}"
    return correct(rule, said) if same else wrong(rule, said)


def _read_set(reference: MathReference) -> tuple[list[Node], Node]:
    if plain.words(reference.answer) == "no solution":
        return [], Const("empty")
    tree = _read_tree(reference)
    return several.elements(tree, EXACT), tree


def _judge_set(gold: tuple[list[Node], Node], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    if plain.words(answer) == "no solution":
        return _compared("set", not gold[0], "the empty set", show(gold[1]))

    def decide(tree: Node) -> Decision:
        found = several.elements(tree, oracle)
        return _compared("set", several.same_set(gold[0], found, oracle), show(tree), show(gold[1]))

    return _try_trees(answer, decide, gold[1])


def _read_tuple(reference: MathReference) -> tuple[tuple[list[Node], list[str]], Node]:
    tree = _read_tree(reference)
    return several.parts(tree), tree


def _judge_tuple(gold: Any, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    opens = gold[1].opens if isinstance(gold[1], Group) else "("

    def decide(tree: Node) -> Decision:
        bare = tree.items[-1] if isinstance(tree, Rel) else tree
        if isinstance(bare, Group) and (
            bare.opens != opens or (bare.opens, bare.closes) not in (("(", ")"), ("[", "]"))
        ):
            return wrong("tuple", f"read as {show(tree, 80)}: other brackets than {show(gold[1], 80)}")
        same = several.same_tuple(gold[0], several.parts(tree), oracle)
        return _compared("tuple", same, show(tree), show(gold[1]))

    return _try_trees(answer, decide, gold[1])


def _read_matrix(reference: MathReference) -> Node:
    tree = _read_tree(reference)
    several.rows(tree)
    return tree


def _judge_matrix(gold: Node, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    def decide(tree: Node) -> Decision:
        point = (
            isinstance(tree, Group) and tree.opens == "(" and not any(isinstance(item, Group) for item in tree.items)
        )
        if point and len(several.rows(gold)[0]) == 1:  # (1, 2, 3) for a column
            same = several.same_tuple(several.parts(gold), several.parts(tree), oracle)
        else:
            same = several.same_matrix(gold, tree, oracle)
        return _compared("matrix", same, show(tree), show(gold))

    return _try_trees(answer, decide, gold)


_ALL_REALS = re.compile(
    r"(?:x\s*(?:=|is|\\in|:)\s*)?(?:all|any|every)?\s*(?:the\s+)?real(?:s| numbers?)?(?:\s+x)?", re.I
)
_FRENCH = re.compile(r"(?<![\w)}])([\[\]])\s*([^\[\](){}]+?[,;][^\[\](){}]+?)\s*([\[\]])")


def _region_text(answer: str) -> str:
    """Brackets turned outwards (]0, 3[) become round ones; words for all reals become their sign."""
    if _ALL_REALS.fullmatch(plain.prose(answer)):
        return "\\mathbb{R}"
    if plain.words(answer) == "no solution":
        return "\\emptyset"
    if answer.count("[") + answer.count("]") < 2:
        return _minus_set(answer)
    turned = _FRENCH.sub(_turned, answer)
    return _minus_set(turned)


def _minus_set(answer: str) -> str:
    return re.sub(r"\\\s+(?=\\?\{)|(?<=[R)\]}])\s*\\(?=\{)", r"\\setminus ", answer)


def _turned(match: re.Match[str]) -> str:
    opens, inner, closes = match.groups()
    if (opens, closes) == ("[", "]"):
        return match[0]
    return ("[" if opens == "[" else "(") + inner + ("]" if closes == "]" else ")")


def _read_region(reference: MathReference) -> tuple[regions.Region | None, Node]:
    tree = several.trees(_region_text(reference.answer))[0]
    try:
        return regions.region(tree, EXACT, solve=True), tree
    except Unreadable:
        if reference.type == "inequality" and isinstance(tree, (Rel, Listing)):
            return None, tree
        raise


def _judge_region(gold: Any, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    wanted, tree_wanted = gold
    unsolved = _is_unsolved(tree_wanted, EXACT)

    def decide(tree: Node) -> Decision:
        letters, wanted_letters = symbols(tree), symbols(tree_wanted)
        if isinstance(tree_wanted, Rel) and wanted_letters and letters and letters != wanted_letters:
            return wrong("label", f"about {', '.join(sorted(letters))}, not {', '.join(sorted(wanted_letters))}")
        if wanted is not None and not (unsolved and _is_unsolved(tree, oracle)):
            found = regions.region(tree, oracle)
            same = regions.same_region(wanted, found, oracle)
            return _compared("interval", same, regions.show_region(found), regions.show_region(wanted))
        if isinstance(tree_wanted, Rel) and isinstance(tree, Rel) and len(tree_wanted.ops) == 1:
            same = regions.same_inequality(tree_wanted, tree, oracle)
        else:
            same = tree == tree_wanted
        return _compared("inequality", same, show(tree), show(tree_wanted))

    return _try_trees(_region_text(answer), decide, tree_wanted)


def _is_unsolved(tree: Node, oracle: Oracle) -> bool:
    """An inequality like |x| < 2, which is held against a reference that is no more solved than that."""
    try:
        regions.region(tree, oracle)
    except Unreadable:
        return isinstance(tree, Rel) and len(tree.ops) == 1 and tree.ops[0] in ("<", ">", "<=", ">=")
    return False


def _read_equation(reference: MathReference) -> tuple[list[Rel], Node]:
    tree = _read_tree(reference)
    return equations.equations(tree), tree


def _judge_equation(gold: Any, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    def decide(tree: Node) -> Decision:
        same = equations.same_equations(gold[0], equations.equations(tree), oracle)
        return _compared("equation", same, show(tree), show(gold[1]))

    return _try_trees(answer, decide, gold[1])


# Plain kinds


def _read_moment(reference: MathReference) -> tuple[int, ...]:
    found = plain.moment(reference.answer)
    if found is None:
        raise ValueError("neither a time of day nor a date")
    return found


def _judge_moment(gold: tuple[int, ...], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.moment(answer)
    if found is None:
        return unparseable("time", f"{answer[:60]!r} is neither a time of day nor a date")
    same = found == gold or (len(gold) == 3 == len(found) and found[1:] == gold[1:] and 0 in (found[0], gold[0]))
    return _compared("time", same, _show_moment(found), _show_moment(gold))


def _show_moment(value: tuple[int, ...]) -> str:
    if len(value) == 3:
        return f"{value[0]:04}-{value[1]:02}-{value[2]:02}"
    return f"{value[0] // 3600:02}:{value[0] // 60 % 60:02}:{value[0] % 60:02}"


def _read_numeral(reference: MathReference) -> tuple[str, int]:
    found = plain.numeral(reference.answer)
    if found is None or found[1] is None:
        raise ValueError("no numeral with its base, as in 1011_2")
    return found[0], found[1]


def _judge_numeral(gold: tuple[str, int], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.numeral(answer)
    if found is None:
        return unparseable("base", f"{answer[:60]!r} is no numeral")
    same = found[0] == gold[0] and found[1] in (None, gold[1])
    base = "no base given" if found[1] is None else f"base {found[1]}"
    return _compared("base", same, f"{found[0]} ({base})", f"{gold[0]} (base {gold[1]})")


def _read_ratio(reference: MathReference) -> tuple[tuple[int, ...], str]:
    found = plain.ratio(reference.answer)
    if found is None:
        raise ValueError("no ratio, as in 3:4")
    return found[0], reference.form


def _judge_ratio(gold: tuple[tuple[int, ...], str], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.ratio(answer)
    if found is None:
        return unparseable("ratio", f"{answer[:60]!r} is no ratio")
    if found[0] == gold[0] and gold[1] in ("reduced", "evaluated") and not found[1]:
        return wrong("reduced", f"read as {':'.join(map(str, found[0]))}, but not in lowest terms")
    return _compared("ratio", found[0] == gold[0], ":".join(map(str, found[0])), ":".join(map(str, gold[0])))


def _read_choice(reference: MathReference) -> str:
    found = plain.choice(reference.answer)
    if found is None:
        raise ValueError("no letter of a choice")
    return found


def _judge_choice(gold: str, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.choice(answer)
    if found is None:
        return unparseable("choice", f"{answer[:60]!r} names no choice")
    return _compared("choice", found == gold, found, gold)


def _read_words(reference: MathReference) -> tuple[str, str]:
    return plain.words(reference.answer), _squeezed(reference.answer)


def _judge_words(gold: tuple[str, str], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    same = plain.words(answer) == gold[0] or _squeezed(answer) == gold[1]
    return _compared("text", same, plain.words(answer), gold[0])


def _squeezed(text: str) -> str:
    return re.sub(r"\\left|\\right|\\[,;:! ]|[\s$]", "", text)


_KINDS: dict[AnswerType, tuple[Callable[[MathReference], Any], Callable[..., Decision]]] = {
    "equation": (_read_equation, _judge_equation),
    "inequality": (_read_region, _judge_region),
    "interval": (_read_region, _judge_region),
    "set": (_read_set, _judge_set),
    "tuple": (_read_tuple, _judge_tuple),
    "matrix": (_read_matrix, _judge_matrix),
    "time": (_read_moment, _judge_moment),
    "base": (_read_numeral, _judge_numeral),
    "ratio": (_read_ratio, _judge_ratio),
    "choice": (_read_choice, _judge_choice),
    "text": (_read_words, _judge_words),
}
