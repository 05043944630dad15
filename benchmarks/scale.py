"""The controller with 1 to 256 rollout actors: what a sample costs it, and at how many tokens a second it is the limit.

Real: the main loop (`jobs.run.Loop`), intake, problems and prompts, the engines' dispatch (`jobs.ray_engines`), Ray and
its serialisation, the verifier pool (`jobs.ray_verifiers`, real workers, real verdicts), rewards, advantages, trees for
the learner's ranks, ledger, metrics, timeline. Simulated: what engines and ranks compute. They are calls into two
processes that sleep for as long as it takes and answer with tokens made before.

The times that they sleep are measured here first, with the bundled policy on this machine (a decoding step, a learned
token), or given (`--step-s`, `--token-s`); `--no-sleep` leaves them out, so that the controller never waits.
The cost is processor time of the controller's process, all its threads, after the first step. Verification runs in
processes of its own and is not part of it. The number of groups grows with the actors: two an actor and step.

    python -P benchmarks/scale.py [--actors 1,4,16,64,256] [--tokens 256] [--samples N]      # from outside the checkout

`ratio` is the cost of a sample at the most actors over that at 4 (or the fewest); asked: at most 2.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tracemill.jobs.ray_fleet import RayFleet, connect, ray  # before any import of ray: it settles Ray's environment

# isort: split
from tracemill.configs.load import load
from tracemill.configs.schema import Config, LearnerConfig
from tracemill.configs.spans import Span, now_us
from tracemill.jobs.display import Lines
from tracemill.jobs.interrupt import interruptible
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.ray_engines import RayEngines
from tracemill.jobs.ray_spans import asked_for_spans
from tracemill.jobs.ray_verifiers import RayVerifiers
from tracemill.jobs.run import Loop
from tracemill.jobs.run_folder import RunFolder
from tracemill.jobs.timeline import ActorSpans
from tracemill.problems.registry import build
from tracemill.rl.packing import over_ranks
from tracemill.rl.types import Tree, Update
from tracemill.rollout.service import Finished
from tracemill.rollout.types import Request, Rollout, Sampling

ASKED, GROUP, GROUPS_AN_ACTOR, HOSTS, STALENESS, BATCH = 2.0, 8, 2, 2, 1, 64
POOL = 500_000  # tokens that completions are cut from: so many that the ledger finds little that repeats
LETTERS = "abcdefghijklmnopqrstuvwxyz     "


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds: of a decoding step of an engine, whatever is in flight; of a token in one learner rank; of a sync."""

    step_s: float
    token_s: float
    sync_s: float = 0.0


