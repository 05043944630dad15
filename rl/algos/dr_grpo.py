"""Dr. GRPO (Liu et al. 2025, arXiv 2503.20783, sec. 3.2): GRPO without its two biases. Advantages are not divided by
the group's deviation, and a completion's sum is divided by the longest length allowed instead of its own."""

from tracemill.rl.advantages import centred
from tracemill.rl.algos.types import Algorithm, each_group

ALGORITHM = Algorithm(credit=each_group(centred), normalise="constant")
