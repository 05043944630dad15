"""Tokens to a tree, by recursive descent. Loosest first:

listing (, ; and or) < relation (= < > in) < sets (union, minus) < ratio (:) < sum (+ - ±) < product (* / and side by
side) < sign < power < postfix (! %) < atom. `1/2x` is (1/2)x, `2^3^2` is 2^(3^2), `-3^2` is -(3^2), `3\\frac{1}{2}`
and `3 1/2` are mixed numbers, \\sin 2x \\cos x is sin(2x)*cos(x).

Not read, on purpose: integrals, sums, limits and derivatives (an answer that still holds one is not evaluated),
ellipses, matrices with operations inside `cases`.
"""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math import names
from tracemill.verifiers.math.atoms import Atoms
from tracemill.verifiers.math.lexer import Dialect, Token, Unreadable, normalise, tokenize
from tracemill.verifiers.math.numerals import mixed, number, product_of
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Group,
    Listing,
    Matrix,
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

MAX_TREE_DEPTH = 100  # 1/2/3/4 and 5!!! nest without brackets

_RELATIONS = {
    "=": "=", "==": "=", ":=": "=", "equiv": "=", "<": "<", "lt": "<", ">": ">", "gt": ">", "<=": "<=", "le": "<=",
    "leq": "<=", "leqslant": "<=", "leqq": "<=", ">=": ">=", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=",
    "!=": "!=", "<>": "!=", "ne": "!=", "neq": "!=", "approx": "~", "simeq": "~", "sim": "~", "cong": "~", "in": "in",
    "doteq": "~", "thickapprox": "~",
}  # fmt: skip  # fmt: skip
_SET_OPS = {
    "cup": "union", "bigcup": "union", "U": "union", "union": "union", "cap": "intersection", "bigcap": "intersection",
    "setminus": "difference", "backslash": "difference", "smallsetminus": "difference", "minus": "difference",
}  # fmt: skip  # fmt: skip
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
_TIMES = ("*", "cdot", "times", "ast")
_OVER = ("/", "div")


def parse(text: str, dialect: Dialect | None = None) -> Node:
    """The tree of an answer. Raises Unreadable; never anything else, whatever the text."""
    dialect = dialect or Dialect()
    try:
        parser = Parser(tokenize(normalise(text), dialect), dialect)
        node = parser.listing(())
        if parser.now.kind != "stop":
            raise Unreadable(f"{parser.now.text[:40]!r} is out of place")
        if not is_shallow(node, MAX_TREE_DEPTH):
            raise Unreadable(f"nested deeper than {MAX_TREE_DEPTH}")
        return node
    except RecursionError:
        raise Unreadable("nested too deep") from None


