"""Whether vLLM's logprobs stay the learner's over many updates of the weights, in float32.

After each AdamW step of a transformers model its weights are loaded into the engine, in place, and both say the
logprobs of the same sequence. `largest_difference` is over all tokens and updates, in nats; asked: at most 1e-4.
`ratio` is asked over measured.

    .venv-vllm/bin/python -P benchmarks/vllm_updates.py POLICY [--updates 20]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.canary import largest_difference
from tracemill.rollout.engines import make_engine
from tracemill.rollout.weights import spec_of

ASKED = 1e-4
TEXT = "Natural data is running out; problems whose answers can be checked are not. 12 times 13 is 156."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policy", type=Path)
    parser.add_argument("--updates", type=int, default=20)
    parser.add_argument("--lr", type=float, default=1e-4)
    options = parser.parse_args()
    config = RolloutConfig(engine="vllm", max_batch=8, kv_cache_gb=0.25, max_model_len=512)
    engine = make_engine(config, folder=options.policy, dtype="float32", threads=torch.get_num_threads())
    model = AutoModelForCausalLM.from_pretrained(options.policy, dtype=torch.float32)
    ids = torch.tensor([AutoTokenizer.from_pretrained(options.policy)(TEXT)["input_ids"]])
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr)
    worst, first, loading = 0.0, [], 0.0
    print("update   engine - learner   learner - start   load seconds")
    for version in range(1, options.updates + 1):
        torch.nn.functional.cross_entropy(model(ids).logits[0, :-1].float(), ids[0, 1:].roll(version)).backward()
        optimizer.step()
        optimizer.zero_grad()
        weights = dict(model.named_parameters())
        began = time.monotonic()
        engine.load_weights(version, tuple(spec_of(name, p) for name, p in weights.items()), weights.items())
        seconds = time.monotonic() - began
        with torch.inference_mode():
            logprobs = model(ids).logits[0, :-1].float().log_softmax(-1).gather(-1, ids[0, 1:, None])[:, 0]
        said = [logprobs.tolist()]
        difference = largest_difference(said, engine.logprobs(ids.tolist()))
        first = first or said
        print(
            f"{version:6}   {difference:16.2e}   {largest_difference(said, first):15.2f}   {seconds:12.2f}", flush=True
        )
        worst, loading = max(worst, difference), loading + seconds
    engine.close()
    ratio = ASKED / worst if worst else float("inf")
    seconds = loading / options.updates
    print(json.dumps({"largest_difference": worst, "asked": ASKED, "load_seconds": seconds, "ratio": ratio}))


if __name__ == "__main__":
    main()
