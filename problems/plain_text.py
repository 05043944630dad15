"""A problem's text without what only its looks are made of: for telling whether two texts ask the same. No
understanding: synonyms, translations and other numbers are other texts here."""

from __future__ import annotations

import re

_SIGNS = {"×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "²": "^2", "³": "^3"}
_LATEX = {r"\times": "*", r"\cdot": "*", r"\div": "/", r"\le": "<=", r"\ge": ">=", r"\leq": "<=", r"\geq": ">="}
_IGNORED = re.compile(r"\\(?:left|right|displaystyle|text|mathrm|,|;|!)(?![a-zA-Z])|[${}]")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|<=|>=|[-+*/^=<>!%|()\[\]]")

_ASKING = frozenset(
    [
        *("an", "and", "answer", "are", "by", "calculate", "compute", "determine", "evaluate", "find", "for", "give"),
        *("how", "if", "in", "is", "let", "me", "of", "please", "simplify", "solve", "suppose", "tell", "that", "the"),
        *("then", "value", "what", "when", "where", "which", "with"),
    ]
)
"""Words that ask, and that a question may have or not."""


def words_of(text: str) -> list[str]:
    """Words in lower case, numbers and signs; LaTeX and typographical signs as plain ones."""
    text = _FRACTION.sub(r"(\1)/(\2)", text)
    text = _COMMAND.sub(lambda match: _LATEX.get(match.group(), match.group()), text)
    text = _IGNORED.sub(" ", text).replace("**", "^")
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    return _TOKEN.findall(_THOUSANDS.sub("", text).casefold())


def core_of(words: list[str]) -> tuple[str, ...]:
    """What is left without brackets and the words that ask: `What is 3 + 4?` and `Compute (3+4).` have one core."""
    return tuple(word for word in words if word not in _ASKING and word not in "()[]")
