"""A cluster's job server, which is part of Ray's dashboard: reaching it, and following a job there.

Every way in which a cluster cannot be reached or does not fit becomes one line. What is sent and asked is Ray's own
`JobSubmissionClient`; status and stop are Ray's own commands (docs/cluster.md).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from importlib.metadata import requires
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tracemill.jobs.errors import CommandError
from tracemill.jobs.ray_environment import SHELLS_AUTH_MODE

if TYPE_CHECKING:
    from ray.job_submission import JobDetails, JobSubmissionClient

_ADDRESSES = ("RAY_API_SERVER_ADDRESS", "RAY_ADDRESS")  # Ray takes these over an address that it is given
_AUTH_MODE = "RAY_AUTH_MODE"
_CONNECT_TIMEOUT_S = 10
_LOST_TIMEOUT_S = 120  # without a word from the cluster, after which a job is no longer followed


def url_of(address: str) -> str:
    """The dashboard's URL. Raises CommandError for another kind of address."""
    url = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is left open
        known = False
    if not known or address == "auto":
        raise CommandError(
            f"--address takes the URL of the cluster's dashboard, as in http://head:8265, not {address!r}", exit_code=2
        )
    return url.rstrip("/")


class Cluster:
    """A connection to the job server at a URL. `client` is Ray's own."""

    def __init__(self, url: str) -> None:
        """Raises CommandError where nothing listens, no dashboard answers, the token is not taken, or Ray is too
        old."""
        self.url = url
        _check_listens(url)
        addresses = [os.environ.pop(name, None) for name in _ADDRESSES]
        self.client = _client(url)
        prefix = f"{_ADDRESSES[0]}={url} " if any(addresses) else ""
        mode = os.environ.get(_AUTH_MODE)
        self._prefix = prefix if mode == SHELLS_AUTH_MODE else f"{prefix}{_AUTH_MODE}={mode} "

    def ray_job(self, verb: str, job: str, *more: str) -> str:
        """A command of Ray's own, as it works in the shell that this one was given in."""
        return self._prefix + " ".join(["ray", "job", verb, job, "--address", self.url, *more])

    def follow(self, job: str) -> JobDetails:
        """Prints the job's log as it grows, and returns how the job ended. A connection that breaks is made again, and
        the log goes on where it was. Raises CommandError where the cluster is silent for too long."""
        seen, heard = 0, time.monotonic()
        while True:
            try:
                seen = asyncio.run(_print_log(self.client, job, seen))
                details = self.client.get_job_info(job)
                if details.status.is_terminal():
                    return details
                heard = time.monotonic()
            except _broken_connections() as error:
                if time.monotonic() - heard > _LOST_TIMEOUT_S:
                    raise CommandError(
                        f"{self.url} is silent ({first_line(error)}); job {job} may go on all the same: "
                        f"{self.ray_job('status', job)}"
                    ) from None
            time.sleep(1)


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _check_listens(url: str) -> None:
    """Ray itself would try for minutes."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((str(parts.hostname), port), timeout=_CONNECT_TIMEOUT_S).close()
    except OSError as error:
        raise CommandError(
            f"nothing listens at {url} ({error.strerror or error}); give the URL of the cluster's dashboard, which "
            "ray start --head prints (port 8265, unless it was told another or to have none)"
        ) from None


def _client(url: str) -> JobSubmissionClient:
    from ray.exceptions import AuthenticationError
    from ray.job_submission import JobSubmissionClient

    for name in ("dashboard.modules.dashboard_sdk", "dashboard.modules.job.sdk", "_private.runtime_env.packaging"):
        logging.getLogger(f"ray.{name}").setLevel(logging.WARNING)
    try:
        client = JobSubmissionClient(url)
    except AuthenticationError as error:
        raise CommandError(_token_line(url, str(error))) from None
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise CommandError(
            f"what listens at {url} does not answer as Ray's dashboard does ({first_line(error)})"
        ) from None
    _check_version(url, client)
    return client


def _token_line(url: str, reason: str) -> str:
    where = "in RAY_AUTH_TOKEN, in the file that RAY_AUTH_TOKEN_PATH names, or in ~/.ray/auth_token"
    mode, path = os.environ.get(_AUTH_MODE), os.environ.get("RAY_AUTH_TOKEN_PATH")
    if reason.startswith("Authentication failed"):
        return f"{url} does not take the token that was found here; have the cluster's {where}"
    if mode not in (None, "token"):
        return f"{url} asks for a token, and {_AUTH_MODE} is {mode} here; set it to token, and have the token {where}"
    if "RAY_AUTH_TOKEN_PATH is set" in reason:
        return f"RAY_AUTH_TOKEN_PATH is {path!r}, where no token can be read; have the cluster's there"
    return f"{url} asks for a token, and there is none here; have the cluster's {where}"


def _check_version(url: str, client: JobSubmissionClient) -> None:
    """The cluster's Ray must be what tracemill asks for. It may be another than here: only requests are sent."""
    from packaging.requirements import Requirement

    [asked] = [one for one in map(Requirement, requires("tracemill") or []) if one.name == "ray" and not one.marker]
    found = getattr(client, "_server_ray_version", None)
    if found is not None and not asked.specifier.contains(found, prereleases=True):
        raise CommandError(f"the cluster at {url} runs Ray {found}; tracemill needs {asked.specifier} there")


async def _print_log(client: JobSubmissionClient, job: str, seen: int) -> int:
    """All but the first `seen` characters, to the end of the job or of the connection; how many there were."""
    num = 0
    try:
        async for text in client.tail_job_logs(job):
            if num + len(text) > seen:
                print(text[max(seen - num, 0) :], end="", flush=True)
            num += len(text)
    except _broken_connections():
        pass  # whether the job is over, or the cluster, is asked next
    return max(num, seen)


def _broken_connections() -> tuple[type[Exception], ...]:
    import aiohttp

    return (OSError, RuntimeError, aiohttp.ClientError)
