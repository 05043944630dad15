"""Without a network: what is refused, and in which words."""

import subprocess
import sys
import textwrap

import pytest

from tracemill.traces.hub import push


def test_only_an_export_is_pushed(tmp_path):
    with pytest.raises(ValueError, match="is no export of tracemill's; export first"):
        push(tmp_path, "someone/dataset")


def test_a_name_that_cannot_be_had_is_one_line(tmp_path):
    code = """
        from tracemill.traces.hub import fetch
        try:
            fetch("someone/dataset")
        except ValueError as error:
            print(error)
    """
    environment = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = result.stdout.splitlines()
    assert line.startswith("someone/dataset is neither a folder nor a dataset of the hub that can be had: ")
