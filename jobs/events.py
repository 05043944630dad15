"""A run's numbers as TensorBoard's events, written when they are given, by the thread that gives them: a disk that is
full is then found out by the run, and not by a thread of its own."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any


class Events:
    """One file. Events of `step` and later that other files hold, of a part of the run that is made again, are hidden
    by TensorBoard."""

    def __init__(self, file: IO[bytes], step: int) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._event, self._summary, self._writer = Event, Summary, RecordWriter(file)
        self._write(file_version="brain.Event:2")
        self._write(step=step, session_log=SessionLog(status=SessionLog.START))

    def write(self, step: int, numbers: Mapping[str, float]) -> None:
        """Raises OSError."""
        values = [self._summary.Value(tag=name, simple_value=float(value)) for name, value in numbers.items()]
        self._write(step=step, summary=self._summary(value=values))

    def close(self) -> None:
        with suppress(OSError):  # of what `write` has told already
            self._writer.close()

    def _write(self, **what: Any) -> None:
        self._writer.write(self._event(wall_time=time.time(), **what).SerializeToString())
        self._writer.flush()


def new_file(folder: Path) -> IO[bytes]:
    """Named so that TensorBoard finds it, after those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"events.out.tfevents.{time.time():.6f}.{socket.gethostname()}.{os.getpid()}").open("xb")
