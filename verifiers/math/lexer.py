"""Answer text to tokens: LaTeX, plain text and Unicode at once. Linear in the text; nothing is evaluated.

`normalise` rewrites Unicode to LaTeX or ASCII (½, ², −, √, π, ∪, thin spaces) and drops the delimiters of math mode;
`tokenize` cuts the result. A token remembers whether a space stood before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CHARS = 4_000
MAX_TOKENS = 1_500

_UNICODE = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-",
    "×": "\\times ", "✕": "\\times ", "⨯": "\\times ", "·": "\\cdot ", "⋅": "\\cdot ", "∙": "\\cdot ", "•": "\\cdot ",
    "∗": "*", "÷": "\\div ", "∕": "/", "⁄": "/", "／": "/",
    "√": "\\sqrt ", "∛": "\\cbrt ", "∞": "\\infty ", "±": "\\pm ", "∓": "\\mp ",
    "≤": "\\le ", "≥": "\\ge ", "⩽": "\\le ", "⩾": "\\ge ", "≦": "\\le ", "≧": "\\ge ", "≠": "\\ne ",
    "≈": "\\approx ", "≃": "\\approx ", "≅": "\\approx ", "≡": "\\equiv ", "＝": "=", "＜": "<", "＞": ">",
    "∈": "\\in ", "∪": "\\cup ", "∩": "\\cap ", "∖": "\\setminus ", "∅": "\\emptyset ", "⌀": "\\emptyset ",
    "ø": "\\emptyset ", "Ø": "\\emptyset ", "ℝ": "\\mathbb{R}", "ℤ": "\\mathbb{Z}", "ℕ": "\\mathbb{N}",
    "ℚ": "\\mathbb{Q}", "ℂ": "\\mathbb{C}",
    "→": "\\to ", "⇒": "\\Rightarrow ", "⟹": "\\Rightarrow ", "∣": "|", "｜": "|",
    "°": "^\\circ ", "º": "^\\circ ", "˚": "^\\circ ", "′": "'", "’": "'", "‘": "'", "″": "''", "％": "\\%",
    "（": "(", "）": ")", "［": "[", "］": "]", "｛": "\\{", "｝": "\\}", "，": ",", "；": ";", "：": ":",
    "⟨": "\\langle ", "⟩": "\\rangle ", "〈": "\\langle ", "〉": "\\rangle ",
    "⌊": "\\lfloor ", "⌋": "\\rfloor ", "⌈": "\\lceil ", "⌉": "\\rceil ", "∠": "\\angle ", "∶": ":",
    "\u00a0": "\\,", "\u2009": "\\,", "\u202f": "\\,", "\u2007": "\\,", "\u2008": "\\,", "\u200a": "\\,",
    "\u2002": " ", "\u2003": " ", "\u2004": " ", "\u2005": " ", "\u2006": " ", "\u3000": " ",
    "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u2061": "", "\u2062": "*", "\u00ad": "",
    "“": '"', "”": '"', "…": "...", "⋯": "...",
    "α": "\\alpha ", "β": "\\beta ", "γ": "\\gamma ", "δ": "\\delta ", "ε": "\\epsilon ", "ϵ": "\\epsilon ",
    "ζ": "\\zeta ", "η": "\\eta ", "θ": "\\theta ", "ϑ": "\\theta ", "ι": "\\iota ", "κ": "\\kappa ",
    "λ": "\\lambda ", "μ": "\\mu ", "µ": "\\mu ", "ν": "\\nu ", "ξ": "\\xi ", "π": "\\pi ", "ρ": "\\rho ",
    "σ": "\\sigma ", "τ": "\\tau ", "υ": "\\upsilon ", "φ": "\\phi ", "ϕ": "\\phi ", "χ": "\\chi ", "ψ": "\\psi ",
    "ω": "\\omega ", "Γ": "\\Gamma ", "Δ": "\\Delta ", "Θ": "\\Theta ", "Λ": "\\Lambda ", "Π": "\\Pi ",
    "Σ": "\\Sigma ", "Φ": "\\Phi ", "Ψ": "\\Psi ", "Ω": "\\Omega ", "ⅈ": "i", "ℯ": "e", "ⅇ": "e", "ℓ": "\\ell ",
}  # fmt: skip
_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10), "↉": (0, 3),
}  # fmt: skip
_WIDE = {chr(0xFF10 + digit): str(digit) for digit in range(10)}
_TABLE = str.maketrans(
    {**_UNICODE, **_WIDE, **{char: f"\\frac{{{top}}}{{{bottom}}}" for char, (top, bottom) in _VULGAR.items()}}
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣʸ", "0123456789+-()nixy")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₙₓ", "0123456789+-nx")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱˣʸ]+")
_LOWERED_RUN = re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋ₙₓ]+")
_MATH_MODE = re.compile(r"(?<!\\)\\[()\[\]]")  # not the \\[2pt] that ends a matrix row


_BRACED_COMMA = re.compile(r"(?<=\d)\s*\{\s*,\s*\}\s*(?=\d)")


_OVER = re.compile(
    r"\{((?:(?!\\over(?![a-zA-Z]))[^{}]|\{[^{}]*\})*+)\\over(?![a-zA-Z])((?:[^{}]|\{[^{}]*\})*+)\}"  # TeX's \frac
)


def normalise(text: str) -> str:
    """One dialect out of three. Dollar signs in pairs are math mode and go; a single one is a currency and is kept as
    `\\$`."""
    if not text.isascii():
        text = _RAISED_RUN.sub(lambda run: "^{" + run[0].translate(_RAISED) + "}", text)
        text = _LOWERED_RUN.sub(lambda run: "_{" + run[0].translate(_LOWERED) + "}", text)
        text = text.translate(_TABLE)
    if "\\" in text:
        text = _MATH_MODE.sub(" ", text)
    if "\\over" in text:
        text = _OVER.sub(r"{\\frac{\1}{\2}}", text)
    if "{" in text:
        text = _BRACED_COMMA.sub("{,}", text)
    if "$" in text:
        parts = re.split(r"(?<!\\)\$+", text)
        text = (" " if len(parts) % 2 else " \\$").join(parts) if len(parts) != 2 else " \\$".join(parts)
    return text.strip()


class Unreadable(ValueError):
    """The text is no mathematics that is known here."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to read what could be read in two ways. `commas_group`: 1,000 is a number and not two; `spaces_group`: so is
    1 000; `comma_decimal`: 2,74 is 2.74; `i_names` and `e_names`: letters that mean the constants."""

    commas_group: bool = True
    spaces_group: bool = True
    comma_decimal: bool = False
    i_names: str = "i"
    e_names: str = "e"


@dataclass(frozen=True, slots=True)
class Token:
    """kind: num, name (letters), cmd (a LaTeX command), text (prose), op, begin, end, row, stop."""

    kind: str
    text: str
    spaced: bool


_SKIP = re.compile(
    r"(?:\s+|~|\\[,;:!> ]|\\(?:q?quad|displaystyle|textstyle|scriptstyle|limits|nolimits|nonumber|hfill|bigl?|bigr|"
    r"Bigl?|Bigr|biggl?|biggr|Biggl?|Biggr|bigm|Bigm|thinspace|medspace|thickspace|negthinspace|mathstrut|strut|it|bf|rm|sf|tt|"
    r"mathopen|mathclose|mathrel|mathbin|mathord|ensuremath|mathstrut|allowbreak|notag)(?![a-zA-Z])|"
    r"\\(?:left|right)\.|\\(?:left|right|middle)(?![a-zA-Z])|"
    r"\\[hv]?phantom\s*\{[^{}]*\}|\\[hv]space\*?\s*\{[^{}]*\})+"
)
_EXPONENT = r"(?:[eE][+-]?\d{1,9}(?![\w^]))?"
_NUMBERS = {
    (commas, spaces): re.compile(
        r"(?:[1-9]\d{0,2}(?:(?:\{,\}|,\\!\s?|\\,|\\ "
        + ("|," if commas else "")
        + ("| " if spaces else "")
        + r")\d{3})+(?![\d])|\d+)(?:\.\d+)?"
        + _EXPONENT
        + r"|\.\d+"
        + _EXPONENT
    )
    for commas in (True, False)
    for spaces in (True, False)
}
_COMMA_DECIMAL = re.compile(r"\d+(?:,|\{,\})\d+(?![\d,.])")
_REPEATING = re.compile(r"(\d+)?\.(\d*)\\(?:overline|bar|dot)\s*\{(\d{1,200})\}")
_TEXT = re.compile(
    r"\\(text|textbf|textit|textrm|textsf|texttt|textnormal|textup|textsc|mbox|hbox|mathrm|mathbf|mathit|mathsf|mathtt|"
    r"mathbb|mathcal|mathfrak|boldsymbol|bm|bold|operatorname\*?|emph|underline|vec|hat|bar|overline|overrightarrow|widehat|"
    r"tilde|boxed|fbox|color|textcolor)\s*\{"
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{\s*([a-zA-Z]+\*?)\s*\}")
_ROW = re.compile(r"\\\\(?:\s*\[[^\[\]]{0,20}\])?|\\cr(?![a-zA-Z])")
_COMMAND = re.compile(r"\\(?:[a-zA-Z]+|[%$#&_{}|])")
_NAME = re.compile(r"[a-zA-Z]+")
_OPERATOR = re.compile(r"\*\*|<=|>=|!=|<>|==|=>|->|:=|\.\.\.|[-+*/^_=<>()\[\]{}|,;:!%'&\"°?]|€|£|¥|¢")
_LETTER = re.compile(r"[^\W\d_]")
_COLUMNS = re.compile(r"\s*\{[^{}]{0,40}\}")


def tokenize(text: str, dialect: Dialect) -> list[Token]:
    """The tokens of a normalised text, with a `stop` at the end. Raises Unreadable."""
    if len(text) > MAX_CHARS:
        raise Unreadable(f"{len(text)} characters; at most {MAX_CHARS} are read")
    tokens: list[Token] = []
    number = _NUMBERS[dialect.commas_group, dialect.spaces_group]
    at, end, spaced = 0, len(text), False
    while at < end:
        if skipped := _SKIP.match(text, at):
            at, spaced = skipped.end(), True
            continue
        if match := _REPEATING.match(text, at):
            kind, found = "num", f"{match[1] or 0}.{match[2]}({match[3]})"
        elif dialect.comma_decimal and (match := _COMMA_DECIMAL.match(text, at)):
            kind, found = "num", match[0].replace("{,}", ",").replace(",", ".")
        elif match := number.match(text, at):
            kind, found = "num", match[0]
        elif match := _TEXT.match(text, at):
            at, found_tokens = _prose(text, match, spaced, dialect)
            tokens.extend(found_tokens)
            spaced = False
            continue
        elif match := _ENVIRONMENT.match(text, at):
            kind, found = match[1], match[2].rstrip("*")
            if found in ("array", "tabular") and kind == "begin" and (columns := _COLUMNS.match(text, match.end())):
                tokens.append(Token(kind, found, spaced))
                at, spaced = columns.end(), False
                continue
        elif match := _ROW.match(text, at):
            kind, found = "row", "\\\\"
        elif match := _COMMAND.match(text, at):
            kind, found = "cmd", match[0][1:]
        elif match := _NAME.match(text, at):
            kind, found = "name", match[0]
        elif match := _OPERATOR.match(text, at):
            kind, found = "op", match[0]
        else:
            raise Unreadable(f"{text[at]!r} is no mathematics")
        tokens.append(Token(kind, found, spaced))
        if len(tokens) > MAX_TOKENS:
            raise Unreadable(f"more than {MAX_TOKENS} symbols")
        at, spaced = match.end(), False
    tokens.append(Token("stop", "", spaced))
    return tokens


_MATH_FONTS = (
    "mathrm",
    "mathbf",
    "mathit",
    "mathsf",
    "mathtt",
    "boldsymbol",
    "bm",
    "bold",
    "operatorname",
    "operatorname*",
)
_ACCENTS = ("vec", "hat", "bar", "overline", "overrightarrow", "widehat", "tilde")


def _prose(text: str, match: re.Match[str], spaced: bool, dialect: Dialect) -> tuple[int, list[Token]]:
    """The content of `\\text{...}` and its kin, as one token, and the position after it."""
    depth, at = 1, match.end()
    while at < len(text) and depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    if depth:
        raise Unreadable("a brace is not closed")
    content, command = text[match.end() : at - 1].strip(), match[1]
    if command == "mathbb":
        return at, [Token("bb", content, spaced)]
    if command in _ACCENTS:
        return at, [Token("accent", f"{command} {content}", spaced)]
    if command in ("boxed", "fbox"):
        return match.end() - 1, []  # read on inside its braces
    if command in ("color", "textcolor"):
        return at, []
    if command in _MATH_FONTS and re.fullmatch(r"[a-zA-Z]+", content):
        return at, [Token("font", content, spaced)]
    if not _LETTER.search(content):  # \text{13}
        return at, tokenize(content, dialect)[:-1]
    return at, [Token("text", content, spaced)]
