"""GSPO (Zheng et al. 2025, arXiv 2507.18071): GRPO's advantages with one ratio a completion, the geometric mean of its
tokens' (eq. 7), clipped as a whole (eq. 5) at the paper's 3e-4 and 4e-4 (sec. 5.1)."""

from tracemill.rl.advantages import grpo
from tracemill.rl.algos.types import Algorithm, each_group

ALGORITHM = Algorithm(credit=each_group(grpo), loss="gspo", normalise="sequences", clip_low=3e-4, clip_high=4e-4)
