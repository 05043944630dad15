"""`tracemill submit`: the run of a config as a job on a Ray cluster, and its log on the way."""

from __future__ import annotations

import argparse
import os
import secrets
import shlex
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracemill.configs.load import config_hash, load
from tracemill.configs.schema import Config
from tracemill.jobs.cluster import Cluster, first_line, url_of
from tracemill.jobs.errors import CommandError, Interrupted
from tracemill.jobs.luggage import CONFIG, of_the_cluster, pack
from tracemill.jobs.travel import unpack_wheel

if TYPE_CHECKING:
    from ray.job_submission import JobDetails

_STOP_WAIT_S = 120  # from SIGTERM to SIGKILL at `ray job stop`; Ray's 3 s would cut the step under way short


def command(options: argparse.Namespace) -> int:
    """Without --follow 0 once the job is submitted; with it, how the job ended."""
    try:
        config = load(options.config, options.set)
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    url = url_of(options.address)
    of_the_cluster(config)  # before the cluster is asked: what cannot work there
    cluster = Cluster(url)
    job = _submit(cluster, config, resume=options.resume)
    if not options.follow:
        return 0
    try:
        details = cluster.follow(job)
    except KeyboardInterrupt:
        print(f"\nfollow again  {cluster.ray_job('logs', job, '--follow')}")
        print(f"stop it       {cluster.ray_job('stop', job)}")
        raise Interrupted(f"followed no longer; job {job} goes on") from None
    return _ended(job, details)


def _submit(cluster: Cluster, config: Config, *, resume: bool) -> str:
    """The job's id, printed with what there is to know of it."""
    job = f"{config.run.name}-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            travelling = pack(config, folder / "job")
            environment = _environment(config, code=unpack_wheel(folder / "code"), working_dir=folder / "job")
        except OSError as error:
            raise CommandError(f"the job cannot be packed in {folder}: {error}") from None
        try:
            cluster.client.submit_job(
                entrypoint=shlex.join(["python3", "-m", "tracemill.jobs", "run", CONFIG, *["--resume"] * resume]),
                submission_id=job,
                runtime_env=environment,
                metadata={"job_name": config.run.name, "config_hash": config_hash(config)},
            )
        except (OSError, RuntimeError, ValueError, TypeError) as error:
            raise CommandError(f"{cluster.url} does not take the job: {first_line(error)}") from None
    place = of_the_cluster(config).run.dir
    relative = f"; run.dir is {config.run.dir!r}, which is taken from the home folder there" * (place != config.run.dir)
    print(f"submitted   {job} to {cluster.url}, with tracemill {version('tracemill')}")
    for line in travelling:
        print(f"with it     {line}")
    print(f"run folder  {place}/{config.run.name}, on the cluster{relative}")
    print(f"follow      {cluster.ray_job('logs', job, '--follow')}")
    print(f"status      {cluster.ray_job('status', job)}")
    print(f"stop        {cluster.ray_job('stop', job)}", flush=True)
    return job


def _environment(config: Config, *, code: list[Path], working_dir: Path) -> dict[str, Any]:
    """The job's runtime environment, which its driver and all its actors get. Raises CommandError."""
    folders = list(map(str, code))
    for module in config.ray.py_modules:
        path = Path(module).expanduser()
        if path.is_file() and path.suffix == ".py":
            shutil.copy(path, working_dir)  # which is on the path as well; Ray sends no single file
        elif "://" in module or path.exists():
            folders.append(module if "://" in module else str(path))
        else:
            raise CommandError(f"ray.py_modules names {module!r}, which is not here")
    os.environ["RAY_RUNTIME_ENV_IGNORE_GITIGNORE"] = "1"  # what is to travel was chosen already
    return {
        "working_dir": str(working_dir),
        "py_modules": folders,
        "env_vars": {"RAY_JOB_STOP_WAIT_TIME_S": str(_STOP_WAIT_S), **config.ray.env_vars},
        **({"pip": list(config.ray.pip)} if config.ray.pip else {}),
    }


def _ended(job: str, details: JobDetails) -> int:
    """0 for a job that succeeded; else CommandError with its exit code."""
    status = str(details.status)
    if status == "SUCCEEDED":
        print(f"job {job} succeeded")
        return 0
    if status == "STOPPED":
        raise Interrupted(f"job {job} was stopped; go on with it by --resume")
    last = ((details.message or "").strip().splitlines() or ["no reason given"])[-1].strip()
    code = details.driver_exit_code or 1  # below 0: the signal that killed it
    raise CommandError(f"job {job} failed: {last.removeprefix('tracemill: ')}", exit_code=max(code, 1))
