"""The whole configuration as one frozen tree. Each component receives its own part, never the root.

Unknown keys are errors that name the nearest valid key (see `configs.load`). Units are in the names.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

PositiveInt = Annotated[int, Field(ge=1)]
NaturalInt = Annotated[int, Field(ge=0)]
PositiveFloat = Annotated[float, Field(gt=0)]
Bound = Annotated[float, Field(gt=0, allow_inf_nan=True)]  # inf: none
Share = Annotated[float, Field(ge=0, le=1)]
Decay = Annotated[float, Field(ge=0, lt=1)]
Level = Annotated[int, Field(ge=1, le=10)]


def _have_no_key(resources: dict[str, float]) -> dict[str, float]:
    if wrong := next((name for name in resources if name in ("CPU", "GPU", "memory", "object_store_memory")), None):
        raise ValueError(f"a table resources holds {wrong!r}; it is for a cluster's own, CPUs and GPUs have other keys")
    return resources


Resources = Annotated[dict[str, PositiveFloat], AfterValidator(_have_no_key)]
"""What nodes were started with beside CPUs and GPUs (ray start --resources), and how much of it one worker takes."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _truth_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Which pydantic would take for 1 or 0."""
        if isinstance(value, bool) and "bool" not in str(cls.model_fields[str(info.field_name)].annotation):
            raise PydanticCustomError("truth", "Input should be no true or false")
        return value


class RunConfig(Part):
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    dir: str = "runs"  # resolved against where the user stands
    seed: NaturalInt = 0
    steps: PositiveInt = 100
    checkpoint_every: PositiveInt = 10
    keep_checkpoints: PositiveInt = 2  # the newest
    keep_best: bool = True  # and that of the best held-out pass rate
    trackers: tuple[Literal["wandb", "trackio", "mlflow"], ...] = ()  # beside metrics.jsonl and TensorBoard
    tracker_project: str = "tracemill"  # an experiment, as MLflow says
    timeline_steps: NaturalInt = 20  # steps in one file of the timeline, see docs/metrics.md; 0: none
    report_every: NaturalInt = 100  # steps after which report.html is written anew; 0: only at the end
    storage: str | None = None  # where the run's folder is mirrored: a folder or an fsspec URL, see docs/storage.md
    storage_options: Annotated[dict[str, Any], Field(exclude=True)] = {}  # of its filesystem; not in config.json
    storage_timeout_s: PositiveFloat = 300.0  # in which nothing moves, after which the end of a run gives up


class PolicyConfig(Part):
    path: str = "bundled"  # "bundled", a folder in Hugging Face format, or a hub name
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"


class MixItem(Part):
    """A family and the levels drawn from it, each equally often; `weight` is relative to the other items."""

    family: str
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    weight: PositiveFloat = 1.0


class CurriculumConfig(Part):
    """How the families and levels of `problems.mix` share a step, see `problems.curriculum`."""

    strategy: Literal["fixed", "window", "bandit", "failure"] = "fixed"
    window: tuple[Share, Share] = (0.2, 0.8)  # pass rates that teach
    half_life_steps: PositiveFloat = 10.0  # after so many steps a result counts half
    explore: Share = 0.1  # of the problems: the levels next to those that the strategy chose
    floor: Share = 0.1  # of the problems: every family equally, whatever the strategy says

    @model_validator(mode="after")
    def _shares_leave_room(self) -> CurriculumConfig:
        low, high = self.window
        if low >= high:
            raise ValueError(f"problems.curriculum.window is [{low}, {high}]; the lower end comes first")
        if self.explore + self.floor > 1:
            raise ValueError(f"problems.curriculum.explore {self.explore} and floor {self.floor} are over 1 together")
        return self


