"""Conditional chances by Bayes' rule, in lowest terms.

Level 1: from counts in two groups. Level 2: the whole chance over two urns. Level 3: which of two urns a ball came
from. Level 4: which of two machines made a faulty part. Level 5: of three. Level 6: of three, a good part. Level 7:
ill or not, after one test. Level 8: after two tests. Level 9: which of three urns two balls came from. Level 10:
three machines and two parts, one of them faulty.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from random import Random

from tracemill.problems.exact import fraction_latex, listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Row = tuple[Fraction, Fraction]
"""How likely a case is before, and what is seen in this case."""

_ASKED = (
    "What is the probability that {}? Give a fraction in lowest terms.",
    "Find the probability that {}, as a fraction in lowest terms.",
    "How likely is it that {}? Answer with a reduced fraction.",
)


def sample(level: int, rng: Random) -> Params:
    """(story, the case asked for or -1 for the whole chance, the numbers of each case in the order told)."""
    if level == 1:
        rows = [(rng.randrange(1, 40), rng.randrange(1, 40)) for _ in range(2)]
        return ("groups", rng.randrange(2), tuple(rows))
    if level in (2, 3):
        rows = [(rng.randrange(1, 25), rng.randrange(1, 25)) for _ in range(2)]
        return ("urns", -1 if level == 2 else rng.randrange(2), tuple(rows))
    if level == 9:
        rows = [(rng.randrange(2, 12), rng.randrange(2, 12)) for _ in range(3)]
        return ("two_balls", rng.randrange(3), tuple(rows))
    if level in (7, 8):
        ill = (rng.randrange(20, 401), rng.randrange(60, 100))
        return ("test" if level == 7 else "two_tests", 0, (ill, (ill[0], rng.randrange(1, 31))))
    count = 2 if level == 4 else 3
    cuts = sorted(rng.sample(range(5, 96, 1 if level == 4 else 5), count - 1))
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    rates = rng.sample(range(1, 41), count)
    story = {6: "good", 10: "one_of_two"}.get(level, "faulty")
    return (story, rng.randrange(count), tuple(zip(shares, rates, strict=True)))


def _cases(params: Params) -> list[Row]:
    story, _, rows = params
    if story == "groups":
        whole = sum(sum(row) for row in rows)
        return [(Fraction(a + b, whole), Fraction(a, a + b)) for a, b in rows]
    if story == "urns":
        return [(Fraction(1, 2), Fraction(a, a + b)) for a, b in rows]
    if story == "two_balls":
        return [(Fraction(1, 3), Fraction(a * (a - 1), (a + b) * (a + b - 1))) for a, b in rows]
    seen = {
        "faulty": lambda p: p,
        "good": lambda p: 1 - p,
        "one_of_two": lambda p: 2 * p * (1 - p),
        "test": lambda p: p,
        "two_tests": lambda p: p * p,
    }[story]
    if "test" in story:  # one in so many is ill
        (one_in, hit), (_, false) = rows
        return [(Fraction(1, one_in), seen(Fraction(hit, 100))), (1 - Fraction(1, one_in), seen(Fraction(false, 100)))]
    return [(Fraction(share, 100), seen(Fraction(rate, 100))) for share, rate in rows]


def _answer(params: Params) -> Fraction:
    joint = [before * seen for before, seen in _cases(params)]
    return sum(joint, Fraction(0)) if params[1] < 0 else joint[params[1]] / sum(joint, Fraction(0))


def _told(params: Params) -> tuple[str, str]:
    """What is known, and what is asked."""
    story, asked, rows = params
    letter = "ABC"[asked]
    if story == "groups":
        facts = f"Of {sum(rows[0])} boys {rows[0][0]} wear glasses; of {sum(rows[1])} girls {rows[1][0]} do."
        return (
            f"{facts} One of the children who wear glasses is picked at random.",
            f"it is a {'girl' if asked else 'boy'}",
        )
    if story in ("urns", "two_balls"):
        urns = [f"urn {name} holds {a} red and {b} blue balls" for name, (a, b) in zip("ABC", rows, strict=False)]
        facts = f"U{'; '.join(urns)[1:]}. One of the urns is chosen at random"
        if story == "two_balls":
            return f"{facts} and two balls are drawn from it without replacement. Both are red.", f"it was urn {letter}"
        if asked < 0:
            return f"{facts} and one ball is drawn from it.", "the ball is red"
        return f"{facts} and one ball is drawn from it. The ball is red.", f"it came from urn {letter}"
    if story in ("test", "two_tests"):
        (one_in, hit), (_, false) = rows
        facts = f"One person in {one_in} has a certain illness. "
        facts += f"A test is positive for {hit}% of the ill and for {false}% of the others."
        once = (
            "A person tests positive."
            if story == "test"
            else "A person tests positive twice, the two results being independent given their state."
        )
        return f"{facts} {once}", "the person is ill"
    names = list("ABC"[: len(rows)])
    shares = listed([f"{share}%" for share, _ in rows])
    rates = listed([f"{rate}%" for _, rate in rows])
    facts = f"Machines {listed(names)} make {shares} of all parts, and {rates} of their parts are faulty, respectively."
    if story == "one_of_two":
        facts += " One machine is chosen with these shares as chances, and two of its parts are checked, "
        facts += "independently of each other: exactly one is faulty."
        return facts, f"the machine is {letter}"
    return (
        f"{facts} A part taken at random turns out to be {'faulty' if story == 'faulty' else 'good'}.",
        f"machine {letter} made it",
    )


def pose(params: Params, rng: Random) -> Posed:
    known, event = _told(params)
    reference = MathReference(answer=str(_answer(params)), type="rational", form="reduced")
    return Posed(prompt=f"{known} {rng.choice(_ASKED).format(event)}", reference=reference)


def solve(params: Params, rng: Random) -> str:
    story, asked, rows = params
    answer = _answer(params)
    if story == "groups":
        (a, _), (b, _) = rows
        opening = rng.choice(("Only those with glasses count", "Look at glasses only"))
        text = f"{opening}: {a} + {b} = {a + b}. {rows[asked][0]}/{a + b}"
        return f"{text}{'' if answer.denominator == a + b else f' = {answer}'}. {boxed(fraction_latex(answer))}"
    cases = _cases(params)
    names = ("ill", "not ill") if "test" in story else "ABC"
    steps = [f"{name}: {p}*{q} = {p * q}" for name, (p, q) in zip(names, cases, strict=False)]
    total = sum((p * q for p, q in cases), Fraction(0))
    steps.append(f"{rng.choice(('together', 'sum'))}: {total}")
    if asked >= 0:
        p, q = cases[asked]
        steps.append(f"({p * q})/({total}) = {answer}")
    opening = rng.choice(("Chance of each case with what is seen: ", "Multiply along each branch: "))
    return f"{opening}{'; '.join(steps)}. {boxed(fraction_latex(answer))}"


def confirm(params: Params) -> MathReference:
    """Heads are counted in a population large enough for whole numbers."""
    story, asked, rows = params
    counts = []
    if story == "groups":
        counts = [a for a, _ in rows]
    elif story in ("urns", "two_balls"):
        draws = 1 if story == "urns" else 2
        sizes = [(a + b) ** draws if draws == 1 else (a + b) * (a + b - 1) for a, b in rows]
        each = lcm(*sizes)
        reds = [a if draws == 1 else sum(i != j for i in range(a) for j in range(a)) for a, _ in rows]
        counts = [red * each // size for red, size in zip(reds, sizes, strict=True)]
        if asked < 0:
            return _reference(Fraction(sum(counts), each * len(rows)))
    else:
        shares = (1, rows[0][0] - 1) if "test" in story else tuple(share for share, _ in rows)
        for share, (_, rate) in zip(shares, rows, strict=True):
            pairs = {"faulty": rate * 100, "test": rate * 100, "good": (100 - rate) * 100, "two_tests": rate * rate}
            pairs["one_of_two"] = rate * (100 - rate) + (100 - rate) * rate
            counts.append(share * pairs[story])
    return _reference(Fraction(counts[asked], sum(counts)))


def _reference(chance: Fraction) -> MathReference:
    return MathReference(answer=str(chance), type="rational", form="reduced")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    _, asked, _ = params
    right, cases = _answer(params), _cases(params)
    before, seen = cases[asked]
    candidates = (
        ("complement", 1 - right),
        ("prior_ignored", seen / sum((q for _, q in cases), Fraction(0))),
        ("evidence_ignored", before),
        ("turned_round", seen),
        ("joint", before * seen),
        ("off_by_one", Fraction(right.numerator + rng.choice((-1, 1)), right.denominator)),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"P({params[0]})", named)


FAMILY = Family(
    name="bayes",
    version=1,
    kind="math",
    topic="probability",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
