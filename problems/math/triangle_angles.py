"""Angles of triangles and polygons in degrees, many of them given as ax + b.

Level 1: the third angle of a triangle. Level 2: from an exterior angle. Level 3: the largest angle of a triangle
given in x. Level 4: of a quadrilateral. Level 5: an angle from an exterior angle, all in x. Level 6: the largest
angle of a pentagon. Level 7: where two bisectors meet. Level 8: an inscribed quadrilateral in x and y. Level 9:
between altitude and bisector. Level 10: the largest angle of a hexagon.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.exact import fraction_latex, listed, quotient
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, combination, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

Angle = tuple[int, int]
"""a and b of an angle of ax + b degrees."""

_KINDS = {
    1: "third",
    2: "outer",
    3: "largest",
    4: "largest",
    5: "outer_x",
    6: "largest",
    7: "bisectors",
    8: "inscribed",
    9: "altitude",
    10: "largest",
}
_CORNERS = {3: 3, 4: 4, 6: 5, 10: 6}
_NAMES = {3: "triangle", 4: "quadrilateral", 5: "pentagon", 6: "hexagon"}
_ASKED = {
    "third": (
        "Two angles of a triangle measure {0} and {1} degrees. How large is the third?",
        "A triangle has angles of {0} and {1} degrees. Find its third angle.",
    ),
    "outer": (
        "In triangle ABC the exterior angle at C measures {1} degrees and the angle at A {0} degrees. Find the angle "
        "at B.",
        "The angle at A of triangle ABC is {0} degrees, the exterior angle at C is {1} degrees. How large is the "
        "angle at B?",
    ),
    "largest": (
        "The angles of a {name} measure {list} degrees. How large is the largest?",
        "Find the largest angle of a {name} whose angles are {list} degrees.",
    ),
    "outer_x": (
        "In triangle ABC the angles at A and B measure {0} and {1} degrees, and the exterior angle at C measures {2} "
        "degrees. Find the angle at C.",
        "The exterior angle at C of triangle ABC is {2} degrees; the angles at A and B are {0} and {1} degrees. How "
        "large is angle ACB?",
    ),
    "bisectors": (
        "The angles at A, B and C of a triangle measure {0}, {1} and {2} degrees. The bisectors of the angles at B "
        "and C meet at I. Find angle BIC.",
        "Triangle ABC has angles {0}, {1} and {2} degrees at A, B and C; I is the centre of its inscribed circle. "
        "How large is angle BIC?",
    ),
    "inscribed": (
        "The quadrilateral ABCD is inscribed in a circle. Its angles at A, B, C and D measure {0}, {1}, {2} and {3} "
        "degrees. How large is the largest of the four?",
        "All corners of ABCD lie on one circle, and the angles at A, B, C, D are {0}, {1}, {2}, {3} degrees. Find "
        "the largest of these angles.",
    ),
    "altitude": (
        "The angles at A, B and C of a triangle measure {0}, {1} and {2} degrees. What angle do the altitude and the "
        "angle bisector from A form?",
        "Triangle ABC has angles {0}, {1} and {2} degrees at A, B and C. Find the angle between the bisector of the "
        "angle at A and the altitude from A.",
    ),
}
_FORM = ("Answer with the number of degrees.", "Give just the number of degrees.")


def sample(level: int, rng: Random) -> Params:
    """(kind, the angles as (a, b) in the order told; for "inscribed" those at A and C in x, those at B and D in y)."""
    kind = _KINDS[level]
    if kind == "third":
        first = rng.randrange(5, 170)
        return (kind, tuple(sorted([(0, first), (0, rng.randrange(1, 180 - first))])))
    if kind == "outer":
        outer = rng.randrange(20, 175)
        return (kind, ((0, rng.randrange(5, outer)), (0, outer)))
    while True:
        x = rng.randrange(3, 31)
        if kind == "inscribed":
            y = rng.randrange(3, 31)
            pairs = [_split(180, x, 2, rng), _split(180, y, 2, rng)]
            angles = [pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1]]
            sizes = [a * (x, y)[i % 2] + b for i, (a, b) in enumerate(angles)]
            if len(set(sizes)) == 4 and min(sizes) >= 10 and all(angles[i][0] + angles[i + 2][0] for i in range(2)):
                return (kind, tuple(angles))
            continue
        corners = _CORNERS.get(level, 3)
        angles = _split(180 * (corners - 2), x, corners, rng)
        sizes = [a * x + b for a, b in angles]
        if min(sizes) < 10 or max(sizes) > 175 or len(set(sizes)) < corners or sum(a for a, _ in angles) <= 0:
            continue
        if kind == "largest":
            return (kind, tuple(sorted(angles)))
        if kind == "outer_x":
            slope = rng.randrange(1, 10)
            outside = (slope, sizes[0] + sizes[1] - slope * x)
            if slope != angles[0][0] + angles[1][0]:
                return (kind, (*sorted(angles[:2]), outside))
            continue
        return (kind, (angles[0], *sorted(angles[1:])))


def _split(total: int, x: int, count: int, rng: Random) -> list[Angle]:
    """Angles ax + b that add up to the total at x."""
    mean = total // count
    angles = []
    for _ in range(count - 1):
        slope = rng.randrange(1, 10)
        angles.append((slope, rng.randrange(mean // 3, min(mean * 5 // 3, 165)) - slope * x))
    slope = rng.randrange(1, 10)
    return [*angles, (slope, total - sum(a * x + b for a, b in angles) - slope * x)]


def _unknown(angles: list[Angle], total: int, name: str = "x") -> tuple[Fraction, list[str]]:
    """The unknown from angles that add up to a total."""
    slope, rest = sum(a for a, _ in angles), sum(b for _, b in angles)
    x = Fraction(total - rest, slope)
    return x, [f"{polynomial((slope, rest), name)} = {total}", f"{name} = {quotient(total - rest, slope)}"]


def _at(angle: Angle, x: Fraction) -> Fraction:
    return angle[0] * x + angle[1]


def _work(params: Params) -> tuple[Fraction, list[str]]:
    kind, angles = params
    if kind == "third":
        value = 180 - angles[0][1] - angles[1][1]
        return Fraction(value), [f"180 - {angles[0][1]} - {angles[1][1]} = {value}"]
    if kind == "outer":
        value = angles[1][1] - angles[0][1]
        return Fraction(value), [
            "the exterior angle is the sum of the two others",
            f"{angles[1][1]} - {angles[0][1]} = {value}",
        ]
    if kind == "inscribed":
        x, steps = _unknown([angles[0], angles[2]], 180)
        y, more = _unknown([angles[1], angles[3]], 180, "y")
        sizes = [_at(angle, (x, y)[i % 2]) for i, angle in enumerate(angles)]
        shown = f"angles {', '.join(map(str, sizes))}"
        return max(sizes), ["opposite angles add up to 180", *steps, *more, shown]
    if kind == "outer_x":
        (a, b), (c, d), (e, f) = angles
        x = Fraction(b + d - f, e - a - c)
        outer = _at(angles[2], x)
        steps = [f"{polynomial((a + c, b + d))} = {polynomial((e, f))}", f"x = {quotient(b + d - f, e - a - c)}"]
        return 180 - outer, [*steps, f"exterior angle {outer}", f"180 - {outer} = {180 - outer}"]
    x, steps = _unknown(list(angles), 180 * (len(angles) - 2))
    sizes = [_at(angle, x) for angle in angles]
    steps.append(f"angles {', '.join(map(str, sizes))}")
    if kind == "largest":
        return max(sizes), [f"sum 180*{len(angles) - 2} = {180 * (len(angles) - 2)}", *steps]
    if kind == "bisectors":
        value = 180 - (sizes[1] + sizes[2]) / 2
        return value, [*steps, f"180 - ({sizes[1]} + {sizes[2]})/2 = {value}"]
    value = abs(sizes[1] - sizes[2]) / 2
    return value, [*steps, f"half the difference of the angles at B and C: |{sizes[1]} - {sizes[2]}|/2 = {value}"]


def pose(params: Params, rng: Random) -> Posed:
    kind, angles = params
    names = ["x", "y", "x", "y"] if kind == "inscribed" else ["x"] * len(angles)
    shown = [polynomial(angle, name) for angle, name in zip(angles, names, strict=True)]
    if kind in ("third", "largest"):
        rng.shuffle(shown)
    asked = rng.choice(_ASKED[kind]).format(*shown, list=listed(shown), name=_NAMES.get(len(angles), ""))
    return Posed(prompt=f"{asked} {rng.choice(_FORM)}", reference=_reference(_work(params)[0]))


def _reference(value: Fraction) -> MathReference:
    return MathReference(answer=str(value), type="rational")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    return f"{joint.join(steps)}. {boxed(fraction_latex(value))}"


def confirm(params: Params) -> MathReference:
    """sympy solves for all angles at once; bisectors and altitudes are measured inside smaller triangles."""
    import sympy

    kind, angles = params
    x, y, wanted = sympy.symbols("x y wanted")
    names = (x, y, x, y) if kind == "inscribed" else (x,) * len(angles)
    sizes = [a * name + b for (a, b), name in zip(angles, names, strict=True)]
    if kind in ("third", "outer", "outer_x"):
        sides = {"third": sum(sizes) + wanted - 180, "outer": sizes[0] + wanted - sizes[-1]}
        sums = [wanted + sizes[-1] - 180, sizes[0] + sizes[1] + wanted - 180]
        facts = sums if kind == "outer_x" else [sides[kind]]
        return _reference(Fraction(str(sympy.solve(facts, dict=True)[0][wanted])))
    facts = (
        [sizes[0] + sizes[2] - 180, sizes[1] + sizes[3] - 180]
        if kind == "inscribed"
        else [sum(sizes) - 180 * (len(angles) - 2)]
    )
    where = sympy.solve(facts, dict=True)[0]
    values = [Fraction(str(size.subs(where))) for size in sizes]
    if kind in ("largest", "inscribed"):
        return _reference(max(values))
    if kind == "bisectors":
        return _reference(180 - values[1] / 2 - values[2] / 2)
    return _reference(abs((90 - values[1]) - values[0] / 2))  # the altitude is 90 - B away from AB, the bisector A / 2


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    angles = params[1]
    right, _ = _work(params)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("supplement", 180 - right),
        ("complement", 90 - right),
        ("full_turn", 360 - right),
        ("halved", right / 2),
        ("doubled", 2 * right),
        ("constant_only", Fraction(max(b for _, b in angles))),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    echo = " + ".join(combination((a,), ("x",)) + f" {signed(b)}" if a else str(b) for a, b in angles)
    yield from wrong_answers(fraction_latex(right), f"angle of {echo}", named)


FAMILY = Family(
    name="triangle_angles",
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
