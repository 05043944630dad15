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
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tracemill.traces.ledger import Ledger
from tracemill.traces.report_data import Run

GROUPS_PER_CHUNK = 48
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
    total = sum(run.narrow.num_rows for run in runs)
    chosen = _drawn(runs)
    names: dict[str, list[str]] = {"family": [], "verdict": [], "flags": []}
    index: dict[str, list[Any]] = {name: [] for name in ("run", "group", *_INDEX)}
    groups: list[int] = []
    chunks: list[str] = []
    used = 0
    for block in _blocks(chosen):
        rows = _rows(runs, block)
        chunk = _compressed([_group(rows[place]) for place in block])
        used += len(chunk) + 24 * sum(len(rows[place]) for place in block) // 4  # the index takes some too
        if used > max_bytes and chunks:
            break
        for place in block:
            for row in rows[place]:
                _add(index, names, place[0], len(groups), row)
            groups.append(len(chunks))
        chunks.append(chunk)
    known = {"names": names, "index": index, "chunks": groups}
    counts = {"total": total, "shown": len(index["run"]), "groups_per_chunk": GROUPS_PER_CHUNK}
    return counts, _compressed(known), chunks


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


def _blocks(places: Sequence[Place]) -> Iterator[list[Place]]:
    """A chunk's groups at a time. Within a block, by run and step, so that each file is read once."""
    for start in range(0, len(places), GROUPS_PER_CHUNK):
        yield sorted(places[start : start + GROUPS_PER_CHUNK])


def _rows(runs: Sequence[Run], block: Sequence[Place]) -> dict[Place, list[dict[str, Any]]]:
    found: dict[Place, list[dict[str, Any]]] = {place: [] for place in block}
    for number, run in enumerate(runs):
        steps = sorted({step for which, step, _ in block if which == number})
        wanted = pa.array([group for which, _, group in block if which == number], pa.string())
        for table in Ledger(run.folder / "traces").tables(["group_id", *_INDEX, *_GROUP, *_ROW], steps):
            for row in table.filter(pc.is_in(table["group_id"], value_set=wanted)).to_pylist():
                found.setdefault((number, row["step"], row["group_id"]), []).append(row)
    return {place: sorted(found[place], key=lambda row: row["index"]) for place in block}


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
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return base64.b64encode(packer.compress(text) + packer.flush()).decode()
