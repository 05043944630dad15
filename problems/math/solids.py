"""Volumes and surfaces of solids, in terms of pi and roots.

Level 1: a box. Level 2: a cylinder or a cone. Level 3: a cylinder with a cone on top. Level 4: with a hemisphere on
top. Level 5: a tube. Level 6: a truncated cone. Level 7: the surface of a cylinder with a cone on top. Level 8: the
surface of a pyramid on a rectangle. Level 9: the surface of a truncated cone. Level 10: a height of a tetrahedron cut
from a box.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.exact import (
    Roots,
    Term,
    plus,
    rational,
    root,
    root_terms,
    roots_plain,
    sum_latex,
    sum_plain,
    times,
)
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Measure = tuple[Roots, Roots]
"""A sum of roots, and another that pi is multiplied by."""

_KINDS = {
    1: ("box", "box_surface"),
    2: ("cylinder", "cone", "cylinder_surface"),
    3: ("pencil",),
    4: ("dome", "capsule"),
    5: ("tube", "tube_surface"),
}
_KINDS |= {
    6: ("frustum",),
    7: ("pencil_surface",),
    8: ("pyramid_surface",),
    9: ("frustum_surface",),
    10: ("tetrahedron",),
}
_ASKED = {
    "box": ("Find the volume of a box of {0} by {1} by {2}.", "A box has edges {0}, {1} and {2}. What is its volume?"),
    "box_surface": (
        "Find the surface of a closed box of {0} by {1} by {2}.",
        "A box has edges {0}, {1} and {2}. How large are its six faces together?",
    ),
    "cylinder": (
        "Find the volume of a cylinder with radius {0} and height {1}.",
        "A cylinder has radius {0} and height {1}. What is its volume?",
    ),
    "cone": (
        "Find the volume of a cone with base radius {0} and height {1}.",
        "A right circular cone has base radius {0} and height {1}. What is its volume?",
    ),
    "cylinder_surface": (
        "Find the whole surface of a cylinder with radius {0} and height {1}, both ends included.",
        "A closed cylinder has radius {0} and height {1}. How large is its surface?",
    ),
    "pencil": (
        "A cylinder of radius {0} and height {1} carries a cone of the same radius and of height {2}. Find the "
        "volume of both together.",
        "On top of a cylinder (radius {0}, height {1}) stands a cone of equal base and height {2}. What is the "
        "volume of the whole?",
    ),
    "dome": (
        "A cylinder of radius {0} and height {1} has a hemisphere of the same radius on top and a conical hollow of "
        "depth {2} and of that radius in its bottom. Find the volume.",
        "A solid is a cylinder (radius {0}, height {1}) with a hemisphere of equal radius on top; from below a cone "
        "of the same radius and of height {2} is hollowed out. What is its volume?",
    ),
    "capsule": (
        "A cylinder of radius {0} and height {1} has a hemisphere of the same radius on top and a cone of that "
        "radius and of height {2} below. Find the volume of the whole.",
        "A solid is put together from a hemisphere of radius {0}, a cylinder of the same radius and height {1}, and "
        "a cone of that radius and height {2}. What is its volume?",
    ),
    "tube": (
        "A tube of length {2} has inner radius {0} and outer radius {1}. Find the volume of its material.",
        "A cylinder of radius {1} and height {2} has a hole of radius {0} along its axis. What volume is left?",
    ),
    "tube_surface": (
        "A tube of length {2} has inner radius {0} and outer radius {1}. Find its whole surface, inside, outside and "
        "both ends.",
        "A cylinder of radius {1} and height {2} has a hole of radius {0} along its axis. How large is the whole "
        "surface, the hole's wall included?",
    ),
    "frustum": (
        "A truncated cone has radii {0} and {1} and height {2}. Find its volume.",
        "Find the volume of a frustum of a cone with end radii {0} and {1} and height {2}.",
    ),
    "pencil_surface": (
        "A cylinder of radius {0} and height {1} carries a cone of the same radius and of height {2}. Find the outer "
        "surface, bottom included.",
        "On top of a cylinder (radius {0}, height {1}) stands a cone of equal base and height {2}. How large is the "
        "surface of the whole, with the bottom?",
    ),
    "pyramid_surface": (
        "A pyramid stands on a rectangle of {0} by {1}, its top {2} above the centre. Find the whole surface, base "
        "included.",
        "The base of a right pyramid is a {0} by {1} rectangle, its height is {2}. How large is its surface with the "
        "base?",
    ),
    "frustum_surface": (
        "A truncated cone has radii {0} and {1} and height {2}. Find its whole surface, both ends included.",
        "Find the total surface of a frustum of a cone with end radii {0} and {1} and height {2}.",
    ),
    "tetrahedron": (
        "Three edges of a tetrahedron meet in a corner at right angles to each other; they measure {0}, {1} and {2}. "
        "How far is this corner from the opposite face?",
        "A plane cuts {0}, {1} and {2} from the three edges at a corner of a cube. How far is the corner from the "
        "plane?",
    ),
}
_FORM = ("Give the exact answer.", "Answer exactly, without decimals.")


def sample(level: int, rng: Random) -> Params:
    """(kind, lengths in the order told): exchangeable ones ascending."""
    kind = rng.choice(_KINDS[level])
    if kind in ("box", "box_surface"):
        return (kind, tuple(sorted(rng.randrange(2, 26) for _ in range(3))))
    if kind in ("cylinder", "cone", "cylinder_surface"):
        return (kind, (rng.randrange(2, 41), rng.randrange(2, 41)))
    if kind in ("tube", "tube_surface", "frustum", "frustum_surface"):
        return (kind, (*sorted(rng.sample(range(2, 81), 2)), rng.randrange(2, 100)))
    if kind in ("pyramid_surface", "tetrahedron"):
        lengths = sorted(rng.randrange(2, 120) for _ in range(3))
        if kind == "pyramid_surface":
            height = lengths.pop(rng.randrange(3))
            lengths.append(height)
        return (kind, tuple(lengths))
    radius, height, cone = rng.randrange(2, 61), rng.randrange(2, 81), rng.randrange(2, 81)
    return (kind, (radius, max(height, cone), min(height, cone)) if kind == "dome" else (radius, height, cone))


def _work(params: Params) -> tuple[Measure, list[str]]:
    kind, numbers = params
    a, b, c = (*numbers, 0)[:3]
    if kind == "box":
        return (rational(a * b * c), {}), [f"{a}*{b}*{c} = {a * b * c}"]
    if kind == "box_surface":
        value = 2 * (a * b + a * c + b * c)
        return (rational(value), {}), [f"2*({a}*{b} + {a}*{c} + {b}*{c}) = {value}"]
    if kind == "cylinder":
        return ({}, rational(a * a * b)), [f"pi*{a}^2*{b}"]
    if kind == "cone":
        return ({}, rational(Fraction(a * a * b, 3))), [f"pi*{a}^2*{b}/3"]
    if kind == "cylinder_surface":
        return ({}, rational(2 * a * (a + b))), [f"ends 2*pi*{a}^2", f"side 2*pi*{a}*{b}"]
    if kind == "pencil":
        return ({}, rational(a * a * (b + Fraction(c, 3)))), [f"cylinder pi*{a}^2*{b}", f"cone pi*{a}^2*{c}/3"]
    if kind in ("dome", "capsule"):
        sign = 1 if kind == "capsule" else -1
        value = a * a * b + Fraction(2 * a**3, 3) + sign * Fraction(a * a * c, 3)
        cone = f"cone {'+' if sign > 0 else '-'}pi*{a}^2*{c}/3"
        return ({}, rational(value)), [f"cylinder pi*{a}^2*{b}", f"hemisphere 2/3*pi*{a}^3", cone]
    if kind == "tube":
        return ({}, rational((b * b - a * a) * c)), [f"pi*({b}^2 - {a}^2)*{c}", f"{b}^2 - {a}^2 = {b * b - a * a}"]
    if kind == "tube_surface":
        value = 2 * (a + b) * c + 2 * (b * b - a * a)
        return ({}, rational(value)), [f"walls 2*pi*({a} + {b})*{c}", f"ends 2*pi*({b}^2 - {a}^2)"]
    if kind == "frustum":
        value = Fraction((a * a + a * b + b * b) * c, 3)
        return ({}, rational(value)), [
            f"{a}^2 + {a}*{b} + {b}^2 = {a * a + a * b + b * b}",
            f"pi*{c}/3*{a * a + a * b + b * b}",
        ]
    if kind == "pencil_surface":
        slant = root(a * a + c * c)
        value = plus(rational(a * a + 2 * a * b), times(slant, a))
        steps = [f"slant sqrt({a}^2 + {c}^2) = {roots_plain(slant)}", f"bottom pi*{a}^2", f"side 2*pi*{a}*{b}"]
        return ({}, value), [*steps, f"cone pi*{a} times the slant"]
    if kind == "pyramid_surface":
        first, second = root(c * c + Fraction(b * b, 4)), root(c * c + Fraction(a * a, 4))
        value = plus(rational(a * b), times(first, a), times(second, b))
        steps = [f"over the sides {a} the slant is sqrt({c}^2 + ({b}/2)^2) = {roots_plain(first)}"]
        steps.append(f"over the sides {b} it is sqrt({c}^2 + ({a}/2)^2) = {roots_plain(second)}")
        return (value, {}), [*steps, f"base {a}*{b} = {a * b}", f"faces {a} and {b} times these"]
    if kind == "frustum_surface":
        slant = root((b - a) ** 2 + c * c)
        value = plus(rational(a * a + b * b), times(slant, a + b))
        steps = [f"slant sqrt(({b} - {a})^2 + {c}^2) = {roots_plain(slant)}", f"ends pi*({a}^2 + {b}^2)"]
        return ({}, value), [*steps, f"side pi*({a} + {b}) times the slant"]
    square = a * a * b * b + a * a * c * c + b * b * c * c
    value = times(root(square), Fraction(a * b * c, square))
    steps = [
        f"the volume is {a}*{b}*{c}/6",
        f"the opposite face is sqrt({a}^2*{b}^2 + {a}^2*{c}^2 + {b}^2*{c}^2)/2 = sqrt({square})/2",
    ]
    return (value, {}), [*steps, f"three times the volume over the face: {a * b * c}/sqrt({square})"]


def _terms(measure: Measure) -> list[Term]:
    return [*root_terms(measure[1], "pi", "\\pi"), *root_terms(measure[0])]


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers = params
    shown = list(numbers)
    if kind in ("box", "box_surface", "tetrahedron"):
        rng.shuffle(shown)
    elif kind == "pyramid_surface":
        shown[:2] = rng.sample(shown[:2], 2)
    prompt = f"{rng.choice(_ASKED[kind]).format(*shown)} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(_work(params)[0]))


def _reference(measure: Measure) -> MathReference:
    return MathReference(answer=sum_plain(_terms(measure)), type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    measure, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    closing = rng.choice(("Together", "In all")) if len(steps) > 1 else "That is"
    answer = sum_plain(_terms(measure))
    ending = "" if steps[-1].endswith(f" {answer}") else f" {closing} {answer}."
    return f"{joint.join(steps)}.{ending} {boxed(sum_latex(_terms(measure)))}"


def confirm(params: Params) -> MathReference:
    """Volumes from cross-sections and surfaces of revolution as integrals, faces by cross products, with sympy."""
    import sympy

    kind, numbers = params
    a, b, c = map(sympy.Integer, (*numbers, 0)[:3])
    z = sympy.Symbol("z")

    def volume(*pieces: tuple[sympy.Expr, sympy.Expr]) -> sympy.Expr:
        """Of (squared radius at height z, height) pieces."""
        return sympy.pi * sum(sympy.integrate(square, (z, 0, height)) for square, height in pieces)

    def wall(radius: sympy.Expr, height: sympy.Expr) -> sympy.Expr:
        return sympy.integrate(2 * sympy.pi * radius * sympy.sqrt(1 + sympy.diff(radius, z) ** 2), (z, 0, height))

    def face(p: tuple, q: tuple, r: tuple) -> sympy.Expr:
        u, v = sympy.Matrix(q) - sympy.Matrix(p), sympy.Matrix(r) - sympy.Matrix(p)
        return u.cross(v).norm() / 2

    tip = (a * (1 - z / c)) if len(numbers) == 3 else z
    if kind in ("box", "box_surface"):
        sizes = [(a, b, c), (b, c, a), (c, a, b)]
        found = sympy.integrate(a * b, (z, 0, c)) if kind == "box" else sum(2 * p * q for p, q, _ in sizes)
    elif kind in ("cylinder", "cone"):
        found = volume((a**2 if kind == "cylinder" else (a * z / b) ** 2, b))
    elif kind == "cylinder_surface":
        found = wall(a, b) + 2 * sympy.pi * a**2
    elif kind in ("pencil", "dome", "capsule"):
        pieces = [(a**2, b)] + ([(a**2 - z**2, a)] if kind != "pencil" else [])
        found = volume(*pieces) + volume((tip**2, c)) * (-1 if kind == "dome" else 1)
    elif kind in ("tube", "tube_surface"):
        found = volume((b**2 - a**2, c)) if kind == "tube" else wall(a, c) + wall(b, c) + 2 * sympy.pi * (b**2 - a**2)
    elif kind == "frustum":
        found = volume(((a + (b - a) * z / c) ** 2, c))
    elif kind == "frustum_surface":
        found = wall(a + (b - a) * z / c, c) + sympy.pi * (a**2 + b**2)
    elif kind == "pencil_surface":
        found = sympy.pi * a**2 + wall(a, b) + wall(tip, c)
    elif kind == "pyramid_surface":
        top, corners = (a / 2, b / 2, c), [(0, 0, 0), (a, 0, 0), (a, b, 0), (0, b, 0)]
        found = a * b + sum(face(top, p, q) for p, q in zip(corners, [*corners[1:], corners[0]], strict=True))
    else:
        normal = (sympy.Matrix([-a, b, 0])).cross(sympy.Matrix([-a, 0, c]))
        found = abs(normal.dot(sympy.Matrix([a, 0, 0]))) / normal.norm()
    ours = _reference(_work(params)[0])
    same = sympy.simplify(sympy.expand(found) - sympy.sympify(ours.answer)) == 0
    return ours if same else MathReference(answer=str(found), type="expression", form="evaluated")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, numbers = params
    (plain, circle), _ = _work(params)
    candidates: tuple[tuple[str, Measure], ...] = (
        ("doubled", (times(plain, 2), times(circle, 2))),
        ("third", (times(plain, Fraction(1, 3)), times(circle, Fraction(1, 3)))),
        ("off_by_one", (plus(plain, rational(1)), circle)),
        ("sign", (times(plain, -1), times(circle, -1))),
        ("pi_dropped", (plus(plain, circle), {})),
        ("pi_added", ({}, plus(plain, circle))),
        ("sum_of_lengths", (rational(sum(numbers)), {})),
    )
    named = [(name, sum_latex(_terms(measure))) for name, measure in candidates]
    yield from wrong_answers(sum_latex(_terms((plain, circle))), f"{kind} of {', '.join(map(str, numbers))}", named)


FAMILY = Family(
    name="solids",
    version=1,
    kind="math",
    topic="geometry",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
