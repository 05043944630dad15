"""A place in a list of tokens, and what the two halves of the parser (`atoms`, `parser`) ask of each other."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tracemill.verifiers.math.lexer import Dialect, Token, Unreadable
from tracemill.verifiers.math.tree import Node

MAX_DEPTH = 40  # each level of brackets takes about ten Python frames, of which a host may have used many already


class Cursor(ABC):
    """One use. `deeper` and a matching `self.depth -= 1` bound the recursion."""

    def __init__(self, tokens: list[Token], dialect: Dialect) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0  # inside |...|, a bar closes
        self.open: list[str] = []  # the brackets around this place
        self.no_colon = 0  # inside {x : ...}, a colon is no ratio
        self.dialect = dialect
        self.now = tokens[0]

    def take(self) -> Token:
        token = self.now
        self.at += 1
        self.now = self.tokens[min(self.at, len(self.tokens) - 1)]
        return token

    def sees(self, *texts: str) -> bool:
        return self.now.kind in ("op", "cmd", "name") and self.now.text in texts

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def expect(self, text: str) -> None:
        if not self.sees(text):
            raise Unreadable(f"{text!r} is missing before {self.now.text[:20]!r}")
        self.take()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")

    @abstractmethod
    def listing(self, stops: tuple[str, ...]) -> Node:
        """Items up to a closing bracket, which is not consumed."""

    @abstractmethod
    def sum(self) -> Node: ...

    @abstractmethod
    def exponent(self, plain: bool) -> Node: ...

    @abstractmethod
    def call(self, name: str) -> Node:
        """A function and its argument, behind its name."""

    @abstractmethod
    def environment(self) -> Node:
        r"""\begin{...} ... \end{...}"""
