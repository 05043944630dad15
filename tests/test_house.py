"""The house rules that a script can see: the namespace, what travels in the wheel, and who may import whom."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("configs", "problems", "rollout", "verifiers", "reward", "kernels", "rl", "traces", "jobs")

# Room -> what of tracemill it may import, as module prefixes. The room itself is always allowed.
MAY_IMPORT = {
    "configs": (),
    "problems": ("configs",),
    "rollout": ("problems.types", "configs"),
    "verifiers": ("problems.types", "configs"),
    "reward": ("problems.types", "rollout.types", "verifiers.types", "configs"),
    "kernels": (),
    "rl": ("reward.types", "rollout.types", "rollout.weights", "rollout.transports", "kernels", "configs"),
    "traces": ("problems.types", "rollout.types", "verifiers.types", "reward.types", "rl.types", "configs"),
    "jobs": ROOMS,
}
FENCED = {
    "deepspeed": {"rl/deepspeed_engine.py"},
    "vllm": {"rollout/vllm_engine.py"},
    "ray": {"rollout/actor.py", "verifiers/actor.py", "rl/actor.py"},
}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_the_design_allows(room: str) -> None:
    allowed = tuple(f"tracemill.{name}" for name in (room, *MAY_IMPORT[room]))
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if name.startswith("tracemill.") and not any(name == a or name.startswith(a + ".") for a in allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_heavy_packages_stay_behind_their_fences(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {package}"
        for path in modules(room)
        if room != "jobs"
        for package, places in FENCED.items()
        if str(path.relative_to(ROOT)) not in places
        and any(name == package or name.startswith(package + ".") for name in imported(path))
    ]
    assert wrong == []


def test_every_folder_of_code_travels_in_the_wheel() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {
        "tracemill." + ".".join(path.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert found == listed


@pytest.mark.parametrize("name", ["kernels", "verifiers", "problems", "configs"])
def test_bare_folders_are_not_importable(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is None or ROOT not in Path(str(spec.origin)).parents


def test_light_rooms_import_no_heavy_package() -> None:
    program = (
        "import sys, tracemill.configs.load, tracemill.problems.sampler, tracemill.verifiers.verifier, "
        "tracemill.reward.reward, tracemill.rl.advantages, tracemill.traces.types, tracemill.jobs.cli\n"
        "print([name for name in ('torch', 'transformers', 'ray', 'deepspeed', 'sympy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd="/", check=True)
    assert done.stdout.strip() == "[]"


def test_no_device_is_named_in_code() -> None:
    wrong = [str(path.relative_to(ROOT)) for room in ROOMS for path in modules(room) if ".cuda" in path.read_text()]
    assert wrong == []
