"""A run's page: one HTML file that opens anywhere, without a network. With several runs, it compares them.

Made from what the runs' folders hold: metrics.jsonl, summary.json, config.json, the ledger and exports beside them.
Whatever is missing is left out of the page, so that it can be written at any moment of a run.

The page's own parts lie in traces/page/: its style, its scripts, and uPlot 1.6.32, the charting library (MIT licence).
"""

from __future__ import annotations

import html
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from tracemill.traces.disk import naming_a_full_disk, write_whole
from tracemill.traces.report_data import Run, read_run, run_data
from tracemill.traces.report_traces import packed

TRACE_BYTES = 8_500_000  # of the page; the rest of it takes well under 1 MB
_SCRIPTS = ("charts.js", "heat.js", "browser.js", "page.js")


def write_report(
    run: Path | Sequence[Path],
    out: Path | None = None,
    *,
    exports: Sequence[Path] = (),
    trace_bytes: int = TRACE_BYTES,
) -> Path:
    """Writes the page of a run, or of several beside each other, and returns where (RUN/report.html of the first).

    `exports` are datasets whose funnels are shown with the first run's, beside those in its folder. Raises ValueError
    where a run is no folder.
    """
    folders = [Path(run)] if isinstance(run, str | Path) else [Path(one) for one in run]
    if not folders:
        raise ValueError("no run to report on; name at least one run's folder")
    out = folders[0] / "report.html" if out is None else Path(out)
    page = _page(folders, exports, trace_bytes).encode()
    with naming_a_full_disk(out, "free some space and write the report again"):
        write_whole(out, page)
    return out


def _page(folders: Sequence[Path], exports: Sequence[Path], trace_bytes: int) -> str:
    runs = _told_apart([read_run(folder) for folder in folders])
    counts, known, chunks = packed(runs, trace_bytes)
    data = {
        "written_at": time.time(),
        "runs": [run_data(run, exports if number == 0 else ()) for number, run in enumerate(runs)],
        "traces": counts,
    }
    title = html.escape(" and ".join(run.name for run in runs))
    texts = {"known": known} | {f"chunk-{number}": chunk for number, chunk in enumerate(chunks)}
    carried = [f'<script type="text/plain" id="{name}">{text}</script>' for name, text in texts.items()]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title} · tracemill</title>",
            f"<style>{_part('uplot.min.css')}{_part('page.css')}</style>\n</head>\n<body>",
            _part("body.html").replace("{{title}}", title),
            f'<script type="application/json" id="data">{_inline(data)}</script>',
            *carried,
            f"<script>/* uPlot 1.6.32\n{_part('uplot.LICENSE')}*/\n{_part('uplot.min.js')}</script>",
            *(f"<script>{_part(name)}</script>" for name in _SCRIPTS),
            "</body>\n</html>\n",
        ]
    )


def _told_apart(runs: list[Run]) -> list[Run]:
    """Runs of one name, from different places, by their folders."""
    names = Counter(run.name for run in runs)
    return [run if names[run.name] == 1 else replace(run, name=str(run.folder)) for run in runs]


def _part(name: str) -> str:
    return (files("tracemill.traces") / "page" / name).read_text(encoding="utf-8")


def _inline(data: object) -> str:
    """JSON that no text in it can break out of a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
