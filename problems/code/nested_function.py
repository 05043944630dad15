"""Write a function over nested lists: lists in lists, trees of values, trees of operations.

In ten steps, from easy to hard. Step 1: numbers summed up at any depth. Step 2: with a filter. Steps 3 to 5: worth
that depends on the depth. Steps 5 to 7: the best path through a tree. Steps 7 and 8: a tree of operations. Steps 9
and 10: with names that are bound inside.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

_LISTS = "xs is a list of whole numbers and of such lists, to any depth. "
_DEPTHS = _LISTS + "Numbers of xs itself have depth 1, those in a list in xs depth 2, and so on. "

_FLAT = """\
total = 0
for x in xs:
    if isinstance(x, list):
        total += {self}(x)
    elif x > {c}:
        total += {a} * x + {b}
return total"""
_WEIGHTED = """\
def total(items, depth):
    result = 0
    for x in items:
        if isinstance(x, list):
            result += total(x, depth + 1)
        elif x % {c} != 0 or depth <= {d}:
            result += {a} * depth * x + {b}
    return result
return total(xs, 1)"""
_DEEP_COUNT = """\
def total(items, depth):
    result = 0
    for x in items:
        if isinstance(x, list):
            result += total(x, depth + 1)
        elif x > {a}:
            result += {b} if depth % 2 == 1 else {c}
    return result
return total(xs, 1)"""
_PATH = """\
value, *children = t
if value % {b} == 0:
    value *= 2
value = min(value, {c})
if not children:
    return value
return value + max({self}(child) for child in children) - {a}"""
_TREE = """\
if isinstance(t, int):
    return t % {c}
left, right = {self}(t[1]), {self}(t[2])
if t[0] == '+':
    return (left + right) % {c}
if t[0] == '-':
    return (left - right) % {c}
if t[0] == '*':
    return left * right % {c}
return ({a}(left, right) + {b}) % {c}"""
_BOUND = """\
def value(t, x):
    if t == 'x':
        return x
    if isinstance(t, int):
        return t % {c}
    left = value(t[1], x)
    if t[0] == 'let':
        return value(t[2], left)
    right = value(t[2], x)
    if t[0] == '+':
        return (left + right) % {c}
    if t[0] == '*':
        return left * right % {c}
    return ({a}(left, right) + {b}) % {c}
