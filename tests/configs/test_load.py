from __future__ import annotations

from pathlib import Path

import pytest

from tracemill.configs.load import BUNDLED, config_hash, load, load_part, parse
from tracemill.configs.schema import Config, ExportConfig

DEMO = BUNDLED / "demo.toml"


@pytest.mark.parametrize("path", sorted(BUNDLED.glob("*.toml")), ids=lambda path: path.name)
def test_every_toml_parses(path: Path) -> None:
    if path.name == "warmstart.toml":
        from tracemill.jobs.warmstart import load_warmstart

        assert load_warmstart(path).steps > 0
    else:
        assert load(path).run.name == path.stem


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("learner.lrr=1", "unknown config key 'learner.lrr'; did you mean 'learner.lr'?"),
        ("learnr.lr=1", "unknown config key 'learnr'; did you mean 'learner'?"),
        ("rollout.group_size=1", "config key 'rollout.group_size' is 1: Input should be greater than or equal to 2"),
        ("learner.zero_stage=4", "config key 'learner.zero_stage' is 4: Input should be less than or equal to 3"),
        (
            'problems.sources=[{name="s",rows="a.jsonl"},{name="s",rows="b.jsonl"}]',
            "problems.sources has two named 's'; give each a name of its own",
        ),
        ("learner.lr=true", "config key 'learner.lr' is True: Input should be no true or false"),
        ("rollout.temperature=inf", "config key 'rollout.temperature' is inf: Input should be a finite number"),
        ("learner.grad_clip=nan", "config key 'learner.grad_clip' is nan: Input should be greater than 0"),
        ("problems.template=nothing", "problems.template is 'nothing'; it must hold {prompt}"),
        ("learner.lr", "--set takes key=value, as in learner.lr=3e-6, not 'learner.lr'"),
        ("run.name.x=1", "--set run.name.x: name is a value, not a table"),
    ],
)
def test_mistakes_are_named(override: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        load(DEMO, [override])
    assert str(caught.value) == message


def test_a_bound_may_be_infinite() -> None:
    assert load(DEMO, ["learner.grad_clip=inf"]).learner.grad_clip == float("inf")


def test_a_level_out_of_range_is_named() -> None:
    data = load(DEMO).model_dump(mode="json")
    data["problems"]["mix"][0]["levels"] = [11]
    with pytest.raises(ValueError, match=r"config key 'problems.mix.0.levels.0' is 11: .* less than or equal to 10"):
        parse(data)


def test_an_unknown_key_in_a_list_of_tables_names_the_nearest() -> None:
    data = load(DEMO).model_dump(mode="json")
    data["problems"]["mix"][0]["level"] = [1]
    with pytest.raises(ValueError, match=r"did you mean 'problems.mix.0.levels'\?"):
        parse(data)


def test_a_missing_file_says_what_there_is() -> None:
    with pytest.raises(
        ValueError, match=r"no config file 'nowhere.toml'; those that come with tracemill are .*demo.toml"
    ):
        load("nowhere.toml")


def test_a_bundled_config_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tracemill.jobs.warmstart import load_warmstart

    monkeypatch.chdir(tmp_path)
    assert load("demo.toml") == load(DEMO) == load("configs/demo.toml")
    assert load_warmstart(Path("warmstart.toml")) == load_warmstart(BUNDLED / "warmstart.toml")


def test_a_warmstart_of_an_unknown_family_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    from tracemill.jobs.warmstart import load_warmstart

    text = (BUNDLED / "warmstart.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace('family = "', 'family = "un', 1))
    with pytest.raises(ValueError, match="no problem family 'un"):
        load_warmstart(tmp_path / "mine.toml")


def test_values_are_toml_or_plain_text() -> None:
    config = load(DEMO, ["learner.lr=3e-6", "policy.path=some/model", "rollout.actors=3"])
    assert (config.learner.lr, config.policy.path, config.rollout.actors) == (3e-6, "some/model", 3)


def test_the_hash_is_of_what_decides_results() -> None:
    demo = load(DEMO)
    assert config_hash(load(DEMO, ["run.name=other", "run.dir=elsewhere"])) == config_hash(demo)
    assert config_hash(load(DEMO, ["learner.lr=1e-9"])) != config_hash(demo)
    on_more_machines = ["learner.ranks=4", "learner.zero_stage=3", "rollout.actors={min=2,max=8}", "verifier.workers=3"]
    assert config_hash(load(DEMO, on_more_machines)) == config_hash(demo)


def test_the_tree_is_frozen() -> None:
    config: Config = load(DEMO)
    with pytest.raises(ValueError, match="frozen"):
        config.learner.lr = 1.0  # type: ignore[misc]


def test_one_table_alone(tmp_path: Path) -> None:
    (tmp_path / "export.toml").write_text('[export]\nformat = "raw"\ntest_share = 0.1\n')
    found = load_part(ExportConfig, "export", tmp_path / "export.toml", ["export.test_share=0.2"])
    assert (found.format, found.test_share, found.min_tokens) == ("raw", 0.2, 0)
    assert load_part(ExportConfig, "export") == ExportConfig()
    with pytest.raises(ValueError, match=r"unknown config key 'export.formt'; did you mean 'export.format'\?"):
        load_part(ExportConfig, "export", overrides=["export.formt=raw"])
    with pytest.raises(ValueError, match=r"unknown config key 'exprt'; did you mean 'export'\?"):
        load_part(ExportConfig, "export", overrides=["exprt.format=raw"])


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["rollout.oversample=0.5"], "what carries over to the next step is one version old"),
        (["rollout.too_old=drop", "rollout.staleness=1"], "nothing is dropped: set oversample above 0"),
        (["rollout.colocated=true", "rollout.staleness=1"], "engines that sleep while the learner works"),
        (["rollout.actors={min=3,max=2}"], "min is at most max"),
        (["rollout.tensor_parallel=2", "rollout.gpus_per_actor=1"], "takes as many GPUs as share its model"),
        (["rollout.resources={GPU=1}"], "a table resources holds 'GPU'"),
    ],
)
def test_rollout_keys_that_do_not_go_together(overrides: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load(DEMO, overrides)
    assert load(DEMO, ["rollout.actors={min=1,max=3}"]).rollout.most_actors == 3
    assert load(DEMO, ["rollout.actors=2"]).rollout.least_actors == 2


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (
            ["reward.overlong=0.5"],
            "reward.overlong is 0.5 and reward.overlong_buffer_tokens 0; no completion is longer",
        ),
        (["learner.kl.target=0.1"], "learner.kl.target is 0.1 and learner.kl.coefficient 0, with which no reference"),
        (["learner.kl.refresh_every=5"], "learner.kl.refresh_every is 5 and learner.kl.coefficient 0"),
        (["learner.kl.reference=/a/model"], "learner.kl.reference is '/a/model' and learner.kl.coefficient 0"),
        (
            ["learner.correction.mask_low=3"],
            "learner.correction.mask_low is 3, over mask_high 2, and would keep nothing",
        ),
        (["learner.betas=[0.9, 1.0]"], "config key 'learner.betas.1' is 1.0: Input should be less than 1"),
        (
            ["learner.betas=[-0.1, 0.9]"],
            "config key 'learner.betas.0' is -0.1: Input should be greater than or equal to",
        ),
    ],
)
def test_what_would_have_no_effect_or_do_harm_is_refused(overrides: list[str], said: str) -> None:
    with pytest.raises(ValueError) as caught:
        load(DEMO, overrides)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_and_is_taken_with_what_it_needs() -> None:
    reward = load(DEMO, ["reward.overlong=0.5", "reward.overlong_buffer_tokens=16"]).reward
    assert (reward.overlong, reward.overlong_buffer_tokens) == (0.5, 16)
    overrides = ["learner.kl.coefficient=0.1", "learner.kl.target=0.1", "learner.kl.refresh_every=5"]
    assert load(DEMO, [*overrides, "learner.kl.reference=/a/model"]).learner.kl.target == 0.1
    assert load(DEMO, ["learner.correction.mask_low=2"]).learner.correction.mask_low == 2
    assert load(DEMO, ["learner.betas=[0, 0.95]"]).learner.betas == (0, 0.95)


def test_json_is_read_like_toml(tmp_path: Path) -> None:
    """A job's config travels so."""
    path = tmp_path / "job.json"
    path.write_text(load(DEMO).model_dump_json())
    assert load(path, ["run.steps=3"]) == load(DEMO, ["run.steps=3"])
    for text, said in [("{", "is not JSON"), ("[]", "holds no table of keys")]:
        path.write_text(text)
        with pytest.raises(ValueError, match=said):
            load(path)
