"""The traces that a page carries for its browser: whole groups, compressed, down to a budget of bytes.

Groups are drawn by a hash of run and group, those with both right and wrong answers first, so that a page of a large
run shows an even sample of it. What is left out is counted. The page inflates a chunk when it shows a trace of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tracemill.traces.ledger import Ledger
from tracemill.traces.report_data import Run

GROUPS_PER_CHUNK = 48
SAMPLED_STEPS = 8
MAX_TEXT = 20_000  # characters of a prompt or a completion; the rest is cut, and the page says so

_GROUP = ["problem_id", "prompt", "reference", "split"]
_ROW = [
    "index",
    "completion",
    "extracted",
    "rule",
    "evidence",
    "verifier",
    "verifier_version",
    "finish_reason",
    "policy_version",
    "reward_parts",
    "advantage",
    "seed",
]
_INDEX = ["step", "family", "level", "verdict", "reward", "num_tokens", "hack_flags"]

Place = tuple[int, int, str]
"""Run, step and group."""


def packed(runs: Sequence[Run], max_bytes: int) -> tuple[dict[str, int], str, list[str]]:
    """(counts, the index of all traces that are carried, their texts in chunks); the last two compressed, in base64."""
    drawn = _drawn(runs)
    sample = _of_few_steps(drawn)
    count = len(drawn)
    if count > len(sample):
        known, chunks, _ = _packed(runs, sample)
        count = min(count, int(0.95 * max_bytes * len(sample) / (len(known) + sum(map(len, chunks)))))
    while True:
        known, chunks, shown = _packed(runs, drawn[:count])
        size = len(known) + sum(map(len, chunks))
        if size <= max_bytes or count <= GROUPS_PER_CHUNK:
            break
        count = max(GROUPS_PER_CHUNK, int(0.95 * count * max_bytes / size))
    total = sum(run.narrow.num_rows for run in runs)
    return {"total": total, "shown": shown, "groups_per_chunk": GROUPS_PER_CHUNK}, known, chunks


def _packed(runs: Sequence[Run], places: Sequence[Place]) -> tuple[str, list[str], int]:
    """The index, the chunks and the number of traces. By run and step, so that each file is read once."""
    names: dict[str, list[str]] = {"family": [], "verdict": [], "flags": []}
    index: dict[str, list[Any]] = {name: [] for name in ("run", "group", *_INDEX)}
    of_group: list[int] = []
    chunks: list[str] = []
    waiting: list[dict[str, Any]] = []
    for place, rows in _groups(runs, sorted(places)):
        for row in rows:
            _add(index, names, place[0], len(of_group), row)
        of_group.append(len(chunks))
        waiting.append(_group(rows))
        if len(waiting) == GROUPS_PER_CHUNK:
            chunks.append(_compressed(waiting))
            waiting = []
    if waiting:
        chunks.append(_compressed(waiting))
    return _compressed({"names": names, "index": index, "chunks": of_group}), chunks, len(index["run"])


def _of_few_steps(drawn: Sequence[Place]) -> list[Place]:
    """Groups to learn from how many bytes a group takes; of few steps, so that few files are read."""
    steps = sorted({place[:2] for place in drawn})
    few = set(steps[:: -(-len(steps) // SAMPLED_STEPS) or 1])
    return [place for place in drawn if place[:2] in few][: 4 * GROUPS_PER_CHUNK]


def _drawn(runs: Sequence[Run]) -> list[Place]:
    """All groups, in the order in which they are taken."""
    found: list[tuple[bool, bytes, Place]] = []
    for number, run in enumerate(runs):
        right = pc.equal(run.narrow["verdict"], "correct").cast(pa.int64())
        table = run.narrow.select(["step", "group_id"]).append_column("right", right)
        grouped = table.group_by(["step", "group_id"]).aggregate([("right", "min"), ("right", "max")])
        for row in grouped.to_pylist():
            place = (number, row["step"], row["group_id"])
            draw = hashlib.blake2b(f"{run.name}/{place}".encode(), digest_size=8).digest()
            found.append((row["right_min"] == row["right_max"], draw, place))
    return [place for _, _, place in sorted(found)]


def _groups(runs: Sequence[Run], places: Sequence[Place]) -> Iterator[tuple[Place, list[dict[str, Any]]]]:
    """The rows of every group, in the order of the places, which is by run and step."""
    for (number, step), same in groupby(places, key=lambda place: place[:2]):
        groups = [group for _, _, group in same]
        found: dict[str, list[dict[str, Any]]] = {group: [] for group in groups}
        wanted = pa.array(groups, pa.string())
        for table in Ledger(runs[number].folder / "traces").tables(["group_id", *_INDEX, *_GROUP, *_ROW], [step]):
            for row in table.filter(pc.is_in(table["group_id"], value_set=wanted)).to_pylist():
                found[row["group_id"]].append(row)
        for group in groups:
            yield (number, step, group), sorted(found[group], key=lambda row: row["index"])


def _group(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    shared = {name: _cut(rows[0][name]) for name in _GROUP}
    return {**shared, "rows": [{name: _plain(name, row[name]) for name in _ROW} for row in rows]}


def _plain(name: str, value: Any) -> Any:
    if name == "reward_parts":
        return {key: round(part, 6) for key, part in value}
    if name == "seed":
        return str(value)  # 64 bits do not fit a number of the page's language
    return round(value, 6) if isinstance(value, float) else _cut(value)


def _cut(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return f"{value[:MAX_TEXT]}\n[{len(value) - MAX_TEXT} more characters are in the ledger]"
    return value


def _add(index: dict[str, list[Any]], names: dict[str, list[str]], run: int, group: int, row: dict[str, Any]) -> None:
    index["run"].append(run)
    index["group"].append(group)
    for name in ("step", "level", "num_tokens"):
        index[name].append(row[name])
    index["reward"].append(None if row["reward"] is None else round(row["reward"], 4))
    for name in ("family", "verdict"):
        index[name].append(_code(names[name], row[name]))
    index["hack_flags"].append(_code(names["flags"], " ".join(row["hack_flags"])))


def _code(names: list[str], name: str) -> int:
    if name not in names:
        names.append(name)
    return names.index(name)


def _compressed(value: Any) -> str:
    """JSON, deflated without a header, in base64."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return base64.b64encode(packer.compress(text) + packer.flush()).decode()
