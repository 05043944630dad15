"""Ray's head dies with everything that Ray knew. The run ends, and goes on with another Ray as if nothing had been."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ray.cluster_utils import Cluster

SMALL = 80 * 2**20


@pytest.fixture
def a_ray(place_for_ray: None) -> Iterator[Any]:
    """Starts one after another: a head with 3 CPUs."""
    made: list[Cluster] = []

    def start() -> Cluster:
        head = {"num_cpus": 3, "object_store_memory": SMALL, "include_dashboard": False}
        made.append(Cluster(initialize_head=True, head_node_args=head))
        return made[-1]

    yield start
    for each in made:
        each.shutdown()


@pytest.mark.timeout(900)
def test_a_run_whose_head_dies_goes_on_with_another_ray(
    a_ray: Any, tracemill: Any, config_file: Path, tmp_path: Path, environment: dict[str, str], check_same_run: Any
) -> None:
    whole, hurt = tmp_path / "runs" / "whole", tmp_path / "runs" / "hurt"
    longer = ("--set", "run.steps=12")  # a step takes a fifth of a second: some must be left when the head dies
    undisturbed = tracemill("run", config_file, "--in-process", "--set", "run.name=whole", *longer, timeout=600)
    assert undisturbed.returncode == 0, undisturbed.stderr
    first = a_ray()
    command = [str(Path(sys.executable).with_name("tracemill")), "run", str(config_file), "--set", "run.name=hurt"]
    command += longer
    with (tmp_path / "out").open("w") as out:
        job = subprocess.Popen(
            [*command, "--set", f"ray.address={first.address}"],
            cwd=tmp_path,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + 300
    while job.poll() is None and time.monotonic() < deadline and not (hurt / "traces/step-000003.parquet").exists():
        time.sleep(0.02)
    for processes in first.head_node.all_processes.values():
        for each in processes:
            os.kill(each.process.pid, 9)
    assert job.wait(timeout=300), (tmp_path / "out").read_text()  # Ray ends a process whose head is gone for a minute
    assert not (hurt / "traces/step-000012.parquet").exists(), "it was done before its head died"
    second = a_ray()
    resumed = tracemill(
        *("run", config_file, "--resume", "--set", "run.name=hurt", "--set", f"ray.address={second.address}"),
        *longer,
        timeout=600,
    )
    assert resumed.returncode == 0, resumed.stderr
    check_same_run(hurt, whole)
