import zlib
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from tracemill.configs.schema import ExportConfig, QuotaConfig
from tracemill.problems.registry import family_named
from tracemill.reward.types import Scored
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger
from tracemill.traces.near import near_duplicates, signatures
from tracemill.traces.selection import first_of_each


@pytest.fixture
def exported(tmp_path, make_record):
    """(records as (problem seed, text, changes), config) -> ids of exported rows and the funnel's drops by name."""
    family = family_named("arithmetic")
    seeds = [seed for seed in range(60) if family.problem(2, seed).split == "train"]

    def run(rows, **config):
        records = []
        for index, (seed, text, changes) in enumerate(rows):
            made = make_record(family.problem(2, seeds[seed]), text, correct=changes.get("correct", True), index=index)
            rollout = replace(made.scored.rollout, **changes.get("rollout", {}))
            verdict = replace(made.scored.verdict, **changes.get("verdict", {}))
            problem = replace(made.scored.problem, **changes.get("problem", {}))
            reward = replace(made.scored.reward, **changes.get("reward", {}))
            scored = Scored(problem=problem, rollout=rollout, verdict=verdict, reward=reward)
            records.append(replace(made, scored=scored))
        folder = tmp_path / f"run-{len(list(tmp_path.glob('run-*')))}"
        Ledger(folder / "traces").write(1, records)
        summary = export([folder], tmp_path / "out", ExportConfig(**{"test_share": 0.0, **config}))
        rows = pq.read_table(tmp_path / "out/data").to_pylist()
        dropped = {stage.name: stage.dropped for stage in summary.funnel if stage.dropped}
        return sorted(row["index"] for row in rows), dropped

    return run


def solved(seed, text="1 + 1 = 2. \\boxed{2}", **changes):
    return seed, text, changes


def test_each_filter_drops_what_it_says(exported):
    rows = [
        solved(0),
        solved(1, rollout={"finish_reason": "length"}),
        solved(2, rollout={"policy_version": 9}),
        solved(3, "x" * 200 + " \\boxed{2}"),
        solved(4, "\\boxed{2}"),
        solved(5, "1 + 1 = 3, 3 - 1 = 2. \\boxed{2}"),
        solved(6, correct=False),
    ]
    kept, dropped = exported(rows, last_policy_version=8, max_tokens=100)
    assert kept == [0]
    names = ["finish_reason", "policy_version", "tokens", "hack_flags", "wrong_step", "verdict"]
    assert dropped == dict.fromkeys(names, 1)


@pytest.mark.parametrize("format", ["sft", "prompt-completion", "unpaired", "raw"])
def test_a_proposal_without_a_reward_leaves_in_no_format(exported, format):
    """It may hold a held-out or a benchmark's problem. Other rollouts without one are not meant."""
    proposal, none = {"id": "propose_deduction@1:1:5"}, {"total": None, "parts": {}}
    unjudged = {"status": "verifier_error"}
    rows = [
        solved(0, problem=proposal),
        solved(1, problem=proposal, reward=none),
        solved(2, problem=proposal, reward=none, verdict=unjudged),
        solved(3, problem={"id": "proposed_deduction@1:1:5"}, reward=none, verdict=unjudged),
    ]
    kept, dropped = exported(rows, format=format)
    assert kept == ([0, 3] if format == "raw" else [0]) and dropped["proposal"] == 2


def test_a_filter_that_is_off_drops_nothing(exported):
    rows = [solved(0, "\\boxed{2}"), solved(1, "1 + 1 = 3, \\boxed{2}"), solved(2, rollout={"finish_reason": "length"})]
    kept, dropped = exported(rows, drop_flagged=False, check_steps=False, finish_reasons=("stop", "length"))
    assert kept == [0, 1, 2] and dropped == {}


def test_the_pass_rate_is_the_problems_and_leaves_verifier_errors_out(exported):
    rows = [solved(0), solved(0, correct=False), solved(0, verdict={"status": "verifier_error"})]  # 1 of 2
    rows += [solved(1), solved(1, "2 - 0 = 2. \\boxed{2}")]  # 2 of 2
    kept, dropped = exported(rows, pass_rate=(0.5, 0.9))
    assert kept == [0] and dropped["pass_rate"] == 2


