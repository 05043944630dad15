"""The end of a run: what it reached, as summary.json and as a table."""

from __future__ import annotations

from typing import Any

from tracemill.configs.schema import Config
from tracemill.jobs.display import clock, percent
from tracemill.jobs.evaluate import Evaluation, PassRate
from tracemill.jobs.run import Progress
from tracemill.jobs.run_folder import RunFolder
from tracemill.traces.ledger import Ledger


def summarize(
    config: Config, folder: RunFolder, progress: Progress, *, peak_memory: int, wall: float
) -> dict[str, Any]:
    """The content of summary.json. Rates are pass@1 on held-out problems; seconds are of the loop, evaluations
    included."""
    before, after = progress.before, progress.latest
    assert before is not None and after is not None
    statuses = Ledger(folder.traces).read(columns=["verdict"])["verdict"].value_counts().to_pylist()
    counts = {row["values"]: row["counts"] for row in statuses}
    return {
        "run": config.run.name,
        "steps": progress.step,
        "seed": config.run.seed,
        "held_out_before": before.overall().to_json(),
        "held_out_after": after.overall().to_json(),
        "by_family": {family: _family(family, before, after) for family in after.families},
        "traces": sum(counts.values()),
        "verified_traces": counts.get("correct", 0),
        "statuses": counts,
        "samples": progress.samples,
        "loop_seconds": progress.loop_seconds,
        "samples_per_second": progress.samples / progress.loop_seconds,
        "command_seconds": wall,
        "peak_memory_bytes": peak_memory,
        "policy": str(folder.policy),
        "report": str(folder.path / "report.html"),
    }


def _family(family: str, before: Evaluation, after: Evaluation) -> dict[str, Any]:
    return {
        "before": before.of_family(family).to_json(),
        "after": after.of_family(family).to_json(),
        "levels": {
            str(level): {
                "before": before.cells[(family, level)].to_json(),
                "after": after.cells[(family, level)].to_json(),
            }
            for level in after.levels_of(family)
        },
    }


def print_summary(summary: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"held-out pass@1 of {summary['run']}, with 95 % intervals", title_justify="left")
    for heading in ("family", "level", "before", "after", "gain"):
        table.add_column(heading, justify="left" if heading == "family" else "right")
    _row(table, "all", "", summary["held_out_before"], summary["held_out_after"], style="bold")
    for family, rates in summary["by_family"].items():
        table.add_section()
        _row(table, family, "all", rates["before"], rates["after"])
        if len(rates["levels"]) > 1:
            for level, cell in rates["levels"].items():
                _row(table, "", level, cell["before"], cell["after"], style="dim")
    console = Console()
    console.print(table)
    for when in ("before", "after"):
        if unjudged := summary[f"held_out_{when}"]["unjudged"]:
            console.print(f"not counted {when}: {unjudged:,} answers on which the verifier itself failed")
    if unasked := summary["held_out_after"]["unasked"]:
        console.print(f"not asked: {unasked:,} problems that do not fit into the policy's context")
    gib = summary["peak_memory_bytes"] / 2**30
    console.print(
        f"{summary['verified_traces']:,} verified traces of {summary['traces']:,}; "
        f"loop {clock(summary['loop_seconds'])}, {summary['samples_per_second']:.0f} samples/s, "
        f"peak memory {gib:.1f} GiB"
    )
    if "dataset" in summary:
        console.print(f"dataset  {summary['dataset']}", soft_wrap=True)
    elif "no_dataset" in summary:
        console.print(f"dataset  none: {summary['no_dataset']}", soft_wrap=True)
    console.print(f"report   {summary['report']}\npolicy   {summary['policy']}", soft_wrap=True)


def _row(table: Any, family: str, level: str, before: dict[str, Any], after: dict[str, Any], style: str = "") -> None:
    gain = 100 * (after["pass_at_1"] - before["pass_at_1"])
    table.add_row(family, level, _cell(before), _cell(after), f"{gain:+.1f}", style=style)


def _cell(data: dict[str, Any]) -> str:
    low, high = PassRate.from_json(data).interval()
    return f"{percent(data['pass_at_1'])} ({100 * low:.0f}–{100 * high:.0f})"
