"""Families by name and version, as modules and entry points bring them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tracemill.problems import registry
from tracemill.problems.family import Family
from tracemill.problems.math import arithmetic
from tracemill.problems.registry import build, families, family_named

MINE = replace(arithmetic.FAMILY, name="my_sums", version=3)


@dataclass(frozen=True)
class Entry:
    value: str
    family: Any

    def load(self) -> Any:
        return self.family


@pytest.fixture
def bring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Entry points that other packages would have, in place of those that are installed."""

    def here(*found: tuple[str, Any]) -> None:
        monkeypatch.setattr(registry, "entry_points", lambda group: [Entry(*one) for one in found])
        registry._versions.cache_clear()
        families.cache_clear()

    yield here
    monkeypatch.undo()
    registry._versions.cache_clear()
    families.cache_clear()


def test_the_newest_version_is_the_family_and_the_others_build_what_exists(bring: Any) -> None:
    old: Family = replace(MINE, version=2, pose=lambda params, rng: replace(MINE.pose(params, rng), prompt="old"))
    bring(("mine.new:FAMILY", MINE), ("mine.old:FAMILY", old))
    assert families()["my_sums"] is MINE is family_named("my_sums", 3) and family_named("my_sums", 2) is old
    assert build("my_sums@2:1:5").prompt == "old" != build("my_sums@3:1:5").prompt
    assert build("my_sums@2:1:5").id == "my_sums@2:1:5"
    with pytest.raises(ValueError, match="there is no version 1 of my_sums, only 2 and 3"):
        build("my_sums@1:1:5")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            ("theirs:FAMILY", MINE),
            "theirs:FAMILY brings a second family named 'my_sums'; rename it, or raise its version",
        ),
        (("theirs:FAMILY", replace(MINE, version=4)), "second family named 'my_sums'"),  # no package raises another's
        (("mine.more:FAMILY", MINE), "second family named 'my_sums'"),
        (("mine.more:FAMILY", replace(MINE, name="arithmetic", version=9)), "second family named 'arithmetic'"),
        (("mine.more:nothing", None), "'mine.more:nothing' in tracemill.families is no Family"),
    ],
)
def test_two_families_of_one_name_are_refused(bring: Any, other: tuple[str, Any], message: str) -> None:
    bring(("mine:FAMILY", MINE), other)
    with pytest.raises(ValueError, match=message):
        families()
