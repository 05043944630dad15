import pytest

from tracemill.verifiers.sandbox.extract import extract_program

PROGRAM = "def f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("response", "program"),
    [
        (f"Here:\n```python\n{PROGRAM}```\n", PROGRAM),
        (f"```py\n{PROGRAM}```", PROGRAM),
        (f"```Python3\n{PROGRAM}```", PROGRAM),
        (f"```\n{PROGRAM}```", PROGRAM),
        (f"~~~python\n{PROGRAM}~~~\n", PROGRAM),
        (f"  ```python title=a.py\n{PROGRAM}  ```", PROGRAM),
        (f"```python\nfirst\n```\nno, better:\n```python\n{PROGRAM}```", PROGRAM),
        (f"```python\n{PROGRAM}```\nIt prints\n```\n3\n```\n", PROGRAM),  # an untagged block behind is output
        (f"```python\n{PROGRAM}```\n```text\n3\n```\n", PROGRAM),
        (f"````python\n{PROGRAM}```inner\n````", PROGRAM + "```inner\n"),
        (f"```python\n{PROGRAM}```\n```python\n\n```", PROGRAM),  # an empty block is no program
        (f"```python\n{PROGRAM}", PROGRAM),  # cut off by the end
        (PROGRAM, PROGRAM),
        ("import sys\nprint(sys.stdin.read())", "import sys\nprint(sys.stdin.read())"),
        ("n = int(input())\nprint(n)", "n = int(input())\nprint(n)"),
        ("The answer is 3.", None),
        ("Yes", None),
        ("", None),
        ("```python\n```", None),
        ("I import this idea from books.\ndef f", None),
        ("```java\nclass A {}\n```", None),
        ("\0" * 5, None),
        ("(" * 5000, None),
    ],
)
def test_finds_the_program(response: str, program: str | None) -> None:
    assert extract_program(response) == program


def test_strict_wants_a_closed_block() -> None:
    assert extract_program(f"```python\n{PROGRAM}```", strict=True) == PROGRAM
    assert extract_program(f"```python\n{PROGRAM}", strict=True) is None
    assert extract_program(PROGRAM, strict=True) is None


def test_takes_the_language_that_is_asked_for() -> None:
    response = "```c\nint main;\n```\n```cpp\nint x;\n```\n```python\npass\n```"
    assert extract_program(response, "c") == "int main;\n"
    assert extract_program(response, "cpp") == "int x;\n"
    assert extract_program("```c++\nint y;\n```", "cpp") == "int y;\n"


@pytest.mark.parametrize(
    "line", ["```" + " " * 200_000 + "`", "```" + "a" * 200_000 + "`", " " * 200_000, "`" * 200_000]
)
def test_long_lines_take_linear_time(line: str) -> None:
    """Quadratic time would not end here."""
    assert extract_program(f"{line}\n```python\n{PROGRAM}```\n" * 2) in (PROGRAM, None)
    assert extract_program("print(1" + "+1" * 200_000 + ")") is None
