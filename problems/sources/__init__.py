"""Problems from elsewhere, as families that a config brings: rows of a file or dataset, and reasoning-gym's tasks."""
