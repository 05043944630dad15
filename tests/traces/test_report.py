"""The page without a browser: what is in it, and how large it is."""

import base64
import json
import re
import zlib
from dataclasses import replace

import pytest

from tracemill.configs.schema import ExportConfig
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger
from tracemill.traces.report import write_report
from tracemill.traces.report_data import read_run, run_data, wilson


@pytest.fixture
def run(tmp_path, make_step):
    folder = tmp_path / "nightly<1>"
    ledger = Ledger(folder / "traces")
    for step in range(3):
        ledger.write(step, make_step(step, range(step * 10, step * 10 + 5)))
    lines = [
        {"step": step, "train_pass_rate": 0.5, "loss": -0.1 * step, "seconds": {"learn": 1.5}, "skipped_updates": []}
        for step in (1, 2, 3)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"step": 4, "lo')
    rate = {"pass_at_1": 0.25, "low": 0.2, "high": 0.31, "correct": 50, "total": 200}
    summary = {"steps": 3, "held_out_before": rate, "held_out_after": rate, "by_family": {}, "odd": float("nan")}
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "config.json").write_text(json.dumps({"config": {"run": {"steps": 3}}}))
    return folder


def carried(page):
    """The page's data, its index of traces, and its groups."""

    def script(name):
        return re.search(rf'<script type="[a-z/]+" id="{name}">(.*?)</script>', page, re.DOTALL)[1]

    def inflated(name):
        return json.loads(zlib.decompress(base64.b64decode(script(name)), -15))

    chunks = re.findall(r'id="(chunk-\d+)"', page)
    return json.loads(script("data")), inflated("known"), [group for name in chunks for group in inflated(name)]


def test_the_page_carries_the_ledger(run):
    data, known, groups = carried(write_report(run).read_text())
    assert data["traces"] == {"total": 30, "shown": 30, "groups_per_chunk": 48} and len(groups) == 15
    rows = Ledger(run / "traces").read().to_pylist()
    found = [(group["problem_id"], row["completion"], row["seed"]) for group in groups for row in group["rows"]]
    assert sorted(found) == sorted((row["problem_id"], row["completion"], str(row["seed"])) for row in rows)
    verdicts = [known["names"]["verdict"][code] for code in known["index"]["verdict"]]
    assert (verdicts.count("correct"), verdicts.count("wrong")) == (15, 15)


def test_its_numbers_are_the_ledgers(run):
    (one,) = carried(write_report(run).read_text())[0]["runs"]
    ledger = one["ledger"]
    assert (ledger["traces"], ledger["correct"], ledger["steps"]) == (30, 15, [0, 1, 2])
    assert ledger["statuses"] == {"correct": [5, 5, 5], "wrong": [5, 5, 5]}
    assert ledger["pass_rate"]["rate"] == [0.5, 0.5, 0.5]
    assert ledger["heat"] == {
        "spans": [[0, 0], [1, 1], [2, 2]],
        "rows": [{"family": "arithmetic", "level": 2, "cells": [[10, 5, 5]] * 3}],
    }
    assert one["metrics"]["seconds/learn"] == [1.5] * 3 and one["metrics"]["step"] == [1, 2, 3]
    assert one["summary"]["odd"] is None and not one["live"]


def test_the_interval_is_over_groups(tmp_path, make_record):
    """Worked out by hand: two groups of two, one all right and one half right, are 3/4 with a standard error of 1/4."""
    from tracemill.problems.registry import build

    records = []
    for seed, outcomes in ((1, (True, True)), (2, (True, False))):
        problem = build(f"arithmetic@1:1:{seed}")
        records += [make_record(problem, f"{n}", correct=right, index=n) for n, right in enumerate(outcomes)]
    lost = make_record(build("arithmetic@1:1:3"), "x", correct=False)
    verdict = replace(lost.scored.verdict, status="verifier_error")
    records.append(replace(lost, scored=replace(lost.scored, verdict=verdict)))  # counts for nothing
    Ledger(tmp_path / "run/traces").write(1, records)
    found = run_data(read_run(tmp_path / "run"), [])["ledger"]["pass_rate"]
    assert found["rate"] == [0.75]
    assert found["low"] == [pytest.approx(0.75 - 1.959964 * 0.25, abs=1e-5)] and found["high"] == [1.0]


