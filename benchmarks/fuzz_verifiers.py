"""Random and mutated answers against the math verifier: no exception, no verdict past its limit, nothing left behind.

    python benchmarks/fuzz_verifiers.py --answers 1000000 [--seed 1]
    python benchmarks/fuzz_verifiers.py --atheris 300

Answers are made of the words of LaTeX and of arithmetic, and of labelled answers (tests/verifiers/cases) with
characters deleted, doubled, swapped and replaced, by themselves, in a box and in a sentence; one in twenty holds a
piece that is repeated up to thousands of times. An answer that costs the host itself more processor time than its limit
is interrupted, counted as hung and shown; one that is late by the clock is counted and shown, with the time that a
second verdict took. Prints a table, and ends with one line of JSON. Exit status 1 where anything went wrong.

--atheris instead lets libFuzzer's coverage guide the answers, in this process and without workers, for so many seconds:
extraction and the exact judge must raise nothing. It needs the package atheris, which is no dependency of this project.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from types import FrameType
from typing import NoReturn

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import MathReference
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier
from tracemill.verifiers.workers import STARVED

CASES = Path(__file__).resolve().parent.parent / "tests" / "verifiers" / "cases"
WORDS = [
    r"\frac{",
    r"\frac",
    r"\dfrac12",
    r"\sqrt",
    r"\sqrt[3]{",
    r"\left(",
    r"\right)",
    r"\{",
    r"\}",
    r"{",
    r"}",
    r"(",
    r")",
    r"[",
    r"]",
    r"|",
    r"\pi",
    r"\infty",
    r"\pm",
    r"\cdot",
    r"\times",
    r"\div",
    r"\cup",
    r"\cap",
    r"\in",
    r"\le",
    r"\ge",
    r"\neq",
    r"<",
    r">",
    r"=",
    r"!=",
    r"~",
    r"+",
    r"-",
    r"*",
    r"/",
    r"^",
    r"^{",
    r"_",
    r"_{",
    r"!",
    r"%",
    r"\%",
    r"$",
    r"\$",
    r",",
    r";",
    r":",
    r".",
    r"..",
    r"...",
    r"&",
    r"\\",
    r"'",
    r"\text{",
    r"\mathrm{",
    r"\boxed{",
    r"\begin{pmatrix}",
    r"\end{pmatrix}",
    r"\begin{cases}",
    r"\end{cases}",
    r"\sin",
    r"\cos",
    r"\ln",
    r"\log_2",
    r"\tan^{-1}",
    r"\binom{5}{2}",
    r"\int",
    r"\sum",
    r"\lim",
    r"\gcd",
    r"\lfloor",
    r"\rfloor",
    r"^\circ",
    r"\,",
    r"\!",
    r"\quad",
    r"0",
    r"1",
    r"2",
    r"3",
    r"5",
    r"7",
    r"12",
    r"100",
    r"1,000",
    r"3.14",
    r".5",
    r"1e9",
    r"1e999999",
    r"9**9**9**9",
    r"10^{10^{10}}",
    r"99999999999999999999",
    r"x",
    r"y",
    r"z",
    r"n",
    r"i",
    r"e",
    r"E",
    r"I",
    r"pi",
    r"oo",
    r"sqrt",
    r"sin",
    r"exp",
    r"factorial(",
    r"and",
    r"or",
    r"is",
    r"not",
    r"cm",
    r"m",
    r"kg",
    r"hours",
    r"dollars",
    r"%",
    r"percent",
    r"PM",
    r"14:35",
    r"½",
    r"²",
    r"∞",
    r"√",
    r"π",
    r"≤",
    r"−",
    r"×",
    r"∪",
    r"٣",
    r"🎉",
    r"é",
]
Case = tuple[MathReference, str]
FRAMES = ("{}", "\\boxed{{{}}}", "The answer is {}.", "So we get {}", "#### {}", "**Answer:** {}", "\\boxed{{{}}} {}")


def answers(rng: Random, cases: list[Case]) -> Case:
    """One answer, random or mutated, in one of the frames. A mutated one keeps its own reference three times in four,
    so that what is nearly right is judged to the end; else the reference is any."""
    reference, text = rng.choice(cases)
    if rng.random() < 0.5:
        text = rng.choice(("", " ")).join(rng.choice(WORDS) for _ in range(rng.randrange(1, rng.choice((4, 12, 60)))))
    else:
        text = mutated(rng, text)
        if rng.random() < 0.25:
            reference, _ = rng.choice(cases)
    if rng.random() < 0.05:
        text = rng.choice(("", text[:20])) + repeated(rng, text) + rng.choice(("", "x", "~", rng.choice(WORDS)))
    frame = rng.choice(FRAMES)
    return reference, frame.replace("{{", "{").replace("}}", "}").replace("{}", text)


def repeated(rng: Random, text: str) -> str:
    """What makes a pattern try many readings: one or two words, or a short text, again and again."""
    piece = rng.choice((rng.choice(WORDS), rng.choice(WORDS) + rng.choice((" ", "\n", rng.choice(WORDS))), text[:40]))
    return piece * rng.choice((10, 40, 400, 4000))


def mutated(rng: Random, text: str) -> str:
    chars = list(text)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(chars) + 1)
        match rng.randrange(5):
            case 0:
                del chars[at : at + rng.randrange(1, 4)]
            case 1:
                chars[at:at] = chars[max(0, at - rng.randrange(1, 8)) : at]
            case 2:
                chars[at:at] = rng.choice(WORDS)
            case 3:
                chars[at : at + 2] = chars[at : at + 2][::-1]
            case _:
                chars[at : at + 1] = [chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x80, 0x2FFF), 0, 10)))]
    return "".join(chars)


def labelled_cases() -> list[Case]:
    lines = [json.loads(line) for file in sorted(CASES.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    return [
        (MathReference(answer=line["gold"], type=line["type"], form=line["form"]), line["answer"])
        for line in lines
        if "type" in line
    ]


class Hang(BaseException):
    """The host is busy with one answer past every limit. No Exception, which the verifier would turn into data."""


def stop(signum: int, frame: FrameType | None) -> NoReturn:
    raise Hang


def guided(seconds: int, cases: list[Case]) -> None:
    """Never returns: libFuzzer ends the process, with status 77 where something was raised, 70 where an input hung."""
    import atheris  # type: ignore[import-not-found]

    for name in [name for name in sys.modules if name.startswith("tracemill.verifiers.math")]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["tracemill.verifiers.math"]):
        from tracemill.verifiers.math.canonical import Undecided
        from tracemill.verifiers.math.decision import Conventions
        from tracemill.verifiers.math.extract import extract
        from tracemill.verifiers.math.judge import judge_math
        from tracemill.verifiers.math.oracle import EXACT
    references = list(dict.fromkeys(reference for reference, _ in cases))

    def one(data: bytes) -> None:
        found = atheris.FuzzedDataProvider(data)
        reference = references[found.ConsumeIntInRange(0, len(references) - 1)]
        words = [found.PickValueInList(WORDS) for _ in range(found.ConsumeIntInRange(0, 12))]
        text = "".join(words) + found.ConsumeUnicodeNoSurrogates(200)
        text = extract(text, "lenient", "math").text or text
        with contextlib.suppress(Undecided):
            judge_math(reference, text, EXACT, Conventions())

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-timeout=20", "-print_final_stats=1"], one)
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds that a worker has for one answer")
    parser.add_argument("--atheris", type=int, metavar="SECONDS", help="guided by coverage, for so long")
    options = parser.parse_args()
    rng = Random(options.seed)
    cases = labelled_cases()
    if options.atheris:
        guided(options.atheris, cases)
    verifier = Verifier(VerifierConfig(math_timeout_s=options.limit))
    verifier.judge(MathReference(answer="sin(x)", type="expression"), "\\cos x")  # starts a worker

    def is_late(verdict: Verdict) -> bool:
        return verdict.seconds > STARVED * options.limit + 1.0

    descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only
    statuses: Counter[str] = Counter()
    errors: list[str] = []
    slowest, late, hung = (0.0, ""), 0, 0
    signal.signal(signal.SIGVTALRM, stop)
    began, processor = time.perf_counter(), time.process_time()
    for _ in range(options.answers):
        reference, answer = answers(rng, cases)
        signal.setitimer(signal.ITIMER_VIRTUAL, 5 * options.limit)
        try:
            verdict = verifier.judge(reference, answer)
            if is_late(verdict):
                late += 1
                again = verifier.judge(reference, answer).seconds
                print(
                    f"late: {verdict.seconds:.1f} s, then {again:.1f} s: {reference.type} {answer[:200]!r} "
                    f"({len(answer)} characters)",
                    file=sys.stderr,
                )
        except Hang:
            hung += 1
            print(f"hung: {reference.type} {answer[:200]!r} ({len(answer)} characters)", file=sys.stderr)
            continue
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        statuses[verdict.status] += 1
        if verdict.status == "verifier_error":
            errors.append(f"{reference.type} {reference.answer!r} {answer[:200]!r}: {verdict.evidence}")
        slowest = max(slowest, (verdict.seconds, f"{reference.type} {answer[:80]!r}"))
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    leaked = len(os.listdir("/proc/self/fd")) - descriptors  # noqa: PTH208
    verifier.close()
    for status, count in statuses.most_common():
        print(f"{status:16} {count:9}")
    print(f"slowest verdict  {slowest[0]:9.3f} s   {slowest[1]}")
    for error in errors[:20]:
        print(error, file=sys.stderr)
    figures = {
        "answers": options.answers,
        "errors": len(errors),
        "past_limit": late,
        "hung": hung,
        "slowest_seconds": round(slowest[0], 3),
        "leaked_descriptors": leaked,
        "answers_per_second": round(options.answers / seconds, 1),
        "host_processor_seconds": round(processor, 1),
        **{f"status_{status}": count for status, count in sorted(statuses.items())},
    }
    print(json.dumps(figures))
    return 1 if errors or late or hung or leaked > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
