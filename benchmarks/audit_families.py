"""100,000 problems over all families and levels: does anything raise, does a verifier reject its own reference or
worked solution, and how many ids hold a problem that an earlier id held.

Every family makes as many problems at each of its levels; the reference, where it can be given as an answer, and the
worked solution are judged as a run's answers are. Repeats are the share of a family's ids at levels 3 to 10 whose
instance came before. `tracemill problems check` asks more of fewer problems: wrong answers, and the second way of
computing. Prints what was found and ends with one line of JSON; exit status 1 where anything was.

    python benchmarks/audit_families.py [--problems 100000] [--families a,b]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, field

from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.audit import bare_answer
from tracemill.problems.family import Family
from tracemill.problems.registry import families
from tracemill.problems.types import LEVELS, ProblemId, Reference
from tracemill.verifiers.verifier import Verifier

MOST_REPEATS, FIRST_LEVEL = 0.01, 3


@dataclass(slots=True)
class Found:
    """Of one family; `raised` and `rejected` are lines to show."""

    problems: int = 0
    repeats: float = 0.0
    raised: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)


def audit(family: Family, seeds: range, verifier: Verifier) -> Found:
    found = Found()
    names: list[str] = []
    pairs: list[tuple[Reference, str]] = []
    instances: list[str] = []
    for level in LEVELS:
        for seed in seeds:
            name = str(ProblemId(family.name, family.version, level, seed))
            try:
                problem = family.problem(level, seed)
                responses = [bare_answer(problem.reference), family.solution(level, seed)]
            except Exception as error:  # that is the finding
                found.raised.append(f"{name}: {type(error).__name__}: {error}")
                continue
            found.problems += 1
            if level >= FIRST_LEVEL:
                instances.append(problem.instance)
            for response in responses:
                if response is not None:
                    names.append(name)
                    pairs.append((problem.reference, response))
    verdicts = verifier.judge_all(pairs)
    for name, (_, response), verdict in zip(names, pairs, verdicts, strict=True):
        if verdict.status != "correct":
            found.rejected.append(f"{name}: {verdict.status} ({verdict.evidence}): {response[-200:]!r}")
    found.repeats = 1 - len(set(instances)) / max(1, len(instances))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--problems", type=int, default=100_000)
    parser.add_argument("--families", help="some of them, by name; default: all")
    options = parser.parse_args()
    names = options.families.split(",") if options.families else list(families())
    seeds = range(-(-options.problems // (len(names) * len(LEVELS))))
    began = time.monotonic()
    found: dict[str, Found] = {}
    verifier = Verifier(VerifierConfig())
    for name in names:
        one = found[name] = audit(families()[name], seeds, verifier)
        print(f"{name:26}{one.problems:8,}  {one.repeats:7.2%} repeat", flush=True)
        for line in [*one.raised, *one.rejected][:10]:
            print(f"    {line}", flush=True)
    verifier.close()
    repeating = {name: one.repeats for name, one in found.items() if one.repeats > MOST_REPEATS}
    line = {
        "families": len(found),
        "problems": sum(one.problems for one in found.values()),
        "raised": sum(len(one.raised) for one in found.values()),
        "rejected": sum(len(one.rejected) for one in found.values()),
        "repeating": repeating,
        "most_repeats": max(one.repeats for one in found.values()),
        "seconds": time.monotonic() - began,
    }
    print(json.dumps(line))
    return int(bool(line["raised"] or line["rejected"] or repeating))


if __name__ == "__main__":
    sys.exit(main())
