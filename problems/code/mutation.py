"""Slips a programmer makes, on programs in the little language: an operator, a constant, a comparison, a lost line.

`mutants` lists every program one slip away, in a fixed order, so that an index names a mutant. Some mean the same
as the original: a family that needs a wrong program proves it on its tests (`fails_on`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import FAILED, Args, outcome, same, trusted
from tracemill.problems.code.little import Body, Expr, Function, Stmt, render, run

_OPERATORS = {
    "+": ("-",),
    "-": ("+",),
    "*": ("+",),
    "//": ("%",),
    "%": ("//",),
    "&": ("|",),
    "|": ("&",),
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "==": ("!=",),
    "!=": ("==",),
    "and": ("or",),
    "or": ("and",),
    "min": ("max",),
    "max": ("min",),
}
_ORDERED = ("-", "//", "%", "<<", ">>")
_FUEL = 500
_AUGMENTED = {"+=": "-=", "-=": "+=", "*=": "+="}


def mutants(function: Function) -> list[tuple[str, Function]]:
    """(name of the slip, function), without repeats."""
    head, name, params, body = function
    found: dict[Function, str] = {}
    for slip, changed in _bodies(body):
        found.setdefault((head, name, params, changed), slip)
    found.pop(function, None)
    return [(slip, mutant) for mutant, slip in found.items()]


def program(*functions: Function) -> Callable[..., Any]:
    """The last function, run by the little language's machine: every call ends, and raises where it takes long."""
    return lambda *args: run(functions, args, fuel=_FUEL)


def compiled(function: Function) -> Callable[..., Any]:
    """Python's own run of it, much faster. Only for functions whose loops and whose mutants' loops run over lists."""
    return trusted(render(function), function[1])


def fails_on(mutant: Callable[..., Any], right: Callable[..., Any], inputs: Sequence[Args]) -> bool:
    return any(not same(outcome(mutant, args), outcome(right, args)) for args in inputs)


def _bodies(body: Body) -> Iterator[tuple[str, Body]]:
    for index, stmt in enumerate(body):
        for slip, changed in _stmts(stmt):
            yield slip, (*body[:index], changed, *body[index + 1 :])
        if stmt[0] not in ("return", "=") and len(body) > 1:
            yield "line_lost", (*body[:index], *body[index + 1 :])
        if stmt[0] in ("for", "while") and index + 1 < len(body) and body[index + 1][0] == "return":
            inside = (*stmt[:-1], (*stmt[-1], body[index + 1]))
            yield "returns_inside_the_loop", (*body[:index], inside, *body[index + 1 :])


def _stmts(stmt: Stmt) -> Iterator[tuple[str, Stmt]]:
    head, *rest = stmt
    if head == "if":
        for slip, expr in _exprs(rest[0]):
            yield slip, (head, expr, *rest[1:])
        if rest[2]:
            yield "branches_swapped", (head, rest[0], rest[2], rest[1])
        for index in (1, 2):
            for slip, body in _bodies(rest[index]):
                yield slip, (head, *rest[:index], body, *rest[index + 1 :])
    elif head in ("for", "while"):
        *before, expr, body = rest
        for slip, changed in _exprs(expr):
            yield slip, (head, *before, changed, body)
        for slip, changed_body in _bodies(body):
            yield slip, (head, *before, expr, changed_body)
    elif head in ("break", "continue"):
        yield "break_as_continue", ("continue" if head == "break" else "break",)
    else:
        if head in _AUGMENTED:
            yield f"{head}_as_{_AUGMENTED[head]}", (_AUGMENTED[head], *rest)
            yield f"{head}_as_=", ("=", *rest)
        *before, expr = rest
        for slip, changed in _exprs(expr):
            yield slip, (head, *before, changed)


def _exprs(expr: Expr) -> Iterator[tuple[str, Expr]]:
    if isinstance(expr, int) and not isinstance(expr, bool):
        yield "one_more", expr + 1
        yield "one_less", expr - 1
    if not isinstance(expr, tuple) or expr[0] == "'":
        return
    head, *rest = expr
    for other in _OPERATORS.get(head, ()):
        yield f"{head}_as_{other}", (other, *rest)
    if head in _ORDERED and rest[0] != rest[1]:
        yield "operands_swapped", (head, rest[1], rest[0])
    for index in range(1 if head in ("call", ".") else 0, len(rest)):
        for slip, changed in _exprs(rest[index]):
            if not (changed == 0 and head in ("//", "%")):
                yield slip, (head, *rest[:index], changed, *rest[index + 1 :])


def killers(mutant: Callable[..., Any], expected: Sequence[Any], inputs: Sequence[Args]) -> list[int]:
    """The indices of the inputs on which a mutant gives another value; none where it fails to give one at all."""
    values = [outcome(mutant, args) for args in inputs]
    if FAILED in values:
        return []
    return [index for index, value in enumerate(values) if not same(value, expected[index])]


def subtle_mutants(
    function: Function, inputs: Sequence[Args], rng: Random, num: int, most: float, spared: int = 0
) -> list[int] | None:
    """The indices of `num` mutants that differ on some, but at most on the share `most` of the inputs.

    They agree on the first `spared` inputs, which anyone would guess. No two differ on the same inputs, so that each
    asks for a thought of its own. None where there are not so many. For the same functions as `compiled`.
    """
    right = compiled(function)
    expected = [right(*args) for args in inputs]
    choices = list(enumerate(mutants(function)))
    rng.shuffle(choices)
    found: dict[tuple[int, ...], int] = {}
    for place, (_, mutant) in choices:
        kills = tuple(killers(compiled(mutant), expected, inputs))
        if kills and kills[0] >= spared and len(kills) <= most * len(inputs):
            found.setdefault(kills, place)
        if len(found) == num:
            return sorted(found.values())
    return None
