"""The learner on real DeepSpeed: one update however it is cut, golden updates, checkpoints, adapters, bfloat16."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from tracemill.configs.schema import LearnerConfig, LoraConfig
from tracemill.rl.packing import micro_batches
from tracemill.rl.policy import Policy
from tracemill.rl.types import Completion, Tree

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
GOLDEN = Path(__file__).parent / "golden_grpo.json"
BASE = LearnerConfig(lr=1e-3, warmup_steps=2, tokens_per_micro_batch=512)
# Adam's update is a gradient over its own size, in which rounding noise counts as much as a gradient. With an epsilon
# of 1 it is as smooth as the gradient, and can be held to the same precision.
SMOOTH = BASE.model_copy(update={"lr": 0.1, "warmup_steps": 0, "adam_eps": 1.0, "grad_clip": 1e9})
LORA = LoraConfig(rank=4, alpha=8)
WITHHELD = ((0, "float32"), (1, "float32"), (2, "float32"), (3, "float32"), (1, "bfloat16"), (3, "bfloat16"))
pytestmark = pytest.mark.timeout(900)  # the first test pays for all processes
Results = dict[str, Any]
Weights = dict[str, torch.Tensor]


def with_(config: LearnerConfig = SMOOTH, **changes: object) -> LearnerConfig:
    return config.model_copy(update=changes)


def shouted(completion: Completion) -> Completion:
    return replace(completion, advantages=tuple(1e12 * one for one in completion.advantages))


def apart(one: Weights, other: Weights, start: Weights) -> float:
    """How far two moves away from `start` are from each other, as a share of the second."""
    assert one.keys() == other.keys()
    difference = sum(float((one[name] - other[name]).double().square().sum()) for name in one)
    return math.sqrt(difference / sum(float((other[name] - start[name]).double().square().sum()) for name in one))


def same(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def start() -> Weights:
    return load_file(POLICY / "model.safetensors")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("learner")


@pytest.fixture(scope="module")
def two_ranks(on_ranks: Callable, batches: list[list[Tree]], folder: Path) -> Results:
    first = batches[:1]
    cases: dict[str, dict[str, Any]] = {}
    for stage in range(4):
        cases[f"ZeRO {stage}"] = {"config": with_(zero_stage=stage, tokens_per_micro_batch=150), "batches": first}
    for stage in (1, 2, 3):
        offloaded = with_(zero_stage=stage, tokens_per_micro_batch=150, offload="optimizer")
        cases[f"ZeRO {stage}, offloaded"] = {"config": offloaded, "batches": first}
    for stage in (2, 3):
        cut = {"config": with_(zero_stage=stage, tokens_per_micro_batch=150), "logits_at_once": 20 * 264}
        cases[f"chunks {stage}"] = {**cut, "batches": first}
    cases["one tree"] = {"config": with_(zero_stage=2), "batches": [batches[0][:1]]}
    cases["layers again"] = {"config": with_(zero_stage=3, activation_checkpointing=True), "batches": first}
    for stage in (2, 3):
        at_stage, saved = with_(BASE, zero_stage=stage), folder / f"stage-{stage}"
        cases[f"three {stage}"] = {"config": at_stage, "batches": batches[:3], "save": saved, "save_before": 2}
        cases[f"third {stage}"] = {"config": at_stage, "batches": batches[2:3], "load": saved}
    smooth, saved = with_(zero_stage=3), folder / "smooth"
    cases["smooth"] = {"config": smooth, "batches": batches[:2], "save": saved, "save_before": 1}
    cases["offloaded later"] = {
        "config": with_(zero_stage=2, offload="optimizer"),
        "batches": batches[1:2],
        "load": saved,
    }
    if find_spec("peft"):
        cases["adapters"] = {"config": with_(zero_stage=3, lora=LORA), "batches": batches[:2]}
    return on_ranks(2, cases)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def four_ranks(on_ranks: Callable, batches: list[list[Tree]], folder: Path, two_ranks: Results) -> Results:
    cases: dict[str, dict[str, Any]] = {
        f"ZeRO {stage}": {"config": with_(zero_stage=stage), "batches": batches[:1]} for stage in range(4)
    }
    for stage in (1, 3):
        cases[f"read at {stage}"] = {
            "config": with_(zero_stage=stage),
            "batches": batches[1:2],
            "load": folder / "smooth",
        }
    return on_ranks(4, cases)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def one_rank(on_ranks: Callable, batches: list[list[Tree]], folder: Path, two_ranks: Results) -> Results:
    first, saved = batches[:1], folder / "one"
    cases: dict[str, dict[str, Any]] = {
        "golden": {"config": BASE, "batches": batches, "save": saved, "save_before": 2},
        "last two": {"config": BASE, "batches": batches[2:], "load": saved},
        "smooth": {"config": SMOOTH, "batches": first},
        "cut small": {"config": with_(tokens_per_micro_batch=100), "batches": first},
        "layers again": {"config": with_(activation_checkpointing=True), "batches": first},
        "one tree": {"config": SMOOTH, "batches": [batches[0][:1]]},
        "nothing": {"config": BASE, "batches": [[]]},
        "read": {"config": SMOOTH, "batches": batches[1:2], "load": folder / "smooth"},
        "off": {"config": with_(mismatch_alarm=0.1, zero_stage=2), "batches": first},
        "bfloat16 0": {"config": SMOOTH, "batches": first, "dtype": "bfloat16"},
        "bfloat16 2": {"config": with_(zero_stage=2), "batches": first, "dtype": "bfloat16"},
        **{
            f"bfloat16 {stage}, many": {
                "config": with_(zero_stage=stage, tokens_per_micro_batch=40),
                "batches": [24 * batches[0]],
                "dtype": "bfloat16",
            }
            for stage in (1, 2)
        },
    }
    loud = [[replace(tree, completions=tuple(map(shouted, tree.completions))) for tree in batches[0]]]
    for stage, dtype in WITHHELD:
        alarmed, saved = with_(zero_stage=stage, grad_norm_alarm=1e6), folder / f"withheld-{stage}-{dtype}"
        case = {"config": alarmed, "dtype": dtype, "save_before": 1}
        cases[f"withheld {stage} {dtype}"] = {**case, "batches": loud + batches[1:3], "save": saved}
        later = {"batches": batches[1:3], "load": saved, "save": saved / "later", "save_before": 0}
        cases[f"after it {stage} {dtype}"] = {**case, **later}
    if find_spec("peft"):
        lora, policy = {"config": with_(lora=LORA), "batches": batches[:2]}, folder / "policy"
        adapted = folder / "adapted"
        cases["adapters"] = {**lora, "save_policy": policy, "save": adapted, "save_before": 1}
        cases["adapters later"] = {**lora, "batches": batches[1:2], "load": adapted}
    if find_spec("bitsandbytes"):
        small = {"config": with_(BASE, optimizer="adamw_8bit", zero_stage=2), "batches": batches[:3]}
        cases["8 bit"] = {**small, "save": folder / "8bit", "save_before": 2}
        cases["8 bit, later"] = {**small, "batches": batches[2:3], "load": folder / "8bit"}
    return on_ranks(1, cases)  # type: ignore[no-any-return]


def test_one_update_however_it_is_cut(
    one_rank: Results, two_ranks: Results, four_ranks: Results, start: Weights
) -> None:
    (wanted,), weights = one_rank["smooth"]
    names = [f"ZeRO {stage}" for stage in range(4)] + [f"ZeRO {stage}, offloaded" for stage in (1, 2, 3)]
    cuts = {f"2 ranks, {name}": two_ranks[name] for name in [*names, "chunks 2", "chunks 3", "layers again"]}
    cuts |= {f"4 ranks, {name}": four_ranks[name] for name in names[:4]}
    cuts |= {f"1 rank, {name}": one_rank[name] for name in ("cut small", "layers again")}
    for cut, ((update,), moved) in cuts.items():
        for name in ("loss", "grad_norm", "entropy", "kl_sampled", "clipped_share", "learned_tokens"):
            given = update.metrics[name]
            assert given == pytest.approx(wanted.metrics[name], rel=1e-5, abs=1e-8), (cut, name)
        assert apart(moved, weights, start) < 1e-5, cut


def test_a_rank_without_trees_neither_hangs_nor_skews(one_rank: Results, two_ranks: Results) -> None:
    ((wanted,), _), ((given,), _) = one_rank["one tree"], two_ranks["one tree"]
    assert given.metrics["grad_norm"] == pytest.approx(wanted.metrics["grad_norm"], rel=1e-5)


def test_a_batch_that_teaches_nothing_leaves_the_weights(one_rank: Results, start: Weights) -> None:
    (update,), weights = one_rank["nothing"]
    assert update.skipped == "no group had both right and wrong answers"
    assert (update.version_before, update.version_after) == (0, 0)
    assert same(weights, start)


def test_an_engine_that_is_off_stops_the_run(one_rank: Results, start: Weights) -> None:
    """The batches' logprobs are drawn at random, far from the policy's."""
    (update,), weights = one_rank["off"]
    assert update.halt
    assert "off the sampled ones in the mean, past learner.mismatch_alarm (0.1)" in update.skipped
    assert same(weights, start)


def test_warm_up_then_the_configured_rate(one_rank: Results, start: Weights) -> None:
    updates, weights = one_rank["golden"]
    assert [update.metrics["lr"] for update in updates] == [0.0005, 0.001, 0.001, 0.001]
    assert [update.version_after for update in updates] == [1, 2, 3, 4]
    assert max(float((weights[name] - start[name]).abs().max()) for name in start) > 1e-3


def test_golden_updates(one_rank: Results) -> None:
    """Exactly on the kind of processor that made the file, to 1e-6 elsewhere. TRACEMILL_WRITE_GOLDEN=1 makes it
    anew."""
    updates, _ = one_rank["golden"]
    metrics = [{name: update.metrics[name] for name in ("loss", "grad_norm", "entropy")} for update in updates]
    if os.environ.get("TRACEMILL_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps({"processor": processor(), "updates": metrics}, indent=1))
    golden = json.loads(GOLDEN.read_text())
    exact = golden["processor"] == processor()
    for given, wanted in zip(metrics, golden["updates"], strict=True):
        assert given == (wanted if exact else pytest.approx(wanted, rel=1e-6))


def test_a_resume_is_exact(one_rank: Results, two_ranks: Results) -> None:
    pairs = [(one_rank["golden"], one_rank["last two"])]
    pairs += [(two_ranks[f"three {stage}"], two_ranks[f"third {stage}"]) for stage in (2, 3)]
    for (whole, wanted), (rest, given) in pairs:
        assert rest == whole[2:]
        assert same(given, wanted)
    for stage in (2, 3):
        for one, other in zip(two_ranks[f"three {stage}"][0], one_rank["golden"][0], strict=False):
            assert one.metrics["grad_norm"] == pytest.approx(other.metrics["grad_norm"], rel=1e-3)


def test_a_checkpoint_is_read_by_any_number_of_ranks_at_any_stage(
    one_rank: Results, two_ranks: Results, four_ranks: Results, start: Weights
) -> None:
    """Written by two ranks at ZeRO-3 after one update. With another number, the second is as if nothing had
    happened."""
    (_, wanted), weights = two_ranks["smooth"]
    readers = {
        "1 rank": one_rank["read"],
        "2 ranks, ZeRO 2, offloaded": two_ranks["offloaded later"],
        "4 ranks, ZeRO 1": four_ranks["read at 1"],
        "4 ranks, ZeRO 3": four_ranks["read at 3"],
    }
    for reader, ((update,), moved) in readers.items():
        assert update.version_before == 1
        assert update.metrics["grad_norm"] == pytest.approx(wanted.metrics["grad_norm"], rel=1e-5), reader
        assert apart(moved, weights, start) < 1e-5, reader


@pytest.mark.parametrize(("stage", "dtype"), WITHHELD)
def test_a_run_whose_first_update_was_withheld_can_be_saved_and_gone_on_with(
    one_rank: Results, stage: int, dtype: str
) -> None:
    (withheld, *others), weights = one_rank[f"withheld {stage} {dtype}"]
    assert withheld.skipped is not None and not any(update.skipped for update in others)
    updates, later = one_rank[f"after it {stage} {dtype}"]
    assert not any(update.skipped for update in updates)
    assert same(weights, later)


def test_bfloat16_follows_float32(one_rank: Results) -> None:
    (wanted,), _ = one_rank["smooth"]
    for name in ("bfloat16 0", "bfloat16 2"):
        (given,), weights = one_rank[name]
        assert given.metrics["grad_norm"] == pytest.approx(wanted.metrics["grad_norm"], rel=0.02), name
        assert given.metrics["entropy"] == pytest.approx(wanted.metrics["entropy"], rel=0.01), name
        assert {each.dtype for each in weights.values()} == {torch.bfloat16}


@pytest.mark.parametrize("stage", [1, 2])
def test_bfloat16_sums_its_micro_batches_in_float32(one_rank: Results, stage: int) -> None:
    (many,), _ = one_rank[f"bfloat16 {stage}, many"]  # the same batch 24 times, so the same gradient
    (few,), _ = one_rank["bfloat16 2"]
    assert many.metrics["grad_norm"] == pytest.approx(few.metrics["grad_norm"], rel=0.01)


def test_logprobs_of_a_bfloat16_policy_are_made_in_float32(batches: list[list[Tree]]) -> None:
    """Those of its logits as float32 to the last digits; made in bfloat16 they are a hundredth off. The logits may be
    the head's, rounded, or the product of its inputs, which is not."""
    policy = Policy(POLICY, torch.bfloat16)
    (batch,) = micro_batches(batches[0][:1], 10_000)
    with torch.no_grad():
        logprobs, entropy = policy(batch, 1.0)
        hidden, head = policy.hidden(batch), policy.model.get_output_embeddings()
        rounded, product = head(hidden), hidden.double() @ head.weight.double().T

    def of(logits: torch.Tensor) -> torch.Tensor:
        return logits.log_softmax(-1).gather(1, batch.target_ids[:, None])[batch.term, 0].double()

    def off(logits: torch.Tensor) -> float:
        return float((logprobs - of(logits)).abs().max())

    assert (rounded.dtype, logprobs.dtype, entropy.dtype) == (torch.bfloat16, torch.float32, torch.float32)
    assert min(off(rounded.double()), off(product)) < 1e-5
    assert off(rounded) > 1e-3


