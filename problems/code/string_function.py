"""Write a function over a string of lowercase letters and spaces: steps in a row, some of them to words or to a
number.

Levels 1 and 2 have one and two steps; level 3 has three; from level 4 on harder steps are drawn too (runs, shifts,
the order of words); the number of steps rises to eight at level 10.
"""

from __future__ import annotations

import re
from itertools import groupby
from random import Random

from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.pipelines import Material, Op, Table, between, pipeline_family

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_COMMON = "abcdeghilmnoprstuwz"
_WORDS = (
    "tree", "noon", "apple", "banana", "sea", "level", "mississippi", "ox", "queue", "zebra", "abba", "cat", "hill",
    "green", "a", "eve", "bookkeeper", "sun", "rotor", "tent", "dad", "stone", "llama", "pip", "window", "yes",
)  # fmt: skip


def _letter(rng: Random) -> tuple[str]:
    return (rng.choice(_COMMON),)


def _two_letters(rng: Random) -> tuple[str, ...]:
    return tuple(rng.sample(_COMMON, 2))


def _shift(s: str, k: int) -> str:
    turned = _LETTERS[k % 26 :] + _LETTERS[: k % 26]
    return s.translate(str.maketrans(_LETTERS, turned))


def _by_pairs(s: str) -> str:
    return re.sub(r"(.)(.)", r"\2\1", s)


