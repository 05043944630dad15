"""Tokens to a tree, by recursive descent. Loosest first:

listing (, ; and or) < relation (= < > in) < sets (union, minus) < ratio (:) < sum (+ - ±) < product (* / and side by side)
< sign < power < postfix (! %) < atom. `1/2x` is (1/2)x, `2^3^2` is 2^(3^2), `-3^2` is -(3^2), `3\\frac{1}{2}` and `3 1/2` are
mixed numbers, \\sin 2x \\cos x is sin(2x)*cos(x).

Not read, on purpose: integrals, sums, limits and derivatives (an answer that still holds one is not evaluated), ellipses,
matrices with operations inside `cases`.
"""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math import names
from tracemill.verifiers.math.lexer import Dialect, Token, Unreadable, normalise, tokenize
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Group,
    Listing,
    Matrix,
    Mul,
    Neg,
    Node,
    Num,
    Percent,
    PlusMinus,
    Pow,
    Ratio,
    Rel,
    SetOp,
    Sym,
    is_shallow,
)

MAX_DEPTH = 40  # each level of brackets takes about ten Python frames, of which a host may have used many already
MAX_TREE_DEPTH = 100  # 1/2/3/4 and 5!!! nest without brackets
MAX_DIGITS = 4_000

_RELATIONS = {
    "=": "=", "==": "=", ":=": "=", "equiv": "=", "<": "<", "lt": "<", ">": ">", "gt": ">", "<=": "<=", "le": "<=",
    "leq": "<=", "leqslant": "<=", "leqq": "<=", ">=": ">=", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=",
    "!=": "!=", "<>": "!=", "ne": "!=", "neq": "!=", "approx": "~", "simeq": "~", "sim": "~", "cong": "~", "in": "in",
    "doteq": "~", "thickapprox": "~",
}  # fmt: skip
_SET_OPS = {
    "cup": "union", "bigcup": "union", "U": "union", "union": "union", "cap": "intersection", "bigcap": "intersection",
    "setminus": "difference", "backslash": "difference", "smallsetminus": "difference", "minus": "difference",
}  # fmt: skip
_THEREFORE = (
    "Rightarrow",
    "implies",
    "Longrightarrow",
    "rightarrow",
    "to",
    "=>",
    "->",
    "therefore",
    "iff",
    "Leftrightarrow",
)
_OPENS = {"(": "(", "[": "[", "lparen": "(", "lbrack": "[", "langle": "(", "{": "{", "lbrace": "{"}
_CLOSES = {")": ")", "]": "]", "rparen": ")", "rbrack": "]", "rangle": ")", "}": "}", "rbrace": "}"}
_TIMES = ("*", "cdot", "times", "ast")
_OVER = ("/", "div")


def parse(text: str, dialect: Dialect | None = None) -> Node:
    """The tree of an answer. Raises Unreadable; never anything else, whatever the text."""
    dialect = dialect or Dialect()
    try:
        parser = _Parser(tokenize(normalise(text), dialect), dialect)
        node = parser.listing(())
        if parser.now.kind != "stop":
            raise Unreadable(f"{parser.now.text[:40]!r} is out of place")
        if not is_shallow(node, MAX_TREE_DEPTH):
            raise Unreadable(f"nested deeper than {MAX_TREE_DEPTH}")
        return node
    except RecursionError:
        raise Unreadable("nested too deep") from None


