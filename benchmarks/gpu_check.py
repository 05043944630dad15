"""The loop on the device that is here, and how fast its parts are: generated and learned tokens a second, weight sync,
canary, the learner's MFU.

Everything in one process, so that Ray is not needed. `--shape` puts a policy of random weights and that shape in the
config's place, and rewards it by a rule that needs no right answer, so that the same loop can be timed at a size whose
weights are not at hand. MFU (model FLOPs utilisation; PaLM, arXiv 2204.02311, app. B)
counts 6 FLOPs a parameter and token that was learned from, against the device's dense peak in the policy's dtype. A
token that completions share is computed once and counted for each, so that sharing shows as a higher figure. Devices
without a known peak, a CPU for one, have none.

    python benchmarks/gpu_check.py [--config demo.toml] [--shape 135m] [--steps 20] [--set k=v ...]   # from outside
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from tracemill.configs.load import load
from tracemill.jobs.command_run import run_command
from tracemill.jobs.policy_folder import policy_folder

_PEAK_FLOPS = {  # dense, by a part of the device's name and dtype, from the makers' data sheets
    ("H200", "bfloat16"): 989e12,
    ("H100", "bfloat16"): 989e12,
    ("A100", "bfloat16"): 312e12,
    ("H200", "float32"): 67e12,
    ("H100", "float32"): 67e12,
    ("A100", "float32"): 19.5e12,
}

_SHAPES = {  # hidden, intermediate, layers, heads, heads of keys and values, vocabulary: SmolLM2's, and Llama 3.2's
    "135m": (576, 1536, 30, 9, 3, 49152),
    "1b": (2048, 8192, 16, 32, 8, 128256),
}


def even_tokens(completion_ids: Sequence[Sequence[int]], **_: object) -> list[float]:
    """A reward that a policy of random weights can be judged by: the share of even token ids, below 0.45."""
    return [0.45 * sum(token % 2 == 0 for token in ids) / len(ids) for ids in completion_ids]


def random_policy(shape: str, dtype: str, folder: Path) -> None:
    """The bundled policy's tokenizer, and random weights of that shape, in Hugging Face format."""
    hidden, intermediate, layers, heads, few_heads, vocabulary = _SHAPES[shape]
    bundled = policy_folder("bundled")
    config = AutoConfig.from_pretrained(
        bundled,
        hidden_size=hidden,
        intermediate_size=intermediate,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=few_heads,
        head_dim=hidden // heads,
        vocab_size=vocabulary,
    )
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config, dtype=getattr(torch, dtype)).save_pretrained(folder)
    AutoTokenizer.from_pretrained(bundled).save_pretrained(folder)


def device_name() -> str:
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"


def peak_flops(name: str, dtype: str) -> float | None:
    return next((peak for (part, kind), peak in _PEAK_FLOPS.items() if part in name and kind == dtype), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default="demo.toml")
    parser.add_argument("--shape", choices=list(_SHAPES), help="of a policy of random weights")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--set", action="append", default=[], metavar="k=v")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fixed = [f"run.dir={folder}", "run.name=check", f"run.steps={options.steps}", "eval.every=0"]
        fixed += ["eval.per_family=8", "export.after_run=false"]
        if options.shape:
            fixed += [f"policy.path={folder}/policy", 'reward.custom=["gpu_check:even_tokens"]']
        config = load(options.config, [*fixed, *options.set])
        if options.shape:
            random_policy(options.shape, config.policy.dtype, Path(folder) / "policy")
        run_command(config, resume=False, in_process=True)
        lines = [json.loads(line) for line in (Path(folder) / "check" / "metrics.jsonl").read_text().splitlines()]
        model = AutoModelForCausalLM.from_pretrained(policy_folder(config.policy.path))
    lines = lines[len(lines) // 4 :]  # the first steps warm up
    parameters = sum(parameter.numel() for parameter in model.parameters())

    def median(values: list[float]) -> float:
        return statistics.median(values)

    name = device_name()
    peak = peak_flops(name, config.policy.dtype)
    learned = [line for line in lines if line.get("learned_tokens")]
    flops = [6 * parameters * line["learned_tokens"] / line["seconds"]["learn"] for line in learned]
    found = {
        "device": name,
        "torch": torch.__version__,
        "policy_parameters": parameters,
        "dtype": config.policy.dtype,
        "generated_tokens_per_s": median(
            [line["completion_tokens"] * line["samples"] / line["seconds"]["generate"] for line in lines]
        ),
        "tokens_per_s": median([line["tokens_per_second"] for line in lines]),
        "learned_tokens_per_s": median([line["learned_tokens"] / line["seconds"]["learn"] for line in learned]),
        "learn_s": median([line["seconds"]["learn"] for line in learned]),
        "generate_s": median([line["seconds"]["generate"] for line in lines]),
        "verify_s": median([line["seconds"]["verify"] for line in lines]),
        "sync_s": median([line["seconds"]["sync"] for line in lines]),
        "canary_difference": max(line["canary_difference"] for line in lines),
        "mismatch_max": max(line["mismatch_max"] for line in learned),
        "mfu": median(flops) / peak if peak else None,
    }
    for key, value in found.items():
        print(f"{key:24}{value if not isinstance(value, float) else f'{value:.4g}'}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
