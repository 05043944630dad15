"""A proposed problem: read from a response, refused for what can be seen in it, then run.

Refused, by rule:
  malformed   no program or no input where they were asked for, no Python, no literals
  too_long    program, inputs or outputs beyond what a solver could work with
  banned      an import or a name by which a program may see more than its input
  trivial     the input is not used, or comes back; the output is None, or the same for whatever other inputs were tried
  raises      an error, or no result
  not_plain   an output that is no literal, or a float of more digits than anybody works out
  slow        no result within the limit
  varies      another output for the same input, called again or in another interpreter

What a name may do is the sandbox's business; the list of banned ones keeps out what varies, not what attacks.
"""

from __future__ import annotations

import ast
import json
import marshal
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracemill.problems.types import ProposalReference
from tracemill.verifiers.literal import NotALiteral, read_literal
from tracemill.verifiers.sandbox.client import Limits, Run, Server
from tracemill.verifiers.sandbox.extract import blocks_of
from tracemill.verifiers.sandbox.findings import Finding, encode, how, shorten, show, written
from tracemill.verifiers.sandbox.inside import wire
from tracemill.verifiers.types import Status

ENTRY = "f"
MAX_PROGRAM, MAX_INPUT, MAX_OUTPUT, MAX_MESSAGE = 2_000, 300, 300, 300  # characters
MAX_FLOAT = 10  # characters of a float
PROBES = 5  # other inputs that are tried, to see whether the output depends on them
IMPORTS = {"math", "re", "string", "itertools", "functools", "collections"}
BANNED = {
    "breakpoint", "classmethod", "compile", "delattr", "dir", "eval", "exec", "exit", "getattr", "globals", "hash",
    "help", "id", "input", "locals", "memoryview", "object", "open", "print", "quit", "setattr", "super", "type",
    "vars",
}  # fmt: skip


