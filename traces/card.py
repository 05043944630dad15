"""The dataset card: a README.md with the YAML header that `datasets` reads, and statistics from the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from tracemill.configs.schema import ExportConfig
from tracemill.traces.filters import Plan

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(name: str, chosen: Plan, splits: dict[str, int], config: ExportConfig) -> str:
    """The whole README.md. `splits` maps a split to its rows."""
    return "\n".join([*_header(name, splits), "", *_introduction(name, chosen), "", *_body(chosen, splits, config), ""])


def _header(name: str, splits: dict[str, int]) -> list[str]:
    size = next((label for limit, label in _SIZES if sum(splits.values()) < limit), "1M<n<10M")
    lines = ["---", f'pretty_name: "{name}"', "language:", "- en", "task_categories:", "- text-generation", "tags:"]
    lines += ["- reasoning", "- synthetic", "- verified", "- tracemill", "size_categories:", f"- {size}"]
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for split in splits:
        lines += [f"  - split: {split}", f"    path: data/{split}-*.parquet"]
    return [*lines, "---"]


def _introduction(name: str, chosen: Plan) -> list[str]:
    tokens = chosen.rows["num_tokens"].to_numpy()
    return [
        f"# {name}",
        "",
        f"{len(tokens):,} solutions of generated problems, sampled from a language model and judged correct by a",
        f"program, with {int(tokens.sum()):,} tokens of reasoning. Every problem can be built again from its",
        "`problem_id` (`family@version:level:seed`), so every row can be checked again by whoever holds it:",
        "`tracemill verify DIR`.",
    ]


def _body(chosen: Plan, splits: dict[str, int], config: ExportConfig) -> list[str]:
    lines = ["## Rows", "", *table(["split", "rows"], [[split, f"{size:,}"] for split, size in splits.items()]), ""]
    lines += ["The split is decided by a problem's instance: no problem is in both.", ""]
    lines += ["## What was left out", "", *_funnel(chosen), ""]
    lines += ["## By family", "", *_families(chosen.rows), ""]
    lines += ["## Lengths", "", *_lengths(chosen.rows), ""]
    return [*lines, "## Columns", "", *COLUMNS]


COLUMNS = [
    "- `messages`: the problem as the user's message, the sampled solution as the assistant's.",
    "- `problem_id`, `family`, `level`, `kind`: what the problem is; the id builds it again.",
    "- `reference`: what answers were held against, as JSON.",
    "- `num_tokens`: of the solution, in the tokenizer of the policy that wrote it.",
    "- `policy_version`: how many updates the policy had behind it.",
    "- `source`: the run.",
]


def _funnel(chosen: Plan) -> list[str]:
    rows = [["all traces", "", f"{chosen.total:,}"]]
    rows += [[f"`{stage.name}`: {stage.says}", f"{stage.dropped:,}", f"{stage.left:,}"] for stage in chosen.funnel]
    return table(["filter", "dropped", "left"], rows)


def _families(rows: pa.Table) -> list[str]:
    grouped = rows.group_by(["family", "level"]).aggregate([([], "count_all"), ("num_tokens", "mean")])
    found = sorted(grouped.to_pylist(), key=lambda row: (row["family"], row["level"]))
    cells = [[row["family"], row["level"], f"{row['count_all']:,}", f"{row['num_tokens_mean']:.0f}"] for row in found]
    return table(["family", "level", "rows", "mean tokens"], cells)


def _lengths(rows: pa.Table) -> list[str]:
    tokens = rows["num_tokens"].to_numpy()
    shares = (0, 10, 50, 90, 99, 100)
    values = np.percentile(tokens, shares, method="inverted_cdf")
    names = ["shortest", "10 %", "median", "90 %", "99 %", "longest"]
    return table(["tokens", *names], [["solution", *(f"{int(value):,}" for value in values)]])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Markdown lines."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)]
