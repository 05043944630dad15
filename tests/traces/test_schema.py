from dataclasses import replace

import pyarrow as pa
import pytest

from tracemill.problems.registry import families
from tracemill.reward.types import Reward
from tracemill.traces.schema import SCHEMA, SCHEMA_VERSION, from_row, schema_version, to_row, to_table


def test_a_row_has_exactly_the_columns_of_the_schema(make_step):
    assert list(to_row(make_step(1, range(1))[0])) == SCHEMA.names


def test_records_of_every_family_come_back_whole(make_record):
    for family in families().values():
        problem = family.problem(3, 5)
        made = make_record(problem, family.solution(3, 5), correct=True)
        (row,) = to_table([made]).to_pylist()
        back = from_row(row)
        # float32 is all that is lost
        logprobs = back.scored.rollout.logprobs
        assert logprobs == pytest.approx(made.scored.rollout.logprobs, rel=1e-6)
        rollout = replace(back.scored.rollout, logprobs=made.scored.rollout.logprobs)
        assert replace(back, scored=replace(back.scored, rollout=rollout)) == made


def test_an_unjudged_sample_keeps_its_nulls(make_step):
    made = make_step(1, range(1))[0]
    made = replace(made, advantage=None, scored=replace(made.scored, reward=Reward(total=None)))
    (row,) = to_table([made]).to_pylist()
    assert row["reward"] is None and row["advantage"] is None and row["reward_parts"] == []
    assert from_row(row).scored.reward == Reward(total=None)


def test_flags_are_kept_with_the_row(make_record):
    problem = families()["arithmetic"].problem(1, 1)
    (row,) = to_table([make_record(problem, "\\boxed{1}", correct=True)]).to_pylist()
    assert row["hack_flags"] == ["no_work"]


def test_a_seed_of_64_bits_fits_and_a_larger_one_is_named(make_record):
    problem = families()["arithmetic"].problem(1, 1)
    (row,) = to_table([make_record(problem, "x", correct=True, seed=2**64 - 1)]).to_pylist()
    assert row["seed"] == 2**64 - 1
    with pytest.raises(ValueError, match="seed"):
        to_table([make_record(problem, "x", correct=True, seed=2**64)])


def test_only_ledgers_of_this_version_or_older_are_read():
    assert schema_version(SCHEMA) == SCHEMA_VERSION
    with pytest.raises(ValueError, match="newer than this code"):
        schema_version(SCHEMA.with_metadata({"tracemill.schema_version": str(SCHEMA_VERSION + 1)}))
    with pytest.raises(ValueError, match="no trace ledger"):
        schema_version(pa.schema([("x", pa.int32())]))
