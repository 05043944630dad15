"""A little language: programs as nested tuples, rendered as Python, and run by a machine that can say each step.

A family that builds its programs here gets three things from one tree: the text for the prompt (`render`), a worked
trace in words (`run` with a trace), and a value computed without Python's own evaluator, so that running the rendered
text is an independent confirmation. Fuel and a bound on sizes make every run end, mutants included.

Expressions: an int, a variable's name, or a tuple `(operator, operand, ...)`; see `_BINARY`, `_CALLS` and `_expr`.
    ("'", "ab") a string, ("list", a, b), ("[]", xs, i), ("[:]", xs, lo, hi) with None for an open end,
    ("call", "f", a), (".", "upper", s, ...) a method call.
Statements: ("=", target, e), ("+=", target, e), ("if", cond, body, orelse), ("for", name, iterable, body),
    ("while", cond, body), ("return", e), ("append", name, e), ("break",), ("continue",).
Functions: ("def", name, params, body). A program is a tuple of functions. Bodies are tuples of statements.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Expr = Any  # int | str | tuple; a recursive alias buys nothing here
Stmt = tuple[Any, ...]
Body = tuple[Stmt, ...]
Function = tuple[Any, ...]

_BINARY: dict[str, tuple[int, Callable[[Any, Any], Any]]] = {
    "==": (4, operator.eq),
    "!=": (4, operator.ne),
    "<": (4, operator.lt),
    "<=": (4, operator.le),
    ">": (4, operator.gt),
    ">=": (4, operator.ge),
    "in": (4, lambda a, b: a in b),
    "|": (5, operator.or_),
    "^": (6, operator.xor),
    "&": (7, operator.and_),
    "<<": (8, operator.lshift),
    ">>": (8, operator.rshift),
    "+": (9, operator.add),
    "-": (9, operator.sub),
    "*": (10, operator.mul),
    "//": (10, operator.floordiv),
    "%": (10, operator.mod),
    "**": (12, operator.pow),
}
_CALLS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "len": len,
    "sum": sum,
    "sorted": sorted,
    "str": str,
    "int": int,
    "ord": ord,
    "chr": chr,
    "range": range,
    "set": set,
    "list()": list,
}
_METHODS = ("upper", "lower", "count", "index", "find", "replace", "split", "join", "startswith", "endswith", "get")
_LOOKUPS = ("[]", "len", "ord", ".")
_ATOM = 14
_MAX_INT = 10**15
_MAX_LEN = 500


class Stuck(Exception):
    """The program raised, ran out of fuel, or made something too large."""


# Rendering -------------------------------------------------------------------------------------------------------


def show(expr: Expr) -> str:
    return _expr(expr)[0]


def _expr(expr: Expr) -> tuple[str, int]:
    """Text and binding strength."""
    if isinstance(expr, str):
        return expr, _ATOM
    if isinstance(expr, int):
        return str(expr), _ATOM if expr >= 0 else 11
    head, *rest = expr
    if head in _BINARY:
        strength = _BINARY[head][0]
        left_least = strength + 1 if strength in (4, 12) else strength  # these do not chain to the left
        return f"{_at_least(rest[0], left_least)} {head} {_at_least(rest[1], strength + 1)}", strength
    if head in ("and", "or"):
        strength = 2 if head == "and" else 1
        return f" {head} ".join(_at_least(part, strength + 1) for part in rest), strength
    if head == "not":
        return f"not {_at_least(rest[0], 3)}", 3
    if head == "'":
        return repr(rest[0]), _ATOM
    if head == "list":
        return f"[{', '.join(map(show, rest))}]", _ATOM
    if head == "[]":
        return f"{_at_least(rest[0], _ATOM)}[{show(rest[1])}]", _ATOM
    if head == "[:]":
        low, high = ("" if end is None else show(end) for end in rest[1:])
        return f"{_at_least(rest[0], _ATOM)}[{low}:{high}]", _ATOM
    if head == ".":
        return f"{_at_least(rest[1], _ATOM)}.{rest[0]}({', '.join(map(show, rest[2:]))})", _ATOM
    if head == "call":
        return f"{rest[0]}({', '.join(map(show, rest[1:]))})", _ATOM
    return f"{head.removesuffix('()')}({', '.join(map(show, rest))})", _ATOM


def _at_least(expr: Expr, strength: int) -> str:
    text, bound = _expr(expr)
    return text if bound >= strength else f"({text})"


def render(*functions: Function) -> str:
    """Python source, functions apart by two blank lines, without a final newline."""
    return "\n\n\n".join(
        "\n".join((f"def {name}({', '.join(params)}):", *_lines(body, 1))) for _, name, params, body in functions
    )


def render_body(body: Body) -> str:
    return "\n".join(_lines(body, 0))


def _lines(body: Body, depth: int) -> Iterator[str]:
    pad = "    " * depth
    for stmt in body:
        head = stmt[0]
        if head == "if":
            yield f"{pad}if {show(stmt[1])}:"
            yield from _lines(stmt[2], depth + 1)
            if stmt[3]:
                yield f"{pad}else:"
                yield from _lines(stmt[3], depth + 1)
        elif head == "for":
            yield f"{pad}for {stmt[1]} in {show(stmt[2])}:"
            yield from _lines(stmt[3], depth + 1)
        elif head == "while":
            yield f"{pad}while {show(stmt[1])}:"
            yield from _lines(stmt[2], depth + 1)
        elif head == "return":
            yield f"{pad}return {show(stmt[1])}"
        elif head == "append":
            yield f"{pad}{stmt[1]}.append({show(stmt[2])})"
        elif head in ("break", "continue"):
            yield f"{pad}{head}"
        else:
            yield f"{pad}{show(stmt[1])} {head} {show(stmt[2])}"


# Running ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Machine:
    functions: dict[str, Function]
    fuel: int
    trace: list[str] | None
    env: dict[str, Any] = field(default_factory=dict)
    depth: int = 0
    called: dict[int, Any] = field(default_factory=dict)  # the last result of each call, by the identity of its node
    lead: str = ""  # "i = 3: " where a loop has just taken a value that no step has shown yet

    def say(self, text: str) -> None:
        if self.trace is not None:
            self.trace.append(self.lead + text)
            self.lead = ""

    def value(self, expr: Expr) -> Any:
        if isinstance(expr, str):
            return self.env[expr]
        if isinstance(expr, int):
            return expr
        head = expr[0]
        if head in _BINARY:
            left, right = self.value(expr[1]), self.value(expr[2])
            if head in ("<<", "**") and right > 60:
                raise Stuck("too large")
            return _sized(_BINARY[head][1](left, right))
        if head in _CALLS:
            return _sized(_CALLS[head](*(self.value(part) for part in expr[1:])))
        if head == "and":
            return all(self.value(part) for part in expr[1:])
        if head == "or":
            return any(self.value(part) for part in expr[1:])
        if head == "not":
            return not self.value(expr[1])
        if head == "'":
            return expr[1]
        if head == "list":
            return [self.value(part) for part in expr[1:]]
        if head == "[]":
            return self.value(expr[1])[self.value(expr[2])]
        if head == "[:]":
            low, high = (None if end is None else self.value(end) for end in expr[2:])
            return self.value(expr[1])[low:high]
        if head == "." and expr[1] in _METHODS:
            return _sized(getattr(self.value(expr[2]), expr[1])(*(self.value(part) for part in expr[3:])))
        assert head == "call", expr
        result = self.called[id(expr)] = self.call(expr[1], [self.value(part) for part in expr[2:]])
        return result

    def call(self, name: str, args: list[Any]) -> Any:
        _, _, params, body = self.functions[name]
        outer, self.env = self.env, dict(zip(params, args, strict=True))
        self.depth += 1
        if self.depth > 40:
            raise Stuck("recursion too deep")
        self.say_call(name, args)
        flow = self.body(body)
        self.env = outer
        self.depth -= 1
        return flow[1] if isinstance(flow, tuple) else None

    def say_call(self, name: str, args: list[Any]) -> None:
        if len(self.functions) > 1 or self.depth > 1:
            self.say(f"call {name}({', '.join(map(repr, args))})")

    def body(self, body: Body) -> Any:
        """None, "break", "continue", or ("return", value)."""
        for stmt in body:
            self.fuel -= 1
            if self.fuel < 0:
                raise Stuck("out of fuel")
            flow = self.stmt(stmt)
            if flow is not None:
                return flow
        return None

    def stmt(self, stmt: Stmt) -> Any:
        head = stmt[0]
        if head == "return":
            value = self.value(stmt[1])
            self.say(f"return {self.working(stmt[1], value)}")
            return "return", value
        if head == "if":
            holds = self.value(stmt[1])
            self.say(f"{self.filled(stmt[1])} is {'true' if holds else 'false'}")
            return self.body(stmt[2] if holds else stmt[3])
        if head == "for":
            return self.for_(stmt)
        if head == "while":
            return self.while_(stmt)
        if head in ("break", "continue"):
            return head
        if head == "append":
            value = self.value(stmt[2])
            self.env[stmt[1]].append(value)
            _sized(self.env[stmt[1]])
            self.say(f"append {self.working(stmt[2], value)}, {stmt[1]} = {self.env[stmt[1]]!r}")
            return None
        expr = stmt[2] if head == "=" else (head.removesuffix("="), stmt[1], stmt[2])
        value = self.value(expr)
        text = self.working(expr, value) if self.trace is not None else ""
        self.store(stmt[1], value)
        self.say(f"{show(stmt[1])} = {text}")
        return None

    def store(self, target: Expr, value: Any) -> None:
        if isinstance(target, str):
            self.env[target] = value
        else:
            self.value(target[1])[self.value(target[2])] = value

    def for_(self, stmt: Stmt) -> Any:
        for item in list(self.value(stmt[2])):
            self.env[stmt[1]] = item
            if self.trace is not None:
                self.lead += f"{stmt[1]} = {item!r}: "
            flow = self.body(stmt[3])
            if self.lead:
                self.say("nothing to do")
            if flow == "break":
                break
            if isinstance(flow, tuple):
                return flow
        return None

    def while_(self, stmt: Stmt) -> Any:
        while True:
            holds = self.value(stmt[1])
            self.say(f"{self.filled(stmt[1])} is {'true' if holds else 'false'}")
            if not holds:
                return None
            flow = self.body(stmt[2])
            if flow == "break":
                return None
            if isinstance(flow, tuple):
                return flow

    def working(self, expr: Expr, value: Any) -> str:
        """`3 * xs[1] = 3 * 4 = 12`, or just `12` where there is nothing to work out."""
        if self.trace is None:
            return ""
        stages = [self.filled(expr), show(self.looked_up(expr)), repr(value)]
        return " = ".join(stage for index, stage in enumerate(stages) if stage not in stages[:index])

    def filled(self, expr: Expr) -> str:
        """The text with the values of int and short string variables in place of their names."""
        return show(self.replaced(expr, lookups=False)) if self.trace is not None else ""

    def looked_up(self, expr: Expr) -> Expr:
        return self.replaced(expr, lookups=True)

    def replaced(self, expr: Expr, lookups: bool) -> Expr:
        """With `lookups`, items, lengths and other readings of a list or string become their values as well."""
        if isinstance(expr, str):
            return _constant(self.env[expr], expr)
        if isinstance(expr, int) or expr is None or expr[0] == "'":
            return expr
        if expr[0] == "call":
            return _constant(self.called.get(id(expr)), expr)
        if lookups and (expr[0] in _LOOKUPS or (expr[0] in ("sum", "max", "min") and len(expr) == 2)):
            return _constant(self.value(expr), expr)  # these hold no calls: nothing is said or done twice
        kept = 2 if expr[0] == "." else 1
        return (*expr[:kept], *(self.replaced(part, lookups) for part in expr[kept:]))


def _constant(value: Any, otherwise: Expr) -> Expr:
    if isinstance(value, int):
        return value
    return ("'", value) if isinstance(value, str) and len(value) <= 12 else otherwise


def _sized(value: Any) -> Any:
    if isinstance(value, int):
        if abs(value) > _MAX_INT:
            raise Stuck("too large")
    elif len(value) > _MAX_LEN:
        raise Stuck("too long")
    return value


def run(
    program: tuple[Function, ...], args: tuple[Any, ...], *, fuel: int = 2000, trace: list[str] | None = None
) -> Any:
    """The value of the program's last function; appends each step in words to `trace`. Raises Stuck.

    Arguments that are lists are copied, so a program cannot change the caller's.
    """
    machine = _Machine(functions={function[1]: function for function in program}, fuel=fuel, trace=trace)
    try:
        return machine.call(program[-1][1], [list(arg) if isinstance(arg, list) else arg for arg in args])
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Stuck(f"{type(error).__name__}: {error}") from error
