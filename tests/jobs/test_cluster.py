"""What a cluster's address may be, and what is said where no cluster of ours answers there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import CompletedProcess

import pytest

from tracemill.jobs.cluster import url_of
from tracemill.jobs.errors import CommandError

Tracemill = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://head:8265", "http://head:8265"),
        ("https://ray.example.org/", "https://ray.example.org"),
        ("10.0.0.1:8265", "http://10.0.0.1:8265"),
    ],
)
def test_the_url_of_an_address(address: str, url: str) -> None:
    assert url_of(address) == url


@pytest.mark.parametrize("address", ["auto", "ray://head:10001", "head:port", "http://", "http://[::", ""])
def test_another_kind_of_address_is_refused(address: str) -> None:
    with pytest.raises(CommandError, match="takes the URL of the cluster's dashboard"):
        url_of(address)


@contextmanager
def server(status: int, body: str) -> Iterator[str]:
    """Answers every request with the same."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def test_what_answers_otherwise_than_a_cluster_of_ours_is_named(tracemill: Tracemill) -> None:
    old = json.dumps({"version": "4", "ray_version": "2.9.0", "ray_commit": "", "session_name": ""})
    for status, body, line in [
        (200, old, "runs Ray 2.9.0; tracemill needs >=2.60 there"),
        (404, "", "does not answer as Ray's dashboard does (Version check returned 404"),
        (200, "<html>", "does not answer as Ray's dashboard does ("),
    ]:
        with server(status, body) as url:
            done = tracemill("submit", "demo.toml", "--address", url)
        assert done.returncode == 1
        assert line in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_where_nothing_listens_one_line_says_so(tracemill: Tracemill) -> None:
    done = tracemill("submit", "demo.toml", "--address", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "nothing listens at http://127.0.0.1:1 (Connection refused)" in done.stderr
    assert len(done.stderr.splitlines()) == 1
