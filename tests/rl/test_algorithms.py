"""Every algorithm on real DeepSpeed: one gradient however it is cut, golden updates, and what it must not touch."""

from __future__ import annotations

import json
import math
import os
import pickle
import platform
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from tracemill.configs.schema import CorrectionConfig, CriticConfig, KLConfig, LearnerConfig
from tracemill.problems.registry import build
from tracemill.reward.types import Reward, Scored
from tracemill.rl.algorithms import ALGORITHMS
from tracemill.rl.packing import micro_batches
from tracemill.rl.policy import Policy
from tracemill.rl.types import Completion, Tree, Update
from tracemill.rollout.types import Rollout
from tracemill.verifiers.types import Verdict

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
GOLDEN = Path(__file__).parent / "golden_algorithms.json"
BASE = LearnerConfig(lr=3e-4, tokens_per_micro_batch=512)
PROBLEM = build("arithmetic@1:1:5")
VERDICT = Verdict(status="correct", extracted="1", rule="", evidence="", verifier="", version=1, seconds=0.0)

Cases = dict[str, tuple[LearnerConfig, int]]
Results = dict[str, tuple[list[Update], dict[str, torch.Tensor]]]

HEAD = CriticConfig(kind="head", warmup_updates=1)
CONFIGS: dict[str, LearnerConfig] = {
    **{
        name: BASE.model_copy(update={"algorithm": name, "critic": HEAD if name == "ppo" else CriticConfig()})
        for name in ALGORITHMS
    },
    "ppo with a model": BASE.model_copy(
        update={"algorithm": "ppo", "critic": CriticConfig(kind="model", lr=1e-3, value_clip=0.0)}
    ),
    "divergence and entropy": BASE.model_copy(
        update={"kl": KLConfig(coefficient=0.1, target=0.01, refresh_every=2), "entropy_bonus": 0.01}
    ),
    "divergence as a reward": BASE.model_copy(
        update={
            "algorithm": "reinforce_pp",
            "kl": KLConfig(coefficient=0.1, estimator="k1", place="reward", refresh_every=1),
        }
    ),
    "decoupled and masked": BASE.model_copy(
        update={
            "updates_per_batch": 2,
            "correction": CorrectionConfig(proximal="learner", mask="geometric", mask_low=0.95, mask_high=1.05),
        }
    ),
}
COMPARED = ("loss", "grad_norm", "entropy")


@pytest.fixture(scope="module")
def batches() -> list[list[list[Scored]]]:
    """Five batches of five groups of four, one sample unjudged; logprobs near those of the bundled policy, rounded so
    that no machine's last bits decide."""
    rng, policy = Random(0), Policy(POLICY, torch.float32)

    def ids(low: int, high: int) -> tuple[int, ...]:
        return tuple(rng.randrange(5, 200) for _ in range(rng.randrange(low, high)))

    def group() -> list[Scored]:
        prompt_ids, completions = ids(4, 12), [ids(2, 12) for _ in range(4)]
        tree = Tree(
            prompt_ids=prompt_ids,
            completions=tuple(
                Completion(ids=each, old_logprobs=(0.0,) * len(each), advantages=(0.0,) * len(each))
                for each in completions
            ),
        )
        (batch,) = micro_batches([tree], 10_000)
        with torch.no_grad():
            logprobs, _ = policy(batch, 1.0)
        return [
            scored(
                prompt_ids,
                each,
                tuple(round(x + rng.gauss(0, 0.1), 3) for x in logprobs[batch.sequence == index].tolist()),
                reward=rng.choice((0.0, 1.0, 1.0, None)) if index == 3 else float(index % 2),
            )
            for index, each in enumerate(completions)
        ]

    return [[group() for _ in range(5)] for _ in range(5)]


def scored(prompt_ids: tuple[int, ...], ids: tuple[int, ...], logprobs: Any, reward: float | None) -> Scored:
    rollout = Rollout(
        problem_id=PROBLEM.id,
        group_id="0.0",
        index=0,
        prompt_ids=prompt_ids,
        completion_ids=ids,
        logprobs=logprobs,
        text="",
        finish_reason="stop",
        policy_version=0,
        seed=0,
    )
    return Scored(problem=PROBLEM, rollout=rollout, verdict=VERDICT, reward=Reward(total=reward))