class SourceConfig(Part):
    """A family from elsewhere, named in `problems.mix` like any other: `rows` of a file or dataset, or a task of
    reasoning-gym. See docs/problems.md."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    rows: str | None = None  # a .jsonl or .parquet file, a folder, or a dataset's name with ":configuration"
    split: str | None = None  # of a dataset; None: all
    question: str = "question"  # columns
    answer: str = "answer"
    level: str | None = None  # a column with 1 to 10; None: every row at every level
    type: str = "auto"  # of the answers; "auto": numbers where they are numbers, else text
    answer_after: str = ""  # the answer is what stands after the last of these, as in "... #### 72"
    reasoning_gym: str | None = None  # the task
    options: dict[str, int | float | str | bool] = {}  # of the task, over those of its level
    even_if_unsound: bool = False  # also a task that is known to give full marks to wrong answers

    @model_validator(mode="after")
    def _is_one_source(self) -> SourceConfig:
        if (self.rows is None) == (self.reasoning_gym is None):
            raise ValueError(f"the source {self.name!r} in problems.sources needs either rows or reasoning_gym")
        return self


class SelfplayConfig(Part):
    """Problems that the policy proposes itself, beside those of `problems.mix`. See docs/selfplay.md."""

    tasks: Annotated[tuple[Literal["deduction", "abduction", "induction", "variation"], ...], Field(min_length=1)] = (
        "deduction",
        "abduction",
        "induction",
        "variation",
    )  # in turn
    groups: PositiveInt = 1  # of proposals a step, each of rollout.group_size; each that is valid is solved as often
    examples: PositiveInt = 3  # earlier tasks that a prompt shows
    inputs: Annotated[int, Field(ge=2)] = 4  # of an induction; half of them are shown to the solver
    time_limit_s: PositiveFloat = 1.0  # of a proposed program
    give_up_after: PositiveInt = 256  # proposals in a row of which none could be posed

    @model_validator(mode="after")
    def _tasks_differ(self) -> SelfplayConfig:
        if len(set(self.tasks)) < len(self.tasks):
            raise ValueError(f"problems.selfplay.tasks is {list(self.tasks)}; each task is named once")
        return self


class ProblemsConfig(Part):
    mix: Annotated[tuple[MixItem, ...], Field(min_length=1)]
    per_step: PositiveInt = 32
    template: str = "{prompt}"  # what the user's message is made of; {prompt} is the problem's text
    curriculum: CurriculumConfig = CurriculumConfig()
    decontaminate: tuple[str, ...] = ()  # benchmarks: files (.jsonl, .txt, .parquet), folders, names of datasets
    decontaminate_words: PositiveInt = 8  # so many words in a row in common with one of their texts are a match
    sources: tuple[SourceConfig, ...] = ()
    selfplay: SelfplayConfig | None = None  # None: the policy only solves

    @model_validator(mode="after")
    def _template_holds_prompt(self) -> ProblemsConfig:
        if "{prompt}" not in self.template:
            raise ValueError(f"problems.template is {self.template!r}; it must hold {{prompt}}")
        return self

    @model_validator(mode="after")
    def _sources_have_names_of_their_own(self) -> ProblemsConfig:
        names = [source.name for source in self.sources]
        if twice := [name for place, name in enumerate(names) if name in names[:place]]:
            raise ValueError(f"problems.sources has two named {twice[0]!r}; give each a name of its own")
        return self


class ActorsConfig(Part):
    """A run starts when `min` engines are there, and takes up to `max` as there is room for them."""

    min: PositiveInt
    max: PositiveInt

    @model_validator(mode="after")
    def _min_comes_first(self) -> ActorsConfig:
        if self.min > self.max:
            raise ValueError(f"rollout.actors is {{min = {self.min}, max = {self.max}}}; min is at most max")
        return self


class RolloutConfig(Part):
    """Engines and what they are asked for. See docs/rollouts.md for what a staleness over 0 means."""

    engine: Literal["torch", "vllm"] = "torch"  # vllm: an extra, see docs/vllm.md
    actors: Annotated[
        Annotated[PositiveInt, Tag("number")] | Annotated[ActorsConfig, Tag("table")],
        Discriminator(lambda value: "number" if isinstance(value, int | float | str) else "table"),
    ] = 1
    group_size: Annotated[int, Field(ge=2)] = 8
    temperature: PositiveFloat = 1.0
    max_new_tokens: PositiveInt = 256
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0  # this and the two below: only where nothing is learned
    top_k: NaturalInt = 0  # 0: all
    repetition_penalty: PositiveFloat = 1.0
    max_batch: PositiveInt = 128  # sequences that decode together in one engine
    staleness: NaturalInt = 0  # whole batches that may be admitted ahead of the learner
    oversample: Annotated[float, Field(ge=0)] = 0.0  # groups under way beyond that, as a share of a batch
    too_old: Literal["wait", "drop"] = "wait"  # groups about to be older than the staleness, or that are
    in_flight: Literal["keep", "recompute"] = "keep"  # keys and values of old weights, when new ones come
    transport: Literal["auto", "object_store", "ipc", "nccl"] = "auto"  # of new weights; auto: by where the devices are
    colocated: bool = False  # engines sleep while the learner has the device
    gpus_per_actor: Annotated[float, Field(ge=0)] = 0.0  # a share of a GPU for each, as Ray counts them
    cpus_per_actor: PositiveFloat | None = None  # and threads; None: 1, and this machine's cores shared out
    resources: Resources = {}  # of each, beside CPUs and GPUs, see docs/placement.md
    tensor_parallel: PositiveInt = 1  # GPUs that share one model; vllm's
    max_model_len: PositiveInt | None = None  # tokens of prompt and completion together; None: the policy's context
    gpu_memory_utilization: Annotated[float, Field(gt=0, le=1)] = 0.85  # of a GPU's, weights included; vllm's, as below
    kv_cache_gb: PositiveFloat = 1.0  # GiB for keys and values, on the CPU
    canary_tolerance: PositiveFloat | None = None  # |engine - learner| of a logprob; None: by the dtype
    hang_timeout_s: PositiveFloat = 300.0  # without a step, after which an engine is replaced
    start_timeout_s: PositiveFloat = 600.0  # without any engine, after which the run gives up
    max_restarts: NaturalInt = 20  # of engines and of verifiers, in one run

    @property
    def transfer_timeout_s(self) -> float:
        """Well before anybody takes the engine for hung, who may only be waiting for another."""
        return self.hang_timeout_s / 3

    @property
    def least_actors(self) -> int:
        return self.actors if isinstance(self.actors, int) else self.actors.min

    @property
    def most_actors(self) -> int:
        return self.actors if isinstance(self.actors, int) else self.actors.max

    @property
    def gpus_each(self) -> float:
        """Of an engine: whole ones, all on one node, where several share one model."""
        return self.gpus_per_actor if self.tensor_parallel == 1 else float(self.tensor_parallel)

    @model_validator(mode="after")
    def _tensor_parallel_has_its_gpus(self) -> RolloutConfig:
        if self.tensor_parallel > 1 and self.gpus_per_actor not in (0, self.tensor_parallel):
            raise ValueError(
                f"rollout.tensor_parallel is {self.tensor_parallel} and gpus_per_actor {self.gpus_per_actor:g}; an "
                "engine takes as many GPUs as share its model: leave gpus_per_actor out"
            )
        return self

    @model_validator(mode="after")
    def _settings_fit_together(self) -> RolloutConfig:
        if self.oversample and not self.staleness:
            raise ValueError(
                f"rollout.oversample is {self.oversample:g} and rollout.staleness 0; what carries over to the next "
                "step is one version old there: set staleness to 1 or more"
            )
        if self.too_old == "drop" and not self.oversample:
            raise ValueError(
                'rollout.too_old is "drop" and rollout.oversample 0; a step then waits for the oldest batch, and '
                'nothing is dropped: set oversample above 0, or leave too_old at "wait"'
            )
        if self.tensor_parallel > 1 and self.transport in ("ipc", "nccl"):
            raise ValueError(
                f'rollout.transport is "{self.transport}" and rollout.tensor_parallel {self.tensor_parallel}; weights '
                'reach an engine of several devices by "object_store" alone, which "auto" takes'
            )
        if self.colocated and self.staleness:
            raise ValueError(
                f"rollout.colocated with rollout.staleness {self.staleness}: engines that sleep while the learner "
                "works cannot work ahead of it; set staleness to 0"
            )
        return self


class VerifierConfig(Part):
    """Limits hold per answer. `require_isolation` is the least that must stand around a program that is run: "ring" is
    a system-call filter and limits (and Landlock, or no file opened at all), "full" namespaces and Landlock too."""

    workers: PositiveInt = 1
    cpus_per_worker: PositiveFloat = 1.0  # as Ray counts them
    resources: Resources = {}  # of each, beside CPUs, see docs/placement.md
    math_timeout_s: PositiveFloat = 2.0
    code_timeout_s: PositiveFloat = 2.0
    memory_mb: PositiveInt = 512
    output_kb: PositiveInt = 64
    extraction: Literal["lenient", "strict"] = "lenient"
    text_after_answer: Literal["reject", "accept"] = "reject"
    decimal_digits: NaturalInt = 12  # so many correct digits stand for a number without a finite decimal; 0: never
    bare_percent: bool = True  # for 12.5%, "12.5" is right
    missing_unit: bool = True  # for 5 cm, "5" is right
    unreduced: bool = True  # for 1/2, "2/4" is right
    require_isolation: Literal["none", "ring", "full"] = "ring"
    canaries_per_step: NaturalInt = 4  # known answers judged among a step's own; a wrong verdict stops the run


class RewardConfig(Part):
    """correctness is 1 or 0; every other part is a coefficient, 0 being off. Shaping never changes the order of right
    and wrong."""

    format: Share = 0.0
    length: Share = 0.0  # Kimi k1.5, eq. 2
    overlong: Share = 0.0  # DAPO, eq. 13
    overlong_buffer_tokens: NaturalInt = 0
    repetition: Share = 0.0
    repetition_ngram: PositiveInt = 4
    custom: tuple[str, ...] = ()  # "package.module:function", in TRL's reward signature

    @model_validator(mode="after")
    def _overlong_has_its_buffer(self) -> RewardConfig:
        if self.overlong and not self.overlong_buffer_tokens:
            raise ValueError(
                f"reward.overlong is {self.overlong:g} and reward.overlong_buffer_tokens 0; no completion is longer "
                "than rollout.max_new_tokens: set overlong_buffer_tokens to how many tokens before that it begins"
            )
        return self


class KLConfig(Part):
    """Divergence from a reference policy. With coefficient 0 no reference is held."""

    coefficient: Annotated[float, Field(ge=0)] = 0.0
    estimator: Literal["k1", "k2", "k3"] = "k3"
    place: Literal["loss", "reward"] = "loss"
    target: PositiveFloat | None = None  # nats a token; the coefficient adapts to it
    gain: PositiveFloat = 0.1  # how fast it adapts
    reference: str = "start"  # "start": the policy that the run starts from; or a folder with a model of its shape
    refresh_every: NaturalInt = 0  # updates after which the policy becomes the reference; 0: never

    @model_validator(mode="after")
    def _needs_a_coefficient(self) -> KLConfig:
        for key in ("target", "reference", "refresh_every"):
            value = getattr(self, key)
            if not self.coefficient and value != type(self).model_fields[key].default:
                raise ValueError(
                    f"learner.kl.{key} is {value!r} and learner.kl.coefficient 0, with which no reference is held; set "
                    f"coefficient above 0, or leave {key} out"
                )
        return self


class CorrectionConfig(Part):
    """Off-policy correction, see `rl.off_policy`. `proximal` is the policy to which ratios are taken: the one that
    sampled, or the learner's at the start of the batch, with weights learner / sampled capped at `cap` (truncated
    importance sampling). Left open, it is the learner's wherever the two may differ: with the engine vllm, or with a
    staleness over 0."""

    proximal: Literal["sampled", "learner"] | None = None
    level: Literal["token", "sequence"] = "token"
    cap: Annotated[float, Field(ge=0)] = 2.0  # 0: none
    mask: Literal["none", "token", "sequence", "geometric"] = "none"  # drops what lies outside the two bounds
    mask_low: Annotated[float, Field(ge=0)] = 0.5
    mask_high: Bound = 2.0

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> CorrectionConfig:
        low, high = self.mask_low, self.mask_high
        if low > high:
            raise ValueError(
                f"learner.correction.mask_low is {low:g}, over mask_high {high:g}, and would keep nothing; the lower "
                "bound comes first"
            )
        return self


class CriticConfig(Part):
    """The critic of an algorithm that needs one: a value head on the policy's decoder, or a model of its own that
    starts as the policy."""

    kind: Literal["none", "head", "model"] = "none"
    lr: PositiveFloat | None = None  # None: the policy's
    coefficient: PositiveFloat = 0.5  # of its loss
    value_clip: Annotated[float, Field(ge=0)] = 0.2  # 0: none
    warmup_updates: NaturalInt = 0  # first updates in which the policy stands still
    gamma: Share = 1.0
    lam: Share = 0.95


class LoraConfig(Part):
    """Low-rank adapters in place of the whole policy (peft). See docs/algorithms.md for what is saved."""

    rank: NaturalInt = 0  # 0: the whole policy is learned
    alpha: PositiveInt = 16  # the adapter counts alpha / rank
    targets: tuple[str, ...] = ()  # names of linear layers; (): all but the head


class LearnerConfig(Part):
    """Where a default is None the algorithm decides; docs/algorithms.md has the table."""

    algorithm: str = "grpo"  # or "package.module:name", see docs/algorithms.md
    loss: str | None = None
    normalise: Literal["tokens", "sequences", "constant", "sum"] | None = None
    ranks: PositiveInt = 1
    gpus_per_rank: Annotated[float, Field(ge=0)] = 0.0  # a share of a GPU for each, as Ray counts them
    cpus_per_rank: PositiveFloat | None = None  # and threads; None: 1, and this machine's cores shared out
    resources: Resources = {}  # of each, beside CPUs and GPUs, see docs/placement.md
    interface: str | None = None  # the network interface between ranks; None: the one that Ray knows the node by
    connect_timeout_s: PositiveFloat = 60.0  # in which every rank must reach every other
    hang_timeout_s: PositiveFloat = 300.0  # without a sign of life from a rank, after which the learner is lost
    max_restarts: NaturalInt = 5  # of a learner that was lost, from the newest checkpoint, in one job
    zero_stage: Annotated[int, Field(ge=0, le=3)] = 0
    offload: Literal["none", "optimizer"] = "none"  # the optimizer's averages and step in the host's memory
    optimizer: Literal["adamw", "adamw_8bit"] = "adamw"  # the latter needs bitsandbytes
    activation_checkpointing: bool = False  # layers are computed again for the gradient
    lora: LoraConfig = LoraConfig()
    lr: PositiveFloat = 1e-6
    lr_schedule: Literal["constant", "linear", "cosine"] = "constant"
    warmup_steps: NaturalInt = 0
    betas: tuple[Decay, Decay] = (0.9, 0.999)
    adam_eps: PositiveFloat = 1e-8
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    grad_clip: Bound = 1.0
    clip_low: PositiveFloat | None = None
    clip_high: Bound | None = None
    entropy_bonus: Annotated[float, Field(ge=0)] = 0.0
    kl: KLConfig = KLConfig()
    correction: CorrectionConfig = CorrectionConfig()
    critic: CriticConfig = CriticConfig()
    updates_per_batch: PositiveInt = 1
    tokens_per_micro_batch: PositiveInt = 8192
    dynamic_sampling: bool | None = None  # groups without variance are left out and sampled anew
    max_refills: NaturalInt = 3  # how often in one step
    grad_norm_alarm: Bound | None = None  # an update with a larger norm is skipped and counted
    mismatch_alarm: Bound | None = None  # mean |learner - sampled| at which the run stops; None: 0.5 nats

    @model_validator(mode="after")
    def _offload_has_parts(self) -> LearnerConfig:
        if self.offload != "none" and self.zero_stage == 0:
            raise ValueError(f"learner.offload is {self.offload!r} and learner.zero_stage 0; set it to 1, 2 or 3")
        return self


class EvalConfig(Part):
    """Held-out problems: before the first step, every `every` steps (0: never) and after the last."""

    per_family: PositiveInt = 200
    every: NaturalInt = 0
    temperature: Annotated[float, Field(ge=0)] = 1.0
    progress_per_family: PositiveInt = 32  # problems a family in the evaluations between first and last


class RayConfig(Part):
    """Where Ray is, and what a submitted job has on every node beside tracemill itself: see docs/cluster.md."""

    address: str | None = None  # None: a local Ray, started and stopped by the command
    placement_timeout_s: PositiveFloat = 600.0  # for nodes to come, where what is asked for does not fit
    pip: tuple[str, ...] = ()  # submit: packages that pip installs for the job
    py_modules: tuple[str, ...] = ()  # submit: files and folders with modules of your own
    env_vars: dict[str, str] = {}  # submit: what the job's processes find in their environment


class TracesConfig(Part):
    logprobs: bool = True  # keep the sampled logprobs; they take about half of the ledger's bytes


class QuotaConfig(Part):
    """At most `rows` of the rows of a family, of some of its levels, or of every family ("*", each for itself)."""

    family: str
    levels: tuple[Level, ...] = ()  # (): all levels together
    rows: NaturalInt


class ExportConfig(Part):
    """What leaves. Where a default is None the format decides, see `traces.formats`. Held-out problems never leave."""

    format: Literal["sft", "prompt-completion", "preference", "unpaired", "rl", "raw"] = "sft"
    verdicts: tuple[Literal["correct", "wrong", "unparseable", "timeout", "verifier_error"], ...] | None = None
    finish_reasons: tuple[Literal["stop", "length"], ...] | None = None
    first_policy_version: NaturalInt = 0
    last_policy_version: NaturalInt | None = None
    pass_rate: tuple[Share, Share] = (0.0, 1.0)  # of the problem, over all its judged rollouts
    min_tokens: NaturalInt = 0  # of the completion
    max_tokens: PositiveInt | None = None
    drop_flagged: bool | None = None  # rollouts with a reward-hack flag
    check_steps: bool | None = None  # drop correct answers whose chain holds a step that is wrong
    decontaminate: tuple[str, ...] = ()  # files of prompts (.txt, .jsonl, .parquet) that nothing may overlap with
    decontaminate_words: PositiveInt = 8  # this many words in a row in common are an overlap
    drop_duplicates: bool | None = None  # the same completion of the same instance, in whatever run
    near_duplicate: Share = 0.0  # Jaccard similarity from which one of two completions goes (MinHash); 0: off
    max_per_problem: PositiveInt | None = None
    quotas: tuple[QuotaConfig, ...] = ()
    test_share: Share = 0.05  # of the problems; decided by a problem's instance alone
    rows_per_shard: PositiveInt = 50_000
    after_run: bool = False  # `tracemill run` ends with an export into the run's folder

    @model_validator(mode="after")
    def _bands_are_in_order(self) -> ExportConfig:
        low, high = self.pass_rate
        if low > high:
            raise ValueError(f"export.pass_rate is [{low}, {high}]; the lower end comes first")
        if self.max_tokens is not None and self.min_tokens > self.max_tokens:
            raise ValueError(f"export.min_tokens {self.min_tokens} is over export.max_tokens {self.max_tokens}")
        if self.last_policy_version is not None and self.first_policy_version > self.last_policy_version:
            last = self.last_policy_version
            raise ValueError(f"export.first_policy_version {self.first_policy_version} is after the last, {last}")
        return self


class Config(Part):
    run: RunConfig
    policy: PolicyConfig = PolicyConfig()
    problems: ProblemsConfig
    rollout: RolloutConfig = RolloutConfig()
    verifier: VerifierConfig = VerifierConfig()
    reward: RewardConfig = RewardConfig()
    learner: LearnerConfig = LearnerConfig()
    eval: EvalConfig = EvalConfig()
    ray: RayConfig = RayConfig()
    traces: TracesConfig = TracesConfig()
    export: ExportConfig = ExportConfig()
