"""Similar triangles and parallel lines: lengths and areas by proportion, exactly.

Level 1: a side of a similar triangle. Level 2: a segment on a side cut by a parallel. Level 3: the parallel itself or
the base. Level 4: the area of a similar triangle. Level 5: how far the diagonals of a trapezoid meet from a base.
Level 6: where two stretched lines between poles cross. Level 7: a rectangle in a triangle. Level 8: the area of a
strip between parallels. Level 9: the parts into which diagonals cut a trapezoid. Level 10: the parts into which two
lines from corners cut a triangle.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import fraction_latex
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Point = tuple[Fraction | int, Fraction | int]

_KINDS = {
    1: "side",
    2: "cut",
    3: "parallel",
    4: "area",
    5: "trapezoid",
    6: "poles",
    7: "rectangle",
    8: "strip",
    9: "parts",
    10: "lines",
}
_MOST = {1: 30, 2: 30, 3: 90, 4: 90, 5: 90, 6: 90, 7: 90}
_ASKED = {
    "side": (
        "Two triangles are similar. A side of {0} in the first corresponds to {1} in the second. Which length "
        "corresponds to {2} in the first?",
        "Triangle ABC with AB = {0} and AC = {2} is similar to triangle DEF with DE = {1}. Find DF, which "
        "corresponds to AC.",
    ),
    "cut": (
        "D lies on AB and E on AC of triangle ABC, and DE is parallel to BC. AD = {0}, DB = {1}, AE = {2}. Find EC.",
        "A line parallel to BC cuts AB into AD = {0} and DB = {1}, and AC into AE = {2} and EC. How long is EC?",
    ),
    "parallel": (
        "D lies on AB and E on AC of triangle ABC, and DE is parallel to BC. AD = {0}, DB = {1}, DE = {2}. Find BC.",
        "A line parallel to BC meets AB at D and AC at E, with AD = {0}, DB = {1} and DE = {2}. How long is BC?",
    ),
    "area": (
        "Two triangles are similar. A side of {0} in the first, whose area is {2}, corresponds to a side of {1} in "
        "the second. Find the area of the second.",
        "A triangle with a side of {0} has area {2}. In a similar triangle the matching side is {1}. What is its area?",
    ),
    "trapezoid": (
        "A trapezoid has parallel sides {0} and {1} and height {2}. How far from the side of {0} do its diagonals "
        "meet?",
        "The parallel sides of a trapezoid, {0} and {1} long, are {2} apart. Find the distance from the diagonals' "
        "intersection to the side of {0}.",
    ),
    "poles": (
        "Two vertical poles of heights {0} and {1} stand {2} apart on level ground. A wire runs from the top of each "
        "to the foot of the other. How far from the first pole (of height {0}) do the wires cross?",
        "Poles of heights {0} and {1} stand {2} apart; straight lines join the top of each with the foot of the "
        "other. Find the horizontal distance of their crossing from the pole of height {0}.",
    ),
    "rectangle": (
        "A triangle has base {0} and height {1}. A rectangle with one side on the base and two corners on the other "
        "sides is {2} times as wide (along the base) as it is high. How high is it?",
        "In a triangle of base {0} and height {1} a rectangle stands on the base, its upper corners on the other two "
        "sides; its width is {2} times its height. Find its height.",
    ),
    "strip": (
        "Two lines parallel to BC cut the side AB of triangle ABC into {0}, {1} and {2}, counted from A. The area of "
        "ABC is {3}. Find the area of the strip between the two lines.",
        "Triangle ABC of area {3} is cut by two parallels to BC that divide AB, from A on, into {0}, {1} and {2}. "
        "How large is the middle piece?",
    ),
    "parts": (
        "A trapezoid of area {2} has parallel sides {0} and {1}. Its diagonals cut it into four triangles. Find the "
        "area of one of the two that stand on the legs.",
        "The diagonals of a trapezoid with parallel sides {0} and {1} and area {2} cut it into four triangles. How "
        "large is the area of a triangle at a leg?",
    ),
    "lines": (
        "In triangle ABC of area {4}, D lies on BC with BD : DC = {0} : {1}, and E on CA with CE : EA = {2} : {3}. "
        "AD and BE meet at P. Find the area of triangle ABP.",
        "D divides BC with BD : DC = {0} : {1}, E divides CA with CE : EA = {2} : {3}; AD and BE cross at P. The "
        "area of ABC is {4}. How large is the area of ABP?",
    ),
}
_FORM = ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers in the order told); ratios are reduced."""
    kind = _KINDS[level]
    if kind == "strip":
        pieces = [rng.randrange(1, 13) for _ in range(3)]
        return (kind, (*pieces, rng.randrange(20, 600)))
    if kind == "parts":
        return (kind, (*sorted(rng.sample(range(2, 61), 2)), rng.randrange(20, 600)))
    if kind == "lines":
        ratios: list[int] = []
        while len(ratios) < 4:
            m, n = rng.randrange(1, 10), rng.randrange(1, 10)
            ratios += [m, n] if gcd(m, n) == 1 else []
        return (kind, (*ratios, rng.randrange(20, 400)))
    a, b = rng.sample(range(2, _MOST[level] + 1), 2)
    c = rng.randrange(2, 10) if kind == "rectangle" else rng.randrange(2, _MOST[level] + 1)
    return (kind, (rng.randrange(4, 200), rng.randrange(4, 200), c) if kind == "rectangle" else (a, b, c))


