"""Self-play in the real loop, with scripted completions: supply, prompts, sandbox, rewards, ledger, proof are real."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from transformers import AutoTokenizer

from tracemill.configs.load import load
from tracemill.configs.schema import Config, ExportConfig, VerifierConfig
from tracemill.jobs.cli import main
from tracemill.jobs.display import Lines
from tracemill.jobs.interrupt import Interrupt
from tracemill.jobs.kept_problems import know_kept, proving
from tracemill.jobs.memory import PeakMemory
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.run import Loop
from tracemill.jobs.run_folder import RunFolder
from tracemill.problems.registry import build
from tracemill.problems.sampler import held_out_problems
from tracemill.problems.selfplay.kept import FILE, Kept
from tracemill.problems.selfplay.proposal import Proposal, read_proposal
from tracemill.rl.types import Update
from tracemill.rollout.types import Rollout, Sampling
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger
from tracemill.traces.proof import verify
from tracemill.verifiers.verifier import Verifier

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


class Done:
    def __init__(self, rollouts: list[Rollout]) -> None:
        self.rollouts = rollouts


class ScriptedFleet:
    """Says what the script says: to the turns of a step the proposals, to a problem whose prompt holds a text the
    answers to that text, to all others a zero. Verdicts are the real verifier's; nothing is learned."""

    def __init__(self, config: Config, proposals: dict[str, list[str]], answers: dict[str, list[str]]) -> None:
        self._verifier = Verifier(config.verifier)
        self._tokenizer = AutoTokenizer.from_pretrained(POLICY)
        self._proposals, self._answers = proposals, answers
        self._version = 0
        self.learned: list[int] = []

    def start_rollouts(self, groups: Any, sampling: Sampling, *, together: bool = True) -> list[Done]:
        return [Done([self._rollout(request, self._script(group[0])) for request in group]) for group in groups]

    def _script(self, request: Any) -> list[str]:
        if request.problem_id.startswith("propose_"):
            return self._proposals.get(request.group_id.partition(".")[0], ["nothing"])
        prompt = self._tokenizer.decode(request.prompt_ids)
        return next((said for text, said in self._answers.items() if text in prompt), ["\\boxed{0}"])

    def _rollout(self, request: Any, script: list[str]) -> Rollout:
        text = script[request.index % len(script)]
        ids = tuple(self._tokenizer(text, add_special_tokens=False)["input_ids"])
        fields = {name: getattr(request, name) for name in type(request).__slots__}
        said = {"completion_ids": ids, "logprobs": (-1.0,) * len(ids), "text": text, "finish_reason": "stop"}
        return Rollout(**fields, **said, policy_version=self._version)  # type: ignore[arg-type]

    def wait(self, handles: Sequence[Any], at_least: int) -> None:
        """They are done."""

    def judge_later(self, pairs: Any) -> Any:
        verdicts = self._verifier.judge_all(pairs)
        return lambda: verdicts

    def spans(self) -> list[Any]:
        return []

    def update(self, trees: Sequence[Any], divisor: float) -> Update:
        self.learned.append(len(trees))
        self._version += 1
        return Update(version_before=self._version - 1, version_after=self._version, metrics={})

    def sync(self) -> dict[str, float]:
        return {}

    def set_probe(self, probe: Any) -> None: ...

    def save(self, folder: Path) -> None:
        (folder / "version").write_text(str(self._version))

    def load(self, folder: Path) -> None:
        self._version = int((folder / "version").read_text())

    def save_policy(self, folder: Path) -> None:
        folder.mkdir()

    def close(self) -> None:
        self._verifier.close()


