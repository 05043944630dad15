"""Tests that run beside each other (pytest -n) get a core each: their processes take their threads from the cores that
they may use, and two times two threads on two cores would wait for each other most of the time.

This process talks to Ray without a token, whether or not there is one in the user's home: a process goes on as it first
talked to a Ray, and the nodes of `ray.cluster_utils` do without."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    os.environ["RAY_AUTH_MODE"] = "disabled"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})
