"""The dataset card: a README.md with the YAML header that `datasets` reads, and statistics from the rows themselves.

Its two plots are SVG files, written here as text: the same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import numpy as np
import pyarrow as pa

from tracemill.configs.schema import ExportConfig
from tracemill.traces.filters import Plan

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_UNITS = {
    "preference": "pairs of a right and a wrong solution",
    "rl": "problems",
    "unpaired": "solutions, right and wrong,",
}
_UNITS |= {"raw": "rollouts"}

_TURN = "`[{role, content}]`"
COLUMNS = {
    "messages": f"{_TURN}: the problem as the user's message, the sampled solution as the assistant's",
    "prompt": f"{_TURN}: the problem as the user's message",
    "completion": f"{_TURN}: the sampled solution",
    "chosen, rejected": f"{_TURN}: a solution judged right and one judged wrong, of the same problem",
    "label": "whether the solution was judged right",
    "problem_id, family, level, kind": "what the problem is; the id builds it again",
    "instance": "a hash of the problem's canonical parameters, the same whatever its words",
    "reference": "what answers were held against, as JSON",
    "num_tokens, finish_reason": "of the solution, in the tokenizer of the policy that wrote it",
    "policy_version": "how many updates the policy had behind it",
    "verdict, extracted, verifier, verifier_version": "what the judge said, of which answer, and which judge it was",
    "step, group_id, index": "where the rollout stands in the ledger",
    "pass_rate": "how often the problem was solved in the ledger",
    "num_rollouts": "how often it was tried there",
    "source": "the run",
    "digest": "a hash of the row's other columns",
}
_OF = {
    "sft": ["messages"],
    "prompt-completion": ["prompt", "completion"],
    "preference": ["prompt", "chosen, rejected"],
    "unpaired": ["prompt", "completion", "label"],
}


def write_card(folder: Path, name: str, chosen: Plan, splits: dict[str, int], config: ExportConfig) -> None:
    """README.md and plots/*.svg. `splits` maps a split to its rows."""
    (folder / "plots").mkdir(exist_ok=True)
    tokens = chosen.rows["num_tokens"].to_numpy()
    (folder / "plots/lengths.svg").write_text(_bars(_histogram(tokens), "tokens in a solution, and solutions"))
    rates = [
        (f"{row['family']} {row['level']}", f"{row['correct'] / row['judged']:.0%}", row["correct"] / row["judged"])
        for row in chosen.rates.by_family_and_level()
        if row["judged"]
    ]
    (folder / "plots/pass_rates.svg").write_text(_bars(rates, "share of rollouts judged right, by family and level"))
    (folder / "README.md").write_text(card(name, chosen, splits, config), encoding="utf-8")


def card(name: str, chosen: Plan, splits: dict[str, int], config: ExportConfig) -> str:
    """The whole README.md."""
    parts = [_header(name, splits), _introduction(name, chosen, config), _body(chosen, splits, config)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _header(name: str, splits: dict[str, int]) -> list[str]:
    size = next((label for limit, label in _SIZES if sum(splits.values()) < limit), "1M<n<10M")
    lines = ["---", f'pretty_name: "{name}"', "language:", "- en", "task_categories:", "- text-generation", "tags:"]
    lines += ["- reasoning", "- synthetic", "- verified", "- tracemill", "size_categories:", f"- {size}"]
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for split in splits:
        lines += [f"  - split: {split}", f"    path: data/{split}-*.parquet"]
    return [*lines, "---"]


def _introduction(name: str, chosen: Plan, config: ExportConfig) -> list[str]:
    unit = _UNITS.get(config.format, "solutions")
    rows, tokens = chosen.rows.num_rows, int(chosen.rows["num_tokens"].to_numpy().sum())
    if config.format == "rl":
        says = [f"{rows:,} generated problems, each with what a verifier needs to judge an answer."]
    else:
        says = [f"{rows:,} {unit} of generated problems, sampled from a language model and judged by a"]
        says += [f"program; {tokens:,} tokens of reasoning."]
    return [
        f"# {name}",
        "",
        *says,
        "Every problem can be built again from its `problem_id` (`family@version:level:seed`), so every row can be",
        "checked again by whoever holds it: `tracemill verify DIR`.",
    ]


def _body(chosen: Plan, splits: dict[str, int], config: ExportConfig) -> list[str]:
    lines = ["## Rows", "", *table(["split", "rows"], [[split, f"{size:,}"] for split, size in splits.items()]), ""]
    lines += ["The split is decided by a problem's instance: no problem is in both.", ""]
    lines += ["## What was left out", "", *_funnel(chosen), "", "Each filter sees what those above it left.", ""]
    if chosen.repeats:
        lines += [f"{chosen.repeats:,} rows repeat another word for word: solutions are as frequent here as the policy"]
        lines += ["gave them. `drop_duplicates = true` keeps each once.", ""]
    lines += ["## By family", "", *_families(chosen), ""]
    if config.format != "rl":
        lines += ["## Lengths", "", *_lengths(chosen.rows), "", "![Lengths](plots/lengths.svg)", ""]
    lines += ["## Pass rates", "", "Of all rollouts on training problems, whether they are in the dataset or not.", ""]
    lines += ["![Pass rates](plots/pass_rates.svg)", "", "## Columns", ""]
    return [*lines, *_columns(config)]


def _columns(config: ExportConfig) -> list[str]:
    if config.format == "raw":
        return ["Those of the ledger, with `reward_parts` as JSON, and `digest`, a hash of the row's other columns."]
    named = [name for names in _OF.values() for name in names] + ["num_rollouts"]
    wanted = [*_OF.get(config.format, ["prompt", "num_rollouts"]), *(name for name in COLUMNS if name not in named)]
    if config.format == "rl":
        judged = ("num_tokens", "policy", "verdict", "step")
        wanted = [name for name in wanted if not name.startswith(judged)]
    return [f"- {', '.join(f'`{one}`' for one in name.split(', '))}: {COLUMNS[name]}." for name in wanted]


def _funnel(chosen: Plan) -> list[str]:
    rows = [["all traces", "", f"{chosen.total:,}"]]
    rows += [[f"`{stage.name}`: {stage.says}", f"{stage.dropped:,}", f"{stage.left:,}"] for stage in chosen.funnel]
    return table(["filter", "dropped", "left"], rows)


def _families(chosen: Plan) -> list[str]:
    grouped = chosen.rows.group_by(["family", "level"]).aggregate([([], "count_all"), ("num_tokens", "mean")])
    found = {(row["family"], row["level"]): row for row in grouped.to_pylist()}
    cells = []
    for rate in chosen.rates.by_family_and_level():
        row = found.get((rate["family"], rate["level"]), {"count_all": 0, "num_tokens_mean": 0.0})
        share = f"{rate['correct'] / rate['judged']:.1%}" if rate["judged"] else ""
        cells.append([rate["family"], rate["level"], f"{rate['rollouts']:,}", share, f"{row['count_all']:,}"])
        cells[-1].append(f"{row['num_tokens_mean']:.0f}" if row["count_all"] else "")
    return table(["family", "level", "rollouts", "pass rate", "rows here", "mean tokens"], cells)


def _lengths(rows: pa.Table) -> list[str]:
    shares = (0, 10, 50, 90, 99, 100)
    values = np.percentile(rows["num_tokens"].to_numpy(), shares, method="inverted_cdf")
    names = ["shortest", "10 %", "median", "90 %", "99 %", "longest"]
    return table(["tokens", *names], [["solution", *(f"{int(value):,}" for value in values)]])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Markdown lines."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)]


Bar = tuple[str, str, float]
"""What it stands for, its value in words, and its length from 0 to 1."""


def _histogram(values: np.ndarray) -> list[Bar]:
    """At most 20 bins of whole numbers, equally wide."""
    low, high = int(values.min()), int(values.max()) + 1
    width = max(1, -(-(high - low) // 20))
    edges = np.arange(low, high + width, width)
    counts, _ = np.histogram(values, bins=edges)
    top = counts.max()
    return [
        (str(start) if width == 1 else f"{start} to {start + width - 1}", f"{count:,}", count / top)
        for start, count in zip(edges.tolist(), counts.tolist(), strict=False)
    ]


def _bars(bars: Sequence[Bar], title: str) -> str:
    """Horizontal bars on a white ground, with their values beside them."""
    height = 34 + 20 * len(bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" font-family="sans-serif" font-size="12">',
        f'<title>{escape(title)}</title><rect width="640" height="{height}" fill="#fff"/>',
        f'<text x="8" y="18" font-weight="bold">{escape(title)}</text>',
    ]
    for place, (name, value, share) in enumerate(bars):
        y, length = 30 + 20 * place, 400 * share
        lines.append(f'<text x="158" y="{y + 13}" text-anchor="end">{escape(name)}</text>')
        lines.append(f'<rect x="164" y="{y + 2}" width="{length:.1f}" height="15" fill="#2a78d6"/>')
        lines.append(f'<text x="{170 + length:.1f}" y="{y + 13}">{escape(value)}</text>')
    return "\n".join([*lines, "</svg>", ""])
