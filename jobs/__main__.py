"""`python -m tracemill.jobs` is `tracemill`, for a job on a cluster: there the code is on the path, and no console
script is installed. First it says in one line what this Python lacks. It is to be read by older ones as well.
"""

from __future__ import annotations

import platform
import re
import sys


def lacking() -> str:
    """What this Python must have and has not; empty if nothing."""
    if sys.version_info < (3, 11):  # noqa: UP036  (a cluster may have any)
        return "Python 3.11 or later"
    from importlib.metadata import PackageNotFoundError, distribution, requires

    missing = []
    for line in requires("tracemill") or []:
        wanted, _, marker = line.partition(";")
        if "extra" in marker:
            continue
        try:
            distribution(re.split(r"[^\w.-]", wanted, maxsplit=1)[0])
        except PackageNotFoundError:
            missing.append(wanted.strip())
    return ", ".join(missing)


def main() -> int:
    if lacks := lacking():
        print(
            f"tracemill: {sys.executable} (Python {platform.python_version()}) on {platform.node()} lacks {lacks}; "
            "install it on every node, or start Ray where PATH begins with the environment that has it, or name "
            "packages in ray.pip",
            file=sys.stderr,
        )
        return 1
    from tracemill.jobs.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