def _work(params: Params) -> tuple[Fraction, list[str]]:
    kind, numbers = params
    a, b, c = numbers[:3]
    if kind == "side":
        value = Fraction(b * c, a)
        return value, [f"{a} : {b} = {c} : z", f"z = {b}*{c}/{a} = {value}"]
    if kind == "cut":
        value = Fraction(b * c, a)
        return value, [f"{a} : {b} = {c} : EC", f"EC = {b}*{c}/{a} = {value}"]
    if kind == "parallel":
        value = Fraction((a + b) * c, a)
        return value, [f"AB = {a} + {b} = {a + b}", f"{a} : {a + b} = {c} : BC", f"BC = {a + b}*{c}/{a} = {value}"]
    if kind == "area":
        value = Fraction(b * b * c, a * a)
        return value, ["areas go with the squares of the sides", f"{c}*{b}^2/{a}^2 = {value}"]
    if kind in ("trapezoid", "poles"):
        value = Fraction(a * c, a + b)
        which = "the triangles on the two sides" if kind == "trapezoid" else "the triangles at the two poles"
        return value, [
            f"{which} are similar, {a} : {b}",
            f"{c} is split in this ratio",
            f"{c}*{a}/({a} + {b}) = {value}",
        ]
    if kind == "rectangle":
        value = Fraction(a * b, b * c + a)
        steps = [
            f"above the rectangle is a similar triangle: {c}t : {a} = ({b} - t) : {b}",
            f"{b * c}t = {a * b} - {a}t",
        ]
        return value, [*steps, f"t = {a * b}/{b * c + a}" + ("" if value.denominator == b * c + a else f" = {value}")]
    if kind == "strip":
        whole, area = a + b + c, numbers[3]
        outer, inner = Fraction((a + b) ** 2 * area, whole**2), Fraction(a * a * area, whole**2)
        steps = [
            f"to the second line: {area}*{a + b}^2/{whole}^2 = {outer}",
            f"to the first: {area}*{a}^2/{whole}^2 = {inner}",
        ]
        return outer - inner, [*steps, f"{outer} - {inner} = {outer - inner}"]
    if kind == "parts":
        value = Fraction(a * b * c, (a + b) ** 2)
        return value, [
            f"the four areas are as {a}^2, {a}*{b}, {a}*{b}, {b}^2, together {a + b}^2",
            f"{c}*{a}*{b}/{a + b}^2 = {value}",
        ]
    m, n, p, q, area = numbers
    masses = (m * p, n * q, m * q)
    value = Fraction(masses[2] * area, sum(masses))
    steps = [
        f"weights at A, B, C that balance at D and E: {m}*{p} = {masses[0]}, {n}*{q} = {masses[1]}, {m}*{q} = "
        f"{masses[2]}"
    ]
    return value, [
        *steps,
        f"ABP is to ABC as {masses[2]} to {sum(masses)}",
        f"{area}*{masses[2]}/{sum(masses)} = {value}",
    ]


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers = params
    prompt = f"{rng.choice(_ASKED[kind]).format(*numbers)} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(_work(params)[0]))


