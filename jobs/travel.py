"""The code that travels with a job: what the wheel of the tracemill that runs here holds, as folders.

Ray would install a wheel in `py_modules` with `pip install --target` on every node: with all that it asks for, torch
included, whatever is installed there, and only where there is a pip. Folders it unpacks and puts first on the path of
the job's driver and actors. So the wheel is made here, without network, and travels as what it unpacks to; its
metadata comes along, for the version and the entry points. Nothing else is installed on the nodes by this.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tracemill.jobs.errors import CommandError

_NAME = "tracemill"
_BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
_OF_THIS_MACHINE = ("direct_url.json", "INSTALLER", "REQUESTED")


def unpack_wheel(into: Path) -> list[Path]:
    """Fills `into` with the package and its metadata; each of the folders returned is one of Ray's `py_modules`.
    Raises CommandError where no wheel can be made, OSError where it cannot be written."""
    installed = distribution(_NAME)
    checkout = _checkout(installed)
    if checkout is not None:
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(_build(checkout, Path(folder))) as wheel:
            wheel.extractall(into)
    else:
        _copy(installed, into)
    return sorted(into.iterdir())


def _checkout(installed: Distribution) -> Path | None:
    """Where an editable install has its files; None for any other install."""
    said = json.loads(installed.read_text("direct_url.json") or "{}")
    if not said.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlsplit(said["url"]).path))


def _build(checkout: Path, folder: Path) -> Path:
    """The checkout's wheel. It is built from a copy: setuptools would put into it what an earlier build left in
    build/, and leave its own there."""
    try:
        project = tomllib.loads((checkout / "pyproject.toml").read_text())
        rooms = set(project["tool"]["setuptools"]["package-dir"].values())
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(
            f"tracemill was installed from {checkout}, of which no wheel can be made ({error}); install it again with "
            "pip install -e, or from a wheel"
        ) from None
    source, wheels = folder / "source", folder / "wheels"
    source.mkdir()
    wheels.mkdir()
    for path in checkout.iterdir():
        if path.name in rooms:
            shutil.copytree(path, source / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.is_file():
            shutil.copy(path, source)
    command = [sys.executable, "-P", "-c", _BUILD, str(wheels)]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True)
    if built.returncode != 0:
        said = (built.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CommandError(
            f"the wheel of {checkout} cannot be built ({said}); pip install 'setuptools>=77' into the environment of "
            f"{sys.executable}"
        )
    [wheel] = wheels.glob("*.whl")
    return wheel


def _copy(installed: Distribution, into: Path) -> None:
    """The files of an install from a wheel, but for what is compiled, and for what says how it came here."""
    if not installed.files:
        raise CommandError("tracemill's install has no list of its files (RECORD); install it with pip")
    for file in installed.files:
        ours = file.parts[0] == _NAME or file.parts[0].endswith(".dist-info")
        if ours and file.suffix != ".pyc" and file.name not in _OF_THIS_MACHINE:
            target = into / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(file.locate()), target)
