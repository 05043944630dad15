"""How long a policy's weights take from one process to an engine in another, on one device: by the device's own handles
(`ipc`, see rollout/transports), by the host's shared memory, and beside them a plain copy of the same bytes on the
device; in turns, without Ray. After each the engine proves by the logprobs of a probe that it holds the new weights.

A policy with random weights in the shape of a Llama, 135M or 1.2B parameters. `times_copy` of the line at the end is
each way's median over that of the plain copy. Works on a CPU too, where a handle is a name of shared memory.

    python benchmarks/weight_transport.py [--size 135M] [--dtype bfloat16] [--rounds 10]
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import statistics
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from tracemill.jobs.policy_folder import policy_folder
from tracemill.rollout.canary import check_canary, largest_difference, tolerance_for
from tracemill.rollout.torch_engine import TorchEngine
from tracemill.rollout.transports.choice import own_device
from tracemill.rollout.transports.inbox import Inbox
from tracemill.rollout.transports.ipc import IpcSender
from tracemill.rollout.transports.stream import buffers_for, send
from tracemill.rollout.transports.types import Message
from tracemill.rollout.weights import grouped, packed_bytes, place, spec_of

SIZES = {
    "tiny": {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4},
    "135M": {
        "hidden_size": 576,
        "intermediate_size": 1536,
        "num_hidden_layers": 30,
        "num_attention_heads": 9,
        "num_key_value_heads": 3,
        "vocab_size": 49152,
    },
    "1.2B": {
        "hidden_size": 2048,
        "intermediate_size": 8192,
        "num_hidden_layers": 16,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128256,
    },
}
PROBE = [tuple(range(5, 45)), tuple(range(9, 30))]
TIMEOUT_S = 120.0
_STD = 0.02  # of the weights, as LlamaConfig has it


def engine_process(folder: Path, dtype: str, pipe: Connection) -> None:
    """Serves one engine: what is told goes into an inbox of its kind, `load` takes it out."""
    engine = TorchEngine(folder, dtype=dtype, max_batch=8)
    inboxes = {name: Inbox(engine.manifest(), device, TIMEOUT_S) for name, device in devices().items()}
    pool, lock = ThreadPoolExecutor(8), threading.Lock()

    def answer(number: int, ask: Any, *arguments: Any) -> None:
        try:
            said = ask(*arguments)
        except Exception as error:
            said = error
        with lock:
            pipe.send((number, said))

    def load(way: str, stream: str, version: int) -> float:
        try:
            engine.load_weights(version, engine.manifest(), inboxes[way].weights(stream, version))
        except Exception as error:
            inboxes[way].end(stream, str(error))
            raise
        return time.perf_counter()

    asked = {"load": load, "hear": lambda way, message: inboxes[way].hear(message), "logprobs": engine.logprobs}
    with lock:
        pipe.send((0, None))
    while (call := pipe.recv()) is not None:
        number, what, *arguments = call
        pool.submit(answer, number, asked[what], *arguments)
    for inbox in inboxes.values():
        inbox.close()


def devices() -> dict[str, torch.device]:
    """The way `host` is the same code with buffers in the host's memory."""
    device = own_device()
    return {"ipc": device} if device.type == "cpu" else {"ipc": device, "host": torch.device("cpu")}


