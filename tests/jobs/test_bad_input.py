"""Each mistake ends with one clear line, a non-zero exit and no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

Tracemill = Callable[..., subprocess.CompletedProcess[str]]
BUNDLED = Path(__file__).parents[2] / "rollout" / "policy"


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode not in (0, None), done.stdout
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("tracemill: ")
    return lines[0].removeprefix("tracemill: ")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("learner.lrr=1", "unknown config key 'learner.lrr'; did you mean 'learner.lr'?"),
        (
            "problems.mix=[{family='arithmetic',levels=[0]}]",
            "config key 'problems.mix.0.levels.0' is 0: Input should be",
        ),
        (
            "problems.mix=[{family='arithmetik',levels=[1]}]",
            "no problem family 'arithmetik'; did you mean 'arithmetic'?",
        ),
        ("learner.algorithm=gpro", "no algorithm 'gpro'; did you mean 'grpo'?"),
        (
            "policy.path=/no/such/folder",
            "no policy folder '/no/such/folder'; policy.path takes 'bundled', a folder, or",
        ),
        ("reward.custom=['nowhere:f']", "reward.custom: 'nowhere:f' cannot be imported"),
        ("eval.per_family=1000000", "too few held-out instances for eval.per_family = 1000000; lower it"),
        ("rollout.top_p=0.9", "rollout.top_p is 0.9: the sampled distribution is then not the policy's"),
        ("learner.updates_per_batch=9", "learner.updates_per_batch is 9, more than problems.per_step (4)"),
    ],
)
def test_a_wrong_config(tracemill: Tracemill, config_file: Path, override: str, said: str) -> None:
    done = tracemill("run", config_file, "--set", override)
    assert said in one_line(done)
    assert done.returncode == 2


def test_an_answer_that_no_verifier_could_read(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    rows = [{"question": f"Simplify {n}x + x.", "answer": f"{n + 1}*x" + " +" * (n == 17)} for n in range(40)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = f"problems.sources=[{{name='mine', rows='{tmp_path / 'rows.jsonl'}', type='expression'}}]"
    done = tracemill("run", config_file, "--set", source, "--set", "problems.mix=[{family='mine',levels=[1]}]")
    said = one_line(done)
    assert said.startswith(f"row 18 of {tmp_path / 'rows.jsonl'}: the reference '18*x +' cannot be read as expression")
    assert said.endswith("; see problems.sources.type") and done.returncode == 2


def test_a_missing_config(tracemill: Tracemill) -> None:
    assert "no config file 'nowhere.toml'; those that come with tracemill are" in one_line(
        tracemill("run", "nowhere.toml")
    )


def test_a_policy_without_a_tokenizer(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    policy = tmp_path / "bare"
    policy.mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(BUNDLED / name, policy)
    said = one_line(tracemill("run", config_file, "--set", f"policy.path={policy}", "--in-process"))
    assert "has no tokenizer that transformers can load; save one beside the model" in said


def test_an_empty_policy_folder(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = one_line(tracemill("run", config_file, "--set", "policy.path=./empty"))
    assert "holds no model in Hugging Face format (no config.json)" in said


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda weights: weights.pop("model.layers.0.mlp.gate_proj.weight"),
            "lacks the weights model.layers.0.mlp.gate_",
        ),
        (lambda weights: weights.update({"model.norm.weight": torch.ones(3)}), "cannot be loaded"),
        (None, "cannot be loaded: Error while deserializing header"),
    ],
)
@pytest.mark.parametrize("command", ["run", "eval"])
def test_a_policy_that_is_not_whole(
    tracemill: Tracemill, config_file: Path, tmp_path: Path, spoil: Any, said: str, command: str
) -> None:
    policy = tmp_path / "spoiled"
    shutil.copytree(BUNDLED, policy)
    file = policy / "model.safetensors"
    if spoil is None:
        file.write_bytes(file.read_bytes()[:1000])
    else:
        weights = load_file(file)
        spoil(weights)
        save_file(weights, file, metadata={"format": "pt"})
    if command == "run":
        done = tracemill("run", config_file, "--set", f"policy.path={policy}", "--in-process")
    else:
        done = tracemill("eval", policy, "--families", "gcd", "--per-family", "1")
    assert said in one_line(done)


def test_an_unwritable_run_folder(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = one_line(tracemill("run", config_file, "--set", "run.dir=file"))
    assert "cannot be written" in said and "choose another with --set run.dir=PATH" in said


def test_a_folder_that_holds_another_configs_run(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    first = tracemill("run", config_file, "--in-process", "--set", "run.steps=1")
    assert first.returncode == 0, first.stderr
    ledger = sorted((tmp_path / "runs" / "small" / "traces").iterdir())
    other = one_line(tracemill("run", config_file, "--resume", "--set", "learner.lr=1e-5"))
    assert "holds a run of another config (learner.lr is 0.001 there, 1e-05 here); choose another run.name" in other
    same = one_line(tracemill("run", config_file))
    assert "already holds this run; go on with --resume" in same
    assert sorted((tmp_path / "runs" / "small" / "traces").iterdir()) == ledger


def test_a_second_job_on_the_same_folder(
    tracemill: Tracemill, config_file: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    command = [str(Path(sys.executable).with_name("tracemill")), "run", str(config_file), "--in-process"]
    job = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (tmp_path / "runs" / "small" / "config.json").exists():
        assert job.poll() is None
        time.sleep(0.02)
    said = one_line(tracemill("run", config_file, "--resume", "--in-process"))
    job.kill()
    job.wait()
    assert f"another job (process {job.pid}) works in" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_loses_nothing(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        options = ["--in-process", "--set", f"run.dir={disk}", "--set", "run.keep_checkpoints=1"]
        first = tracemill("run", config_file, *options, "--set", "run.steps=2")
        assert first.returncode == 0, first.stderr
        run = disk / "small"
        filler = disk / "filler"
        with filler.open("wb") as file:
            try:
                while file.write(b"0" * 2**16):
                    file.flush()
            except OSError:
                pass
        ledger = {path.name: path.read_bytes() for path in (run / "traces").glob("*.parquet")}
        full = tracemill("run", config_file, *options, "--resume")
        assert full.returncode != 0 and "Traceback" not in full.stderr
        assert "--resume" in full.stderr.splitlines()[-1]
        assert {path.name: path.read_bytes() for path in (run / "traces").glob("*.parquet")}.items() >= ledger.items()
        filler.unlink()
        again = tracemill("run", config_file, *options, "--resume")
        assert again.returncode == 0, again.stderr
        assert len(list((run / "traces").glob("*.parquet"))) == 4
        assert json.loads((run / "summary.json").read_text())["steps"] == 4
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_checkpoint_that_is_not_all_there(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    options = ("run", config_file, "--in-process", "--resume")
    first = tracemill(*options, "--set", "run.checkpoint_every=1", "--set", "run.steps=2")
    assert first.returncode == 0, first.stderr
    newest = tmp_path / "runs" / "small" / "checkpoints" / "step-000002"
    advice = "; remove that checkpoint's folder, and --resume goes on from the one before it, if there is one"

    def resumed() -> str:
        return [line for line in tracemill(*options).stderr.splitlines() if "[WARNING]" not in line][-1]

    path = newest / "state.json"
    whole = path.read_text()
    path.write_text(json.dumps(json.loads(whole) | {"intake": {"accepted": 8}}))
    assert resumed().endswith(f"small/checkpoints/step-000002/state.json is damaged (KeyError: 'batch'){advice}")
    path.write_text(whole)
    [file] = (newest / "whole").iterdir()
    tensors = load_file(file)
    save_file({name: tensor for name, tensor in tensors.items() if not name.endswith("model.norm.weight")}, file)
    assert resumed().endswith(f"step-000002 is damaged: it lacks model.model.norm.weight{advice}")
