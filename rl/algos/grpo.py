"""GRPO (Shao et al. 2024, arXiv 2402.03300): rewards of a group by their mean and deviation, the clipped surrogate.

Every token of the batch counts the same, as in DAPO (arXiv 2503.14476, sec. 3.3); the paper's own mean of each
completion's mean (its eq. 3) is `learner.normalise = "sequences"`.
"""

from tracemill.rl import advantages
from tracemill.rl.algos.types import Algorithm, each_group

ALGORITHM = Algorithm(credit=each_group(advantages.grpo))
