"""How fast the ledger writes, opens and exports: 1,000,000 simulated traces by default.

The problems, solutions and mistakes are the families' own, varied so that few completions are alike; the rollouts
around them are made up, a token and a random logprob a character. What is measured is the ledger's work alone: making
the records is not counted.
The export runs in a process of its own, whose peak memory is the figure.

    python benchmarks/ledger.py [--traces N] [--step-size N] [--keep DIR]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from tracemill.problems.registry import families
from tracemill.problems.types import Problem
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.traces.ledger import Ledger
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.types import Verdict

GROUP = 8
NUM_PROBLEMS = 4000  # real ones; others are made of them under other ids
PROVENANCE = Provenance(run_id="benchmark", config_hash="0" * 16, code_version="0")

EXPORT = """
    import json, resource, sys, time
    from pathlib import Path
    from tracemill.configs.schema import ExportConfig
    from tracemill.traces.export import export
    began = time.perf_counter()
    done = export([Path(sys.argv[1])], Path(sys.argv[2]), ExportConfig(**json.loads(sys.argv[3])))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    spent = {"seconds": seconds, "cpu_seconds": time.process_time(), "peak_bytes": peak, "rows": done.rows}
    print(json.dumps(spent))
"""


def real_problems() -> list[tuple[Problem, str, str]]:
    """(problem, a right response, a wrong one), over all families and levels."""
    made = []
    names, seed = list(families()), 0
    while len(made) < NUM_PROBLEMS:
        family = families()[names[len(made) % len(names)]]
        level = 1 + len(made) // len(names) % 10
        wrong = family.wrong_responses(level, seed)
        if wrong:
            made.append((family.problem(level, seed), family.solution(level, seed), f"Let me see. {wrong[0][1]}"))
        seed += 1
    return made


def records(base: list[tuple[Problem, str, str]], step_size: int) -> Iterator[tuple[int, list[TraceRecord]]]:
    """One step after the other, without end. Half of the answers are right; some are copies of their neighbours."""
    rng, drawn, count = Random(0), np.random.default_rng(0), 0
    for step in range(10**9):
        made: list[TraceRecord] = []
        while len(made) < step_size:
            problem, right, wrong = base[count % len(base)]
            turn = count // len(base)
            problem = replace(problem, instance=f"{int(problem.instance, 16) ^ turn * 0x9E3779B97F4A7C15:x}"[-16:])
            for index in range(GROUP):
                correct = rng.random() < 0.5
                note = "" if rng.random() < 0.05 else f" (try {index + 1}, {rng.randrange(10**6)} of it)"
                text = (right if correct else wrong) + note
                made.append(_record(problem, text, correct, step, f"{step}/{len(made) // GROUP}", index, drawn, rng))
            count += 1
        yield step, made


def _record(
    problem: Problem,
    text: str,
    correct: bool,
    step: int,
    group_id: str,
    index: int,
    drawn: np.random.Generator,
    rng: Random,
) -> TraceRecord:
    ids = tuple(text.encode())
    rollout = Rollout(
        problem_id=problem.id,
        group_id=group_id,
        index=index,
        prompt_ids=tuple(problem.prompt.encode()),
        completion_ids=ids,
        logprobs=tuple((-drawn.random(len(ids), dtype=np.float32)).tolist()),
        text=text,
        finish_reason="stop",
        policy_version=step,
        seed=rng.getrandbits(63),
    )
    verdict = Verdict(
        status="correct" if correct else "wrong",
        extracted=text[-12:],
        rule="equal",
        evidence="as values",
        verifier="math",
        version=1,
        seconds=0.001,
    )
    reward = Reward(total=float(correct), parts={"correctness": float(correct), "format": 0.1})
    return TraceRecord(
        step=step,
        scored=Scored(problem=problem, rollout=rollout, verdict=verdict, reward=reward),
        advantage=1.0 if correct else -1.0,
        temperature=1.0,
        max_new_tokens=512,
        created_at=1.7e9 + step,
        provenance=PROVENANCE,
    )


def write(folder: Path, traces: int, step_size: int) -> tuple[float, float]:
    """Seconds in `Ledger.write`, and how many of them on a processor: on a machine that is shared they differ."""
    ledger, seconds, on_cpu, written = Ledger(folder), 0.0, 0.0, 0
    for step, made in records(real_problems(), step_size):
        made = list(islice(made, traces - written))
        began, began_cpu = time.perf_counter(), time.process_time()
        ledger.write(step, made)
        seconds += time.perf_counter() - began
        on_cpu += time.process_time() - began_cpu
        written += len(made)
        if written >= traces:
            return seconds, on_cpu
    raise AssertionError


def opened(folder: Path) -> tuple[float, float, int]:
    """Seconds to know the steps, seconds to count the traces, and their number."""
    began = time.perf_counter()
    ledger = Ledger(folder)
    ledger.steps()
    to_steps = time.perf_counter() - began
    count = ledger.count()
    return to_steps, time.perf_counter() - began, count


def exported(run: Path, out: Path, config: dict[str, object]) -> dict[str, object]:
    code = [sys.executable, "-c", textwrap.dedent(EXPORT), str(run), str(out), json.dumps(config)]
    done = subprocess.run(code, cwd=run, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the ledger writes, opens and exports.")
    parser.add_argument("--traces", type=int, default=1_000_000)
    parser.add_argument("--step-size", type=int, default=2048)
    parser.add_argument("--keep", type=Path, help="leave the ledger and the exports there")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="ledger-"))
    try:
        seconds, on_cpu = write(folder / "run/traces", arguments.traces, arguments.step_size)
        to_steps, to_count, count = opened(folder / "run/traces")
        size = sum(path.stat().st_size for path in (folder / "run/traces").iterdir())
        default = exported(folder / "run", folder / "sft", {"format": "sft"})
        every = {"format": "sft", "near_duplicate": 0.9, "pass_rate": [0.01, 0.99], "min_tokens": 2}
        full = exported(folder / "run", folder / "sft-all", every)
    finally:
        if arguments.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    rows = [
        ("traces", f"{count:,}"),
        ("bytes a trace", f"{size / count:.0f}"),
        ("written a second", f"{count / seconds:,.0f}"),
        ("and a second of processor time", f"{count / on_cpu:,.0f}"),
        ("open: its steps", f"{to_steps * 1000:.1f} ms"),
        ("open: its traces counted", f"{to_count * 1000:.1f} ms"),
        ("export, default filters", f"{default['seconds']:.1f} s, {default['rows']:,} rows"),
        ("processor time in it", f"{default['cpu_seconds']:.1f} s"),
        ("its peak memory", f"{default['peak_bytes'] / 2**30:.2f} GiB"),
        ("export, MinHash and bands too", f"{full['seconds']:.1f} s, {full['rows']:,} rows"),
        ("its peak memory", f"{full['peak_bytes'] / 2**30:.2f} GiB"),
    ]
    for name, value in rows:
        print(f"{name:32} {value:>28}")
    print(
        json.dumps(
            {
                "traces": count,
                "writes_per_second": count / seconds,
                "writes_per_cpu_second": count / on_cpu,
                "open_seconds": to_steps,
                "count_seconds": to_count,
                "export_seconds": default["seconds"],
                "export_cpu_seconds": default["cpu_seconds"],
                "export_peak_bytes": default["peak_bytes"],
                "export_rows": default["rows"],
                "export_all_filters_seconds": full["seconds"],
                "export_all_filters_cpu_seconds": full["cpu_seconds"],
                "export_all_filters_peak_bytes": full["peak_bytes"],
            }
        )
    )


if __name__ == "__main__":
    main()