class Engine:
    """The process, as the learner reaches it."""

    def __init__(self, folder: Path, dtype: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=engine_process, args=(folder, dtype, theirs))
        self.process.start()
        theirs.close()
        self._answers: dict[int, Future[Any]] = {0: Future()}
        threading.Thread(target=self._listen, daemon=True).start()
        self._answers[0].result(600)

    def ask(self, what: str, *arguments: Any) -> Future[Any]:
        number = len(self._answers)
        self._answers[number] = answer = Future()
        self._pipe.send((number, what, *arguments))
        return answer

    def close(self) -> None:
        self._pipe.send(None)
        self.process.join(30)

    def _listen(self) -> None:
        try:
            while True:
                number, said = self._pipe.recv()
                fulfil = self._answers[number].set_exception if isinstance(said, Exception) else None
                (fulfil or self._answers[number].set_result)(said)
        except EOFError:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(RuntimeError("the engine's process ended"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="135M")
    parser.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    device = own_device()
    torch.manual_seed(0)
    config = LlamaConfig(**{"tie_word_embeddings": True, **SIZES[options.size]})
    with device:
        model = LlamaForCausalLM(config).to(getattr(torch, options.dtype)).eval()
    manifest = tuple(spec_of(name, tensor) for name, tensor in model.named_parameters())
    with tempfile.TemporaryDirectory() as path:
        model.save_pretrained(path)
        AutoTokenizer.from_pretrained(policy_folder("bundled")).save_pretrained(path)
        engine = Engine(Path(path), options.dtype)
    try:
        seconds, difference, moved = measured(model, manifest, engine, options)
    finally:
        engine.close()
    copy = statistics.median(seconds["copy"])
    name = torch.get_device_module(device).get_device_name() if device.type != "cpu" else "CPU"
    megabytes = packed_bytes(manifest) / 1e6
    print(
        f"{name}, {options.size} {options.dtype}, {megabytes:.0f} MB, {options.rounds} rounds: ms (median, least, most)"
    )
    for way, some in seconds.items():
        numbers = (statistics.median(some), min(some), max(some))
        print(f"{way:6} " + "  ".join(f"{1e3 * number:9.2f}" for number in numbers))
    found = {
        "device": name,
        "megabytes": megabytes,
        "median_s": {way: statistics.median(some) for way, some in seconds.items()},
        "times_copy": {way: statistics.median(some) / copy for way, some in seconds.items()},
        "canary_difference": difference,
        "probe_moved": moved,
    }
    print(json.dumps(found))


def measured(model: Any, manifest: Any, engine: Engine, options: Any) -> tuple[dict[str, list[float]], float, float]:
    """Seconds by way, the first round left out; the largest difference of a probe's logprob; and by how much new
    weights moved it at least, which is what an engine that had stayed behind would be off."""
    senders = {way: IpcSender(manifest, device, 1) for way, device in devices().items()}
    seconds: dict[str, list[float]] = {way: [] for way in ("copy", *senders)}
    largest, moved, tolerance = 0.0, math.inf, tolerance_for(options.dtype, None)
    for number in range(options.rounds + 1):
        for way in seconds:
            before = logprobs(model)
            change(model)
            spent = copied(model, manifest) if way == "copy" else sent(model, manifest, engine, way, senders[way])
            if number:
                seconds[way].append(spent)
            if way != "copy":
                said = engine.ask("logprobs", PROBE).result(TIMEOUT_S)
                now = logprobs(model)
                moved = min(moved, largest_difference(before, now))
                largest = max(largest, check_canary(now, said, name=way, version=number, tolerance=tolerance))
    return seconds, largest, moved


def sent(model: Any, manifest: Any, engine: Engine, way: str, sender: IpcSender) -> float:
    stream = f"{way}-{time.monotonic_ns()}"

    def peer(message: Message) -> Future[Any]:
        return engine.ask("hear", way, message)

    begun = time.perf_counter()
    loaded = engine.ask("load", way, stream, 1)
    lost = send(iter(model.named_parameters()), manifest, sender, [peer], stream=stream, version=1, timeout_s=TIMEOUT_S)
    loaded.result(TIMEOUT_S)
    assert not lost, lost
    return time.perf_counter() - begun


def copied(model: Any, manifest: Any) -> float:
    """The same tensors into memory of the same device that is there."""
    target = buffers_for(manifest, own_device(), packed_bytes(manifest))[0].zero_()
    (held,) = grouped(model.named_parameters(), packed_bytes(manifest))
    packed = target.clone()
    place(held, packed)
    synchronize()
    begun = time.perf_counter()
    target.copy_(packed)
    synchronize()
    return time.perf_counter() - begun


def change(model: Any) -> None:
    """By enough for a probe to show it, and so that the weights stay as large as they are."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(0.8).add_(0.6 * _STD * torch.randn_like(parameter))


@torch.inference_mode()
def logprobs(model: Any) -> list[list[float]]:
    rows = []
    for sequence in PROBE:
        ids = torch.tensor([sequence], device=own_device())
        said = model(input_ids=ids).logits[0, :-1].float().log_softmax(dim=-1)
        rows.append(said.gather(-1, ids[0, 1:, None])[:, 0].tolist())
    return rows


def synchronize() -> None:
    if own_device().type != "cpu":
        torch.accelerator.synchronize()


if __name__ == "__main__":
    main()
