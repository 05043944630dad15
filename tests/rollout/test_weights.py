"""Buckets of weights, there and back."""

from __future__ import annotations

import pytest
import torch

from tracemill.rollout.weights import check_manifest, pack, spec_of, unpack


def weights() -> list[tuple[str, torch.Tensor]]:
    generator = torch.Generator().manual_seed(0)
    shapes = {"a": (3, 5), "b": (7,), "c": (), "d": (2, 0), "e": (4, 4), "f": (129, 3)}
    return [(name, torch.randn(shape, generator=generator)) for name, shape in shapes.items()]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("bucket_bytes", [1, 100, 10**6])
def test_what_is_packed_is_unpacked(dtype: torch.dtype, bucket_bytes: int) -> None:
    sent = [(name, tensor.to(dtype)) for name, tensor in weights()]
    buckets = list(pack(sent, bucket_bytes))
    got = [pair for bucket in buckets for pair in unpack(bucket)]
    assert [name for name, _ in got] == [name for name, _ in sent]
    assert all(
        torch.equal(mine, theirs) and mine.dtype == dtype for (_, mine), (_, theirs) in zip(sent, got, strict=True)
    )
    assert all(len(bucket.specs) == 1 or bucket.data.nbytes <= bucket_bytes + 16 for bucket in buckets)
    assert {1: 6, 10**6: 1}.get(bucket_bytes, len(buckets)) == len(buckets)


def test_a_manifest_says_what_differs() -> None:
    mine = tuple(spec_of(name, tensor) for name, tensor in weights())
    check_manifest(mine, mine[::-1])
    with pytest.raises(ValueError, match="only the learner has a"):
        check_manifest(mine, mine[1:])
    with pytest.raises(ValueError, match="only the engine has f"):
        check_manifest(mine[:-1], mine)
    with pytest.raises(ValueError, match=r"b is float32 \[7\] at the learner, float32 \[8\] at the engine"):
        check_manifest(mine, (mine[0], spec_of("b", torch.zeros(8)), *mine[2:]))
