"""Lengths and areas made of circles, in terms of pi.

Level 1: circumference and area. Level 2: a ring. Level 3: a sector's arc, area or perimeter. Level 4: a sector of a
ring. Level 5: its perimeter. Level 6: one measure of a sector from another. Level 7: a rectangle with a border of
equal width. Level 8: what a circle leaves around an inscribed figure. Level 9: a disc with a segment cut off and
holes. Level 10: a regular polygon less sectors at its corners.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.exact import Roots, Term, plus, rational, root_terms, roots_plain, sum_latex, sum_plain, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Measure = tuple[Roots, Fraction]
"""A sum of roots, and what pi is multiplied by."""

_KINDS = {
    1: ("around", "area", "around_across", "area_across"),
    2: ("ring",),
    3: ("arc", "sector", "sector_around"),
    4: ("ring_sector",),
    5: ("ring_around",),
}
_KINDS |= {
    6: ("arc_to_area", "area_to_arc", "arc_to_around"),
    7: ("border",),
    8: ("rectangle", "right"),
    9: ("cut",),
    10: ("corners",),
}
_ASKED = {
    "around": (
        "A circle has radius {0}. Find its circumference.",
        "How long is the circumference of a circle of radius {0}?",
    ),
    "area": ("A circle has radius {0}. Find its area.", "How large is a disc of radius {0}?"),
    "around_across": (
        "A circle has diameter {0}. Find its circumference.",
        "How long is the circumference of a circle of diameter {0}?",
    ),
    "area_across": ("A circle has diameter {0}. Find its area.", "How large is a disc of diameter {0}?"),
    "ring": (
        "Find the area between two concentric circles of radii {0} and {1}.",
        "A disc of radius {1} has a round hole of radius {0}. What area is left?",
    ),
    "arc": (
        "How long is the arc over a central angle of {1} degrees in a circle of radius {0}?",
        "Find the arc of a sector with radius {0} and angle {1} degrees.",
    ),
    "sector": (
        "Find the area of a sector of {1} degrees in a circle of radius {0}.",
        "A sector has radius {0} and angle {1} degrees. What is its area?",
    ),
    "sector_around": (
        "Find the perimeter of a sector of {1} degrees in a circle of radius {0}, both radii included.",
        "A sector has radius {0} and angle {1} degrees. How long is its whole boundary, arc and two radii?",
    ),
    "ring_sector": (
        "Two concentric circles have radii {0} and {1}. What area of the ring between them lies within a central "
        "angle of {2} degrees?",
        "A sector of {2} degrees is taken from the ring between circles of radii {0} and {1} about one centre. Find "
        "its area.",
    ),
    "ring_around": (
        "A sector of {2} degrees is cut from the ring between concentric circles of radii {0} and {1}. Find the "
        "length of its whole boundary, two arcs and two straight sides.",
        "Find the perimeter of the piece of a ring (radii {0} and {1}, one centre) within a central angle of {2} "
        "degrees.",
    ),
    "arc_to_area": (
        "A sector has angle {1} degrees and an arc of length {2}. Find its area.",
        "The arc of a sector of {1} degrees is {2} long. What is the area of the sector?",
    ),
    "area_to_arc": (
        "A sector has angle {1} degrees and area {2}. How long is its arc?",
        "The area of a sector of {1} degrees is {2}. Find the length of its arc.",
    ),
    "arc_to_around": (
        "A sector has angle {1} degrees and an arc of length {2}. Find its perimeter, both radii included.",
        "The arc of a sector of {1} degrees is {2} long. How long is the whole boundary of the sector?",
    ),
    "border": (
        "A rectangle measures {0} by {1}. Find the area of all points of the plane that are in it or at most {2} "
        "away from it.",
        "All points at a distance of at most {2} from a {0} by {1} rectangle, the rectangle included, form a region. "
        "What is its area?",
    ),
    "rectangle": (
        "A rectangle of {0} by {1} is inscribed in a circle. Find the area inside the circle but outside the "
        "rectangle.",
        "From a disc the largest rectangle of {0} by {1} with its corners on the edge is cut out. What area is left?",
    ),
    "right": (
        "A right triangle with legs {0} and {1} is inscribed in a circle. Find the area inside the circle but "
        "outside the triangle.",
        "The corners of a right triangle with legs {0} and {1} lie on a circle. How much of the disc is not covered "
        "by the triangle?",
    ),
    "cut": (
        "From a disc of radius {0} a segment over a central angle of {3} degrees is cut off, and two round holes of "
        "radii {1} and {2} are drilled into the rest. What area is left?",
        "A disc has radius {0}. A chord that subtends {3} degrees at the centre cuts a (smaller) segment off; in the "
        "rest are two separate round holes of radii {1} and {2}. Find the area that remains.",
    ),
    "corners": (
        "A {name} has sides of {side}. Around its corners circular sectors of radii {radii} are cut out of it; they "
        "do not overlap. What area is left?",
        "Sectors of radii {radii} are removed at the corners of a {name} with side {side}, none touching another. "
        "Find the remaining area.",
    ),
}
_FORM = ("Answer exactly, in terms of pi.", "Give the exact answer in terms of pi.")
_SINES: dict[int, Roots] = {
    30: {1: Fraction(1, 2)},
    45: {2: Fraction(1, 2)},
    60: {3: Fraction(1, 2)},
    90: {1: Fraction(1)},
}
_SINES |= {180 - angle: value for angle, value in _SINES.items()}
_POLYGONS = {3: "n equilateral triangle", 4: " square", 6: " regular hexagon"}
_AREAS: dict[int, Roots] = {3: {3: Fraction(1, 4)}, 4: {1: Fraction(1)}, 6: {3: Fraction(3, 2)}}  # of side 1


def sample(level: int, rng: Random) -> Params:
    """(kind, radii and angles in the order told): equal parts ascending; "corners" has (corners, side, radii...)."""
    kind = rng.choice(_KINDS[level])
    if kind in ("around", "area", "around_across", "area_across"):
        return (kind, (rng.randrange(2, 361),))
    if kind == "ring":
        return (kind, tuple(sorted(rng.sample(range(2, 80), 2))))
    if kind in ("arc", "sector", "sector_around", "arc_to_area", "area_to_arc", "arc_to_around"):
        return (kind, (rng.randrange(3, 301), rng.randrange(5, 356)))
    if kind in ("ring_sector", "ring_around"):
        return (kind, (*sorted(rng.sample(range(2, 80), 2)), rng.randrange(5, 356)))
    if kind == "border":
        return (kind, (*sorted(rng.randrange(2, 100) for _ in range(2)), rng.randrange(2, 60)))
    if kind in ("rectangle", "right"):
        return (kind, tuple(sorted(rng.randrange(2, 700) for _ in range(2))))
    if kind == "cut":
        radius = rng.randrange(30, 260)
        holes = sorted(rng.randrange(2, radius // 4) for _ in range(2))
        return (kind, (radius, *holes, rng.choice(sorted(_SINES))))
    corners = rng.choice((3, 4, 6))
    side = rng.randrange(20, 80)
    return (kind, (corners, side, *sorted(rng.randrange(2, side // 2) for _ in range(corners))))


def _given(params: Params) -> str:
    """What is told of a sector besides its angle."""
    kind, (radius, angle) = params
    value = Fraction(angle * radius * radius, 360) if kind == "area_to_arc" else Fraction(angle * radius, 180)
    return sum_plain([(value, "pi", "")])


def _work(params: Params) -> tuple[Measure, list[str]]:
    kind, numbers = params
    a, b, c = (*numbers, 0, 0)[:3]
    if kind in ("around_across", "area_across"):
        value = Fraction(a) if kind == "around_across" else Fraction(a * a, 4)
        return ({}, value), [f"radius {a}/2", f"pi*{a}" if kind == "around_across" else f"pi*({a}/2)^2"]
    if kind in ("around", "area"):
        value = Fraction(2 * a if kind == "around" else a * a)
        return ({}, value), [f"2*pi*{a}" if kind == "around" else f"pi*{a}^2"]
    if kind == "ring":
        return ({}, Fraction(b * b - a * a)), [f"pi*({b}^2 - {a}^2)", f"{b * b} - {a * a} = {b * b - a * a}"]
    if kind in ("arc_to_area", "area_to_arc", "arc_to_around"):
        told = _given(params)
        equation = f"{b}/360*pi*r^2 = {told}" if kind == "area_to_arc" else f"{b}/180*pi*r = {told}"
        rest, more = _work(
            ({"arc_to_area": "sector", "area_to_arc": "arc", "arc_to_around": "sector_around"}[kind], numbers)
        )
        return rest, [f"{equation}, so r = {a}", *more]
    arc, sector = Fraction(a * b, 180), Fraction(a * a * b, 360)
    if kind == "arc":
        return ({}, arc), [f"{b}/180*pi*{a}"]
    if kind == "sector":
        return ({}, sector), [f"{b}/360*pi*{a}^2"]
    if kind == "sector_around":
        return (rational(2 * a), arc), [
            f"arc {b}/180*pi*{a} = {sum_plain([(arc, 'pi', '')])}",
            f"radii 2*{a} = {2 * a}",
        ]
    if kind == "ring_sector":
        return ({}, Fraction((b * b - a * a) * c, 360)), [
            f"{c}/360*pi*({b}^2 - {a}^2)",
            f"{b}^2 - {a}^2 = {b * b - a * a}",
        ]
    if kind == "ring_around":
        steps = [f"arcs {c}/180*pi*({a} + {b})", f"straight sides 2*({b} - {a}) = {2 * (b - a)}"]
        return (rational(2 * (b - a)), Fraction((a + b) * c, 180)), steps
    if kind == "border":
        straight = a * b + 2 * c * (a + b)
        return (rational(straight), Fraction(c * c)), [
            f"rectangles {a}*{b} + 2*{c}*({a} + {b}) = {straight}",
            f"quarter discs pi*{c}^2",
        ]
    if kind in ("rectangle", "right"):
        inside = Fraction(a * b) if kind == "rectangle" else Fraction(a * b, 2)
        round_ = Fraction(a * a + b * b, 4)
        steps = [
            f"the diameter squared is {a}^2 + {b}^2 = {a * a + b * b}",
            f"disc {a * a + b * b}/4*pi",
            f"inside it {inside}",
        ]
        return (rational(-inside), round_), steps
    if kind == "cut":
        angle = numbers[3]
        triangle = times(_SINES[angle], Fraction(a * a, 2))
        full = Fraction((360 - angle) * a * a, 360) - b * b - c * c
        steps = [
            f"the rest is a sector of {360 - angle} degrees and a triangle of {a}^2/2*sin {angle} = "
            f"{roots_plain(triangle)}"
        ]
        return (triangle, full), [*steps, f"sector {360 - angle}/360*pi*{a}^2", f"holes pi*({b}^2 + {c}^2)"]
    corners, side, *radii = numbers
    whole = times(_AREAS[corners], side * side)
    angle, squares = 180 * (corners - 2) // corners, sum(radius * radius for radius in radii)
    steps = [
        f"polygon {roots_plain(whole)}",
        f"squares of the radii {' + '.join(str(r * r) for r in radii)} = {squares}",
    ]
    return (whole, Fraction(-squares * angle, 360)), [*steps, f"sectors {angle}/360*pi*{squares}"]


def _terms(measure: Measure) -> list[Term]:
    return [(measure[1], "pi", "\\pi"), *root_terms(measure[0])]


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers = params
    if kind == "corners":
        corners, side, *radii = numbers
        radii = ", ".join(map(str, rng.sample(radii, len(radii))))
        text = rng.choice(_ASKED[kind]).replace("A {name}", "A{name}").replace("a {name}", "a{name}")
        text = text.format(name=_POLYGONS[corners], side=side, radii=radii)
    else:
        told = _given(params) if "_to_" in kind else ""
        text = rng.choice(_ASKED[kind]).format(*(numbers if not told else (*numbers, told)))
    return Posed(prompt=f"{text} {rng.choice(_FORM)}", reference=_reference(_work(params)[0]))


def _reference(measure: Measure) -> MathReference:
    return MathReference(answer=sum_plain(_terms(measure)), type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    measure, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    closing = rng.choice(("Together", "In all")) + f" {sum_plain(_terms(measure))}"
    return f"{joint.join(steps)}. {closing}. {boxed(sum_latex(_terms(measure)))}"


def confirm(params: Params) -> MathReference:
    """Areas as integrals, arcs as lengths of curves, by sympy; a missing radius is solved for."""
    import sympy

    kind, numbers = params
    t, r = sympy.symbols("t r", positive=True)
    a, b, c = (*map(sympy.Integer, numbers), 0, 0)[:3]

    def arc(radius: sympy.Expr, degrees: int) -> sympy.Expr:
        x, y = radius * sympy.cos(t), radius * sympy.sin(t)
        speed = sympy.sqrt(sympy.trigsimp(sympy.diff(x, t) ** 2 + sympy.diff(y, t) ** 2))
        return sympy.integrate(speed, (t, 0, sympy.pi * degrees / 180))

    def sector(radius: sympy.Expr, degrees: int) -> sympy.Expr:
        return sympy.integrate(r, (r, 0, radius), (t, 0, sympy.pi * degrees / 180))

    if "_to_" in kind:
        told = sympy.sympify(_given(params))
        made = sector(r, b) if kind == "area_to_arc" else arc(r, b)
        (a,) = sympy.solve(made - told, r)
        kind = {"arc_to_area": "sector", "area_to_arc": "arc", "arc_to_around": "sector_around"}[kind]
    if kind in ("around_across", "area_across"):
        a, kind = a / 2, kind.removesuffix("_across")
    if kind in ("around", "area", "arc", "sector", "sector_around"):
        degrees = 360 if kind in ("around", "area") else b
        found = sector(a, degrees) if kind in ("area", "sector") else arc(a, degrees)
        found += 2 * a if kind == "sector_around" else 0
    elif kind in ("ring", "ring_sector"):
        found = sympy.integrate(r, (r, a, b)) * sympy.pi * (2 if kind == "ring" else sympy.Rational(c, 180))
    elif kind == "ring_around":
        found = arc(a, c) + arc(b, c) + 2 * (b - a)
    elif kind == "border":  # Steiner: area + perimeter r + pi r^2
        found = a * b + sympy.integrate(2 * (a + b) + arc(r, 360), (r, 0, c))
    elif kind in ("rectangle", "right"):
        radius = sympy.Point(0, 0).distance(sympy.Point(a, b)) / 2
        found = sector(radius, 360) - (a * b if kind == "rectangle" else a * b / 2)
    elif kind == "cut":
        angle = numbers[3]
        triangle = a * sympy.cos(sympy.pi * angle / 360) * a * sympy.sin(sympy.pi * angle / 360)
        found = sector(a, 360) - (sector(a, angle) - triangle) - sector(b, 360) - sector(c, 360)
    else:
        corners, side, *radii = numbers
        inner = sympy.Rational(180 * (corners - 2), corners)
        found = sympy.Rational(corners * side * side, 4) * sympy.tan(inner * sympy.pi / 360)
        found -= sum(sector(sympy.Integer(radius), inner) for radius in radii)
    ours = _reference(_work(params)[0])
    same = sympy.simplify(sympy.expand(found) - sympy.sympify(ours.answer)) == 0
    return ours if same else MathReference(answer=str(found), type="expression", form="evaluated")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, numbers = params
    (roots, circle), _ = _work(params)
    candidates = (
        ("doubled", (times(roots, 2), 2 * circle)),
        ("halved", (times(roots, Fraction(1, 2)), circle / 2)),
        ("off_by_one", (roots, circle + rng.choice((-1, 1)))),
        ("sign", (times(roots, -1), -circle)),
        ("constant_added", (plus(roots, rational(1)), circle)),
        ("pi_forgotten", (plus(roots, rational(circle)), Fraction(0))),
        ("diameter_for_radius", (roots, 4 * circle)),
    )
    named = [(name, sum_latex(_terms(measure))) for name, measure in candidates]
    yield from wrong_answers(sum_latex(_terms((roots, circle))), f"{kind} of {', '.join(map(str, numbers))}", named)


FAMILY = Family(
    name="circles",
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
