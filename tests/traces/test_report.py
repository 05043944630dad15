import json

import pytest

from tracemill.traces.ledger import Ledger
from tracemill.traces.report import write_report


@pytest.fixture
def run(tmp_path, make_step):
    folder = tmp_path / "nightly<1>"
    ledger = Ledger(folder / "traces")
    for step in (1, 2):
        ledger.write(step, make_step(step, range(step * 10, step * 10 + 5)))
    lines = [
        {"step": step, "train_pass_rate": 0.4 + step / 10, "loss": -0.1, "seconds": {"rollout": 1.5}} for step in (1, 2)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"step": 3, "lo')
    (folder / "summary.json").write_text(json.dumps({"held_out_before": 0.25, "by_family": {}}))
    return folder


def test_the_page_holds_the_ledgers_numbers_and_needs_no_network(run, make_step):
    page = write_report(run).read_text()
    assert "<td>arithmetic</td><td>2</td><td>20</td><td>50.0%</td><td>10</td><td>10</td>" in page
    assert "nightly&lt;1&gt;" in page and "nightly<1>" not in page
    assert "0.6 at step 2" in page and "held out before" in page
    assert make_step(2, range(20, 21))[0].scored.rollout.text in page
    assert "http" not in page and "src=" not in page


def test_a_run_that_has_just_begun_has_a_page(tmp_path):
    (tmp_path / "run").mkdir()
    assert "<h1>run</h1>" in write_report(tmp_path / "run").read_text()
    with pytest.raises(ValueError, match="is no run's folder"):
        write_report(tmp_path / "nowhere")
