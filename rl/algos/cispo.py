"""CISPO (MiniMax 2025, arXiv 2506.13585, sec. 3.1): GRPO's advantages; the ratio is a clipped weight without gradient,
so that no token is left out (eq. 4, 5). There is no lower bound, and the upper is 1 + clip_high. The paper gives no
number for it: 5, as in ScaleRL (arXiv 2510.13786)."""

from tracemill.rl.advantages import grpo
from tracemill.rl.algos.types import Algorithm, each_group

ALGORITHM = Algorithm(credit=each_group(grpo), loss="cispo", clip_high=4.0)
