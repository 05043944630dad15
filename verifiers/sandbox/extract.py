"""Which part of a response is the program. Pure; reads text only."""

from __future__ import annotations

import ast
import re
import warnings

# Possessive throughout: a line that is no fence after all is given up at once, whatever its length.
_FENCE = re.compile(r"^[ \t]*+(`{3,}+|~{3,}+)[ \t]*+([A-Za-z0-9_+#-]*+)[^\n`]*+$", re.MULTILINE)
_MAX_BARE = 20_000  # characters of a response without a block that are parsed, here, to see whether it is a program
_TAGS = {"python": ("python", "py", "python3"), "c": ("c",), "cpp": ("cpp", "c++", "cc", "cxx")}


def extract_program(response: str, language: str = "python", *, strict: bool = False) -> str | None:
    """The last fenced block tagged with the language; without one, the last untagged block; without any block, the
    whole response where it is itself a program. A block that the response's end cuts off counts unless `strict`.

    >>> extract_program("Add them:\\n```python\\ndef f(a, b):\\n    return a + b\\n```\\nDone.")
    'def f(a, b):\\n    return a + b\\n'
    """
    blocks = blocks_of(response, strict)
    for tags in (_TAGS[language], ("",)):
        for tag, text in reversed(blocks):
            if tag in tags and text.strip():
                return text
    if not strict and not blocks and language == "python" and _is_program(response):
        return response
    return None


def blocks_of(response: str, strict: bool) -> list[tuple[str, str]]:
    """Tag and text of each block, in order."""
    found, opened, start, tag = [], "", 0, ""
    for match in _FENCE.finditer(response):
        fence, word = match.group(1), match.group(2).lower()
        if not opened:
            opened, start, tag = fence, match.end() + 1, word
        elif fence.startswith(opened) and not word:
            found.append((tag, response[start : match.start()]))
            opened = ""
    if opened and not strict:
        found.append((tag, response[start:]))
    return found


def _is_program(response: str) -> bool:
    """Whether all of it parses, and defines, imports or prints something; a sentence of one word parses as well."""
    if len(response) > _MAX_BARE:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(response)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return any(isinstance(node, kinds) for node in tree.body) or any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        for node in ast.walk(tree)
    )
