"""Right triangles and the theorem of Pythagoras, with roots in simplest form.

Level 1: the hypotenuse. Level 2: a leg. Level 3: the diagonal of a box. Level 4: the height of a trapezoid. Level 5:
a base from two sides and the height. Level 6: a ladder that slips. Level 7: a point and the four corners of a
rectangle. Level 8: the diagonal of a trapezoid. Level 9: the shortest way over the faces of a box. Level 10: the
diagonal of a box from those of its faces.
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
    1: "hypotenuse",
    2: "leg",
    3: "box",
    4: "height",
    5: "base",
    6: "ladder",
    7: "corners",
    8: "diagonal",
    9: "ant",
    10: "faces",
}
_MOST = {1: 60, 2: 60, 3: 120, 4: 120, 5: 120, 6: 200, 7: 150, 8: 150, 9: 150, 10: 220}
_ASKED = {
    "hypotenuse": (
        "The legs of a right triangle measure {0} and {1}. How long is the hypotenuse?",
        "A rectangle measures {0} by {1}. How long is its diagonal?",
    ),
    "leg": (
        "A right triangle has hypotenuse {1} and one leg {0}. How long is the other leg?",
        "A ladder of length {1} leans at a wall, its foot {0} away from it. How high does it reach?",
    ),
    "box": (
        "A box measures {0} by {1} by {2}. How long is its space diagonal?",
        "Find the distance between opposite corners of a box with edges {0}, {1} and {2}.",
    ),
    "height": (
        "An isosceles trapezoid has parallel sides {0} and {1} and legs {2}. Find its height.",
        "The parallel sides of an isosceles trapezoid measure {0} and {1}, its legs {2} each. How high is it?",
    ),
    "base": (
        "A triangle has sides {1} and {2}; the height on the third side measures {0}, and its foot lies on that "
        "side. How long is the third side?",
        "From the top of a mast of height {0}, ropes of length {1} and {2} run to the level ground on opposite "
        "sides, in one plane with the mast. How far apart do they end?",
    ),
    "ladder": (
        "A ladder of length {2} leans at a wall, its foot {0} from the wall. The foot slips out until it is {1} from "
        "the wall. How far does the top come down?",
        "The foot of a ladder of length {2} is moved from {0} to {1} away from a vertical wall. By how much does its "
        "top sink?",
    ),
    "corners": (
        "P lies inside the rectangle ABCD with PA = {0}, PB = {1} and PC = {2}. Find PD.",
        "From a point inside a rectangle ABCD the corners A, B and C are {0}, {1} and {2} away. How far away is D?",
    ),
    "diagonal": (
        "An isosceles trapezoid has parallel sides {0} and {1} and legs {2}. How long are its diagonals?",
        "The parallel sides of an isosceles trapezoid measure {0} and {1}, its legs {2} each. Find the length of a "
        "diagonal.",
    ),
    "ant": (
        "An ant walks on the surface of a closed box of {0} by {1} by {2} from one corner to the opposite corner. "
        "How long is its shortest way?",
        "Find the length of the shortest path over the faces of a {0} by {1} by {2} box between two opposite corners.",
    ),
    "faces": (
        "The three faces of a box that meet in a corner have diagonals {0}, {1} and {2}. How long is the space "
        "diagonal?",
        "A box has face diagonals of {0}, {1} and {2}. Find the diagonal through its inside.",
    ),
}
_FORM = ("Give an exact answer in simplest radical form.", "Simplify roots in the answer.")


def sample(level: int, rng: Random) -> Params:
    """(kind, lengths)."""
    kind, most = _KINDS[level], _MOST[level]
    while True:
        a, b, c = (rng.randrange(2, most + 1) for _ in range(3))
        lengths = {
            "hypotenuse": tuple(sorted((a, b))),
            "leg": (a, b),
            "box": tuple(sorted((a, b, c))),
            "height": (min(a, b), max(a, b), c),
            "base": (a, min(b, c), max(b, c)),
            "ladder": (a, b, c),
            "corners": (min(a, c), b, max(a, c)),
            "diagonal": (min(a, b), max(a, b), c),
            "ant": tuple(sorted((a, b, c))),
            "faces": tuple(sorted((a, b, c))),
        }[kind]
        if _sound(kind, lengths):
            return (kind, lengths)


def _sound(kind: str, lengths: tuple[int, ...]) -> bool:
    if kind in ("hypotenuse", "box", "ant"):
        return True
    if kind == "leg":
        return lengths[0] < lengths[1]
    a, b, c = lengths
    if kind in ("height", "diagonal"):
        return a < b and b - a < 2 * c
    if kind == "base":
        return a < b < c
    if kind == "ladder":
        return a < b < c
    if kind == "corners":
        return b * b < a * a + c * c
    return c * c < a * a + b * b


def _square(kind: str, lengths: tuple[int, ...]) -> tuple[Fraction, str]:
    """The square of the length asked for, where it is rational, and how it is made."""
    a, b, c = (*lengths, 0)[:3]
    if kind == "hypotenuse":
        return Fraction(a * a + b * b), f"{a}^2 + {b}^2"
    if kind == "leg":
        return Fraction(b * b - a * a), f"{b}^2 - {a}^2"
    if kind == "box":
        return Fraction(a * a + b * b + c * c), f"{a}^2 + {b}^2 + {c}^2"
    if kind == "height":
        half = Fraction(b - a, 2)
        return c * c - half * half, f"{c}^2 - ({b - a}/2)^2"
    if kind == "corners":
        return Fraction(a * a + c * c - b * b), f"{a}^2 + {c}^2 - {b}^2"
    if kind == "diagonal":
        return Fraction(c * c + a * b), f"{c}^2 + {a}*{b}"
    if kind == "ant":
        return Fraction((a + b) ** 2 + c * c), f"({a} + {b})^2 + {c}^2"
    return Fraction(a * a + b * b + c * c, 2), f"({a}^2 + {b}^2 + {c}^2)/2"


_REASONS = {
    "corners": "PA^2 + PC^2 = PB^2 + PD^2",
    "diagonal": "the diagonal's square is the leg's plus the product of the parallel sides",
    "ant": "unfold the two faces whose common edge is the longest",
    "faces": "the squares of the face diagonals hold every edge twice",
    "height": "half the difference of the parallel sides is a leg",
}


def _work(params: Params) -> tuple[Roots, list[str]]:
    kind, lengths = params
    if kind in ("base", "ladder"):
        a, b, c = lengths
        squares = (b * b - a * a, c * c - a * a) if kind == "base" else (c * c - a * a, c * c - b * b)
        first, second = root(squares[0]), root(squares[1])
        sign = 1 if kind == "base" else -1
        total = plus(first, times(second, sign))
        names = [(b, a), (c, a)] if kind == "base" else [(c, a), (c, b)]
        steps = [
            f"sqrt({p}^2 - {q}^2) = {roots_plain(part)}" for (p, q), part in zip(names, (first, second), strict=True)
        ]
        return total, [*steps, f"{'sum' if kind == 'base' else 'difference'} {roots_plain(total)}"]
    square, shown = _square(kind, lengths)
    value = root(square)
    steps = [_REASONS[kind]] if kind in _REASONS else []
    steps.append(f"{shown} = {square}")
    return value, [*steps, f"sqrt({square}) = {roots_plain(value)}"] if value != {int(square): 1} else steps


def pose(params: Params, rng: Random) -> Posed:
    kind, lengths = params
    shown = list(lengths)
    if kind in ("hypotenuse", "box", "ant", "faces"):
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
    """With coordinates: corners are placed, distances are measured by sympy; over faces, every unfolding is tried."""
    import sympy

    kind, lengths = params
    a, b, c = (sympy.Integer(value) for value in (*lengths, 0)[:3])
    x = sympy.Symbol("x", positive=True)
    if kind in ("hypotenuse", "box"):
        found = sympy.Point(0, 0, 0).distance(sympy.Point(a, b, c))
    elif kind == "leg":
        (found,) = sympy.solve(a**2 + x**2 - b**2, x)
    elif kind in ("height", "diagonal"):
        height = sympy.sqrt(c**2 - ((b - a) / 2) ** 2)
        corner = sympy.Point((b - a) / 2, height)
        found = height if kind == "height" else corner.distance(sympy.Point(b, 0))
    elif kind == "base":
        found = sum(sympy.solve(a**2 + x**2 - side**2, x)[0] for side in (b, c))
    elif kind == "ladder":
        found = sympy.solve(a**2 + x**2 - c**2, x)[0] - sympy.solve(b**2 + x**2 - c**2, x)[0]
    elif kind == "corners":  # P at the origin: A = (-x, -y), B = (z, -y), C = (z, w), D = (-x, w)
        p, q, r = sympy.symbols("p q r")  # x^2, y^2, z^2; w^2 from C
        solved = sympy.solve([p + q - a**2, r + q - b**2], [p, r], dict=True)[0]
        found = sympy.sqrt(sympy.expand(solved[p] + c**2 - solved[r]))
    elif kind == "ant":
        found = min(
            (sympy.sqrt((p + q) ** 2 + r**2) for p, q, r in ((a, b, c), (a, c, b), (b, c, a))),
            key=lambda value: value**2,
        )
    else:
        p, q, r = sympy.symbols("p q r")
        (edges,) = sympy.linsolve([p + q - a**2, p + r - b**2, q + r - c**2], p, q, r)
        found = sympy.sqrt(sum(edges))
    ours = roots_plain(_work(params)[0])
    return _reference(ours if sympy.simplify(found - sympy.sympify(ours)) == 0 else str(found))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, lengths = params
    right, _ = _work(params)
    first = max(right)
    candidates = [
        ("off_by_one", plus(right, rational(rng.choice((1, 2))))),
        ("sign", times(right, -1)),
        ("sum_of_lengths", rational(sum(lengths))),
        ("doubled", times(right, 2)),
        ("root_dropped", rational(sum(value * radicand for radicand, value in right.items()))),
        ("squares_swapped", root(abs(lengths[0] ** 2 - lengths[1] ** 2) + 1 + gcd(*lengths))),
        ("under_the_root", {first + 1: Fraction(1)} if root(first + 1) == {first + 1: 1} else root(first + 1)),
    ]
    named = [(name, roots_latex(value)) for name, value in candidates]
    yield from wrong_answers(roots_latex(right), f"{kind} of {', '.join(map(str, lengths))}", named)


FAMILY = Family(
    name="right_triangles",
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
