"""Writes the labelled cases as one JSONL file a type, next to this script: `python tests/verifiers/cases/write.py`.

Every label is the author's; nothing here imports the verifier.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from cases import algebra, arithmetic, collected, mixed, models, neighbours, plain, responses  # noqa: E402

SOURCES: dict[str, tuple[str | None, Iterable[tuple[str, str, str, bool]]]] = {
    "integer": ("integer", arithmetic.integers()),
    "rational": ("rational", arithmetic.rationals()),
    "decimal": ("decimal", arithmetic.decimals()),
    "percent": ("percent", arithmetic.percents()),
    "quantity": ("quantity", arithmetic.quantities()),
    "expression": ("expression", algebra.expressions()),
    "polynomial": ("polynomial", algebra.polynomials()),
    "antiderivative": ("antiderivative", algebra.antiderivatives()),
    "complex": ("complex", algebra.complexes()),
    "equation": ("equation", algebra.equations()),
    "inequality": ("inequality", algebra.inequalities()),
    "set": ("set", collected.sets()),
    "tuple": ("tuple", collected.tuples()),
    "interval": ("interval", collected.intervals()),
    "matrix": ("matrix", collected.matrices()),
    "time": ("time", plain.times()),
    "base": ("base", plain.bases()),
    "ratio": ("ratio", plain.ratios()),
    "choice": ("choice", plain.choices()),
    "text": ("text", plain.texts()),
    "untyped": (None, plain.untyped()),
    "mixed": (None, mixed.mixed()),
    "stories": ("integer", responses.stories()),
    "contests": (None, responses.contests()),
}


def main() -> None:
    total = right = 0
    for name, (kind, cases) in SOURCES.items():
        seen: dict[tuple[str, str, str], bool] = {}
        for gold, form, answer, label in chain(cases, models.cases(name), neighbours.cases(name)):
            if seen.setdefault((gold, form, answer), label) is not label:
                raise ValueError(f"{name}: {answer!r} for {gold!r} has two labels")
        with (HERE / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for (gold, form, answer), label in seen.items():
                line = {"gold": gold, "answer": answer, "type": kind, "form": form, "right": label}
                file.write(
                    json.dumps({key: value for key, value in line.items() if value is not None}, ensure_ascii=False)
                    + "\n"
                )
        total += len(seen)
        right += sum(seen.values())
        print(f"{name:16} {len(seen):5} cases, {sum(seen.values()):5} right")
    print(f"{'all':16} {total:5} cases, {right:5} right, {100 - 100 * right / total:.1f} % wrong")


if __name__ == "__main__":
    main()