class Parser(Atoms):
    """Lists, relations, sets, sums, products, powers, functions and environments."""

    def listing(self, stops: tuple[str, ...]) -> Node:
        """Items up to a closing bracket, which is not consumed."""
        self.deeper()
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
        self.depth -= 1
        if not items:
            raise Unreadable("nothing stands where an answer should")
        return items[0] if len(items) == 1 and not joint else Listing(tuple(items), joint or ",")

    def _ends(self, stops: tuple[str, ...]) -> bool:
        return self.now.kind in ("stop", "row", "end") or self.sees(*stops, "&")

    def _joints(self) -> str:
        """Consumes separators: "" for none, else the strongest of "," "and" "or", or "=>"."""
        found = ""
        while True:
            if self.sees(",", ";"):
                found = found or ","
            elif self.sees("and", "land", "wedge", "&", "AND") and self.now.text != "&":
                found = "and"
            elif self.sees("or", "lor", "vee", "OR"):
                found = "or"
            elif self.now.kind == "text" and self.now.text.strip(" ,;").lower() in ("and", "or", ""):
                found = self.now.text.strip(" ,;").lower() or found or ","
            elif self.sees(*_THEREFORE):
                found = "=>"
            else:
                return found
            self.take()

    def _relation(self) -> Node:
        items, ops = [self._sets()], []
        while (op := self._relation_sign()) is not None:
            ops.append(op)
            items.append(self._sets())
        return Rel(tuple(items), tuple(ops)) if ops else items[0]

    def _relation_sign(self) -> str | None:
        if self.now.kind not in ("op", "cmd", "name"):
            return None
        if self.now.text == "not" and self.peek().text in ("=", "in"):
            self.take()
            return "!=" if self.take().text == "=" else self._unknown("not in")
        op = _RELATIONS.get(self.now.text)
        if op is None or (self.now.kind == "name" and self.now.text != "in"):
            return None
        self.take()
        return op

    def _unknown(self, what: str) -> str:
        raise Unreadable(f"{what} is not known here")

    def _sets(self) -> Node:
        left = self._ratio()
        while self.now.kind in ("cmd", "name", "op") and self.set_sign(left):
            op = _SET_OPS.get(self.take().text, "difference")
            right = self._ratio()
            if isinstance(right, (Num, Neg)):  # [0, 7) U {-1}
                right = Group("{", "}", (right,))
            if isinstance(left, SetOp) and left.op == op and op != "difference":
                left = SetOp(op, (*left.args, right))
            else:
                left = SetOp(op, (left, right))
        return left

    def set_sign(self, left: Node) -> bool:
        if self.now.text in ("-", "\\"):
            return isinstance(left, Const) and left.name == "R" and self.now.text == "-"
        is_set = isinstance(left, (Group, SetOp)) or (isinstance(left, Const) and left.name in ("R", "empty"))
        return self.now.text in _SET_OPS and (self.now.kind == "cmd" or is_set)

    def _ratio(self) -> Node:
        items = [self.sum()]
        while not self.no_colon and self.sees(":", "colon"):
            self.take()
            items.append(self.sum())
        return Ratio(tuple(items)) if len(items) > 1 else items[0]

    def sum(self) -> Node:
        terms: list[Node] = []
        while True:
            sign = self.take().text if self.sees("+", "-", "pm", "mp") else ""
            if not sign and terms:
                break
            if sign == "+" and self.sees("-", "/"):  # +- and +/- are plus or minus
                slash = self.take().text == "/"
                if slash:
                    self.expect("-")
                sign = "pm"
            term = self._product()
            if sign == "-":
                term = Neg(term)
            elif sign in ("pm", "mp"):
                term = PlusMinus(term, sign == "pm")
            terms.append(term)
            if not self.sees("+", "-", "pm", "mp") or (self.sees("-") and self.set_sign(term)):
                break
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def _product(self) -> Node:
        factors = [self.signed()]
        while True:
            if self.sees(*_TIMES):
                self.take()
                factors.append(self.signed())
            elif self.sees(*_OVER):
                self.take()
                factors = [Div(product_of(factors), self.signed())]
            elif self.starts_factor(factors[-1]):
                factors[-1:] = self.beside(factors[-1])
            else:
                return product_of(factors)

    def beside(self, left: Node) -> list[Node]:
        """What stands right beside a factor: mostly one more factor; after a whole number, a fraction makes it
        mixed."""
        spaced_number = self.now.kind == "num"
        if isinstance(left, Num) and spaced_number:
            return [self.postfix(self._mixed_plain(left))]
        written_as_fraction = self.sees("frac", "dfrac", "tfrac", "cfrac")
        right = self.power()
        whole = isinstance(left, Num) and left.kind == "integer"
        fraction = right.arg if isinstance(right, Percent) else right
        if whole and written_as_fraction and isinstance(fraction, Div):
            top, bottom = fraction.top, fraction.bottom
            if isinstance(left, Num) and isinstance(top, Num) and isinstance(bottom, Num):
                value = mixed(left, top, bottom)
                return [Percent(value) if isinstance(right, Percent) else value]
        return [left, right]

    def _mixed_plain(self, whole: Num) -> Node:
        top = self.take()
        if not (whole.kind == "integer" and self.sees("/") and self.peek().kind == "num"):
            raise Unreadable("two numbers side by side")
        self.take()
        bottom = self.take()
        return mixed(whole, number(top.text), number(bottom.text))

    def starts_factor(self, left: Node) -> bool:
        kind, text = self.now.kind, self.now.text
        if kind == "num":
            return not isinstance(left, (Sym, Const)) or self.now.spaced
        if kind == "name":
            return text not in ("and", "or", "in", "U", "union", "mod", "AND", "OR", "not") or (
                text == "U" and not isinstance(left, (Group, SetOp))
            )
        if kind == "op":
            return text in "([{" or (text == "|" and not self.bars and not self.no_colon) or text == "°"
        if kind == "cmd":
            return text in names.STARTERS or (text in ("|", "vert", "lvert", "Vert") and not self.bars)
        if kind == "text":
            return text.strip(" ,;").lower() not in ("and", "or", "")
        return kind in ("font", "bb", "accent", "begin")

    def signed(self) -> Node:
        if self.sees("-"):
            self.take()
            return Neg(self._signed_again())
        if self.sees("+"):
            self.take()
            return self._signed_again()
        return self.power()

    def _signed_again(self) -> Node:
        self.deeper()
        node = self.signed()
        self.depth -= 1
        return node

    def power(self) -> Node:
        base = self.postfix(self.atom())
        if not self.sees("^", "**"):
            return base
        sign = self.take().text
        if self.sees("circ") or self._braced("circ"):
            for _ in range(3 if self.sees("{") else 1):
                self.take()
            return Call("degrees", (base,))
        exponent = self.exponent(plain=sign == "**")
        node: Node = Pow(base, exponent)
        return self.postfix(node)

    def _braced(self, command: str) -> bool:
        return self.sees("{") and self.peek().text == command and self.peek(2).text == "}"

    def exponent(self, plain: bool) -> Node:
        self.deeper()
        if not plain and self.now.kind == "name" and len(self.now.text) > 1:
            node = self._split_token()  # e^xy is (e^x)y, as TeX sets it
        else:
            node = self.signed() if plain or not self.sees("{") else self._group_argument()
        if not plain and self.sees("^", "**"):  # 2^{3}^2 is no LaTeX, but 2^3^2 is written
            self.take()
            node = Pow(node, self.exponent(plain))
        self.depth -= 1
        return node

    def postfix(self, node: Node) -> Node:
        while True:
            if self.sees("!"):
                self.take()
                node = Call("factorial", (node,))
            elif self.sees("%"):
                self.take()
                node = Percent(node)
            else:
                return node

    def _starts_function(self) -> bool:
        return self.now.kind in ("name", "cmd", "font") and (
            self.now.text in names.FUNCTIONS and self.now.text not in ("sqrt",)
        )

    def call(self, name: str) -> Node:
        """A function and its argument: in brackets, or the factors that follow (\\sin 2x)."""
        base: Node | None = None
        exponent: Node | None = None
        while self.sees("_", "^", "**"):
            if self.take().text == "_":
                base = self.argument()
            else:
                exponent = self.exponent(plain=False)
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
        if self.sees("(", "[", "{"):
            closer = {"(": ")", "[": "]", "{": "}"}[self.take().text]
            inner = self.listing((closer,))
            self.expect(closer)
            return inner.items if isinstance(inner, Listing) else (inner,)
        if name in ("sqrt", "cbrt", "exp", "factorial"):
            return (self.power(),)
        sign = self.sees("-")
        if sign:
            self.take()
        factors = [self.power()]
        while self.starts_factor(factors[-1]) and not self._starts_function():
            factors[-1:] = self.beside(factors[-1])
        return (Neg(product_of(factors)),) if sign else (product_of(factors),)

    def _equation_row(self) -> Node:
        """One line of `cases` or `aligned`; its alignment marks mean nothing, and a trailing comma goes."""
        end = self.at
        while self.tokens[end].kind not in ("row", "end", "stop"):
            end += 1
        inside = [token for token in self.tokens[self.at : end] if token.text != "&" or token.kind != "op"]
        while inside and inside[-1].text in (",", ".", ";"):
            inside.pop()
        line = Parser([*inside, Token("stop", "", False)], self.dialect)
        line.depth = self.depth
        node = line.listing(())
        if line.now.kind != "stop":
            raise Unreadable(f"{line.now.text[:40]!r} is out of place")
        self.at = end
        self.now = self.tokens[end]
        return node

    def _row(self) -> tuple[Node, ...]:
        cells = [self.listing(("&",))]
        while self.sees("&"):
            self.take()
            cells.append(self.listing(("&",)))
        return tuple(cells)

    def environment(self) -> Node:
        name = self.take().text
        if name not in names.MATRICES and name not in names.SYSTEMS:
            raise Unreadable(f"the environment {name!r} is not known here")
        rows: list[tuple[Node, ...]] = []
        while self.now.kind != "end":
            if self.now.kind == "stop":
                raise Unreadable(f"{name} does not end")
            if self.now.kind == "row":
                self.take()
                continue
            rows.append(self._row() if name in names.MATRICES else (self._equation_row(),))
        if self.take().text != name or not rows:
            raise Unreadable(f"{name} does not end as it began")
        if name in names.SYSTEMS:
            return Listing(tuple(row[0] for row in rows), "and") if len(rows) > 1 else rows[0][0]
        if len({len(row) for row in rows}) != 1:
            raise Unreadable("a matrix with rows of different lengths")
        return Matrix(tuple(rows))
