"""One text for one plain value, so that two values are equal in type and value exactly where their texts are.

The sandboxed child writes the text of what a program returned; the grader writes the text of what was expected; the
grader compares texts and never decodes one. Plain is: None, bool, int, float, complex, str, bytes, list, tuple, dict,
set, frozenset, by exact type: an instance of a subclass is not plain, whatever its `__eq__` says. Dicts and sets are
sorted by their members' texts, -0.0 is 0.0 and every nan is the same nan. Where Python can write it, the text is a
literal (`1e999` is infinity); integers of more than 4,000 digits are in hexadecimal, which takes linear time.
"""

from typing import Any

MAX_DEPTH = 200
_HEX_FROM_BITS = 13_000
_CONTAINERS = (list, tuple, dict, set, frozenset)


class NotPlain(ValueError):
    """The value cannot be written: another type, nested too deep, or longer than the limit."""


def canonical(value: object, limit: int = 1 << 16) -> str:
    """The text of `value`, at most `limit` characters long (NotPlain beyond that, before it is ever built)."""
    room = [limit]
    text = _write(value, 0, room)
    if len(text) > limit:
        raise NotPlain(f"longer than {limit} characters")
    return text


def _write(value: Any, depth: int, room: list[int]) -> str:
    """`room` holds the characters left, one number that all levels share: an atom takes its length, a container 2."""
    if depth > MAX_DEPTH:
        raise NotPlain(f"nested more than {MAX_DEPTH} deep")
    kind = type(value)
    if kind not in _CONTAINERS:
        text = _atom(value, kind, room[0])
        _take(room, len(text))
        return text
    _take(room, 2)
    if kind is dict:
        pairs = [(_write(k, depth + 1, room), _write(v, depth + 1, room)) for k, v in value.items()]
        return "{" + ", ".join(f"{k}: {v}" for k, v in sorted(pairs)) + "}"
    members = [_write(item, depth + 1, room) for item in value]
    if kind is list:
        return f"[{', '.join(members)}]"
    if kind is tuple:
        return f"({members[0]},)" if len(members) == 1 else f"({', '.join(members)})"
    body = "{" + ", ".join(sorted(members)) + "}"
    return (body if members else "set()") if kind is set else f"frozenset({body if members else ''})"


def _take(room: list[int], size: int) -> None:
    room[0] -= size
    if room[0] < 0:
        raise NotPlain("longer than the limit")


def _atom(value: Any, kind: type, room: int) -> str:
    if value is None or value is True or value is False:
        return repr(value)
    if kind is int:
        bits = value.bit_length()
        if bits > room * 4:
            raise NotPlain("longer than the limit")
        return hex(value) if bits > _HEX_FROM_BITS else repr(value)
    if kind is float:
        if value != value:
            return "nan"
        if value in (float("inf"), float("-inf")):
            return "1e999" if value > 0 else "-1e999"
        return "0.0" if value == 0 else repr(value)
    if kind is complex:
        imaginary = _atom(value.imag, float, room)
        return f"({_atom(value.real, float, room)}{'' if imaginary.startswith('-') else '+'}{imaginary}j)"
    if kind is str or kind is bytes:
        if len(value) > room:
            raise NotPlain("longer than the limit")
        return repr(value)
    raise NotPlain(f"of type {kind.__name__}")