def test_prompts_that_share_words_with_a_benchmark_go(exported, tmp_path):
    prompt = family_named("arithmetic").problem(2, 0).prompt
    (tmp_path / "bench.txt").write_text(f"Something else entirely\n{prompt}\n")
    (tmp_path / "bench.jsonl").write_text('{"question": "How many apples has Ann?"}\n')
    files = (str(tmp_path / "bench.txt"), str(tmp_path / "bench.jsonl"))
    kept, dropped = exported([solved(0), solved(1)], decontaminate=files)
    assert kept == [1] and dropped == {"contaminated": 1}


def test_a_decontamination_file_that_cannot_be_read_is_named(exported, tmp_path):
    (tmp_path / "bench.csv").write_text("a")
    (tmp_path / "bench.jsonl").write_text('{"prompt": "x"}\n{"answer": 1}\n')
    (tmp_path / "latin.txt").write_bytes("où".encode("latin-1"))
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    for name, match in [
        ("none.txt", "is no file"),
        ("bench.csv", "reads .txt"),
        ("bench.jsonl", "line 2: none of"),
        ("latin.txt", "latin.txt, which is no text in UTF-8"),
        ("cut.parquet", "cut.parquet cannot be read: "),
    ]:
        with pytest.raises(ValueError, match=match):
            exported([solved(0)], decontaminate=(str(tmp_path / name),))


def test_near_duplicates_are_found_and_the_first_stays(exported):
    words = " ".join(f"word{n}" for n in range(60))
    rows = [solved(0, f"{words} end. \\boxed{{2}}"), solved(1, f"{words} stop. \\boxed{{2}}")]
    rows.append(solved(2, " ".join(f"other{n}" for n in range(60)) + " \\boxed{2}"))
    kept, dropped = exported(rows, near_duplicate=0.8)
    assert kept == [0, 2] and dropped == {"near_duplicate": 1}


def test_quotas_by_family_and_level_draw_the_same_rows_whatever_their_order(exported):
    rows = [solved(seed, f"{seed} + 0 = {seed}. \\boxed{{2}}") for seed in range(10)]
    quota = (QuotaConfig(family="arithmetic", levels=(2,), rows=4), QuotaConfig(family="absent", rows=0))
    kept, dropped = exported(rows, quotas=quota)
    assert len(kept) == 4 and dropped == {"quota": 6}
    backwards, _ = exported(rows[::-1], quotas=quota)
    assert sorted(9 - index for index in backwards) == kept
    each, dropped = exported(rows, quotas=(QuotaConfig(family="*", rows=7),))
    assert len(each) == 7 and set(kept) < set(each) and dropped == {"quota": 3}


def test_first_of_each_keeps_the_lowest_draws_of_every_key():
    keys = np.array([5, 7, 5, 5, 7], dtype=np.uint64)
    draws = np.array([30, 1, 10, 20, 2], dtype=np.uint64)
    assert first_of_each(keys, draws, 2).tolist() == [False, True, True, True, True]
    assert first_of_each(keys, draws, 1).tolist() == [False, True, True, False, False]
    assert first_of_each(keys[:0], draws[:0], 1).tolist() == []


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 0.95])
def test_minhash_agrees_with_the_true_jaccard_similarity(threshold):
    """Pairs whose true similarity is well over or under the threshold are all told apart."""
    rng = np.random.default_rng(0)
    for _ in range(60):
        words = [f"w{n}" for n in rng.permutation(1000)[:120]]
        changed = list(words)
        for place in rng.permutation(120)[: rng.integers(0, 60)]:
            changed[place] = f"v{place}"
        left, right = (_shingles(text) for text in (words, changed))
        true = len(left & right) / len(left | right)
        found = near_duplicates(signatures([" ".join(words), " ".join(changed)]), threshold)[1]
        if abs(true - threshold) > 0.18:
            assert found == (true > threshold), (true, threshold)


SIGNED = 442_864_733


def _shingles(words):
    return {tuple(words[start : start + 3]) for start in range(len(words) - 2)}


def test_signatures_do_not_depend_on_the_process_and_short_texts_have_one():
    made = signatures(["", "one", "one two three four"])
    assert made.shape == (3, 128) and made.dtype == np.uint32
    assert zlib.crc32(made.tobytes()) == SIGNED
