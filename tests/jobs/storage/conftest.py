"""A local S3 server, a filesystem that fails as it is told, and the folder of a run that nobody runs."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

BUCKET = "mill"


class Troubled(MemoryFileSystem):
    """fsspec's filesystem in memory, with troubles: `before(operation, path)` is called first, and may raise."""

    protocol = "troubled"
    store: dict[str, Any] = {}  # noqa: RUF012  as in the class it derives from
    pseudo_dirs = [""]  # noqa: RUF012
    before: Callable[[str, str], None] = staticmethod(lambda operation, path: None)

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return MemoryFileSystem._strip_protocol(path.removeprefix("troubled:/"))

    def put_file(self, lpath: str, rpath: str, *rest: Any, **options: Any) -> Any:
        self.before("put", rpath)
        return super().put_file(lpath, rpath, *rest, **options)

    def cat_file(self, path: str, *rest: Any, **options: Any) -> Any:
        self.before("read", path)
        return super().cat_file(path, *rest, **options)

    def rm_file(self, path: str) -> None:
        self.before("remove", path)
        super().rm_file(path)


fsspec.register_implementation("troubled", Troubled, clobber=True)


@pytest.fixture
def troubled() -> Iterator[type[Troubled]]:
    """An empty one at troubled://."""
    Troubled.store.clear()
    Troubled.pseudo_dirs[:] = [""]
    yield Troubled
    Troubled.before = staticmethod(lambda operation, path: None)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server with one bucket."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_environment(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a user sets, set here too. The bucket is there."""
    variables = {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    filesystem = fsspec.filesystem("s3", skip_instance_cache=True)
    if not filesystem.exists(BUCKET):
        filesystem.mkdir(BUCKET)
    return variables


class PretendRun:
    """Files as a run writes them: each takes its place by a rename."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.write("config.json", '{"config": {}}')

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".writing-{target.name}")
        partial.write_text(text)
        partial.rename(target)

    def tree(self, name: str, **files: str) -> None:
        partial, target = self.folder / f"{name}.partial", self.folder / name
        for path, text in files.items():
            (partial / path).parent.mkdir(parents=True, exist_ok=True)
            (partial / path).write_text(text)
        if target.exists():
            self.remove(name)
        partial.rename(target)

    def step(self, step: int, *, keep: int = 2, mark: str = "") -> None:
        """A step with its traces, metrics, checkpoint and policy, as large as a few words."""
        self.write(f"traces/step-{step - 1:06d}.parquet", f"traces of step {step - 1}{mark}")
        with (self.folder / "metrics.jsonl").open("a") as file:
            file.write(f'{{"step": {step}}}\n')
        self.tree(
            f"checkpoints/step-{step:06d}",
            learner=f"weights {step}{mark}",
            **{"state.json": json.dumps({"mark": mark})},
        )
        self.tree("policy", model=f"weights {step}{mark}")
        for old in sorted((self.folder / "checkpoints").iterdir())[:-keep]:
            self.remove(str(old.relative_to(self.folder)))

    def remove(self, name: str) -> None:
        leaving = self.folder / f"{name}.old.partial"
        (self.folder / name).rename(leaving)
        for path in sorted(leaving.rglob("*"), reverse=True):
            path.unlink()
        leaving.rmdir()


def contents(folder: Path) -> dict[str, str]:
    """Of all that a storage keeps of a run."""
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(".")
    }


@pytest.fixture
def run(tmp_path: Path) -> PretendRun:
    return PretendRun(tmp_path / "run")


@pytest.fixture
def same() -> Callable[[Path, Path], bool]:
    return lambda one, other: contents(one) == contents(other)


@pytest.fixture
def no_thread_left() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "storage":
            thread.join(30)
            assert not thread.is_alive()
