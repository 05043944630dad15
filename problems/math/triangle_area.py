"""Areas of triangles and quadrilaterals, heights and radii that follow, with roots in simplest form.

Level 1: base and height. Level 2: the foot of the height splits the base. Level 3: diagonals that meet at 30, 90 or
150 degrees. Level 4: at 45, 60, 120 or 135. Level 5: a part of a triangle given by two sides and the angle between.
Level 6: three sides. Level 7: a height from three sides. Level 8: the inscribed circle's radius. Level 9: the
circumscribed circle's. Level 10: a quadrilateral inscribed in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, prod
from random import Random

from tracemill.problems.exact import Roots, plus, rational, root, roots_latex, roots_plain, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_KINDS = {
    1: "height",
    2: "foot",
    3: "diagonals",
    4: "diagonals",
    5: "part",
    6: "sides",
    7: "altitude",
    8: "inner",
    9: "outer",
    10: "inscribed",
}
_SINES: dict[int, Roots] = {
    30: {1: Fraction(1, 2)},
    45: {2: Fraction(1, 2)},
    60: {3: Fraction(1, 2)},
    90: {1: Fraction(1)},
}
_SINES |= {180 - angle: value for angle, value in _SINES.items()}
_ASKED = {
    "height": (
        "A triangle has a side of {0}; the height on this side is {1}. Find the area.",
        "What is the area of a triangle with base {0} and height {1}?",
    ),
    "foot": (
        "The height on side AB of triangle ABC is {2} long, and its foot cuts AB into {0} and {1}. Find the area.",
        "In a triangle the height of {2} meets the base between its ends and leaves pieces of {0} and {1}. What is "
        "the area?",
    ),
    "diagonals": (
        "The diagonals of a convex quadrilateral ABCD meet at P under an angle of {4} degrees, with PA = {0}, PC = "
        "{1}, PB = {2}, PD = {3}. Find the area of ABCD.",
        "In a convex quadrilateral the diagonals cut each other into {0} and {1}, and into {2} and {3}; they form an "
        "angle of {4} degrees. What is its area?",
    ),
    "part": (
        "In triangle ABC, AB = {0}, AC = {1} and the angle at A is {2} degrees. D lies on BC with BD : DC = {3} : "
        "{4}. Find the area of triangle ABD.",
        "Two sides AB = {0} and AC = {1} of a triangle form an angle of {2} degrees; D divides BC so that BD : DC = "
        "{3} : {4}. How large is the area of ABD?",
    ),
    "sides": (
        "Find the area of a triangle with sides {0}, {1} and {2}.",
        "A triangle has sides {0}, {1} and {2}. What is its area?",
    ),
    "altitude": (
        "A triangle has sides {0}, {1} and {2}. How long is the height on the side of {2}?",
        "In a triangle with sides {0}, {1} and {2}, find the altitude that stands on the side of length {2}.",
    ),
    "inner": (
        "Find the radius of the inscribed circle of a triangle with sides {0}, {1} and {2}.",
        "A circle touches all three sides of a triangle with sides {0}, {1} and {2} from inside. What is its radius?",
    ),
    "outer": (
        "Find the radius of the circle through the corners of a triangle with sides {0}, {1} and {2}.",
        "What is the circumradius of a triangle with sides {0}, {1} and {2}?",
    ),
    "inscribed": (
        "A quadrilateral with sides {0}, {1}, {2} and {3} is inscribed in a circle. Find its area.",
        "The four corners of a quadrilateral with sides {0}, {1}, {2} and {3} lie on one circle. What is its area?",
    ),
}
_FORM = (
    "Give an exact answer in simplest radical form.",
    "Answer exactly; simplify roots and leave none in a denominator.",
)


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers in the order told, those that may be exchanged ascending)."""
    kind = _KINDS[level]
    while True:
        if kind == "height":
            return (kind, (rng.randrange(2, 61), rng.randrange(2, 61)))
        if kind == "foot":
            return (kind, (*sorted(rng.randrange(1, 41) for _ in range(2)), rng.randrange(2, 61)))
        if kind == "diagonals":
            pairs = sorted(sorted(rng.randrange(1, 31) for _ in range(2)) for _ in range(2))
            angle = rng.choice((30, 90, 150) if level == 3 else (45, 60, 120, 135))
            return (kind, (*pairs[0], *pairs[1], angle))
        if kind == "part":
            m, n = rng.randrange(1, 10), rng.randrange(1, 10)
            if gcd(m, n) == 1:
                return (
                    kind,
                    (rng.randrange(2, 41), rng.randrange(2, 41), rng.choice((30, 45, 60, 120, 135, 150)), m, n),
                )
            continue
        count, most = (4, 70) if kind == "inscribed" else (3, 160 if kind in ("sides", "inner", "outer") else 110)
        sides = sorted(rng.randrange(4, most + 1) for _ in range(count))
        if sides[-1] < sum(sides[:-1]):
            if kind == "altitude":
                base = sides.pop(rng.randrange(3))
                sides.append(base)
            return (kind, tuple(sides))


def _sixteen(sides: tuple[int, ...]) -> tuple[int, str]:
    """Sixteen times the square of the area, after Heron and Brahmagupta (a fourth side of 0 makes a triangle)."""
    whole = sum(sides)
    factors = [whole - 2 * side for side in sides]
    if len(sides) == 3:
        factors = [whole, *factors]
    return prod(factors), "*".join(map(str, factors))


