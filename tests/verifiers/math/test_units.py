"""Units: split off, converted, compared."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracemill.verifiers.math.lexer import normalise
from tracemill.verifiers.math.units import compatible, known_unit, split_unit


@pytest.mark.parametrize(
    ("text", "value", "factor", "dimensions"),
    [
        ("5 cm", "5", Fraction(1, 100), (("m", 1),)),
        ("15\\mbox{ cm}^2", "15", Fraction(1, 10_000), (("m", 2),)),
        ("60 km/h", "60", Fraction(5, 18), (("m", 1), ("s", -1))),
        ("$5.50", "5.50", Fraction(1), (("USD", 1),)),
        ("90^\\circ", "90", Fraction(1), (("degree", 1),)),
        ("5 hours 30 minutes", "11/2", Fraction(3600), (("s", 1),)),
        ("12 squared feet", "12", Fraction(145161, 1562500), (("m", 2),)),
        ("USD 5.50", "5.50", Fraction(1), (("USD", 1),)),
        ("62 L of 92\\% solution", "62", Fraction(1, 1000), (("m", 3),)),
        ("12 square feet", "12", Fraction(145161, 1562500), (("m", 2),)),
    ],
)
def test_known_units(text: str, value: str, factor: Fraction, dimensions: tuple[tuple[str, int], ...]) -> None:
    found, unit = split_unit(normalise(text))
    assert unit is not None
    assert (found, unit.factor, unit.dimensions) == (value, factor, dimensions)


def test_words_are_labels_and_hedges_are_none() -> None:
    value, unit = split_unit("5 apples")
    assert unit is not None
    assert (value, unit.label) == ("5", "apple")
    assert split_unit("5 or 6") == ("5 or 6", None)
    assert split_unit("5 is wrong") == ("5 is wrong", None)
    assert split_unit("5 sixths") == ("5 sixths", None)


def test_compatible() -> None:
    metre, second, mile = known_unit("m"), known_unit("s"), known_unit("miles")
    assert metre is not None
    assert second is not None
    assert mile is not None
    assert compatible(metre, mile)
    assert not compatible(metre, second)