def run(folder: Path, cases: Cases, batches: Sequence[Any], ranks: int = 1, timeout_s: float = 280) -> Results:
    """A case whose name ends in ", alone" takes its gradient with no prompt shared."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    job = folder / "job.pickle"
    content = {"num_ranks": ranks, "address": address, "folder": POLICY, "cases": cases, "batches": batches}
    job.write_bytes(pickle.dumps(content))
    command = [sys.executable, str(Path(__file__).with_name("algorithm_process.py")), str(job)]
    processes = [subprocess.Popen([*command, str(rank)]) for rank in range(ranks)]
    assert [process.wait(timeout=timeout_s) for process in processes] == [0] * ranks
    return pickle.loads(job.with_suffix(".done").read_bytes())  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def one_rank(batches: list, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Five batches with each config; and one batch again in small micro-batches, one of them with the layers of both
    decoders computed again."""
    cases: Cases = {name: (config, 5) for name, config in CONFIGS.items()}
    for name, config in CONFIGS.items():
        changes = {"tokens_per_micro_batch": 40, "activation_checkpointing": name == "ppo with a model"}
        cases[f"{name}, cut small"] = config.model_copy(update=changes), 1
        cases[f"{name}, alone"] = config, 1
    return run(tmp_path_factory.mktemp("one"), cases, batches)


@pytest.fixture(scope="module")
def two_ranks(batches: list, tmp_path_factory: pytest.TempPathFactory) -> Results:
    cases: Cases = {
        f"{name}, ZeRO {stage}": (config.model_copy(update={"zero_stage": stage}), 1)
        for name, config in CONFIGS.items()
        for stage in (0, 2)
    }
    return run(tmp_path_factory.mktemp("two"), cases, batches, ranks=2)


@pytest.mark.parametrize("name", CONFIGS)
def test_one_gradient_however_it_is_cut(name: str, one_rank: Results, two_ranks: Results) -> None:
    wanted = one_rank[name][0][0]
    assert wanted.skipped is None
    for cut, results in (
        ("cut small", one_rank),
        ("alone", one_rank),
        ("ZeRO 0", two_ranks),
        ("ZeRO 2", two_ranks),
    ):
        (given, *_), _ = results[f"{name}, {cut}"]
        assert given.metrics.keys() == wanted.metrics.keys()
        for key, value in wanted.metrics.items():
            # what is a difference of like numbers is held to the size of these
            assert given.metrics[key] == pytest.approx(value, rel=1e-5, abs=2e-6), (cut, key)


@pytest.mark.matrix
@pytest.mark.timeout(7200)
def test_every_algorithm_over_every_cut(batches: list, tmp_path: Path) -> None:
    """What `make test-matrix` runs: every algorithm on 1, 2 and 4 ranks, at ZeRO 0 to 3, offloaded or not, packed or
    one sequence at a time, the prompt shared or not; its whole update, with an epsilon of 1 as in test_learner.py."""
    smooth = {"adam_eps": 1.0, "lr": 0.1, "grad_clip": 1e9, "updates_per_batch": 1}
    configs = {name: config.model_copy(update=smooth) for name, config in CONFIGS.items()}
    configs["ppo"] = configs["ppo"].model_copy(update={"critic": CriticConfig(kind="head")})
    start = load_file(POLICY / "model.safetensors")
    wanted = made(tmp_path / "wanted", configs, batches, 1, {"": {}})
    one_at_a_time = {"tokens_per_micro_batch": 24}
    stages = {f"ZeRO {stage}": {"zero_stage": stage} for stage in range(4)}
    offloaded = {f"ZeRO {stage}, offloaded": {"zero_stage": stage, "offload": "optimizer"} for stage in (1, 2, 3)}
    farthest: dict[str, float] = {}
    for ranks, cuts in (
        (1, {"cut small": {"tokens_per_micro_batch": 40}, "one by one, alone": one_at_a_time, "alone": {}}),
        (2, {**stages, **offloaded}),
        (4, stages),
    ):
        found = made(tmp_path / str(ranks), configs, batches, ranks, cuts)
        for case, (updates, weights) in found.items():
            name = case.split("|")[0]
            (ours,), (theirs,) = updates, wanted[f"{name}|"][0]
            for key, value in theirs.metrics.items():
                assert ours.metrics[key] == pytest.approx(value, rel=1e-5, abs=2e-6), (ranks, case, key)
            farthest[f"{case}, {ranks}"] = off = apart(weights, wanted[f"{name}|"][1], start)
            assert off < 1e-5, (ranks, case)
    worst = max(farthest, key=farthest.__getitem__)
    print(f"{len(farthest)} updates, the farthest off {farthest[worst]:.1e} ({worst})")


def made(folder: Path, configs: dict[str, LearnerConfig], batches: list, ranks: int, cuts: dict[str, dict]) -> Results:
    """One batch for every config and cut, named `config|cut`."""
    folder.mkdir()
    cases = {
        f"{name}|{cut}": (config.model_copy(update=changes), 1)
        for name, config in configs.items()
        for cut, changes in cuts.items()
    }
    return run(folder, cases, batches, ranks, timeout_s=7000)


def apart(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor], start: dict[str, torch.Tensor]) -> float:
    """How far two moves away from `start` are from each other, as a share of the second."""
    difference = sum(float((one[name] - other[name]).double().square().sum()) for name in one)
    return math.sqrt(difference / sum(float((other[name] - start[name]).double().square().sum()) for name in one))