def _work(params: Params) -> tuple[Roots, list[str]]:
    kind, numbers = params
    if kind in ("height", "foot"):
        base, height = sum(numbers[:-1]), numbers[-1]
        steps = [f"base {numbers[0]} + {numbers[1]} = {base}"] if kind == "foot" else []
        return rational(Fraction(base * height, 2)), [*steps, f"{base}*{height}/2 = {Fraction(base * height, 2)}"]
    if kind == "diagonals":
        a, b, c, d, angle = numbers
        value = times(_SINES[angle], Fraction((a + b) * (c + d), 2))
        steps = [f"diagonals {a + b} and {c + d}", f"sin {angle} = {roots_plain(_SINES[angle])}"]
        return value, [*steps, f"half the product of the diagonals times the sine: {roots_plain(value)}"]
    if kind == "part":
        a, b, angle, m, n = numbers
        whole = times(_SINES[angle], Fraction(a * b, 2))
        value = times(whole, Fraction(m, m + n))
        steps = [
            f"sin {angle} = {roots_plain(_SINES[angle])}",
            f"all of it: {a}*{b}/2 times that = {roots_plain(whole)}",
        ]
        return value, [*steps, f"{m}/{m + n} of it: {roots_plain(value)}"]
    sixteen, shown = _sixteen(numbers)
    area = times(root(sixteen), Fraction(1, 4))
    steps = [f"16 A^2 = {shown} = {sixteen}", f"A = sqrt({sixteen})/4 = {roots_plain(area)}"]
    if kind in ("sides", "inscribed"):
        return area, steps
    if kind == "altitude":
        value = times(area, Fraction(2, numbers[2]))
        return value, [*steps, f"2A/{numbers[2]} = {roots_plain(value)}"]
    if kind == "inner":
        value = times(area, Fraction(2, sum(numbers)))
        return value, [*steps, f"2A/{sum(numbers)} = {roots_plain(value)}"]
    value = times(root(sixteen), Fraction(prod(numbers), sixteen))
    return value, [*steps, f"abc/(4A) = {prod(numbers)}/(4A) = {roots_plain(value)}"]


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers = params
    shown = list(numbers)
    if kind in ("sides", "inner", "outer", "inscribed"):
        rng.shuffle(shown)
    prompt = f"{rng.choice(_ASKED[kind]).format(*shown)} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(roots_plain(_work(params)[0])))


def _reference(answer: str) -> MathReference:
    return MathReference(answer=answer, type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    return f"{joint.join(steps)}. {boxed(roots_latex(value))}"


def confirm(params: Params) -> MathReference:
    """With coordinates and sympy: corners placed by the angle or by the law of cosines, areas by cross products."""
    import sympy

    kind, numbers = params
    if kind in ("height", "foot"):
        *base, height = numbers
        found = sympy.Rational(sum(base) * height, 2)
    elif kind == "diagonals":
        a, b, c, d, angle = numbers
        cos, sin = (f(sympy.pi * angle / 180) for f in (sympy.cos, sympy.sin))
        corners = [(a, 0), (c * cos, c * sin), (-b, 0), (-d * cos, -d * sin)]
        found = sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(corners, [*corners[1:], corners[0]], strict=True)) / 2
    elif kind == "part":
        a, b, angle, m, n = numbers
        point = (b * sympy.cos(sympy.pi * angle / 180), b * sympy.sin(sympy.pi * angle / 180))
        foot = [start + (end - start) * sympy.Rational(m, m + n) for start, end in zip((a, 0), point, strict=True)]
        found = sympy.Rational(a, 2) * foot[1]
    elif kind == "inscribed":  # the diagonal from the two opposite angles, whose cosines differ in sign
        a, b, c, d = numbers
        cosine = sympy.Rational(a * a + b * b - c * c - d * d, 2 * (a * b + c * d))
        found = sympy.Rational(a * b + c * d, 2) * sympy.sqrt(1 - cosine**2)
    else:
        a, b, c = numbers
        x = sympy.Rational(a * a - b * b + c * c, 2 * c)
        height = sympy.sqrt(a * a - x**2)
        centre = sympy.sqrt(sympy.Rational(c * c, 4) + ((x * x + height**2 - c * x) / (2 * height)) ** 2)
        found = {"sides": height * c / 2, "altitude": height, "inner": height * c / (a + b + c), "outer": centre}[kind]
    ours = roots_plain(_work(params)[0])
    gap = sympy.expand(found**2) - sympy.expand(sympy.sympify(ours) ** 2)  # both are positive
    return _reference(ours if sympy.simplify(gap) == 0 else str(found))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    numbers = params[1]
    right, _ = _work(params)
    candidates = (
        ("doubled", times(right, 2)),
        ("halved", times(right, Fraction(1, 2))),
        ("off_by_one", plus(right, rational(rng.choice((1, 2))))),
        ("sign", times(right, -1)),
        ("sum_of_lengths", rational(sum(numbers))),
        (
            "under_the_root",
            {radicand + 1: value for radicand, value in right.items()} if max(right) in (1, 2, 5) else rational(1),
        ),
        ("root_dropped", rational(sum(right.values(), Fraction(0)))),
    )
    named = [(name, roots_latex(value)) for name, value in candidates]
    yield from wrong_answers(roots_latex(right), f"area of {', '.join(map(str, numbers))}", named)


FAMILY = Family(
    name="triangle_area",
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
