"""Write a function over a whole number that is not negative: digits, divisors, primes, powers; steps in a row.

Levels 1 and 2 have one and two steps; level 3 has three; from level 4 on harder steps are drawn too (primes,
divisors, totients, Fibonacci numbers, other bases); the number of steps rises to eight at level 10.
"""

from __future__ import annotations

from math import gcd, isqrt, lcm, prod
from random import Random

from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.pipelines import Material, Op, Table, between, pipeline_family

_TOO_LARGE = 10**10


def _digits(n: int, base: int = 10) -> list[int]:
    """The lowest first; [0] for 0."""
    out = [n % base]
    while n := n // base:
        out.append(n % base)
    return out


def _from_digits(digits: list[int]) -> int:
    return sum(digit * 10**place for place, digit in enumerate(digits))


def _factors(n: int) -> dict[int, int]:
    """Prime factors and their exponents; refuses what a slip may have made too large to factor."""
    if n > _TOO_LARGE:
        raise ValueError(f"{n} is too large to factor here")
    found: dict[int, int] = {}
    p = 2
    while p * p <= n:
        while n % p == 0:
            found[p] = found.get(p, 0) + 1
            n //= p
        p += 1
    if n > 1:
        found[n] = 1
    return found


def _num_divisors(n: int) -> int:
    return prod(e + 1 for e in _factors(n).values()) if n else 0


