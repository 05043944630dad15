"""What `verify` finds on an export over all families, and how fast: rows a second on one core, by kind of problem.

The rollouts are the families' worked solutions and mistakes, judged by the verifiers themselves; the export is made of
them as of any run. Every problem is then built again, every answer judged again, and Math-Verify asked beside it, on
what it reads (numbers, fractions and expressions; not programs, literals, or answers with rules of their own).

    python benchmarks/proof.py [--rows N]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tracemill.configs.schema import ExportConfig, VerifierConfig
from tracemill.problems.registry import build, families
from tracemill.problems.types import MathReference, Problem, Reference
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger
from tracemill.traces.proof import verify
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier

STEP_SIZE = 2048
READS = ("integer", "rational", "decimal", "expression", "polynomial")
"""Types of answers that Math-Verify compares by value, as our verifier does."""
PLAIN = re.compile(r"\\boxed\{-?[\d./]+\}\s*$")
"""An answer that is a number and nothing that is left to do."""


def problems(rows: int) -> Iterator[tuple[Problem, str]]:
    """(a problem, a response), right and wrong in turns, over families and levels."""
    names, seed, made = list(families()), 0, 0
    while made < rows:
        family, level = families()[names[seed % len(names)]], 1 + seed // len(names) % 10
        problem = family.problem(level, seed)
        for text in (
            family.solution(level, seed),
            *(f"Let me see: {text}" for _, text in family.wrong_responses(level, seed)),
        ):
            yield problem, text
            made += 1
        seed += 1


def record(problem: Problem, text: str, verdict: Verdict, step: int, index: int, rng: Random) -> TraceRecord:
    ids = tuple(text.encode())
    rollout = Rollout(
        problem_id=problem.id,
        group_id=f"{step}/{problem.id}",
        index=index,
        prompt_ids=(),
        completion_ids=ids,
        logprobs=(),
        text=text,
        finish_reason="stop",
        policy_version=step,
        seed=rng.getrandbits(63),
    )
    reward = Reward(total=float(verdict.status == "correct"))
    return TraceRecord(
        step=step,
        scored=Scored(problem=problem, rollout=rollout, verdict=verdict, reward=reward),
        advantage=None,
        temperature=1.0,
        max_new_tokens=512,
        created_at=1.7e9,
        provenance=Provenance(run_id="proof", config_hash="0" * 16, code_version="0"),
    )


def write_run(folder: Path, rows: int, verifier: Verifier) -> Counter[str]:
    """A run's ledger of judged rollouts; counts by status."""
    rng, statuses, waiting, step = Random(0), Counter[str](), list[tuple[Problem, str]](), 0

    def flush() -> None:
        nonlocal step
        verdicts = verifier.judge_all([(problem.reference, text) for problem, text in waiting])
        statuses.update(verdict.status for verdict in verdicts)
        rows = zip(waiting, verdicts, strict=True)
        made = [record(p, text, verdict, step, index, rng) for index, ((p, text), verdict) in enumerate(rows)]
        Ledger(folder / "traces").write(step, made)
        waiting.clear()
        step += 1

    for one in problems(rows):
        waiting.append(one)
        if len(waiting) == STEP_SIZE:
            flush()
    if waiting:
        flush()
    return statuses


def second_opinion(reference: Reference, text: str) -> bool | None:
    """Math-Verify's, or None where it has none: on other kinds of answers, and on whether a sum may be left undone."""
    import sympy
    from math_verify import parse
    from math_verify import verify as agrees

    if not isinstance(reference, MathReference) or reference.type not in READS:
        return None
    numeric = reference.type in ("integer", "rational", "decimal")
    if reference.form not in ("value", "evaluated") or (numeric and not PLAIN.search(text)):
        return None
    gold = parse(f"\\boxed{{{sympy.latex(sympy.sympify(reference.answer))}}}", parsing_timeout=None)
    answer = parse(text, parsing_timeout=None)
    return bool(agrees(gold, answer, timeout_seconds=None)) if gold and answer else None


def main() -> None:
    parser = argparse.ArgumentParser(description="What verify finds on an export over all families, and how fast.")
    parser.add_argument("--rows", type=int, default=60_000, help="rollouts; the unpaired export holds nearly as many")
    rows = parser.parse_args().rows
    folder, verifier = Path(tempfile.mkdtemp(prefix="proof-")), Verifier(VerifierConfig())
    try:
        statuses = write_run(folder / "run", rows, verifier)
        keep = {"format": "unpaired", "drop_flagged": False, "check_steps": False, "max_per_problem": 100}
        done = export([folder / "run"], folder / "out", ExportConfig(**keep))
        spent = Counter[str]()
        answers = Counter[str]()

        def judge(pairs: list[tuple[Reference, str]]) -> list[Verdict]:
            made = []
            for reference, text in pairs:
                kind, began = type(reference).__name__, time.perf_counter()
                made.append(verifier.judge(reference, text))
                spent[kind] += time.perf_counter() - began
                answers[kind] += 1
            return made

        began = time.perf_counter()
        alone = verify(folder / "out", build, judge)
        seconds = time.perf_counter() - began
        both = verify(folder / "out", build, judge, second_opinion)
    finally:
        verifier.close()
        shutil.rmtree(folder, ignore_errors=True)
    for check, count in alone.failed.items():
        print(f"{check:32} {count if check != 'second' else both.failed['second']:>12,} differ")
    for kind, count in sorted(answers.items()):
        print(f"judged a second: {kind:15} {count / spent[kind]:>12,.0f}")
    for one in [one for one in both.differences if one.check == "second"][:20]:
        print(f"  second judge on {one.problem_id}: ours {one.claimed}, theirs {one.found}")
    rest = seconds - sum(spent.values()) / 2
    print(f"{'rows a second, all in all':32} {alone.rows / seconds:>12,.0f}")
    print(
        json.dumps(
            {
                "rows": alone.rows,
                "exported": done.rows,
                "statuses": dict(statuses),
                "failed": alone.failed | {"second": both.failed["second"]},
                "asked_second": both.asked_second,
                "rows_per_second": alone.rows / seconds,
                "math_rows_per_second": 1 / (spent["MathReference"] / answers["MathReference"] + rest / alone.rows),
            }
        )
    )


if __name__ == "__main__":
    main()
