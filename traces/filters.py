"""What is worth keeping: filters over the ledger, each counted. Decides by row; copies nothing.

`plan` streams the files of one or more ledgers and returns which rows stay, in the order of the files, with the few
columns that the statistics need. Filters stand in a fixed order, cheap ones first; each sees only what those before it
left, so the funnel adds up. What is drawn from the rows that passed is `selection`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracemill.configs.schema import ExportConfig
from tracemill.problems.types import PROPOSING
from tracemill.traces.chain import check_steps
from tracemill.traces.formats import FORMATS, settled
from tracemill.traces.ledger import read_file
from tracemill.traces.near import near_duplicates, signatures
from tracemill.traces.overlap import grams_of, overlaps
from tracemill.traces.pass_rates import PassRates, pass_rates
from tracemill.traces.schema import SCHEMA
from tracemill.traces.selection import first_of_each, paired, within_quotas

Mask = npt.NDArray[np.bool_]
Draws = npt.NDArray[np.uint64]
Keep = Callable[[pa.Table], Mask]
"""Which of these rows stay."""

DESCRIBED = ["family", "level", "kind", "num_tokens", "policy_version"]
"""The columns of the plan that statistics are made of."""

_READ = ["split", "verdict", "finish_reason", "problem_id", "instance", "completion", "reward"]
ROWS_AT_ONCE = 8192
TEST_SHARE_OF = 10_000

ROWS = pa.schema(
    [
        ("file", pa.int32()),  # its place among the files
        ("row", pa.int32()),  # in the file
        ("partner", pa.int32()),  # the row of a pair's rejected solution, else -1
        ("test", pa.bool_()),
        ("problem", pa.uint64()),  # a hash of the problem's id
        ("instance", pa.uint64()),  # a hash of the instance
        ("draw", pa.uint64()),  # a hash of instance and completion
        ("correct", pa.bool_()),
        *(SCHEMA.field(name) for name in DESCRIBED),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    name: str
    says: str  # what is dropped, for the card
    keep: Keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One line of the funnel: `dropped` by this filter, `left` after it."""

    name: str
    says: str
    dropped: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`rows` is of schema ROWS; `rates` are of all traces, whether kept or not; `repeats` of the rows say word for word
    what another row of the same problem says. `absent` are families of quotas of which there is no trace."""

    rows: pa.Table
    total: int
    funnel: tuple[Stage, ...]
    rates: PassRates
    repeats: int
    absent: tuple[str, ...]


def plan(files: Sequence[Path], config: ExportConfig) -> Plan:
    """Two passes over the files, the first over narrow columns only. Raises ValueError for a file it cannot read."""
    config = settled(config)
    rates = pass_rates(files)
    filters, seen = _filters(config, rates), set[int]()
    absent = {quota.family for quota in config.quotas} - {"*"}
    funnel, kept, signed = _Funnel(), [ROWS.empty_table()], []
    for table in _chunks(files, _columns(config)):
        funnel.total += table.num_rows
        if absent:
            absent.difference_update(pc.unique(table["family"]).to_pylist())
        for one in filters:
            before = table.num_rows
            table = table.filter(pa.array(one.keep(table))) if before else table
            funnel.count(one.name, one.says, before - table.num_rows)
        draws = _draws(table)
        if config.drop_duplicates:
            new = _firsts(draws, seen)
            table, draws = table.filter(pa.array(new)), draws[new]
            funnel.count("duplicate", "the same solution of the same problem", int((~new).sum()))
        if config.near_duplicate:
            signed.append(signatures(table["completion"].to_pylist()))
        kept.append(_described(table, draws, config.test_share))
    rows = pa.concat_tables(kept).combine_chunks()
    if signed:
        alike = near_duplicates(np.concatenate(signed), config.near_duplicate)
        rows = funnel.drop(rows, "near_duplicate", f"completions at least {config.near_duplicate:g} alike", alike)
    rows = _selected(rows, config, funnel)
    repeats = rows.num_rows - len(np.unique(rows["draw"].to_numpy()))
    return Plan(
        rows=rows,
        total=funnel.total,
        funnel=funnel.stages(),
        rates=rates,
        repeats=repeats,
        absent=tuple(sorted(absent)),
    )


def _filters(config: ExportConfig, rates: PassRates) -> list[Filter]:
    """In the order in which they are asked; one that is off is not in the list."""
    verdicts, reasons = config.verdicts or (), config.finish_reasons or ()
    first, last = config.first_policy_version, config.last_policy_version
    made = [("held_out", "problems kept for evaluation", _one_of("split", ["train"]))]
    made.append(("proposal", "proposals without a reward: held out, of a benchmark, or not judged", _may_be_shown))
    made.append(("verdict", f"not judged {' or '.join(verdicts)}", _one_of("verdict", verdicts)))
    if set(reasons) != {"stop", "length"}:
        made.append(("finish_reason", f"ended by other than {' or '.join(reasons)}", _one_of("finish_reason", reasons)))
    if first or last is not None:
        says = f"policy version not from {first} to {'the last' if last is None else last}"
        made.append(("policy_version", says, _within("policy_version", first, last)))
    if config.min_tokens or config.max_tokens is not None:
        says = f"not from {config.min_tokens} to {config.max_tokens or 'any number of'} tokens"
        made.append(("tokens", says, _within("num_tokens", config.min_tokens, config.max_tokens)))
    if config.drop_flagged:
        made.append(("hack_flags", "a sign of reward hacking", _unflagged))
    if config.pass_rate != (0.0, 1.0):
        low, high = config.pass_rate
        says = f"problem's pass rate not from {low:g} to {high:g}"
        made.append(("pass_rate", says, _one_of("instance", rates.instances_within(low, high))))
    if config.check_steps:
        made.append(("wrong_step", "right answer, but a step that is wrong", _steps_hold))
    if config.decontaminate:
        says = f"{config.decontaminate_words} words in a row in common with texts to keep away from"
        made.append(("contaminated", says, _uncontaminated(config)))
    return [Filter(name=name, says=says, keep=keep) for name, says, keep in made]


def _selected(rows: pa.Table, config: ExportConfig, funnel: _Funnel) -> pa.Table:
    unit = FORMATS[config.format].unit
    if unit == "pair":
        pairs = paired(rows, rows["correct"].to_numpy(zero_copy_only=False))
        says = "solutions without one to be paired with; from here on, pairs are counted"
        funnel.count("unpaired", says, rows.num_rows - pairs.num_rows)
        rows = pairs
    instances, draws = rows["instance"].to_numpy(), rows["draw"].to_numpy()
    if unit == "problem":
        over = ~first_of_each(instances, draws, 1)
        rows = funnel.drop(rows, "problem", "further solutions of a problem; from here on, problems are counted", over)
    elif config.max_per_problem is not None:
        over = ~first_of_each(instances, draws, config.max_per_problem)
        rows = funnel.drop(rows, "per_problem", f"over {config.max_per_problem} of one problem", over)
    if config.quotas:
        rows = funnel.drop(rows, "quota", "over a quota", ~within_quotas(rows, config.quotas))
    return rows


# --- filters ----------------------------------------------------------------------------------------------------------


def _one_of(column: str, values: Sequence[str]) -> Keep:
    allowed = pa.array(list(values), pa.string())
    return lambda table: _mask(pc.is_in(table[column], value_set=allowed))


def _within(column: str, low: int, high: int | None) -> Keep:
    def keep(table: pa.Table) -> Mask:
        values = table[column].to_numpy()
        return np.asarray((values >= low) & (values <= (np.inf if high is None else high)))

    return keep


def _may_be_shown(table: pa.Table) -> Mask:
    """Not a proposal that has no reward: it may hold a problem that is kept for evaluation."""
    return ~_mask(pc.and_(pc.starts_with(table["family"], PROPOSING), pc.is_null(table["reward"])))


def _unflagged(table: pa.Table) -> Mask:
    return _mask(pc.equal(pc.list_value_length(table["hack_flags"]), 0))


def _steps_hold(table: pa.Table) -> Mask:
    """Only of answers that are right: a wrong one may well have a wrong step."""
    rows = zip(table["verdict"].to_pylist(), table["completion"].to_pylist(), strict=True)
    return np.array([verdict != "correct" or check_steps(text).wrong is None for verdict, text in rows], np.bool_)


def _uncontaminated(config: ExportConfig) -> Keep:
    grams = grams_of(config.decontaminate, config.decontaminate_words)
    lengths = sorted({len(gram) for gram in grams})
    return lambda table: np.array(
        [not overlaps(text, grams, lengths) for text in table["prompt"].to_pylist()], dtype=np.bool_
    )


def _firsts(draws: Draws, seen: set[int]) -> Mask:
    """True for the first of every copy of an instance's completion, over all tables so far."""
    mask = np.zeros(len(draws), dtype=np.bool_)
    for row, draw in enumerate(draws.tolist()):
        if draw not in seen:
            seen.add(draw)
            mask[row] = True
    return mask


