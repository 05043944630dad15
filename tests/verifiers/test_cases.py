"""The labelled answers, by type: every one judged as it is labelled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.verifiers.judge_file import judge_lines
from tracemill.verifiers.verifier import Verifier

FILES = sorted((Path(__file__).parent / "cases").glob("*.jsonl"))


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    made = Verifier(VerifierConfig(math_timeout_s=60.0))
    yield made
    made.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_case_is_judged_as_labelled(verifier: Verifier, file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    mistaken = []
    for line, verdict in zip(lines, judge_lines(lines, verifier), strict=True):
        case = json.loads(line)
        if (verdict["status"] == "correct") is not case["right"] or verdict["status"] in (
            "verifier_error",
            "unreadable",
        ):
            mistaken.append((case, verdict["status"], verdict["rule"], verdict["evidence"]))
    assert mistaken == []


def test_the_set_is_as_large_and_as_hard_as_it_claims() -> None:
    labels = Counter(json.loads(line)["right"] for file in FILES for line in file.open(encoding="utf-8"))
    assert labels.total() >= 1500
    assert labels[False] >= 0.3 * labels.total()