class EngineHost:
    """Many engines' and ranks' worth of waiting, in one process."""

    def __init__(self, times: Times, tokens: int) -> None:
        self._times, self._tokens = times, tokens
        self._version = 0
        rng = random.Random(0)
        self._ids = rng.choices(range(5, 32_000), k=POOL)
        self._logprobs = [-rng.random() for _ in range(POOL)]
        self._text = "".join(rng.choices(LETTERS, k=4 * POOL))
        self._seats: dict[int, asyncio.Semaphore] = {}

    async def ready(self, number: int) -> tuple[int, str]:
        return os.getpid(), ray.get_runtime_context().get_node_id()

    async def steps(self, number: int) -> int:
        return time.monotonic_ns()

    @ray.method(num_returns="streaming")
    async def generate(
        self, number: int, groups: Sequence[Sequence[Request]], sampling: Sampling
    ) -> AsyncIterator[list[Finished]]:
        """Each group as long as its longest completion takes, once there is room in the engine's batch."""
        seats = self._seats.setdefault(number, asyncio.Semaphore(BATCH // GROUP))

        async def one(place: int, group: Sequence[Request]) -> Finished:
            made = [self._rollout(request, self._version) for request in group]
            async with seats:
                await asyncio.sleep(self._times.step_s * max(len(rollout.completion_ids) for rollout in made))
            return place, made

        for done in asyncio.as_completed([one(place, group) for place, group in enumerate(groups)]):
            yield [await done]

    def _rollout(self, request: Request, version: int) -> Rollout:
        """About the asked number of tokens, four characters each; every other answer is right."""
        length = self._tokens // 2 + request.seed % self._tokens
        start = request.seed % (POOL - 2 * self._tokens)
        reference: Any = build(request.problem_id).reference
        answer = reference.answer if request.seed % 4 < 2 else "1/7"
        return Rollout(
            problem_id=request.problem_id,
            group_id=request.group_id,
            index=request.index,
            prompt_ids=request.prompt_ids,
            completion_ids=tuple(self._ids[start : start + length]),
            logprobs=tuple(self._logprobs[start : start + length]),
            text=f"{self._text[4 * start : 4 * (start + length)]} \\boxed{{{answer}}}",
            finish_reason="stop",
            policy_version=version,
            seed=request.seed,
        )

    async def spans(self, number: int) -> tuple[str, float, list[Span]]:
        now = now_us()
        return ray.get_runtime_context().get_node_id(), now, [Span("generate", now - 1000, now, {"steps": 1})]

    async def update(self, number: int, trees: Sequence[Tree], version: int) -> Update:
        learned = sum(len(one.ids) for tree in trees for one in tree.completions)
        await asyncio.sleep(self._times.token_s * learned)
        self._version = version + 1
        metrics = {"loss": 0.0, "grad_norm": 1.0, "learned_tokens": float(learned)}
        return Update(version_before=version, version_after=version + 1, metrics=metrics)

    async def sync(self, number: int, version: int) -> None:
        self._version = version
        await asyncio.sleep(self._times.sync_s)


@dataclass(frozen=True, slots=True)
class Call:
    method: Any
    number: int

    def remote(self, *arguments: Any) -> ray.ObjectRef:
        return self.method.remote(self.number, *arguments)


class Simulated:
    """The handle of one actor: calls to it go to the process that it shares with many."""

    def __init__(self, host: Any, number: int) -> None:
        for name in ("ready", "steps", "generate", "update", "sync", "spans"):
            setattr(self, name, Call(getattr(host, name), number))


class SimulatedFleet(RayFleet):
    """The real dispatch and the real verifiers; engines and ranks that sleep."""

    def __init__(self, config: Config, times: Times, tokens: int) -> None:
        self._config, self._engines_awake = config, True
        actor = ray.remote(EngineHost).options(num_cpus=0, max_concurrency=100_000)
        self._hosts = [actor.remote(times, tokens) for _ in range(HOSTS)]
        self._ranks = [Simulated(self._hosts[n % HOSTS], n) for n in range(config.learner.ranks)]
        self._engines = RayEngines(
            lambda number: Simulated(self._hosts[number % HOSTS], number),
            config.rollout,
            tolerance=1.0,
            tell=print,
        )
        self._verifiers = RayVerifiers(config.verifier, dict, wait=ray.get, max_restarts=0, tell=print)
        self._version = 0

    def measure(self, *_: Any) -> Any:
        raise AssertionError("the config asks for no measurement")

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        shares = over_ranks(trees, len(self._ranks))
        asked = [rank.update.remote(share, self._version) for rank, share in zip(self._ranks, shares, strict=True)]
        update: Update = ray.get(asked)[0]
        self._version = update.version_after
        return update

    def sync(self) -> dict[str, float]:
        ray.get([host.sync.remote(0, self._version) for host in self._hosts])
        return {}

    def spans(self) -> list[ActorSpans]:
        return asked_for_spans(self._engines.there() | self._verifiers.there())

    def save(self, folder: Path) -> None: ...

    def load(self, folder: Path) -> None: ...

    def save_policy(self, folder: Path) -> None:
        folder.mkdir()

    def close(self) -> None:
        self._verifiers.close()
        for host in self._hosts:
            ray.kill(host)


class Watch(Lines):
    """Prints no steps; remembers what each had cost by its end."""

    def __init__(self, num_steps: int) -> None:
        super().__init__(num_steps)
        self.marks: list[tuple[float, float, int, float]] = []

    def say(self, text: str) -> None: ...

    def tested(self, evaluation: Any) -> None: ...

    def step(self, line: dict[str, Any], *_: Any) -> None:
        tokens = line["samples"] * line["completion_tokens"]
        self.marks.append((time.process_time(), time.monotonic(), line["samples"], tokens))


def config_of(folder: str, actors: int, steps: int, tokens: int, workers: int) -> Config:
    settings = {
        "run.name": f"scale-{actors}",
        "run.dir": folder,
        "run.steps": steps,
        "run.checkpoint_every": steps,
        "run.report_every": 0,
        "problems.mix": '[{family = "arithmetic", levels = [1, 2, 3]}, {family = "derivatives", levels = [1]}]',
        "problems.per_step": GROUPS_AN_ACTOR * actors,
        "rollout.actors": actors,
        "rollout.group_size": GROUP,
        "rollout.staleness": STALENESS,
        "rollout.max_new_tokens": 512,
        "learner.ranks": max(1, actors // 4),
        "learner.correction.proximal": "sampled",
        "verifier.workers": workers,
        "eval.per_family": 1,
        "eval.every": 0,
        "export.after_run": "false",
    }
    return load("demo.toml", [f"{key}={value}" for key, value in settings.items()])


def measured(actors: int, times: Times, options: argparse.Namespace, folder: str) -> dict[str, float]:
    """One run; a Ray that is there already."""
    steps = 1 + max(2, -(-options.samples // (GROUPS_AN_ACTOR * GROUP * actors)))
    config = config_of(folder, actors, steps, options.tokens, options.workers)
    run, watch = RunFolder(Path(folder) / config.run.name), Watch(steps)
    fleet = SimulatedFleet(config, times, options.tokens)
    memory: Any = SimpleNamespace(peak=0)
    profile = cProfile.Profile() if options.profile else None
    try:
        with run.locked(), interruptible(print) as interrupt:
            run.claim(config, resume=False)
            prompts = Prompts(policy_folder("bundled"), "{prompt}")
            loop = Loop(config, fleet=fleet, folder=run, prompts=prompts, display=watch)
            if profile:
                profile.enable()
            loop.run(interrupt, memory)
    finally:
        if profile:
            profile.disable()
            profile.dump_stats(f"{options.profile}-{actors}")
        fleet.close()
    (cpu, wall, _, _), *rest = watch.marks
    samples, tokens = sum(mark[2] for mark in rest), sum(mark[3] for mark in rest)
    ledger = sum(path.stat().st_size for path in run.traces.iterdir()) / sum(mark[2] for mark in watch.marks)
    spent = rest[-1][0] - cpu
    return {
        "actors": actors,
        "samples": samples,
        "tokens_per_sample": tokens / samples,
        "cpu_ms_per_sample": 1000 * spent / samples,
        "busy": spent / (rest[-1][1] - wall),
        "limit_tokens_per_second": tokens / spent,
        "limit_groups_per_second": samples / GROUP / spent,
        "ledger_bytes_per_sample": ledger,
    }


# --- times of this machine --------------------------------------------------------------------------------------------


def calibrated() -> Times:
    """A decoding step of the PyTorch engine with 64 in flight, and a learned token, of the bundled policy."""
    from tracemill.rl.learner import Learner
    from tracemill.rl.types import Completion
    from tracemill.rollout.torch_engine import TorchEngine

    policy, prompt = policy_folder("bundled"), tuple(range(5, 45))
    engine = TorchEngine(policy, dtype="float32", max_batch=BATCH)
    asked = [Request(problem_id="p", group_id=str(n), index=0, prompt_ids=prompt, seed=n) for n in range(BATCH)]
    engine.add(asked, Sampling(temperature=1.5, max_new_tokens=48))
    engine.step()
    step_s = median_of(engine.step, 24)
    engine.close()
    learner = Learner(LearnerConfig(), folder=policy, dtype="float32", temperature=1.0, num_updates=1)
    ones = (1.0,) * 48
    trees = [
        Tree(
            prompt_ids=prompt,
            completions=tuple(
                Completion(ids=tuple(range(m + 5, m + 53)), old_logprobs=(-5.0,) * 48, advantages=ones)
                for m in range(GROUP)
            ),
        )
        for _ in range(8)
    ]
    update_s = median_of(lambda: learner.update(trees, 1.0), 3)
    learner.close()
    return Times(step_s=step_s, token_s=update_s / (8 * GROUP * 48))


def median_of(call: Callable[[], Any], times: int) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actors", default="1,4,16,64,256", help="how many, from the fewest to the most")
    parser.add_argument("--tokens", type=int, default=256, help="of a completion, in the mean")
    parser.add_argument("--samples", type=int, default=4096, help="measured with each number of actors, at least")
    parser.add_argument("--workers", type=int, default=2, help="verifiers")
    parser.add_argument("--step-s", type=float, help="of an engine, instead of measuring it")
    parser.add_argument("--token-s", type=float, help="of a learned token, instead of measuring it")
    parser.add_argument("--no-sleep", action="store_true", help="engines and ranks answer at once")
    parser.add_argument("--profile", metavar="FILE", help="cProfile's figures of the controller, to FILE-ACTORS")
    return parser.parse_args()


def main() -> None:
    options = parsed()
    numbers = [int(number) for number in options.actors.split(",")]
    if options.no_sleep:
        times = Times(step_s=0.0, token_s=0.0)
    elif options.step_s is None or options.token_s is None:
        times = calibrated()
    else:
        times = Times(step_s=options.step_s, token_s=options.token_s)
    print(f"a decoding step {1000 * times.step_s:.1f} ms, a learned token {1e6 * times.token_s:.0f} us")
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        os.chdir(folder)
        connect(config_of(folder, max(numbers), 1, options.tokens, options.workers), policy_folder("bundled"))
        print("actors  samples  tokens each  cpu ms a sample  busy  limit: tokens/s   groups/s")
        rows = []
        for actors in numbers:
            rows.append(row := measured(actors, times, options, folder))
            print(
                f"{actors:6}  {row['samples']:7,}  {row['tokens_per_sample']:11.0f}  {row['cpu_ms_per_sample']:15.3f}  "
                f"{row['busy']:4.0%}  {row['limit_tokens_per_second']:15,.0f}  {row['limit_groups_per_second']:9,.0f}",
                flush=True,
            )
        ray.shutdown()
        os.chdir("/")
    fewest = next((row for row in rows if row["actors"] == 4), rows[0])
    ratio = rows[-1]["cpu_ms_per_sample"] / fewest["cpu_ms_per_sample"]
    said = {"step_s": times.step_s, "token_s": times.token_s, "verifier_workers": options.workers}
    print(json.dumps({**said, "rows": rows, **rows[-1], "asked": ASKED, "ratio": ratio}))


if __name__ == "__main__":
    main()