TABLE: Table = {
    # string to string
    "reverse": Op("s", "s", "reverse the string", "s = s[::-1]", lambda s: "".join(reversed(s))),
    "drop_vowels": Op(
        "s",
        "s",
        "remove the vowels",
        "s = ''.join(c for c in s if c not in 'aeiou')",
        lambda s: re.sub("[aeiou]", "", s),
    ),
    "drop_letter": Op(
        "s", "s", "remove every '{k}'", "s = s.replace('{k}', '')", lambda s, k: "".join(s.split(k)), _letter
    ),
    "swap_letter": Op(
        "s",
        "s",
        "replace every '{k}' by '{j}'",
        "s = s.replace('{k}', '{j}')",
        lambda s, k, j: j.join(s.split(k)),
        _two_letters,
    ),
    "first": Op("s", "s", "keep only the first {k} characters", "s = s[:{k}]", lambda s, k: s[0:k], between(3, 12)),
    "skip": Op("s", "s", "drop the first {k} characters", "s = s[{k}:]", lambda s, k: s[len(s[:k]) :], between(1, 4)),
    "every": Op(
        "s",
        "s",
        "keep the characters at indices divisible by {k}",
        "s = s[::{k}]",
        lambda s, k: "".join(c for i, c in enumerate(s) if i % k == 0),
        between(2, 4),
    ),
    "rotate": Op(
        "s",
        "s",
        "move the first {k} characters to the end",
        "s = s[{k}:] + s[:{k}]",
        lambda s, k: (s + s[:k])[min(k, len(s)) :],
        between(1, 5),
    ),
    "double": Op(
        "s", "s", "double every character", "s = ''.join(c + c for c in s)", lambda s: re.sub("(.)", r"\1\1", s)
    ),
    "mirror": Op("s", "s", "append its own reverse", "s = s + s[::-1]", lambda s: s + "".join(reversed(s))),
    "append": Op("s", "s", "append the letter '{k}'", "s = s + '{k}'", lambda s, k: "".join((s, k)), _letter),
    "between": Op(
        "s",
        "s",
        "put '{k}' between every two characters",
        "s = '{k}'.join(s)",
        lambda s, k: re.sub("(?<=.)(?=.)", k, s),
        _letter,
    ),
    "until": Op(
        "s",
        "s",
        "keep what comes before the first '{k}' (all of it if there is none)",
        "s = s.split('{k}')[0]",
        lambda s, k: re.sub(f"{k}.*", "", s),
        _letter,
    ),
    "later": Op(
        "s",
        "s",
        "keep the letters that do not come before '{k}' in the alphabet (no spaces)",
        "s = ''.join(c for c in s if c >= '{k}')",
        lambda s, k: re.sub(f"[^{k}-z]", "", s),
        _letter,
    ),
    "last": Op(
        "s", "s", "keep only the last {k} characters", "s = s[-{k}:]", lambda s, k: s[::-1][:k][::-1], between(3, 12)
    ),
    "blocks": Op(
        "s",
        "s",
        "reverse each block of {k} characters (the last block may be shorter)",
        "s = ''.join(s[i:i + {k}][::-1] for i in range(0, len(s), {k}))",
        lambda s, k: "".join(block[::-1] for block in re.findall(f".{{1,{k}}}", s)),
        between(3, 6),
        hard=True,
    ),
    "sort": Op(
        "s",
        "s",
        "sort the characters",
        "s = ''.join(sorted(s))",
        lambda s: "".join(c * s.count(c) for c in " " + _LETTERS),
    ),
    "unique": Op(
        "s",
        "s",
        "keep only the first occurrence of each character",
        "s = ''.join(c for i, c in enumerate(s) if c not in s[:i])",
        lambda s: "".join(dict.fromkeys(s)),
    ),
    "squeeze": Op(
        "s",
        "s",
        "shorten each run of equal characters to one",
        "s = ''.join(c for i, c in enumerate(s) if i == 0 or c != s[i - 1])",
        lambda s: "".join(c for c, _ in groupby(s)),
        hard=True,
    ),
    "shift": Op(
        "s",
        "s",
        "shift every letter {k} places on in the alphabet, z going on to a, and leave spaces",
        "s = ''.join(c if c == ' ' else chr((ord(c) - 97 + {k}) % 26 + 97) for c in s)",
        _shift,
        between(1, 12),
        hard=True,
    ),
    "swap_pairs": Op(
        "s",
        "s",
        "swap the 1st with the 2nd character, the 3rd with the 4th, and so on; a last one alone stays",
        "s = ''.join(s[i:i + 2][::-1] for i in range(0, len(s), 2))",
        _by_pairs,
        hard=True,
    ),
    "runs": Op(
        "s",
        "s",
        "keep only characters that stand next to an equal one",
        "s = ''.join(c for i, c in enumerate(s) if c in (s[i - 1:i], s[i + 1:i + 2]))",
        lambda s: "".join(run for run in ("".join(group) for _, group in groupby(s)) if len(run) > 1),
        hard=True,
    ),
    # words
    "words": Op("s", "ws", "split it into words", "ws = s.split()", lambda s: [w for w in s.split(" ") if w]),
    "letters": Op("s", "ws", "split it into a list of its characters", "ws = list(s)", lambda s: [*s]),
    "longer": Op(
        "ws",
        "ws",
        "keep the items of more than {k} characters",
        "ws = [w for w in ws if len(w) > {k}]",
        lambda ws, k: [w for w in ws if w[k:]],
        between(1, 3),
    ),
    "without": Op(
        "ws",
        "ws",
        "drop the items that contain '{k}'",
        "ws = [w for w in ws if '{k}' not in w]",
        lambda ws, k: [w for w in ws if w.count(k) == 0],
        _letter,
    ),
    "sort_words": Op("ws", "ws", "sort the list", "ws = sorted(ws)", lambda ws: _sorted(ws)),
    "by_length": Op(
        "ws",
        "ws",
        "sort the list by length, keeping the order of equally long items",
        "ws = sorted(ws, key=len)",
        lambda ws: [w for n in range(60) for w in ws if len(w) == n],
        hard=True,
    ),
    "reverse_words": Op("ws", "ws", "reverse the order of the list", "ws = ws[::-1]", lambda ws: list(reversed(ws))),
    "reverse_each": Op(
        "ws", "ws", "reverse each item", "ws = [w[::-1] for w in ws]", lambda ws: ["".join(reversed(w)) for w in ws]
    ),
    "first_letters": Op(
        "ws",
        "ws",
        "cut each item down to its first {k} characters",
        "ws = [w[:{k}] for w in ws]",
        lambda ws, k: [w[0:k] for w in ws],
        between(1, 3),
    ),
    "unique_words": Op(
        "ws",
        "ws",
        "drop repeated items, keeping the first of each",
        "ws = list(dict.fromkeys(ws))",
        lambda ws: [w for i, w in enumerate(ws) if w not in ws[:i]],
        hard=True,
    ),
    "join": Op("ws", "s", "join the items with nothing between them", "s = ''.join(ws)", lambda ws: _joined(ws, "")),
    "join_spaces": Op("ws", "s", "join the items with single spaces", "s = ' '.join(ws)", lambda ws: _joined(ws, " ")),
    "longest": Op(
        "ws",
        "s",
        "take the longest item (the first of several; the empty string if there is none)",
        "s = max(ws, key=len, default='')",
        lambda ws: next((w for w in ws if all(len(w) >= len(v) for v in ws)), ""),
        hard=True,
    ),
    # numbers, last
    "length": Op("s", "n", "count its characters", "n = len(s)", lambda s: sum(1 for _ in s)),
    "vowels": Op(
        "s", "n", "count its vowels", "n = sum(c in 'aeiou' for c in s)", lambda s: len(re.findall("[aeiou]", s))
    ),
    "count": Op(
        "s", "n", "count how often '{k}' occurs", "n = s.count('{k}')", lambda s, k: len(s.split(k)) - 1, _letter
    ),
    "find": Op(
        "s",
        "n",
        "find the index of the first '{k}' (-1 if there is none)",
        "n = s.find('{k}')",
        lambda s, k: next((i for i, c in enumerate(s) if c == k), -1),
        _letter,
    ),
    "kinds": Op("s", "n", "count its different characters", "n = len(set(s))", lambda s: len(dict.fromkeys(s))),
    "longest_run": Op(
        "s",
        "n",
        "find the length of the longest run of equal characters (0 for the empty string)",
        "n = 0\nfor i in range(len(s)):\n    for j in range(i + 1, len(s) + 1):\n        if s[i:j] == s[i] * (j - i):\n"
        "            n = max(n, j - i)",
        lambda s: max((len(list(group)) for _, group in groupby(s)), default=0),
        hard=True,
    ),
    "items": Op("ws", "n", "count the items", "n = len(ws)", lambda ws: sum(1 for _ in ws)),
}


def _sorted(ws: list[str]) -> list[str]:
    out: list[str] = []
    for w in ws:
        place = next((i for i, v in enumerate(out) if v > w), len(out))
        out.insert(place, w)
    return out


def _joined(ws: list[str], between_them: str) -> str:
    out = ""
    for i, w in enumerate(ws):
        out += between_them * (i > 0) + w
    return out


def inputs(rng: Random) -> list[Args]:
    texts = ["", rng.choice("aeo")]
    for size in (4, 3, 5, 2, 6, 3):
        texts.append(" ".join(rng.choice(_WORDS) for _ in range(size)))
    texts += ["".join(rng.choice("aeiotnrslbdp  ") for _ in range(size)) for size in (12, 20, 8, 16, 5)]
    return [(text,) for text in texts]


MATERIAL = Material("string_function", TABLE, "s", inputs)
FAMILY = pipeline_family(MATERIAL, version=1, topic="strings", doc=__doc__ or "")