class Refusal(ValueError):
    """What was proposed needs no run to be refused."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule
        self.status: Status = "unparseable" if rule == "malformed" else "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """`inputs` are arguments as they were written, `calls` the same as values."""

    program: str
    inputs: tuple[str, ...]
    calls: tuple[tuple[Any, ...], ...]
    message: str


# Reading -------------------------------------------------------------------------------------------------------------


def read_response(reference: ProposalReference, response: str) -> Proposed:
    """The first program, the first inputs after it, and the message. Raises Refusal."""
    blocks = blocks_of(response, strict=False)
    program = reference.program
    if program is None:
        place = next((at for at, (tag, _) in enumerate(blocks) if tag in ("python", "py")), None)
        if place is None:
            raise Refusal("malformed", "no ```python block")
        program, blocks = blocks[place][1].strip(), blocks[place + 1 :]
        _check_program(program)
    text = next((text for tag, text in blocks if tag == "input"), None)
    if text is None:
        raise Refusal("malformed", "no ```input block")
    message = " ".join(next((text for tag, text in blocks if tag == "message"), "").split())
    if len(message) > MAX_MESSAGE:
        raise Refusal("too_long", f"a message of {len(message)} characters; at most {MAX_MESSAGE}")
    inputs = _inputs(text, reference.num_inputs)
    return Proposed(
        program=program,
        inputs=tuple(inputs),
        calls=tuple(inputs.values()),
        message=message if reference.program is not None else "",
    )


def _inputs(text: str, number: int) -> dict[str, tuple[Any, ...]]:
    """The first `number` different ones: a line each, or the whole block where only one is asked for."""
    found: dict[str, tuple[Any, ...]] = {}
    for line in text.strip().splitlines() if number > 1 else [" ".join(text.split())]:
        if not line.strip():
            continue
        if len(line) > MAX_INPUT:
            raise Refusal("too_long", f"an input of {len(line)} characters; at most {MAX_INPUT}")
        try:
            values = read_literal(f"({line.strip().rstrip(',')},)")
            marshal.dumps(values)
        except (NotALiteral, ValueError) as error:
            raise Refusal("malformed", f"input {shorten(line)}: {error}") from None
        if values not in found.values():
            found[line.strip().rstrip(",")] = values
        if len(found) == number:
            return found
    raise Refusal("malformed", f"{len(found)} different inputs; {number} were asked for")


def _check_program(program: str) -> None:
    if len(program) > MAX_PROGRAM:
        raise Refusal("too_long", f"a program of {len(program)} characters; at most {MAX_PROGRAM}")
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Refusal("malformed", f"the program does not parse: {type(error).__name__}") from None
    entry = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == ENTRY), None)
    if entry is None:
        raise Refusal("malformed", f"the program defines no function {ENTRY}")
    for node in ast.walk(tree):
        for name in _reached(node):
            if name.partition(".")[0] not in IMPORTS and isinstance(node, ast.Import | ast.ImportFrom):
                raise Refusal("banned", f"import of {name}")
            if name in BANNED or name.startswith("__"):
                raise Refusal("banned", f"the name {name}")
    arguments = entry.args
    parameters = {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    parameters |= {one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None}
    read = {node.id for node in ast.walk(entry) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    if not parameters & read:
        raise Refusal("trivial", "f does not use its input")


def _reached(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or "."
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr


# Running -------------------------------------------------------------------------------------------------------------


def run_first(server: Server, asked: Proposed, limits: Limits, outputs: list[str]) -> Finding:
    """Every input, the first of them twice, then others like it. `outputs` is filled. Raises ServerLost."""
    run = server.open_run(limits)
    if failed := _load(run, asked.program):
        return failed
    outputs.clear()  # a server that was lost may have left some
    for given, call in zip(asked.inputs, asked.calls, strict=True):
        reply = run.ask(wire.CALL, marshal.dumps(call))
        if reply is None or reply[0] != wire.VALUE:
            return _no_value(run, reply, f"{ENTRY}({shorten(given)})")
        outputs.append(reply[1].decode("utf-8", "replace"))
    again = run.ask(wire.CALL, marshal.dumps(asked.calls[0]))
    if again is None or again != (wire.VALUE, outputs[0].encode()):
        run.abandon()
        return "wrong", "varies", f"{ENTRY}({shorten(asked.inputs[0])}) is {shorten(outputs[0])}, but not called again"
    tried = _tried(run, asked.calls[0])
    run.abandon()
    return _looked_at(asked, outputs, tried)


def run_again(server: Server, asked: Proposed, limits: Limits, outputs: list[str]) -> Finding:
    """The same inputs in another interpreter, last to first. Raises ServerLost."""
    run = server.open_run(limits)
    if failed := _load(run, asked.program):
        return failed
    for given, call, output in reversed(list(zip(asked.inputs, asked.calls, outputs, strict=True))):
        reply = run.ask(wire.CALL, marshal.dumps(call))
        if reply is None:
            return _no_value(run, reply, f"{ENTRY}({shorten(given)})")
        if reply != (wire.VALUE, output.encode()):
            run.abandon()
            shown = f"{shorten(output)} in one interpreter, {show(reply[1])} in another"
            return "wrong", "varies", f"{ENTRY}({shorten(given)}) is {shown}"
    run.abandon()
    return "correct", "valid", f"{ENTRY}({shorten(asked.inputs[0])}) is {shorten(outputs[0])} in every interpreter"


def found_in(asked: Proposed, outputs: list[str]) -> str:
    """JSON of [program, inputs, outputs, message]."""
    return json.dumps([asked.program, list(asked.inputs), outputs, asked.message], ensure_ascii=False)


def _load(run: Run, program: str) -> Finding | None:
    reply = run.ask(wire.PROGRAM, encode(f"{ENTRY}\0{program}"))
    return None if reply == (wire.VALUE, b"") else _no_value(run, reply, "loading the program")


def _no_value(run: Run, reply: tuple[bytes, bytes] | None, shown: str) -> Finding:
    if reply is not None:
        run.abandon()
        rule = "not_plain" if reply[0] == wire.NOT_PLAIN else "raises"
        return "wrong", rule, f"{shown}: {show(reply[1])}"
    report, _ = run.finish()
    if report.timed_out:
        return "timeout", "slow", f"{shown}: no result after {report.wall_s:.2f} s"
    return "wrong", "raises", f"{shown}: the process {how(report)}"


def _tried(run: Run, call: tuple[Any, ...]) -> list[str]:
    """What other inputs give, as long as the run lasts."""
    found = []
    for number in range(PROBES):
        reply = run.ask(wire.CALL, marshal.dumps(tuple(_other(value, number) for value in call)))
        if reply is None:
            break
        if reply[0] == wire.VALUE:
            found.append(reply[1].decode("utf-8", "replace"))
    return found


def _looked_at(asked: Proposed, outputs: list[str], tried: list[str]) -> Finding:
    """What makes the outputs no problem for anybody."""
    for given, output in zip(asked.inputs, outputs, strict=True):
        shown = f"{ENTRY}({shorten(given)}) is {shorten(output)}"
        if len(output) > MAX_OUTPUT:
            return "wrong", "too_long", f"an output of {len(output)} characters; at most {MAX_OUTPUT}"
        try:
            value = read_literal(output)
        except NotALiteral as error:
            return "wrong", "not_plain", f"{shown}: {error}"
        if any(isinstance(one, float | complex) and len(repr(one)) > MAX_FLOAT for one in _atoms(value)):
            return "wrong", "not_plain", f"{shown}: a float of more than {MAX_FLOAT} characters"
    if set(outputs) == {"None"}:
        return "wrong", "trivial", f"{ENTRY}({shorten(asked.inputs[0])}) is None"
    returned = [written(call[0] if len(call) == 1 else call).decode() for call in asked.calls]
    if returned == outputs:
        return "wrong", "trivial", f"{ENTRY} returns its input"
    same = set(outputs) if len(outputs) > 1 else {*outputs, *tried}
    if len(same) == 1 and len(outputs) + len(tried) > 2:
        return "wrong", "trivial", f"{ENTRY} is {shorten(outputs[0])} for every input that was tried"
    return "correct", "valid", ""


def _atoms(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _atoms(one)
    else:
        yield value


def _other(value: Any, number: int) -> Any:
    """Another value of the type, the same one for the same number."""
    if isinstance(value, bool):
        return value ^ (number % 2 == 0)
    if isinstance(value, int):
        return (value + 1, -value - 3, 2 * value + 17, 0, value + 1000)[number]
    if isinstance(value, float):
        return (value + 1.5, -value, value / 4, 0.0, 10.0)[number]
    if isinstance(value, str):
        return (value + "xyz", value[1:], "Q7" + value[::-1], "", value.swapcase() + "a")[number]
    if isinstance(value, list | tuple):
        inner = [_other(one, number) for one in value]
        return type(value)((inner, [*value, *inner], value[1:], [], inner[::-1])[number])
    if isinstance(value, dict):
        return dict(list(value.items())[1:]) if number == 2 else {k: _other(v, number) for k, v in value.items()}
    return value
