"""`python -m tracemill.jobs` on a node that lacks something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tracemill.jobs import travel


def test_what_a_node_lacks_is_named_in_one_line(tmp_path: Path) -> None:
    """Isolated and without its packages, this Python stands for a node's own."""
    travel.unpack_wheel(tmp_path)
    program = (
        f"import sys; sys.path.append({str(tmp_path)!r}); from tracemill.jobs.__main__ import main; sys.exit(main())"
    )
    base = Path(sys.base_prefix) / "bin" / "python3"
    done = subprocess.run([base, "-I", "-S", "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"tracemill: {base}" in done.stderr and "lacks torch" in done.stderr and "deepspeed" in done.stderr
    assert "ray.pip" in done.stderr and len(done.stderr.splitlines()) == 1


def test_it_is_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-P", "-m", "tracemill.jobs", "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "submit" in done.stdout
