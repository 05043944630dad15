"""Sides and angles of any triangle by the laws of cosines and sines, exactly.

Level 1: the square of a side opposite 60 or 120 degrees. Level 2: the side. Level 3: a cosine from three sides. Level
4: the square of a side opposite 30, 45, 135 or 150 degrees. Level 5: a median. Level 6: a diagonal of a
parallelogram. Level 7: a line from a corner to the opposite side. Level 8: the square of a bisector. Level 9: the
square of a diagonal of an inscribed quadrilateral. Level 10: the cosine of the angle between two medians.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import Roots, plus, rational, root, roots_latex, roots_plain, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_KINDS = {
    1: "square",
    2: "side",
    3: "cosine",
    4: "square",
    5: "median",
    6: "diagonal",
    7: "cevian",
    8: "bisector",
    9: "inscribed",
    10: "medians",
}
_COSINES: dict[int, Roots] = {30: {3: Fraction(1, 2)}, 45: {2: Fraction(1, 2)}, 60: {1: Fraction(1, 2)}, 90: {}}
_COSINES |= {180 - angle: times(value, -1) for angle, value in _COSINES.items()}
_ASKED = {
    "square": (
        "In triangle ABC, AC = {0}, BC = {1} and the angle at C is {2} degrees. Find AB^2.",
        "Two sides of {0} and {1} form an angle of {2} degrees. What is the square of the third side of the triangle?",
    ),
    "side": (
        "In triangle ABC, AC = {0}, BC = {1} and the angle at C is {2} degrees. Find AB.",
        "Two sides of {0} and {1} form an angle of {2} degrees. How long is the third side of the triangle?",
    ),
    "cosine": (
        "A triangle has sides {0}, {1} and {2}. Find the cosine of the angle opposite the side of {2}.",
        "In triangle ABC, BC = {0}, CA = {1} and AB = {2}. What is cos C?",
    ),
    "median": (
        "A triangle has sides {0}, {1} and {2}. How long is the median to the side of {2}?",
        "In a triangle with sides {0}, {1} and {2}, how far is the midpoint of the side of {2} from the opposite "
        "corner?",
    ),
    "diagonal": (
        "A parallelogram has sides {0} and {1} and a diagonal of {2}. How long is the other diagonal?",
        "One diagonal of a parallelogram with sides {0} and {1} measures {2}. Find the other.",
    ),
    "cevian": (
        "In triangle ABC, AB = {0}, AC = {1} and BC = {2}. D lies on BC with BD = {3}. Find AD.",
        "D divides the side BC = {2} of triangle ABC with BD = {3}; AB = {0} and AC = {1}. How long is AD?",
    ),
    "bisector": (
        "In triangle ABC, AB = {0}, AC = {1} and BC = {2}. The bisector of the angle at A meets BC at D. Find AD^2.",
        "A triangle has AB = {0}, AC = {1}, BC = {2}; AD bisects the angle at A, with D on BC. What is the square of "
        "AD?",
    ),
    "inscribed": (
        "The quadrilateral ABCD is inscribed in a circle, with AB = {0}, BC = {1}, CD = {2} and DA = {3}. Find AC^2.",
        "ABCD has all corners on one circle; AB = {0}, BC = {1}, CD = {2}, DA = {3}. What is the square of the "
        "diagonal AC?",
    ),
    "medians": (
        "In triangle ABC, BC = {0}, CA = {1} and AB = {2}; G is the intersection of the medians. Find the cosine of "
        "angle AGB.",
        "The centroid G of triangle ABC with BC = {0}, CA = {1}, AB = {2} is joined to A and B. What is cos AGB?",
    ),
}
_FORM = ("Give an exact answer in simplest form.", "Answer exactly; simplify fractions and roots.")


def sample(level: int, rng: Random) -> Params:
    """(kind, lengths and angles in the order told)."""
    kind = _KINDS[level]
    while True:
        a, b, c, d = (rng.randrange(2, 121) for _ in range(4))
        if kind in ("square", "side"):
            angle = rng.choice((30, 45, 135, 150) if level == 4 else (60, 120))
            most = {1: 40, 2: 70}.get(level, 500)
            return (kind, (*sorted(rng.randrange(2, most + 1) for _ in range(2)), angle))
        if kind == "inscribed":
            a, b, c, d = (rng.randrange(2, 41) for _ in range(4))
            if 2 * max(a, b, c, d) < a + b + c + d:
                return (kind, (a, b, c, d))
            continue
        if not abs(a - b) < c < a + b:
            continue
        if kind == "cevian" and c > 1:
            return (kind, (a, b, c, rng.randrange(1, c)))
        if kind != "cevian" and gcd(a, b, c) <= (1 if kind in ("cosine", "medians") else 120):
            return (kind, (a, b, c) if kind == "medians" else (*sorted((a, b)), c))


def _work(params: Params) -> tuple[Roots, list[str]]:
    kind, numbers = params
    a, b, c = numbers[:3]
    if kind in ("square", "side"):
        part = times(_COSINES[c], -2 * a * b)
        square = plus(rational(a * a + b * b), part)
        steps = [f"cos {c} = {roots_plain(_COSINES[c])}", f"{a}^2 + {b}^2 = {a * a + b * b}"]
        steps += [f"-2*{a}*{b}*cos {c} = {roots_plain(part)}", f"square {roots_plain(square)}"]
        if kind == "square":
            return square, steps
        value = root(square[1])
        return value, [*steps, f"side {roots_plain(value)}"]
    if kind == "cosine":
        ratio = Fraction(a * a + b * b - c * c, 2 * a * b)
        return rational(ratio), [
            f"({a}^2 + {b}^2 - {c}^2)/(2*{a}*{b}) = {a * a + b * b - c * c}/{2 * a * b}",
            f"reduced {ratio}",
        ]
    if kind == "median":
        squared = Fraction(2 * a * a + 2 * b * b - c * c, 4)
        return root(squared), [f"(2*{a}^2 + 2*{b}^2 - {c}^2)/4 = {squared}", f"its root {roots_plain(root(squared))}"]
    if kind == "diagonal":
        squared = Fraction(2 * a * a + 2 * b * b - c * c)
        steps = [f"the squares of both diagonals add up to 2*({a}^2 + {b}^2) = {2 * a * a + 2 * b * b}"]
        return root(squared), [*steps, f"less {c}^2: {squared}", f"its root {roots_plain(root(squared))}"]
    if kind == "cevian":
        near, far = numbers[3], c - numbers[3]
        squared = Fraction(a * a * far + b * b * near, c) - near * far
        steps = [f"DC = {far}", f"AD^2 = ({a}^2*{far} + {b}^2*{near})/{c} - {near}*{far} = {squared}"]
        value = _root_over(squared)
        return value, [*steps, f"its root {roots_plain(value)}"]
    if kind == "bisector":
        ratio = a * b * (1 - Fraction(c * c, (a + b) ** 2))
        return rational(ratio), [f"AD^2 = {a}*{b}*(1 - {c}^2/({a} + {b})^2)", f"that is {ratio}"]
    if kind == "inscribed":
        d = numbers[3]
        ratio = Fraction((a * c + b * d) * (a * d + b * c), a * b + c * d)
        steps = [
            f"{a}*{c} + {b}*{d} = {a * c + b * d}",
            f"{a}*{d} + {b}*{c} = {a * d + b * c}",
            f"{a}*{b} + {c}*{d} = {a * b + c * d}",
        ]
        return rational(ratio), [*steps, f"{a * c + b * d}*{a * d + b * c}/{a * b + c * d} = {ratio}"]
    ga, gb = 2 * b * b + 2 * c * c - a * a, 2 * a * a + 2 * c * c - b * b
    top = ga + gb - 9 * c * c
    value = times(times(_reciprocal(ga), _reciprocal(gb)), Fraction(top, 2))
    steps = [f"9*GA^2 = {ga}", f"9*GB^2 = {gb}", f"{ga} + {gb} - 9*{c}^2 = {top}"]
    return value, [*steps, f"cosine {top}/(2*sqrt({ga})*sqrt({gb})) = {roots_plain(value)}"]


def _reciprocal(n: int) -> Roots:
    """1 / sqrt(n)."""
    return times(root(n), Fraction(1, n))


def _root_over(square: Fraction) -> Roots:
    """The root of a fraction, numerator and denominator taken apart."""
    return times(root(square.numerator), _reciprocal(square.denominator))


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers = params
    prompt = f"{rng.choice(_ASKED[kind]).format(*numbers)} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(kind, roots_plain(_work(params)[0])))


def _reference(kind: str, answer: str) -> MathReference:
    if kind in ("cosine", "bisector", "inscribed"):
        return MathReference(answer=answer, type="rational")
    return MathReference(answer=answer, type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(roots_latex(value))}"


def confirm(params: Params) -> MathReference:
    """With coordinates: the corners are placed, distances and angles are measured, by sympy."""
    import sympy

    kind, numbers = params
    a, b, c = map(sympy.Integer, numbers[:3])

    def apart(p: sympy.Matrix, q: sympy.Matrix) -> sympy.Expr:
        return sympy.expand((p - q).dot(p - q))

    def corner(left: sympy.Expr, right: sympy.Expr, base: sympy.Expr) -> sympy.Matrix:
        """The point at distances `left` from the origin and `right` from (base, 0)."""
        x = (left**2 - right**2 + base**2) / (2 * base)
        return sympy.Matrix([x, sympy.sqrt(left**2 - x**2)])

    if kind in ("square", "side"):
        angle = sympy.pi * numbers[2] / 180
        square = apart(sympy.Matrix([a, 0]), sympy.Matrix([b * sympy.cos(angle), b * sympy.sin(angle)]))
    elif kind == "cosine":
        square = corner(b, c, a)[0] / b  # the angle at the origin, seen from there
    elif kind == "median":
        square = apart(corner(a, b, c), sympy.Matrix([c / 2, 0]))
    elif kind == "diagonal":
        square = apart(corner(a, c, b) * -1, sympy.Matrix([b, 0]))
    elif kind == "cevian":
        square = apart(corner(a, b, c), sympy.Matrix([numbers[3], 0]))
    elif kind == "bisector":
        square = apart(corner(a, b, c), sympy.Matrix([c * a / (a + b), 0]))
    elif kind == "inscribed":  # both triangles over AC, their angles at B and D adding up to a half turn
        t, d = sympy.Symbol("t"), numbers[3]
        (square,) = sympy.solve((a**2 + b**2 - t) / (2 * a * b) + (c**2 + d**2 - t) / (2 * c * d), t)
    else:
        third = corner(b, a, c)
        g = (third + sympy.Matrix([c, 0])) / 3
        u, v = -g, sympy.Matrix([c, 0]) - g
        square = sympy.expand(u.dot(v)) / sympy.sqrt(sympy.expand(u.dot(u)) * sympy.expand(v.dot(v)))
    ours, _ = _work(params)
    text = roots_plain(ours)
    claimed = sympy.sympify(text)
    if kind in ("side", "median", "diagonal", "cevian"):
        claimed = claimed**2
    same = sympy.simplify(sympy.expand(square - claimed)) == 0
    return _reference(kind, text if same else str(square))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, numbers = params
    right, _ = _work(params)
    a, b, c = numbers[:3]
    candidates = (
        ("sign", times(right, -1)),
        ("off_by_one", plus(right, rational(rng.choice((1, 2))))),
        ("doubled", times(right, 2)),
        ("halved", times(right, Fraction(1, 2))),
        ("pythagoras", rational(a * a + b * b)),
        ("root_dropped", rational(sum(right.values(), Fraction(0)) + (1 if set(right) <= {1} else 0))),
        ("sum_of_lengths", rational(a + b + c)),
    )
    named = [(name, roots_latex(value)) for name, value in candidates]
    yield from wrong_answers(roots_latex(right), f"{kind} of {', '.join(map(str, numbers))}", named)


FAMILY = Family(
    name="law_of_cosines",
    version=1,
    kind="math",
    topic="trigonometry",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
