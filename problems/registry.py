"""All families by name: those of this package, those that other packages bring by entry point, and those that a
config's sources bring to this process."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

import tracemill.problems.code
import tracemill.problems.math
from tracemill.problems.family import Family
from tracemill.problems.types import Problem, ProblemId

ENTRY_POINT_GROUP = "tracemill.families"


@cache
def _versions() -> dict[str, dict[int, Family]]:
    """Every module of `problems.math` and `problems.code` with a FAMILY, and perhaps an EARLIER version of it, then
    entry points; by name and version."""
    found: dict[str, dict[int, Family]] = {}
    owners: dict[str, str] = {}
    for package in (tracemill.problems.math, tracemill.problems.code):
        for info in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            module = importlib.import_module(info.name)
            for family in (getattr(module, "FAMILY", None), getattr(module, "EARLIER", None)):
                if isinstance(family, Family):
                    _add(found, owners, family, info.name)
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        family = entry.load()
        if not isinstance(family, Family):
            raise ValueError(f"entry point {entry.value!r} in {ENTRY_POINT_GROUP} is no Family but {type(family)}")
        _add(found, owners, family, entry.value)
    return found


def _add(found: dict[str, dict[int, Family]], owners: dict[str, str], family: Family, where: str) -> None:
    """Several versions of one name may come from one package: the earlier ones build the problems that exist."""
    package = re.split("[.:]", where)[0]
    versions = found.setdefault(family.name, {})
    if family.version in versions or owners.setdefault(family.name, package) != package:
        raise ValueError(f"{where} brings a second family named {family.name!r}; rename it, or raise its version")
    versions[family.version] = family


@cache
def families() -> MappingProxyType[str, Family]:
    """The newest version of every family of this package and of entry points, sorted by name."""
    return MappingProxyType({name: versions[max(versions)] for name, versions in sorted(_versions().items())})


_FROM_CONFIG: dict[str, Family] = {}


def add_family(family: Family) -> None:
    """Makes a family known in this process. The same name again takes the place of the one before; a family that was
    not added here keeps its name: ValueError."""
    if family.name in families():
        raise ValueError(f"problems.sources brings a second family named {family.name!r}; rename it")
    _FROM_CONFIG[family.name] = family


def family_named(name: str, version: int | None = None) -> Family:
    """The newest version, or the one that is asked for. Raises ValueError that names the nearest family, or the
    versions that are here."""
    family = families().get(name) or _FROM_CONFIG.get(name)
    if family is None:
        known = [*families(), *_FROM_CONFIG]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        raise ValueError(f"no problem family {name!r}; {hint}")
    if version in (None, family.version):
        return family
    versions = _versions().get(name, {family.version: family})
    if version not in versions:
        here = " and ".join(map(str, sorted(versions)))
        raise ValueError(f"there is no version {version} of {name}, only {here}")
    return versions[version]


def build(problem_id: str) -> Problem:
    """The problem of an id, built again. Raises ValueError for an id that no family here can build."""
    parsed = ProblemId.parse(problem_id)
    return family_named(parsed.family, parsed.version).problem(parsed.level, parsed.seed)


def worked_solution(problem_id: str) -> str:
    """A whole response that solves the problem of an id, step by step."""
    parsed = ProblemId.parse(problem_id)
    return family_named(parsed.family, parsed.version).solution(parsed.level, parsed.seed)
