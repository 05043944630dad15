"""`tracemill report`: a page of one run, and of several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracemill.jobs.cli import main


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps({"config": {"run": {"steps": 3}}}))
    return [str(tmp_path / name) for name in ("first", "second")]


def test_one_run_and_several(runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", runs[0]]) == main(["report", *runs]) == 0
    assert main(["report", *runs, "--out", str(tmp_path / "both.html")]) == 0
    first, second, third = (Path(line) for line in capsys.readouterr().out.splitlines())
    assert (first.name, second.name, third.name) == ("report.html", "compared.html", "both.html")
    assert "<title>first · tracemill</title>" in first.read_text()
    assert "<title>first and second · tracemill</title>" in second.read_text()


def test_a_mistake_is_one_line(runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", runs[0], str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"tracemill: {tmp_path} is no run's folder (no config.json)\n"
    assert main(["report", runs[0], "--out", str(tmp_path / "no" / "page.html")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("tracemill: the page cannot be written: ") and error.count("\n") == 1
