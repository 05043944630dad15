"""Write a function that makes and changes dictionaries, from a list of words.

Levels 1 and 2 have one and two steps; level 3 has three; from level 4 on harder steps are drawn too (merging keys,
orders by value, groups); the number of steps rises to eight at level 10. Keys are strings, values are whole
numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random

from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.pipelines import Material, Op, Table, between, pipeline_family

_WORDS = (
    "apple", "ant", "bear", "bee", "cat", "cow", "crab", "deer", "dog", "eel", "fox", "frog", "goat", "hen", "horse",
    "ibis", "koala", "lion", "lynx", "mole", "moth", "newt", "otter", "owl", "ox", "panda", "pig", "seal", "toad",
    "wolf", "yak", "zebra",
)  # fmt: skip
_LETTERS = "abcdeghilmnoprstuwx"

Counts = dict[str, int]


def _letter(rng: Random) -> tuple[str]:
    return (rng.choice(_LETTERS),)


def _counted(ws: list[str]) -> Counts:
    return dict(Counter(ws))


def _merged(d: Counts, cut: slice) -> Counts:
    out: defaultdict[str, int] = defaultdict(int)
    for key, value in d.items():
        out[key[cut]] += value
    return dict(out)


def _ranked(d: Counts) -> list[str]:
    """Keys by falling value, equal values by key."""
    keys = list(d)
    return [key for value in sorted(set(d.values()), reverse=True) for key in sorted(keys) if d[key] == value]


_COUNT = "d = {}\nfor w in ws:\n    d[w] = d.get(w, 0) + 1"
_MERGE = "out = {}\nfor key, value in d.items():\n    out[{part}] = out.get({part}, 0) + value\nd = out"
_RANKED = "sorted(d, key=lambda key: (-d[key], key))"

TABLE: Table = {
    # words
    "longer": Op("ws", "ws", "keep the words of more than {k} letters", "ws = [w for w in ws if len(w) > {k}]",
        lambda ws, k: [w for w in ws if w[k:]], between(2, 4)),
    "without": Op("ws", "ws", "drop the words that contain '{k}'", "ws = [w for w in ws if '{k}' not in w]",
        lambda ws, k: [w for w in ws if w.count(k) == 0], _letter),
    "cut": Op("ws", "ws", "cut each word down to its first {k} letters", "ws = [w[:{k}] for w in ws]",
        lambda ws, k: ["".join(c for i, c in enumerate(w) if i < k) for w in ws], between(1, 3)),
    "end": Op("ws", "ws", "keep only the last {k} letters of each word", "ws = [w[-{k}:] for w in ws]",
        lambda ws, k: [w[max(0, len(w) - k) :] for w in ws], between(1, 3)),
    "swap": Op("ws", "ws", "replace every '{k}' in the words by '{j}'", "ws = [w.replace('{k}', '{j}') for w in ws]",
        lambda ws, k, j: [j.join(w.split(k)) for w in ws], lambda rng: tuple(rng.sample(_LETTERS, 2))),
    "after": Op("ws", "ws", "keep the words that come after '{k}' in the alphabet", "ws = [w for w in ws if w > '{k}']",
        lambda ws, k: [w for w in ws if not w <= k], _letter),
    "append": Op("ws", "ws", "append the word '{k}'", "ws = ws + ['{k}']", lambda ws, k: [*ws, k],
        lambda rng: (rng.choice(_WORDS),)),
    "suffix": Op("ws", "ws", "add the letter '{k}' at the end of each word", "ws = [w + '{k}' for w in ws]",
        lambda ws, k: [f"{w}{k}" for w in ws], _letter),
    "instead": Op("ws", "ws", "replace each word of more than {k} letters by '{j}'",
        "ws = ['{j}' if len(w) > {k} else w for w in ws]", lambda ws, k, j: [j if w[k:] else w for w in ws],
        lambda rng: (rng.randint(3, 4), rng.choice(_WORDS))),
    # words to a dictionary
    "count": Op("ws", "d", "make a dictionary of how often each word occurs", _COUNT, _counted),
    "initials": Op("ws", "d", "make a dictionary of how many words begin with each letter",
        "d = {}\nfor w in ws:\n    d[w[0]] = d.get(w[0], 0) + 1", lambda ws: _merged(_counted(ws), slice(1))),
    "letters": Op("ws", "d", "make a dictionary of how often each letter occurs in all the words",
        "d = {}\nfor w in ws:\n    for c in w:\n        d[c] = d.get(c, 0) + 1", lambda ws: _counted([*"".join(ws)])),
    "lengths": Op("ws", "d", "make a dictionary from each word to its length", "d = {w: len(w) for w in ws}",
        lambda ws: {w: sum(1 for _ in w) for w in dict.fromkeys(ws)}),
    "last_places": Op("ws", "d", "make a dictionary from each word to the index of its last occurrence",
        "d = {w: i for i, w in enumerate(ws)}",
        lambda ws: {w: len(ws) - 1 - ws[::-1].index(w) for w in dict.fromkeys(ws)}),
    "places": Op("ws", "d", "make a dictionary from each word to the sum of the indices at which it occurs",
        "d = {}\nfor i, w in enumerate(ws):\n    d[w] = d.get(w, 0) + i",
        lambda ws: {w: sum(i for i, v in enumerate(ws) if v == w) for w in dict.fromkeys(ws)}, hard=True),
    # dictionary to dictionary
    "add": Op("d", "d", "add {k} to each value", "d = {key: value + {k} for key, value in d.items()}",
        lambda d, k: {key: k - -d[key] for key in d}, between(1, 20)),
    "times": Op("d", "d", "multiply each value by {k}", "d = {key: value * {k} for key, value in d.items()}",
        lambda d, k: {key: sum([d[key]] * k) for key in d}, between(2, 9)),
    "mod": Op("d", "d", "replace each value by its remainder modulo {k}",
        "d = {key: value % {k} for key, value in d.items()}", lambda d, k: {key: divmod(d[key], k)[1] for key in d},
        between(2, 9)),
    "times_length": Op("d", "d", "multiply each value by the length of its key",
        "d = {key: value * len(key) for key, value in d.items()}",
        lambda d: {key: sum(d[key] for _ in key) for key in d}),
    "at_least": Op("d", "d", "keep the items with a value of at least {k}",
        "d = {key: value for key, value in d.items() if value >= {k}}",
        lambda d, k: {key: d[key] for key in d if not d[key] < k}, between(1, 6)),
    "below": Op("d", "d", "keep the items with a value below {k}",
        "d = {key: value for key, value in d.items() if value < {k}}",
        lambda d, k: {key: d[key] for key in d if not d[key] >= k}, between(3, 20)),
    "keys_without": Op("d", "d", "drop the items whose key contains '{k}'",
        "d = {key: value for key, value in d.items() if '{k}' not in key}",
        lambda d, k: {key: d[key] for key in d if key.count(k) == 0}, _letter),
    "set": Op("d", "d", "set the value of the key '{k}' to {j}", "d = {**d, '{k}': {j}}",
        lambda d, k, j: dict([*d.items(), (k, j)]), lambda rng: (rng.choice(_LETTERS), rng.randint(1, 30))),
    "add_if": Op("d", "d", "add {j} to the values of the keys that contain '{k}'",
        "d = {key: value + {j} if '{k}' in key else value for key, value in d.items()}",
        lambda d, k, j: {key: d[key] + j * (key.count(k) > 0) for key in d},
        lambda rng: (rng.choice(_LETTERS), rng.randint(2, 20))),
    "prefix": Op("d", "d", "put the letter '{k}' in front of each key",
        "d = {'{k}' + key: value for key, value in d.items()}", lambda d, k: {f"{k}{key}": d[key] for key in d},
        _letter),
    "odd": Op("d", "d", "keep the items with an odd value",
        "d = {key: value for key, value in d.items() if value % 2 == 1}",
        lambda d: {key: d[key] for key in d if d[key] & 1}),
    "merge_first": Op("d", "d", "cut each key down to its first letter, adding up the values of keys that become equal",
        _MERGE.replace("{part}", "key[:1]"), lambda d: _merged(d, slice(1)), hard=True),
    "merge_last": Op("d", "d", "cut each key down to its last letter, adding up the values of keys that become equal",
        _MERGE.replace("{part}", "key[-1:]"), lambda d: _merged(d, slice(-1, None)), hard=True),
    "top": Op("d", "d",
        "keep the {k} items with the largest values (of equal values, those whose keys come first in the alphabet)",
        f"d = {{key: d[key] for key in {_RANKED}[:{{k}}]}}", lambda d, k: {key: d[key] for key in _ranked(d)[:k]},
        between(2, 6), hard=True),
    "drop_top": Op("d", "d",
        "drop the item with the largest value (of equal values, the one whose key comes first in the alphabet)",
        f"d = {{key: d[key] for key in {_RANKED}[1:]}}", lambda d: {key: d[key] for key in _ranked(d)[1:]}, hard=True),
    "minus_least": Op("d", "d", "subtract the smallest of the values from each value",
        "d = {key: value - min(d.values()) for key, value in d.items()}",
        lambda d: {key: d[key] - min(d[k] for k in d) for key in d}, hard=True),
    # dictionary to something else
    "keys": Op("d", "ws", "list the keys in alphabetical order", "ws = sorted(d)", lambda d: sorted(d.keys())),
    "ranked": Op("d", "ws", "list the keys, those with larger values first (of equal values, in alphabetical order)",
        f"ws = {_RANKED}", _ranked, hard=True),
    "values": Op("d", "xs", "list the values in the alphabetical order of their keys",
        "xs = [d[key] for key in sorted(d)]", lambda d: [value for _, value in sorted(d.items())]),
    "total": Op("d", "n", "take the sum of the values", "n = sum(d.values())", lambda d: sum(d[key] for key in d)),
    "size": Op("d", "n", "count the items", "n = len(d)", lambda d: sum(1 for _ in d)),
    "get": Op("d", "n", "take the value of the key '{k}' ({j} if there is none)", "n = d.get('{k}', {j})",
        lambda d, k, j: {k: j, **d}[k], lambda rng: (rng.choice(_LETTERS), rng.randint(-9, -1))),
}  # fmt: skip


def inputs(rng: Random) -> list[Args]:
    lists: list[list[str]] = [[], [rng.choice(_WORDS)]]
    for size in (7, 9, 6, 8, 5, 10, 3, 4, 2, 12, 6, 8):
        some = rng.sample(_WORDS, rng.randint(2, 7))
        lists.append([rng.choice(some) for _ in range(size)])
    return [(ws,) for ws in lists]


MATERIAL = Material("dict_function", TABLE, "ws", inputs)
FAMILY = pipeline_family(MATERIAL, version=1, topic="dictionaries", doc=__doc__ or "")
