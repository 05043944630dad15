"""The main loop: problems, rollouts, verdicts, rewards, traces, learning, new weights. One loop with Ray and
without."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracemill.configs.load import config_hash
from tracemill.configs.schema import Config
from tracemill.jobs.display import Display
from tracemill.jobs.errors import CommandError, Interrupted
from tracemill.jobs.evaluate import Evaluation, evaluate, seed_of
from tracemill.jobs.fleet import Fleet, Handle, judge_once
from tracemill.jobs.interrupt import Interrupt
from tracemill.jobs.learn import assess, learn, teaches
from tracemill.jobs.memory import PeakMemory
from tracemill.jobs.metrics import Clock, MetricsLog, step_metrics
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.run_folder import Checkpoint, RunFolder, versions
from tracemill.problems.sampler import held_out_problems
from tracemill.problems.supply import ProblemSupply
from tracemill.problems.types import Problem
from tracemill.reward.reward import Rewarder
from tracemill.reward.types import Scored
from tracemill.rl.algorithms import resolved
from tracemill.rollout.types import Request, Sampling
from tracemill.traces.ledger import Ledger
from tracemill.traces.report import write_report
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.canaries import canaries, check_canaries


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a checkpoint keeps beside the learner: where the run stands and what it was before."""

    step: int = 0
    loop_seconds: float = 0.0
    samples: int = 0
    before: Evaluation | None = None
    latest: Evaluation | None = None
    supply: dict[str, object] = field(default_factory=dict)  # only as a checkpoint brought it

    def to_state(self) -> dict[str, object]:
        return {
            "loop_seconds": self.loop_seconds,
            "samples": self.samples,
            "before": self.before.to_json() if self.before else None,
            "latest": self.latest.to_json() if self.latest else None,
        }

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint) -> Progress:
        state = checkpoint.state
        return cls(
            step=checkpoint.step,
            loop_seconds=state["loop_seconds"],
            samples=state["samples"],
            before=Evaluation.from_json(state["before"]) if state["before"] else None,
            latest=Evaluation.from_json(state["latest"]) if state["latest"] else None,
            supply=state.get("supply", {}),
        )


@dataclass(slots=True, kw_only=True)
class Admitted:
    """A batch of groups under way: its step, its problems, and what collects its rollouts."""

    step: int
    problems: list[Problem]
    handle: Handle
    admitted_at: float = field(default_factory=time.time)


