"""Translate a procedure in pseudo-code to Python, from one of two dialects.

Level 1: one assignment. Level 2: two. Level 3: three. Level 4: a branch. Level 5: a counted loop. Level 6: a loop
over a list or a string with a branch. Level 7: a list that is built. Level 8: a while loop. Level 9: nested loops.
Level 10: a helper, or recursion. Programs come from `small_programs`; the machine of the little language gives the
expected values, and Python confirms them on the translated text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import (
    FAILED,
    Args,
    choose_inputs,
    code_reference,
    fenced,
    literal,
    other_responses,
    outcome,
    trusted,
)
from tracemill.problems.code.little import Body, Expr, Function, render
from tracemill.problems.code.mutation import mutants, program
from tracemill.problems.code.small_programs import SHAPES, change
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

_NUM_TESTS = 6
_NUM_MUTANTS = 8

# Sampling --------------------------------------------------------------------------------------------------------


def sample(level: int, rng: Random) -> Params:
    """The functions, the last one being f; each of its lines matters, as far as tests can tell."""
    while True:
        functions = SHAPES[level](rng)[0] if level > 2 else _assignments(level, rng)
        inputs, wrong = _tested(functions)
        if len(wrong) >= 3 and len({literal(outcome(program(*functions), args)) for args in inputs}) >= 3:
            return tuple(functions)


def _assignments(level: int, rng: Random) -> tuple[Function]:
    body = [("=", "y", change(rng, ("x",))), ("=", "x", change(rng, ("x", "y")))][:level]
    end = (
        ("+", ("*", "x", rng.randint(2, 9)), "y")
        if level == 2
        else ("-", ("*", "y", rng.randint(2, 9)), rng.randint(1, 9))
    )
    return (("def", "f", ("x",), (*body, ("return", end))),)


def _draw(name: str, rng: Random) -> Any:
    if name == "xs":
        return [rng.randint(0, 15) for _ in range(rng.randint(2, 7))]
    if name == "s":
        return "".join(rng.choice("abcdefgh") for _ in range(rng.randint(2, 7)))
    low, high = {"n": (0, 12), "x": (-5, 60), "a": (5, 60)}.get(name, (1, 9))
    return rng.randint(low, high)


@lru_cache(maxsize=64)
def _tested(functions: tuple[Function, ...]) -> tuple[tuple[Args, ...], tuple[tuple[str, Function], ...]]:
    """Inputs, and slips in f that they catch and that end on all of them."""
    rng = Random(repr(functions))
    drawn = [tuple(_draw(name, rng) for name in functions[-1][2]) for _ in range(14)]
    candidates = [args for index, args in enumerate(drawn) if args not in drawn[:index]]
    slips = mutants(functions[-1])
    rng.shuffle(slips)
    wrong = [program(*functions[:-1], mutant) for _, mutant in slips[:_NUM_MUTANTS]]
    inputs, caught = choose_inputs(program(*functions), wrong, candidates, _NUM_TESTS)
    ends = [index for index in caught if all(outcome(wrong[index], args) is not FAILED for args in inputs)]
    return tuple(inputs), tuple(slips[index] for index in ends)


# Pseudo-code -----------------------------------------------------------------------------------------------------

_SIGNS = {"//": "DIV", "%": "MOD", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "*": "×"}
_STRENGTHS = {"*": 2, "//": 2, "%": 2, "+": 1, "-": 1}


def _said(expr: Expr) -> str:
    if not isinstance(expr, tuple):
        return str(expr)
    head, *rest = expr
    if head == "'":
        return f"“{rest[0]}”"
    if head in ("max", "min") and len(rest) == 2:
        return f"{'MAX' if head == 'max' else 'MIN'}({_said(rest[0])}, {_said(rest[1])})"
    if head == "list":
        return f"a list of {_said(rest[0])} alone" if rest else "an empty list"
    if head == "[]":
        return f"LAST({_said(rest[0])})"
    if head == "call":
        return f"{rest[0]}({', '.join(map(_said, rest[1:]))})"
    if head in ("len", "sum", "sorted", "max", "min"):
        names = {"len": "LENGTH", "sum": "SUM", "sorted": "SORTED", "max": "LARGEST", "min": "SMALLEST"}
        return f"{names[head]}({_said(rest[0])})"
    joins = head == "+" and any(part in ("c", "s") or (isinstance(part, tuple) and part[0] == "'") for part in rest)
    left, right = (_in_brackets(part, head, index) for index, part in enumerate(rest))
    return f"{left} {'&' if joins else _SIGNS.get(head, head)} {right}"


def _in_brackets(part: Expr, around: str, index: int) -> str:
    own = _STRENGTHS.get(part[0]) if isinstance(part, tuple) else None
    weak = own is not None and own < _STRENGTHS.get(around, 0) + index
    return f"({_said(part)})" if weak else _said(part)


def _loop(name: str, over: Expr) -> str:
    if over[0] == "range":
        start, end = (0, over[1]) if len(over) == 2 else over[1:]
        last = end[1] if isinstance(end, tuple) and end[0] == "+" and end[2] == 1 else ("-", end, 1)
        return f"FOR {name} FROM {start} TO {_said(last)}"
    return f"FOR EACH {name} IN {over}"


def _lines(body: Body, arrows: bool, depth: int = 0) -> Iterator[str]:
    pad = "  " * depth
    for head, *rest in body:
        if head in ("=", "+=", "-="):
            yield pad + _assigned(head, rest[0], rest[1], arrows)
        elif head == "return":
            yield f"{pad}RETURN {_said(rest[0])}"
        elif head == "append":
            yield f"{pad}APPEND {_said(rest[1])} TO {rest[0]}"
        else:
            opening = {"if": f"IF {_said(rest[0])} THEN", "while": f"WHILE {_said(rest[0])} DO"}.get(head)
            yield pad + (opening or f"{_loop(rest[0], rest[1])} DO")
            yield from _lines(rest[2] if head == "for" else rest[1], arrows, depth + 1)
            if head == "if" and rest[2]:
                yield f"{pad}ELSE"
                yield from _lines(rest[2], arrows, depth + 1)
            if not arrows:
                yield f"{pad}END {head.upper()}"


def _assigned(head: str, name: str, expr: Expr, arrows: bool) -> str:
    if arrows:
        return f"{name} ← {_said(expr if head == '=' else (head[0], name, expr))}"
    if head == "=":
        return f"SET {name} TO {_said(expr)}"
    return f"ADD {_said(expr)} TO {name}" if head == "+=" else f"SUBTRACT {_said(expr)} FROM {name}"


def pseudo_code(functions: tuple[Function, ...], arrows: bool) -> str:
    parts = []
    for _, name, params, body in functions:
        end = "" if arrows else "\nEND PROCEDURE"
        parts.append("\n".join((f"PROCEDURE {name}({', '.join(params)})", *_lines(body, arrows, 1))) + end)
    return "\n\n".join(parts)


# The family ------------------------------------------------------------------------------------------------------


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(
        ("Translate to Python:", "Write this procedure in Python:", "Turn this pseudo-code into Python:")
    )
    text = pseudo_code(params, arrows=rng.random() < 0.5)
    note = "(DIV rounds down, & joins strings.)"
    return Posed(
        prompt=f"{asked}\n\n{text}\n\n{note}", reference=code_reference("f", program(*params), _tested(params)[0])
    )


def solve(params: Params, rng: Random) -> str:
    lead = rng.choice(("Line by line", "Statement by statement"))
    found = [note for sign, note in _NOTES if sign in pseudo_code(params, arrows=True)]
    return f"{lead}{': ' if found else '.'}{'; '.join(found)}{'.' if found else ''}\n{fenced(render(*params))}"


_NOTES = (
    ("MOD", "MOD is %"),
    ("DIV", "DIV is //"),
    ("FROM", "FROM ... TO includes its end, so range goes one further"),
    ("LAST", "LAST is [-1]"),
    ("&", "& is + on strings"),
    (" = ", "= in a test is =="),
)


def confirm(params: Params) -> CodeReference:
    return code_reference("f", trusted(render(*params), "f"), _tested(params)[0])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    for name, mutant in _tested(params)[1]:
        yield name, fenced(render(*params[:-1], mutant))
    first = confirm(params).tests[0].expected
    yield from other_responses(render(*params), first, ", ".join(params[-1][2]))


FAMILY = Family(
    name="translate_pseudocode",
    version=1,
    kind="code",
    topic="translation",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
