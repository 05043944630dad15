"""RLOO (Ahmadian et al. 2024, arXiv 2402.14740, sec. 2.3): the whole completion is one action, its baseline the mean
reward of the others. Off the policy that sampled, the completion's one ratio is clipped, as TRL does."""

from tracemill.rl.advantages import leave_one_out
from tracemill.rl.algos.types import Algorithm, each_group

ALGORITHM = Algorithm(credit=each_group(leave_one_out), loss="sequence", normalise="sum")