class _Parser:
    """A place in a list of tokens. One use."""

    def __init__(self, tokens: list[Token], dialect: Dialect) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._bars = 0  # inside |...|, a bar closes
        self._open: list[str] = []  # the brackets around this place
        self._no_colon = 0  # inside {x : ...}, a colon is no ratio
        self._dialect = dialect
        self.now = tokens[0]

    def _next(self) -> Token:
        token = self.now
        self._at += 1
        self.now = self._tokens[min(self._at, len(self._tokens) - 1)]
        return token

    def _is(self, *texts: str) -> bool:
        return self.now.kind in ("op", "cmd", "name") and self.now.text in texts

    def _peek(self, ahead: int = 1) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _expect(self, text: str) -> None:
        if not self._is(text):
            raise Unreadable(f"{text!r} is missing before {self.now.text[:20]!r}")
        self._next()

    # Lists

    def listing(self, stops: tuple[str, ...]) -> Node:
        """Items up to a closing bracket, which is not consumed."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        items: list[Node] = []
        joint = ""
        while not self._ends(stops):
            items.append(self._relation())
            strength = self._joints()
            if strength == "=>":
                items, joint = [], ""
            elif strength:
                joint = strength if strength != "," or not joint else joint
            elif not self._ends(stops):
                raise Unreadable(f"{self.now.text[:40]!r} is out of place")
        self._depth -= 1
        if not items:
            raise Unreadable("nothing stands where an answer should")
        return items[0] if len(items) == 1 and not joint else Listing(tuple(items), joint or ",")

    def _ends(self, stops: tuple[str, ...]) -> bool:
        return self.now.kind in ("stop", "row", "end") or self._is(*stops, "&")

    def _joints(self) -> str:
        """Consumes separators: "" for none, else the strongest of "," "and" "or", or "=>"."""
        found = ""
        while True:
            if self._is(",", ";"):
                found = found or ","
            elif self._is("and", "land", "wedge", "&", "AND") and self.now.text != "&":
                found = "and"
            elif self._is("or", "lor", "vee", "OR"):
                found = "or"
            elif self.now.kind == "text" and self.now.text.strip(" ,;").lower() in ("and", "or", ""):
                found = self.now.text.strip(" ,;").lower() or found or ","
            elif self._is(*_THEREFORE):
                found = "=>"
            else:
                return found
            self._next()

    def _relation(self) -> Node:
        items, ops = [self._sets()], []
        while (op := self._relation_sign()) is not None:
            ops.append(op)
            items.append(self._sets())
        return Rel(tuple(items), tuple(ops)) if ops else items[0]

    def _relation_sign(self) -> str | None:
        if self.now.kind not in ("op", "cmd", "name"):
            return None
        if self.now.text == "not" and self._peek().text in ("=", "in"):
            self._next()
            return "!=" if self._next().text == "=" else self._unknown("not in")
        op = _RELATIONS.get(self.now.text)
        if op is None or (self.now.kind == "name" and self.now.text != "in"):
            return None
        self._next()
        return op

    def _unknown(self, what: str) -> str:
        raise Unreadable(f"{what} is not known here")

    def _sets(self) -> Node:
        left = self._ratio()
        while self.now.kind in ("cmd", "name", "op") and self._set_sign(left):
            op = _SET_OPS.get(self._next().text, "difference")
            right = self._ratio()
            if isinstance(right, (Num, Neg)):  # [0, 7) U {-1}
                right = Group("{", "}", (right,))
            if isinstance(left, SetOp) and left.op == op and op != "difference":
                left = SetOp(op, (*left.args, right))
            else:
                left = SetOp(op, (left, right))
        return left

    def _set_sign(self, left: Node) -> bool:
        if self.now.text in ("-", "\\"):
            return isinstance(left, Const) and left.name == "R" and self.now.text == "-"
        is_set = isinstance(left, (Group, SetOp)) or (isinstance(left, Const) and left.name in ("R", "empty"))
        return self.now.text in _SET_OPS and (self.now.kind == "cmd" or is_set)

    def _ratio(self) -> Node:
        items = [self._sum()]
        while not self._no_colon and self._is(":", "colon"):
            self._next()
            items.append(self._sum())
        return Ratio(tuple(items)) if len(items) > 1 else items[0]

    # Arithmetic

    def _sum(self) -> Node:
        terms: list[Node] = []
        while True:
            sign = self._next().text if self._is("+", "-", "pm", "mp") else ""
            if not sign and terms:
                break
            if sign == "+" and self._is("-", "/"):  # +- and +/- are plus or minus
                slash = self._next().text == "/"
                if slash:
                    self._expect("-")
                sign = "pm"
            term = self._product()
            if sign == "-":
                term = Neg(term)
            elif sign in ("pm", "mp"):
                term = PlusMinus(term, sign == "pm")
            terms.append(term)
            if not self._is("+", "-", "pm", "mp") or (self._is("-") and self._set_sign(term)):
                break
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def _product(self) -> Node:
        factors = [self._signed()]
        while True:
            if self._is(*_TIMES):
                self._next()
                factors.append(self._signed())
            elif self._is(*_OVER):
                self._next()
                factors = [Div(_mul(factors), self._signed())]
            elif self._starts_factor(factors[-1]):
                factors[-1:] = self._beside(factors[-1])
            else:
                return _mul(factors)

    def _beside(self, left: Node) -> list[Node]:
        """What stands right beside a factor: mostly one more factor; after a whole number, a fraction makes it mixed."""
        spaced_number = self.now.kind == "num"
        if isinstance(left, Num) and spaced_number:
            return [self._postfix(self._mixed_plain(left))]
        written_as_fraction = self._is("frac", "dfrac", "tfrac", "cfrac")
        right = self._power()
        if isinstance(left, Num) and left.kind == "integer" and written_as_fraction and isinstance(right, Div):
            if isinstance(right.top, Num) and isinstance(right.bottom, Num):
                return [_mixed(left, right.top, right.bottom)]
        return [left, right]

    def _mixed_plain(self, whole: Num) -> Node:
        top = self._next()
        if not (whole.kind == "integer" and self._is("/") and self._peek().kind == "num"):
            raise Unreadable("two numbers side by side")
        self._next()
        bottom = self._next()
        return _mixed(whole, _number(top.text), _number(bottom.text))

    def _starts_factor(self, left: Node) -> bool:
        kind, text = self.now.kind, self.now.text
        if kind == "num":
            return not isinstance(left, (Sym, Const)) or self.now.spaced
        if kind == "name":
            return text not in ("and", "or", "in", "U", "union", "mod", "AND", "OR", "not") or (
                text == "U" and not isinstance(left, (Group, SetOp))
            )
        if kind == "op":
            return text in "([{" or (text == "|" and not self._bars and not self._no_colon) or text == "°"
        if kind == "cmd":
            return text in names.STARTERS or (text in ("|", "vert", "lvert", "Vert") and not self._bars)
        if kind == "text":
            return text.strip(" ,;").lower() not in ("and", "or", "")
        return kind in ("font", "bb", "accent", "begin")

    def _signed(self) -> Node:
        if self._is("-"):
            self._next()
            return Neg(self._signed_again())
        if self._is("+"):
            self._next()
            return self._signed_again()
        return self._power()

    def _signed_again(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        node = self._signed()
        self._depth -= 1
        return node

    def _power(self) -> Node:
        base = self._postfix(self._atom())
        if not self._is("^", "**"):
            return base
        sign = self._next().text
        if self._is("circ") or self._braced("circ"):
            for _ in range(3 if self._is("{") else 1):
                self._next()
            return Call("degrees", (base,))
        exponent = self._exponent(plain=sign == "**")
        node: Node = Pow(base, exponent)
        return self._postfix(node)

    def _braced(self, command: str) -> bool:
        return self._is("{") and self._peek().text == command and self._peek(2).text == "}"

    def _exponent(self, plain: bool) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        node = self._signed() if plain or not self._is("{") else self._group_argument()
        if not plain and self._is("^", "**"):  # 2^{3}^2 is no LaTeX, but 2^3^2 is written
            self._next()
            node = Pow(node, self._exponent(plain))
        self._depth -= 1
        return node

    def _postfix(self, node: Node) -> Node:
        while True:
            if self._is("!"):
                self._next()
                node = Call("factorial", (node,))
            elif self._is("%"):
                self._next()
                node = Percent(node)
            else:
                return node

    # Atoms

    def _atom(self) -> Node:
        token = self.now
        match token.kind:
            case "num":
                self._next()
                if self._is("_"):
                    raise Unreadable("a numeral with a base inside an expression")
                return _number(token.text)
            case "name":
                return self._named()
            case "cmd":
                return self._command()
            case "font":
                self._next()
                return self._word(token.text)
            case "text":
                self._next()
                return self._word(token.text)
            case "bb":
                self._next()
                return self._blackboard(token.text)
            case "accent":
                self._next()
                return self._subscripted(Sym(token.text))
            case "begin":
                return self._environment()
            case "op" if token.text in "([{":
                return self._bracketed(token.text)
            case "op" if token.text == "|":
                return self._absolute("|")
        raise Unreadable(f"{token.text[:40]!r} is out of place" if token.text else "the answer breaks off")

    def _blackboard(self, name: str) -> Node:
        if name not in ("R", "Z", "N", "Q", "C"):
            raise Unreadable(f"the set {name[:20]!r} is not known")
        if self._is("^"):
            raise Unreadable("a part of a set of numbers")
        return Const(name)

    def _word(self, text: str) -> Node:
        word = text.strip()
        if word in names.FUNCTIONS:
            return self._call(names.FUNCTIONS[word])
        if len(word) == 1 and word.isalpha():
            return self._subscripted(self._letter(word))
        if word in names.CONSTANTS:
            return Const(names.CONSTANTS[word])
        raise Unreadable(f"{word[:40]!r} is no mathematics")

    def _letter(self, letter: str) -> Node:
        if letter in self._dialect.e_names:
            return Const("e")
        return Const("i") if letter in self._dialect.i_names else Sym(letter)

    def _named(self) -> Node:
        """A run of letters: a name that is known, or letters side by side (`xy` is x*y), or a function run together with
        its argument (`sinx`)."""
        word = self._next().text
        lower = word.lower()
        if word in names.FUNCTIONS:
            return self._call(names.FUNCTIONS[word])
        if word in names.CONSTANTS or lower in names.CONSTANTS:
            return Const(names.CONSTANTS.get(word) or names.CONSTANTS[lower])
        if word in names.GREEK:
            return self._subscripted(Sym(word))
        if lower in names.FRACTIONS and self._is("{"):
            return self._fraction()
        for function in names.RUN_TOGETHER:
            start = word.find(function)
            if 0 <= start <= 1 and start + len(function) < len(word) <= start + len(function) + 2:
                return self._run_together(word, start, function)
            if start == 1 and start + len(function) == len(word):
                return Mul((self._letter(word[0]), self._call(names.FUNCTIONS[function])))
        if len(word) > 3:
            raise Unreadable(f"{word[:40]!r} is no mathematics")
        letters = [self._letter(letter) for letter in word]
        letters[-1] = self._function_of_name(word) or self._subscripted(letters[-1])
        if len(letters) > 1 and self._is("^", "**"):  # the exponent of xy^2 is y's
            plain = self._next().text == "**"
            letters[-1] = Pow(letters[-1], self._exponent(plain))
        return _mul(letters)

    def _run_together(self, word: str, start: int, function: str) -> Node:
        rest = _mul([self._letter(letter) for letter in word[start + len(function) :]])
        if self._is("^", "**"):
            self._next()
            rest = Pow(rest, self._exponent(plain=False))
        node = Call(names.FUNCTIONS[function], (rest,))
        return Mul((self._letter(word[0]), node)) if start else node

    def _function_of_name(self, word: str) -> Node | None:
        """f'(x) keeps its prime as part of the name."""
        if not self._is("'"):
            return None
        primes = ""
        while self._is("'"):
            primes += self._next().text
        return Sym(word[-1] + primes)

    def _subscripted(self, node: Node) -> Node:
        if not self._is("_"):
            return node
        self._next()
        if not isinstance(node, (Sym, Const)):
            raise Unreadable("a subscript out of place")
        return Sym(f"{node.name}_{self._raw_argument()}")

    def _raw_argument(self) -> str:
        """The text of a subscript, spaces dropped."""
        if not self._is("{"):
            return self._next().text
        self._next()
        depth, parts = 1, []
        while True:
            if self.now.kind == "stop" or len(parts) > 40:
                raise Unreadable("a subscript does not end")
            token = self._next()
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "op" else 0
            if not depth:
                return "".join(parts)
            parts.append(token.text)

    def _command(self) -> Node:
        name = self._next().text
        if name in names.FRACTIONS:
            return self._fraction()
        if name in ("sqrt", "cbrt"):
            return self._root(name)
        if name in names.BINOMIALS:
            return Call("binom", (self._argument(), self._argument()))
        if name in names.FUNCTIONS:
            return self._call(names.FUNCTIONS[name])
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
        return self._next().text

    def _floor(self, name: str) -> Node:
        inner = self.listing(("rfloor", "rceil"))
        self._expect("rfloor" if name == "lfloor" else "rceil")
        return Call("floor" if name == "lfloor" else "ceil", (inner,))

    def _absolute(self, close: str, opened: bool = False) -> Node:
        if not opened:
            self._next()
        self._bars += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        inner = self._sum()
        self._depth -= 1
        self._bars -= 1
        self._expect(close)
        return Call("abs", (inner,))

    def _fraction(self) -> Node:
        return Div(self._argument(), self._argument())

    def _root(self, name: str) -> Node:
        index: Node = Num(Fraction(3)) if name == "cbrt" else Num(Fraction(2))
        if self._is("["):
            self._next()
            index = self.listing(("]",))
            self._expect("]")
        radicand = self._argument()
        return Call("sqrt", (radicand,)) if index == Num(Fraction(2)) else Call("root", (radicand, index))

    def _argument(self) -> Node:
        """A braced group, or the single token that TeX would take: one digit of a number, one letter of a name."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        try:
            if self._is("{"):
                return self._group_argument()
            if self.now.kind in ("num", "name") and len(self.now.text) > 1 and self._takes_one_character():
                return self._split_token()
            if self._is("("):
                return self._bracketed("(")
            return self._atom()
        finally:
            self._depth -= 1

    def _takes_one_character(self) -> bool:
        """\\frac12 takes one digit; \\sqrt12 and √12 mean the whole number, as people write them."""
        return self._tokens[self._at - 1].text not in ("sqrt", "cbrt", "]")

    def _split_token(self) -> Node:
        token = self.now
        if token.kind == "name" and (token.text in names.FUNCTIONS or token.text in names.CONSTANTS):
            return self._atom()
        if not token.text.isalnum():
            raise Unreadable(f"{token.text[:20]!r} after a command that takes one character")
        self.now = Token(token.kind, token.text[1:], False)
        self._tokens[self._at] = self.now
        return _number(token.text[0]) if token.kind == "num" else self._letter(token.text[0])

    def _group_argument(self) -> Node:
        self._expect("{")
        inner = self.listing(("}",))
        self._expect("}")
        return inner

    def _call(self, name: str) -> Node:
        """A function and its argument: in brackets, or the factors that follow (\\sin 2x)."""
        base: Node | None = None
        exponent: Node | None = None
        while self._is("_", "^", "**"):
            if self._next().text == "_":
                base = self._argument()
            else:
                exponent = self._exponent(plain=False)
        node = self._applied(name, base, exponent)
        if exponent is None or node.name != name:
            return node
        return Pow(node, exponent)

    def _applied(self, name: str, base: Node | None, exponent: Node | None) -> Call:
        inverse = exponent == Neg(Num(Fraction(1))) and name in names.INVERSES
        args = self._call_arguments(name)
        if name == "log10":
            name, base = "log", Num(Fraction(10))
        if base is not None:
            if name != "log" or len(args) != 1:
                raise Unreadable(f"a subscript on {name}")
            args = (*args, base)
        fewest, most = names.ARITY.get(name, (1, 1))
        if not fewest <= len(args) <= most:
            raise Unreadable(f"{name} of {len(args)} arguments")
        return Call(names.INVERSES[name] if inverse else name, args)

    def _call_arguments(self, name: str) -> tuple[Node, ...]:
        if self._is("(", "[", "{"):
            closer = {"(": ")", "[": "]", "{": "}"}[self._next().text]
            inner = self.listing((closer,))
            self._expect(closer)
            return inner.items if isinstance(inner, Listing) else (inner,)
        if name in ("sqrt", "cbrt", "exp", "factorial"):
            return (self._power(),)
        sign = self._is("-")
        if sign:
            self._next()
        factors = [self._power()]
        while self._starts_factor(factors[-1]) and not self._starts_function():
            factors[-1:] = self._beside(factors[-1])
        return (Neg(_mul(factors)),) if sign else (_mul(factors),)

    def _starts_function(self) -> bool:
        return self.now.kind in ("name", "cmd", "font") and (
            self.now.text in names.FUNCTIONS and self.now.text not in ("sqrt",)
        )

    def _bracketed(self, opens: str) -> Node:
        if self.now.kind == "op" and self.now.text == opens:
            self._next()
        if self._is(*_CLOSES):
            closes = _CLOSES[self._next().text]
            if (opens, closes) == ("{", "}"):
                return Const("empty")
            raise Unreadable("empty brackets")
        self._no_colon += opens == "{"
        self._open.append(opens)
        bars, self._bars = self._bars, 0
        inner = self.listing((*_CLOSES, "|", ":", "mid", "colon", "vert") if opens == "{" else tuple(_CLOSES))
        if opens == "{" and self._is("|", ":", "mid", "colon", "vert"):
            self._next()
            inner = Call("such_that", (inner, self.listing(("}", "rbrace"))))
        self._bars = bars
        self._no_colon -= opens == "{"
        self._open.pop()
        return self._closed(opens, inner)

    def _closed(self, opens: str, inner: Node) -> Node:
        escaped = self.now.kind == "cmd"
        closes = _CLOSES.get(self.now.text, "") if self.now.kind in ("op", "cmd") else ""
        if not closes:
            raise Unreadable("a bracket is not closed")
        self._next()
        if isinstance(inner, Listing):
            return Group(opens, closes, inner.items)
        if opens == "{" and self._is("U", "union", "cup", "cap"):  # {-1} U [0, 7)
            escaped = True
        if opens == "{" and (escaped or isinstance(inner, Call) and inner.name == "such_that"):
            return Group(opens, closes, (inner,))
        if (opens, closes) in (("(", ")"), ("[", "]"), ("{", "}")):
            row = opens == "[" and (isinstance(inner, Group) or self._open[-1:] == ["["])  # [[12], [18]]
            return Group("[", "]", (inner,)) if row else inner
        raise Unreadable(f"{opens} closed by {closes}")

    def _environment(self) -> Node:
        name = self._next().text
        if name not in names.MATRICES and name not in names.SYSTEMS:
            raise Unreadable(f"the environment {name!r} is not known here")
        rows: list[tuple[Node, ...]] = []
        while self.now.kind != "end":
            if self.now.kind == "stop":
                raise Unreadable(f"{name} does not end")
            if self.now.kind == "row":
                self._next()
                continue
            rows.append(self._row() if name in names.MATRICES else (self._equation_row(),))
        if self._next().text != name or not rows:
            raise Unreadable(f"{name} does not end as it began")
        if name in names.SYSTEMS:
            return Listing(tuple(row[0] for row in rows), "and") if len(rows) > 1 else rows[0][0]
        if len({len(row) for row in rows}) != 1:
            raise Unreadable("a matrix with rows of different lengths")
        return Matrix(tuple(rows))

    def _row(self) -> tuple[Node, ...]:
        cells = [self.listing(("&",))]
        while self._is("&"):
            self._next()
            cells.append(self.listing(("&",)))
        return tuple(cells)

    def _equation_row(self) -> Node:
        """One line of `cases` or `aligned`; its alignment marks mean nothing, and a trailing comma goes."""
        end = self._at
        while self._tokens[end].kind not in ("row", "end", "stop"):
            end += 1
        inside = [token for token in self._tokens[self._at : end] if token.text != "&" or token.kind != "op"]
        while inside and inside[-1].text in (",", ".", ";"):
            inside.pop()
        line = _Parser([*inside, Token("stop", "", False)], self._dialect)
        line._depth = self._depth
        node = line.listing(())
        if line.now.kind != "stop":
            raise Unreadable(f"{line.now.text[:40]!r} is out of place")
        self._at = end
        self.now = self._tokens[end]
        return node


def _mul(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


def _mixed(whole: Num, top: Num, bottom: Num) -> Num:
    if top.kind != "integer" or bottom.kind != "integer" or not 0 <= top.value < bottom.value:
        raise Unreadable("a whole number beside a fraction that is no proper one")
    return Num(whole.value + top.value / bottom.value, "mixed")


def _number(text: str) -> Num:
    """A literal's exact value: 1,000, 1{,}000, 0.125, 1.5e-3, 0.(3)."""
    if "(" in text:
        return _repeating(text)
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    mantissa = mantissa.translate(_SEPARATORS)
    if len(mantissa) > MAX_DIGITS or len(exponent) > 5 or abs(int(exponent or "0")) > MAX_DIGITS:
        raise Unreadable(f"a number of more than {MAX_DIGITS} digits")
    value = Fraction(mantissa) * Fraction(10) ** int(exponent or "0")
    if "." not in mantissa and not exponent:
        return Num(value)
    return Num(value, "decimal", len(mantissa.replace(".", "").lstrip("0")))


def _repeating(text: str) -> Num:
    whole, _, rest = text.partition(".")
    fixed, _, cycle = rest.rstrip(")").partition("(")
    value = Fraction(int(whole + fixed or "0")) + Fraction(int(cycle), 10 ** len(cycle) - 1)
    return Num(value / 10 ** len(fixed), "mixed")


_SEPARATORS = {ord(char): None for char in ",{}\\! "}
