"""The engine on the bundled policy, against transformers' own forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tracemill.rollout.torch_engine import TorchEngine
from tracemill.rollout.types import Request, Rollout, Sampling

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
WARM = Sampling(temperature=1.0, max_new_tokens=40)


@pytest.fixture(scope="module")
def engine() -> TorchEngine:
    return TorchEngine(POLICY, dtype="float32", max_batch=64)


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    tokenizer = AutoTokenizer.from_pretrained(POLICY)
    asked = ("What is 2 + 2?", "Compute 41 - 77.", "Write f(x): twice x, plus 6.", "Differentiate -x^2 + 9x.")
    prompts = [
        tuple(
            tokenizer.apply_chat_template([{"role": "user", "content": text}], add_generation_prompt=True)["input_ids"]
        )
        for text in asked
    ]
    return [
        Request(problem_id=f"p{p}", group_id=f"0.{p}", index=i, prompt_ids=prompt, seed=1000 * p + i)
        for p, prompt in enumerate(prompts)
        for i in range(5)
    ]


def reference_logprobs(rollouts: Sequence[Rollout], temperature: float) -> list[torch.Tensor]:
    model = AutoModelForCausalLM.from_pretrained(POLICY).eval()
    found = []
    with torch.inference_mode():
        for rollout in rollouts:
            ids = torch.tensor([rollout.prompt_ids + rollout.completion_ids])
            logprobs = (model(ids).logits[0].float() / temperature).log_softmax(-1)[len(rollout.prompt_ids) - 1 : -1]
            found.append(logprobs.gather(-1, torch.tensor(rollout.completion_ids)[:, None])[:, 0])
    return found


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_logprobs_are_those_of_the_sampled_distribution(
    engine: TorchEngine, requests: list[Request], temperature: float
) -> None:
    rollouts = engine.generate(requests, Sampling(temperature=temperature, max_new_tokens=40))
    for rollout, wanted in zip(rollouts, reference_logprobs(rollouts, temperature), strict=True):
        torch.testing.assert_close(torch.tensor(rollout.logprobs), wanted, rtol=0, atol=2e-5)


def test_rollouts_come_back_in_order_and_stop_where_they_should(engine: TorchEngine, requests: list[Request]) -> None:
    short = engine.generate(requests, Sampling(temperature=1.0, max_new_tokens=12))
    tokenizer = AutoTokenizer.from_pretrained(POLICY)
    assert [(r.group_id, r.index, r.seed) for r in short] == [(r.group_id, r.index, r.seed) for r in requests]
    long = engine.generate(requests, Sampling(temperature=1.0, max_new_tokens=200))
    assert "length" in {rollout.finish_reason for rollout in short}
    assert "stop" in {rollout.finish_reason for rollout in long}
    for rollout, most in [(one, 12) for one in short] + [(one, 200) for one in long]:
        assert (rollout.completion_ids[-1] == tokenizer.eos_token_id) == (rollout.finish_reason == "stop")
        assert len(rollout.completion_ids) == most or rollout.finish_reason == "stop"
        assert tokenizer.eos_token_id not in rollout.completion_ids[:-1]
        assert rollout.text == tokenizer.decode(rollout.completion_ids, skip_special_tokens=True)


def test_a_rollout_depends_on_its_seed_and_not_on_its_neighbours(requests: list[Request], engine: TorchEngine) -> None:
    together = engine.generate(requests, WARM)
    alone = [engine.generate([request], WARM)[0] for request in requests]
    few_rows = TorchEngine(POLICY, dtype="float32", max_batch=3).generate(requests, WARM)  # refills rows all the time
    assert [r.completion_ids for r in together] == [r.completion_ids for r in alone]
    assert [r.completion_ids for r in together] == [r.completion_ids for r in few_rows]
    assert len({r.completion_ids for r in together}) > len({r.problem_id for r in together})  # seeds matter


def test_greedy_is_the_largest_logit(engine: TorchEngine, requests: list[Request]) -> None:
    rollout = engine.generate(requests[:1], Sampling(temperature=0.0, max_new_tokens=20))[0]
    model = AutoModelForCausalLM.from_pretrained(POLICY).eval()
    wanted = model.generate(torch.tensor([rollout.prompt_ids]), do_sample=False, max_new_tokens=20)
    assert tuple(wanted[0, len(rollout.prompt_ids) :].tolist()) == rollout.completion_ids


def test_frequencies_follow_the_probabilities(engine: TorchEngine, requests: list[Request]) -> None:
    many = [
        Request(problem_id="p", group_id="g", index=i, prompt_ids=requests[0].prompt_ids[:2], seed=i)
        for i in range(4000)
    ]
    rollouts = engine.generate(many, Sampling(temperature=2.0, max_new_tokens=1))
    for token in {r.completion_ids[0] for r in rollouts[:20]}:
        drawn = [r for r in rollouts if r.completion_ids[0] == token]
        expected = torch.tensor(drawn[0].logprobs[0]).exp().item()
        assert len(drawn) / 4000 == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 4000) ** 0.5 + 1e-3)


def test_new_weights_change_the_version_and_the_distribution(requests: list[Request]) -> None:
    engine = TorchEngine(POLICY, dtype="float32", max_batch=8)
    before = engine.generate(requests[:2], WARM)
    model = AutoModelForCausalLM.from_pretrained(POLICY)
    doubled = {name: parameter.detach() * 2 for name, parameter in model.named_parameters()}
    engine.load_weights(7, doubled.items())
    after = engine.generate(requests[:2], WARM)
    assert [r.policy_version for r in before + after] == [0, 0, 7, 7]
    assert [r.logprobs for r in before] != [r.logprobs for r in after]


def test_weights_that_do_not_fit_are_refused_whole(requests: list[Request]) -> None:
    engine = TorchEngine(POLICY, dtype="float32", max_batch=8)
    weights = {name: p.detach() * 2 for name, p in AutoModelForCausalLM.from_pretrained(POLICY).named_parameters()}
    name, tensor = weights.popitem()
    with pytest.raises(ValueError, match=f"policy version 1 does not fit the engine: {name} is on one side only"):
        engine.load_weights(1, weights.items())
    with pytest.raises(ValueError, match=f"{name} has shape"):
        engine.load_weights(1, {**weights, name: tensor[:-1]}.items())
    assert engine.version == 0
    fresh = TorchEngine(POLICY, dtype="float32", max_batch=8)
    assert engine.generate(requests[:1], WARM) == fresh.generate(requests[:1], WARM)


def test_an_empty_prompt_is_refused(engine: TorchEngine) -> None:
    with pytest.raises(ValueError, match="a prompt has no tokens"):
        engine.generate([Request(problem_id="p", group_id="g", index=0, prompt_ids=(), seed=0)], WARM)


def test_nothing_asked_is_nothing_given(engine: TorchEngine) -> None:
    assert engine.generate([], WARM) == []
