"""Chords, secants and tangents of circles, exactly.

Level 1: a chord from its distance to the centre. Level 2: the distance from the chord. Level 3: two chords that
cross. Level 4: two secants from a point. Level 5: a chord through a point at a known distance from the centre. Level
6: a tangent common to two circles. Level 7: two parallel chords. Level 8: the tangent from a point to a circle given
by its equation. Level 9: the chord on a line. Level 10: the chord common to two circles.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import Roots, plus, rational, root, roots_latex, roots_plain, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, combination, signed, wrong_answers
from tracemill.problems.types import MathReference

_KINDS = {
    1: ("chord",),
    2: ("distance",),
    3: ("crossing",),
    4: ("secants",),
    5: ("power",),
    6: ("outer", "inner"),
    7: ("same", "opposite"),
    8: ("tangent",),
    9: ("line",),
    10: ("common",),
}
_ASKED = {
    "chord": (
        "A chord runs at distance {1} from the centre of a circle of radius {0}. How long is it?",
        "In a circle of radius {0}, find the length of a chord that is {1} away from the centre.",
    ),
    "distance": (
        "A circle of radius {0} has a chord of length {1}. How far is the chord from the centre?",
        "Find the distance from the centre of a circle of radius {0} to a chord of length {1}.",
    ),
    "crossing": (
        "Two chords AB and CD of a circle meet at P, with PA = {0}, PB = {1} and PC = {2}. Find PD.",
        "P is the intersection of the chords AB and CD; AP = {0}, BP = {1}, CP = {2}. How long is DP?",
    ),
    "secants": (
        "From a point P outside a circle one line meets it at A and then B, another at C and then D. PA = {0}, AB = "
        "{1}, PC = {2}. Find CD.",
        "Two secants from P cut a circle, the first at A and B (PA = {0}, AB = {1}), the second at C and D (PC = "
        "{2}), the nearer points named first. How long is CD?",
    ),
    "power": (
        "P is {1} away from the centre of a circle of radius {0}. A line through P meets the circle at A and B, with "
        "PA = {2}. Find PB.",
        "A circle has radius {0}; the point P has distance {1} from its centre. On a line through P the circle cuts "
        "off PA = {2}. How far is the second intersection B from P?",
    ),
    "outer": (
        "Two circles of radii {0} and {1} have centres {2} apart. How long is the common outer tangent between the "
        "points where it touches?",
        "The centres of circles with radii {0} and {1} are {2} apart. Find the length of their external common "
        "tangent segment.",
    ),
    "inner": (
        "Two circles of radii {0} and {1} have centres {2} apart. How long is the common inner tangent between the "
        "points where it touches?",
        "The centres of circles with radii {0} and {1} are {2} apart. Find the length of their internal common "
        "tangent segment.",
    ),
    "same": (
        "Two parallel chords of lengths {1} and {2} lie on the same side of the centre of a circle of radius {0}. "
        "How far apart are they?",
        "In a circle of radius {0}, parallel chords of lengths {1} and {2} are on one side of the centre. Find the "
        "distance between them.",
    ),
    "opposite": (
        "Two parallel chords of lengths {1} and {2} lie on opposite sides of the centre of a circle of radius {0}. "
        "How far apart are they?",
        "In a circle of radius {0}, parallel chords of lengths {1} and {2} have the centre between them. Find the "
        "distance between them.",
    ),
    "tangent": (
        "How long is a tangent from {0} to the circle {1}, from the point to where it touches?",
        "Find the length of the tangent segment from {0} to the circle {1}.",
    ),
    "line": (
        "How long is the chord that the line {0} cuts from the circle {1}?",
        "The circle {1} meets the line {0} in two points. How far apart are they?",
    ),
    "common": (
        "Two circles of radii {0} and {1} have centres {2} apart. How long is their common chord?",
        "Circles of radii {0} and {1}, their centres {2} apart, meet in two points. Find the distance between these.",
    ),
}
_FORM = ("Give an exact answer in simplest form.", "Answer exactly; simplify fractions and roots.")


def sample(level: int, rng: Random) -> Params:
    """(kind, lengths in the order told); "tangent" and "line" have D, E, F of x^2 + y^2 + Dx + Ey + F = 0, then a point
    or the a, b, c of the line ax + by = c."""
    kind = rng.choice(_KINDS[level])
    while True:
        a, b, c = (rng.randrange(2, 121) for _ in range(3))
        numbers: tuple[int, ...] = (a, b, c)
        if kind in ("chord", "distance"):
            numbers = (a, b)
        elif kind == "crossing":
            numbers = (*sorted((a, b)), c)
        elif kind in ("outer", "inner", "common"):
            numbers = (*sorted((a, b)), rng.randrange(2, 241))
        elif kind in ("same", "opposite"):
            numbers = (a, *sorted((b, c)))
        elif kind in ("tangent", "line"):
            h, k = rng.randrange(-9, 10), rng.randrange(-9, 10)
            numbers = (
                -2 * h,
                -2 * k,
                h * h + k * k - rng.randrange(2, 80),
                *(rng.randrange(-12, 13) for _ in range(2)),
            )
            numbers += (rng.randrange(-20, 21),) if kind == "line" else ()
        if _sound(kind, numbers):
            return (kind, numbers)


def _sound(kind: str, numbers: tuple[int, ...]) -> bool:
    if kind == "chord":
        return numbers[1] < numbers[0]
    if kind == "distance":
        return numbers[1] < 2 * numbers[0]
    if kind == "tangent":
        return _power(numbers[:3], numbers[3], numbers[4]) > 0
    if kind == "line":
        a, b, c = numbers[3:]
        return a > 0 and b != 0 and gcd(a, b, c) == 1 and _line(numbers)[0] > 0
    a, b, c = numbers
    if kind == "power":
        return a != b and abs(a - b) <= c <= a + b and c * c != abs(a * a - b * b)
    if kind == "secants":
        return a * (a + b) > c * c
    if kind == "outer":
        return c > b - a and a < b and c > b
    if kind == "inner":
        return c > a + b
    if kind in ("same", "opposite"):
        return c < 2 * a and b < c
    return kind == "crossing" or b - a < c < a + b


def _power(circle: tuple[int, ...], x: int, y: int) -> int:
    return x * x + y * y + circle[0] * x + circle[1] * y + circle[2]


def _line(numbers: tuple[int, ...]) -> tuple[Fraction, Fraction]:
    """A quarter of the chord's square, and the square of the line's distance from the centre."""
    d, e, f, a, b, c = numbers
    h, k = Fraction(-d, 2), Fraction(-e, 2)
    distance = (a * h + b * k - c) ** 2 / (a * a + b * b)
    return h * h + k * k - f - distance, distance


def _circle_shown(circle: tuple[int, ...]) -> str:
    d, e, f = circle
    text = "x^2 + y^2"
    for value, name in ((d, "x"), (e, "y"), (f, "")):
        if value:
            text += f" {'-' if value < 0 else '+'} {abs(value)}{name}"
    return f"{text} = 0"


def _work(params: Params) -> tuple[Roots, list[str]]:
    kind, numbers = params
    if kind == "tangent":
        *circle, x, y = numbers
        power = _power(tuple(circle), x, y)
        value = root(power)
        put_in = f"{bracketed(x)}^2 + {bracketed(y)}^2 {signed(circle[0])}*{bracketed(x)} "
        put_in += f"{signed(circle[1])}*{bracketed(y)} {signed(circle[2])}"
        return value, [
            "put the point into the left side",
            f"{put_in} = {power}",
            f"sqrt({power}) = {roots_plain(value)}",
        ]
    if kind == "line":
        d, e = numbers[:2]
        quarter, distance = _line(numbers)
        value = times(root(quarter), 2)
        square = quarter + distance
        steps = [f"centre ({-d // 2}, {-e // 2}), radius squared {square}", f"distance squared of the line {distance}"]
        return value, [
            *steps,
            f"half the chord squared {square} - {distance} = {quarter}",
            f"chord {roots_plain(value)}",
        ]
    a, b, c = (*numbers, 0)[:3]
    if kind == "chord":
        value = times(root(a * a - b * b), 2)
        return value, [f"half the chord squared {a}^2 - {b}^2 = {a * a - b * b}", f"chord {roots_plain(value)}"]
    if kind == "distance":
        square = a * a - Fraction(b * b, 4)
        return root(square), [f"{a}^2 - ({b}/2)^2 = {square}", f"sqrt({square}) = {roots_plain(root(square))}"]
    if kind == "crossing":
        return rational(Fraction(a * b, c)), ["PA*PB = PC*PD", f"{a}*{b}/{c} = {Fraction(a * b, c)}"]
    if kind == "secants":
        whole = Fraction(a * (a + b), c)
        return rational(whole - c), [
            "PA*PB = PC*PD",
            f"PD = {a}*{a + b}/{c} = {whole}",
            f"CD = {whole} - {c} = {whole - c}",
        ]
    if kind == "power":
        power = abs(a * a - b * b)
        return rational(Fraction(power, c)), [
            f"PA*PB = |{b}^2 - {a}^2| = {power}",
            f"{power}/{c} = {Fraction(power, c)}",
        ]
    if kind in ("outer", "inner"):
        leg = b - a if kind == "outer" else a + b
        value = root(c * c - leg * leg)
        return value, [f"shift it to a centre: {c}^2 - {leg}^2 = {c * c - leg * leg}", f"its root {roots_plain(value)}"]
    if kind in ("same", "opposite"):
        near, far = root(a * a - Fraction(c * c, 4)), root(a * a - Fraction(b * b, 4))
        value = plus(far, times(near, -1 if kind == "same" else 1))
        steps = [f"sqrt({a}^2 - ({b}/2)^2) = {roots_plain(far)}", f"sqrt({a}^2 - ({c}/2)^2) = {roots_plain(near)}"]
        return value, [*steps, f"{'difference' if kind == 'same' else 'sum'} {roots_plain(value)}"]
    part = Fraction(c * c + b * b - a * a, 2 * c)
    square = b * b - part * part
    value = times(root(square.numerator), Fraction(2) / _whole_root(square.denominator))
    steps = [f"from the centre of the circle of radius {b} the chord is ({c}^2 + {b}^2 - {a}^2)/(2*{c}) = {part} away"]
    return value, [*steps, f"half the chord squared {b}^2 - ({part})^2 = {square}", f"chord {roots_plain(value)}"]


def _whole_root(square: int) -> Fraction:
    """The root of a denominator, which is a square."""
    found = root(square)
    assert list(found) == [1], square
    return found[1]


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers = params
    fields: list[object] = list(numbers)
    if kind == "tangent":
        fields = [(numbers[3], numbers[4]), _circle_shown(numbers[:3])]
    elif kind == "line":
        fields = [f"{combination(numbers[3:5], 'xy')} = {numbers[5]}", _circle_shown(numbers[:3])]
    prompt = f"{rng.choice(_ASKED[kind]).format(*fields)} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(roots_plain(_work(params)[0])))


def _reference(answer: str) -> MathReference:
    return MathReference(answer=answer, type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(roots_latex(value))}"


def confirm(params: Params) -> MathReference:
    """With coordinates: circles and lines are intersected by sympy, contacts found from a zero discriminant."""
    import sympy

    kind, numbers = params
    x, y, t = sympy.symbols("x y t")
    a, b, c = map(sympy.Integer, (*numbers, 0)[:3])

    def cut(left: sympy.Expr, right: sympy.Expr) -> sympy.Expr:
        """The square of the distance between the two common points."""
        p, q = sympy.solve([left, right], [x, y])
        return sympy.expand((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2)

    if kind == "chord":
        square = cut(x**2 + y**2 - a**2, y - b)
    elif kind == "distance":
        square = sympy.solve(4 * (a**2 - t) - b**2, t)[0]
    elif kind == "tangent":  # touching lines y - y0 = m (x - x0) or by the right angle at the contact
        *circle, px, py = numbers
        centre = (sympy.Rational(-circle[0], 2), sympy.Rational(-circle[1], 2))
        radius = centre[0] ** 2 + centre[1] ** 2 - circle[2]
        square = (px - centre[0]) ** 2 + (py - centre[1]) ** 2 - radius
    elif kind == "line":
        d, e, f, u, v, w = numbers
        square = cut(x**2 + y**2 + d * x + e * y + f, u * x + v * y - w)
    elif kind == "common":
        square = cut(x**2 + y**2 - a**2, (x - c) ** 2 + y**2 - b**2)
    elif kind in ("same", "opposite"):
        heights = [sympy.sqrt(a**2 - (length / 2) ** 2) for length in (b, c)]
        square = sympy.expand((heights[0] + (heights[1] if kind == "opposite" else -heights[1])) ** 2)
    elif kind in ("outer", "inner"):  # the contact points, seen from the centres under one angle (or opposite ones)
        cosine = (b - a if kind == "outer" else b + a) / c
        sine, side = sympy.sqrt(1 - cosine**2), 1 if kind == "outer" else -1
        first, second = (c + side * a * cosine, side * a * sine), (b * cosine, b * sine)
        square = sympy.expand((first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2)
    else:
        products = {"crossing": a * b, "secants": a * (a + b), "power": abs(b**2 - a**2)}
        if kind == "power":  # the quadratic of the distances along the line, one root known
            products["power"] = abs(sympy.Poly((t + b) ** 2 - a**2, t).eval(0))
        other = sympy.solve(c * t - products[kind], t)[0]
        square = (other - c) ** 2 if kind == "secants" else other**2
    ours = roots_plain(_work(params)[0])
    same = sympy.simplify(sympy.expand(sympy.sympify(ours) ** 2) - square) == 0  # both are positive
    return _reference(ours if same else f"sqrt({square})")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, numbers = params
    right, _ = _work(params)
    first = max(right)
    candidates = (
        ("doubled", times(right, 2)),
        ("halved", times(right, Fraction(1, 2))),
        ("off_by_one", plus(right, rational(rng.choice((1, 2))))),
        ("sign", times(right, -1)),
        ("root_dropped", rational(sum((value * radicand for radicand, value in right.items()), Fraction(0)))),
        ("under_the_root", root(first + 2)),
        ("added", rational(abs(sum(numbers)))),
    )
    named = [(name, roots_latex(value)) for name, value in candidates]
    yield from wrong_answers(roots_latex(right), f"{kind} of {', '.join(map(str, numbers))}", named)


FAMILY = Family(
    name="chords",
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
