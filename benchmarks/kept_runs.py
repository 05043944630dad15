"""Runs that benchmarks compare, each in a process of its own, kept so that none is made twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def kept_run(out: Path, name: str, config: str, changes: Mapping[str, object]) -> dict[str, Any]:
    """summary.json of the run `name` in the folder `out`: `tracemill run CONFIG` with `changes`, made, or gone on with,
    where it is not whole. What it said lies in NAME.log."""
    out.mkdir(parents=True, exist_ok=True)
    whole = out / name / "summary.json"
    if not whole.exists():
        settings = {"run.dir": out, "run.name": name, **changes}
        options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        command = [str(Path(sys.executable).with_name("tracemill")), "run", config, "--resume", *options]
        with (out / f"{name}.log").open("w") as log:
            subprocess.run(command, check=True, stdout=log, stderr=subprocess.STDOUT)
    return json.loads(whole.read_text())  # type: ignore[no-any-return]


def held_out(out: Path, name: str) -> dict[int, float]:
    """Held-out pass@1 of the run by step, where it was tested, from its metrics."""
    lines = [json.loads(line) for line in (out / name / "metrics.jsonl").read_text().splitlines()]
    return {line["step"]: line["held_out_pass_rate"] for line in lines if "held_out_pass_rate" in line}
