"""The formats, read by the libraries that they are for."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tracemill.configs.schema import ExportConfig
from tracemill.problems.registry import build
from tracemill.problems.types import reference_from_json
from tracemill.traces.digests import row_digests
from tracemill.traces.export import export
from tracemill.traces.formats import FORMATS
from tracemill.traces.ledger import Ledger
from tracemill.traces.schema import SCHEMA

FORMAT_NAMES = ["sft", "prompt-completion", "preference", "unpaired", "rl", "raw"]


@pytest.fixture
def run(tmp_path, make_step):
    ledger = Ledger(tmp_path / "run" / "traces")
    for step in range(2):
        ledger.write(step, make_step(step, range(step * 30, step * 30 + 30)))
    return tmp_path / "run"


def exported(run, out, name, **config):
    config = {"format": name, "drop_flagged": False, "test_share": 0.2, **config}
    export([run], out, ExportConfig(**config))
    return [row for path in sorted((out / "data").iterdir()) for row in pq.read_table(path).to_pylist()]


def said(turns):
    return [(turn["role"], turn["content"]) for turn in turns]


def test_a_row_is_what_its_format_says(run, tmp_path):
    rows = {name: exported(run, tmp_path / name, name) for name in FORMAT_NAMES}
    assert set(rows) == set(FORMATS)
    train = {f"arithmetic@1:2:{seed}" for seed in range(60) if build(f"arithmetic@1:2:{seed}").split == "train"}
    sizes = {name: len(found) for name, found in rows.items()}
    one, two = len(train), 2 * len(train)
    assert sizes == {"sft": one, "prompt-completion": one, "preference": one, "unpaired": two, "rl": one, "raw": two}
    for name, found in rows.items():
        assert {row["problem_id"] for row in found} == train, name
        assert all(row["pass_rate"] == 0.5 for row in found if name != "raw")
    for sft, pair in zip(rows["sft"], rows["prompt-completion"], strict=True):
        assert said(sft["messages"]) == said(pair["prompt"]) + said(pair["completion"])
    for row in rows["preference"]:
        problem = build(row["problem_id"])
        assert said(row["prompt"]) == [("user", problem.prompt)]
        ((_, chosen),), ((_, rejected),) = said(row["chosen"]), said(row["rejected"])
        answer = f"\\boxed{{{problem.reference.answer}}}"
        assert answer in chosen and answer not in rejected and row["rejected_verdict"] == "wrong"
    for row in rows["unpaired"]:
        right = f"\\boxed{{{build(row['problem_id']).reference.answer}}}" in row["completion"][0]["content"]
        assert row["label"] == right
    for row in rows["rl"]:
        assert reference_from_json(json.loads(row["reference"])) == build(row["problem_id"]).reference
        assert row["num_rollouts"] == 2 and "completion" not in row
    assert set(rows["raw"][0]) == {*SCHEMA.names, "digest"}
    assert json.loads(rows["raw"][0]["reward_parts"]) == {"correctness": 1.0, "format": 0.5}


def test_the_user_is_shown_what_the_policy_was_shown(run, tmp_path):
    config = {"config": {"problems": {"template": "Q: {prompt}\nThink of {prompt}."}}}
    (run / "config.json").write_text(json.dumps(config))
    for row in exported(run, tmp_path / "out", "sft"):
        prompt = build(row["problem_id"]).prompt
        assert row["messages"][0]["content"] == f"Q: {prompt}\nThink of {prompt}."


def test_the_digest_sees_every_column(run, tmp_path):
    exported(run, tmp_path / "out", "raw")
    table = pq.read_table(tmp_path / "out/data")
    assert row_digests(table) == table["digest"].to_pylist()
    first = table.slice(0, 1)
    (row,) = first.to_pylist()
    for name in SCHEMA.names:
        changed = dict(row)
        value = row[name]
        if isinstance(value, bool | int | float):
            changed[name] = value + 1
        elif isinstance(value, str):
            changed[name] = value + " "
        elif isinstance(value, list) and value and isinstance(value[0], int | float):
            changed[name] = [*value[:-1], value[-1] + 1]
        elif isinstance(value, list):
            changed[name] = [*value, "x"]
        elif value is None:
            continue
        else:
            changed[name] = value.replace(year=1999)
        again = first.from_pylist([changed], schema=first.schema)
        assert row_digests(again) != first["digest"].to_pylist(), name


@pytest.fixture(scope="module")
def tiny_policy(tmp_path_factory):
    """A Llama of a few thousand parameters with one token a character and a chat template."""
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(0)
    characters = {chr(code): code - 28 for code in range(32, 127)} | {"<pad>": 0, "<unk>": 1, "<s>": 2, "</s>": 3}
    characters["\n"] = 99
    plain = Tokenizer(models.WordLevel(characters, unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    )
    tokenizer.chat_template = (
        "{% for message in messages %}{% if message['role'] == 'user' %}Q{{ message['content'] }}A"
        "{% else %}{{ message['content'] }}</s>{% endif %}{% endfor %}"
    )
    config = LlamaConfig(
        vocab_size=100,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
    )
    folder = tmp_path_factory.mktemp("policy")
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize(("command", "name"), [("sft", "sft"), ("dpo", "preference")])
def test_trl_trains_on_it_unchanged(run, tmp_path, tiny_policy, command, name):
    exported(run, tmp_path / "data", name, test_share=0.0)
    trl = Path(sys.executable).parent / "trl"
    if not trl.exists() and shutil.which("trl") is None:
        pytest.skip("trl's command is not installed")
    options = {
        "model_name_or_path": tiny_policy,
        "dataset_name": tmp_path / "data",
        "output_dir": tmp_path / "trained",
        "max_steps": 2,
        "per_device_train_batch_size": 2,
        "report_to": "none",
        "save_strategy": "no",
        "logging_steps": 1,
        "use_cpu": "true",
        "bf16": "false",
    }
    arguments = [str(part) for key, value in options.items() for part in (f"--{key}", value)]
    result = subprocess.run(
        [trl, command, *arguments],
        cwd=tmp_path,
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert "train_loss" in result.stdout + result.stderr
