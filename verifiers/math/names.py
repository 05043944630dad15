"""The names that answers use: functions, constants, Greek letters, LaTeX commands. Data only."""

from __future__ import annotations

_SAME = (
    "sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan ln log exp sqrt cbrt abs min max gcd lcm floor ceil "
    "factorial binom arg det"
).split()
FUNCTIONS: dict[str, str] = {
    **{name: name for name in _SAME},
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "arctg": "arctan",
    "tg": "tan",
    "ctg": "cot",
    "cosec": "csc",
    "arccot": "arccot",
    "arcsec": "arcsec",
    "arccsc": "arccsc",
    "coth": "coth",
    "sech": "sech",
    "csch": "csch",
    "arcsinh": "arcsinh",
    "asinh": "arcsinh",
    "arccosh": "arccosh",
    "acosh": "arccosh",
    "arctanh": "arctanh",
    "atanh": "arctanh",
    "lg": "log10",
    "Log": "log",
    "Ln": "ln",
    "Abs": "abs",
    "Min": "min",
    "Max": "max",
    "ceiling": "ceil",
    "binomial": "binom",
    "Rational": "rational",
    "sign": "sign",
    "sgn": "sign",
    "root": "root",
    "real_root": "root",
    "mod": "mod",
    "Mod": "mod",
    "Re": "re",
    "Im": "im",
    "re": "re",
    "im": "im",
    "conjugate": "conjugate",
}
ARITY: dict[str, tuple[int, int]] = {
    "log": (1, 2),
    "root": (2, 2),
    "min": (1, 20),
    "max": (1, 20),
    "gcd": (1, 20),
    "lcm": (1, 20),
    "binom": (2, 2),
    "rational": (2, 2),
    "mod": (2, 2),
}
INVERSES = {
    "sin": "arcsin",
    "cos": "arccos",
    "tan": "arctan",
    "cot": "arccot",
    "sec": "arcsec",
    "csc": "arccsc",
    "sinh": "arcsinh",
    "cosh": "arccosh",
    "tanh": "arctanh",
}
TRIGONOMETRIC = frozenset("sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc".split())
RUN_TOGETHER = ("arcsin", "arccos", "arctan", "sin", "cos", "tan", "cot", "sec", "csc", "ln", "log")
CONSTANTS = {
    "pi": "pi",
    "oo": "oo",
    "inf": "oo",
    "infinity": "oo",
    "infty": "oo",
    "emptyset": "empty",
    "varnothing": "empty",
    "EmptySet": "empty",
    "Reals": "R",
    "reals": "R",
    "imaginaryI": "i",
    "imath": "i",
    "exponentialE": "e",
}
GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon "
    "phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
BINOMIALS = ("binom", "dbinom", "tbinom")
MATRICES = ("pmatrix", "bmatrix", "Bmatrix", "matrix", "smallmatrix", "array")
SYSTEMS = ("cases", "aligned", "align", "gathered", "split", "gather")
STARTERS = frozenset(
    (
        *FUNCTIONS,
        *CONSTANTS,
        *GREEK,
        *FRACTIONS,
        *BINOMIALS,
        *("ell", "hbar", "angle", "triangle", "{", "lbrace", "lbrack", "lparen", "langle", "lfloor", "lceil"),
    )
)
"""Commands that may begin a factor, and so stand beside another one."""
