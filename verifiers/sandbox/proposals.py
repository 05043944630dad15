"""A proposed problem: read from a response, refused for what can be seen in it, then run.

A response's first ```python block is read. `f`, and of the block's other functions, imports and assignments what `f`
uses, are the program, without comments and docstrings, which could say what it returns; the calls of `f` outside of
functions are the inputs, and the first line that is a comment is the message. For an induction the program is given,
and only calls and message are read.

Refused, by rule:
  malformed   no program or no call of `f` with literals where they were asked for, no Python
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
from tracemill.verifiers.sandbox.inside.plain import NotPlain
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
    """Raises Refusal."""
    source = next((text for tag, text in blocks_of(response, strict=False) if tag in ("python", "py")), None)
    if source is None:
        raise Refusal("malformed", "no ```python block")
    if len(source) > MAX_PROGRAM:
        raise Refusal("too_long", f"{len(source)} characters; at most {MAX_PROGRAM}")
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source)
        program = reference.program or "\n\n\n".join(ast.unparse(_bare(node)) for node in _used(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Refusal("malformed", f"the program does not parse: {type(error).__name__}") from None
    if reference.program is None:
        _check_program(program)
    inputs = _inputs(tree, reference.num_inputs)
    return Proposed(
        program=program,
        inputs=tuple(inputs),
        calls=tuple(inputs.values()),
        message=_message(source) if reference.program is not None else "",
    )


def _used(tree: ast.Module) -> list[ast.stmt]:
    """The last definition of `f` and of every name that it uses, directly or not, in their order; what is only there to
    look new is not among them."""
    makers = {name: node for node in tree.body for name in _made(node)}
    kept: set[int] = set()
    names = [ENTRY, *(name for name in makers if name == "*")]
    while names:
        node = makers.get(names.pop())
        if node is not None and id(node) not in kept:
            kept.add(id(node))
            names += [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]
    return [node for node in tree.body if id(node) in kept]


def _made(node: ast.stmt) -> list[str]:
    """The names that a statement outside of functions gives a meaning to, where it is part of a program at all."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign | ast.AnnAssign) and not any(map(_is_call, ast.walk(node))):
        return [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    return []


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == ENTRY


def _bare(tree: ast.stmt) -> ast.stmt:
    """Without docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _inputs(tree: ast.Module, number: int) -> dict[str, tuple[Any, ...]]:
    """The first `number` different ones, as text and as values. Raises Refusal."""
    found: dict[str, tuple[Any, ...]] = {}
    outside = [
        node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    for call in (node for statement in outside for node in ast.walk(statement)):
        if not isinstance(call, ast.Call) or not _is_call(call) or call.keywords:
            continue
        try:
            text = ", ".join(map(ast.unparse, call.args))
            values = tuple(map(ast.literal_eval, call.args))
            written(values)  # refuses `...`, which is a literal but no plain value
        except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
            continue
        if len(text) > MAX_INPUT:
            raise Refusal("too_long", f"an input of {len(text)} characters; at most {MAX_INPUT}")
        if values not in found.values():
            found[text] = values
        if len(found) == number:
            return found
    raise Refusal("malformed", f"{len(found)} different calls of {ENTRY} with literals; {number} were asked for")


def _message(source: str) -> str:
    text = next((line[1:].strip() for line in source.splitlines() if line.startswith("#")), "")
    if len(text) > MAX_MESSAGE:
        raise Refusal("too_long", f"a message of {len(text)} characters; at most {MAX_MESSAGE}")
    return text


def _check_program(program: str) -> None:
    tree = ast.parse(program)
    entry = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == ENTRY), None)
    if entry is None:
        raise Refusal("malformed", f"the program defines no function {ENTRY}")
    for node in ast.walk(tree):
        for name in _reached(node):
            if name.partition(".")[0] not in IMPORTS and isinstance(node, ast.Import | ast.ImportFrom):
                raise Refusal("banned", f"import of {name}")
            if name in BANNED or name.startswith("_" if isinstance(node, ast.Attribute) else "__"):
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
            rewritten = written(value).decode()
        except (NotALiteral, NotPlain) as error:
            return "wrong", "not_plain", f"{shown}: {error}"
        if rewritten != output:  # a reply that the program wrote itself: a solver would be shown a comment in it
            return "wrong", "not_plain", f"{shown}, which is not as a value is written"
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