class Loop:
    """One run. Its verbs are the stages; `run` is the order in which they happen."""

    def __init__(self, config: Config, *, fleet: Fleet, folder: RunFolder, prompts: Prompts, display: Display) -> None:
        self._config = config
        self._fleet = fleet
        self._folder = folder
        self._prompts = prompts
        self._display = display
        self._learner = resolved(config.learner)
        self._rewarder = Rewarder(config.reward, config.rollout.max_new_tokens)
        self._ledger = Ledger(folder.traces, logprobs=config.traces.logprobs)
        self._metrics = MetricsLog(folder)
        self._sampling = Sampling(temperature=config.rollout.temperature, max_new_tokens=config.rollout.max_new_tokens)
        self._held_out = held_out_problems(config.problems, config.eval.per_family)
        self._supply = ProblemSupply(config.problems, config.run.seed, config.rollout.staleness)
        self._progress = Progress()
        self._pending: deque[Admitted] = deque()
        self._next_admitted = 0
        code_version = versions().get("tracemill", "unknown")
        self._provenance = Provenance(
            run_id=config.run.name, config_hash=config_hash(config), code_version=code_version
        )

    def run(self, interrupt: Interrupt, memory: PeakMemory) -> Progress:
        """All steps that are left. Raises Interrupted after the step under way when asked to stop."""
        self._resume()
        begun = time.monotonic() - self._progress.loop_seconds
        if self._progress.before is None:
            self._progress.before = self._progress.latest = self._test(self._config.eval.per_family)
        while self._progress.step < self._config.run.steps:
            clock = Clock()
            self._admit()
            batch = self._pending.popleft()
            with clock("generate"):
                rollouts_P_G = self._fleet.rollouts(batch.handle)
            with clock("verify"):
                scored_P_G = self._score(batch, rollouts_P_G)
            if self._learner.dynamic_sampling:
                with clock("refill"):
                    self._refill(batch, scored_P_G)
            with clock("assess"):
                assessed = assess(self._fleet, scored_P_G, self._learner)
            with clock("write"):
                self._trace(batch, scored_P_G, assessed.advantages())
            with clock("learn"):
                longest = self._sampling.max_new_tokens
                updates = learn(self._fleet, scored_P_G, assessed, self._learner, longest=longest)
            with clock("sync"):
                self._fleet.sync()
            self._progress.step += 1
            self._progress.samples += sum(map(len, scored_P_G))
            with clock("evaluate"):
                tested = self._test_if_due()
            self._progress.loop_seconds = time.monotonic() - begun
            line = step_metrics(self._progress.step, scored_P_G, updates, clock, tested)
            line |= self._supply.record(batch.step, batch.problems, [right_and_judged(group) for group in scored_P_G])
            self._metrics.write(line)
            self._display.step(line, scored_P_G, self._progress.step, self._progress.loop_seconds, memory.peak)
            self._checkpoint_if_due(stopping=interrupt.asked)
            self._report_if_due()
            if interrupt.asked:
                raise Interrupted(
                    f"stopped after step {self._progress.step} of {self._config.run.steps}; go on with --resume"
                )
        return self._progress

    def _resume(self) -> None:
        checkpoint = self._folder.newest_checkpoint()
        if checkpoint is not None:
            self._progress = Progress.from_checkpoint(checkpoint)
            self._next_admitted = checkpoint.step
            self._supply.load(self._progress.supply)
            self._fleet.load(checkpoint.folder)
            self._fleet.sync()
        self._folder.keep_metrics(self._progress.step)
        self._metrics.open(self._progress.step)

    def _admit(self) -> None:
        """Starts batches while there are fewer than the staleness allows; 0 is the synchronous run."""
        last = min(self._progress.step + self._config.rollout.staleness, self._config.run.steps - 1)
        while self._next_admitted <= last:
            step = self._next_admitted
            problems = self._supply.problems(step)
            groups = [self._group(step, place, problem) for place, problem in enumerate(problems)]
            handle = self._fleet.start_rollouts(groups, self._sampling)
            self._pending.append(Admitted(step=step, problems=problems, handle=handle))
            self._next_admitted += 1

    def _group(self, step: int, place: int, problem: Problem) -> list[Request]:
        group_id = f"{step}.{place}"
        prompt_ids = self._prompts.ids(problem)
        return [
            Request(
                problem_id=problem.id,
                group_id=group_id,
                index=index,
                prompt_ids=prompt_ids,
                seed=seed_of(self._config.run.seed, group_id, index),
            )
            for index in range(self._config.rollout.group_size)
        ]

    def _score(self, batch: Admitted, rollouts_P_G: Sequence[Sequence]) -> list[list[Scored]]:
        pairs = [
            (problem.reference, rollout.text)
            for problem, rollouts_G in zip(batch.problems, rollouts_P_G, strict=True)
            for rollout in rollouts_G
        ]
        known = canaries(batch.step, self._config.verifier.canaries_per_step, [reference for reference, _ in pairs])
        judged = judge_once(self._fleet, [*pairs, *((canary.reference, canary.response) for canary in known)])
        if said := check_canaries(known, judged[len(pairs) :]):
            raise CommandError(f"step {batch.step}: {said}; its rewards cannot be trusted, and the run stops")
        verdicts = iter(judged)
        return [
            self._rewarder.score(problem, rollouts_G, [next(verdicts) for _ in rollouts_G])
            for problem, rollouts_G in zip(batch.problems, rollouts_P_G, strict=True)
        ]

    def _refill(self, batch: Admitted, scored_P_G: list[list[Scored]]) -> None:
        """Adds groups of further problems until as many as a step has can teach (DAPO, arXiv 2503.14476, eq. 11), or
        `max_refills` is reached. All of them are traced and counted; those that teach are learned from."""
        for refill in range(1, self._learner.max_refills + 1):
            missing = self._config.problems.per_step - sum(map(teaches, scored_P_G))
            if missing <= 0:
                return
            problems = self._supply.problems(batch.step, refill)[:missing]
            first = len(batch.problems)
            groups = [self._group(batch.step, first + place, problem) for place, problem in enumerate(problems)]
            more = Admitted(
                step=batch.step, problems=problems, handle=self._fleet.start_rollouts(groups, self._sampling)
            )
            scored_P_G += self._score(more, self._fleet.rollouts(more.handle))
            batch.problems += problems

    def _trace(
        self,
        batch: Admitted,
        scored_P_G: Sequence[Sequence[Scored]],
        advantages_P_G: Sequence[Sequence[float | None]],
    ) -> None:
        now = time.time()
        records = [
            TraceRecord(
                step=batch.step,
                scored=scored,
                advantage=advantage,
                temperature=self._sampling.temperature,
                max_new_tokens=self._sampling.max_new_tokens,
                created_at=now,
                provenance=self._provenance,
            )
            for scored_G, advantages_G in zip(scored_P_G, advantages_P_G, strict=True)
            for scored, advantage in zip(scored_G, advantages_G, strict=True)
        ]
        self._ledger.write(batch.step, records)

    def _test(self, per_family: int) -> Evaluation:
        self._display.say(f"testing on {per_family} held-out problems a family")
        problems = [
            problem
            for family in dict.fromkeys(problem.family for problem in self._held_out)
            for problem in [p for p in self._held_out if p.family == family][:per_family]
        ]
        sampling = Sampling(temperature=self._config.eval.temperature, max_new_tokens=self._sampling.max_new_tokens)
        evaluation = evaluate(self._fleet, problems, self._prompts, sampling)
        self._display.tested(evaluation)
        return evaluation

    def _test_if_due(self) -> Evaluation | None:
        every, step = self._config.eval.every, self._progress.step
        if step == self._config.run.steps:
            self._progress.latest = self._test(self._config.eval.per_family)
        elif every and step % every == 0:
            return self._test(min(self._config.eval.progress_per_family, self._config.eval.per_family))
        else:
            return None
        return self._progress.latest

    def _checkpoint_if_due(self, *, stopping: bool) -> None:
        step, run = self._progress.step, self._config.run
        if step == run.steps or stopping or step % run.checkpoint_every == 0:
            state = {**self._progress.to_state(), "supply": self._supply.to_state()}
            self._folder.checkpoint(step, state, self._fleet.save, run.keep_checkpoints)
            self._folder.replace_policy(self._fleet.save_policy)

    def _report_if_due(self) -> None:
        every = self._config.run.report_every
        if every and self._progress.step % every == 0 and self._progress.step < self._config.run.steps:
            write_report(self._folder.path)


