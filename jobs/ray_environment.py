"""What Ray reads of the environment when it is imported. The package imports this first."""

from __future__ import annotations

import os
from pathlib import Path

SHELLS_AUTH_MODE = os.environ.get("RAY_AUTH_MODE")
"""As the command was given it, before what is below."""

os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")  # under `uv run`, Ray would upload the folder
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")
if any(map(os.environ.get, ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"))) or (Path.home() / ".ray/auth_token").exists():
    os.environ.setdefault("RAY_AUTH_MODE", "token")  # as `ray start` does; who joins a Ray that runs must say so
