"""The questions about values that judges ask, and the oracle that answers them without sympy.

`Exact` knows only `canonical` arithmetic and raises `Undecided` for the rest; a verdict that needs more is asked
again in a worker, of `symbolic.Symbolic`, which may take as long as the worker lives.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.tree import Node


class Oracle(Protocol):
    """Every method raises canonical.Undecided where it cannot say, canonical.Undefined for 1/0 and its kin."""

    def equal(self, left: Node, right: Node) -> bool:
        """One value wherever both are defined."""
        ...

    def same_up_to_constant(self, left: Node, right: Node, variable: str) -> bool:
        """A difference that does not depend on `variable`."""
        ...

    def proportional(self, left: Node, right: Node) -> Fraction | None:
        """The constant left / right (a sign, 1 or -1, is enough); None where it is no constant, or zero."""
        ...

    def near(self, node: Node, digits: int) -> Fraction:
        """A constant to so many significant digits."""
        ...

    def irreducible(self, node: Node) -> bool:
        """Whether every factor of a product, as written, is irreducible over the rationals."""
        ...


class Exact:
    """Pure Python, bounded, no clock needed."""

    def equal(self, left: Node, right: Node) -> bool:
        return left == right or canonical.equal(left, right)

    def same_up_to_constant(self, left: Node, right: Node, variable: str) -> bool:
        ours, theirs = canonical.quotient(left), canonical.quotient(right)
        rest, bottom = canonical.difference_quotient(ours, theirs)
        if canonical.constant_ratio(rest, bottom) is not None:
            return True
        if bottom == canonical.ONE and not canonical.depends_on(rest, variable):
            return True
        if canonical.has_opaque(rest) or canonical.has_opaque(bottom):
            raise canonical.Undecided("functions are left")
        return False

    def proportional(self, left: Node, right: Node) -> Fraction | None:
        ours, theirs = canonical.quotient(left), canonical.quotient(right)
        return canonical.proportional(ours[0], theirs[0])

    def near(self, node: Node, digits: int) -> Fraction:
        exact = canonical.rational(node)
        if exact is None:
            raise canonical.Undecided("an irrational number")
        return exact

    def irreducible(self, node: Node) -> bool:
        raise canonical.Undecided("factoring needs sympy")


EXACT = Exact()
