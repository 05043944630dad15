"""The loss on a GPU: hidden states and head to GRPO's token-level loss and both gradients, in bfloat16, side by side.

Sides: plain PyTorch; this project's tiles in PyTorch and in Triton; TRL's chunked logprobs; Liger's fused linear GRPO
loss. All see the same hidden states, head, targets and advantages, and take turns. The floor is the three bare matrix
products, 6 N d V operations. Errors are against float64, of a run in which only the first and the last sequence have
advantages: absolute of logprobs and entropies, relative (norms) of both gradients.

    python benchmarks/loss_gpu.py [--tokens 8192,65536] [--shapes 576x49152] [--sides plain,triton]     # from outside
    python benchmarks/loss_gpu.py --small --device cpu      # the same code at toy sizes, where there is no GPU
    python benchmarks/loss_gpu.py --sweep [128x128x64x8x3,…]     # times other blocks for the Triton tiles
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import torch

from tracemill.kernels.linear_logprobs import linear_logprobs
from tracemill.kernels.logprobs import chosen_logprobs

SHAPES = ("576x49152", "896x151936", "2048x128256", "4096x131072")
TOKENS = (8192, 16384, 32768, 65536)
SEQUENCE = 512  # tokens; Liger's advantages are one a sequence
TRL_COLUMNS = 32768  # of the vocabulary at a time, as its trainer takes them


class Case(NamedTuple):
    """hidden `[N, H]` and weight `[V, H]` with gradients, target_ids `[N]`, advantages `[N / SEQUENCE]`."""

    hidden: torch.Tensor
    weight: torch.Tensor
    target_ids: torch.Tensor
    advantages: torch.Tensor


class Outcome(NamedTuple):
    """logprobs and entropies `[N]`; None where a side does not tell them."""

    loss: torch.Tensor
    logprobs: torch.Tensor | None
    entropy: torch.Tensor | None


Side = Callable[[Case], Outcome]


def token_loss(case: Case, logprobs: torch.Tensor, entropy: torch.Tensor | None) -> Outcome:
    """GRPO's on the policy that sampled, a mean over the tokens."""
    advantages = case.advantages.repeat_interleave(len(logprobs) // len(case.advantages))
    loss = -(torch.exp(logprobs - logprobs.detach()) * advantages).mean()
    return Outcome(loss, logprobs.detach(), None if entropy is None else entropy.detach())


def plain(case: Case) -> Outcome:
    return token_loss(case, *chosen_logprobs(case.hidden @ case.weight.T, case.target_ids))


def torch_tiles(case: Case) -> Outcome:
    return token_loss(case, *linear_logprobs(case.hidden, case.weight, case.target_ids, backend="torch"))


def triton_tiles(case: Case) -> Outcome:
    return token_loss(case, *linear_logprobs(case.hidden, case.weight, case.target_ids, backend="triton"))


def trl(case: Case) -> Outcome:
    from trl.kernels.chunked_logprob import ChunkedLogProbFunction

    columns = min(TRL_COLUMNS, len(case.weight))
    logprobs, entropy, *_ = ChunkedLogProbFunction.apply(
        case.hidden, case.weight, None, case.target_ids, 1.0, columns, None, 1.0, ("entropy",)
    )
    return token_loss(case, logprobs, entropy)


def liger(case: Case) -> Outcome:
    from liger_kernel.chunked_loss import LigerFusedLinearGRPOLoss

    on_gpu = case.hidden.device.type != "cpu"
    sequences = len(case.advantages)
    ids = case.target_ids.view(sequences, -1)
    loss = LigerFusedLinearGRPOLoss(beta=0.0, use_ref_model=False, loss_type="dapo", compiled=on_gpu)
    value, *_ = loss(
        case.hidden.view(*ids.shape, -1), case.weight, ids, torch.ones_like(ids, dtype=torch.float32), case.advantages
    )
    return Outcome(value, None, None)


SIDES: dict[str, Side] = {"plain": plain, "torch": torch_tiles, "triton": triton_tiles, "trl": trl, "liger": liger}


def make_case(tokens: int, hidden: int, vocabulary: int, sequence: int, device: torch.device) -> Case:
    generator = torch.Generator(device).manual_seed(0)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, device=device)

    states, weight = (normal(rows, hidden).to(torch.bfloat16) for rows in (tokens, vocabulary))
    return Case(
        hidden=states.requires_grad_(),
        weight=weight.mul_(3 / hidden**0.5).requires_grad_(),  # logits of a spread of 3
        target_ids=torch.randint(0, vocabulary, (tokens,), generator=generator, device=device),
        advantages=normal(tokens // sequence),
    )


def synchronize(device: torch.device) -> None:
    if device.type != "cpu":
        torch.accelerator.synchronize()


def once(side: Side, case: Case) -> float:
    """Seconds of forward and backward; the gradients stay on the case."""
    case.hidden.grad = case.weight.grad = None
    synchronize(case.hidden.device)
    began = time.perf_counter()
    side(case).loss.backward()  # type: ignore[no-untyped-call]
    synchronize(case.hidden.device)
    return time.perf_counter() - began


def peak_bytes(side: Side, case: Case) -> int | None:
    """Over what the inputs take, gradients included; None on the CPU (see loss_memory.py)."""
    if case.hidden.device.type == "cpu":
        return None
    case.hidden.grad = case.weight.grad = None
    torch.accelerator.empty_cache()
    torch.accelerator.reset_peak_memory_stats()
    before = torch.accelerator.memory_allocated()
    once(side, case)
    return int(torch.accelerator.max_memory_allocated() - before)


def floor_seconds(case: Case, rounds: int) -> float:
    """The three products alone, 8,192 rows at a time, into memory that is there already."""
    hidden, weight = case.hidden.detach(), case.weight.detach()
    rows = min(8192, len(hidden))
    logits = torch.empty(rows, len(weight), device=hidden.device, dtype=hidden.dtype)
    grad_hidden, grad_weight = torch.empty_like(hidden[:rows]), torch.empty_like(weight)
    times = []
    for _ in range(rounds + 1):
        synchronize(hidden.device)
        began = time.perf_counter()
        for chunk in hidden.split(rows):
            part = logits[: len(chunk)]
            torch.mm(chunk, weight.T, out=part)
            torch.mm(part, weight, out=grad_hidden[: len(chunk)])
            torch.mm(part.T, chunk, out=grad_weight)
        synchronize(hidden.device)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def errors(side: Side, case: Case, sequence: int) -> dict[str, float]:
    """Against float64 on the first and the last sequence, all others without advantage."""
    ends = torch.zeros_like(case.advantages)
    ends[0], ends[-1] = 1.0, -0.7
    case = case._replace(advantages=ends)
    case.hidden.grad = case.weight.grad = None
    outcome = side(case)
    outcome.loss.backward()  # type: ignore[no-untyped-call]
    assert case.hidden.grad is not None and case.weight.grad is not None
    tokens = len(case.hidden)
    rows = torch.cat([torch.arange(sequence), torch.arange(tokens - sequence, tokens)]).to(case.hidden.device)
    hidden = case.hidden.detach()[rows].double().requires_grad_()
    weight = case.weight.detach().double().requires_grad_()
    logprobs = (hidden @ weight.T).log_softmax(-1)
    chosen = logprobs.gather(1, case.target_ids[rows][:, None])[:, 0]
    loss = -(chosen * ends[[0, -1]].double().repeat_interleave(sequence)).sum() / tokens
    exact_hidden, exact_weight = torch.autograd.grad(loss, [hidden, weight], retain_graph=True)
    found = {
        "grad_hidden": _relative(case.hidden.grad[rows], exact_hidden),
        "grad_weight": _relative(case.weight.grad, exact_weight),
    }
    with torch.no_grad():
        if outcome.logprobs is not None:
            found["logprobs"] = (outcome.logprobs[rows] - chosen).abs().max().item()
        if outcome.entropy is not None:
            entropy = -(logprobs.exp() * logprobs).sum(-1)
            found["entropy"] = (outcome.entropy[rows] - entropy).abs().max().item()
    return found


def _relative(given: torch.Tensor, exact: torch.Tensor) -> float:
    return ((given.double() - exact).norm() / exact.norm()).item()


def missing(name: str, device: torch.device) -> str | None:
    """Why a side cannot be measured here."""
    package = {"triton": "triton", "trl": "trl", "liger": "liger_kernel"}.get(name)
    try:
        __import__(package or "torch")
    except ImportError:
        return f"{package} is not installed"
    if name == "triton" and device.type == "cpu":
        import triton

        return None if triton.knobs.runtime.interpret else "triton needs a GPU, or TRITON_INTERPRET=1"
    return None


def measure(case: Case, names: list[str], sequence: int, rounds: int) -> list[dict[str, object]]:
    """A row a side. A side that runs out of memory, or fails otherwise, says so in its row."""
    rows: dict[str, dict[str, object]] = {}
    for name in names:
        why = missing(name, case.hidden.device)
        rows[name] = {"side": name, **({"failed": why} if why else {})}
        if why is None:
            try:
                rows[name] |= {"errors": errors(SIDES[name], case, sequence), "peak": peak_bytes(SIDES[name], case)}
            except Exception as error:  # a peer's failure is a finding, and must not end the table
                rows[name]["failed"] = f"{type(error).__name__}: {error}".splitlines()[0][:100]
    times: dict[str, list[float]] = {name: [] for name, row in rows.items() if "failed" not in row}
    for _ in range(rounds):
        for name in times:
            times[name].append(once(SIDES[name], case))
    for name, each in times.items():
        rows[name]["seconds"] = statistics.median(each)
    return list(rows.values())


def show(row: dict, floor: float) -> str:
    if "failed" in row:
        return f"  {row['side']:<8} {row['failed']}"
    error = {name: f"{row['errors'][name]:.1e}" if name in row["errors"] else "" for name in ERRORS}
    peak = "" if row["peak"] is None else f"{row['peak'] / 2**20:,.0f}"
    cells = " ".join(f"{error[name]:>11}" for name in ERRORS)
    return f"  {row['side']:<8} {row['seconds'] * 1e3:>10.3f} {row['seconds'] / floor:>8.2f} {peak:>9} {cells}"


ERRORS = ("logprobs", "entropy", "grad_hidden", "grad_weight")
HEADER = f"  {'side':<8} {'ms':>10} {'x floor':>8} {'peak MiB':>9} " + " ".join(f"{name:>11}" for name in ERRORS)


def sweep(case: Case, rounds: int, wanted: str) -> None:
    """Median milliseconds of the Triton side with other blocks; those that do not fit this GPU are named. `wanted`:
    rows x columns x depth x warps x stages, ..."""
    from tracemill.kernels import triton_tiles as tiles

    if wanted == "all":
        sizes = ("128x128", "64x256", "128x256", "256x128")
        named = [f"{size}x64x{warps}x{stages}" for size in sizes for warps in (4, 8) for stages in (2, 3, 4)]
    else:
        named = wanted.split(",")
    for name in named:
        blocks = tiles.Blocks(*map(int, name.split("x")))
        tiles.HALF_BLOCKS = tiles.NARROW_HALF_BLOCKS = tiles.WIDE_HALF_BLOCKS = blocks
        try:
            once(triton_tiles, case)
            took = statistics.median(once(triton_tiles, case) for _ in range(rounds))
            print(f"{took * 1e3:10.3f} ms  {name}", flush=True)
        except Exception as error:
            print(f"    failed     {name}: {str(error).splitlines()[0][:80]}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", default=",".join(map(str, TOKENS)))
    parser.add_argument("--shapes", default=",".join(SHAPES), help="hidden size x vocabulary")
    parser.add_argument("--sides", default=",".join(SIDES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", help="cpu, or an accelerator; default: the accelerator")
    parser.add_argument("--small", action="store_true", help="toy sizes")
    parser.add_argument(
        "--sweep", nargs="?", const="all", help="only the Triton tiles, with other blocks: 128x128x64x8x3,…"
    )
    options = parser.parse_args()
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if options.device is None and accelerator is None:
        print("no GPU here: nothing measured (--small --device cpu runs the same code at toy sizes)")
        return
    device = torch.device(options.device) if options.device else accelerator
    assert device is not None
    shapes = [
        tuple(map(int, shape.split("x"))) for shape in (["24x200"] if options.small else options.shapes.split(","))
    ]
    sizes = [32] if options.small else [int(size) for size in options.tokens.split(",")]
    sequence = 8 if options.small else SEQUENCE
    results = []
    for (hidden, vocabulary), tokens in itertools.product(shapes, sizes):
        case = make_case(tokens, hidden, vocabulary, sequence, device)
        print(f"{tokens} tokens, hidden {hidden}, vocabulary {vocabulary}", flush=True)
        if options.sweep:
            sweep(case, options.rounds, options.sweep)
            continue
        floor = floor_seconds(case, options.rounds)
        print(f"{HEADER}\n  {'floor':<8} {floor * 1e3:>10.3f}", flush=True)
        for row in measure(case, options.sides.split(","), sequence, options.rounds):
            print(show(row, floor), flush=True)
            results.append({"tokens": tokens, "hidden": hidden, "vocabulary": vocabulary, "floor": floor, **row})
    name = torch.cuda.get_device_name() if device.type == "cuda" else device.type
    print(json.dumps({"device": name, "torch": torch.__version__, "rows": results}))


if __name__ == "__main__":
    main()
