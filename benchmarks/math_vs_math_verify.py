"""The math verifier beside Math-Verify 0.9: how often each is right, and how many answers a second each judges.

    python benchmarks/math_vs_math_verify.py

Three sets, both sides in turns on each chunk of them, in one run on one core: the labelled cases
(tests/verifiers/cases), a mix of whole responses like GSM8K's, and plain numbers in boxes. Both parse every answer
afresh, and every gold, of which the timed sets have hardly two alike. Math-Verify gets its golds in LaTeX; it has no
types and no forms, so cases that ask for a form are left out. Ends with one line of JSON, `ratio` being answers a
second here over Math-Verify's on the GSM8K-like mix.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random

import sympy
from math_verify import parse, verify

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import MathReference
from tracemill.verifiers.judge_file import judge_lines
from tracemill.verifiers.verifier import Verifier

CASES = Path(__file__).resolve().parent.parent / "tests" / "verifiers" / "cases"
CHUNK = 50
NUMERIC = ("integer", "rational", "decimal", "percent", "quantity", "stories")
Row = dict[str, str | bool]


@cache
def latex_gold(gold: str, kind: str) -> str:
    """The gold as Math-Verify wants it: LaTeX in dollar signs. Golds are this project's own text, so sympy may read
    them."""
    if "$" in gold or "boxed" in gold or kind in ("text", "choice"):
        return gold if "$" in gold or "boxed" in gold else f"$\\text{{{gold}}}$"
    if "\\" in gold or kind in ("", "time", "base", "ratio"):
        return f"${gold}$"
    if kind == "quantity":
        number, _, unit = gold.partition(" ")
        return f"${_latex(number)}\\text{{ {unit}}}$" if unit else f"${_latex(gold)}$"
    parts = re.split(r"(<=|>=|!=|[<>=,\[\](){}]| or | U )", gold) if kind in _COMPOUND else [gold]
    return "$" + "".join(_SIGNS.get(part.strip()) or _latex(part) for part in parts if part.strip()) + "$"


_COMPOUND = ("equation", "inequality", "interval", "set", "tuple")
_SIGNS = {
    **{sign: sign for sign in "<>=,[]()"},
    "{": "\\{",
    "}": "\\}",
    "<=": "\\le ",
    ">=": "\\ge ",
    "!=": "\\neq ",
    "or": "\\text{ or }",
    "U": "\\cup ",
}


def _latex(text: str) -> str:
    """By sympy where it reads the text; the text itself elsewhere (a percentage, brackets that were torn apart, a long
    number)."""
    try:
        return str(sympy.latex(sympy.sympify(text.replace("^", "**"), evaluate=False)))
    except (sympy.SympifyError, ValueError, TypeError, AttributeError, SyntaxError):
        return text.replace("%", "\\%").replace("**", "^").replace("*", " ")


def for_peer(row: Row) -> tuple[str, str]:
    """Gold and answer as Math-Verify is handed them. Made before any clock runs."""
    return latex_gold(str(row["gold"]), str(row.get("type", ""))), _delimited(str(row["answer"]))


def peer(gold: str, answer: str) -> bool:
    """Math-Verify's verdict."""
    try:
        return bool(verify(parse(gold), parse(answer)))
    except Exception:
        return False


_DELIMITERS = re.compile(r"\$|\\\(|\\\[|\\boxed|\\fbox|\n")


def _delimited(answer: str) -> str:
    """A bare formula in dollar signs, without which Math-Verify reads no LaTeX; sentences as they are."""
    prose = re.search(r"(?<![\\A-Za-z])[A-Za-z]{4,}", re.sub(r"\\text\w*\s*\{[^{}]*\}", "", answer))
    return answer if _DELIMITERS.search(answer) or prose else f"${answer}$"


def labelled() -> list[Row]:
    rows: list[Row] = []
    for file in sorted(CASES.glob("*.jsonl")):
        for line in file.open(encoding="utf-8"):
            row = json.loads(line)
            if row.get("form", "value") == "value":
                rows.append({**row, "file": file.stem})
    return rows


def gsm8k_like(count: int, rng: Random) -> list[Row]:
    """Responses of about five lines that end as models end them; one in three is wrong."""
    ends = (
        "#### {}",
        "The answer is {}.",
        "So she pays $\\boxed{{{}}}$.",
        "**Answer:** {}",
        "\\boxed{{{}}}",
        "Therefore, the final answer is ${}$.",
    )
    rows: list[Row] = []
    for _ in range(count):
        price, number, paid = rng.randrange(2, 90), rng.randrange(2, 60), rng.randrange(1, 50)
        total = price * number + paid
        said = total if rng.random() < 2 / 3 else total + rng.choice((-10, -1, 1, 100))
        lines = [
            f"Each ticket costs ${price} and she buys {number} of them.",
            f"The tickets cost {price} * {number} = {price * number} dollars in total.",
            f"She also pays ${paid} for parking, which she had forgotten at first.",
            f"Adding both, {price * number} + {paid} = {total}.",
            rng.choice(ends).format(rng.choice((str(said), f"{said:,}"))),
        ]
        rows.append({"gold": str(total), "type": "integer", "answer": "\n".join(lines), "right": said == total})
    return rows


def numbers(count: int, rng: Random) -> list[Row]:
    """Integers, decimals and fractions, each in a box; half of them wrong."""
    rows: list[Row] = []
    for index in range(count):
        top, bottom, off = rng.randrange(1, 10**6), rng.randrange(2, 1000), rng.randrange(2)
        if index % 3 == 0:
            gold, kind, said = str(top), "integer", str(top + off)
        elif index % 3 == 1:
            gold, kind, said = f"{top / 1000:.3f}", "decimal", f"{(top + off) / 1000:.3f}"
        else:
            gold, kind, said = f"{top}/{bottom}", "rational", f"\\frac{{{top + off}}}{{{bottom}}}"
        rows.append({"gold": gold, "type": kind, "answer": f"So we get $\\boxed{{{said}}}$.", "right": not off})
    return rows


