"""SmolLM2-135M-Instruct in vLLM, after updates of the learner's copy: do the two still say the same?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.canary import largest_difference
from tracemill.rollout.engines import make_engine
from tracemill.rollout.generate import generate
from tracemill.rollout.types import Engine, Request, Sampling
from tracemill.rollout.weights import spec_of

UPDATES = 2  # benchmarks/vllm_updates.py makes 20


@pytest.fixture(scope="module")
def speaker(smollm2: Path) -> Iterator[Engine]:
    config = RolloutConfig(engine="vllm", max_batch=8, kv_cache_gb=0.25, max_model_len=512)
    engine = make_engine(config, folder=smollm2, dtype="float32", threads=1)
    yield engine
    engine.close()


def test_engine_and_learner_agree_after_every_update(speaker: Engine, smollm2: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    model = AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32)
    asked = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tuple(tokenizer.apply_chat_template(asked, add_generation_prompt=True)["input_ids"])
    request = Request(problem_id="p", group_id="g", index=0, prompt_ids=prompt, seed=0)
    greedy = generate(speaker, [request], Sampling(temperature=0.0, max_new_tokens=12))[0]
    assert "Paris" in greedy.text
    ids = torch.tensor([greedy.prompt_ids + greedy.completion_ids])
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    said = [[0.0] * (ids.shape[1] - 1)]
    for version in range(1, UPDATES + 1):
        logits = model(ids).logits[0, :-1].float()
        torch.nn.functional.cross_entropy(logits, ids[0, 1:].roll(version)).backward()
        optimizer.step()
        optimizer.zero_grad()
        weights = dict(model.named_parameters())
        speaker.load_weights(version, tuple(spec_of(n, p) for n, p in weights.items()), weights.items())
        before = said
        with torch.inference_mode():
            said = [model(ids).logits[0, :-1].float().log_softmax(-1).gather(-1, ids[0, 1:, None])[:, 0].tolist()]
        assert largest_difference(said, before) > 0.1  # the update was one that can be seen
        assert largest_difference(said, speaker.logprobs(ids.tolist())) < 1e-4
