"""The atoms of an answer: names, commands, fractions, roots, brackets, bars."""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math import names
from tracemill.verifiers.math.cursor import Cursor
from tracemill.verifiers.math.lexer import Token, Unreadable
from tracemill.verifiers.math.numerals import number, product_of
from tracemill.verifiers.math.tree import Call, Const, Div, Group, Listing, Mul, Node, Num, Pow, Sym

_OPENS = {"(": "(", "[": "[", "lparen": "(", "lbrack": "[", "langle": "(", "{": "{", "lbrace": "{"}
_CLOSES = {")": ")", "]": "]", "rparen": ")", "rbrack": "]", "rangle": ")", "}": "}", "rbrace": "}"}


class Atoms(Cursor):
    """What can stand alone."""

    def atom(self) -> Node:
        token = self.now
        match token.kind:
            case "num":
                self.take()
                if self.sees("_"):
                    raise Unreadable("a numeral with a base inside an expression")
                return number(token.text)
            case "name":
                return self._named()
            case "cmd":
                return self._command()
            case "font":
                self.take()
                return self._word(token.text)
            case "text":
                self.take()
                return self._word(token.text)
            case "bb":
                self.take()
                return self._blackboard(token.text)
            case "accent":
                self.take()
                return self._subscripted(Sym(token.text))
            case "begin":
                return self.environment()
            case "op" if token.text in "([{":
                return self._bracketed(token.text)
            case "op" if token.text == "|":
                return self._absolute("|")
        raise Unreadable(f"{token.text[:40]!r} is out of place" if token.text else "the answer breaks off")

    def _blackboard(self, name: str) -> Node:
        if name not in ("R", "Z", "N", "Q", "C"):
            raise Unreadable(f"the set {name[:20]!r} is not known")
        if self.sees("^"):
            raise Unreadable("a part of a set of numbers")
        return Const(name)

    def _word(self, text: str) -> Node:
        word = text.strip()
        if word in names.FUNCTIONS:
            return self.call(names.FUNCTIONS[word])
        if len(word) == 1 and word.isalpha():
            return self._subscripted(self.letter(word))
        if word in names.CONSTANTS:
            return Const(names.CONSTANTS[word])
        raise Unreadable(f"{word[:40]!r} is no mathematics")

    def letter(self, letter: str) -> Node:
        if letter in self.dialect.e_names:
            return Const("e")
        return Const("i") if letter in self.dialect.i_names else Sym(letter)

    def _named(self) -> Node:
        """A run of letters: a name that is known, or letters side by side (`xy` is x*y), or a function run together
        with its argument (`sinx`)."""
        word = self.take().text
        lower = word.lower()
        if word in names.FUNCTIONS:
            return self.call(names.FUNCTIONS[word])
        if word in names.CONSTANTS or lower in names.CONSTANTS:
            return Const(names.CONSTANTS.get(word) or names.CONSTANTS[lower])
        if word in names.GREEK:
            return self._subscripted(Sym(word))
        if lower in names.FRACTIONS and self.sees("{"):
            return self._fraction()
        for function in names.RUN_TOGETHER:
            start = word.find(function)
            if 0 <= start <= 1 and start + len(function) < len(word) <= start + len(function) + 2:
                return self._run_together(word, start, function)
            if start == 1 and start + len(function) == len(word):
                return Mul((self.letter(word[0]), self.call(names.FUNCTIONS[function])))
        if len(word) > 3:
            raise Unreadable(f"{word[:40]!r} is no mathematics")
        letters = [self.letter(letter) for letter in word]
        letters[-1] = self._function_of_name(word) or self._subscripted(letters[-1])
        if len(letters) > 1 and self.sees("^", "**"):  # the exponent of xy^2 is y's
            plain = self.take().text == "**"
            letters[-1] = Pow(letters[-1], self.exponent(plain))
        return product_of(letters)

    def _run_together(self, word: str, start: int, function: str) -> Node:
        rest = product_of([self.letter(letter) for letter in word[start + len(function) :]])
        if self.sees("^", "**"):
            self.take()
            rest = Pow(rest, self.exponent(plain=False))
        node = Call(names.FUNCTIONS[function], (rest,))
        return Mul((self.letter(word[0]), node)) if start else node

    def _function_of_name(self, word: str) -> Node | None:
        """f'(x) keeps its prime as part of the name."""
        if not self.sees("'"):
            return None
        primes = ""
        while self.sees("'"):
            primes += self.take().text
        return Sym(word[-1] + primes)

    def _subscripted(self, node: Node) -> Node:
        if not self.sees("_"):
            return node
        self.take()
        if not isinstance(node, (Sym, Const)):
            raise Unreadable("a subscript out of place")
        return Sym(f"{node.name}_{self._raw_argument()}")

    def _raw_argument(self) -> str:
        """The text of a subscript, spaces dropped."""
        if not self.sees("{"):
            return self.take().text
        self.take()
        depth = 1
        parts: list[str] = []
        while True:
            if self.now.kind == "stop" or len(parts) > 40:
                raise Unreadable("a subscript does not end")
            token = self.take()
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "op" else 0
            if not depth:
                return "".join(parts)
            parts.append(token.text)

    def _command(self) -> Node:
        name = self.take().text
        if name in names.FRACTIONS:
            return self._fraction()
        if name in ("sqrt", "cbrt"):
            return self._root(name)
        if name in names.BINOMIALS:
            return Call("binom", (self.argument(), self.argument()))
        if name in names.FUNCTIONS:
            return self.call(names.FUNCTIONS[name])
        if name in names.CONSTANTS:
            return Const(names.CONSTANTS[name])
        if name in names.GREEK or name in ("ell", "hbar"):
            return self._subscripted(Sym(name))
        if name in ("angle", "measuredangle", "triangle"):
            return Sym(name + "_" + self._letters())
        if name in ("{", "lbrace", "lbrack", "lparen", "langle"):
            return self._bracketed(_OPENS[name])
        if name in ("|", "vert", "lvert", "Vert", "lVert"):
            return self._absolute({"lvert": "rvert", "lVert": "rVert"}.get(name, name), opened=True)
        if name in ("lfloor", "lceil"):
            return self._floor(name)
        raise Unreadable(f"\\{name} is not known here")

    def _letters(self) -> str:
        if self.now.kind != "name":
            raise Unreadable("an angle without a name")
        return self.take().text

    def _floor(self, name: str) -> Node:
        inner = self.listing(("rfloor", "rceil"))
        self.expect("rfloor" if name == "lfloor" else "rceil")
        return Call("floor" if name == "lfloor" else "ceil", (inner,))

    def _absolute(self, close: str, opened: bool = False) -> Node:
        if not opened:
            self.take()
        self.bars += 1
        self.deeper()
        inner = self.sum()
        self.depth -= 1
        self.bars -= 1
        self.expect(close)
        return Call("abs", (inner,))

    def _fraction(self) -> Node:
        return Div(self.argument(), self.argument())

    def _root(self, name: str) -> Node:
        index: Node = Num(Fraction(3)) if name == "cbrt" else Num(Fraction(2))
        if self.sees("["):
            self.take()
            index = self.listing(("]",))
            self.expect("]")
        radicand = self.argument()
        return Call("sqrt", (radicand,)) if index == Num(Fraction(2)) else Call("root", (radicand, index))

    def argument(self) -> Node:
        """A braced group, or the single token that TeX would take: one digit of a number, one letter of a name."""
        self.deeper()
        try:
            if self.sees("{"):
                return self._group_argument()
            if self.now.kind in ("num", "name") and len(self.now.text) > 1 and self._takes_one_character():
                return self._split_token()
            if self.sees("("):
                return self._bracketed("(")
            return self.atom()
        finally:
            self.depth -= 1

    def _takes_one_character(self) -> bool:
        """\\frac12 takes one digit; \\sqrt12 and √12 mean the whole number, as people write them."""
        return self.tokens[self.at - 1].text not in ("sqrt", "cbrt", "]")

    def _split_token(self) -> Node:
        token = self.now
        if token.kind == "name" and (token.text in names.FUNCTIONS or token.text in names.CONSTANTS):
            return self.atom()
        if not (token.text.isdigit() if token.kind == "num" else token.text.isalpha()):
            raise Unreadable(f"{token.text[:20]!r} after a command that takes one character")
        self.now = Token(token.kind, token.text[1:], False)
        self.tokens[self.at] = self.now
        return number(token.text[0]) if token.kind == "num" else self.letter(token.text[0])

    def _group_argument(self) -> Node:
        self.expect("{")
        inner = self.listing(("}",))
        self.expect("}")
        return inner

    def _bracketed(self, opens: str) -> Node:
        if self.now.kind == "op" and self.now.text == opens:
            self.take()
        if self.sees(*_CLOSES):
            closes = _CLOSES[self.take().text]
            if (opens, closes) == ("{", "}"):
                return Const("empty")
            raise Unreadable("empty brackets")
        self.no_colon += opens == "{"
        self.open.append(opens)
        bars, self.bars = self.bars, 0
        inner = self.listing((*_CLOSES, "|", ":", "mid", "colon", "vert") if opens == "{" else tuple(_CLOSES))
        if opens == "{" and self.sees("|", ":", "mid", "colon", "vert"):
            self.take()
            inner = Call("such_that", (inner, self.listing(("}", "rbrace"))))
        self.bars = bars
        self.no_colon -= opens == "{"
        self.open.pop()
        return self._closed(opens, inner)

    def _closed(self, opens: str, inner: Node) -> Node:
        escaped = self.now.kind == "cmd"
        closes = _CLOSES.get(self.now.text, "") if self.now.kind in ("op", "cmd") else ""
        if not closes:
            raise Unreadable("a bracket is not closed")
        self.take()
        if isinstance(inner, Listing):
            return Group(opens, closes, inner.items)
        if opens == "{" and self.sees("U", "union", "cup", "cap"):  # {-1} U [0, 7)
            escaped = True
        if opens == "{" and (escaped or (isinstance(inner, Call) and inner.name == "such_that")):
            return Group(opens, closes, (inner,))
        if (opens, closes) in (("(", ")"), ("[", "]"), ("{", "}")):
            row = opens == "[" and (isinstance(inner, Group) or self.open[-1:] == ["["])  # [[12], [18]]
            return Group("[", "]", (inner,)) if row else inner
        raise Unreadable(f"{opens} closed by {closes}")
