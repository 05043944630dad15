"""What `verify` finds on an export over all families, and how fast: rows a second on one core, by kind of problem.

The rollouts are the families' worked solutions and mistakes, judged by the verifiers themselves; the export is made of
them as of any run. Every problem is then built again, every answer judged again, and on some of the rows the second
judges asked beside it: Math-Verify on the math that it reads, a fresh interpreter on programs. Their time is not in the
rows a second.

    python benchmarks/proof.py [--rows N] [--second N]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from tracemill.configs.schema import ExportConfig, VerifierConfig
from tracemill.jobs.second_judge import SecondJudge
from tracemill.problems.registry import build, families
from tracemill.problems.types import Problem, Reference
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger
from tracemill.traces.proof import Difference, Opinion, verify
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier

STEP_SIZE = 2048


def problems(rows: int) -> Iterator[tuple[Problem, str]]:
    """(a problem, a response), right and wrong in turns, over families and levels."""
    names, seed, made = list(families()), 0, 0
    while made < rows:
        family, level = families()[names[seed % len(names)]], 1 + seed // len(names) % 10
        problem = family.problem(level, seed)
        for text in (
            family.solution(level, seed),
            *(f"Let me see.\n\n{text}" for _, text in family.wrong_responses(level, seed)),
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


def why(difference: Difference) -> str:
    """The kind of a disagreement, by what is known of the two judges; "unexplained" where none fits."""
    ours, theirs = difference.claimed, difference.found
    numbers = re.search(r"\((-?[\d.]+) against (-?[\d.]+)\)", theirs)
    if numbers and abs(float(numbers[1]) - float(numbers[2])) < 1e-6 and numbers[1] != numbers[2]:
        return "Math-Verify compares six decimals"
    if "math-verify" in theirs and "Interval" in theirs:
        return "Math-Verify reads a pair as an interval"
    if "math-verify" in theirs and ours.startswith("correct"):
        return "Math-Verify does not see that two expressions are equal"
    return "unexplained"


def main() -> None:
    parser = argparse.ArgumentParser(description="What verify finds on an export over all families, and how fast.")
    parser.add_argument("--rows", type=int, default=60_000, help="rollouts; the unpaired export holds nearly as many")
    parser.add_argument("--second", type=int, default=20_000, help="of them, about which the second judges are asked")
    arguments = parser.parse_args()
    folder, verifier = Path(tempfile.mkdtemp(prefix="proof-")), Verifier(VerifierConfig())
    second = SecondJudge(VerifierConfig())
    try:
        statuses = write_run(folder / "run", arguments.rows, verifier)
        keep = {"format": "unpaired", "drop_flagged": False, "check_steps": False, "max_per_problem": 100}
        keep |= {"verdicts": ("correct", "wrong", "unparseable", "timeout")}
        done = export([folder / "run"], folder / "out", ExportConfig(**keep))
        spent, answers = Counter[str](), Counter[str]()

        def judge(pairs: Sequence[tuple[Reference, str]]) -> list[Verdict]:
            made = []
            for reference, text in pairs:
                kind, began = type(reference).__name__, time.perf_counter()
                made.append(verifier.judge(reference, text))
                spent[kind] += time.perf_counter() - began
                answers[kind] += 1
            return made

        def asked(pairs: Sequence[tuple[Reference, str]]) -> list[Opinion]:
            began = time.perf_counter()
            opinions = second(pairs)
            spent["second"] += time.perf_counter() - began
            return opinions

        began = time.perf_counter()
        proof = verify(folder / "out", build, judge, asked, second_sample=arguments.second)
        seconds = time.perf_counter() - began - spent["second"]
    finally:
        verifier.close()
        second.close()
        shutil.rmtree(folder, ignore_errors=True)
    for check, count in proof.failed.items():
        print(f"{check:32} {count:>12,} differ")
    for kind, count in sorted(answers.items()):
        print(f"judged a second: {kind:15} {count / spent[kind]:>12,.0f}")
    for name in sorted({*proof.agreed, *proof.disagreed}):
        print(f"{name:32} {proof.agreed.get(name, 0):>12,} agrees, {proof.disagreed.get(name, 0):,} differs")
    for says, count in proof.no_opinion.items():
        print(f"not asked: {says:40} {count:>12,}")
    differing = [one for one in proof.differences if one.check == "second"]
    for one in differing:
        print(f"  {one.problem_id}  {one.claimed} is {one.found}: {why(one)}")
    rest = seconds - sum(spent[kind] for kind in answers)  # reading, building, digests
    print(f"{'rows a second, all in all':32} {proof.rows / seconds:>12,.0f}")
    found = {
        "rows": proof.rows,
        "families": len(families()),
        "exported": done.rows,
        "statuses": dict(statuses),
        "failed": proof.failed,
        "asked_second": proof.asked_second,
        "disagree": dict(Counter(why(one) for one in differing)),
        "second_seconds": spent["second"],
        "rows_per_second": proof.rows / seconds,
        "math_rows_per_second": 1 / (spent["MathReference"] / answers["MathReference"] + rest / proof.rows),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
