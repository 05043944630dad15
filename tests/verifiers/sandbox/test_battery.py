from tracemill.configs.schema import VerifierConfig
from tracemill.verifiers.sandbox import SandboxPool
from tracemill.verifiers.sandbox.battery import Trial, run_battery
from tracemill.verifiers.types import Verdict


def test_the_battery_passes_here() -> None:
    pool = SandboxPool(VerifierConfig(code_timeout_s=0.3, memory_mb=128))
    failed = [(trial.name, trial.verdict) for trial in run_battery(pool) if not trial.passed]
    pool.close()
    assert failed == []


def test_a_verifier_error_is_no_pass() -> None:
    verdict = Verdict(
        status="verifier_error", extracted=None, rule="", evidence="", verifier="sandbox", version=1, seconds=0.0
    )
    assert not Trial(name="any", allowed=("wrong", "timeout"), verdict=verdict).passed
