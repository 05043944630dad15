"""The engine vllm on the bundled policy, against transformers' own forward pass, and with weights that change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from transformers import AutoTokenizer, PreTrainedModel

from tracemill.rollout.generate import generate
from tracemill.rollout.types import Engine, Request, Rollout, Sampling
from tracemill.rollout.weights import spec_of

WARM = Sampling(temperature=1.0, max_new_tokens=40)


def said(model: PreTrainedModel, tokens: Sequence[int], temperature: float = 1.0) -> torch.Tensor:
    """The model's logprobs of all tokens but the first."""
    ids = torch.tensor([tokens])
    with torch.inference_mode():
        logprobs = (model(ids).logits[0, :-1].float() / temperature).log_softmax(-1)
    return logprobs.gather(-1, ids[0, 1:, None])[:, 0]


def off_by(model: PreTrainedModel, rollout: Rollout, temperature: float = 1.0, first: int = 0) -> float:
    """The largest difference of the logprobs of a rollout's tokens, from the `first` of its completion on."""
    wanted = said(model, rollout.prompt_ids + rollout.completion_ids, temperature)[len(rollout.prompt_ids) - 1 :]
    return float((torch.tensor(rollout.logprobs) - wanted)[first:].abs().max())


def probed(engine: Engine, model: PreTrainedModel, sequences: Sequence[Sequence[int]]) -> float:
    """The largest difference between the engine's and the model's logprobs of `sequences`."""
    found = engine.logprobs(sequences)
    return max(
        float((torch.tensor(mine) - said(model, one)).abs().max()) for mine, one in zip(found, sequences, strict=True)
    )


def load(engine: Engine, version: int, model: PreTrainedModel, *, recompute: bool = False) -> None:
    weights = dict(model.named_parameters())
    manifest = tuple(spec_of(name, tensor) for name, tensor in weights.items())
    engine.load_weights(version, manifest, weights.items(), recompute=recompute)


def moved(model: PreTrainedModel, seed: int) -> PreTrainedModel:
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * parameter.std() * 0.05)
    return model


def by_place(rollouts: Sequence[Rollout]) -> dict[tuple[str, int], Rollout]:
    return {(rollout.group_id, rollout.index): rollout for rollout in rollouts}


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_rollouts_are_in_order_stop_and_know_their_logprobs(
    engine: Engine, requests: list[Request], model: PreTrainedModel, temperature: float
) -> None:
    load(engine, 0, model)
    rollouts = generate(engine, requests, Sampling(temperature=temperature, max_new_tokens=40))
    tokenizer = AutoTokenizer.from_pretrained(model.name_or_path)
    assert [(r.group_id, r.index, r.seed) for r in rollouts] == [(r.group_id, r.index, r.seed) for r in requests]
    assert {rollout.finish_reason for rollout in rollouts} == {"stop", "length"}
    for rollout in rollouts:
        assert (rollout.completion_ids[-1] == tokenizer.eos_token_id) == (rollout.finish_reason == "stop")
        assert len(rollout.completion_ids) == 40 or rollout.finish_reason == "stop"
        assert tokenizer.eos_token_id not in rollout.completion_ids[:-1]
        assert rollout.text == tokenizer.decode(rollout.completion_ids, skip_special_tokens=True)
    assert max(off_by(model, rollout, temperature) for rollout in rollouts) < 1e-4


def test_a_seed_decides_the_draws_whoever_shares_the_batch(engine: Engine, requests: list[Request]) -> None:
    together = generate(engine, requests, WARM)
    few = generate(engine, requests[8:2:-1], WARM)
    assert [r.completion_ids for r in together[8:2:-1]] == [r.completion_ids for r in few]
    assert len({r.completion_ids for r in together}) > len({r.problem_id for r in together})


def test_greedy_is_the_largest_logit(engine: Engine, requests: list[Request], model: PreTrainedModel) -> None:
    rollout = generate(engine, requests[:1], Sampling(temperature=0.0, max_new_tokens=20))[0]
    wanted = model.generate(torch.tensor([rollout.prompt_ids]), do_sample=False, max_new_tokens=20)
    assert tuple(wanted[0, len(rollout.prompt_ids) :].tolist()) == rollout.completion_ids
    assert off_by(model, rollout) < 1e-4