def test_golden_updates(one_rank: Results) -> None:
    """Exactly on the kind of processor that made the file, to 1e-6 elsewhere. TRACEMILL_WRITE_GOLDEN=1 makes it
    anew."""
    given = {name: [numbers(update) for update in one_rank[name][0]] for name in CONFIGS}
    if os.environ.get("TRACEMILL_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps({"processor": processor(), "updates": given}, indent=1))
    golden = json.loads(GOLDEN.read_text())
    exact = golden["processor"] == processor()
    assert given.keys() == golden["updates"].keys()
    for name, updates in golden["updates"].items():
        for ours, wanted in zip(given[name], updates, strict=True):
            assert ours == (wanted if exact else pytest.approx(wanted, rel=1e-6)), name


def numbers(update: Update) -> dict[str, float]:
    return {name: update.metrics[name] for name in COMPARED}


def test_the_policy_stands_still_while_its_critic_warms_up(one_rank: Results) -> None:
    """The head's first update moves the head alone, and the second, with the policy free, has a smaller error."""
    updates, _ = one_rank["ppo"]
    start = load_file(POLICY / "model.safetensors")
    after_one = one_rank["ppo, cut small"][1]
    assert all(torch.equal(after_one[name], start[name]) for name in after_one)
    assert updates[0].metrics["grad_norm"] > 0
    assert updates[0].version_after == 1
    assert updates[4].metrics["value_loss"] < updates[0].metrics["value_loss"]


def test_the_coefficient_and_the_reference_follow_the_policy(one_rank: Results) -> None:
    """The divergence is zero in the first update and whenever the reference has just been refreshed; the coefficient
    falls while the divergence is under its target."""
    updates = [update.metrics for update in one_rank["divergence and entropy"][0]]
    zero = [metrics["kl_ref"] < 1e-9 for metrics in updates]
    assert zero == [True, False, True, False, True]
    assert updates[0]["kl_coefficient"] == 0.1
    assert updates[1]["kl_coefficient"] == pytest.approx(0.1 * 0.98)
    assert all(abs(update.metrics["kl_ref"]) < 1e-6 for update in one_rank["divergence as a reward"][0])


def test_a_mask_takes_tokens_and_the_second_half_sees_the_first(one_rank: Results) -> None:
    updates = [update.metrics for update in one_rank["decoupled and masked"][0]]
    assert len(updates) == 10
    assert any(0 < metrics["masked_share"] < 1 for metrics in updates)
    assert updates[0]["clipped_share"] == 0.0  # the proximal policy is the policy itself
    assert all(0 < metrics["mismatch_mean"] < 0.2 for metrics in updates[:2])


def test_bad_updates_leave_the_weights(batches: list, tmp_path: Path) -> None:
    """Logprobs of NaN, and a norm past the alarm, at ZeRO 0 and 2, offloaded or not: skipped, with nothing left for the
    next update."""
    nan = [
        [
            scored(
                s.rollout.prompt_ids, s.rollout.completion_ids, (math.nan,) * len(s.rollout.logprobs), s.reward.total
            )
            for s in group
        ]
        for group in batches[0]
    ]
    alarm = {"grad_norm_alarm": 1e-6}
    kinds = {"0": {"zero_stage": 0}, "2": {"zero_stage": 2}, "2 offloaded": {"zero_stage": 2, "offload": "optimizer"}}
    cases: Cases = {}
    for kind, changes in kinds.items():
        config = BASE.model_copy(update=changes)
        cases[f"nan {kind}"] = config, 2
        cases[f"alarm {kind}"] = config.model_copy(update=alarm), 2
    results = run(tmp_path, cases, [nan, batches[1]])
    start = load_file(POLICY / "model.safetensors")
    for kind in kinds:
        (bad, good), weights = results[f"nan {kind}"]
        assert bad.skipped == "the loss is nan" and bad.version_after == 0
        assert good.skipped is None and math.isfinite(good.metrics["grad_norm"])
        assert all(torch.isfinite(each).all() for each in weights.values())
        assert any(not torch.equal(weights[name], start[name]) for name in weights)
        (_, loud), weights = results[f"alarm {kind}"]
        assert loud.skipped is not None and loud.skipped.startswith("the gradient's norm is")
        assert loud.version_after == 0
        assert all(torch.equal(weights[name], start[name]) for name in weights)
    first, *others = (results[f"nan {kind}"][0][1].metrics["grad_norm"] for kind in kinds)
    assert others == [pytest.approx(first, rel=1e-5)] * 2


def processor() -> str:
    """The processor's model with its widest vector instructions, which decide the order of sums."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.machine()
    return f"{model} / {torch.backends.cpu.get_cpu_capability()}"