def _mask(values: pa.ChunkedArray) -> Mask:
    return np.asarray(values.fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)


# --- rows -------------------------------------------------------------------------------------------------------------


def _columns(config: ExportConfig) -> list[str]:
    """What the filters that are on ask for, and what is described."""
    asked = [("hack_flags", bool(config.drop_flagged)), ("prompt", bool(config.decontaminate))]
    return [*_READ, *(name for name, on in asked if on), *DESCRIBED]


def _chunks(files: Sequence[Path], columns: Sequence[str]) -> Iterator[pa.Table]:
    """Some thousand rows at a time, with the number of their file and their row in it."""
    waiting: list[pa.Table] = []
    for number, path in enumerate(files):
        table = read_file(path, columns)
        places = np.arange(table.num_rows, dtype=np.int32)
        table = table.append_column("file", pa.array(np.full(table.num_rows, number, dtype=np.int32)))
        waiting.append(table.append_column("row", pa.array(places)))
        if sum(one.num_rows for one in waiting) >= ROWS_AT_ONCE:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def in_test_split(instance: str, share: float) -> bool:
    """Decided by the problem's instance alone, so that no problem is on both sides, in this export or in the next."""
    return _hash("export", instance) % TEST_SHARE_OF < round(share * TEST_SHARE_OF)


