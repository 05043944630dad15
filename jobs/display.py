"""What a person watching sees: a live panel in a terminal, a line a step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from tracemill.jobs.evaluate import Evaluation, PassRate
from tracemill.reward.types import Scored

if TYPE_CHECKING:
    from rich.console import Console


class Display(Protocol):
    def say(self, text: str) -> None: ...

    def tested(self, evaluation: Evaluation) -> None: ...

    def step(
        self, line: dict[str, Any], scored_P_G: Sequence[Sequence[Scored]], step: int, seconds: float, peak: int
    ) -> None: ...

    def __enter__(self) -> Display: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def make_display(num_steps: int) -> Display:
    return LivePanel(num_steps) if sys.stdout.isatty() else Lines(num_steps)


def right_and_wrong(scored_P_G: Sequence[Sequence[Scored]]) -> tuple[Scored, Scored] | None:
    """A right and a wrong solution of one problem, of the first group that has both."""
    for scored_G in scored_P_G:
        right = next((scored for scored in scored_G if scored.verdict.status == "correct"), None)
        wrong = next((scored for scored in scored_G if scored.verdict.status == "wrong"), None)
        if right and wrong:
            return right, wrong
    return None


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(rate: PassRate | float) -> str:
    return f"{100 * (rate.rate if isinstance(rate, PassRate) else rate):.1f} %"


class _Seen:
    """What both displays remember: the held-out pass rates, and the pace."""

    def __init__(self, num_steps: int) -> None:
        self.num_steps = num_steps
        self.first: PassRate | None = None
        self.latest: PassRate | None = None
        self._start: tuple[int, float] | None = None

    def tested(self, evaluation: Evaluation) -> None:
        self.latest = evaluation.overall()
        self.first = self.first or self.latest

    def seconds_left(self, step: int, seconds: float) -> float:
        if self._start is None:  # a resumed run has steps behind it that say nothing about this machine's pace
            self._start = (step - 1, seconds - seconds / step)
        done, begun = self._start
        return (seconds - begun) / (step - done) * (self.num_steps - step)


class Lines:
    """One plain line a step, for logs."""

    def __init__(self, num_steps: int) -> None:
        self._seen = _Seen(num_steps)

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def say(self, text: str) -> None:
        print(text, flush=True)

    def tested(self, evaluation: Evaluation) -> None:
        self._seen.tested(evaluation)
        rates = ", ".join(f"{family} {percent(evaluation.of_family(family))}" for family in evaluation.families)
        overall = evaluation.overall()
        note = f", {overall.unjudged} not judged: the verifier failed" if overall.unjudged else ""
        note += f", {overall.unasked} not asked: too long for the policy" if overall.unasked else ""
        print(f"held-out pass@1 {percent(overall)} ({rates}){note}", flush=True)

    def step(
        self, line: dict[str, Any], scored_P_G: Sequence[Sequence[Scored]], step: int, seconds: float, peak: int
    ) -> None:
        left = clock(self._seen.seconds_left(step, seconds))
        print(
            f"step {step}/{self._seen.num_steps}  train {percent(line['train_pass_rate'])}  "
            f"{line['tokens_per_second']:,.0f} tokens/s  {line['samples_per_second']:.0f} samples/s  left {left}",
            flush=True,
        )
        if step == 1 and (pair := right_and_wrong(scored_P_G)):
            right, wrong = pair
            print(f"  problem: {right.problem.prompt!r}")
            print(f"  right:   {right.rollout.text!r}")
            print(f"  wrong:   {wrong.rollout.text!r}", flush=True)


class LivePanel:
    """Progress, rates and one problem with a right and a wrong solution, redrawn in place."""

    def __init__(self, num_steps: int, console: Console | None = None) -> None:
        from rich.live import Live

        self._seen = _Seen(num_steps)
        self._live = Live(console=console, refresh_per_second=4, transient=True)
        self._line: dict[str, Any] = {}
        self._note = "starting"
        self._left = self._elapsed = 0.0
        self._peak = 0
        self._pair: tuple[Scored, Scored] | None = None

    def __enter__(self) -> LivePanel:
        self._live.start()
        self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        self._note = text
        self._draw()

    def tested(self, evaluation: Evaluation) -> None:
        self._seen.tested(evaluation)
        self._draw()

    def step(
        self, line: dict[str, Any], scored_P_G: Sequence[Sequence[Scored]], step: int, seconds: float, peak: int
    ) -> None:
        self._line, self._elapsed, self._peak = line, seconds, peak
        self._left = self._seen.seconds_left(step, seconds)
        self._pair = right_and_wrong(scored_P_G) or self._pair
        self._note = ""
        self._draw()

    def _draw(self) -> None:
        from rich.columns import Columns
        from rich.console import Group
        from rich.padding import Padding
        from rich.panel import Panel
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        step, total = self._line.get("step", 0), self._seen.num_steps
        facts = [f"[bold]step {step}/{total}[/bold]", "train –", self._held_out()]
        if self._line:
            facts[1] = f"train {percent(self._line['train_pass_rate'])}"
            facts.append(f"{self._line['tokens_per_second']:,.0f} tokens/s")
            facts.append(f"{clock(self._elapsed)} gone, {clock(self._left)} left")
            facts.append(f"{self._peak / 2**30:.1f} GiB")
        bar = Padding(ProgressBar(total=total, completed=step), 0)  # alone it would not end its line
        rows: list[Any] = [Columns(facts, padding=(0, 2)), bar]
        if self._note:
            rows.append(Text(self._note, style="dim"))
        if self._pair:
            right, wrong = self._pair
            example = Table.grid(padding=(0, 2))
            example.add_row(Text("problem", style="dim"), Text(right.problem.prompt))
            example.add_row(Text("right", style="green"), Text(right.rollout.text.strip()))
            example.add_row(Text("wrong", style="red"), Text(wrong.rollout.text.strip()))
            rows += [Text(""), example]
        self._live.update(Panel(Group(*rows), title="tracemill", title_align="left"))

    def _held_out(self) -> str:
        if self._seen.latest is None or self._seen.first is None:
            return "held-out –"
        text = f"held-out {percent(self._seen.latest)}"
        return text if self._seen.latest is self._seen.first else f"{text} (before {percent(self._seen.first)})"
