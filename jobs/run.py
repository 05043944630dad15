"""The main loop: problems, rollouts, verdicts, rewards, traces, learning, new weights. One loop with Ray and
without."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracemill.configs.load import config_hash
from tracemill.configs.schema import Config, ProblemsConfig, RolloutConfig
from tracemill.jobs.display import Display
from tracemill.jobs.errors import AskedWrongly, CommandError, Interrupted
from tracemill.jobs.evaluate import Evaluation, evaluate
from tracemill.jobs.fleet import Fleet
from tracemill.jobs.intake import Group, Intake, intake_metrics
from tracemill.jobs.interrupt import Interrupt
from tracemill.jobs.judging import Judging, overlaps
from tracemill.jobs.learn import assess, learn, learner_config, teaches
from tracemill.jobs.memory import PeakMemory
from tracemill.jobs.metrics import Clock, MetricsLog, step_metrics
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.run_folder import STATE, Checkpoint, RunFolder, versions
from tracemill.jobs.selfplay import Selfplay
from tracemill.jobs.timeline import Timeline
from tracemill.jobs.trackers import Trackers
from tracemill.problems.sampler import held_out_problems
from tracemill.problems.sources.rows import references
from tracemill.problems.supply import ProblemSupply
from tracemill.reward.reward import Rewarder
from tracemill.reward.types import Scored
from tracemill.rl.algorithms import resolved
from tracemill.rl.whole_state import Damaged
from tracemill.rollout.canary import probe_of
from tracemill.rollout.types import Sampling
from tracemill.traces.ledger import Ledger
from tracemill.traces.report import write_report
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.canaries import canaries, check_canaries
from tracemill.verifiers.math.judge import check_readable


@dataclass(slots=True, kw_only=True)
class Progress:
    """What a checkpoint keeps beside the learner: where the run stands and what it was before."""

    step: int = 0
    loop_seconds: float = 0.0
    samples: int = 0
    before: Evaluation | None = None
    latest: Evaluation | None = None
    supply: dict[str, object] = field(default_factory=dict)  # this and the next two only as a checkpoint brought them
    intake: dict[str, object] = field(default_factory=dict)
    selfplay: dict[str, object] = field(default_factory=dict)

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
            intake=state.get("intake", {}),
            selfplay=state.get("selfplay", {}),
        )


class Loop:
    """One run. Its verbs are the stages; `run` is the order in which they happen.

    Where engines leave this machine's cores free (`overlaps`), groups are judged while others are made; and where
    `policy_stays`, the next step's groups are under way while this step's are verified and written.
    """

    policy_stays = False

    def __init__(self, config: Config, *, fleet: Fleet, folder: RunFolder, prompts: Prompts, display: Display) -> None:
        self._config = config
        self._fleet = fleet
        self._folder = folder
        self._prompts = prompts
        self._display = display
        self._learner = learner_config(config)
        self._rewarder = Rewarder(config.reward, config.rollout.max_new_tokens)
        self._ledger = Ledger(folder.traces, logprobs=config.traces.logprobs)
        self._metrics = MetricsLog(folder, Trackers(config, folder, display.say))
        self._timeline = Timeline(folder.path, config.run.timeline_steps)
        self._sampling = sampling_of(config.rollout)
        self._held_out = held_out_problems(config.problems, config.eval.per_family)
        self._asks_ahead = self.policy_stays and overlaps(config)
        ahead = config.rollout.staleness + self._asks_ahead
        self._supply = ProblemSupply(config.problems, config.run.seed, ahead)
        self._judging = Judging(fleet)
        self._intake = Intake(
            config,
            supply=self._supply,
            prompts=prompts,
            fleet=fleet,
            sampling=self._sampling,
            done=self._judging.begin if overlaps(config) else None,
        )
        self._selfplay = (
            Selfplay(config, intake=self._intake, fleet=fleet, folder=folder.path, held_out=self._held_out,
                     allows=self._supply.allows)
            if config.problems.selfplay else None
        )  # fmt: skip
        self._progress = Progress()
        self._version = 0  # of the policy that the engines serve
        self._synced: dict[str, float] = {}  # what is to be logged of the newest weight sync
        code_version = versions().get("tracemill", "unknown")
        self._provenance = Provenance(
            run_id=config.run.name, config_hash=config_hash(config), code_version=code_version
        )

    def run(self, interrupt: Interrupt, memory: PeakMemory) -> Progress:
        """All steps that are left. Raises Interrupted after the step under way when asked to stop."""
        try:
            return self._run(interrupt, memory)
        finally:
            self._metrics.close()

    def _run(self, interrupt: Interrupt, memory: PeakMemory) -> Progress:
        self._resume()
        begun = time.monotonic() - self._progress.loop_seconds
        if self._progress.before is None:
            self._progress.before = self._progress.latest = self._test(self._config.eval.per_family)
        while self._progress.step < self._config.run.steps:
            clock = Clock()
            step, version = self._progress.step, self._version
            with clock("generate"):
                self._intake.admit(step, version)
                taken = self._intake.take(step, version)
                if self._asks_ahead:
                    self._intake.admit(step + 1, version)
            with clock("verify"):
                scored_P_G = self._score(taken.groups)
                unlearned_P_G = self._score(taken.too_old) if taken.too_old else []
            if self._learner.dynamic_sampling:
                with clock("refill"):
                    scored_P_G += self._refill(scored_P_G)
            supplied = len(scored_P_G)
            if self._selfplay is not None:
                with clock("selfplay"):
                    scored_P_G += self._selfplay.play(step, self._version, self._score)
            with clock("assess"):
                assessed = assess(self._fleet, scored_P_G, self._learner)
            with clock("write"):
                self._trace(scored_P_G, assessed.advantages(), unlearned_P_G)
            with clock("learn"):
                longest = self._sampling.max_new_tokens
                updates = learn(self._fleet, scored_P_G, assessed, self._learner, longest=longest)
            with clock("sync"):
                self._sync(updates[-1].version_after)
            self._progress.step += 1
            self._progress.samples += sum(map(len, scored_P_G))
            with clock("evaluate"):
                tested = self._test_if_due()
            self._progress.loop_seconds = time.monotonic() - begun
            line = step_metrics(self._progress.step, scored_P_G, updates, clock, tested)
            drawn_P_G = scored_P_G[:supplied]
            problems = [scored_G[0].problem for scored_G in drawn_P_G]
            line |= self._supply.record(step, problems, [right_and_judged(group) for group in drawn_P_G])
            line |= intake_metrics(taken, version) | self._synced
            line |= {"selfplay": self._selfplay.metrics} if self._selfplay is not None else {}
            self._metrics.write(line)
            if self._config.run.timeline_steps:
                self._timeline.write(self._progress.step, clock.spans.taken(), self._fleet.spans())
            self._display.step(line, scored_P_G, self._progress.step, self._progress.loop_seconds, memory.peak)
            stopping = interrupt.asked  # read once: what comes after the checkpoint is for the next step
            self._checkpoint_if_due(tested, stopping=stopping)
            self._report_if_due()
            if stopping:
                raise Interrupted(
                    f"stopped after step {self._progress.step} of {self._config.run.steps}; go on with --resume"
                )
        return self._progress

    def _resume(self) -> None:
        checkpoint = self._folder.newest_checkpoint()
        self._fleet.set_probe(probe_of([self._prompts.ids(problem) for problem in self._held_out[:64]]))
        if checkpoint is not None:
            self._take_state(checkpoint)
            self._fleet.load(checkpoint.folder)
            if self._folder.policy_version() != self._version:  # it ended after the checkpoint and before the policy
                self._folder.replace_policy(self._fleet.save_policy, self._version)
        self._sync(self._version)
        self._folder.keep_metrics(self._progress.step)
        self._metrics.open(self._progress.step)
        self._timeline.open()

    def _take_state(self, checkpoint: Checkpoint) -> None:
        """All but the learner's. Raises Damaged."""
        step = checkpoint.step
        batches = {"accepted": step * self._config.problems.per_step, "batch": step, "place": 0, "running": []}
        try:
            self._progress = Progress.from_checkpoint(checkpoint)
            self._supply.load(self._progress.supply)
            self._intake.load(self._progress.intake or batches)
            if self._selfplay is not None:
                self._selfplay.load(self._progress.selfplay)
            self._version = int(checkpoint.state.get("policy_version", step))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            raise Damaged(f"{checkpoint.folder / STATE} is damaged ({said})") from error

    def _sync(self, version: int) -> None:
        self._synced = self._fleet.sync()
        self._version = version

    def _score(self, groups: Sequence[Group]) -> list[list[Scored]]:
        step, per_step = self._progress.step, self._config.verifier.canaries_per_step
        known = canaries(step, per_step, [group.problem.reference for group in groups])
        asked = [(canary.reference, canary.response) for canary in known]
        verdicts_P_G, of_known = self._judging.verdicts(groups, asked)
        if said := check_canaries(known, of_known):
            raise CommandError(f"step {step}: {said}; its rewards cannot be trusted, and the run stops")
        return [
            self._rewarder.score(group.problem, group.rollouts, verdicts_G)
            for group, verdicts_G in zip(groups, verdicts_P_G, strict=True)
        ]

    def _refill(self, scored_P_G: Sequence[Sequence[Scored]]) -> list[list[Scored]]:
        """Groups of further problems until as many as a step has can teach (DAPO, arXiv 2503.14476, eq. 11), or
        `max_refills` is reached. All of them are traced and counted; those that teach are learned from."""
        step, per_step = self._progress.step, self._config.problems.per_step
        more: list[list[Scored]] = []
        place = per_step
        for refill in range(1, self._learner.max_refills + 1):
            missing = per_step - sum(map(teaches, [*scored_P_G, *more]))
            if missing <= 0:
                break
            problems = self._supply.problems(step, refill)[:missing]
            more += self._score(self._intake.further(step, place, problems, self._version))
            place += len(problems)
        return more

    def _trace(
        self,
        scored_P_G: Sequence[Sequence[Scored]],
        advantages_P_G: Sequence[Sequence[float | None]],
        unlearned_P_G: Sequence[Sequence[Scored]],
    ) -> None:
        now, step = time.time(), self._progress.step
        unlearned = [(group, [None] * len(group)) for group in unlearned_P_G]
        records = [
            TraceRecord(
                step=step,
                scored=scored,
                advantage=advantage,
                temperature=self._sampling.temperature,
                max_new_tokens=self._sampling.max_new_tokens,
                created_at=now,
                provenance=self._provenance,
            )
            for scored_G, advantages_G in [*zip(scored_P_G, advantages_P_G, strict=True), *unlearned]
            for scored, advantage in zip(scored_G, advantages_G, strict=True)
        ]
        self._ledger.write(step, records)

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

    def _checkpoint_if_due(self, tested: Evaluation | None, *, stopping: bool) -> None:
        """What was tested is kept as well, since it may be the best."""
        step, run = self._progress.step, self._config.run
        pass_rate = tested.overall().rate if tested is not None and run.keep_best else None
        if step == run.steps or stopping or step % run.checkpoint_every == 0 or pass_rate is not None:
            state = {
                **self._progress.to_state(),
                "supply": self._supply.to_state(),
                "intake": self._intake.to_state(),
                "policy_version": self._version,
                "selfplay": self._selfplay.to_state() if self._selfplay is not None else {},
            }
            self._folder.checkpoint(step, state, self._fleet.save, run.keep_checkpoints, pass_rate=pass_rate)
            self._folder.replace_policy(self._fleet.save_policy, self._version)

    def _report_if_due(self) -> None:
        every = self._config.run.report_every
        if every and self._progress.step % every == 0 and self._progress.step < self._config.run.steps:
            write_report(self._folder.path)