return value(t, {d})"""


def _digits(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


def _draw_tree(rng: Random) -> Constants:
    return rng.choice(("max", "min")), rng.randint(1, 30), rng.choice((23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71))


# Inputs ----------------------------------------------------------------------------------------------------------


def _nested(rng: Random, depth: int) -> list[Any]:
    out: list[Any] = []
    for _ in range(rng.randint(1, 4)):
        if depth and rng.random() < 0.45:
            out.append(_nested(rng, depth - 1))
        else:
            out.append(rng.randint(-9, 20))
    return out


def _nested_inputs(rng: Random, *constants: Any) -> list[Args]:
    return [([],), ([rng.randint(1, 9)],), ([[], [[]]],), *((_nested(rng, rng.randint(2, 4)),) for _ in range(11))]


def _values(rng: Random, depth: int) -> list[Any]:
    """A tree [value, child, child, ...]."""
    children = [_values(rng, depth - 1) for _ in range(rng.randint(1, 3))] if depth and rng.random() < 0.9 else []
    return [rng.randint(-9, 20), *children]


def _operations(rng: Random, depth: int, operators: tuple[str, ...], names: bool) -> Any:
    if depth == 0 or rng.random() < 0.15:
        return "x" if names and rng.random() < 0.5 else rng.randint(0, 80)
    left, right = (_operations(rng, depth - 1, operators, names) for _ in range(2))
    return [rng.choice(operators), left, right]


# Meanings --------------------------------------------------------------------------------------------------------


def _with_depth(xs: list[Any]) -> list[tuple[int, int]]:
    """(number, depth) by a stack instead of recursion."""
    found, stack = [], [(x, 1) for x in xs]
    while stack:
        x, depth = stack.pop()
        if isinstance(x, list):
            stack += [(y, depth + 1) for y in x]
        else:
            found.append((x, depth))
    return found


def _flat(a: int, b: int, c: int) -> Callable[[list[Any]], int]:
    return lambda xs: sum(a * x + b for x, _ in _with_depth(xs) if not x <= c)


def _weighted(a: int, b: int, c: int, d: int) -> Callable[[list[Any]], int]:
    return lambda xs: sum(a * depth * x + b for x, depth in _with_depth(xs) if x % c or depth <= d)


def _deep_count(a: int, b: int, c: int) -> Callable[[list[Any]], int]:
    return lambda xs: sum(b if depth % 2 else c for x, depth in _with_depth(xs) if x > a)


def _best_path(a: int, b: int, c: int) -> Callable[[list[Any]], int]:
    """Every path to a leaf, by a stack."""

    def value(tree: list[Any]) -> int:
        best, stack = [], [(tree, a)]
        while stack:
            (own, *children), so_far = stack.pop()
            so_far += min(c, own if own % b else 2 * own) - a
            stack += [(child, so_far) for child in children]
            best += [] if children else [so_far]
        return max(best)

    return value


def _evaluate(a: str, b: int, m: int) -> Callable[[Any], int]:
    """By rewriting to postfix and a stack."""

    def value(tree: Any) -> int:
        postfix, todo = [], [tree]
        while todo:
            node = todo.pop()
            postfix.append(node[0] if isinstance(node, list) else node)
            todo += node[1:] if isinstance(node, list) else []
        stack: list[int] = []
        for item in reversed(postfix):
            if isinstance(item, int):
                stack.append(item % m)
                continue
            right, left = stack.pop(), stack.pop()
            odd_one = sorted((left, right))[a == "max"] + b
            stack.append({"+": left + right, "-": left - right, "*": left * right, "?": odd_one}[item] % m)
        return stack[0]

    return value


def _bound(a: str, b: int, m: int, x: int) -> Callable[[Any], int]:
    """By putting the value of each name in its place before anything is computed."""

    def placed(tree: Any, value: int) -> Any:
        if not isinstance(tree, list):
            return value if tree == "x" else tree
        name, left, right = tree
        return [name, placed(left, value), right if name == "let" else placed(right, value)]

    def plain(tree: Any) -> int:
        if isinstance(tree, list) and tree[0] == "let":
            return plain(placed(tree[2], plain(tree[1])))
        return evaluate([tree[0], *map(plain, tree[1:])] if isinstance(tree, list) else tree)

    evaluate = _evaluate(a, b, m)
    return lambda tree: plain(placed(tree, x)) if tree != "x" else x


TASKS = {
    "flat": Task(
        draw=lambda level, rng: _digits(rng, (1, 9), (0, 20), (-5, 10) if level > 1 else (-99, -50)),
        params="xs",
        words=_LISTS + "Add up {a} * x + {b} over all numbers x, at any depth, that are above {c}. Return the sum.",
        source=_FLAT,
        meaning=_flat,
        inputs=_nested_inputs,
        slips=(
            ("inner_lists_skipped", "total += {self}(x)", "continue"),
            ("only_the_last_list", "total += {self}(x)", "total = {self}(x)"),
            ("first_number_only", "+= {a} * x + {b}", "= {a} * x + {b}"),
        ),
        plan="Go through the items: for a list inside, add what the function itself gives for it.",
        nudged=(0, 1, 2),
    ),
    "deep_count": Task(
        draw=lambda level, rng: _digits(rng, (-5, 12), (2, 30), (31, 60)),
        params="xs",
        words=_DEPTHS + "Each number above {a} is worth {b} at an odd depth and {c} at an even one. "
        "Return the worth of all of them together.",
        source=_DEEP_COUNT,
        meaning=_deep_count,
        inputs=_nested_inputs,
        slips=(
            ("depth_from_0", "total(xs, 1)", "total(xs, 0)"),
            ("depth_lost", "total(x, depth + 1)", "total(x, depth)"),
            ("at_least", "x > {a}", "x >= {a}"),
        ),
        plan="A helper takes a list and its depth; for a list inside, it calls itself with depth + 1.",
        nudged=(0, 1, 2),
    ),
    "weighted": Task(
        draw=lambda level, rng: _digits(rng, (1, 9), (0, 20), (2, 9), (1, 3)),
        params="xs",
        words=_DEPTHS
        + "Add up {a} * depth * x + {b} over all numbers x, but skip the multiples of {c} that are deeper "
        "than {d}. Return the sum.",
        source=_WEIGHTED,
        meaning=_weighted,
        inputs=_nested_inputs,
        slips=(
            ("depth_from_0", "total(xs, 1)", "total(xs, 0)"),
            ("depth_lost", "total(x, depth + 1)", "total(x, depth)"),
            ("skips_too_much", " or depth <= {d}", ""),
        ),
        plan="A helper takes a list and its depth; for a list inside, it calls itself with depth + 1.",
        nudged=(0, 1, 3),
    ),
    "path": Task(
        draw=lambda level, rng: _digits(rng, (1, 9), (2, 7), (8, 30)),
        params="t",
        words="t is a tree: a list of its value and then its children, which are such trees. A value divisible by {b} "
        "counts double, and then anything above {c} counts as {c}. Going from a node to a child costs {a}. Return the "
        "largest sum of values minus costs on a way from the root to a node without children.",
        source=_PATH,
        meaning=_best_path,
        inputs=lambda rng, *constants: [([3],), ([0, [5], [7]],), *((_values(rng, 3),) for _ in range(11))],
        slips=(
            ("cost_lost", " - {a}", ""),
            ("all_children", "max({self}(child) for child in children)", "sum({self}(child) for child in children)"),
            ("stops_anywhere", "if not children:", "if not children or value > {c}:"),
            ("worst_path", "max(", "min("),
            ("cap_first", "value = min(value, {c})\n", ""),
        ),
        plan="Work out the node's own value; without children that is all, else add the best child minus {a}.",
        nudged=(0, 2),
    ),
    "tree": Task(
        draw=lambda level, rng: _draw_tree(rng),
        params="t",
        words="t is a whole number, or a list [operator, left, right] whose last two are such trees. A number's value "
        "is its remainder modulo {c}. The operators '+', '-' and '*' are the usual ones, and '?' gives the {a} of "
        "both sides plus {b}; after every operator, take the remainder modulo {c}. Return the value of t.",
        source=_TREE,
        meaning=_evaluate,
        inputs=lambda rng, *constants: [
            (5,),
            (["-", 3, 7],),
            *((_operations(rng, 3, ("+", "-", "*", "?"), names=False),) for _ in range(12)),
        ],
        slips=(
            ("operands_swapped", "left - right", "right - left"),
            ("odd_one_as_sum", "{a}(left, right)", "(left + right)"),
            ("times_as_plus", "left * right", "left + right"),
        ),
        plan="A number is the base case. For a list, call itself on both sides, then apply the operator modulo {c}.",
        nudged=(1,),
    ),
    "bound": Task(
        draw=lambda level, rng: (*_draw_tree(rng), rng.randint(2, 20)),
        params="t",
        words="t is a whole number, the string 'x', or a list [operator, left, right] whose last two are such trees. A "
        "number's value is its remainder modulo {c}. The operators '+' and '*' are the usual ones, and '?' gives the "
        "{a} of both sides plus {b}; after each of these, take the remainder modulo {c}. 'let' gives the value of "
        "right, in which x has the value of left (until another 'let' inside). Outside of any 'let', x is {d}. Return "
        "the value of t.",
        source=_BOUND,
        meaning=_bound,
        inputs=lambda rng, *constants: [
            (5,),
            (["let", 3, ["+", "x", "x"]],),
            *((_operations(rng, 4, ("+", "*", "?", "let"), names=True),) for _ in range(12)),
        ],
        slips=(
            ("binding_lost", "value(t[2], left)", "value(t[2], x)"),
            ("let_as_left", "return value(t[2], left)", "return left"),
            ("odd_one_as_sum", "{a}(left, right)", "(left + right)"),
            ("times_as_plus", "left * right", "left + right"),
        ),
        plan="A helper takes a tree and the value of x; for 'let' it calls itself on right with the value of left as "
        "x.",
        nudged=(1, 3),
    ),
}

_STEPS = {
    1: ("flat",),
    2: ("flat",),
    3: ("deep_count",),
    4: ("deep_count", "weighted"),
    5: ("weighted", "path"),
    6: ("path",),
    7: ("path", "tree"),
    8: ("tree",),
    9: ("bound", "tree"),
    10: ("bound",),
}
FAMILY = joined_family(
    name="nested_function", version=2, topic="recursion", doc=__doc__ or "", tasks=TASKS, steps=_STEPS
)
EARLIER = task_family(name="nested_function", version=1, topic="recursion", tasks=TASKS, levels=_STEPS)
