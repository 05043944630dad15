"""The rules behind the puzzles, against games played out and small cases worked by other means."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from random import Random

import pytest

from tracemill.problems import matrices, words
from tracemill.problems.math import (
    boolean_simplification,
    calendar_days,
    coin_change,
    cryptarithm,
    logic_grid,
    magic_square,
    nim,
)


@cache
def mover_wins(heaps: tuple[int, ...]) -> bool:
    """Nim played to the end."""
    return any(not mover_wins(after) for after in moves(heaps))


def moves(heaps: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [(*heaps[:i], left, *heaps[i + 1 :]) for i, heap in enumerate(heaps) for left in range(heap)]


def test_nim_moves_win_against_every_defence() -> None:
    for heaps in itertools.combinations_with_replacement(range(1, 7), 3):
        winning = [after for after in moves(heaps) if not mover_wins(after)]
        assert winning == [(*heaps[:i], left, *heaps[i + 1 :]) for i, left in nim._wins(heaps)]


@pytest.mark.parametrize("coins", [(12, 7, 1), (25, 10, 1), (30, 24, 12, 6, 3, 1), (9, 8, 1), (50, 37, 11, 1)])
def test_fewest_coins(coins: tuple[int, ...]) -> None:
    fewest = [0]
    for amount in range(1, 400):
        fewest.append(1 + min(fewest[amount - coin] for coin in coins if coin <= amount))
        best = coin_change._best(coins, amount)
        assert sum(best) == fewest[amount]
        assert sum(number * coin for number, coin in zip(best, coins, strict=True)) == amount


def test_the_famous_cryptarithm() -> None:
    letters = "SENDMORY"
    addends_and_sum = [tuple(letters.index(letter) for letter in word) for word in ("SEND", "MORE", "MONEY")]
    assert cryptarithm._solutions(addends_and_sum, (), 5) == [[9, 5, 6, 7, 1, 0, 8, 2]]


def test_a_cryptarithm_with_many_solutions_is_cut_short() -> None:
    assert len(cryptarithm._solutions([(0, 1), (2, 3), (4, 5)], (), 7)) == 7


@pytest.mark.parametrize("size", [3, 4, 5, 6])
def test_squares_are_magic(size: int) -> None:
    for seed in range(50):
        rng = Random(seed)
        square = magic_square._three(rng, 20) if size == 3 else magic_square._larger(rng, size, 20)
        assert len({sum(square[cell] for cell in line) for line in magic_square._lines(size)}) == 1


def test_clues_hold_in_the_same_arrangements_by_both_readings() -> None:
    size, groups = 3, 2
    rng, seen = Random(1), set()
    for _ in range(400):
        clue = logic_grid._clue(size, groups, logic_grid._ALL, rng)
        seen.add(clue[0])
        mask = logic_grid._mask(size, groups, clue)
        for i, world in enumerate(logic_grid._worlds(size, groups)):
            houses = [{thing for thing in range(6) if world[thing] == house} for house in range(size)]
            assert bool(mask >> i & 1) is logic_grid._fits(clue, houses), (clue, houses)
    assert seen == set(logic_grid._ALL)


def test_no_clue_can_be_spared() -> None:
    for seed in range(20):
        size, groups, clues = logic_grid.FAMILY.params(6, seed)
        for spared in clues:
            left = -1
            for clue in clues:
                left &= logic_grid._mask(size, groups, clue) if clue != spared else -1
            assert (left & ((1 << 576) - 1)).bit_count() > 1


def test_days_by_two_calendars() -> None:
    rng = Random(3)
    epoch = calendar_days._day_number(2000, 1, 1) - date(2000, 1, 1).toordinal()
    for _ in range(500):
        day = date.fromordinal(rng.randrange(500_000, 1_000_000))
        number = calendar_days._day_number(day.year, day.month, day.day)
        assert number - epoch == day.toordinal() and number % 7 == day.weekday()
        assert calendar_days._date_of(number) == (day.year, day.month, day.day)
        later = day + timedelta(days=rng.randrange(1, 4000))
        leap_days = [
            d for d in range(day.toordinal() + 1, later.toordinal() + 1) if str(date.fromordinal(d))[5:] == "02-29"
        ]
        assert calendar_days._leap_days(day, later) == len(leap_days)


def test_primes_and_covers_of_a_known_function() -> None:
    """f = A'B + AC has the consensus BC as a third prime, which no shortest cover needs."""
    products = ((0, 1, 2), (1, 2, 1))
    assert boolean_simplification._primes(3, products) == [(0, 1, 2), (1, 2, 1), (2, 1, 1)]
    assert boolean_simplification._answer((3, products)) == (3, 4)


def test_determinants_by_permutations() -> None:
    for seed in range(60):
        size = 2 + seed % 4
        matrix = matrices.random_matrix(Random(seed), size, size, -4, 4)
        expected = 0
        for order in itertools.permutations(range(size)):
            inversions = sum(a > b for a, b in itertools.combinations(order, 2))
            term = (-1) ** inversions
            for i, j in enumerate(order):
                term *= matrix[i][j]
            expected += term
        assert matrices.determinant(matrix) == expected


def test_unimodular_matrices_and_their_inverses() -> None:
    for seed in range(40):
        forth, back = matrices.unimodular(Random(seed), 3, 7)
        assert matrices.product(forth, back) == ((1, 0, 0), (0, 1, 0), (0, 0, 1))
        assert matrices.determinant(forth) == 1


def test_reduced_form_by_hand() -> None:
    rows, pivots, steps = matrices.reduced(((0, 2, 4), (1, 1, 1), (1, 3, 5)), 3)
    assert rows == [[1, 0, -1], [0, 1, 2], [0, 0, 0]] and pivots == [0, 1] and len(steps) == 2
    assert all(isinstance(value, Fraction) for row in rows for value in row)


def test_names_are_the_same_everywhere() -> None:
    assert words.cast(("ages", 1, (2, 3)), 3) == words.cast(("ages", 1, (2, 3)), 3)
    assert words.cast((1, 2), 4) == ("Olga", "Tom", "Vera", "Hugo")
    assert all(len(set(words.cast((seed,), 9))) == 9 for seed in range(200))


def test_money_is_written_in_cents() -> None:
    assert [words.money(cents) for cents in (0, 5, 1260, -199)] == ["0.00", "0.05", "12.60", "-1.99"]