def _sum_divisors(n: int) -> int:
    return prod((p ** (e + 1) - 1) // (p - 1) for p, e in _factors(n).items()) if n else 0


def _totient(n: int) -> int:
    return prod((p - 1) * p ** (e - 1) for p, e in _factors(n).items()) if n else 0


def _next_prime(n: int) -> int:
    n = max(n, 2)
    while list(_factors(n).values()) != [1]:
        n += 1
    return n


def _fibonacci(n: int) -> int:
    return [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946][n]


def _collatz(n: int, k: int) -> int:
    for _ in range(k):
        n = (n // 2, 3 * n + 1)[n % 2]
    return n


_PRIME = """\
while n < 2 or any(n % p == 0 for p in range(2, int(n ** 0.5) + 1)):
    n += 1"""
_FIBONACCI = """\
a, b = 0, 1
for _ in range(n % {k}):
    a, b = b, a + b
n = a"""
_LARGEST_FACTOR = """\
p = 2
while p * p <= n:
    if n % p == 0:
        n //= p
    else:
        p += 1"""
_TOTIENT = """\
m, p = n, 2
while p * p <= m:
    if m % p == 0:
        n -= n // p
        while m % p == 0:
            m //= p
    p += 1
if m > 1:
    n -= n // m"""
_DIVISORS = "n = sum({term} for a in range(1, int(n ** 0.5) + 1) if n % a == 0)"
_COLLATZ = """\
for _ in range({k}):
    n = n // 2 if n % 2 == 0 else 3 * n + 1"""

TABLE: Table = {
    "add": Op("n", "n", "add {k}", "n = n + {k}", lambda n, k: n - -k, between(2, 60)),
    "times": Op("n", "n", "multiply by {k}", "n = n * {k}", lambda n, k: sum([n] * k), between(2, 12)),
    "mod": Op("n", "n", "take the remainder modulo {k}", "n = n % {k}", lambda n, k: n - n // k * k, between(7, 999)),
    "div": Op("n", "n", "divide by {k}, rounding down", "n = n // {k}", lambda n, k: divmod(n, k)[0], between(2, 15)),
    "distance": Op("n", "n", "take the distance from {k}", "n = abs(n - {k})", lambda n, k: max(n, k) - min(n, k),
        between(10, 400)),
    "up_to": Op("n", "n", "round up to a multiple of {k}", "n = (n + {k} - 1) // {k} * {k}",
        lambda n, k: n if n % k == 0 else n - n % k + k, between(3, 30)),
    "gcd": Op("n", "n", "take the greatest common divisor with {k}",
        "a, b = n, {k}\nwhile b:\n    a, b = b, a % b\nn = a", gcd,
        lambda rng: (rng.choice((60, 72, 84, 96, 120, 144, 180, 210, 240, 360, 420, 720)),)),
    "lcm": Op("n", "n", "take the least common multiple with {k} (0 for 0)",
        "a, b = n, {k}\nwhile b:\n    a, b = b, a % b\nn = n // a * {k}", lcm, between(4, 15)),
    "digit_sum": Op("n", "n", "take the sum of its digits", "n = sum(int(c) for c in str(n))",
        lambda n: sum(_digits(n))),
    "reverse": Op("n", "n", "reverse its digits (leading zeros vanish)", "n = int(str(n)[::-1])",
        lambda n: _from_digits(_digits(n)[::-1])),
    "append": Op("n", "n", "append the digit {k}", "n = int(str(n) + '{k}')", lambda n, k: 10 * n + k, between(1, 9)),
    "drop_digit": Op("n", "n", "remove every digit {k} (0 if none is left)", "n = int(str(n).replace('{k}', '') or 0)",
        lambda n, k: _from_digits([d for d in _digits(n) if d != k]), between(1, 9)),
    "last_digits": Op("n", "n", "keep only its last {k} digits", "n = int(str(n)[-{k}:])", lambda n, k: n % 10**k,
        between(2, 4)),
    "square": Op("n", "n", "square it", "n = n * n", lambda n: abs(n) ** 2),
    "root": Op("n", "n", "take its square root, rounded down", "n = int(n ** 0.5)", isqrt),
    "sort_digits": Op("n", "n", "sort its digits, the smallest first (leading zeros vanish)",
        "n = int(''.join(sorted(str(n))))", lambda n: _from_digits(sorted(_digits(n), reverse=True)), hard=True),
    "base_sum": Op("n", "n", "take the sum of its digits in base {k}",
        "total = 0\nwhile n:\n    total += n % {k}\n    n //= {k}\nn = total", lambda n, k: sum(_digits(n, k)),
        between(2, 9), hard=True),
    "base": Op("n", "n", "write it in base {k} and read the digits as a decimal number",
        "digits = ''\nwhile n:\n    digits = str(n % {k}) + digits\n    n //= {k}\nn = int(digits or 0)",
        lambda n, k: _from_digits(_digits(n, k)), between(3, 9), hard=True),
    "divisors": Op("n", "n", "count its positive divisors (0 for 0)",
        _DIVISORS.replace("{term}", "1 if a * a == n else 2"), _num_divisors, hard=True),
    "divisor_sum": Op("n", "n", "take the sum of its positive divisors (0 for 0)",
        _DIVISORS.replace("{term}", "a if a * a == n else a + n // a"), _sum_divisors, hard=True),
    "prime": Op("n", "n", "take the smallest prime that is at least as large", _PRIME, _next_prime, hard=True),
    "factor": Op("n", "n", "take its largest prime factor (0 and 1 stay)", _LARGEST_FACTOR,
        lambda n: max(_factors(n), default=n), hard=True),
    "totient": Op("n", "n", "take Euler's totient of it (0 for 0)", _TOTIENT, _totient, hard=True),
    "fibonacci": Op("n", "n", "take the Fibonacci number whose index is its remainder modulo {k} (F(0) = 0, F(1) = 1)",
        _FIBONACCI, lambda n, k: _fibonacci(n % k), between(8, 20), hard=True),
    "collatz": Op("n", "n", "do this {k} times: halve it if it is even, else triple it and add 1", _COLLATZ, _collatz,
        between(2, 7), hard=True),
    "power": Op("n", "n", "raise it to the power {k} and take the remainder modulo {j}", "n = n ** {k} % {j}", pow,
        lambda rng: (rng.randint(3, 7), rng.randint(101, 999)), hard=True),
    "triangle": Op("n", "n", "take the sum of the whole numbers from 1 up to it", "n = n * (n + 1) // 2",
        lambda n: sum((n + 1) * i for i in (n // 2,)) + (n + 1) // 2 * (n % 2), hard=True),
}  # fmt: skip


def inputs(rng: Random) -> list[Args]:
    drawn = [rng.randrange(10 ** rng.choice((2, 3, 4, 5))) for _ in range(12)]
    return [(n,) for n in (0, 1, *drawn[:8], 10, 97, *drawn[8:])]


MATERIAL = Material("numeric_function", TABLE, "n", inputs)
FAMILY = pipeline_family(MATERIAL, version=1, topic="numbers", doc=__doc__ or "")
