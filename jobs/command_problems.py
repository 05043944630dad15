"""`tracemill problems`: what can be generated, with samples."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tracemill.problems.registry import families, family_named
from tracemill.problems.types import LEVELS


def list_families() -> None:
    table = Table(box=None)
    for heading in ("family", "kind", "topic", "a problem of level 1"):
        table.add_column(heading, no_wrap=heading != "a problem of level 1", overflow="ellipsis")
    for family in families().values():
        prompt = family.problem(LEVELS[0], 0).prompt.replace("\n", " ")
        table.add_row(family.name, family.kind, family.topic, prompt[:70], style="")
    Console().print(table, markup=False)


def show_family(name: str, level: int | None, seed: int) -> None:
    """Raises ValueError for a family or a level that does not exist."""
    family = family_named(name)
    print(f"{family.name} (version {family.version}, {family.kind}, {family.topic})\n\n{family.doc.strip()}")
    for each in LEVELS if level is None else (level,):
        problem = family.problem(each, seed)
        print(f"\n--- {problem.id} ({problem.split})\n{problem.prompt}\n\n{family.solution(each, seed)}")
