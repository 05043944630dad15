"""What of a config's paths travels with a job, and what is taken for a place on the cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.load import load, parse
from tracemill.configs.schema import Config
from tracemill.jobs import luggage
from tracemill.jobs.errors import CommandError


def config(**parts: Any) -> Config:
    run = {"name": "it", **parts.pop("run", {})}
    return parse({"run": run, "problems": {"mix": [{"family": "arithmetic", "levels": [1]}]}, **parts})


@pytest.mark.parametrize(
    ("place", "there"),
    [("runs", "~/runs"), ("./a/../runs/", "~/runs"), ("/shared/runs", "/shared/runs"), ("~/mine", "~/mine")],
)
def test_a_relative_run_dir_lies_in_the_home_folder_there(place: str, there: str) -> None:
    moved = luggage.of_the_cluster(config(run={"dir": place}, ray={"address": "10.0.0.1:6379"}))
    assert (moved.run.dir, moved.ray.address) == (there, "auto")


def test_a_run_dir_above_this_folder_is_refused() -> None:
    with pytest.raises(CommandError, match=r"run\.dir is '\.\./runs'"):
        luggage.of_the_cluster(config(run={"dir": "../runs"}))


def test_relative_files_that_are_here_travel_and_the_config_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    (here / "models" / "mine").mkdir(parents=True)
    (here / "models" / "mine" / "config.json").write_text("{}")
    (here / "gsm.jsonl").write_text("{}\n")
    monkeypatch.chdir(here)
    mine = config(
        policy={"path": "models/mine"},
        problems={
            "mix": [{"family": "arithmetic", "levels": [1]}],
            "decontaminate": ["./gsm.jsonl", "openai/gsm8k", str(tmp_path)],
        },
    )
    lines = luggage.pack(mine, tmp_path / "job")
    assert [line.split(" (")[0] for line in lines] == ["models/mine", "./gsm.jsonl"]
    assert sorted(
        str(path.relative_to(tmp_path / "job")) for path in (tmp_path / "job").rglob("*") if path.is_file()
    ) == [
        "gsm.jsonl",
        "models/mine/config.json",
        luggage.CONFIG,
    ]
    assert load(tmp_path / "job" / luggage.CONFIG) == luggage.of_the_cluster(mine)
    assert json.loads((tmp_path / "job" / luggage.CONFIG).read_text())["policy"]["path"] == "models/mine"


def test_what_is_too_large_or_outside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    with (tmp_path / "large").open("wb") as file:
        file.truncate(luggage.MOST_BYTES + 1)  # a hole: nothing is written
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=r"large is too large to travel with the job \(200 MiB; 200 MiB in all"):
        luggage.pack(config(policy={"path": "large"}), tmp_path / "job")
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(CommandError, match=r"\.\./large cannot travel"):
        luggage.pack(config(policy={"path": "../large"}), tmp_path / "job2")
