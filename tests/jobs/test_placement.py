"""Workers on several nodes: who is put where, what is said of those for whom there is no room, and ranks that are lost.
The nodes are of one machine, and their GPUs are numbers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import ray
from ray.cluster_utils import Cluster
from ray.util.placement_group import placement_group_table

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError, LearnerLost
from tracemill.jobs.placement import Placement
from tracemill.jobs.ray_engines import RayEngines
from tracemill.jobs.ray_learner import RayLearner
from tracemill.jobs.ray_verifiers import RayVerifiers
from tracemill.rollout.actor import RolloutActor
from tracemill.rollout.types import Request, Sampling

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
SMALL = 80 * 2**20


@pytest.fixture(scope="module")
def cluster(place_for_ray: None) -> Iterator[Cluster]:
    """A head with 2 CPUs, and two nodes with 2 CPUs, 2 GPUs and 2 of a resource of their own."""
    nodes = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 2, "object_store_memory": SMALL, "include_dashboard": False}
    )
    for _ in range(2):
        nodes.add_node(num_cpus=2, num_gpus=2, resources={"learner_node": 2}, object_store_memory=SMALL)
    ray.init(address=nodes.address, log_to_driver=False)
    yield nodes
    ray.shutdown()
    nodes.shutdown()


@pytest.fixture
def place(cluster: Cluster) -> Iterator[Any]:
    made: list[Placement] = []

    def call(config: Config) -> Placement:
        made.append(Placement(config, lambda _: None))
        return made[-1]

    yield call
    for each in made:
        each.close()
    wait_for_cpus(6)


def wait_for_cpus(number: int) -> None:
    deadline = time.monotonic() + 60
    while ray.available_resources().get("CPU", 0) < number and time.monotonic() < deadline:
        time.sleep(0.1)


def config(cluster: Cluster, *overrides: str) -> Config:
    one = (
        "rollout.actors=1",
        "verifier.workers=1",
        "learner.ranks=1",
        "rollout.max_batch=16",
        f"ray.address={cluster.address}",
    )
    return load("demo.toml", [*one, *overrides])


def nodes_of(group: Any) -> list[str]:
    found = placement_group_table(group)["bundles_to_node_id"]
    return [found[number] for number in sorted(found)]


def gpu_nodes() -> set[str]:
    return {node["NodeID"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("GPU")}


def verifiers_of(asked: Config, here: Placement) -> RayVerifiers:
    """They are there."""
    verifiers = RayVerifiers(
        asked.verifier,
        here.verifier,
        wait=lambda ready: here.wait_for("verifiers", ready),
        max_restarts=0,
        tell=print,
    )
    verifiers.wait_until_there()
    return verifiers


def test_ranks_are_packed_engines_spread_and_verifiers_where_no_gpu_is(cluster: Cluster, place: Any) -> None:
    asked = config(
        cluster, "learner.ranks=2", "learner.gpus_per_rank=1", "learner.resources={learner_node=1}",
        "rollout.actors=2", "verifier.workers=2", "verifier.cpus_per_worker=0.5",
    )  # fmt: skip
    here = place(asked)
    ranks = nodes_of(here._ranks)
    assert ranks[0] == ranks[1] and ranks[0] in gpu_nodes()
    assert len(set(nodes_of(here._engines))) == 2
    verifiers = verifiers_of(asked, here)
    homes = {
        ray.get(actor.__ray_call__.remote(lambda _: ray.get_runtime_context().get_node_id()))
        for actor in verifiers._actors
    }
    assert not homes & gpu_nodes()
    verifiers.close()


def test_ranks_and_engines_that_share_devices_share_bundles(cluster: Cluster, place: Any) -> None:
    here = place(
        config(
            cluster, "rollout.colocated=true", "learner.ranks=2", "rollout.actors=2", "learner.gpus_per_rank=0.5",
            "rollout.gpus_per_actor=0.5", "learner.cpus_per_rank=0.5", "rollout.cpus_per_actor=0.5",
        )
    )  # fmt: skip
    assert here._ranks is here._engines
    assert [dict(bundle) for bundle in here._ranks.bundle_specs] == [{"CPU": 1.0, "GPU": 1.0}] * 2

    @ray.remote
    class Device:
        def id(self) -> tuple[str, str]:
            context = ray.get_runtime_context()
            return context.get_node_id(), context.get_accelerator_ids()["GPU"][0]

    pairs = [[Device.options(**options(n)).remote() for options in (here.rank, here.engine)] for n in range(2)]
    found = [[ray.get(device.id.remote()) for device in pair] for pair in pairs]
    assert found[0][0] == found[0][1] != found[1][0] == found[1][1]


def test_an_engine_whose_model_is_shared_by_gpus_lies_on_one_node(cluster: Cluster, place: Any) -> None:
    here = place(config(cluster, "rollout.tensor_parallel=2", "rollout.actors=2"))
    assert set(nodes_of(here._engines)) == gpu_nodes()


def test_no_room_is_explained_waited_for_and_then_an_error(cluster: Cluster) -> None:
    said: list[str] = []
    asked = config(cluster, "rollout.tensor_parallel=3", "ray.placement_timeout_s=4")
    with pytest.raises(CommandError, match=r"no room for the workers within ray.placement_timeout_s \(4 s\)") as error:
        Placement(asked, said.append)
    for line in (*said, str(error.value)):
        assert "1 x engine with 1 CPU, 3 GPUs (rollout.actors, gpus_per_actor, tensor_parallel" in line
        assert "free on 3 nodes (of 2 CPUs; 2 CPUs, 2 GPUs)" in line
        assert "Missing is room for 1 x engine (1 CPU, 3 GPUs on one node): add nodes, or lower rollout.actors" in line
    assert len(said) == 1


def test_room_that_comes_is_taken(cluster: Cluster) -> None:
    said: list[str] = []
    added: list[Any] = []

    def hear(line: str) -> None:
        said.append(line)
        added.append(cluster.add_node(num_cpus=1, resources={"late": 1}, object_store_memory=SMALL))

    here = Placement(config(cluster, "rollout.resources={late=1}", "ray.placement_timeout_s=120"), hear)
    (home,) = nodes_of(here._engines)
    assert [node["NodeID"] for node in ray.nodes() if node["Resources"].get("late")] == [home]
    assert len(said) == 1 and "Waiting for up to 120 s" in said[0]
    here.close()
    cluster.remove_node(added[0])


def engines_of(asked: Config, here: Placement, tell: Any) -> RayEngines:
    actor: Any = RolloutActor
    return RayEngines(
        lambda number: actor.options(**here.engine(number)).remote(asked.rollout, POLICY, "float32", 1),
        asked.rollout,
        tolerance=1e-3,
        tell=tell,
        no_room=here.no_room_for_engines,
    )


def test_a_node_that_joins_serves_and_one_that_leaves_is_done_without(cluster: Cluster, place: Any) -> None:
    """The least engine stands on the head; the other comes with its node."""
    asked = config(cluster, "rollout.actors={min=1,max=2}", "rollout.resources={spot=1}", "rollout.hang_timeout_s=60")
    home = cluster.add_node(num_cpus=1, resources={"spot": 1}, object_store_memory=SMALL)
    here = place(asked)
    said: list[str] = []
    engines = engines_of(asked, here, said.append)
    assert len(engines._serving()) == 1
    joined = cluster.add_node(num_cpus=1, resources={"spot": 1}, object_store_memory=SMALL)
    begun = time.monotonic()
    while len(engines._serving()) < 2 and time.monotonic() - begun < 120:
        engines._turn()
    assert len(engines._serving()) == 2
    requests = [
        [Request(problem_id="p", group_id=f"0.{g}", index=0, prompt_ids=(3, 39, 83, 81 + g), seed=g)] for g in range(8)
    ]
    cluster.remove_node(joined, allow_graceful=False)
    begun = time.monotonic()
    while not said and time.monotonic() - begun < 120:  # an engine outlives its node by a moment
        handles = engines.start(requests, Sampling(temperature=1.5, max_new_tokens=200), together=True)
        assert said or all(slot.calls for slot in engines._slots)
        engines.wait(handles, len(handles))
        assert all(handle.rollouts for handle in handles)
    assert set(said) == {"engine 1 failed (its process died); another takes its place"}
    engines.close()
    cluster.remove_node(home)


def test_an_engine_whose_node_is_lost_says_what_it_waits_for(cluster: Cluster, place: Any) -> None:
    asked = config(cluster, "rollout.resources={spot=1}")
    home = cluster.add_node(num_cpus=1, resources={"spot": 1}, object_store_memory=SMALL)
    here = place(asked)
    said: list[str] = []
    engines = engines_of(asked, here, said.append)
    cluster.remove_node(home, allow_graceful=False)
    asked_for = [[Request(problem_id="p", group_id="0.0", index=0, prompt_ids=(3, 39, 83, 81), seed=1)]]
    begun = time.monotonic()
    while not any("no room" in line for line in said) and time.monotonic() - begun < 120:
        if not said:  # an engine outlives its node by a moment
            handles = engines.start(asked_for, Sampling(temperature=1.5, max_new_tokens=20), together=True)
        engines._turn()
    assert said[-1].startswith("no room for engine 0 any more: asked for 1 x learner rank with 1 CPU")
    assert "Missing is room for 1 x engine (1 CPU, 1 spot on one node): add nodes, or lower rollout.actors" in said[-1]
    other = cluster.add_node(num_cpus=1, resources={"spot": 1}, object_store_memory=SMALL)
    engines.wait(handles, 1)
    assert handles[0].rollouts and sum("no room" in line for line in said) == 1
    engines.close()
    cluster.remove_node(other)


def test_verifiers_leave_nodes_to_those_who_ask_for_what_they_have(cluster: Cluster) -> None:
    """And take what is left where there are more of them. Left to itself, Ray spares nodes with GPUs alone."""
    spot = cluster.add_node(num_cpus=4, resources={"spot": 1}, object_store_memory=SMALL)
    resources = ("rollout.resources={spot=1}", "learner.resources={learner_node=1}")
    for workers, elsewhere in ((2, 0), (3, 1)):
        asked = config(cluster, *resources, f"verifier.workers={workers}")
        here = Placement(asked, print)
        verifiers = verifiers_of(asked, here)
        homes = [
            ray.get(actor.__ray_call__.remote(lambda _: ray.get_runtime_context().get_node_id()))
            for actor in verifiers._actors
        ]
        verifiers.close()
        here.close()
        wait_for_cpus(10)
        assert sum(home != cluster.head_node.node_id for home in homes) == elsewhere
    cluster.remove_node(spot)


TWO_NODES = ("learner.ranks=2", "learner.resources={learner_node=2}")


def test_a_rank_that_dies_amid_a_collective_is_named(cluster: Cluster, place: Any) -> None:
    asked = config(cluster, *TWO_NODES)
    learner = RayLearner(asked, place(asked))
    try:
        learner.start(POLICY, 1)
        learner.wait_until_started()
        first, second = learner._seats
        assert first.node != second.node
        os.kill(second.pid, signal.SIGKILL)
        with pytest.raises(LearnerLost, match=r"learner rank 1 \(node [0-9.]+, \w{8}\) died"):
            learner.answers(learner.ask("update", [], 1.0))  # ends in a collective, which rank 0 alone cannot end
    finally:
        learner.close()


def test_ranks_that_hang_or_do_not_find_each_other_are_named(cluster: Cluster, place: Any) -> None:
    asked = config(cluster, *TWO_NODES, "learner.hang_timeout_s=2", "learner.interface=lo")
    here = place(asked)
    learner = RayLearner(asked, here)
    learner._settle()
    ray.get(learner._actors[1].__ray_call__.remote(lambda rank: rank._ear.close()))  # as if a wall were before it
    with pytest.raises(CommandError, match=r"learner rank 0 \(.*\) does not reach learner rank 1 \(.*\) at 127.0.0.1:"):
        learner._introduce()
    stopped = learner._seats[1].pid
    os.kill(stopped, signal.SIGSTOP)
    with pytest.raises(LearnerLost, match=r"learner rank 1 \(.*\) gave no sign of life for 2 s"):
        learner.answers(learner.ask("free_address"))
    learner.close()
    with pytest.raises(ProcessLookupError):
        for _ in range(600):
            os.kill(stopped, 0)
            time.sleep(0.1)
    other = config(cluster, *TWO_NODES, "learner.interface=ib7")
    learner = RayLearner(other, here)
    with pytest.raises(CommandError, match=r"learner.interface: there is no interface 'ib7' .* with a learner rank"):
        learner.start(POLICY, 1)
    learner.close()


def process_of(nodes: list[Any], kind: str) -> tuple[Any, psutil.Process] | None:
    """One of these nodes, and a process on it, whose actor is of this kind."""
    for node in nodes:
        raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
        for process in raylet.children(recursive=True):
            with suppress(psutil.Error):
                if " ".join(process.cmdline()).startswith(f"ray::{kind}"):
                    return node, process
    return None


@pytest.mark.timeout(900)
def test_a_run_that_loses_its_learner_and_an_engines_node_ends_as_if_it_had_not(
    cluster: Cluster,
    tracemill: Any,
    config_file: Path,
    tmp_path: Path,
    environment: dict[str, str],
    check_same_run: Any,
) -> None:
    whole, hurt = tmp_path / "runs" / "whole", tmp_path / "runs" / "hurt"
    undisturbed = tracemill("run", config_file, "--in-process", "--set", "run.name=whole", timeout=600)
    assert undisturbed.returncode == 0, undisturbed.stderr
    spots = [cluster.add_node(num_cpus=1, resources={"spot": 1}, object_store_memory=SMALL) for _ in range(2)]
    command = [str(Path(sys.executable).with_name("tracemill")), "run", str(config_file)]
    for override in ("run.name=hurt", f"ray.address={cluster.address}", "rollout.resources={spot=1}"):
        command += ["--set", override]
    with (tmp_path / "out").open("w") as out:
        job = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=out, stderr=subprocess.STDOUT)
    deadline, lost = time.monotonic() + 600, []
    while job.poll() is None and time.monotonic() < deadline:
        step = len(list((hurt / "traces").glob("step-*.parquet")))
        if step >= 1 and "node" not in lost and (found := process_of(spots, "RolloutActor")):
            cluster.remove_node(found[0], allow_graceful=False)
            spots.remove(found[0])
            lost.append("node")
        elif step >= 3 and lost == ["node"] and (found := process_of(cluster.list_all_nodes(), "LearnerActor")):
            found[1].kill()  # after the checkpoint of step 2, before that of step 4
            lost.append("rank")
        time.sleep(0.02)
    assert job.poll() is not None, "the run hangs"
    said = (tmp_path / "out").read_text()
    assert job.returncode == 0 and lost == ["node", "rank"], said
    assert "engine 0 failed (its process died); another takes its place" in said
    assert re.search(r"learner rank 0 .*died.*; restart 1 of at most 5, from step 2\n", said), said[-3000:]
    metrics = [json.loads(line) for line in (hurt / "metrics.jsonl").read_text().splitlines()]
    assert [(line["step"], line["learner_restarts"]) for line in metrics] == [(1, 0), (2, 0), (3, 1), (4, 1)]
    check_same_run(hurt, whole)
    cluster.remove_node(spots[0])
