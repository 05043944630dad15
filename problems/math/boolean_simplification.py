"""Boolean simplification: prime implicants, and the fewest literals of a sum of products.

Level 1: four products of three variables. Levels 2 to 5: four, five, six and seven products of four variables. Levels
6 to 10: four to eight products of five variables. The answer is a pair, since either number alone could be guessed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {
    1: (3, 4),
    2: (4, 4),
    3: (4, 5),
    4: (4, 6),
    5: (4, 7),
    6: (5, 4),
    7: (5, 5),
    8: (5, 6),
    9: (5, 7),
    10: (5, 8),
}  # variables, products
_ASKED = (
    "Let f = {f}. How many prime implicants has f, and how many literals has the shortest sum of products equal to f? "
    "Answer with the pair (prime implicants, literals); a literal counts as often as it is written.",
    "Simplify the Boolean function {f} to a sum of products with as few literals as possible (each occurrence counts). "
    "Give (number of prime implicants of the function, number of literals needed).",
    "For f = {f}, give the pair (p, l): p is the number of its prime implicants, l the least number of literals, "
    "repeats counted, in a sum of products for f.",
)

# A product is a tuple with 1, 0 or 2 a variable: the variable, its negation, absent.


def sample(level: int, rng: Random) -> Params:
    """(number of variables, products in ascending order): a function with 2 to 14 prime implicants."""
    variables, num_products = _SHAPES[level]
    while True:
        chosen: set[tuple[int, ...]] = set()
        while len(chosen) < num_products:
            product = tuple(rng.choice((0, 1, 0, 1, 2)) for _ in range(variables))
            if variables - product.count(2) >= 2:
                chosen.add(product)
        products = tuple(sorted(chosen))
        if 2 <= len(_primes(variables, products)) <= 14:
            return (variables, products)


@cache
def _rows(product: tuple[int, ...]) -> int:
    """Bit r is the product's value in row r; the first variable is the highest digit of r."""
    size = len(product)
    digits = (tuple(r >> (size - 1 - i) & 1 for i in range(size)) for r in range(1 << size))
    return sum(1 << r for r, row in enumerate(digits) if all(p in (2, d) for p, d in zip(product, row, strict=True)))


@cache
def _all_products(variables: int) -> tuple[tuple[int, ...], ...]:
    return tuple(itertools.product((0, 1, 2), repeat=variables))


def _on(products: Iterable[tuple[int, ...]]) -> int:
    rows = 0
    for product in products:
        rows |= _rows(product)
    return rows


def _primes(variables: int, products: tuple[tuple[int, ...], ...]) -> list[tuple[int, ...]]:
    """The products that imply f and stop doing so when any literal is dropped."""
    off = ~_on(products)
    implicants = {product for product in _all_products(variables) if not _rows(product) & off}
    return sorted(
        product
        for product in implicants
        if not any(d != 2 and (*product[:i], 2, *product[i + 1 :]) in implicants for i, d in enumerate(product))
    )


def _literals(product: tuple[int, ...]) -> int:
    return len(product) - product.count(2)


def _cheapest(primes: list[tuple[int, ...]], on: int) -> list[tuple[int, ...]]:
    """A cover of the rows `on` with the fewest literals: branch on the row that the fewest primes cover, then bound."""
    best: list[tuple[int, ...]] = primes
    fewest = sum(map(_literals, primes)) + 1
    columns = [[prime for prime in primes if _rows(prime) >> row & 1] for row in range(on.bit_length())]

    def search(left: int, chosen: list[tuple[int, ...]], cost: int) -> None:
        nonlocal best, fewest
        if cost >= fewest:
            return
        if not left:
            best, fewest = chosen, cost
            return
        row = min((r for r in range(left.bit_length()) if left >> r & 1), key=lambda r: len(columns[r]))
        for prime in columns[row]:
            search(left & ~_rows(prime), [*chosen, prime], cost + _literals(prime))

    search(on, [], 0)
    return sorted(best)


def _answer(params: Params) -> tuple[int, int]:
    primes = _primes(*params)
    return len(primes), sum(map(_literals, _cheapest(primes, _on(params[1]))))


