"""An algorithm of a user's own, from a file outside the repository, with dynamic sampling; and a learner's config that
cannot work, refused before anything starts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tracemill.configs.load import load
from tracemill.jobs.errors import CommandError
from tracemill.jobs.run import check_can_start

MINE = """
def best_only(rewards_G):
    best = max(r for r in rewards_G if r is not None)
    return [None if r is None else 1.0 if r == best else -0.25 for r in rewards_G]
"""


def test_a_function_of_rewards_is_an_algorithm(config_file: Path, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    settings = [
        "run.steps=1",
        "learner.algorithm=mine:best_only",
        "learner.dynamic_sampling=true",
        "learner.max_refills=2",
        "eval.per_family=1",
    ]
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("tracemill")),
            *("run", str(config_file), "--in-process"),
            *(part for setting in settings for part in ("--set", setting)),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(tmp_path)},
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs" / "small"
    (line,) = [json.loads(text) for text in (run / "metrics.jsonl").read_text().splitlines()]
    rows = pq.read_table(run / "traces" / "step-000000.parquet", columns=["group_id", "index", "advantage"]).to_pylist()
    assert len({(row["group_id"], row["index"]) for row in rows}) == len(rows) == line["samples"]
    assert 4 * 4 < line["samples"] <= 3 * 4 * 4  # groups that could not teach were joined by others
    assert {row["advantage"] for row in rows} <= {1.0, -0.25}
    assert line["policy_version"] == 1
    assert line["learned_tokens"] < line["completion_tokens"] * line["samples"]  # those that cannot teach had no part


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["learner.kl.coefficient=0.1", "learner.kl.reference=nowhere"], "learner.kl.reference is 'nowhere'; it takes"),
        (["learner.algorithm=ppo"], "ppo needs a critic; set learner.critic.kind to 'head' or 'model'"),
    ],
)
def test_a_learner_that_cannot_work_is_refused(config_file: Path, settings: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        check_can_start(load(config_file, settings))
