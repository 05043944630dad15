"""`tracemill judge`: the verifiers alone, on lines of JSON; what a line holds is said in `verifiers.judge_file`."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from tracemill.configs.load import load_part
from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.errors import CommandError
from tracemill.verifiers.judge_file import judge_lines
from tracemill.verifiers.verifier import Verifier


def command(options: argparse.Namespace) -> int:
    """Writes one line of JSON a line, as soon as it is judged, and says on stderr how many got which status."""
    try:
        config = load_part(VerifierConfig, "verifier", overrides=options.set)
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    counts: Counter[str] = Counter()
    verifier = Verifier(config)
    try:
        with _opened(options.file) as lines, _written(options.out, options.file) as out:
            for verdict in _verdicts(lines, verifier):
                print(json.dumps(verdict), file=out, flush=True)
                counts[verdict["status"]] += 1
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"the verdicts cannot be written ({error.strerror})") from None
    finally:
        verifier.close()
    said = ", ".join(f"{count:,} {status}" for status, count in counts.most_common())
    print(f"{counts.total():,} lines judged{': ' if said else ''}{said}", file=sys.stderr)
    return 0


def _verdicts(lines: Iterable[bytes], verifier: Verifier) -> Iterator[dict[str, Any]]:
    """A line that is no UTF-8 is unreadable as any other that cannot be read, and stops nothing."""
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            found = {"status": "unreadable", "extracted": None, "rule": "line", "evidence": f"no UTF-8: {error}"}
            yield {"line": number, **found, "seconds": 0.0}
            continue
        for verdict in judge_lines([text], verifier):
            yield {**verdict, "line": number}


@contextlib.contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        if sys.stdin is None:
            raise CommandError("stdin is closed; give a file, or lines of JSON on stdin", exit_code=2)
        yield sys.stdin.buffer
        return
    with contextlib.ExitStack() as stack:
        try:
            lines = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            raise CommandError(f"{file} cannot be read ({error.strerror}); give a file, or - for stdin") from None
        yield lines


@contextlib.contextmanager
def _written(out: Path | None, file: str) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    if out.exists() and file != "-" and out.samefile(file):
        raise CommandError(f"--out {out} is the file that is read; choose another", exit_code=2)
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(out.open("w", encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"--out {out} cannot be written ({error.strerror})") from None
        yield opened
