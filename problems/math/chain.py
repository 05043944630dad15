"""Chains of problems over many families: the answer of one becomes a number of the next.

Levels 1 to 3: two parts of levels 1, 2 and 3. Levels 4 to 6: three parts of levels 2, 3 and 4. Levels 7 and 8: four
parts of levels 3 and 4. Level 9: five parts of level 4. Level 10: six parts of level 5.
"""

from __future__ import annotations

from tracemill.problems.compose import chained

# Families that tell their numbers in the prompt and answer with numbers. Whoever changes this list, or the version of a
# family in it, must raise the version below, and that of `distracted`.
POOL = tuple(
    (name, 1)
    for name in (
        "absolute_value", "ages", "arithmetic", "averages", "balance_scales", "bayes", "binomial",
        "calendar_days", "chinese_remainders", "clock_times", "coin_change", "coordinate_points",
        "counting", "derangements", "dice", "digit_numbers", "digit_sums", "discounts", "division",
        "expected_value", "exponential_equations", "gcd", "heads_and_legs", "interest", "lattice_paths",
        "lcm", "linear_combination", "linear_equations", "matrix_rank", "mixtures", "modular_inverse",
        "modular_power", "nim", "order_of_operations", "percentages", "pigeonhole", "polygon_area",
        "powers", "quadratics", "rates_distance", "ratio_sharing", "remainders", "required_kinds",
        "selections", "set_operations", "shopping", "similar_triangles", "stars_and_bars", "systems_three",
        "take_away", "triangle_angles", "unit_conversion", "urns", "variance", "vector_products",
        "venn_counts", "weighted_mean",
    )
)  # fmt: skip
SHAPES = {1: (2, 1), 2: (2, 2), 3: (2, 3), 4: (3, 2), 5: (3, 3), 6: (3, 4), 7: (4, 3), 8: (4, 4), 9: (5, 4), 10: (6, 5)}

FAMILY = chained("chain", 1, POOL, SHAPES, __doc__ or "")
