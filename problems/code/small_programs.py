"""Small random programs in the little language, each with arguments, by level of difficulty.

`SHAPES[level](rng)` gives (functions, args); the function to call is the last one and is named f. A program may get
stuck or give a dull value on its arguments: the caller runs it and draws again. Lists among the arguments are
tuples here, as parameters of a problem must be; `thawed` makes them lists.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tracemill.problems.code.little import Body, Expr

Drawn = tuple[Any, Any]


def thawed(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(list(arg) if isinstance(arg, tuple) else arg for arg in args)


def change(rng: Random, names: tuple[str, ...]) -> Expr:
    """A small expression over one or two of the names."""
    name, other = rng.choice(names), rng.choice(names)
    k = rng.randint(2, 9)
    kinds: list[Expr] = [
        ("+", name, k),
        ("-", name, k),
        ("*", name, rng.randint(2, 4)),
        ("%", name, k),
        ("//", name, k),
    ]
    if name != other:
        kinds += [("+", name, other), ("-", name, other), ("max", name, other), ("+", name, ("*", other, 2))]
    return rng.choice(kinds)


def test(rng: Random, name: str) -> Expr:
    k = rng.randint(2, 5)
    return rng.choice(
        (("==", ("%", name, k), rng.randrange(k)), (">", name, rng.randint(3, 9)), ("<", name, rng.randint(3, 12)))
    )


def _straight(rng: Random) -> Drawn:
    body = (("=", "y", change(rng, ("x",))), ("=", "z", change(rng, ("x", "y"))), ("=", "y", change(rng, ("y", "z"))))
    return _def(("x",), (*body, ("return", ("+", "y", ("*", "z", rng.randint(2, 5)))))), (rng.randint(3, 30),)


def _branch(rng: Random) -> Drawn:
    start = ("=", "y", change(rng, ("x",)))
    split = ("if", test(rng, "y"), (("=", "x", change(rng, ("x", "y"))),), (("=", "x", change(rng, ("x", "y"))),))
    return _def(("x",), (start, split, ("return", change(rng, ("x", "y"))))), (rng.randint(3, 40),)


def _counted(rng: Random) -> Drawn:
    step = (("=", "total", change(rng, ("total", "i"))), ("+=", "total", change(rng, ("i", "n"))))
    body = (("=", "total", rng.randint(0, 60)), ("for", "i", ("range", "n"), step), ("return", "total"))
    return _def(("n",), body), (rng.randint(3, 5),)


def _over_list(rng: Random) -> Drawn:
    if rng.random() < 0.3:
        return _over_string(rng)
    split = ("if", test(rng, "x"), (("+=", "total", change(rng, ("x",))),), (("-=", "total", change(rng, ("x",))),))
    body = (("=", "total", rng.randint(0, 20)), ("for", "x", "xs", (split,)), ("return", "total"))
    return _def(("xs",), body), (_numbers(rng, 4, 5),)


def _over_string(rng: Random) -> Drawn:
    letters = "".join(rng.choice("abcdefgh") for _ in range(rng.randint(4, 6)))
    marked, mark = rng.choice(letters), rng.choice("xyz")
    left, right = ("+", "out", "c"), ("+", "c", "out")
    one, other = rng.sample((left, right, ("+", "out", ("'", mark)), ("+", ("'", mark), "out")), 2)
    split = (
        "if",
        (rng.choice(("==", "!=", "<", ">")), "c", ("'", marked)),
        (("=", "out", one),),
        (("=", "out", other),),
    )
    start = "".join(rng.choice("xyz") for _ in range(rng.randint(0, 3)))
    end = rng.choice(("out", ("+", "out", "s"), ("+", "s", "out"), ("+", "out", ("'", mark))))
    return _def(("s",), (("=", "out", ("'", start)), ("for", "c", "s", (split,)), ("return", end))), (letters,)


def _built(rng: Random) -> Drawn:
    split = ("if", test(rng, "x"), (("append", "out", change(rng, ("x", "k"))),), (("+=", "k", rng.randint(1, 3)),))
    end = rng.choice(("out", ("+", ("sum", "out"), "k"), ("+", ("[]", "out", -1), ("len", "out")), ("sorted", "out")))
    body = (("=", "out", ("list", rng.randint(1, 20))), ("for", "x", "xs", (split,)), ("return", end))
    return _def(("xs", "k"), body), (_numbers(rng, 5, 6), rng.randint(1, 5))


def _while(rng: Random) -> Drawn:
    shrink = rng.choice((("=", "a", ("//", "a", rng.randint(2, 3))), ("-=", "a", rng.randint(3, 7)), ("-=", "a", "b")))
    split = ("if", test(rng, "a"), (("=", "b", change(rng, ("a", "b"))),), (("+=", "b", rng.randint(1, 6)),))
    body = (("while", (">", "a", rng.randint(2, 6)), (split, shrink)), ("return", change(rng, ("a", "b"))))
    return _def(("a", "b"), body), (rng.randint(15, 60), rng.randint(1, 9))


def _nested(rng: Random) -> Drawn:
    inner = ("if", test(rng, "j"), (("+=", "total", change(rng, ("i", "j"))),), (("-=", "total", rng.randint(1, 4)),))
    outer = (
        ("for", "j", ("range", "i", rng.choice(("n", ("+", "n", 1)))), (inner,)),
        ("=", "total", ("+", "total", "i")),
    )
    body = (("=", "total", rng.randint(0, 60)), ("for", "i", ("range", "n"), outer), ("return", "total"))
    return _def(("n",), body), (rng.randint(3, 4),)


def _called(rng: Random) -> Drawn:
    if rng.random() < 0.5:
        return _recursive(rng)
    split = ("if", test(rng, "x"), (("return", change(rng, ("x",))),), (("return", change(rng, ("x", "k"))),))
    helper = ("def", "g", ("x", "k"), (split,))
    loop = ("for", "x", "xs", (("=", "k", ("call", "g", "x", "k")), ("append", "out", "k")))
    body = (("=", "out", ("list",)), loop, ("return", rng.choice(("out", ("-", ("max", "out"), ("min", "out"))))))
    return (helper, ("def", "f", ("xs", "k"), body)), (_numbers(rng, 4, 5), rng.randint(1, 9))


def _recursive(rng: Random) -> Drawn:
    smaller = rng.choice((("-", "n", rng.randint(1, 3)), ("//", "n", 2)))
    first, other = change(rng, ("n", "k")), change(rng, ("n",))
    split = (
        "if",
        test(rng, "n"),
        (("return", ("+", ("call", "f", smaller, ("+", "k", 1)), first)),),
        (("return", ("-", other, ("call", "f", smaller, "k"))),),
    )
    stop = ("if", ("<", "n", rng.randint(2, 3)), (("return", "k"),), ())
    return _def(("n", "k"), (stop, split)), (rng.randint(8, 30), rng.randint(1, 5))


def _numbers(rng: Random, least: int, most: int) -> tuple[int, ...]:
    return tuple(rng.randint(1, 15) for _ in range(rng.randint(least, most)))


def _def(params: tuple[str, ...], body: Body) -> tuple[Any, ...]:
    return (("def", "f", params, body),)


SHAPES: dict[int, Callable[[Random], Drawn]] = {
    3: _straight,
    4: _branch,
    5: _counted,
    6: _over_list,
    7: _built,
    8: _while,
    9: _nested,
    10: _called,
}
