"""What ends a command with one clear line and a non-zero exit code, without a traceback."""

from __future__ import annotations


class CommandError(Exception):
    """The message says what is wrong and what would be right."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class AskedWrongly(CommandError):
    """The config or the command line cannot be meant like that."""

    def __init__(self, message: str) -> None:
        super().__init__(message, exit_code=2)


class LearnerLost(CommandError):
    """A rank died, hangs, or lost touch with the others. What the learner held is in the newest checkpoint."""


class Interrupted(CommandError):
    """Stopped by the user; what was earned is kept."""

    def __init__(self, message: str) -> None:
        super().__init__(message, exit_code=130)
