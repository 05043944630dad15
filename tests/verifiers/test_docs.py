"""The tables of docs/verifiers.md, judged: the page says what the verifier does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import AnswerType, Form, LiteralReference, MathReference
from tracemill.verifiers.types import Status
from tracemill.verifiers.verifier import Verifier

PAGE = (Path(__file__).parents[2] / "docs" / "verifiers.md").read_text(encoding="utf-8")
LIMIT_S = 30.0
TWELVE = MathReference(answer="12", type="integer")


def rows(*heads: str) -> list[list[str]]:
    """The cells of every row of the table with these heads."""
    found: list[list[str]] = []
    inside = False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells == list(heads):
            inside = True
        elif not cells:
            inside = False
        elif inside and not set(line) <= set("|-"):
            assert len(cells) == len(heads), line
            found.append(cells)
    assert found, f"no table with the heads {heads}"
    return found


def spans(cell: str) -> list[str]:
    return re.findall(r"`([^`]*)`", cell)


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    made = Verifier(VerifierConfig(math_timeout_s=LIMIT_S))
    yield made
    made.close()


def mistaken(verifier: Verifier, reference: MathReference, accepted: str, refused: str) -> list[tuple[str, str, str]]:
    found = []
    for answer, right in [(text, True) for text in spans(accepted)] + [(text, False) for text in spans(refused)]:
        verdict = verifier.judge(reference, f"\\boxed{{{answer}}}")
        if (verdict.status == "correct") is not right or verdict.status in ("timeout", "verifier_error"):
            found.append((answer, verdict.status, verdict.evidence))
    return found


def test_statuses_are_all_named() -> None:
    assert [spans(row[0])[0] for row in rows("status", "")] == list(get_args(Status))


@pytest.mark.parametrize("row", rows("response", "mode", "status"), ids=lambda row: f"{row[1]}: {row[0]}")
def test_extraction(verifier: Verifier, row: list[str]) -> None:
    verdict = verifier.judge(TWELVE, spans(row[0])[0], row[1])  # type: ignore[arg-type]
    assert verdict.status == row[2], verdict


TYPES = rows("type", "reference", "accepted", "refused")


@pytest.mark.parametrize("row", TYPES, ids=lambda row: f"{row[0]}: {row[1]}")
def test_types(verifier: Verifier, row: list[str]) -> None:
    reference = MathReference(answer=spans(row[1])[0], type=row[0])  # type: ignore[arg-type]
    assert mistaken(verifier, reference, row[2], row[3]) == []


FORMS = rows("form", "type", "reference", "accepted", "refused")


@pytest.mark.parametrize("row", FORMS, ids=lambda row: f"{row[0]}: {row[2]}")
def test_forms(verifier: Verifier, row: list[str]) -> None:
    reference = MathReference(answer=spans(row[2])[0], type=row[1], form=row[0])  # type: ignore[arg-type]
    assert mistaken(verifier, reference, row[3], row[4]) == []


def test_every_type_and_form_has_a_row() -> None:
    assert {row[0] for row in TYPES} == set(get_args(AnswerType))
    assert {row[0] for row in FORMS} == set(get_args(Form))


CONVENTIONS = rows("question", "type", "reference", "answer", "default", "config", "then", "why the default")


@pytest.mark.parametrize("row", CONVENTIONS, ids=lambda row: row[0])
def test_conventions(verifier: Verifier, row: list[str]) -> None:
    _, kind, reference_cell, answer_cell, default, config, then, _ = row
    reference = MathReference(answer=spans(reference_cell)[0], type=kind)  # type: ignore[arg-type]
    answer = spans(answer_cell)[0]
    response = answer if "boxed" in answer else f"\\boxed{{{answer}}}"
    verdict = verifier.judge(reference, response)
    assert verdict.status == default, verdict
    if config:
        key, _, value = spans(config)[0].partition(" = ")
        parsed = {"false": False, "true": True}.get(value, int(value) if value.isdigit() else value)
        other = Verifier(VerifierConfig.model_validate({key: parsed, "math_timeout_s": LIMIT_S}))
        try:
            verdict = other.judge(reference, response)
        finally:
            other.close()
        assert verdict.status == then, verdict


def test_every_switch_has_a_row() -> None:
    switched = {spans(row[5])[0].partition(" = ")[0] for row in CONVENTIONS if row[5]}
    assert switched == {"unreduced", "bare_percent", "missing_unit", "decimal_digits", "text_after_answer"}


@pytest.mark.parametrize("row", rows("literal", "status"), ids=lambda row: row[0])
def test_literals(verifier: Verifier, row: list[str]) -> None:
    verdict = verifier.judge(LiteralReference(literal="[1, True]"), f"\\boxed{{{spans(row[0])[0]}}}")
    assert verdict.status == row[1], verdict


@pytest.mark.parametrize("row", rows("key", "default", "bounds"), ids=lambda row: row[0])
def test_limits_are_the_configs(row: list[str]) -> None:
    assert str(getattr(VerifierConfig(), spans(row[0])[0].removeprefix("verifier."))) == row[1]
