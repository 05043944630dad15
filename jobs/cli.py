"""The command line. Heavy imports happen inside the commands, so that `--help` and mistakes are instant.

A command that is no more than a call stands here; any other is `command` of a module of its own, `jobs/command_*.py`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tracemill.jobs.errors import CommandError


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 1 for what went wrong, 2 for what was asked wrongly, 130 where the user stopped it."""
    parser = _parser()
    options, left = parser.parse_known_args(arguments)
    if left and "words" in options and not any(word.startswith("-") for word in left):
        options.words += left  # problems check --seeds 1 FAMILY
    elif left:
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    try:
        return options.command(options) or 0
    except CommandError as error:
        print(f"tracemill: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("tracemill: stopped at once; what was written is whole", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tracemill",
        description="Generate problems, solve them with a language model, verify, learn, keep the proof.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="the whole loop on this machine")
    run.add_argument("config", help="a TOML file, or the name of one that comes with tracemill (demo.toml)")
    _takes_overrides(run, "learner.lr=3e-6")
    run.add_argument("--resume", action="store_true", help="go on with the run in its folder, or start it")
    run.add_argument("--in-process", action="store_true", help="without Ray, in this process, for a debugger")
    run.set_defaults(command=_run)

    submit = commands.add_parser("submit", help="the same as a job on a Ray cluster")
    submit.add_argument("config", help="a TOML file, or the name of one that comes with tracemill (demo.toml)")
    submit.add_argument("--address", required=True, metavar="URL", help="the cluster's dashboard: http://head:8265")
    submit.add_argument("--follow", action="store_true", help="print the job's log, and end as it ends")
    submit.add_argument("--resume", action="store_true", help="go on with the run in its folder there, or start it")
    _takes_overrides(submit, "run.dir=/shared/runs")
    submit.set_defaults(command=_command_of("submit"))

    generate = commands.add_parser("generate", help="traces from a policy that stays as it is")
    generate.add_argument("config", help="a TOML file; what it says of the learner is left aside")
    _takes_overrides(generate, "policy.path=runs/demo/policy")
    generate.add_argument("--resume", action="store_true", help="go on with the traces in its folder, or start")
    generate.add_argument("--in-process", action="store_true", help="without Ray, in this process, for a debugger")
    generate.set_defaults(command=_command_of("generate"))

    evaluate = commands.add_parser("eval", help="pass@k of a policy on held-out problems, by family and level")
    evaluate.add_argument("policy", help="bundled, a folder in Hugging Face format, a run's folder, or a hub name")
    evaluate.add_argument("--config", default=None, help="a TOML file, for its problems, template and limits")
    evaluate.add_argument("--families", default=None, metavar="A,B", help="instead of the config's")
    evaluate.add_argument("--levels", default=None, metavar="1,2", help="instead of the config's (else 1)")
    evaluate.add_argument("--samples", type=int, default=1, metavar="K", help="of each problem (1)")
    evaluate.add_argument("--per-family", type=int, default=None, metavar="N", help="problems of a family (200)")
    evaluate.add_argument("--temperature", type=float, default=None, metavar="T", help="0: greedy (1.0)")
    evaluate.add_argument("--json", type=Path, default=None, metavar="FILE", help="write the figures there too")
    _takes_overrides(evaluate, "rollout.max_new_tokens=512")
    evaluate.set_defaults(command=_command_of("eval"))

    export = commands.add_parser("export", help="the filtered traces of runs as a dataset")
    export.add_argument("runs", nargs="+", metavar="RUN", help="a run's folder, or the URL where it is stored")
    export.add_argument("--out", type=Path, required=True, help="the dataset's folder")
    export.add_argument("--format", default=None, help="sft, prompt-completion, preference, unpaired, rl or raw")
    export.add_argument("--config", type=Path, default=None, metavar="FILE", help="a TOML file with a table [export]")
    _takes_overrides(export, "export.max_per_problem=1")
    export.add_argument("--push", default=None, metavar="NAME", help="then upload it to the hub, as in user/dataset")
    export.set_defaults(command=_command_of("export"))

    report = commands.add_parser("report", help="write a run's page, or one that compares several")
    report.add_argument("runs", nargs="+", metavar="RUN", help="a run's folder, or the URL where it is stored")
    report.add_argument(
        "--out", type=Path, default=None, metavar="FILE", help="default: report.html in the run's folder"
    )
    report.set_defaults(command=_report)

    judge = commands.add_parser("judge", help="the verifiers alone, on answers and programs from anywhere")
    judge.add_argument("file", metavar="FILE", help="lines of JSON, one an answer or a program; - reads stdin")
    judge.add_argument("--out", type=Path, default=None, help="where the verdicts go (default: stdout)")
    _takes_overrides(judge, "verifier.code_timeout_s=10")
    judge.set_defaults(command=_command_of("judge"))

    verify = commands.add_parser("verify", help="build each problem of a dataset again, and judge each answer again")
    verify.add_argument("dataset", metavar="DATASET", help="an export's folder, its URL, or its name on the hub")
    verify.add_argument("--sample", type=int, default=None, metavar="N", help="check N rows, drawn evenly")
    verify.add_argument("--show", type=int, default=20, metavar="N", help="rows that differ, printed at most (20)")
    verify.add_argument(
        "--second-opinion",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="ask a second judge about every answer, or about none (default: about 2,000 rows, drawn evenly)",
    )
    verify.add_argument("--strict", action="store_true", help="exit code 1 also where only the second judge disagrees")
    _takes_overrides(verify, "verifier.extraction=strict")
    verify.set_defaults(command=_command_of("verify"))

    problems = commands.add_parser("problems", help="what can be generated, with samples; check: the audit of it")
    problems.add_argument(
        "words", nargs="*", metavar="[FAMILY | check [FAMILY ...]]", help="one family, all its levels"
    )
    problems.add_argument("--level", type=int, default=None, help="of the family that is shown")
    problems.add_argument("--seed", type=int, default=None, help="of the problems that are shown (default: 0)")
    problems.add_argument("--levels", default=None, help="check: which, as in 1,2 or 1-4 (default: all)")
    problems.add_argument("--seeds", type=int, default=None, help="check: problems a level (default: 3)")
    problems.set_defaults(command=_command_of("problems"))

    doctor = commands.add_parser("doctor", help="what this machine can run, and what is missing")
    doctor.add_argument("config", nargs="?", default=None, help="a TOML file: also whether its run fits here")
    _takes_overrides(doctor, "rollout.max_batch=64")
    doctor.add_argument("--quick", action="store_true", help="without loading the policy into engine and learner")
    doctor.add_argument("--verifiers", action="store_true", help="the verifiers' whole battery, here and under Ray")
    doctor.set_defaults(command=_command_of("doctor"))

    warm = commands.add_parser("warmstart", help="make a small policy from worked solutions")
    warm.add_argument("config", type=Path)
    warm.set_defaults(command=_warmstart)
    return parser


def _takes_overrides(parser: argparse.ArgumentParser, example: str) -> None:
    said = f"override a key, as in {example}"
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=said)


