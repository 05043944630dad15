"""The sandbox judges itself: right and wrong programs and every known attack, on the machine where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox.attacks import ADD, RIGHT, SUM_OF_LINE, WRONG
from tracemill.verifiers.sandbox.attacks_on_replies import FORGED, SCRIPTS, TEXTS, TWO_SUM
from tracemill.verifiers.sandbox.attacks_on_the_host import HARMLESS
from tracemill.verifiers.sandbox.pool import SandboxPool
from tracemill.verifiers.types import Status, Verdict

_NO: tuple[Status, ...] = ("wrong", "timeout")
_SCRIPT = "print(sum(map(int, input().split())))\n"
# Returns the names of what it got through; the right answer is that there are none.
_REACHES = """
import os, socket
through = []
def attempt(name, function, *args):
    try: function(*args)
    except Exception: return
    through.append(name)
def reach():
    for path in ('/etc/passwd', '/proc/self/environ', f'/proc/{os.getppid()}/mem', '/dev/mem', '/bin/sh'):
        attempt('read ' + path, lambda: open(path, 'rb').read(1))
    for folder in ('/tmp', '/dev/shm', '/', os.getcwd(), os.path.dirname(os.__file__)):
        attempt('write ' + folder, open, folder + '/tracemill_attack', 'w')
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        attempt(f'socket {family}', socket.socket, family)
    for pid in (1, os.getppid() or 1, -1):
        attempt(f'signal {pid}', os.kill, pid, 0)
    attempt('fork', os.fork)
    attempt('exec', os.execv, '/bin/true', ['true'])
    attempt('setuid', os.setuid, 0)
    return through
"""
_REACH = CodeReference(entry="reach", tests=(CodeTest(args="()", expected="[]"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One program, what its verdict may be, and what it was."""

    name: str
    allowed: tuple[Status, ...]
    verdict: Verdict

    @property
    def passed(self) -> bool:
        return self.verdict.status in self.allowed


def run_battery(pool: SandboxPool) -> Iterator[Trial]:
    """Each trial as it is over; about 130 of them, of which 23 take the pool's time limit each. A right program judged
    wrong is a false negative, an attack judged correct a false positive or an escape; a verifier_error is neither, nor
    a pass."""
    for name, (reference, program, allowed) in _cases().items():
        yield Trial(name=name, allowed=allowed, verdict=pool.judge_source(reference, program))


def _cases() -> dict[str, tuple[CodeReference, str, tuple[Status, ...]]]:
    cases: dict[str, tuple[CodeReference, str, tuple[Status, ...]]] = {
        "right function": (ADD, RIGHT, ("correct",)),
        "right script": (SUM_OF_LINE, _SCRIPT, ("correct",)),
        "wrong function": (ADD, RIGHT.replace("+", "-"), ("wrong",)),
        "wrong script": (SUM_OF_LINE, _SCRIPT.replace("sum", "max"), ("wrong",)),
        "reach for the host": (_REACH, _REACHES, ("correct",)),
    }
    cases |= {f"wrong value: {name}": (ADD, program, _NO) for name, program in WRONG.items()}
    cases |= {f"forgery: {name}": (ADD, program, _NO) for name, program in FORGED.items()}
    cases |= {f"forgery for a checker: {name}": (TWO_SUM, program, _NO) for name, program in TEXTS.items()}
    cases |= {f"beside a right value: {name}": (ADD, program, ("correct",)) for name, program in HARMLESS.items()}
    cases |= {f"script: {name}": (SUM_OF_LINE, program, _NO) for name, program in SCRIPTS.items()}
    cases["right function, after all that"] = (ADD, RIGHT, ("correct",))
    return cases
