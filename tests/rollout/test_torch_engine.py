"""The engine on the bundled policy, against transformers' own forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tracemill.rollout.generate import generate
from tracemill.rollout.torch_engine import TorchEngine
from tracemill.rollout.types import Request, Rollout, Sampling
from tracemill.rollout.weights import spec_of

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
    rollouts = generate(engine, requests, Sampling(temperature=temperature, max_new_tokens=40))
    for rollout, wanted in zip(rollouts, reference_logprobs(rollouts, temperature), strict=True):
        torch.testing.assert_close(torch.tensor(rollout.logprobs), wanted, rtol=0, atol=2e-5)


def test_rollouts_come_back_in_order_and_stop_where_they_should(engine: TorchEngine, requests: list[Request]) -> None:
    short = generate(engine, requests, Sampling(temperature=1.0, max_new_tokens=12))
    tokenizer = AutoTokenizer.from_pretrained(POLICY)
    assert [(r.group_id, r.index, r.seed) for r in short] == [(r.group_id, r.index, r.seed) for r in requests]
    long = generate(engine, requests, Sampling(temperature=1.0, max_new_tokens=200))
    assert "length" in {rollout.finish_reason for rollout in short}
    assert "stop" in {rollout.finish_reason for rollout in long}
    for rollout, most in [(one, 12) for one in short] + [(one, 200) for one in long]:
        assert (rollout.completion_ids[-1] == tokenizer.eos_token_id) == (rollout.finish_reason == "stop")
        assert len(rollout.completion_ids) == most or rollout.finish_reason == "stop"
        assert tokenizer.eos_token_id not in rollout.completion_ids[:-1]
        assert rollout.text == tokenizer.decode(rollout.completion_ids, skip_special_tokens=True)


def test_a_rollout_depends_on_its_seed_and_not_on_its_neighbours(requests: list[Request], engine: TorchEngine) -> None:
    together = generate(engine, requests, WARM)
    alone = [generate(engine, [request], WARM)[0] for request in requests]
    few_rows = generate(TorchEngine(POLICY, dtype="float32", max_batch=3), requests, WARM)  # refills rows all the time
    assert [r.completion_ids for r in together] == [r.completion_ids for r in alone]
    assert [r.completion_ids for r in together] == [r.completion_ids for r in few_rows]
    assert len({r.completion_ids for r in together}) > len({r.problem_id for r in together})  # seeds matter


def test_greedy_is_the_largest_logit(engine: TorchEngine, requests: list[Request]) -> None:
    rollout = generate(engine, requests[:1], Sampling(temperature=0.0, max_new_tokens=20))[0]
    model = AutoModelForCausalLM.from_pretrained(POLICY).eval()
    wanted = model.generate(torch.tensor([rollout.prompt_ids]), do_sample=False, max_new_tokens=20)
    assert tuple(wanted[0, len(rollout.prompt_ids) :].tolist()) == rollout.completion_ids


def test_frequencies_follow_the_probabilities(engine: TorchEngine, requests: list[Request]) -> None:
    many = [
        Request(problem_id="p", group_id="g", index=i, prompt_ids=requests[0].prompt_ids[:2], seed=i)
        for i in range(4000)
    ]
    rollouts = generate(engine, many, Sampling(temperature=2.0, max_new_tokens=1))
    for token in {r.completion_ids[0] for r in rollouts[:20]}:
        drawn = [r for r in rollouts if r.completion_ids[0] == token]
        expected = torch.tensor(drawn[0].logprobs[0]).exp().item()
        assert len(drawn) / 4000 == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 4000) ** 0.5 + 1e-3)


def doubled() -> dict[str, torch.Tensor]:
    return {name: p.detach() * 2 for name, p in AutoModelForCausalLM.from_pretrained(POLICY).named_parameters()}


def load(engine: TorchEngine, version: int, weights: dict[str, torch.Tensor], *, recompute: bool = False) -> None:
    manifest = tuple(spec_of(name, tensor) for name, tensor in weights.items())
    engine.load_weights(version, manifest, weights.items(), recompute=recompute)


def test_new_weights_change_the_version_and_the_distribution(requests: list[Request]) -> None:
    engine = TorchEngine(POLICY, dtype="float32", max_batch=8)
    before = generate(engine, requests[:2], WARM)
    load(engine, 7, doubled())
    after = generate(engine, requests[:2], WARM)
    assert [r.policy_version for r in before + after] == [0, 0, 7, 7]
    assert [r.logprobs for r in before] != [r.logprobs for r in after]


@pytest.mark.parametrize("recompute", [False, True])
def test_weights_that_change_in_flight(requests: list[Request], recompute: bool) -> None:
    engine = TorchEngine(POLICY, dtype="float32", max_batch=4)
    before = {(r.group_id, r.index): r for r in generate(engine, requests, WARM)}
    engine.add(requests, WARM)
    finished = [rollout for _ in range(12) for rollout in engine.step()]
    weights = doubled()
    load(engine, 3, weights, recompute=recompute)
    while engine.in_flight():
        finished += engine.step()
    assert {(r.group_id, r.index) for r in finished} == before.keys()
    changed = [r for r in finished if r.policy_versions]
    assert changed and all(set(r.policy_versions) == {0, 3} and r.policy_version == 0 for r in changed)
    assert {r.policy_version for r in finished if not r.policy_versions} <= {0, 3}
    for rollout in changed:  # what the old weights drew stays as it was
        drawn = rollout.policy_versions.index(3)
        assert rollout.completion_ids[:drawn] == before[rollout.group_id, rollout.index].completion_ids[:drawn]
        assert len(rollout.policy_versions) == len(rollout.completion_ids)
        sequence = rollout.prompt_ids + rollout.completion_ids
        fresh = engine.logprobs([sequence])[0][len(rollout.prompt_ids) - 1 :][drawn:]
        is_exact = torch.allclose(torch.tensor(rollout.logprobs[drawn:]), torch.tensor(fresh), rtol=0, atol=1e-3)
        assert is_exact == recompute  # keys and values of the old weights are kept, or made anew


def test_a_probe_disturbs_nothing_in_flight(requests: list[Request]) -> None:
    engine = TorchEngine(POLICY, dtype="float32", max_batch=8)
    undisturbed = generate(engine, requests, WARM)
    sequence = undisturbed[0].prompt_ids + undisturbed[0].completion_ids
    engine.add(requests, WARM)
    found, steps = {}, 0
    while engine.in_flight():
        found.update({(r.group_id, r.index): r for r in engine.step()})
        steps += 1
        if steps % 5 == 0:
            said = engine.logprobs([sequence, sequence[:3]])
            torch.testing.assert_close(
                torch.tensor(said[0][-len(undisturbed[0].logprobs) :]),
                torch.tensor(undisturbed[0].logprobs),
                rtol=0,
                atol=2e-5,
            )
            assert len(said[1]) == 2
    assert [found[r.group_id, r.index] for r in undisturbed] == undisturbed


def test_weights_that_do_not_fit_are_refused_whole(requests: list[Request]) -> None:
    engine = TorchEngine(POLICY, dtype="float32", max_batch=8)
    weights = doubled()
    name, tensor = weights.popitem()
    with pytest.raises(ValueError, match=f"do not fit the engine: only the engine has {name}"):
        load(engine, 1, weights)
    with pytest.raises(ValueError, match=rf"{name} is float32 \[.*\] at the learner, float32 \[.*\] at the engine"):
        load(engine, 1, {**weights, name: tensor[:-1]})
    with pytest.raises(ValueError, match=f"{name} is bfloat16"):
        load(engine, 1, {**weights, name: tensor.bfloat16()})
    assert engine.version == 0
    fresh = TorchEngine(POLICY, dtype="float32", max_batch=8)
    assert generate(engine, requests[:1], WARM) == generate(fresh, requests[:1], WARM)


def test_truncated_sampling_draws_from_the_likeliest(engine: TorchEngine, requests: list[Request]) -> None:
    for sampling, most in (
        (Sampling(temperature=5.0, max_new_tokens=30, top_k=2), 2),
        (Sampling(temperature=1.0, max_new_tokens=30, top_p=0.01), 1),
    ):
        for rollout in generate(engine, requests[:8], sampling):
            assert all(logprob <= 1e-6 for logprob in rollout.logprobs)
            greedy = generate(engine, requests[:1], Sampling(temperature=0.0, max_new_tokens=30))[0]
            if most == 1:
                assert max(map(abs, rollout.logprobs)) < 1e-6
        if most == 1:
            assert generate(engine, requests[:1], sampling)[0].completion_ids == greedy.completion_ids
    many = [
        Request(problem_id="p", group_id="g", index=i, prompt_ids=requests[0].prompt_ids[:2], seed=i)
        for i in range(500)
    ]
    drawn = generate(engine, many, Sampling(temperature=3.0, max_new_tokens=1, top_k=5))
    assert len({r.completion_ids for r in drawn}) == 5
    shares = {r.completion_ids: r.logprobs[0] for r in drawn}
    assert torch.tensor(list(shares.values())).exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_a_repetition_penalty_is_vllms(engine: TorchEngine, requests: list[Request]) -> None:
    with pytest.raises(ValueError, match="no repetition penalty"):
        engine.add(requests, Sampling(temperature=1.0, max_new_tokens=3, repetition_penalty=1.1))
    assert not engine.in_flight()


def test_an_empty_prompt_is_refused(engine: TorchEngine) -> None:
    with pytest.raises(ValueError, match="the prompt of p has no tokens"):
        generate(engine, [Request(problem_id="p", group_id="g", index=0, prompt_ids=(), seed=0)], WARM)


def test_nothing_asked_is_nothing_given(engine: TorchEngine) -> None:
    assert generate(engine, [], WARM) == []


def test_an_engine_that_slept_goes_on_with_the_next_weights(requests: list[Request]) -> None:
    engine = TorchEngine(POLICY, dtype="float32", max_batch=8)
    before = generate(engine, requests[:4], WARM)
    engine.sleep()
    engine.wake()
    load(engine, 1, {name: tensor / 2 for name, tensor in doubled().items()})
    after = generate(engine, requests[:4], WARM)
    assert [r.completion_ids for r in after] == [r.completion_ids for r in before]
