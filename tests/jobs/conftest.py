from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tracemill.traces.ledger import Ledger

SMALL = """
[run]
name = "small"
steps = 4
checkpoint_every = 2
[problems]
per_step = 4
mix = [{ family = "arithmetic", levels = [1, 2] }, { family = "write_function", levels = [1] }]
[rollout]
group_size = 4
max_new_tokens = 48
[learner]
lr = 1e-3
[eval]
per_family = 4
"""


@pytest.fixture(scope="module")
def place_for_ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where a Ray begins that the tests start in their own process: in another working folder, as Ray puts it first on
    its workers' path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("ray"))
        yield


@pytest.fixture
def check_same_run() -> Callable[[Path, Path], None]:
    """Asserts that two runs gave the same traces and weights, bit for bit."""

    def ledger(run: Path) -> list[dict[str, Any]]:
        columns = ["step", "group_id", "index", "completion_ids", "logprobs", "verdict", "advantage"]
        return sorted(Ledger(run / "traces").read(columns).to_pylist(), key=lambda row: (row["group_id"], row["index"]))

    def check(one: Path, other: Path) -> None:
        assert ledger(one) == ledger(other)
        weights = Path("policy") / "model.safetensors"
        assert (one / weights).read_bytes() == (other / weights).read_bytes()

    return check


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def environment() -> dict[str, str]:
    return {**os.environ, "HF_HUB_OFFLINE": "1", "COLUMNS": "120"}


@pytest.fixture
def tracemill(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command as a user calls it, in a folder of its own."""
    command = Path(sys.executable).with_name("tracemill")

    def call(*arguments: object, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(command), *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=timeout,
        )

    return call