def right_and_judged(scored_G: Sequence[Scored]) -> tuple[int, int]:
    """Of a group: correct answers, and those that were judged at all."""
    statuses = [scored.verdict.status for scored in scored_G if scored.verdict.status != "verifier_error"]
    return statuses.count("correct"), len(statuses)


def sampling_of(config: RolloutConfig) -> Sampling:
    return Sampling(
        temperature=config.temperature,
        max_new_tokens=config.max_new_tokens,
        top_p=config.top_p,
        top_k=config.top_k,
        repetition_penalty=config.repetition_penalty,
    )


def check_trainable(config: RolloutConfig) -> None:
    """Raises AskedWrongly for a way of sampling whose logprobs the learner could not make again."""
    for key, neutral in (("top_p", 1.0), ("top_k", 0), ("repetition_penalty", 1.0)):
        if (value := getattr(config, key)) != neutral:
            raise AskedWrongly(
                f"rollout.{key} is {value}: the sampled distribution is then not the policy's, the logprobs that the "
                f"learner compares with its own would be wrong; to learn, leave it at {neutral} (tracemill generate "
                "and eval may change it)"
            )


def _check_sources(config: ProblemsConfig) -> None:
    """Raises ValueError for the first row of a source whose answer the verifiers could not judge by."""
    for source in config.sources:
        for where, reference in references(source):
            try:
                check_readable(reference)
            except ValueError as error:
                raise ValueError(f"{where}: {error}; see problems.sources.type") from None


def check_can_start(config: Config) -> None:
    """What can be known to fail before anything is started. Raises AskedWrongly."""
    try:
        resolved(config.learner)
        Rewarder(config.reward, config.rollout.max_new_tokens)
        held_out_problems(config.problems, config.eval.per_family)
        ProblemSupply(config.problems, config.run.seed, config.rollout.staleness).problems(0)
        _check_sources(config.problems)
    except ValueError as error:
        raise AskedWrongly(str(error)) from None
    kl = config.learner.kl
    if kl.coefficient and kl.reference != "start":
        folder = Path(kl.reference)
        if not (folder.is_absolute() and (folder / "config.json").is_file()):
            raise AskedWrongly(
                f"learner.kl.reference is {kl.reference!r}; it takes 'start' or the absolute path of a folder with a "
                "model of the policy's shape"
            )
    if config.problems.per_step < config.learner.updates_per_batch:
        raise AskedWrongly(
            f"learner.updates_per_batch is {config.learner.updates_per_batch}, more than problems.per_step "
            f"({config.problems.per_step}); each update needs at least one problem"
        )
