"""A Ray cluster of one node, on the loopback, whose Python has all that tracemill needs and not tracemill."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

RAY = "import sys; from ray.scripts.scripts import main; sys.argv[0] = 'ray'; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class BareCluster:
    url: str  # of the dashboard
    home: Path
    environment: dict[str, str]  # of its processes, and of who has its token


def bare_python(folder: Path) -> Path:
    """An environment that sees every package of this one but tracemill: one link each, and none of the .pth files by
    which an editable install is found."""
    venv.create(folder, symlinks=True, with_pip=False)
    here = Path(venv.__file__).parent  # of the interpreter itself, which has its own
    packages = next(folder.glob("lib/python3*/site-packages"))
    for place in map(Path, sys.path):
        if place.name == "site-packages" and here not in place.parents:
            for path in place.iterdir():
                link = packages / path.name
                if not path.name.startswith(("tracemill", "__editable__")) and path.suffix != ".pth":
                    with suppress(FileExistsError):
                        link.symlink_to(path)
    return folder / "bin" / "python"


@contextmanager
def bare_cluster(folder: Path) -> Iterator[BareCluster]:
    """With a token, which alone makes `ray start` ask for it."""
    python = bare_python(folder / "python")
    found = subprocess.run([python, "-c", "import ray, torch, tracemill.jobs"], capture_output=True, text=True)
    assert "No module named 'tracemill'" in found.stderr
    home = folder / "home"
    (home / ".ray").mkdir(parents=True)
    (home / ".ray" / "auth_token").write_text("a" * 64)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environment |= {
        "HOME": str(home),
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "HF_HUB_OFFLINE": "1",
    }
    gcs, dashboard, agent = free_ports(3)
    command = [str(python), "-c", RAY, "start", "--head", "--block", "--node-ip-address=127.0.0.1", f"--port={gcs}"]
    command += [f"--dashboard-port={dashboard}", "--dashboard-host=127.0.0.1", f"--dashboard-agent-listen-port={agent}"]
    command += ["--num-cpus=4", "--object-store-memory=100000000", "--disable-usage-stats"]
    command += [f"--temp-dir={folder / 'ray'}"]
    head = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert head.stdout is not None
        said = []
        assert any("Ray runtime started" in line for line in head.stdout if not said.append(line)), "".join(said)
        yield BareCluster(url=f"http://127.0.0.1:{dashboard}", home=home, environment=environment)
        assert head.poll() is None
    finally:
        for process in (*psutil.Process(head.pid).children(recursive=True), psutil.Process(head.pid)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        head.wait()


def free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
