"""What the forked child does once the walls stand: run the program and answer calls. Never returns.

The program shares this interpreter and may do to it whatever it likes: read these frames, patch these functions, write
on the reply pipe. It gains nothing, since what it would have to write is the right value, and that is not here.
"""

import ast
import atexit
import builtins
import contextlib
import marshal
import os
import sys
import threading
import types

from . import plain, wire

REQUESTS, REPLIES = 3, 4  # file descriptors in the child; 0, 1 and 2 are /dev/null or the program's own
vars(builtins).update(exit=sys.exit, quit=sys.exit)  # programs end by them; `site`, which brings them, is left out (-S)


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
        _execute(types.ModuleType("__main__"), payload.decode("utf-8", "surrogatepass"))
    except SystemExit as error:
        code = _status(error)
    except BaseException as error:
        code = 1
        wire.write_frame(REPLIES, nonce, wire.ERROR, _describe(error).encode("utf-8", "backslashreplace"))
    _end_as_python_does()
    try:
        for stream in (sys.stdout, sys.__stdout__):  # the second where a program has put another in its place
            if stream is not None and not getattr(stream, "closed", False):
                stream.flush()
    except BaseException:
        code = code or 1
    os._exit(code)


def _end_as_python_does() -> None:
    """Wait for the threads that are no daemons, then run the exit functions. CPython's Py_FinalizeEx does the same
    before it flushes, and has no regard to what they raise either. The run's limit bounds both."""
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()


def _execute(module: types.ModuleType, source: str) -> None:
    sys.modules[module.__name__] = module
    exec(compile(source, "<program>", "exec", dont_inherit=True), module.__dict__)


def _status(error: SystemExit) -> int:
    return 0 if error.code in (None, 0) else 1


def _load(name: str, source: str) -> tuple[bytes, str, object]:
    """A program that ends by `exit()` has defined what it had to define before."""
    module = types.ModuleType("program")
    try:
        _execute(module, source)
    except BaseException as error:
        if not isinstance(error, SystemExit) or _status(error):
            return wire.ERROR, _describe(error), None
    entry = module.__dict__.get(name)
    if not callable(entry):
        return wire.ERROR, f"the program defines no function {name!r}", None
    return wire.VALUE, "", entry


def _call(entry: object, kind: bytes, payload: bytes, output_limit: int) -> tuple[bytes, str]:
    try:
        values = _arguments(entry, kind, payload)
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


def _arguments(entry: object, kind: bytes, payload: bytes) -> tuple:
    if kind == wire.WITNESS:
        return _read_witness(entry, payload)
    values = marshal.loads(payload)
    return values if kind == wire.CALL else (values[0], _read_returned(values[1]))


def _read_returned(text: str) -> object:
    """The value that a judged program returned. It may have written on the reply pipe itself: two values for one, an
    expression, a comment. Only the one text that would have been written of a value stands for it."""
    value = ast.literal_eval(text)
    if plain.canonical(value, len(text)) != text:
        raise ValueError("not as a value is written")
    return value


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
