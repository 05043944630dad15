"""C and C++ behind the same interface, where a compiler is there."""

from collections.abc import Iterator

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox import SandboxPool
from tracemill.verifiers.sandbox.compiled import compilers
from tracemill.verifiers.sandbox.isolation import PLANS, probe_isolation

pytestmark = pytest.mark.skipif(None in compilers().values(), reason="no C or C++ compiler here")
FULL = probe_isolation()["user"] is True
TESTS = (CodeTest(args="3 4\n", expected="7\n"), CodeTest(args="-1 1\n", expected="0\n"))
C, CPP = (CodeReference(entry=None, language=language, tests=TESTS) for language in ("c", "cpp"))


@pytest.fixture(scope="module", params=["full", "ring"])
def pool(request: pytest.FixtureRequest) -> Iterator[SandboxPool]:
    if request.param == "full" and not FULL:
        pytest.skip("this machine gives no namespaces")
    pool = SandboxPool(
        VerifierConfig(code_timeout_s=0.5, memory_mb=64), PLANS[:2] if request.param == "full" else PLANS[2:]
    )
    yield pool
    pool.close()


def main(body: str, head: str = "") -> str:
    return (
        f"#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n{head}\nint main(void) {{ {body} return 0; }}\n"
    )


ADD = 'int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b);'


@pytest.mark.parametrize(
    ("reference", "program", "status"),
    [
        (C, main(ADD), "correct"),
        (CPP, "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }", "correct"),
        (CPP, "#include <vector>\n" + main("std::vector<int> v; return v.size() + 1;"), "wrong"),
        (C, main('printf("7\\n");'), "wrong"),
        (C, main(ADD + " return 1;"), "wrong"),
        (C, main("return undeclared;"), "wrong"),
        (C, main("while (1);"), "timeout"),
        (C, main("sleep(3600);"), "timeout"),
    ],
)
def test_judges_compiled_programs(pool: SandboxPool, reference: CodeReference, program: str, status: str) -> None:
    verdict = pool.judge_source(reference, program)
    assert verdict.status == status, verdict


@pytest.mark.parametrize(
    ("program", "evidence"),
    [
        (main("while (1) fork();"), ""),
        (main('execl("/bin/true", "true", (char *)0); ' + ADD + " return 1;"), "status 1"),
        (main('puts(fopen("/etc/passwd", "r") ? "read" : "closed");'), "closed"),
        (main('puts(fopen("/tmp/tracemill_attack", "w") ? "written" : "closed");'), "closed"),
        (main('puts(fopen("program", "w") ? "written" : "closed");'), "closed"),
        (main('puts(socket(2, 1, 0) >= 0 ? "open" : "closed");', "#include <sys/socket.h>"), "closed"),
        (main('puts(kill(getppid() ? getppid() : 1, 9) == 0 ? "sent" : "closed");', "#include <signal.h>"), "closed"),
        (
            main("for (;;) { volatile char *p = malloc(1 << 20); for (int i = 0; i < 1 << 20; i++) p[i] = 1; }"),
            "signal",
        ),
        (main('for (;;) puts("flood");'), "printed"),
        (main("abort();"), "signal"),
        ('#include "/etc/passwd"\n' + main(ADD), "error"),
        ('__asm__(".incbin \\"/etc/passwd\\"");' + main(ADD), ""),
        ("char giant[1 << 30] = {1};\n" + main(ADD), ""),
    ],
)
def test_attacks_in_c_come_to_nothing(pool: SandboxPool, program: str, evidence: str) -> None:
    verdict = pool.judge_source(C, program)
    assert verdict.status in ("wrong", "timeout"), verdict
    assert evidence in verdict.evidence
    assert pool.judge_source(C, main(ADD)).status == "correct"


def test_a_compiled_program_leaves_nothing_to_the_next(pool: SandboxPool) -> None:
    assert pool.judge_source(C, main(ADD)).status == "correct"
    broken = pool.judge_source(C, "this does not compile")
    assert "error" in broken.evidence
    assert pool.judge_source(C, main('puts(access("main.cpp", 0) ? "gone" : "there");')).evidence.count("gone")


def test_a_function_of_c_cannot_be_called(pool: SandboxPool) -> None:
    with pytest.raises(ValueError, match="entry must be None"):
        pool.judge_source(CodeReference(entry="f", language="c", tests=TESTS), main(ADD))
    assert pool.judge_source(C, main(ADD)).status == "correct"


def test_the_program_is_taken_from_its_block(pool: SandboxPool) -> None:
    response = f"First in Python:\n```python\nprint(7)\n```\nand then\n```c\n{main(ADD)}\n```\nDone."
    assert pool.judge_program(C, response).status == "correct"
