"""From a problem to the token ids of its prompt. The chat template is applied here, once, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tracemill.jobs.errors import CommandError
from tracemill.problems.types import Problem


class Prompts:
    def __init__(self, folder: Path, template: str, max_model_len: int | None = None) -> None:
        """`max_model_len` is the config's, which may be less than the policy's context. Raises CommandError where the
        policy has no tokenizer."""
        from transformers import AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder)
        except (OSError, ValueError):
            raise CommandError(
                f"the policy {folder} has no tokenizer that transformers can load; "
                f"save one beside the model, with tokenizer.save_pretrained({str(folder)!r})"
            ) from None
        self._template = template
        self._bound = _bound(folder, max_model_len)

    def ids(self, problem: Problem) -> tuple[int, ...]:
        """Through the tokenizer's chat template, or as plain text where it has none."""
        text = self._template.replace("{prompt}", problem.prompt)
        if self._tokenizer.chat_template is None:
            return tuple(self._tokenizer(text)["input_ids"])
        message = [{"role": "user", "content": text}]
        encoded: Any = self._tokenizer.apply_chat_template(message, add_generation_prompt=True, return_dict=True)
        return tuple(encoded["input_ids"])

    def refusal(self, prompt_ids: Sequence[int], max_new_tokens: int) -> str | None:
        """Why the policy cannot be asked this, None where it can."""
        if self._bound is None or len(prompt_ids) + max_new_tokens <= self._bound[0]:
            return None
        most, whose = self._bound
        return (
            f"its prompt of {len(prompt_ids)} tokens and a completion of {max_new_tokens} do not fit into "
            f"{whose} of {most}"
        )


def _bound(folder: Path, max_model_len: int | None) -> tuple[int, str] | None:
    """The most tokens of prompt and completion together, and whose bound it is; None where there is none."""
    context = _context(folder)
    if max_model_len is not None and (context is None or max_model_len < context):
        return max_model_len, "rollout.max_model_len"
    return None if context is None else (context, "the policy's context")


def _context(folder: Path) -> int | None:
    """The most tokens that the policy was made for, prompt and completion together; None where it does not say."""
    from transformers import AutoConfig

    found = getattr(AutoConfig.from_pretrained(folder), "max_position_embeddings", None)
    return found if isinstance(found, int) else None
