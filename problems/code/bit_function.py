"""Write a function over the bits of a number from 0 to 65535: steps in a row.

Levels 1 and 2 have one and two steps; level 3 has three; from level 4 on harder steps are drawn too (rotations,
reversals, Gray codes, lowest bits); the number of steps rises to eight at level 10. Every step keeps the number
within 16 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.pipelines import Material, Op, Table, between, pipeline_family


def _bits(n: int) -> list[int]:
    """Sixteen bits, the lowest first."""
    return [int(c) for c in reversed(f"{n:016b}")]


def _number(bits: list[int]) -> int:
    return sum(1 << place for place, bit in enumerate(bits) if bit)


def _on_bits(change: Callable[..., list[int]]) -> Callable[..., int]:
    return lambda n, *constants: _number(change(_bits(n), *constants))


def _masked(n: int, k: int, keep: Callable[[int, int], int]) -> int:
    return _number([keep(a, b) for a, b in zip(_bits(n), _bits(k), strict=True)])


def _lowest(bits: list[int]) -> list[int]:
    place = bits.index(1) if 1 in bits else 0
    return [bit if i == place else 0 for i, bit in enumerate(bits)]


TABLE: Table = {
    "xor": Op("n", "n", "take the bitwise xor with {k}", "n = n ^ {k}",
        lambda n, k: _masked(n, k, lambda a, b: (a + b) % 2), between(3, 4095)),
    "and": Op("n", "n", "take the bitwise and with {k}", "n = n & {k}", lambda n, k: _masked(n, k, lambda a, b: a * b),
        between(1000, 65000)),
    "or": Op("n", "n", "take the bitwise or with {k}", "n = n | {k}", lambda n, k: _masked(n, k, max),
        between(3, 4095)),
    "left": Op("n", "n", "shift left by {k} and keep the low 16 bits", "n = (n << {k}) & 65535",
        _on_bits(lambda bits, k: [0] * k + bits[: 16 - k]), between(1, 6)),
    "right": Op("n", "n", "shift right by {k}", "n = n >> {k}", _on_bits(lambda bits, k: bits[k:]), between(1, 6)),
    "set": Op("n", "n", "set bit {k} (bit 0 is the lowest)", "n = n | (1 << {k})",
        _on_bits(lambda bits, k: [*bits[:k], 1, *bits[k + 1 :]]), between(0, 14)),
    "clear": Op("n", "n", "clear bit {k} (bit 0 is the lowest)", "n = n & ~(1 << {k})",
        _on_bits(lambda bits, k: [*bits[:k], 0, *bits[k + 1 :]]), between(0, 14)),
    "flip": Op("n", "n", "flip bit {k} (bit 0 is the lowest)", "n = n ^ (1 << {k})",
        _on_bits(lambda bits, k: [*bits[:k], 1 - bits[k], *bits[k + 1 :]]), between(0, 14)),
    "low": Op("n", "n", "keep only the lowest {k} bits", "n = n & ((1 << {k}) - 1)", _on_bits(lambda bits, k: bits[:k]),
        between(5, 14)),
    "complement": Op("n", "n", "flip all 16 bits", "n = n ^ 65535", lambda n: 65535 - n),
    "swap_bytes": Op("n", "n", "swap its two bytes (the low 8 bits with the high 8 bits)",
        "n = (n >> 8) | ((n & 255) << 8)", lambda n: n % 256 * 256 + n // 256),
    "rotate_left": Op("n", "n", "rotate its 16 bits left by {k}", "n = ((n << {k}) | (n >> (16 - {k}))) & 65535",
        _on_bits(lambda bits, k: bits[16 - k :] + bits[: 16 - k]), between(1, 14), hard=True),
    "rotate_right": Op("n", "n", "rotate its 16 bits right by {k}", "n = ((n >> {k}) | (n << (16 - {k}))) & 65535",
        _on_bits(lambda bits, k: bits[k:] + bits[:k]), between(1, 14), hard=True),
    "reverse": Op("n", "n", "reverse the order of its 16 bits", "n = int(format(n, '016b')[::-1], 2)",
        _on_bits(lambda bits: bits[::-1]), hard=True),
    "swap_neighbours": Op("n", "n", "swap bits 0 and 1, bits 2 and 3, and so on",
        "n = ((n & 21845) << 1) | ((n & 43690) >> 1)", _on_bits(lambda bits: [bits[i ^ 1] for i in range(16)]),
        hard=True),
    "gray": Op("n", "n", "take the xor of it and of it shifted right by {k}", "n = n ^ (n >> {k})",
        _on_bits(lambda bits, k: [a ^ b for a, b in zip(bits, bits[k:] + [0] * k, strict=True)]), between(1, 5),
        hard=True),
    "fold": Op("n", "n", "replace it by the xor of its two bytes", "n = (n >> 8) ^ (n & 255)",
        _on_bits(lambda bits: [a ^ b for a, b in zip(bits[:8], bits[8:], strict=True)]), hard=True),
    "clear_lowest": Op("n", "n", "clear its lowest set bit (if there is one)", "n = n & (n - 1)",
        _on_bits(lambda bits: [a - b for a, b in zip(bits, _lowest(bits), strict=True)]), hard=True),
    "mod": Op("n", "n", "take the remainder modulo {k}", "n = n % {k}", lambda n, k: n - n // k * k, between(100, 999),
        hard=True),
    # counts, last: k is there to make them differ from level to level
    "ones": Op("n", "count", "count its bits that are 1", "count = bin(n).count('1')", lambda n: sum(_bits(n))),
    "zeros": Op("n", "count", "count the zeros among its lowest {k} bits",
        "count = format(n, '016b')[-{k}:].count('0')", lambda n, k: k - sum(_bits(n)[:k]), between(6, 15)),
    "width": Op("n", "count", "count the bits of its binary form without leading zeros (0 for 0)",
        "count = n.bit_length()", lambda n: next((i for i in range(17) if n < 2**i), 17), hard=True),
    "trailing": Op("n", "count", "count its trailing zero bits ({k} for 0)",
        "count = (n & -n).bit_length() - 1 if n else {k}", lambda n, k: _bits(n).index(1) if n else k, between(-5, -1),
        hard=True),
    "longest": Op("n", "count", "take the length of the longest run of ones in its binary form",
        "count = max(map(len, bin(n)[2:].split('0')))",
        lambda n: max(j - i for i in range(17) for j in range(i, 17) if all(_bits(n)[i:j])), hard=True),
    "changes": Op("n", "count", "count the places where neighbouring bits of its 16 bits differ",
        "count = bin((n ^ (n >> 1)) & 32767).count('1')",
        lambda n: sum(a != b for a, b in zip(_bits(n)[:-1], _bits(n)[1:], strict=True)), hard=True),
}  # fmt: skip


def inputs(rng: Random) -> list[Args]:
    special = [0, 1, 65535, 21845, 255]
    drawn = [rng.randrange(1 << rng.choice((4, 8, 11, 16, 16))) for _ in range(12)]
    return [(n,) for n in (special[:2] + drawn[:4] + special[2:] + drawn[4:])]


MATERIAL = Material("bit_function", TABLE, "n", inputs)
FAMILY = pipeline_family(MATERIAL, version=1, topic="bits", doc=__doc__ or "")
