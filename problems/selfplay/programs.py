"""A program in the one form that all its spellings share. Reads source, never runs it.

Comments, docstrings, layout and the names of variables, parameters and helper functions do not matter; the entry `f`,
attributes, keywords and what a program imports do. Two programs that compute the same in two ways stay two programs.
"""

from __future__ import annotations

import ast
import re
import warnings
from difflib import SequenceMatcher

ENTRY = "f"
MAX_CHARS = 2_000  # of a proposed program
_BLOCK = re.compile(r"```(?:python|py)?[ \t]*\n(.*?)```", re.DOTALL)
_WORDS = re.compile(r"\w+|[^\w\s]")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def canonical(program: str) -> str:
    """Raises ValueError for what is no program, or too long to be one of these."""
    tree = _parsed(program)
    names = {name: f"v{number}" for number, name in enumerate(_bound_names(tree))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg, node.annotation = names[node.arg], None
        elif isinstance(node, _FUNCTIONS):
            node.name = names.get(node.name, node.name)
            if isinstance(node, ast.FunctionDef):
                node.returns = None
        if isinstance(node, ast.Module | ast.FunctionDef):
            node.body = [one for one in node.body if not _is_text(one)] or [ast.Pass()]
    try:
        return ast.unparse(tree)
    except (RecursionError, ValueError) as error:
        raise ValueError(f"no program: {type(error).__name__}") from None


def likeness(one: str, other: str) -> float:
    """0 to 1: how much of two programs in canonical form is the same, word by word."""
    return SequenceMatcher(None, _WORDS.findall(one), _WORDS.findall(other), autojunk=False).ratio()


def level_of(program: str) -> int:
    """1 to 10: how many statements stand in its functions."""
    statements = [node for node in ast.walk(_parsed(program)) if isinstance(node, ast.stmt) and not _is_text(node)]
    return max(1, min(10, sum(not isinstance(node, (*_FUNCTIONS, ast.Import, ast.ImportFrom)) for node in statements)))


def programs_in(prompt: str) -> set[str]:
    """The programs of a problem's text, in their canonical form, whatever their first function is called."""
    found = set()
    for block in _BLOCK.findall(prompt):
        try:
            found.add(_as_f(block))
        except ValueError:
            continue
    return found


def _as_f(program: str) -> str:
    functions = [node.name for node in _parsed(program).body if isinstance(node, ast.FunctionDef)]
    if functions and ENTRY not in functions:
        program = re.sub(rf"\b{re.escape(functions[-1])}\b", ENTRY, program)
    return canonical(program)


def _parsed(program: str) -> ast.Module:
    if len(program) > MAX_CHARS:
        raise ValueError(f"no program of at most {MAX_CHARS} characters but one of {len(program)}")
    try:
        with warnings.catch_warnings(action="ignore"):  # the parser's, about the program's escapes
            return ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"no program: {type(error).__name__}") from None


def _bound_names(tree: ast.Module) -> list[str]:
    """Parameters, variables and functions but the entry, in the order in which they first come."""
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            found[node.arg] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
        elif isinstance(node, _FUNCTIONS) and node.name != ENTRY:
            found[node.name] = None
    return list(found)


def _is_text(node: ast.stmt) -> bool:
    """A docstring, or another string that stands alone."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
