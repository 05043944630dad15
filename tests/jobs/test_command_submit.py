"""A run as a job on a Ray cluster that asks for a token and has none of our code: one Ray for all of this file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import psutil
import pytest

TRACEMILL = Path(sys.executable).with_name("tracemill")
RAY = "import sys; from ray.scripts.scripts import main; sys.argv[0] = 'ray'; main()"
TINY = """
[run]
name = "tiny"
steps = 1
checkpoint_every = 1
[policy]
path = "policy"
[problems]
per_step = 6
decontaminate = ["data/benchmark.txt"]
mix = [{ family = "derivatives", levels = [1], weight = 2.0 }, { family = "mine", levels = [1] }]
[[problems.sources]]
name = "mine"
rows = "data/rows.jsonl"
[rollout]
group_size = 2
max_new_tokens = 32
[reward]
custom = ["my_reward:told"]
[learner]
lr = 1e-4
[eval]
per_family = 2
[export]
after_run = true
[ray]
py_modules = ["my_reward.py"]
env_vars = { TOLD = "by the config" }
"""
REWARD = """
import os
from pathlib import Path

def told(prompts, **columns):
    Path(os.environ["HOME"], "told").write_text(os.environ["TOLD"])
    return [0.0] * len(prompts)
"""
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    url: str
    home: Path
    environment: dict[str, str]  # of its processes, and of whoever has its token


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A head with its dashboard on the loopback. A token in its home folder alone makes `ray start` ask for it."""
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as name:  # short, as sockets lie below
        folder = Path(name)
        python = bare_python(folder / "python")
        found = subprocess.run([python, "-c", "import ray, tracemill.jobs"], capture_output=True, text=True)
        assert "No module named 'tracemill'" in found.stderr
        token = folder / "home" / ".ray" / "auth_token"
        token.parent.mkdir(parents=True)
        token.write_text("a" * 64)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
        environment |= {"HOME": str(folder / "home"), "HF_HUB_OFFLINE": "1", "COLUMNS": "120"}
        environment["PATH"] = f"{python.parent}{os.pathsep}{environment['PATH']}"
        port, dashboard, agent = free_ports(3)
        command = [str(python), "-c", RAY, "start", "--head", "--block", "--node-ip-address=127.0.0.1"]
        command += [f"--port={port}", "--dashboard-host=127.0.0.1", f"--dashboard-port={dashboard}"]
        command += [f"--dashboard-agent-listen-port={agent}", f"--temp-dir={folder / 'ray'}", "--num-cpus=4"]
        command += ["--object-store-memory=100000000", "--disable-usage-stats"]
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
            assert any("Ray runtime started" in line for line in head.stdout)
            yield Cluster(url=f"http://127.0.0.1:{dashboard}", home=folder / "home", environment=environment)
            assert head.poll() is None
        finally:
            for process in (*psutil.Process(head.pid).children(recursive=True), psutil.Process(head.pid)):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            head.wait()


def bare_python(folder: Path) -> Path:
    """An environment with every package of this one but tracemill: a link each, and none of the .pth files by which
    an editable install is found."""
    venv.create(folder, symlinks=True, with_pip=False)
    [packages] = folder.glob("lib/python3*/site-packages")
    for place in map(Path, sys.path):
        if place.name == "site-packages" and place.is_dir():
            for path in place.iterdir():
                if not path.name.startswith(("tracemill", "__editable__")) and path.suffix != ".pth":
                    with suppress(FileExistsError):
                        (packages / path.name).symlink_to(path)
    return folder / "bin" / "python"


