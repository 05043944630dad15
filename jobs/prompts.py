"""From a problem to the token ids of its prompt. The chat template is applied here, once, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracemill.jobs.errors import CommandError
from tracemill.problems.types import Problem


class Prompts:
    def __init__(self, folder: Path, template: str) -> None:
        """Raises CommandError where the policy has no tokenizer."""
        from transformers import AutoTokenizer

        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder)
        except (OSError, ValueError):
            raise CommandError(
                f"the policy {folder} has no tokenizer that transformers can load; "
                f"save one beside the model, with tokenizer.save_pretrained({str(folder)!r})"
            ) from None
        self._template = template

    def ids(self, problem: Problem) -> tuple[int, ...]:
        """Through the tokenizer's chat template, or as plain text where it has none."""
        text = self._template.replace("{prompt}", problem.prompt)
        if self._tokenizer.chat_template is None:
            return tuple(self._tokenizer(text)["input_ids"])
        message = [{"role": "user", "content": text}]
        encoded: Any = self._tokenizer.apply_chat_template(message, add_generation_prompt=True, return_dict=True)
        return tuple(encoded["input_ids"])
