"""Inequalities in one unknown: linear ones answered as `x > 3`, others as intervals.

Level 1: x + b < c. Level 2: ax + b < c. Level 3: a may be negative. Level 4: ax + b < cx + d, whole bounds; 5: bounds
may be fractions. Level 6: a linear term between two numbers. Level 7: a product of two linear factors. Level 8: an
expanded quadratic. Level 9: a quotient of linear terms. Level 10: three factors, some below the bar.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isqrt
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, interval, latex_set, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_RELATIONS = ("<", "<=", ">", ">=")
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LINEAR = ("Solve {}.", "Solve for x: {}.", "For which x is {}?", "Which x satisfy {}?")
_OTHER = (
    "Solve {}. Give the answer in interval notation.",
    "Find all real x with {}, as an interval or a union of intervals.",
    "In interval notation, where is {}?",
)


def sample(level: int, rng: Random) -> Params:
    """
    ("linear", (a, b), relation, (c, d)), ("between", p, relation, (a, b), relation, q),
    ("quadratic", (a, b, c), relation, (d, e)) or ("factors", above, below, relation), factors being pairs (a, b).
    """
    relation = rng.choice(_RELATIONS)
    if level == 1:
        b = nonzero(rng, 40)
        return ("linear", (1, b), relation, (0, rng.randint(-40, 40) + b))
    if level <= 5:
        return _linear(level, relation, rng)
    if level == 6:
        a, b, relation = rng.randint(2, 9), nonzero(rng, 30), rng.choice(("<", "<="))
        low = rng.randint(-40, 39)
        return ("between", low, relation, (a, b), rng.choice(("<", "<=")), rng.randint(low + 1, low + 60))
    if level == 8:
        (p, q), (r, s) = _factors(2, rng)
        d, e = rng.randint(-9, 9), rng.randint(-20, 20)
        return ("quadratic", (p * r, p * s + q * r + d, q * s + e), relation, (d, e))
    chosen = _factors(2 if level < 10 else 3, rng)
    num_below = 0 if level == 7 else 1 if level == 9 else rng.randint(1, 2)
    split = len(chosen) - num_below
    return ("factors", chosen[:split], chosen[split:], relation)


def _linear(level: int, relation: str, rng: Random) -> Params:
    a, bound = rng.randint(2, 9), rng.randint(-12, 12)
    b = nonzero(rng, 20)
    if level == 2:
        return ("linear", (a, b), relation, (0, a * bound + b))
    if level == 3:
        a = rng.choice((-1, -1, 1)) * a
        return ("linear", (a, b), relation, (0, a * bound + b))
    a = rng.choice((-1, 1)) * a
    while True:
        c, d = nonzero(rng, 9), nonzero(rng, 30)
        if level == 4:
            d = (a - c) * bound + b
        if a != c and d:
            return ("linear", (a, b), relation, (c, d))


def _factors(count: int, rng: Random) -> tuple[tuple[int, int], ...]:
    """Linear factors with different zeros."""
    while True:
        chosen = tuple((rng.randint(1, 4), nonzero(rng, 12)) for _ in range(count))
        if len({Fraction(-b, a) for a, b in chosen}) == count:
            return chosen


def _bar(factors: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"({polynomial(factor)})" for factor in factors)


def _shown(params: Params) -> str:
    if params[0] == "between":
        _, low, first, inner, second, high = params
        return f"{low} {first} {polynomial(inner)} {second} {high}"
    if params[0] == "factors":
        _, above, below, relation = params
        bottom = f"/({_bar(below)})" if len(below) > 1 else f"/{_bar(below)}" if below else ""
        return f"{_bar(above)}{bottom} {relation} 0"
    _, left, relation, right = params
    return f"{polynomial(left)} {relation} {polynomial(right)}"


def _bound(params: Params) -> tuple[str, Fraction]:
    """The relation and the bound of a linear one."""
    _, (a, b), relation, (c, d) = params
    return relation if a > c else _TURNED[relation], Fraction(d - b, a - c)


def _answer(params: Params) -> str:
    if params[0] == "linear":
        relation, bound = _bound(params)
        return f"x {relation} {bound}"
    if params[0] == "between":
        _, low, first, (a, b), second, high = params
        return interval(Fraction(low - b, a), first == "<=", Fraction(high - b, a), second == "<=")
    zeros, poles, relation = _signs(params)
    return _by_sign(zeros, poles, relation)


def _signs(params: Params) -> tuple[list[Fraction], list[Fraction], str]:
    """Zeros and poles of the left side, which is positive far to the right, and the relation to zero."""
    if params[0] == "factors":
        _, above, below, relation = params
        return [Fraction(-b, a) for a, b in above], [Fraction(-b, a) for a, b in below], relation
    _, (a, b, c), relation, (d, e) = params
    b, c = b - d, c - e
    root = isqrt(b * b - 4 * a * c)
    return [Fraction(-b + sign * root, 2 * a) for sign in (-1, 1)], [], relation


def _by_sign(zeros: list[Fraction], poles: list[Fraction], relation: str) -> str:
    """Simple zeros and poles: the sign turns at each, from plus on the far right."""
    marks = sorted([*zeros, *poles], reverse=True)
    parts: list[str] = []
    closed = [relation in ("<=", ">=") and mark in zeros for mark in marks]
    for place in range(len(marks) + 1):
        if (place % 2 == 0) == (relation in (">", ">=")):
            high, high_closed = (marks[place - 1], closed[place - 1]) if place else (None, False)
            low, low_closed = (marks[place], closed[place]) if place < len(marks) else (None, False)
            parts.append(interval(low, low_closed, high, high_closed))
    return " U ".join(reversed(parts))


def pose(params: Params, rng: Random) -> Posed:
    if params[0] == "linear":
        _, (a, _), _, (c, _) = params
        asked, kind = rng.choice(_LINEAR[: 2 if c == 0 and a > 0 else 4]), "inequality"
    else:
        asked, kind = rng.choice(_OTHER), "interval"
    reference = MathReference(answer=_answer(params), type=kind)  # type: ignore[arg-type]
    return Posed(prompt=asked.format(_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    answer = _answer(params)
    final = boxed(latex_set(answer))
    if params[0] == "linear":
        return f"{_linear_steps(params, rng)}. {final}"
    if params[0] == "between":
        _, low, first, (a, b), second, high = params
        lead = rng.choice(("Move the constant", "Take the constant away"))
        return f"{lead}: {low - b} {first} {a}x {second} {high - b}. Divide by {a}. {final}"
    zeros, poles, _ = _signs(params)
    steps = []
    if params[0] == "quadratic":
        _, (a, b, c), relation, (d, e) = params
        steps.append(f"{polynomial((a, b - d, c - e))} {relation} 0")
    marks = sorted([*zeros, *poles])
    steps.append(f"the sign changes at {', '.join(map(str, marks))}")
    signs = ["+" if (len(marks) - place) % 2 == 0 else "-" for place in range(len(marks) + 1)]
    steps.append(f"{rng.choice(('from left to right the signs are', 'signs:'))} {', '.join(signs)}")
    return f"{'; '.join(steps)}. {final}"


def _linear_steps(params: Params, rng: Random) -> str:
    _, (a, b), relation, (c, d) = params
    turned, bound = _bound(params)
    steps = []
    if c:
        steps.append(f"{polynomial((a - c, b))} {relation} {d}")
    steps.append(f"{polynomial((a - c, 0))} {relation} {d} {signed(-b)} = {d - b}")
    if a - c != 1:
        why = ", turned" if turned != relation else ""
        steps.append(f"x {turned} {d - b}/{bracketed(a - c)} = {bound}{why}")
    return rng.choice((", ", "; ")).join(steps) if c else ", ".join(steps)


def confirm(params: Params) -> MathReference:
    """sympy solves it over the real numbers; a linear one is read back from the half-line that it finds."""
    import sympy

    x = sympy.Symbol("x", real=True)
    compare = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}

    def poly(coefficients: tuple[int, ...]) -> sympy.Expr:
        return sum(c * x ** (len(coefficients) - 1 - i) for i, c in enumerate(coefficients))

    if params[0] == "between":
        _, low, first, inner, second, high = params
        parts = [compare[first](low, poly(inner)), compare[second](poly(inner), high)]
    elif params[0] == "factors":
        _, above, below, relation = params
        quotient = sympy.prod([poly(f) for f in above]) / sympy.prod([poly(f) for f in below])
        parts = [compare[relation](quotient, 0)]
    else:
        _, left, relation, right = params
        parts = [compare[relation](poly(left), poly(right))]
    found = sympy.Intersection(*(sympy.solve_univariate_inequality(p, x, relational=False) for p in parts))
    pieces = sorted(found.args if isinstance(found, sympy.Union) else (found,), key=lambda piece: piece.start)
    if params[0] == "linear":
        (piece,) = pieces
        above = piece.end == sympy.oo
        bound, is_open = (piece.start, piece.left_open) if above else (piece.end, piece.right_open)
        answer = f"x {'>' if above else '<'}{'' if is_open else '='} {bound}"
        return MathReference(answer=answer, type="inequality")
    texts = [f"{'(' if p.left_open else '['}{p.start}, {p.end}{')' if p.right_open else ']'}" for p in pieces]
    return MathReference(answer=" U ".join(texts), type="interval")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _answer(params)
    if params[0] == "linear":
        relation, bound = _bound(params)
        loose = relation.rstrip("=") if relation.endswith("=") else f"{relation}="
        candidates = [
            ("turned", f"x {_TURNED[relation]} {bound}"),
            ("end", f"x {loose} {bound}"),
            ("off_by_one", f"x {relation} {bound + rng.choice((-1, 1))}"),
            ("bound_only", str(bound)),
        ]
    else:
        swap = str.maketrans("()[]", "[]()")
        candidates = [
            ("ends", right.translate(swap).replace("[-oo", "(-oo").replace("oo]", "oo)")),
            ("part_only", right.partition(" U ")[0] if " U " in right else f"{right} U (999, oo)"),
            ("everything", "(-oo, oo)"),
            ("points", right.translate(str.maketrans("([", "{{")).translate(str.maketrans(")]", "}}"))),
        ]
    yield from wrong_answers(latex_set(right), _shown(params), [(name, latex_set(text)) for name, text in candidates])


FAMILY = Family(
    name="inequalities",
    version=1,
    kind="math",
    topic="algebra",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
