"""From a `problems.sources` table to the family that it stands for."""

from __future__ import annotations

from functools import lru_cache

from tracemill.configs.schema import SourceConfig
from tracemill.problems.family import Family


def source_family(source: SourceConfig) -> Family:
    """Raises ValueError where the source cannot be read or does not fit."""
    return _made(source.model_dump_json())


@lru_cache(maxsize=256)
def _made(text: str) -> Family:
    source = SourceConfig.model_validate_json(text)
    if source.reasoning_gym is not None:
        from tracemill.problems.sources.gym import gym_family

        return gym_family(source)
    from tracemill.problems.sources.rows import row_family

    return row_family(source)
