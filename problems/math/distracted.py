"""Problems of many families among facts that do not matter.

Level 1: one idle fact and a problem of level 1. With each level the facts or the level of the problem grow, up to eight
facts and a problem of level 9 at level 10.
"""

from __future__ import annotations

from tracemill.problems.distract import distracted
from tracemill.problems.math.chain import POOL

SHAPES = {1: (1, 1), 2: (2, 2), 3: (2, 3), 4: (3, 3), 5: (3, 4), 6: (4, 5), 7: (4, 6), 8: (5, 7), 9: (6, 8), 10: (8, 9)}

FAMILY = distracted("distracted", 1, POOL, SHAPES, __doc__ or "")
