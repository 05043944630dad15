"""`tracemill export`: the filtered traces of runs as a dataset, with the funnel that made it."""

from __future__ import annotations

import argparse

from tracemill.configs.load import load_part
from tracemill.configs.schema import ExportConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.storage.fetch import local_run
from tracemill.traces.export import ExportSummary, export


def command(options: argparse.Namespace) -> int:
    """Interrupted, the same command goes on where it was."""
    overrides = [*options.set, *([] if options.format is None else [f"export.format={options.format}"])]
    try:
        config = load_part(ExportConfig, "export", options.config, overrides)
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    try:
        done = export([local_run(run) for run in options.runs], options.out, config)
        _print(done)
        if options.push is not None:
            from tracemill.traces.hub import push

            print(f"pushed to {push(options.out, options.push)}")
    except (ValueError, OSError) as error:
        raise CommandError(str(error)) from None
    return 0


def _print(done: ExportSummary) -> None:
    """What every filter dropped, down to the rows that are left."""
    print(f"{done.total:10,}  traces")
    for stage in done.funnel:
        print(f"{-stage.dropped:10,}  {stage.name}: {stage.says}")
    splits = ", ".join(f"{name} {rows:,}" for name, rows in done.splits.items())
    print(f"{done.rows:10,}  rows ({splits}; {done.num_tokens:,} completion tokens) in {done.out}")
    if done.repeats:
        print(f"{done.repeats:10,}  of them repeat another; --set export.drop_duplicates=true leaves them out")
    for family in done.absent:
        print(f"            no trace is of the family {family!r} that export.quotas names")