def right_and_judged(scored_G: Sequence[Scored]) -> tuple[int, int]:
    """Of a group: correct answers, and those that were judged at all."""
    statuses = [scored.verdict.status for scored in scored_G if scored.verdict.status != "verifier_error"]
    return statuses.count("correct"), len(statuses)


def check_can_start(config: Config, policy: Path) -> None:
    """What can be known to fail before anything is started. Raises CommandError."""
    try:
        resolved(config.learner)
        Rewarder(config.reward, config.rollout.max_new_tokens)
        held_out_problems(config.problems, config.eval.per_family)
        ProblemSupply(config.problems, config.run.seed, config.rollout.staleness).problems(0)
    except ValueError as error:
        raise CommandError(str(error)) from None
    kl = config.learner.kl
    if kl.coefficient and kl.reference != "start":
        folder = Path(kl.reference)
        if not (folder.is_absolute() and (folder / "config.json").is_file()):
            raise CommandError(
                f"learner.kl.reference is {kl.reference!r}; it takes 'start' or the absolute path of a folder with a "
                "model of the policy's shape"
            )
    if config.problems.per_step < config.learner.updates_per_batch:
        raise CommandError(
            f"learner.updates_per_batch is {config.learner.updates_per_batch}, more than problems.per_step "
            f"({config.problems.per_step}); each update needs at least one problem"
        )
    if not (policy / "config.json").is_file():
        raise CommandError(f"{policy} holds no model in Hugging Face format (no config.json)")
