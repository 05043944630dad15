"""`tracemill problems`: what can be generated, with samples. `tracemill problems check`: the audit of what is."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tracemill.jobs.errors import CommandError
from tracemill.problems.registry import families, family_named
from tracemill.problems.types import LEVELS

CHECK = "check"  # no family has this name


def command(options: argparse.Namespace) -> int:
    words = options.words
    try:
        if words[:1] == [CHECK]:
            _refuse(options, ("level", "seed"), "shows a family's problems; problems check takes --levels and --seeds")
            return check_families(words[1:], levels_in(options.levels), 3 if options.seeds is None else options.seeds)
        _refuse(options, ("levels", "seeds"), "is of problems check; a family's problems take --level and --seed")
        if len(words) > 1:
            raise ValueError(f"problems takes one family, not {len(words)}; problems check takes several")
        if words:
            show_family(words[0], options.level, options.seed or 0)
        else:
            _refuse(options, ("level", "seed"), "is of the problems of one family; name it")
            list_families()
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    return 0


def _refuse(options: argparse.Namespace, names: Sequence[str], says: str) -> None:
    """Raises ValueError where one of these was given."""
    for name in names:
        if getattr(options, name) is not None:
            raise ValueError(f"--{name} {says}")


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


def check_families(names: Sequence[str], levels: Sequence[int], num_seeds: int) -> int:
    """A row a family and a line a finding, as they come; 1 where there is a finding. Raises ValueError for a family
    that does not exist."""
    from tracemill.configs.schema import VerifierConfig
    from tracemill.jobs.audit import audit
    from tracemill.verifiers.verifier import Verifier

    if num_seeds < 1:
        raise ValueError(f"--seeds is {num_seeds}; at least 1 problem of each level is checked")
    chosen = [family_named(name) for name in dict.fromkeys(names)] or list(families().values())
    width = max(len(family.name) for family in chosen)
    verifier = Verifier(VerifierConfig(workers=os.cpu_count() or 1))
    num_findings = 0
    print(f"{'family':{width}}  problems  a second  answers  commonest  responses  slowest  findings")
    try:
        for family in chosen:
            found = audit(family, levels, range(num_seeds), verifier)
            pace = found.problems / max(found.made_s, 1e-9)
            print(
                f"{found.family:{width}}  {found.problems:8,}  {pace:8,.0f}  {found.answers:7,}  "
                f"{found.commonest:9.0%}  {found.responses:9,}  {found.slowest_s:5.2f} s  {len(found.findings):8,}",
                flush=True,
            )
            for finding in found.findings:
                print(f"  {finding.problem_id}  {finding.check}: {finding.what}", flush=True)
            num_findings += len(found.findings)
    finally:
        verifier.close()
    total = len(chosen) * len(levels) * num_seeds
    print(f"{len(chosen):,} families, {total:,} problems: {num_findings:,} findings")
    return 1 if num_findings else 0


def levels_in(text: str | None) -> list[int]:
    """Of "1,2,5" or "1-4"; all of them where nothing is said. Raises ValueError."""
    if text is None:
        return list(LEVELS)
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        try:
            found |= set(range(int(first), int(last if dash else first) + 1))
        except ValueError:
            raise ValueError(f"--levels takes numbers, as in 1,2 or 1-4, not {text!r}") from None
    if not found or not found <= set(LEVELS):
        raise ValueError(f"--levels {text} is not within {LEVELS[0]} to {LEVELS[-1]}")
    return sorted(found)
