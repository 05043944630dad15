"""`tracemill verify`: every row of a dataset checked again, with the families and the verifier of this machine, and
judges of another make asked beside it."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tracemill.configs.load import load_part
from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.kept_problems import know_kept, proving
from tracemill.jobs.second_judge import SecondJudge
from tracemill.jobs.storage.fetch import cached_dataset, is_url
from tracemill.problems.registry import add_family, build
from tracemill.problems.sources.load import source_family
from tracemill.traces.manifest import read_manifest
from tracemill.traces.proof import Difference, Proof, verify
from tracemill.verifiers.verifier import Verifier

SAYS = {
    "digest": "rows whose columns are not those that were written",
    "problem": "problems that cannot be built from their id",
    "columns": "family, level, kind, instance or reference not the built problem's",
    "held_out": "problems that no dataset may hold",
    "prompt": "prompts that are not the built problem's",
    "verdict": "answers that, judged again, get another verdict",
    "rows": "splits with another number of rows than the manifest says",
}
SHOWN = 100  # characters of what is claimed and of what was found
SECOND_SAMPLE = 2000  # rows that the second judges are asked about by default; they are far slower than the first


def command(options: argparse.Namespace) -> int:
    """1 where anything differs but a second judge's opinion, and with --strict where that does too."""
    if options.sample is not None and options.sample < 1:
        raise CommandError(f"--sample is {options.sample}; at least 1 row is checked", exit_code=2)
    if options.show < 0:
        raise CommandError(f"--show is {options.show}; 0 prints none of the rows that differ", exit_code=2)
    try:
        config = load_part(VerifierConfig, "verifier", overrides=options.set)
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    began, verifier = time.monotonic(), Verifier(config)
    second = None if options.second_opinion is False else SecondJudge(config)
    try:
        folder = _folder(options.dataset)
        _know_families(folder)
        proof = verify(
            folder,
            proving(build, know_kept(folder), verifier),
            verifier.judge_all,
            second,
            sample=options.sample,
            second_sample=None if options.second_opinion else SECOND_SAMPLE,
        )
    except (ValueError, OSError) as error:
        raise CommandError(str(error)) from None
    finally:
        verifier.close()
        if second is not None:
            second.close()
    _print(proof, time.monotonic() - began, options.show)
    return 1 if not proof.holds or (options.strict and proof.failed["second"]) else 0


def _folder(dataset: str) -> Path:
    """A folder as it stands; what lies at a URL, or else the hub's dataset of that name, downloaded. Raises
    ValueError, and CommandError for a URL."""
    if is_url(dataset):
        return cached_dataset(dataset)
    folder = Path(dataset).expanduser()
    if folder.exists():
        return folder
    if dataset.startswith((".", "/", "~")) or dataset.count("/") != 1:
        raise ValueError(f"no folder {dataset!r}; give an export's folder, or a dataset of the hub (user/name)")
    from tracemill.traces.hub import fetch

    return fetch(dataset)


def _know_families(folder: Path) -> None:
    """Makes the families known that the runs had from elsewhere. Raises ValueError where one cannot be had."""
    manifest = read_manifest(folder)
    for one in manifest.families if manifest is not None else ():
        add_family(source_family(one))


def _print(proof: Proof, seconds: float, most: int) -> None:
    print("check     differ")
    for check, says in SAYS.items():
        print(f"{check:8}  {proof.failed[check]:6,}  {says}")
    _print_second(proof)
    for one in proof.differences[:most]:
        print(_line(one))
    if (left := sum(proof.failed.values()) - len(proof.differences[:most])) > 0:
        print(f"and {left:,} more; --show N prints more of them")
    pace = proof.rows / max(seconds, 1e-9)
    held = "all as claimed" if proof.holds else "NOT all as claimed"
    print(f"{proof.rows:,} rows, {proof.answers:,} answers judged again, {pace:,.0f} rows/s: {held}")


def _print_second(proof: Proof) -> None:
    """What the second judges said, where any was asked."""
    if proof.asked_second or proof.no_opinion:
        print("second judge       agrees  differs")
    for judge in sorted({*proof.agreed, *proof.disagreed}):
        print(f"{judge:17}  {proof.agreed.get(judge, 0):6,}  {proof.disagreed.get(judge, 0):7,}")
    if proof.no_opinion:
        why = ", ".join(f"{says} {count:,}" for says, count in proof.no_opinion.items())
        print(f"{'none':17}  {sum(proof.no_opinion.values()):6,}           ({why})")


def _line(one: Difference) -> str:
    return f"  {one.split} {one.row}  {one.problem_id}  {one.check}: {_short(one.claimed)} is {_short(one.found)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
