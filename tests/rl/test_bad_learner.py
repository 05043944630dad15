"""What a learner is refused, with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from tracemill.configs.schema import CriticConfig, LearnerConfig
from tracemill.rl.algorithms import resolved
from tracemill.rl.objective import Predicted, objective
from tracemill.rl.packing import micro_batches
from tracemill.rl.policy import Policy
from tracemill.rl.reference import Reference
from tracemill.rl.types import Completion, Tree
from tracemill.rl.whole_state import Damaged

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


def test_a_critic_is_where_it_is_needed_and_nowhere_else() -> None:
    with pytest.raises(ValueError, match=r"ppo needs a critic; set learner\.critic\.kind to 'head' or 'model'"):
        resolved(LearnerConfig(algorithm="ppo"))
    with pytest.raises(ValueError, match=r"grpo has no use for a critic; leave learner\.critic\.kind at 'none'"):
        resolved(LearnerConfig(critic=CriticConfig(kind="head")))


def test_names_from_outside_that_lead_nowhere() -> None:
    with pytest.raises(ValueError, match=r"learner\.algorithm: 'nowhere:it' cannot be imported"):
        resolved(LearnerConfig(algorithm="nowhere:it"))
    with pytest.raises(ValueError, match="'math:pi' is neither an Algorithm nor a function"):
        resolved(LearnerConfig(algorithm="math:pi"))


def test_what_the_config_says_goes_before_what_the_algorithm_says() -> None:
    config = resolved(LearnerConfig(algorithm="dapo", clip_high=0.3, normalise="sequences"))
    assert (config.loss, config.normalise, config.clip_low, config.clip_high) == ("clipped", "sequences", 0.2, 0.3)
    assert config.dynamic_sampling is True
    assert resolved(config.model_copy(update={"algorithm": "nowhere:it"})).loss == "clipped"  # not looked up again


def test_a_reference_of_another_shape(tmp_path: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(POLICY)
    model.config.intermediate_size //= 2
    type(model)(model.config).save_pretrained(tmp_path)
    policy = Policy(POLICY, torch.float32)
    with pytest.raises(ValueError, match=r"is not of the policy's shape: model\.layers\.0\.mlp\.\w+\.weight is \("):
        Reference(str(tmp_path), start=POLICY, policy=policy, device=torch.device("cpu"))


@pytest.mark.parametrize("size", [0, 100, 100_000])
def test_a_kept_reference_that_is_cut_short(tmp_path: Path, size: int) -> None:
    policy = Policy(POLICY, torch.float32)
    reference = Reference("start", start=POLICY, policy=policy, device=torch.device("cpu"))
    reference.save(tmp_path)
    [path] = tmp_path.iterdir()
    reference.load(tmp_path)
    os.truncate(path, size)
    with pytest.raises(Damaged, match="is damaged") as caught:
        reference.load(tmp_path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_columns_for_some_completions_only() -> None:
    plain = Completion(ids=(5, 6), old_logprobs=(-1.0, -1.0), advantages=(1.0, 1.0))
    other = Completion(ids=(5, 7), old_logprobs=(-1.0, -1.0), advantages=(1.0, 1.0), ref_logprobs=(-1.0, -2.0))
    with pytest.raises(ValueError, match="ref_logprobs must be given for every token of every completion, or for none"):
        micro_batches([Tree(prompt_ids=(1, 2), completions=(plain, other))], 100)


def test_the_entropy_bonus_raises_the_entropy() -> None:
    """The gradient of -bonus x entropy, alone, against finite differences along itself."""
    policy = Policy(POLICY, torch.float32)
    zero = Completion(ids=(20, 30, 40), old_logprobs=(-1.0,) * 3, advantages=(0.0,) * 3)
    (batch,) = micro_batches([Tree(prompt_ids=(10, 11), completions=(zero,))], 100)
    config = resolved(LearnerConfig(entropy_bonus=0.5))
    weight = policy.model.get_input_embeddings().weight
    logprobs, entropy = policy(batch, 1.0, True)
    (gradient,) = torch.autograd.grad(objective(batch, Predicted(logprobs, entropy), config).total, weight)
    step = 1e-3 / gradient.norm()
    with torch.no_grad():
        weight -= step * gradient
        above = policy(batch, 1.0)[1].sum()
        weight += 2 * step * gradient
        below = policy(batch, 1.0)[1].sum()
    slope = float((above - below) / (2 * step))
    assert slope == pytest.approx(float(gradient.square().sum()) / 0.5, rel=0.02)