def config_of(folder: Path, *, steps: int, **selfplay: Any) -> Config:
    table = {"tasks": ["deduction"], "time_limit_s": 0.5, "give_up_after": 1000, **selfplay}
    config = load("demo.toml", [
        f"run.dir={folder}", "run.name=run", f"run.steps={steps}", "run.checkpoint_every=1", "run.report_every=0",
        "problems.per_step=1", "rollout.group_size=4", "eval.per_family=3", "eval.every=0", "run.keep_checkpoints=100",
    ]).model_dump(mode="json")  # fmt: skip
    config["problems"] |= {"selfplay": table, "mix": [{"family": "predict_output", "levels": [3, 4]}]}
    return Config.model_validate(config)


def run(config: Config, proposals: dict[str, list[str]], answers: dict[str, list[str]], *, resume: bool = False) -> Any:
    folder = RunFolder(Path(config.run.dir) / config.run.name)
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.claim(config, resume=resume)
    prompts = Prompts(POLICY, config.problems.template)
    with closing(ScriptedFleet(config, proposals, answers)) as fleet:
        loop = Loop(config, fleet=fleet, folder=folder, prompts=prompts, display=Lines(config.run.steps))
        loop.run(Interrupt(print), PeakMemory())
    return fleet


def metrics(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "run" / "metrics.jsonl").read_text().splitlines()]


def rewards(folder: Path, step: int, family: str) -> list[float | None]:
    table = Ledger(folder / "run" / "traces").read(["family", "group_id", "index", "reward"], [step])
    rows = sorted(table.to_pylist(), key=lambda row: (int(row["group_id"].partition(".")[2]), row["index"]))
    return [row["reward"] for row in rows if row["family"] == family]


def proposed(program: str, given: str) -> str:
    return f"```python\n{program}\n\nf({given})\n```"


def with_split(split: str) -> Iterator[tuple[str, str]]:
    """Programs whose deduction with the input 5 falls into the split, and their outputs."""
    for k in range(2, 1000):
        program, output = f"def f(x):\n    return x * {k} + 1", str(5 * k + 1)
        params = Proposal(program=program, inputs=("5",), outputs=(output,)).params()
        if Kept().problem("proposed_deduction", params).split == split:
            yield program, output


TRAIN = with_split("train")
SOMETIMES, ALWAYS, NEVER, LATER = (next(TRAIN) for _ in range(4))
FORBIDDEN = next(with_split("held_out"))
RENAMED = SOMETIMES[0].replace("x", "number")
ANSWERS = {
    SOMETIMES[0]: [f"\\boxed{{{SOMETIMES[1]}}}", "\\boxed{1}", "\\boxed{2}", "\\boxed{3}"],
    ALWAYS[0]: [f"It is \\boxed{{{ALWAYS[1]}}}"],
    NEVER[0]: ["\\boxed{0}"],
    LATER[0]: ["\\boxed{0}", "\\boxed{1}", f"\\boxed{{{LATER[1]}}}", f"So \\boxed{{{LATER[1]}}}"],
}  # fmt: skip


def held_out_program(config: Config) -> str:
    """Of a problem that the run is tested on, in other words."""
    prompt = held_out_problems(config.problems, config.eval.per_family)[0].prompt
    program = prompt.partition("```python\n")[2].partition("\n```")[0]
    name = program.partition("def ")[2].partition("(")[0]
    return program.replace(f"{name}(", "f(") + "  # mine"


PROPOSALS = {
    "0": [proposed(one, "5") for one in (SOMETIMES[0], ALWAYS[0], NEVER[0], RENAMED)],
    "1": [
        proposed(SOMETIMES[0], "6"),  # came before
        proposed("def f(s):\n    return list(set(s))", "'sphinx of quartz'"),  # not deterministic
        proposed("def f(n):\n    while n:\n        pass", "3"),  # slow
        "Let me think of a problem.",
    ],
    "2": [
        proposed("def f(x):\n    return 3 + 0 * x", "5"),  # trivial
        proposed("import os\ndef f(x):\n    os._exit(0)", "5"),  # hostile
        proposed(FORBIDDEN[0], "5"),  # of the held-out split
        proposed(LATER[0], "5"),
    ],
}  # fmt: skip


