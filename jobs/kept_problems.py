"""Problems that a policy proposed, built and proven again: for `tracemill verify`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tracemill.problems.registry import add_family
from tracemill.problems.selfplay.kept import FILE, Kept
from tracemill.problems.selfplay.proposal import Proposal, read_proposal
from tracemill.problems.selfplay.proposing import text_of
from tracemill.problems.types import PROPOSED, Problem, ProposalReference
from tracemill.verifiers.verifier import Verifier

Build = Callable[[str], Problem]
LIMIT_S = 10.0  # to prove a proposal again; it was faster


def know_kept(folder: Path) -> Kept:
    """Makes the problems known that a dataset or a run has brought along. Raises ValueError for a broken file."""
    store = Kept()
    if (folder / FILE).is_file():
        store.read(folder / FILE)
    for family in store.families.values():
        add_family(family)
    return store


def proving(build: Build, store: Kept, verifier: Verifier) -> Build:
    """As `build`, but the program of a proposed problem is run again, and has to do what the content says: ValueError
    where it does not."""
    proven: dict[str, Problem] = {}

    def build_and_prove(problem_id: str) -> Problem:
        if problem_id in proven:
            return proven[problem_id]
        problem = build(problem_id)
        if problem.family.startswith(PROPOSED) and (params := store.params(problem_id)) is not None:
            _prove(problem, read_proposal(params), verifier)
            proven[problem_id] = problem
        return problem

    return build_and_prove


def _prove(problem: Problem, proposal: Proposal, verifier: Verifier) -> None:
    given = proposal.program if problem.family.endswith("induction") else None
    asked = ProposalReference(
        task="induction" if given else "deduction", program=given, num_inputs=len(proposal.inputs), time_limit_s=LIMIT_S
    )
    verdict = verifier.judge(asked, text_of(proposal))
    if verdict.status != "correct" or verdict.extracted is None:
        raise ValueError(f"its program is no problem here ({verdict.rule.partition(';')[0]}: {verdict.evidence})")
    found = read_proposal(json.loads(verdict.extracted))
    if found.outputs != proposal.outputs:
        raise ValueError(f"its program returns {', '.join(found.outputs)}, not {', '.join(proposal.outputs)}")