def timed(rows: list[Row], verifier: Verifier) -> tuple[float, float, list[bool], list[bool]]:
    """Seconds of ours and theirs, and what each said, chunk by chunk in turns."""
    ours: list[bool] = []
    theirs: list[bool] = []
    seconds = [0.0, 0.0]
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        handed = list(map(for_peer, chunk))
        began = time.perf_counter()
        for row in chunk:
            reference = MathReference(answer=str(row["gold"]), type=row["type"])  # type: ignore[arg-type]
            ours.append(verifier.judge(reference, str(row["answer"])).status == "correct")
        middle = time.perf_counter()
        theirs += [peer(gold, answer) for gold, answer in handed]
        seconds[0] += middle - began
        seconds[1] += time.perf_counter() - middle
    return seconds[0], seconds[1], ours, theirs


def score(rows: list[Row], said: list[bool]) -> tuple[int, int]:
    """(right answers accepted, wrong answers accepted)."""
    return (
        sum(bool(row["right"]) and yes for row, yes in zip(rows, said, strict=True)),
        sum(not row["right"] and yes for row, yes in zip(rows, said, strict=True)),
    )


def accuracy(verifier: Verifier, every: int) -> dict[str, float | int]:
    """A table by type, in turns, and its sums."""
    by_file: dict[str, list[Row]] = defaultdict(list)
    for row in labelled()[::every]:
        by_file[str(row["file"])].append(row)
    heads = ("right", "ours", "peer", "wrong", "ours", "peer")
    print("{:16} {:>6} {:>6} {:>6}   {:>6} {:>6} {:>6}   lost".format("labelled cases", *heads))
    sums = [0] * 6
    disagreements = worse = numeric_positives = 0
    for name, rows in by_file.items():
        ours: list[bool] = []
        theirs: list[bool] = []
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            lines = (json.dumps({key: row[key] for key in ("gold", "answer", "type") if key in row}) for row in chunk)
            ours += [verdict["status"] == "correct" for verdict in judge_lines(lines, verifier)]
            theirs += [peer(*for_peer(row)) for row in chunk]
        (our_right, our_wrong), (their_right, their_wrong) = score(rows, ours), score(rows, theirs)
        right = sum(bool(row["right"]) for row in rows)
        lost = sum(
            yes is bool(row["right"]) and mine is not bool(row["right"])
            for row, mine, yes in zip(rows, ours, theirs, strict=True)
        )
        disagreements += lost
        worse += our_right < their_right or our_wrong > their_wrong
        numeric_positives += our_wrong if name in NUMERIC else 0
        row_sums = (right, our_right, their_right, len(rows) - right, our_wrong, their_wrong)
        sums = [a + b for a, b in zip(sums, row_sums, strict=True)]
        print("{:16} {:6} {:6} {:6}   {:6} {:6} {:6}   {:6}".format(name, *row_sums, lost))
    print("{:16} {:6} {:6} {:6}   {:6} {:6} {:6}   {:6}".format("all", *sums, disagreements))
    return {
        "cases": sums[0] + sums[3],
        "recall": round(sums[1] / sums[0], 5),
        "false_positives": sums[4],
        "false_positive_rate": round(sums[4] / sums[3], 5),
        "false_positives_numeric": numeric_positives,
        "peer_recall": round(sums[2] / sums[0], 5),
        "peer_false_positives": sums[5],
        "types_where_peer_is_better": worse,
        "disagreements_where_peer_is_right": disagreements,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=600, help="answers of each of the two timed sets")
    parser.add_argument("--every", type=int, default=1, help="take every n-th labelled case")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    logging.disable(logging.WARNING)  # the peer warns about every answer that it cannot read
    verifier = Verifier(VerifierConfig(math_timeout_s=30.0))
    figures = accuracy(verifier, options.every)
    rng = Random("math_vs_math_verify")
    print(f"\n{'answers a second':16} {'ours':>10} {'peer':>10} {'ratio':>8}   right: ours, peer, of")
    rates: dict[str, float | int] = {}
    for name, make in (("gsm8k_like", gsm8k_like), ("numbers", numbers)):
        timed(make(CHUNK, rng), verifier)  # both sides warm, with other answers
        rows = make(options.answers, rng)
        ours_s, theirs_s, ours, theirs = timed(rows, verifier)
        ours_rate, theirs_rate = len(rows) / ours_s, len(rows) / theirs_s
        ratio = ours_rate / theirs_rate
        agreed = [sum(yes is row["right"] for yes, row in zip(said, rows, strict=True)) for said in (ours, theirs)]
        print(f"{name:16} {ours_rate:10.0f} {theirs_rate:10.0f} {ratio:8.1f}   {agreed[0]}, {agreed[1]}, {len(rows)}")
        rates |= {
            f"{name}_per_second": round(ours_rate, 1),
            f"{name}_peer_per_second": round(theirs_rate, 1),
            f"{name}_ratio": round(ratio, 2),
            f"{name}_right": round(agreed[0] / len(rows), 5),
            f"{name}_peer_right": round(agreed[1] / len(rows), 5),
        }
    verifier.close()
    print(json.dumps({**figures, **rates, "ratio": rates["gsm8k_like_ratio"]}))


if __name__ == "__main__":
    main()
