"""The oracle of the workers: exact arithmetic first, then interval-checked evaluation, with sympy as a second opinion.

Evaluation disproves in a millisecond what is wrong. What it finds equal, sympy is asked about for a moment: a proof is
welcome, a contradiction is an error of this verifier and is raised as `Disagreement`, and where sympy gives up the
evaluation stands. sympy never sees text, only objects built from a tree.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tracemill.verifiers.math import canonical, numeric
from tracemill.verifiers.math.oracle import Exact
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Mul,
    Neg,
    Node,
    Num,
    Percent,
    Pow,
    Sym,
    show,
    symbols,
)
from tracemill.verifiers.zygote import die_with_parent

OPINION_S = 0.25  # of sympy, on each pair that evaluation finds equal


class Disagreement(RuntimeError):
    """Two paths that should agree do not. The message holds the case."""


class Symbolic(Exact):
    """May run for ever; its process is killed at the limit."""

    def equal(self, left: Node, right: Node) -> bool:
        try:
            return super().equal(left, right)
        except canonical.Undecided:
            pass
        try:
            if not numeric.equal(left, right):
                return False
        except canonical.Undecided:
            return numeric.equal_at_integers(left, right)
        if _opinion(left, right) is False:
            raise Disagreement(f"evaluation finds {show(left)} equal to {show(right)}, sympy does not")
        return True

    def same_up_to_constant(self, left: Node, right: Node, variable: str) -> bool:
        try:
            return super().same_up_to_constant(left, right, variable)
        except canonical.Undecided:
            return numeric.constant_difference(left, right, variable)

    def proportional(self, left: Node, right: Node) -> Fraction | None:
        try:
            return super().proportional(left, right)
        except canonical.Undecided:
            return numeric.ratio(left, right)

    def near(self, node: Node, digits: int) -> Fraction:
        exact = canonical.rational(node)
        return numeric.near(node, digits) if exact is None else exact

    def irreducible(self, node: Node) -> bool:
        """Every factor as written is irreducible over the rationals, or a constant."""
        import sympy

        for factor in _factors(node):
            if not symbols(factor):
                continue
            _, found = sympy.factor_list(to_sympy(factor))
            if sum(count for _, count in found) != 1:
                return False
        return True


def _factors(node: Node) -> Iterator[Node]:
    match node:
        case Mul(factors):
            for factor in factors:
                yield from _factors(factor)
        case Neg(arg):
            yield from _factors(arg)
        case Pow(base, Num()):
            yield from _factors(base)
        case Div(top, bottom) if not symbols(bottom):
            yield from _factors(top)
        case _:
            yield node


def _opinion(left: Node, right: Node) -> bool | None:
    """sympy's: True where it proves the two equal, False where it is sure they differ, None where it gives up.

    Asked in a fork of this worker that is killed after OPINION_S: a sympy that is interrupted is not to be used again.
    """
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        die_with_parent()
        with contextlib.suppress(BaseException):
            os.write(writable, _ask_sympy(left, right))
        os._exit(0)
    os.close(writable)
    try:
        ready = select.select([readable], [], [], OPINION_S)[0]
        answer = os.read(readable, 1) if ready else b""
    finally:
        os.close(readable)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return {b"=": True, b"!": False}.get(answer)


def _ask_sympy(left: Node, right: Node) -> bytes:
    """Letters are taken for positive, which is where the evaluation looks first: sympy cannot object to log(x^2) = 2
    log(x)."""
    difference = to_sympy(left, positive=True) - to_sympy(right, positive=True)
    if difference.expand() == 0:
        return b"="
    answer = difference.equals(0)
    return b"?" if answer is None else b"=" if answer else b"!"


_NAMES = {
    "abs": "Abs", "ceil": "ceiling", "binom": "binomial", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "arccot": "acot", "arcsec": "asec", "arccsc": "acsc", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
    "ln": "log", "min": "Min", "max": "Max",
}  # fmt: skip


def to_sympy(node: Node, positive: bool = False) -> Any:
    """A sympy object built node by node. Raises ValueError for what sympy has no name for."""
    import sympy

    def build(node: Node) -> Any:
        match node:
            case Num(value, _, _):
                return sympy.Rational(value.numerator, value.denominator)
            case Sym(name):
                return sympy.Symbol(name, positive=True) if positive else sympy.Symbol(name)
            case Const(name) if name in ("pi", "e", "i"):
                return {"pi": sympy.pi, "e": sympy.E, "i": sympy.I}[name]
            case Neg(arg):
                return -build(arg)
            case Percent(arg):
                return build(arg) / 100
            case Add(terms):
                return sympy.Add(*map(build, terms))
            case Mul(factors):
                return sympy.Mul(*map(build, factors))
            case Div(top, bottom):
                return build(top) / build(bottom)
            case Pow(base, exponent):
                return build(base) ** build(exponent)
            case Call("root", (arg, index)):
                return sympy.real_root(build(arg), build(index))
            case Call("cbrt", (arg,)):
                return sympy.real_root(build(arg), 3)
            case Call("degrees", (arg,)):
                return build(arg) * sympy.pi / 180
            case Call(name, args):
                function = getattr(sympy, _NAMES.get(name, name), None)
                if function is None:
                    raise ValueError(name)
                return function(*map(build, args))
        raise ValueError(type(node).__name__)

    return build(node)
