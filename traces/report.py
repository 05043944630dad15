"""A run's page: one HTML file that opens anywhere, without a network.

Made from what the run's folder holds: metrics.jsonl, summary.json and the ledger. Whatever is missing is left out of
the page, so that a run's page can be written at any moment of it.
"""

from __future__ import annotations

import html
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tracemill.traces.ledger import Ledger

CURVES = {
    "Pass rate in training": "train_pass_rate",
    "Pass rate on held-out problems": "held_out_pass_rate",
    "Loss": "loss",
    "Entropy (nats a token)": "entropy",
    "Gradient norm": "grad_norm",
    "Tokens a second": "tokens_per_second",
}
_STYLE = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
.curves{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:1rem}figure{margin:0}
svg{width:100%;height:8rem;border-bottom:1px solid;border-left:1px solid}
polyline{fill:none;stroke:#2a78d6;stroke-width:2}
table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:right}th:first-child,td:first-child{text-align:left}
pre{white-space:pre-wrap;border-left:3px solid #888;padding-left:.8rem}.wide{overflow-x:auto}
"""


def write_report(run: Path, out: Path | None = None) -> Path:
    """Writes `out` (by default RUN/report.html) and returns it. Raises ValueError where `run` is no folder."""
    run = Path(run)
    if not run.is_dir():
        raise ValueError(f"{run} is no run's folder")
    out = run / "report.html" if out is None else Path(out)
    temporary = out.with_name(f".{out.name}.writing")
    temporary.write_text(_page(run), encoding="utf-8")
    temporary.replace(out)
    return out


def _page(run: Path) -> str:
    metrics, ledger = _metrics(run / "metrics.jsonl"), Ledger(run / "traces")
    title = html.escape(run.resolve().name)
    parts = [f"<h1>{title}</h1>", *_summary(run / "summary.json"), *_curves(metrics)]
    if ledger.steps():
        columns = ["family", "level", "verdict", "split"]
        parts += [*_pass_rates(ledger.read(columns)), *_example(ledger)]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = "\n".join(parts)
    return f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>\n'


def _metrics(path: Path) -> list[dict[str, Any]]:
    """One dict a step; a half line at the end (the run may be writing) is left out."""
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return [json.loads(line) for line in lines[:-1] if line]


def _summary(path: Path) -> list[str]:
    if not path.is_file():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    plain = [[key.replace("_", " "), _shown(value)] for key, value in found.items() if not isinstance(value, dict)]
    return ["<h2>Summary</h2>", _table(["", ""], plain)]


def _curves(metrics: Sequence[dict[str, Any]]) -> list[str]:
    figures = []
    for label, key in CURVES.items():
        points = [(line["step"], line[key]) for line in metrics if isinstance(line.get(key), int | float)]
        if points:
            figures.append(_curve(label, points))
    return ["<h2>Curves</h2>", '<div class="curves">', *figures, "</div>"] if figures else []


def _curve(label: str, points: Sequence[tuple[float, float]]) -> str:
    steps, values = zip(*points, strict=True)
    low, high = min(values), max(values)
    width, height = (max(steps) - min(steps)) or 1, (high - low) or 1
    places = " ".join(f"{(x - min(steps)) / width * 300:.1f},{98 - (y - low) / height * 96:.1f}" for x, y in points)
    caption = f"{html.escape(label)}: {values[0]:.4g} at step {steps[0]}, {values[-1]:.4g} at step {steps[-1]}"
    svg = f'<svg viewBox="0 0 300 100" preserveAspectRatio="none" role="img"><polyline points="{places}"/></svg>'
    return f"<figure>{svg}<figcaption>{caption}<br>from {low:.4g} to {high:.4g}</figcaption></figure>"


def _pass_rates(traces: pa.Table) -> list[str]:
    counts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    grouped = traces.group_by(["family", "level", "verdict"]).aggregate([([], "count_all")])
    for row in grouped.to_pylist():
        counts[row["family"], row["level"]][row["verdict"]] = row["count_all"]
    statuses = sorted({status for found in counts.values() for status in found})
    rows = []
    for (family, level), found in sorted(counts.items()):
        total = sum(found.values())
        judged = total - found.get("verifier_error", 0)
        rate = f"{found.get('correct', 0) / judged:.1%}" if judged else ""
        rows.append([family, level, total, rate, *(found.get(status, 0) for status in statuses)])
    head = ["family", "level", "traces", "pass rate", *statuses]
    return ["<h2>Traces by family and level</h2>", f'<div class="wide">{_table(head, rows)}</div>']


def _example(ledger: Ledger) -> list[str]:
    """Right beside wrong of one group, from the newest step that has both."""
    for step in reversed(ledger.steps()):
        table = ledger.read(["group_id", "prompt", "completion", "verdict", "evidence"], steps=[step])
        right = table.filter(pc.equal(table["verdict"], "correct"))
        for row in right.to_pylist():
            wrong = pc.and_(pc.equal(table["group_id"], row["group_id"]), pc.equal(table["verdict"], "wrong"))
            if others := table.filter(wrong).slice(0, 1).to_pylist():
                shown = [("Right", row), ("Wrong", others[0])]
                texts = [f"<h3>{name}</h3><pre>{html.escape(one['completion'])}</pre>" for name, one in shown]
                return [f"<h2>One problem, step {step}</h2>", f"<pre>{html.escape(row['prompt'])}</pre>", *texts]
    return []


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    def line(cells: Sequence[object], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    return f"<table>{line(head, 'th')}{''.join(line(row, 'td') for row in rows)}</table>"
