"""`tracemill judge`: lines of JSON in, verdicts out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tracemill.jobs.cli import main

LINES = (
    b'{"gold": "1/2", "answer": "The answer is 0.5", "id": "half"}',
    b"",
    b"\xff\xfe",
    b'{"gold": "12", "answer": "\\\\boxed{13}"}',
    b'{"program": "def add(a, b):\\n    return a + b", "entry": "add", "tests": [{"input": [1, 2], "output": 3}]}',
    b"{",
)
STATUSES = [(1, "correct"), (3, "unreadable"), (4, "wrong"), (5, "correct"), (6, "unreadable")]
LONG = ["--set", "verifier.code_timeout_s=30"]


def found(text: str) -> list[tuple[int, str]]:
    return [(verdict["line"], verdict["status"]) for verdict in map(json.loads, text.splitlines())]


def test_a_file_is_judged_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "answers.jsonl", tmp_path / "verdicts.jsonl"
    file.write_bytes(b"\n".join(LINES))
    assert main(["judge", str(file), *LONG]) == 0
    shown = capsys.readouterr()
    assert found(shown.out) == STATUSES
    assert json.loads(shown.out.splitlines()[0])["id"] == "half"
    assert shown.err == "5 lines judged: 2 correct, 2 unreadable, 1 wrong\n"
    assert main(["judge", str(file), "--out", str(out), *LONG]) == 0
    assert found(out.read_text()) == STATUSES and capsys.readouterr().out == ""


def test_a_dash_reads_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES[0] + b"\r\n")))
    assert main(["judge", "-"]) == 0
    assert found(capsys.readouterr().out) == [(1, "correct")]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.jsonl"], 1, "nowhere.jsonl cannot be read (No such file or directory)"),
        (["a.jsonl", "--out", "a.jsonl"], 2, "--out a.jsonl is the file that is read; choose another"),
        (["a.jsonl", "--out", "no/b.jsonl"], 1, "--out no/b.jsonl cannot be written (No such file or directory)"),
        (["a.jsonl", "--set", "verifier.workrs=2"], 2, "'verifier.workrs'; did you mean 'verifier.workers'?"),
        (["a.jsonl", "--out", "/dev/full"], 1, "the verdicts cannot be written (No space left on device)"),
        (["a.jsonl", "--set", "verify.workers=2"], 2, "unknown config key 'verify'; did you mean 'verifier'?"),
    ],
)
def test_a_mistake_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_bytes(LINES[0])
    assert main(["judge", *arguments]) == code
    error = capsys.readouterr().err
    assert error.startswith("tracemill: ") and said in error and error.count("\n") == 1
    assert Path("a.jsonl").read_bytes() == LINES[0]
