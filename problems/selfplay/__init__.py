"""Problems that the policy proposes itself, in the manner of Absolute Zero (arXiv 2505.03335)."""