def _word(product: tuple[int, ...]) -> str:
    return "".join(name + ("" if digit else "'") for name, digit in zip("ABCDE", product, strict=False) if digit != 2)


def _formula(products: Iterable[tuple[int, ...]]) -> str:
    return " + ".join(map(_word, products))


def pose(params: Params, rng: Random) -> Posed:
    products = list(params[1])
    rng.shuffle(products)
    prompt = f"{rng.choice(_ASKED).format(f=_formula(products))} (A' means not A, AB means A and B, + means or.)"
    return Posed(prompt=prompt, reference=MathReference(answer=_pair(_answer(params)), type="tuple"))


def _pair(pair: tuple[int, int]) -> str:
    return f"({pair[0]}, {pair[1]})"


def solve(params: Params, rng: Random) -> str:
    primes, on = _primes(*params), _on(params[1])
    cover = _cheapest(primes, on)
    rows = [row for row in range(on.bit_length()) if on >> row & 1]
    names = "ABCDE"[: params[0]]
    points = ", ".join(format(row, f"0{params[0]}b") for row in rows)
    lines = [f"{rng.choice(('f is 1 for', 'f is true for'))} {names} = {points}."]
    head = rng.choice(("Products that cannot be shortened", "Prime implicants"))
    lines.append(f"{head}: {', '.join(map(_word, primes))}.")
    for prime in primes:
        alone = [row for row in rows if [p for p in primes if _rows(p) >> row & 1] == [prime]]
        if alone:
            lines.append(f"Only {_word(prime)} covers {format(alone[0], f'0{params[0]}b')}, so it is needed.")
    lines.append(
        f"The cheapest cover is f = {_formula(cover)}: {' + '.join(str(_literals(p)) for p in cover)} literals."
    )
    return "\n".join(lines) + f"\n{boxed(_pair(_answer(params)))}"


def confirm(params: Params) -> MathReference:
    """Primes by iterated consensus of the written products; the fewest literals over all unions of primes."""
    left = set(params[1])
    while new := {
        c for a, b in combinations(left, 2) if (c := _consensus(a, b)) and not any(_within(c, p) for p in left)
    }:
        left |= new
        left = {a for a in left if not any(a != b and _within(a, b) for b in left)}
    left = {a for a in left if not any(a != b and _within(a, b) for b in left)}
    on = {row for product in params[1] for row in _points(product)}
    costs: dict[frozenset[tuple[int, ...]], int] = {frozenset(): 0}
    for prime in left:
        points = _points(prime)
        for covered, cost in list(costs.items()):
            union = covered | points
            costs[union] = min(costs.get(union, cost + _literals(prime)), cost + _literals(prime))
    return MathReference(answer=_pair((len(left), costs[frozenset(on)])), type="tuple")


def _consensus(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    """The product that a + b implies across the one variable in which they are opposed."""
    if sum({x, y} == {0, 1} for x, y in zip(a, b, strict=True)) != 1:
        return None
    return tuple(2 if {x, y} == {0, 1} else min(x, y) for x, y in zip(a, b, strict=True))


def _within(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(y in (2, x) for x, y in zip(a, b, strict=True))


def _points(product: tuple[int, ...]) -> frozenset[tuple[int, ...]]:
    return frozenset(itertools.product(*((0, 1) if digit == 2 else (digit,) for digit in product)))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    primes, literals = _answer(params)
    written = sum(map(_literals, params[1]))
    cover = _cheapest(_primes(*params), _on(params[1]))
    step = rng.choice((-1, 1))
    candidates = (
        ("off_by_one", _pair((primes, literals + step))),
        ("one_prime_missing", _pair((primes - 1, literals))),
        ("swapped", _pair((literals, primes))),
        ("not_simplified", _pair((len(params[1]), written))),
        ("products_for_literals", _pair((primes, len(cover)))),
        ("one_number", literals),
    )
    yield from wrong_answers(_pair((primes, literals)), _formula(params[1]), candidates)


FAMILY = Family(
    name="boolean_simplification",
    version=1,
    kind="math",
    topic="sets and logic",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
