"""`tracemill warmstart`: makes a small policy from nothing, with TRL's SFTTrainer on the families' worked solutions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from tracemill.configs.load import first_line, read
from tracemill.configs.schema import ProblemsConfig
from tracemill.configs.warmstart_schema import ShapeConfig, WarmstartConfig
from tracemill.problems.registry import worked_solution
from tracemill.problems.sampler import check_mix, training_problems

if TYPE_CHECKING:
    from transformers import LlamaConfig, PreTrainedTokenizerFast

_SPECIAL = ("<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>")
_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def load_warmstart(path: Path) -> WarmstartConfig:
    """A file, or the name of a bundled one. Raises ValueError with one line for the first mistake."""
    try:
        config = WarmstartConfig.model_validate(read(path))
    except ValidationError as error:
        raise ValueError(first_line(error, WarmstartConfig)) from None
    check_mix(_problems(config))
    return config


def warmstart(config: WarmstartConfig) -> Path:
    """Trains the policy and writes it to `config.out` in Hugging Face format."""
    import torch
    from datasets import Dataset
    from transformers import LlamaForCausalLM
    from trl import SFTConfig, SFTTrainer

    torch.manual_seed(config.seed)
    out = Path(config.out)
    tokenizer = byte_tokenizer()
    model = LlamaForCausalLM(_llama(config.shape, len(tokenizer)))
    settings = SFTConfig(
        output_dir=str(out.with_name(out.name + ".training")),
        max_steps=config.steps,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.lr,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=20,
        max_grad_norm=1.0,
        weight_decay=0.01,
        max_length=config.shape.max_positions,
        seed=config.seed,
        data_seed=config.seed,
        shuffle_dataset=False,
        bf16=False,
        use_cpu=not torch.accelerator.is_available(),
        gradient_checkpointing=False,
        logging_steps=50,
        save_strategy="no",
        report_to="none",
        dataloader_num_workers=0,
    )
    rows = Dataset.from_list(_rows(config))
    trainer = SFTTrainer(model=model, args=settings, train_dataset=rows, processing_class=tokenizer)
    trainer.train()
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """Every byte one token, and the special tokens of a chat: any text goes in and comes out unchanged."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = [*_SPECIAL, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE(vocab={token: index for index, token in enumerate(vocabulary)}, merges=[]))
    tokenizer.add_special_tokens(list(_SPECIAL))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|pad|>",
        eos_token="<|end|>",
        additional_special_tokens=list(_SPECIAL[2:]),
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = _TEMPLATE
    return fast


def _llama(shape: ShapeConfig, vocabulary: int) -> LlamaConfig:
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=-(-vocabulary // 8) * 8,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_layers,
        num_attention_heads=shape.num_heads,
        num_key_value_heads=shape.num_key_value_heads,
        intermediate_size=shape.intermediate_size,
        max_position_embeddings=shape.max_positions,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=0,
    )


def _problems(config: WarmstartConfig) -> ProblemsConfig:
    return ProblemsConfig(mix=config.mix, per_step=config.batch_size)


def _rows(config: WarmstartConfig) -> list[dict[str, list[dict[str, str]]]]:
    problems = _problems(config)
    rows = []
    for step in range(-(-config.examples // config.batch_size)):
        for problem in training_problems(problems, config.seed, step):
            rows.append(
                {
                    "prompt": [{"role": "user", "content": problem.prompt}],
                    "completion": [{"role": "assistant", "content": worked_solution(problem.id)}],
                }
            )
    return rows