def _command_of(name: str) -> Callable[[argparse.Namespace], int]:
    """`command` of jobs/command_NAME.py, imported when it is called."""

    def call(options: argparse.Namespace) -> int:
        return importlib.import_module(f"tracemill.jobs.command_{name}").command(options)

    return call


def _run(options: argparse.Namespace) -> int:
    from tracemill.configs.load import load
    from tracemill.jobs.command_run import run_command

    try:
        config = load(options.config, options.set)
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    return run_command(config, resume=options.resume, in_process=options.in_process)


def _report(options: argparse.Namespace) -> int:
    """The page of several runs is compared.html in the first one's folder, unless it is wanted elsewhere. Where that
    one is a URL, it is in the folder where the user stands."""
    from tracemill.jobs.storage.fetch import is_url, local_run
    from tracemill.traces.report import write_report

    runs = [local_run(run) for run in options.runs]
    for run in runs:
        if not (run / "config.json").is_file():
            raise CommandError(f"{run} is no run's folder (no config.json)")
    name = "report.html" if len(runs) == 1 else "compared.html"
    page = options.out or (Path() if is_url(options.runs[0]) else runs[0]) / name
    try:
        print(write_report(runs, page))
    except ValueError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"the page {page} cannot be written ({error.strerror or error})") from None
    return 0


def _warmstart(options: argparse.Namespace) -> int:
    from tracemill.jobs.warmstart import load_warmstart, warmstart

    try:
        config = load_warmstart(options.config)
    except (ValueError, OSError) as error:
        raise CommandError(str(error), exit_code=2) from None
    print(f"policy {warmstart(config)}")
    return 0