def test_truncated_sampling_and_penalties_are_passed_on(engine: Engine, requests: list[Request]) -> None:
    greedy = generate(engine, requests[:1], Sampling(temperature=0.0, max_new_tokens=20))[0]
    for narrow in ({"top_p": 1e-6}, {"top_k": 1}):
        only = generate(engine, requests[:1], Sampling(temperature=2.0, max_new_tokens=20, **narrow))[0]
        assert only.completion_ids == greedy.completion_ids
        assert max(map(abs, only.logprobs)) < 1e-5
    penalised = Sampling(temperature=0.0, max_new_tokens=20, repetition_penalty=50.0)
    assert generate(engine, requests[:1], penalised)[0].completion_ids != greedy.completion_ids


def test_a_group_shares_its_prompt(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """vLLM itself says how many tokens it found in its cache."""
    cached: list[int] = []
    step = engine._llm.step  # type: ignore[attr-defined]

    def counted() -> list:
        outputs = step()
        cached.extend(output.num_cached_tokens for output in outputs)
        return outputs

    monkeypatch.setattr(engine._llm, "step", counted)  # type: ignore[attr-defined]
    prompt = tuple(range(20, 120))
    group = [Request(problem_id="p", group_id="g", index=i, prompt_ids=prompt, seed=i) for i in range(6)]
    generate(engine, group, Sampling(temperature=1.0, max_new_tokens=3))
    assert sorted(cached) == [0] + [96] * 5  # whole blocks of 32


def test_what_cannot_be_run_is_refused_and_the_engine_lives_on(engine: Engine, requests: list[Request]) -> None:
    long = Request(problem_id="long", group_id="g", index=0, prompt_ids=(5,) * 1000, seed=0)
    empty = Request(problem_id="empty", group_id="g", index=1, prompt_ids=(), seed=0)
    with pytest.raises(ValueError, match=r"the prompt of long has 1000 tokens, with 40 new .* of 1024;"):
        engine.add([requests[0], long], WARM)
    with pytest.raises(ValueError, match="the prompt of empty has no tokens"):
        engine.add([requests[0], empty], WARM)
    with pytest.raises(ValueError, match=r"temperature must be in \[0, 2\]"):
        engine.add(requests, Sampling(temperature=3.0, max_new_tokens=40))
    assert engine.in_flight() == 0
    assert len(generate(engine, requests[:2], WARM)) == 2
    assert generate(engine, [], WARM) == []


def test_a_probe_disturbs_nothing_in_flight(engine: Engine, requests: list[Request], model: PreTrainedModel) -> None:
    undisturbed = generate(engine, requests, WARM)
    sequences = [rollout.prompt_ids + rollout.completion_ids for rollout in undisturbed[:6]]
    engine.add(requests, WARM)
    found, steps = [], 0
    while engine.in_flight():
        found += engine.step()
        steps += 1
        if steps in (1, 7, 30):
            before = engine.in_flight()
            assert probed(engine, model, sequences) < 1e-4
            assert engine.in_flight() == before
    assert by_place(found) == by_place(undisturbed)


@pytest.mark.parametrize("recompute", [False, True])
def test_weights_that_change_in_flight(
    engine: Engine, requests: list[Request], model: PreTrainedModel, recompute: bool
) -> None:
    load(engine, 10, model)
    before = by_place(generate(engine, requests, WARM))
    many = [*requests, *(Request(**{**fields(r), "group_id": "late"}) for r in requests)]  # more than the 32 rows
    engine.add(many, WARM)
    finished = [rollout for _ in range(12) for rollout in engine.step()]
    load(engine, 11, moved(model, seed=1), recompute=recompute)
    assert probed(engine, model, [many[0].prompt_ids]) < 1e-4
    while engine.in_flight():
        finished += engine.step()
    assert by_place(finished).keys() == by_place(many).keys()  # type: ignore[arg-type]
    changed = [r for r in finished if r.policy_versions]
    assert changed and all(set(r.policy_versions) == {10, 11} and r.policy_version == 10 for r in changed)
    for rollout in changed:
        drawn = rollout.policy_versions.index(11)
        assert len(rollout.policy_versions) == len(rollout.completion_ids) == len(rollout.logprobs)
        if rollout.group_id != "late":  # what the old weights drew stays as it was
            earlier = before[rollout.group_id, rollout.index]
            assert rollout.completion_ids[:drawn] == earlier.completion_ids[:drawn]
        off = off_by(model, rollout, first=drawn)
        assert off < 1e-4 if recompute else off > 1e-4  # keys and values made anew, or kept
    begun_after = [r for r in finished if r.policy_version == 11]
    assert begun_after and max(off_by(model, rollout) for rollout in begun_after) < 1e-4


def fields(request: Request) -> dict:
    return {name: getattr(request, name) for name in Request.__slots__}


def test_what_has_drawn_nothing_begins_with_the_new_weights(engine: Engine, model: PreTrainedModel) -> None:
    """More prompts than one of vLLM's steps prefills, so that some are still waiting."""
    prompts = [tuple((7 * i + 3 * t) % 200 + 20 for t in range(300)) for i in range(30)]
    many = [
        Request(problem_id="p", group_id="g", index=i, prompt_ids=prompt, seed=i) for i, prompt in enumerate(prompts)
    ]
    load(engine, 50, model)
    engine.add(many, Sampling(temperature=1.0, max_new_tokens=4))
    finished = engine.step()
    load(engine, 51, moved(model, seed=5))
    while engine.in_flight():
        finished += engine.step()
    assert sorted(rollout.index for rollout in finished) == list(range(30))
    begun_after = [rollout for rollout in finished if rollout.policy_version == 51]
    assert 5 < len(begun_after) < 30
    assert max(off_by(model, rollout) for rollout in begun_after) < 1e-4


def test_nothing_is_drawn_while_new_weights_are_proved(
    engine: Engine, requests: list[Request], model: PreTrainedModel
) -> None:
    """Two loads with a probe between them: no token is of the version between."""
    load(engine, 20, model)
    engine.add(requests, WARM)
    finished = [rollout for _ in range(5) for rollout in engine.step()]
    load(engine, 21, moved(model, seed=2))
    assert probed(engine, model, [requests[0].prompt_ids]) < 1e-4
    load(engine, 22, moved(model, seed=3))
    while engine.in_flight():
        finished += engine.step()
    assert {version for r in finished for version in r.policy_versions or (r.policy_version,)} == {20, 22}


def test_a_head_that_shares_the_embedding_is_packed_anew(
    engine: Engine, requests: list[Request], model: PreTrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the repair vLLM goes on with the old head, and says nothing."""
    from tracemill.rollout import vllm_engine

    probe = [request.prompt_ids for request in requests[::5]]
    load(engine, 30, model)
    moved(model, seed=4)
    with monkeypatch.context() as patch:
        patch.setattr(vllm_engine, "repair_tied_head", lambda model: None)
        load(engine, 31, model)
        assert probed(engine, model, probe) > 1e-2
    load(engine, 32, model)
    assert probed(engine, model, probe) < 1e-4


def test_weights_that_do_not_fit_are_refused_whole(
    engine: Engine, requests: list[Request], model: PreTrainedModel
) -> None:
    load(engine, 40, model)
    weights = {name: tensor.detach() * 2 for name, tensor in model.named_parameters()}
    name, tensor = weights.popitem()
    for wrong, message in (
        (weights, f"only the engine has {name}"),
        ({**weights, name: tensor[:-1]}, f"{name} is float32"),
        ({**weights, name: tensor.bfloat16()}, f"{name} is bfloat16"),
    ):
        with pytest.raises(ValueError, match=message):
            engine.load_weights(41, tuple(spec_of(n, t) for n, t in wrong.items()), wrong.items())
    assert engine.version == 40
    assert probed(engine, model, [requests[0].prompt_ids]) < 1e-4


def test_nobody_works_out_the_ranks_of_tokens(engine: Engine, requests: list[Request]) -> None:
    """vLLM would, by this name, and in eager mode that takes longer than drawing the tokens."""
    from vllm.v1.sample import sampler

    assert "batched_count_greater_than" in sampler.Sampler.gather_logprobs.__code__.co_names
    assert sampler.batched_count_greater_than.__name__ == "_no_ranks"
    assert generate(engine, requests, Sampling(temperature=1.0, max_new_tokens=4))
