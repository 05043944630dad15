import time

import pytest

from tracemill.problems.registry import families
from tracemill.traces.chain import Steps, check_steps

RIGHT = [  # text, equalities that can be checked
    ("7 + 10 = 17, then 17 + 2 = 19. \\boxed{19}", 2),
    ("-5*3 = -15; 2*(-9) - 1*4 = -22", 2),
    ("1/2 - 2/5 = 5/10 - 4/10 = 1/10", 2),
    ("$\\frac{1}{2} + \\frac{1}{3} = \\frac{5}{6}$", 1),
    ("3 × 4 = 12 and 12 ÷ 8 = 3/2", 2),
    ("160 mod 155 = 5, 155 mod 5 = 0.", 2),
    ("2^10 = 1024, 2^{3} = 8, 5! = 120, 17 // 5 = 3, 17 % 5 = 2", 5),
    ("1,000 + 2 = 1,002", 1),
    ("1/3 = 0.33, 2/3 = 0.67, 2/3 = 0.66", 3),  # rounded or cut
    ("x = 105/(-35) = -3", 1),
    ("So 3 + 4 = 7 apples.", 1),
    ("3 + 4 = 7 => 7 * 2 = 14", 2),
]
WRONG = [
    ("7 + 10 = 18", "7 + 10 = 18"),
    ("2*3 = 6, then 6 + 1 = 8, then 8 + 1 = 9", "6 + 1 = 8"),
    ("1/2 + 1/3 = 2/5", "1/2 + 1/3 = 2/5"),
    ("1/3 = 0.3333, 1/7 = 0.15", "1/7 = 0.15"),
    ("17 mod 5 = 3.", "17 mod 5 = 3"),
    ("23 + 4 = 27 + 10 = 37", "23 + 4 = 27 + 10"),  # as written it is not so
    ("4x = 36 - 4 = 31", "36 - 4 = 31"),
]
LEFT_ALONE = [
    "x + 3 = 7",
    "2x + 3 = 7y",
    "f(2) = 7 and C(5,2) = 10",
    "10% of 50 = 5",
    "3 times 4 + 1 = 13",
    "17 = 2 mod 5",
    "17 = 2 (mod 5)",
    "2*7 mod 5 + 1 = 5",
    "17 / 5 = 3 remainder 2",
    "17 / 5 = 3 R 2",
    "12:30 + 0:45 = 13:15",
    "- 3 + 4 = 7\n* 2 + 2 = 4",
    "3 % 3 == 2 is false, 5 + 1 != 7, 2 + 2 >= 3",
    "total += 3 = 4",
    "1 1/2 = 3/2 of it",
    "101_2 + 1 = 6",
    "0/0 = 1, 5/0 = 2",
    "9^9^9^9 = 1, 2^(10^9) = 7, 1000! = 3",
    "step 1 = 2 + 2",
    "Mod 12: 21 = 9, ^2 = 9, ^3 = 9*9 = 9.",
    "-1^6 - (-13)^6 = -4826808",
    "2 + 3 = 5 hundred",
    "x_1 + 2 = 5",
]


@pytest.mark.parametrize(("text", "checked"), RIGHT)
def test_right_steps_are_checked(text, checked):
    assert check_steps(text) == Steps(checked, None)


@pytest.mark.parametrize(("text", "wrong"), WRONG)
def test_the_first_wrong_step_is_named(text, wrong):
    assert check_steps(text).wrong == wrong


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_not_understood_is_never_wrong(text):
    assert check_steps(text).wrong is None


@pytest.mark.parametrize("name", sorted(families()))
def test_no_worked_solution_of_any_family_holds_a_wrong_step(name):
    family = families()[name]
    for level in range(1, 11):
        for seed in range(10):
            text = family.solution(level, seed)
            assert check_steps(text).wrong is None, text


def test_a_changed_digit_in_a_worked_sum_is_found():
    family = families()["arithmetic"]
    for seed in range(200):
        text = family.solution(6, seed)
        place = text.index("= ") + 2 + (text[text.index("= ") + 2] == "-")
        changed = text[:place] + str(9 - int(text[place]) or 1) + text[place + 1 :]
        if changed != text:
            assert check_steps(changed).wrong is not None, changed


@pytest.mark.parametrize(
    "text", ["1" * 200_000, "(" * 200_000 + "=1", "1+" * 100_000 + "1 = 3", "\\frac{" * 50_000, "= 2 " * 50_000]
)
def test_long_garbage_takes_linear_time(text):
    """The time is printed, never judged; pytest's own limit ends what is quadratic."""
    began = time.perf_counter()
    check_steps(text)
    print(f"{len(text)} characters in {time.perf_counter() - began:.3f} s")
