"""What the forked child does once the walls stand: run the program and answer calls. Never returns.

The program shares this interpreter and may do to it whatever it likes: read these frames, patch these functions, write
on the reply pipe. It gains nothing, since what it would have to write is the right value, and that is not here.
"""

import ast
import marshal
import os
import sys
import types

from . import plain, wire

REQUESTS, REPLIES = 3, 4  # file descriptors in the child; 0, 1 and 2 are /dev/null or the program's own


def answer_calls(output_limit: int) -> None:
    """Function mode: one PROGRAM, then CALLs, one reply each, until the requests end."""
    entry = None
    while (frame := wire.read_frame(REQUESTS)) is not None:
        nonce, kind, payload = frame
        if kind == wire.PROGRAM:
            name, _, source = payload.decode("utf-8", "surrogatepass").partition("\0")
            status, text, entry = _load(name, source)
        else:
            status, text = _call(entry, kind, payload, output_limit)
        wire.write_frame(REPLIES, nonce, status, text.encode("utf-8", "backslashreplace"))
    os._exit(0)


def run_script() -> None:
    """Script mode: run the program as `__main__`; a reply only where it raised."""
    frame = wire.read_frame(REQUESTS)
    if frame is None:
        os._exit(2)
    nonce, _, payload = frame
    code = 0
    try:
        _execute("__main__", payload.decode("utf-8", "surrogatepass"))
    except SystemExit as error:
        code = 0 if error.code in (None, 0) else 1
    except BaseException as error:
        code = 1
        wire.write_frame(REPLIES, nonce, wire.ERROR, _describe(error).encode("utf-8", "backslashreplace"))
    try:
        sys.stdout.flush()
    except BaseException:
        code = code or 1
    os._exit(code)


def _execute(name: str, source: str) -> dict[str, object]:
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, "<program>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def _load(name: str, source: str) -> tuple[bytes, str, object]:
    try:
        entry = _execute("program", source).get(name)
    except BaseException as error:
        return wire.ERROR, _describe(error), None
    if not callable(entry):
        return wire.ERROR, f"the program defines no function {name!r}", None
    return wire.VALUE, "", entry


def _call(entry: object, kind: bytes, payload: bytes, output_limit: int) -> tuple[bytes, str]:
    try:
        values = marshal.loads(payload) if kind == wire.CALL else _read_witness(entry, payload)
    except BaseException as error:
        return wire.BAD_ARGUMENTS, _describe(error)
    try:
        result = entry(*values)  # type: ignore[operator]
    except BaseException as error:
        return wire.ERROR, _describe(error)
    try:
        return wire.VALUE, plain.canonical(result, output_limit)
    except BaseException as error:
        return wire.NOT_PLAIN, _describe(error)


def _read_witness(entry: object, payload: bytes) -> tuple:
    values = ast.literal_eval(payload.decode("utf-8", "surrogatepass"))
    if type(values) is not tuple:
        raise ValueError("not a tuple")
    return _fit(values, entry.__code__.co_argcount)  # type: ignore[attr-defined]


def _fit(values: tuple, count: int) -> tuple:
    """A function of one takes `3, 4` as a pair; a function of several takes a pair apart."""
    if count == 1 and len(values) > 1:
        return (values,)
    if count > 1 and len(values) == 1 and type(values[0]) is tuple:
        return values[0]
    return values


def _describe(error: BaseException) -> str:
    """`ZeroDivisionError: division by zero, line 3`, at most 300 characters."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<program>":
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError):
        line = error.lineno
    try:
        message = str(error)[:250]
    except BaseException:
        message = "(its message could not be read)"
    return f"{type(error).__name__}: {message}" + (f", line {line}" if line else "")
