"""A run on a Ray that runs already, with its token authentication on."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

RAY = Path(sys.executable).with_name("ray")


@pytest.fixture
def running_ray(tmp_path: Path, environment: dict[str, str]) -> Iterator[str]:
    """Its address. Ray's own home folder is a new one with a token, as `ray get-auth-token --generate` leaves it."""
    token = tmp_path / "home" / ".ray" / "auth_token"
    token.parent.mkdir(parents=True)
    token.write_text("a" * 64)
    environment["HOME"] = str(tmp_path / "home")
    environment.pop("RAY_AUTH_MODE", None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(RAY), "start", "--head", "--block", "--node-ip-address=127.0.0.1", f"--port={port}", "--num-cpus=4"]
    command += ["--include-dashboard=false", "--object-store-memory=100000000", "--disable-usage-stats"]
    head = subprocess.Popen(
        command,
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert head.stdout is not None
    assert any("Ray runtime started" in line for line in head.stdout)
    yield f"127.0.0.1:{port}"
    assert head.poll() is None
    for process in (*psutil.Process(head.pid).children(recursive=True), head):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    head.wait()


def test_a_ray_that_runs_is_used_where_asked_for_and_left_alone_else(
    running_ray: str, tracemill: Callable[..., subprocess.CompletedProcess[str]], config_file: Path, tmp_path: Path
) -> None:
    for name, address in (("there", running_ray), ("apart", None)):
        overrides = ["run.steps=1", f"run.name={name}", *([f"ray.address={address}"] if address else [])]
        done = tracemill("run", config_file, *(part for each in overrides for part in ("--set", each)))
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "runs" / name / "report.html").exists()


def test_where_no_ray_runs_one_line_says_so(
    tracemill: Callable[..., subprocess.CompletedProcess[str]], config_file: Path
) -> None:
    done = tracemill("run", config_file, "--set", "ray.address=127.0.0.1:1")
    assert done.returncode == 1
    assert "no Ray could be reached at ray.address '127.0.0.1:1'" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
