"""What the buffer of a run begins with: the tasks that the first proposals are shown. A test runs each of them."""

from __future__ import annotations

from tracemill.problems.selfplay.proposal import Proposal


def _task(program: str, given: str, output: str) -> Proposal:
    return Proposal(program=program, inputs=(given,), outputs=(output,))


FIRST = (
    _task("def f(xs):\n    return [x * 2 for x in xs if x > 3]", "[1, 5, 4, 2]", "[10, 8]"),
    _task("def f(a, b):\n    t = 0\n    for k in range(a):\n        t += b + k\n    return t", "3, 10", "33"),
    _task("def f(s):\n    return s[::-1].upper() + s[0]", "'tree'", "'EERTt'"),
    _task("def f(n):\n    while n > 9:\n        n = sum(map(int, str(n)))\n    return n", "487", "1"),
    _task("def f(words):\n    return {w: len(w) for w in words}", "['sun', 'rain']", "{'rain': 4, 'sun': 3}"),
    _task("def f(x):\n    if x % 2 == 0:\n        return x // 2\n    return 3 * x + 1", "7", "22"),
)
"""Each a deduction and an abduction; its program may be given for an induction."""

INDUCTION = Proposal(
    program="def f(xs):\n    return max(xs) - min(xs)",
    inputs=("[3, 9, 4]", "[5]", "[-2, 2]", "[10, 1, 7, 30]"),
    outputs=("6", "0", "4", "29"),
    message="The difference between the largest and the smallest number of a list.",
)
