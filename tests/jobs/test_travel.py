"""The code that travels with a job is what a wheel holds, however tracemill came to be installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from tracemill.jobs import travel
from tracemill.jobs.errors import CommandError

ROOT = Path(__file__).parents[2]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "RECORD"
    }


def test_a_wheels_install_packs_to_what_its_checkout_does(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    wheel = travel._build(ROOT, tmp_path / "wheels")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(tmp_path / "installed")
    (tmp_path / "packed").mkdir()
    [info] = (tmp_path / "installed").glob("*.dist-info")
    travel._copy(Distribution.at(info), tmp_path / "packed")
    assert tree(tmp_path / "packed") == tree(tmp_path / "installed")
    assert {"tracemill/jobs/cli.py", "tracemill/rollout/policy/config.json"} <= set(tree(tmp_path / "packed"))
    assert not list(ROOT.glob("build"))

    program = "import tracemill.jobs.cli as cli; print(cli.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": str(tmp_path / "packed")}
    )
    assert done.stdout.strip() == str(tmp_path / "packed" / "tracemill" / "jobs" / "cli.py")


def test_this_install_packs_to_a_package_and_its_metadata(tmp_path: Path) -> None:
    packed = travel.unpack_wheel(tmp_path)
    assert [path.name.partition("-")[0] for path in packed] == ["tracemill", "tracemill"]
    assert Distribution.at(packed[1]).version == distribution("tracemill").version


def test_a_checkout_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"was installed from {tmp_path / 'gone'}, of which no wheel can be made"):
        travel._build(tmp_path / "gone", tmp_path)
