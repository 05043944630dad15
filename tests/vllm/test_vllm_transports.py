"""The engine vllm, given weights by a transport whose buffers are filled again while it still builds its layers."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import torch
from transformers import PreTrainedModel

from tracemill.rollout.transports.inbox import Inbox
from tracemill.rollout.transports.ipc import IpcSender
from tracemill.rollout.transports.nccl import NcclSender
from tracemill.rollout.transports.stream import send
from tracemill.rollout.transports.types import Message, Sender
from tracemill.rollout.types import Engine
from tracemill.rollout.weights import spec_of

CPU = torch.device("cpu")
PROBE = [(5, 6, 7, 8), (9, 10, 11)]


def said(model: PreTrainedModel) -> list[torch.Tensor]:
    with torch.inference_mode():
        rows = [model(torch.tensor([one])).logits[0, :-1].float().log_softmax(-1) for one in PROBE]
    return [row.gather(-1, torch.tensor(one)[1:, None])[:, 0] for row, one in zip(rows, PROBE, strict=True)]


@pytest.mark.parametrize("kind", ["ipc", "nccl"])
def test_weights_arrive_whole_out_of_buffers_that_are_used_again(
    engine: Engine, model: PreTrainedModel, kind: str
) -> None:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * parameter.std() * 0.05)
    manifest = tuple(spec_of(name, tensor) for name, tensor in model.named_parameters())
    sender: Sender
    if kind == "ipc":
        sender = IpcSender(manifest, CPU, 1, bucket_bytes=2**16)
    else:
        sender = NcclSender(manifest, CPU, 1, host="127.0.0.1", timeout_s=200.0, bucket_bytes=2**16)
    inbox = Inbox(engine.manifest(), CPU, 200.0)

    def peer(message: Message) -> Future[Any]:
        return pool.submit(inbox.hear, message)

    def sent() -> dict[int, str]:
        weights = iter(model.named_parameters())
        return send(weights, manifest, sender, [peer], stream="s", version=7, timeout_s=200.0)

    with ThreadPoolExecutor(5) as pool:
        sending = pool.submit(sent)
        engine.load_weights(7, manifest, inbox.weights("s", 7))
        assert sending.result(200) == {}
    found = [torch.tensor(row) for row in engine.logprobs(PROBE)]
    assert max(float((mine - theirs).abs().max()) for mine, theirs in zip(found, said(model), strict=True)) < 1e-4
    assert engine.version == 7
    inbox.close()
    sender.close()
