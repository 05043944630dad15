"""Names to things: what a user wrote for a name that is not known, and what can be imported from outside."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from typing import Any


def imported(path: str, key: str) -> Any:
    """What stands at `package.module:name`. `key` is the config key that holds the path. Raises ValueError."""
    module, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"{key}: {path!r} cannot be imported ({error})") from None


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error's line: the nearest of the names that are known, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names)
    near.sort(key=lambda each: sorted(each) != sorted(name))  # letters in the wrong order come before wrong letters
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