def free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture
def user_folder(tmp_path: Path) -> Path:
    """A config, and what it names by relative paths: a policy, rows and a reward."""
    (tmp_path / "tiny.toml").write_text(TINY)
    (tmp_path / "my_reward.py").write_text(REWARD)
    shutil.copytree(str(files("tracemill.rollout") / "policy"), tmp_path / "policy")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "benchmark.txt").write_text(
        "How many words in a row must these two have in common at least?\n"
    )
    rows = [{"question": f"What is {n} + {n}?", "answer": str(2 * n)} for n in range(20)]
    (tmp_path / "data" / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


Submit = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def submit(cluster: Cluster, user_folder: Path) -> Submit:
    """The command as a user calls it from a shell, where Ctrl-C is not ignored."""

    def call(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(TRACEMILL), "submit", "tiny.toml", "--address", cluster.url, *arguments],
            cwd=user_folder,
            env={**cluster.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    return call


def in_shell(cluster: Cluster, command: str) -> str:
    """A line that was printed to be typed, with this environment's `ray`."""
    environment = {**cluster.environment, "PATH": f"{TRACEMILL.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_a_job_runs_with_our_code_and_the_users_files_and_its_dataset_is_read(cluster: Cluster, submit: Submit) -> None:
    job = submit("--follow")
    said, _ = job.communicate()
    assert job.returncode == 0, said
    assert "with it     policy (" in said and "with it     data/rows.jsonl (" in said and "data/benchmark.txt (" in said
    assert "run folder  ~/runs/tiny, on the cluster; run.dir is 'runs'" in said
    assert "step 1/1  train" in said
    assert said.splitlines()[-1].endswith("succeeded")
    assert (cluster.home / "told").read_text() == "by the config"
    run = cluster.home / "runs" / "tiny"
    recorded = json.loads((run / "config.json").read_text())
    assert recorded["config"]["policy"]["path"] == "policy"
    assert recorded["versions"]["tracemill"] != "unknown"

    from datasets import load_dataset

    rows = load_dataset(str(run / "dataset"))
    assert sum(split.num_rows for split in rows.values()) > 0
    assert set(rows["train"]["family"]) <= {"derivatives", "mine"}

    again = submit("--follow")
    said, _ = again.communicate()
    assert again.returncode == 1
    assert f"failed: {run} already holds this run; go on with --resume" in said.splitlines()[-1]
    assert "Traceback" not in said


def test_ctrl_c_leaves_the_job_and_what_it_prints_follows_and_stops_it(cluster: Cluster, submit: Submit) -> None:
    run = cluster.home / "runs" / "tiny"
    first = "step 2/500" if (run / "summary.json").exists() else "step 1/500"  # it goes on after the test above
    job = submit("--follow", "--resume", "--set", "run.steps=500")
    assert job.stdout is not None
    before = []
    for line in job.stdout:
        before.append(line)
        if line.startswith("step "):
            break
    assert before[-1].startswith(first), "".join(before)
    job.send_signal(signal.SIGINT)
    said, _ = job.communicate()
    assert job.returncode == 130, said
    commands = {line.split("  ")[0]: line.split("  ")[-1].strip() for line in said.splitlines() if "ray job" in line}
    assert set(commands) == {"follow again", "stop it"}
    status = next(line.removeprefix("status").strip() for line in before if line.startswith("status"))
    assert "RUNNING" in in_shell(cluster, status)
    in_shell(cluster, commands["stop it"])
    assert "was stopped" in in_shell(cluster, status)
    log = in_shell(cluster, commands["follow again"])
    assert "stopped after step" in log and "go on with --resume" in log
    assert list((run / "checkpoints").glob("step-*[0-9]/state.json"))


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"HOME": "nowhere"}, "asks for a token, and there is none here"),
        ({"HOME": "nowhere", "RAY_AUTH_MODE": "token"}, "asks for a token, and there is none here"),
        ({"RAY_AUTH_MODE": "disabled"}, "asks for a token, and RAY_AUTH_MODE is disabled here"),
        ({"RAY_AUTH_TOKEN": "b" * 64}, "does not take the token that was found here"),
        ({"RAY_AUTH_TOKEN_PATH": "nowhere"}, "RAY_AUTH_TOKEN_PATH is 'nowhere', where no token can be read"),
    ],
)
def test_without_its_token_one_line_says_so(submit: Submit, environment: dict[str, str], line: str) -> None:
    job = submit(**environment)
    said, _ = job.communicate()
    assert job.returncode == 1
    assert line in said
    assert len(said.splitlines()) == 1
