"""Peak memory of the loss: logprobs from hidden states and their gradient, all logits at once against chunks of them.

Each side in a process of its own, in turns; the figure is the growth of the peak resident set over what the inputs
take, gradients of hidden states and head included.

    python benchmarks/loss_memory.py [--tokens 8192] [--vocabulary 49152]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

SIDES = ("plain", "chunked")


def measure(side: str, tokens: int, vocabulary: int, hidden_size: int) -> dict[str, float]:
    import torch

    from tracemill.kernels.chunked_logprobs import head_logprobs
    from tracemill.kernels.logprobs import chosen_logprobs

    torch.manual_seed(0)
    head = torch.nn.Linear(hidden_size, vocabulary, bias=False)
    hidden = torch.randn(tokens, hidden_size, requires_grad=True)
    targets = torch.randint(0, vocabulary, (tokens,))
    advantages = torch.randn(tokens)
    head(hidden[:1]).sum().backward()  # the libraries' own buffers
    head.weight.grad = hidden.grad = None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    if side == "plain":
        logprobs, _ = chosen_logprobs(head(hidden), targets)
    else:
        logprobs, _ = head_logprobs(head, hidden, targets, vocabulary=vocabulary)
    (logprobs * advantages).sum().backward()  # type: ignore[no-untyped-call]
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert hidden.grad is not None
    return {"peak_bytes": peak * 1024, "seconds": seconds, "check": hidden.grad.double().norm().item()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=8192)
    parser.add_argument("--vocabulary", type=int, default=49152)
    parser.add_argument("--hidden", type=int, default=576)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(measure(options.side, options.tokens, options.vocabulary, options.hidden)))
        return
    shape = ["--tokens", options.tokens, "--vocabulary", options.vocabulary, "--hidden", options.hidden]
    found: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(options.rounds):
        for side in SIDES:
            command = [sys.executable, __file__, "--side", side, *map(str, shape)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[side].append(json.loads(done.stdout.splitlines()[-1]))
    print("          peak MiB  seconds  gradient's norm")
    for side, runs in found.items():
        peak, seconds = max(run["peak_bytes"] for run in runs), min(run["seconds"] for run in runs)
        print(f"{side:<8}  {peak / 2**20:8,.0f}  {seconds:7.2f}  {runs[0]['check']:.9g}")
    peaks = {side: max(run["peak_bytes"] for run in runs) for side, runs in found.items()}
    times = {side: min(run["seconds"] for run in runs) for side, runs in found.items()}
    figures = {
        "tokens": options.tokens,
        "vocabulary": options.vocabulary,
        "hidden": options.hidden,
        **{f"{side}_peak_bytes": int(peak) for side, peak in peaks.items()},
        **{f"{side}_seconds": round(seconds, 3) for side, seconds in times.items()},
        "ratio": round(peaks["plain"] / peaks["chunked"], 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