def test_wilsons_interval_by_hand():
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_page_keeps_to_its_budget_with_whole_groups(run):
    whole = write_report(run).stat().st_size
    ledger = Ledger(run / "traces")
    record = ledger.read().slice(0, 1)
    assert record.num_rows == 1
    data, known, groups = carried(write_report(run, trace_bytes=1).read_text())
    assert data["traces"]["shown"] == len(known["index"]["run"]) == sum(len(group["rows"]) for group in groups)
    assert whole < 300_000


def test_the_curriculums_choices_are_shown_where_it_chose(run):
    """Not by step and cell, which would be megabytes: the means of a few columns."""
    lines = [
        {
            "step": step,
            "curriculum": {"gcd:1": 1.0 - step / 100, "gcd:10": step / 100},
            "curriculum_pass_rate": {"gcd:1": 0.5},
            "dropped": {"7.1": "refused"},
        }
        for step in range(1, 49)
    ]
    (run / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (one,) = carried(write_report(run).read_text())[0]["runs"]
    planned, believed = one["curriculum"]["planned"], one["curriculum"]["believed"]
    assert one["curriculum"]["spans"][:2] == [[1, 2], [3, 4]] and len(one["curriculum"]["spans"]) == 24
    assert [(row["family"], row["level"]) for row in planned] == [("gcd", 1), ("gcd", 10)]
    assert planned[1]["cells"][:2] == [[0.015, 1], [0.035, 1]]
    assert believed == [{"family": "gcd", "level": 1, "cells": [[0.5, 1]] * 24}]
    assert list(one["metrics"]) == ["step"]
    (run / "metrics.jsonl").write_text((json.dumps(lines[0]) + "\n") * 3)
    assert carried(write_report(run).read_text())[0]["runs"][0]["curriculum"] is None  # the mix as it is


def test_nothing_can_break_out_of_its_place(run, make_record):
    from tracemill.problems.registry import build

    text = "</script><script>alert(1)</script><!-- \\boxed{1}"
    Ledger(run / "traces").write(9, [make_record(build("arithmetic@1:1:1"), text, correct=True, step=9)])
    (run / "config.json").write_text(json.dumps({"config": {"policy": {"path": "</script><b>"}}}))
    page = write_report(run).read_text()
    assert "alert(1)" not in page and "</script><b>" not in page and "nightly<1>" not in page
    assert text in [row["completion"] for group in carried(page)[2] for row in group["rows"]]


def test_it_asks_the_network_for_nothing(run):
    page = write_report(run).read_text()
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)|@import|url\(|fetch\(|XMLHttpRequest""", page)


def test_exports_bring_their_funnel_and_runs_are_compared(run, tmp_path, make_step):
    export([run], run / "dataset", ExportConfig(test_share=0.2))
    export([run], tmp_path / "elsewhere", ExportConfig(format="raw"))
    Ledger(tmp_path / "second/traces").write(0, make_step(0, range(5)))
    out = write_report([run, tmp_path / "second"], tmp_path / "both.html", exports=[tmp_path / "elsewhere"])
    data, known, _ = carried(out.read_text())
    assert [one["name"] for one in data["runs"][0]["exports"]] == ["dataset", "elsewhere"]
    assert data["runs"][1]["name"] == "second" and data["runs"][1]["live"]
    assert sorted(set(known["index"]["run"])) == [0, 1] and data["traces"]["total"] == 40


def test_runs_of_one_name_are_told_apart(run, tmp_path):
    other = tmp_path / "elsewhere" / run.name
    other.mkdir(parents=True)
    data, _, _ = carried(write_report([run, other], tmp_path / "both.html").read_text())
    assert [one["name"] for one in data["runs"]] == [str(run), str(other)]


def test_a_run_that_has_just_begun_has_a_page(tmp_path):
    (tmp_path / "run").mkdir()
    data, known, groups = carried(write_report(tmp_path / "run").read_text())
    assert data["runs"][0]["ledger"] == {"traces": 0} and groups == [] and known["chunks"] == []
    with pytest.raises(ValueError, match="is no run's folder"):
        write_report(tmp_path / "nowhere")
