"""The learner on real DeepSpeed: one gradient however it is cut, golden updates, checkpoints."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tracemill.configs.schema import LearnerConfig
from tracemill.rl.types import Tree, Update

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
GOLDEN = Path(__file__).parent / "golden_grpo.json"
BASE = LearnerConfig(lr=1e-3, warmup_steps=2, tokens_per_micro_batch=512)


def largest_difference(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    assert one.keys() == other.keys()
    return max(float((one[name] - other[name]).abs().max()) for name in one)


def with_(**changes: object) -> LearnerConfig:
    return BASE.model_copy(update=changes)


@pytest.fixture(scope="module")
def baseline(train: Callable, batches: list[list[Tree]]) -> tuple[list[Update], dict[str, torch.Tensor]]:
    """Four updates on one rank without ZeRO, each batch in few micro-batches."""
    return train(BASE, batches)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("config", "ranks"),
    [
        (with_(tokens_per_micro_batch=100), 1),
        (with_(), 2),
        (with_(zero_stage=1), 2),
        (with_(zero_stage=2, tokens_per_micro_batch=150), 2),
    ],
    ids=["small micro-batches", "2 ranks", "ZeRO 1", "ZeRO 2"],
)
def test_one_gradient_however_it_is_cut(
    train: Callable, batches: list[list[Tree]], baseline: tuple, config: LearnerConfig, ranks: int
) -> None:
    (given,), _ = train(config, batches[:1], ranks=ranks)
    for name in ("loss", "grad_norm", "entropy", "kl_sampled", "clipped_share", "learned_tokens"):
        assert given.metrics[name] == pytest.approx(baseline[0][0].metrics[name], rel=1e-5, abs=1e-8), name


def test_the_head_in_chunks_gives_the_same_gradient(
    train: Callable, batches: list[list[Tree]], baseline: tuple
) -> None:
    (given,), _ = train(with_(zero_stage=2), batches[:1], ranks=2, logits_at_once=20 * 264)
    for name in ("loss", "grad_norm", "entropy"):
        assert given.metrics[name] == pytest.approx(baseline[0][0].metrics[name], rel=1e-5, abs=1e-8), name


def test_a_rank_without_trees_neither_hangs_nor_skews(train: Callable, batches: list[list[Tree]]) -> None:
    one_tree = [batches[0][:1]]
    (wanted,), _ = train(BASE, one_tree)
    (given,), _ = train(with_(zero_stage=2), one_tree, ranks=2)
    assert given.metrics["grad_norm"] == pytest.approx(wanted.metrics["grad_norm"], rel=1e-5)


def test_a_batch_that_teaches_nothing_leaves_the_weights(train: Callable) -> None:
    (update,), weights = train(BASE, [[]])
    assert update.skipped == "no group had both right and wrong answers"
    assert (update.version_before, update.version_after) == (0, 0)
    assert largest_difference(weights, load_file(POLICY / "model.safetensors")) == 0.0


def test_warm_up_then_the_configured_rate(baseline: tuple) -> None:
    updates, weights = baseline
    assert [update.metrics["lr"] for update in updates] == [0.0005, 0.001, 0.001, 0.001]
    assert [update.version_after for update in updates] == [1, 2, 3, 4]
    assert largest_difference(weights, load_file(POLICY / "model.safetensors")) > 1e-3


def test_golden_updates(baseline: tuple) -> None:
    """Exactly on the kind of processor that made the file, to 1e-6 elsewhere. TRACEMILL_WRITE_GOLDEN=1 makes it
    anew."""
    metrics = [{name: update.metrics[name] for name in ("loss", "grad_norm", "entropy")} for update in baseline[0]]
    if os.environ.get("TRACEMILL_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps({"processor": processor(), "updates": metrics}, indent=1))
    golden = json.loads(GOLDEN.read_text())
    exact = golden["processor"] == processor()
    for given, wanted in zip(metrics, golden["updates"], strict=True):
        assert given == (wanted if exact else pytest.approx(wanted, rel=1e-6))


def test_two_updates_then_two_more_from_the_checkpoint_equal_four(
    train: Callable, batches: list[list[Tree]], baseline: tuple, tmp_path: Path
) -> None:
    train(BASE, batches[:2], save=tmp_path / "checkpoint")
    rest, given = train(BASE, batches[2:], load=tmp_path / "checkpoint")
    assert rest == baseline[0][2:]
    assert largest_difference(baseline[1], given) == 0.0


def test_resume_on_two_ranks_with_zero_3_is_exact_and_walks_the_same_path(
    train: Callable, batches: list[list[Tree]], baseline: tuple, tmp_path: Path
) -> None:
    config = with_(zero_stage=3)
    whole, wanted = train(config, batches[:3], ranks=2)
    train(config, batches[:2], ranks=2, save=tmp_path / "checkpoint")
    rest, given = train(config, batches[2:3], ranks=2, load=tmp_path / "checkpoint")
    assert rest == whole[2:]
    assert largest_difference(wanted, given) == 0.0
    for one, other in zip(whole, baseline[0], strict=False):
        assert one.metrics["grad_norm"] == pytest.approx(other.metrics["grad_norm"], rel=1e-3)


def processor() -> str:
    """The processor's model with its widest vector instructions, which decide the order of sums."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.machine()
    return f"{model} / {torch.backends.cpu.get_cpu_capability()}"