def _reference(value: Fraction) -> MathReference:
    return MathReference(answer=str(value), type="rational", form="reduced")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(fraction_latex(value))}"


def _meet(p: Point, q: Point, r: Point, s: Point) -> Point:
    """Where the lines pq and rs cross."""
    dx, dy, ex, ey = q[0] - p[0], q[1] - p[1], s[0] - r[0], s[1] - r[1]
    t = Fraction((r[0] - p[0]) * ey - (r[1] - p[1]) * ex) / (dx * ey - dy * ex)
    return (p[0] + t * dx, p[1] + t * dy)


def _area(p: Point, q: Point, r: Point) -> Fraction:
    return abs(Fraction((q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1]))) / 2


def confirm(params: Params) -> MathReference:
    """With coordinates: one figure that fits is drawn (a skew one), its lines are crossed and its areas measured."""
    kind, numbers = params
    a, b, c = numbers[:3]
    corner: Point = (3, 1)  # an arbitrary direction for the second side
    if kind in ("side", "cut", "parallel"):  # A at the origin, AB along the x-axis
        whole = a if kind == "side" else a + b
        far = (corner[0] * c, corner[1] * c)  # on AC, c times as far as `corner`
        if kind == "side":
            found = _meet((b, 0), (b + far[0] - a, far[1]), (0, 0), far)[1] / corner[1]
        elif kind == "cut":
            found = _meet((whole, 0), (whole + far[0] - a, far[1]), (0, 0), far)[1] / corner[1] - c
        else:
            found = (
                _meet((whole, 0), (whole + corner[0], corner[1]), (0, 0), (a + corner[0] * c, corner[1] * c))[1]
                / corner[1]
            )
    elif kind == "area":
        height = Fraction(2 * c, a)
        found = _area((0, 0), (b, 0), (Fraction(7 * b, a), height * b / a))
    elif kind == "trapezoid":
        found = _meet((0, 0), (2 + b, c), (a, 0), (2, c))[1]
    elif kind == "poles":
        found = _meet((0, 0), (c, b), (0, a), (c, 0))[0]
    elif kind == "rectangle":  # the triangle's width falls evenly with the height; where is it c times the height?
        left, right = (0, 0), (a, 0)
        top = (Fraction(a, 3), b)
        width_at = [_meet(right, top, (0, y), (1, y))[0] - _meet(left, top, (0, y), (1, y))[0] for y in (0, 1)]
        found = Fraction(width_at[0]) / (c + width_at[0] - width_at[1])
    elif kind == "strip":
        whole = a + b + c
        base = Fraction(2 * numbers[3], whole)  # height `whole`, A at the top
        strip = [(base * depth / whole, depth) for depth in (a, a + b)]
        found = _area((0, 0), (strip[1][0], strip[1][1]), (0, a + b)) - _area(
            (0, 0), (strip[0][0], strip[0][1]), (0, a)
        )
    elif kind == "parts":
        height = Fraction(2 * c, a + b)
        crossing = _meet((0, 0), (5 + b, height), (a, 0), (5, height))
        found = _area((0, 0), (5, height), crossing)
    else:
        m, n, p, q, area = numbers
        at, bt, ct = (0, 0), (area, 0), (1, 2)
        d = (Fraction(n * bt[0] + m * ct[0], m + n), Fraction(n * bt[1] + m * ct[1], m + n))
        e = (Fraction(q * ct[0] + p * at[0], p + q), Fraction(q * ct[1] + p * at[1], p + q))
        found = _area(at, bt, _meet(at, d, bt, e))
    return _reference(Fraction(found))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, numbers = params
    right, _ = _work(params)
    a, b, c = numbers[:3]
    candidates = (
        ("ratio_upside_down", Fraction(a * c, b)),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("added", Fraction(b + c - a)),
        ("sign", -right),
        ("doubled", 2 * right),
        (
            "ratio_not_squared" if kind == "area" else "ratio_squared",
            Fraction(b * c, a) if kind == "area" else right * right,
        ),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"{a} : {b} : {c}", named)


FAMILY = Family(
    name="similar_triangles",
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
