"""What the README tells a user to type, typed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRACEMILL = Path(sys.executable).with_name("tracemill")
INDENTED = [line[4:] for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("    ")]
# A command, then either two spaces and what it does or a comment.
COMMANDS = [
    re.split(r"\s+#|\s{2,}", line)[0] for line in INDENTED if re.match(r"(\.venv/bin/)?(tracemill|make) ", line)
]
MADE = [command for command in COMMANDS if command.startswith("make ")]
SHOWN = [command for command in COMMANDS if command.startswith("tracemill ")]
TYPED = [command.removeprefix(".venv/bin/tracemill ") for command in COMMANDS if command.startswith(".venv")]
SMALL = ["run.steps=1", "problems.per_step=2", "rollout.group_size=2", "rollout.max_new_tokens=16", "eval.per_family=1"]


def tracemill(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TRACEMILL, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)


def test_the_readme_shows_commands() -> None:
    assert len(MADE) >= 2 and len(SHOWN) >= 5 and len(TYPED) >= 4


@pytest.mark.parametrize("command", MADE)
def test_what_make_is_asked_for_is_there(command: str) -> None:
    asked = subprocess.run(["make", "--dry-run", *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("command", SHOWN)
def test_what_is_shown_exists(command: str, tmp_path: Path) -> None:
    _, verb, *rest = command.split()
    shown = tracemill([verb, "--help"], tmp_path)
    assert shown.returncode == 0, shown.stderr
    for option in re.findall(r"--[a-z-]+", " ".join(rest)):
        assert option in shown.stdout, f"{verb} has no {option}"


@pytest.mark.parametrize("command", TYPED)
def test_what_can_be_typed_works(command: str, tmp_path: Path) -> None:
    """As it stands; a run is cut down to one small step."""
    arguments = shlex.split(command)
    if arguments[0] == "run":
        arguments += [part for change in SMALL for part in ("--set", change)]
    done = tracemill(arguments, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
