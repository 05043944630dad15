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
    assert error.startswith("tracemill: the page ") and " cannot be written (" in error and error.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("metrics.jsonl", '{"step": 1}\n[]\n', "metrics.jsonl, line 2, is damaged: [] where a table in braces belongs"),
        ("metrics.jsonl", '{"step": 1}\n{"st\n', "metrics.jsonl, line 2, is damaged: no JSON ("),
        ("metrics.jsonl", '{"loss": 1}\n', "metrics.jsonl is damaged: a line does not say which step it is of"),
        ("summary.json", "7", "summary.json is damaged: 7 where a table in braces belongs"),
        ("config.json", '{"config": {"run": 3}}', "config.json is damaged: it holds no config of a run"),
        ("dataset/tracemill.json", '{"tracemill_export": 1}', "tracemill.json is damaged: config: Field required"),
    ],
)
def test_what_is_damaged_in_a_run_is_named_in_one_line(
    runs: list[str], capsys: pytest.CaptureFixture[str], name: str, text: str, said: str
) -> None:
    path = Path(runs[0]) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert main(["report", runs[0]]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"tracemill: {path.parent}") and said in error and error.count("\n") == 1
