"""Matrix products whose result is float32 whatever the operands are: no half-precision number between the parts of a
sum, which would make the entropy drift. float64 stays float64.
"""

from __future__ import annotations

import torch

HALVES = (torch.bfloat16, torch.float16)


def product(a: torch.Tensor, b: torch.Tensor, *, scale: float = 1.0, out: torch.Tensor | None = None) -> torch.Tensor:
    """scale (a @ b), into `out` (float32) if given. Where the operands differ in dtype, `a` takes that of `b`."""
    if b.dtype in HALVES and b.device.type != "cpu":
        return torch.mm(a.to(b.dtype), b, out_dtype=torch.float32, out=out).mul_(scale)
    a, b = _wide(a), _wide(b)
    if out is None:
        out = torch.empty(a.shape[0], b.shape[1], device=a.device, dtype=a.dtype)
    return torch.addmm(out, a, b, beta=0, alpha=scale, out=out)


def add_product(total: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> None:
    """total += a @ b."""
    if b.dtype in HALVES and b.device.type != "cpu":
        torch.addmm(total, a.to(b.dtype), b, out_dtype=torch.float32, out=total)
    else:
        total.addmm_(_wide(a), _wide(b))


def _wide(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.dtype in HALVES else tensor