def test_proposals_are_refused_or_posed_and_rewarded_by_what_a_solver_can_learn(tmp_path: Path) -> None:
    config = config_of(tmp_path, steps=4)
    proposals = {**PROPOSALS, "3": [proposed(held_out_program(config), "5")]}
    fleet = run(config, proposals, ANSWERS)

    # solved once in four, always, never; and the first again in other words
    assert rewards(tmp_path, 0, "propose_deduction") == [0.75, 0.0, 0.0, 0.75]
    assert rewards(tmp_path, 0, "proposed_deduction") == [1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    assert rewards(tmp_path, 1, "propose_deduction") == [-0.5, -0.5, -0.5, -1.0]
    assert rewards(tmp_path, 2, "propose_deduction") == [-0.5, -0.5, None, 0.5]
    assert rewards(tmp_path, 2, "proposed_deduction") == [0, 0, 1, 1]
    assert rewards(tmp_path, 3, "propose_deduction") == [None] * 4

    told = [line["selfplay"] for line in metrics(tmp_path)]
    assert [one["proposals"] for one in told] == [4] * 4
    assert [one["valid"] for one in told[:3]] == [4, 1, 2]
    assert [one["posed"] for one in told] == [3, 0, 1, 0]
    assert told[0]["refused"] == {} and told[0]["learnability"] == 0.375
    assert told[0]["pass_rate"] == pytest.approx(1.25 / 3)
    assert told[1]["refused"] == {"seen": 1, "varies": 1, "slow": 1, "malformed": 1} and "learnability" not in told[1]
    assert told[2]["refused"] == {"trivial": 1, "banned": 1, "held_out": 1} and told[2]["learnability"] == 0.5
    assert told[3]["refused"] == {"held_out": 4} and told[3]["valid"] == 4
    assert [one["buffer"] for one in told] == [9, 9, 10, 10]  # six that were there

    # the turns and what they posed are learned from where rewards differ; the mix's problem never is
    assert fleet.learned == [2, 1, 2, 0]
    # the curriculum, the duplicates and the pass rate know nothing of it
    assert [set(line["duplicates"]) for line in metrics(tmp_path)] == [{"predict_output"}] * 4
    assert [line["duplicates"]["predict_output"]["problems"] for line in metrics(tmp_path)] == [1, 2, 3, 4]
    assert all(set(line["curriculum"]) == {"predict_output:3", "predict_output:4"} for line in metrics(tmp_path))
    assert "propose_deduction:1" in metrics(tmp_path)[0]["train_pass_rate_by"]
    assert metrics(tmp_path)[0]["samples"] == 4 + 4 + 12


def test_every_task_is_proposed_and_solved(tmp_path: Path) -> None:
    config = config_of(tmp_path, steps=3, tasks=["abduction", "induction", "variation"], inputs=3)
    digits = "```python\ndef f(n):\n    while n > 9:\n        n = sum(map(int, str(n)))\n    return n\n```"
    proposals = {
        "0": [proposed("def f(a, b):\n    return a * 2 + b", "3, 4")],
        "1": [  # for the program that the seed draws, of the digits of a number
            "```python\n# It is a riddle.\nf(11)\nf(25)\nf(380)\n```",
            "```python\n# Of a list.\nf([4])\nf([5, 6])\nf([9, 9, 9])\n```",
            "```python\n# Of a word.\nf('tree')\nf('a b')\nf('zz')\n```",
            "```python\n# Of two numbers.\nf(1, 2)\nf(3, 4)\nf(5, 6)\n```",
        ],
    }
    answers = {
        "returns 10": ["\\boxed{1, 8}", "\\boxed{0}", "\\boxed{5, 0}", "\\boxed{3, 4}"],
        # the second fits what was shown, 11 and 25, and not 380
        "It was described so: It is a riddle.": [digits, "```python\ndef f(n):\n    return n % 10 + n // 10\n```"],
    }
    run(config, proposals, answers)
    told = [line["selfplay"] for line in metrics(tmp_path)]
    # the same abduction four times, solved by three of four
    assert rewards(tmp_path, 0, "propose_abduction") == [0.25] * 4 and told[0]["posed"] == 1
    assert rewards(tmp_path, 1, "propose_induction") == [0.5, -0.5, -0.5, -0.5]
    assert rewards(tmp_path, 1, "proposed_induction") == [1, 0, 1, 0]
    assert told[1]["refused"] == {"raises": 3} and told[2]["refused"] == {"malformed": 4}


def test_a_variation_keeps_some_of_what_it_varies(tmp_path: Path) -> None:
    config = config_of(tmp_path, steps=1, tasks=["variation"])
    alien = "def f(p, q):\n    while p > q:\n        p, q = q - 1, p + 3\n    return {p, q}"
    run(config, {"0": [proposed(alien, "9, 6"), "none"]}, {})
    assert metrics(tmp_path)[0]["selfplay"]["refused"] == {"unlike": 2, "malformed": 2}
    rows = Ledger(tmp_path / "run" / "traces").read(["family", "prompt"]).to_pylist()
    prompt = next(row["prompt"] for row in rows if row["family"] == "propose_variation")
    program = prompt.partition("```python\n")[2].partition("\n```")[0]
    shutil.rmtree(tmp_path / "run")
    near = program.replace("\n    return ", "\n    y = 7\n    return ", 1)  # with its call, as it was shown
    run(config, {"0": [f"```python\n{near}\n```"]}, {})
    told = metrics(tmp_path)[0]["selfplay"]
    assert (told["valid"], told["posed"], told["refused"]) == (4, 1, {})  # one problem, four times


def test_what_is_held_out_is_no_variation_either(tmp_path: Path) -> None:
    """However little it has of what it should vary: no fault, and no reward, by which it is known to an export."""
    run(config_of(tmp_path, steps=1, tasks=["variation"]), {"0": [proposed(FORBIDDEN[0], "5")]}, {})
    assert metrics(tmp_path)[0]["selfplay"]["refused"] == {"held_out": 4}
    assert rewards(tmp_path, 0, "propose_variation") == [None] * 4


def test_a_policy_that_cannot_propose_is_left_alone_with_a_line(tmp_path: Path, caplog: Any) -> None:
    config = config_of(tmp_path, steps=4, give_up_after=8)
    run(config, {}, {})
    assert [line["selfplay"]["stopped"] for line in metrics(tmp_path)] == [False, True, True, True]
    said = [record.message for record in caplog.records if "self-play" in record.message]
    assert said == [
        "self-play stops at step 2: none of the last 8 proposals can be posed (malformed 4); the run goes on without"
    ]
    assert len(metrics(tmp_path)) == 4 and rewards(tmp_path, 2, "propose_deduction") == []
    assert metrics(tmp_path)[3]["samples"] == 4


@pytest.mark.parametrize("where", [["--in-process"], [], ["--set", "rollout.staleness=1"]], ids=" ".join)
def test_the_bundled_policy_is_too_small(tracemill: Any, tmp_path: Path, where: list[str]) -> None:
    """The real engine and learner, without Ray and with it, and with engines that work ahead."""
    sets = [
        "problems.selfplay={tasks=['deduction'],give_up_after=2}", "problems.mix=[{family='arithmetic',levels=[1]}]",
        "rollout.group_size=2", "rollout.max_new_tokens=8", "eval.per_family=1", "problems.per_step=1", "run.steps=2",
        f"run.dir={tmp_path}", "run.name=run",
    ]  # fmt: skip
    done = tracemill("run", "demo.toml", *where, *(part for one in sets for part in ("--set", one)))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("self-play stops at step 1: none of the last 2 proposals can be posed (malformed 2)") == 1
    told = [line["selfplay"] for line in metrics(tmp_path)]
    assert told[0]["refused"] == {"malformed": 2} and told[0]["stopped"] and told[1] == {"stopped": True}
    assert rewards(tmp_path, 0, "propose_deduction") == [-1.0, -1.0]


def content(folder: Path) -> tuple[list[Any], list[Any], set[str]]:
    table = Ledger(folder / "run" / "traces").read(["step", "problem_id", "group_id", "index", "reward", "advantage"])
    told = [line["selfplay"] for line in metrics(folder)]
    return table.to_pylist(), told, set((folder / "run" / FILE).read_text().splitlines())


@pytest.mark.parametrize("ends_at", [1, 2])
def test_a_resumed_run_is_the_uninterrupted_one(tmp_path: Path, ends_at: int) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(config_of(whole, steps=3), PROPOSALS, ANSWERS)
    run(config_of(parts, steps=ends_at), PROPOSALS, ANSWERS)
    with (parts / "run" / FILE).open("a") as file:
        file.write('{"id": "propo')  # killed while it wrote
    run(config_of(parts, steps=3), PROPOSALS, ANSWERS, resume=True)
    assert content(parts) == content(whole)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("selfplay")
    run(config_of(folder, steps=3), PROPOSALS, ANSWERS)
    export([folder / "run"], folder / "dataset", ExportConfig(format="raw"))
    return folder / "dataset"


def test_what_is_held_out_leaves_in_no_format(dataset: Path, tmp_path: Path) -> None:
    traces = Ledger(dataset.parent / "run" / "traces").read(["completion"])["completion"].to_pylist()
    assert sum(FORBIDDEN[0] in text for text in traces) == 1
    for format in ("raw", "sft", "unpaired"):
        folder = tmp_path / format
        done = export([dataset.parent / "run"], folder, ExportConfig(format=format, drop_flagged=False))
        assert {stage.name: stage.dropped for stage in done.funnel}["proposal"] == 1
        rows = [row for path in (folder / "data").iterdir() for row in pq.read_table(path).to_pylist()]
        assert rows and not any(FORBIDDEN[0] in str(row) or json.dumps(FORBIDDEN[0])[1:-1] in str(row) for row in rows)


def test_an_export_is_proven_from_its_own_folder(dataset: Path, tmp_path: Path, capsys: Any) -> None:
    copy = shutil.copytree(dataset, tmp_path / "copy")
    with closing(Verifier(VerifierConfig())) as verifier:
        proof = verify(copy, proving(build, know_kept(copy), verifier), verifier.judge_all)
        assert proof.holds and proof.differences == () and proof.rows > 20
        ids = {json.loads(line)["id"].partition("@")[0] for line in (copy / FILE).read_text().splitlines()}
        assert ids == {"propose_deduction", "proposed_deduction"}

        assert main(["verify", str(copy), "--no-second-opinion"]) == 0
        (copy / FILE).unlink()
        proof = verify(copy, proving(build, know_kept(copy), verifier), verifier.judge_all)
        assert proof.failed["problem"] > 10 and "is not here" in proof.differences[0].found
        (copy / FILE).write_text((dataset / FILE).read_text().replace('["5"]', '["6"]', 1))
        assert main(["verify", str(copy)]) == 1
    assert "proposals.jsonl holds the content of propose" in capsys.readouterr().err


def test_a_content_that_is_not_true_is_found_by_running_it(dataset: Path) -> None:
    """Whoever writes another output into the file has to write another id too, and the program is run again."""
    liar = Proposal(program=ALWAYS[0], inputs=("5",), outputs=("1000",))
    store = Kept()
    problem = store.problem("proposed_deduction", liar.params())
    with closing(Verifier(VerifierConfig())) as verifier:
        prove = proving(lambda _: problem, store, verifier)
        with pytest.raises(ValueError, match=f"its program returns {ALWAYS[1]}, not 1000"):
            prove(problem.id)
        honest = store.problem("proposed_deduction", read_proposal([ALWAYS[0], ["5"], [ALWAYS[1]], ""]).params())
        assert proving(lambda _: honest, store, verifier)(honest.id) == honest
