"""Code answers judged by running them, behind walls. See `pool.SandboxPool`."""

from tracemill.verifiers.sandbox.pool import SandboxPool

__all__ = ["SandboxPool"]