def test_offload_needs_parts_to_offload() -> None:
    with pytest.raises(ValidationError, match=r"learner\.offload is 'optimizer' and learner\.zero_stage 0"):
        LearnerConfig(offload="optimizer")


@pytest.mark.skipif(not find_spec("peft"), reason="needs peft")
def test_adapters_alone_are_learned_and_leave_merged(
    one_rank: Results, two_ranks: Results, start: Weights, folder: Path, batches: list[list[Tree]]
) -> None:
    from peft import PeftModel

    updates, weights = one_rank["adapters"]
    moved = {name for name in start if not torch.equal(weights[name], start[name])}
    assert moved == {name for name in start if "_proj" in name}
    assert updates[0].skipped is None
    assert apart(two_ranks["adapters"][1], weights, start) < 1e-5
    (later,), resumed = one_rank["adapters later"]
    assert later == updates[1] and same(resumed, weights)
    kept = [load_file(path) for path in (folder / "adapted" / "whole").iterdir()]
    assert kept and all("lora_" in name for tensors in kept for name in tensors)

    assert same(dict(AutoModelForCausalLM.from_pretrained(folder / "policy").named_parameters()), weights)
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(POLICY), str(folder / "policy" / "adapter"))
    merged = Policy(folder / "policy", torch.float32).model
    ids = torch.tensor([batches[0][0].prompt_ids])
    with torch.no_grad():
        torch.testing.assert_close(model(ids).logits, merged(ids).logits, rtol=1e-4, atol=1e-4)


@pytest.mark.skipif(not find_spec("bitsandbytes"), reason="needs bitsandbytes")
def test_8_bit_averages_learn_as_much_and_resume_exactly(one_rank: Results, start: Weights) -> None:
    (whole, wanted), (rest, given) = one_rank["8 bit"], one_rank["8 bit, later"]
    assert rest == whole[2:] and same(given, wanted)
    for one, other in zip(whole, one_rank["golden"][0], strict=False):
        assert one.metrics["grad_norm"] == pytest.approx(other.metrics["grad_norm"], rel=0.1)


@pytest.mark.skipif(bool(find_spec("bitsandbytes")), reason="bitsandbytes is here")
def test_8_bit_averages_without_their_library(on_ranks: Callable) -> None:
    from tracemill.rl.deepspeed_engine import Engine

    with pytest.raises(ValueError, match=r"learner\.optimizer is 'adamw_8bit', which needs bitsandbytes; pip install"):
        Engine(torch.nn.Linear(1, 1), LearnerConfig(optimizer="adamw_8bit"), torch.float32)


def processor() -> str:
    """The processor's model with its widest vector instructions, which decide the order of sums."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.machine()
    return f"{model} / {torch.backends.cpu.get_cpu_capability()}"
