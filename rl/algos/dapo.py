"""DAPO (Yu et al. 2025, arXiv 2503.14476): GRPO's advantages, a wider upper clip (eq. 10), every token of the batch
counted the same (eq. 12), and groups without variance sampled anew (eq. 11). Its fourth part, the soft overlong
punishment (eq. 13), is a reward: `reward.overlong`."""

from tracemill.rl.advantages import grpo
from tracemill.rl.algos.types import Algorithm, each_group

ALGORITHM = Algorithm(credit=each_group(grpo), clip_high=0.28, dynamic_sampling=True)
