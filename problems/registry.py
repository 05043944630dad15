"""All families by name: those of this package, those that other packages bring by entry point, and those that a
config's sources bring to this process."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

import tracemill.problems.code
import tracemill.problems.math
from tracemill.problems.family import Family
from tracemill.problems.types import Problem, ProblemId

ENTRY_POINT_GROUP = "tracemill.families"


@cache
def families() -> MappingProxyType[str, Family]:
    """Every module of `problems.math` and `problems.code` with a FAMILY, then entry points; sorted by name."""
    found: dict[str, Family] = {}
    for package in (tracemill.problems.math, tracemill.problems.code):
        for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            family = getattr(importlib.import_module(info.name), "FAMILY", None)
            if isinstance(family, Family):
                _add(found, family, info.name)
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        family = entry.load()
        if not isinstance(family, Family):
            raise ValueError(f"entry point {entry.value!r} in {ENTRY_POINT_GROUP} is no Family but {type(family)}")
        _add(found, family, entry.value)
    return MappingProxyType(dict(sorted(found.items())))


def _add(found: dict[str, Family], family: Family, where: str) -> None:
    if family.name in found:
        raise ValueError(f"{where} brings a second family named {family.name!r}; rename it")
    found[family.name] = family


_FROM_CONFIG: dict[str, Family] = {}


def add_family(family: Family) -> None:
    """Makes a family known in this process. The same name again takes the place of the one before; a family that was
    not added here keeps its name: ValueError."""
    if family.name in families():
        raise ValueError(f"problems.sources brings a second family named {family.name!r}; rename it")
    _FROM_CONFIG[family.name] = family


def family_named(name: str) -> Family:
    """Raises ValueError that names the nearest family."""
    known = {**families(), **_FROM_CONFIG}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        raise ValueError(f"no problem family {name!r}; {hint}")
    return known[name]


def _family_of(problem_id: ProblemId) -> Family:
    family = family_named(problem_id.family)
    if family.version != problem_id.version:
        raise ValueError(
            f"{problem_id} was made by version {problem_id.version} of {family.name}; here is version {family.version}"
        )
    return family


def build(problem_id: str) -> Problem:
    """The problem of an id, built again. Raises ValueError for an id that no family here can build."""
    parsed = ProblemId.parse(problem_id)
    return _family_of(parsed).problem(parsed.level, parsed.seed)


def worked_solution(problem_id: str) -> str:
    """A whole response that solves the problem of an id, step by step."""
    parsed = ProblemId.parse(problem_id)
    return _family_of(parsed).solution(parsed.level, parsed.seed)