def _hash(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\n".join(parts).encode(), digest_size=8).digest(), "big")


def _draws(table: pa.Table) -> Draws:
    """64 bits of problem instance and completion: what makes a duplicate, and the order in which rows are drawn."""
    pairs = zip(table["instance"].to_pylist(), table["completion"].to_pylist(), strict=True)
    return np.array([_hash(instance, completion) for instance, completion in pairs], dtype=np.uint64)


def _described(table: pa.Table, draws: Draws, test_share: float) -> pa.Table:
    columns = [
        table["file"],
        table["row"],
        pa.array(np.full(table.num_rows, -1, dtype=np.int32)),
        _of_each(table["instance"], lambda instance: in_test_split(instance, test_share), pa.bool_()),
        _of_each(table["problem_id"], _hash, pa.uint64()),
        _of_each(table["instance"], _hash, pa.uint64()),
        pa.array(draws),
        pc.equal(table["verdict"], "correct"),
        *(table[name] for name in DESCRIBED),
    ]
    return pa.Table.from_arrays(columns, schema=ROWS)


def _of_each(texts: pa.ChunkedArray, value: Callable[[str], int], type_: pa.DataType) -> pa.Array:
    """`value` of every text, worked out once for texts that are alike: a group has its problem in common."""
    coded = pc.dictionary_encode(texts.combine_chunks())
    return pa.array([value(text) for text in coded.dictionary.to_pylist()], type_).take(coded.indices)


class _Funnel:
    """What each filter dropped, in the order in which they were first asked."""

    def __init__(self) -> None:
        self.total = 0
        self._dropped: dict[str, tuple[str, int]] = {}

    def count(self, name: str, says: str, dropped: int) -> None:
        self._dropped[name] = (says, self._dropped.get(name, ("", 0))[1] + dropped)

    def drop(self, rows: pa.Table, name: str, says: str, over: Mask) -> pa.Table:
        self.count(name, says, int(over.sum()))
        return rows.filter(pa.array(~over))

    def stages(self) -> tuple[Stage, ...]:
        made, left = [], self.total
        for name, (says, dropped) in self._dropped.items():
            left -= dropped
            made.append(Stage(name=name, says=says, dropped=dropped, left=left))
        return tuple(made)
