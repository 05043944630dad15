"""The page in headless Chromium: no error, the filters filter, and the numbers shown are those of the ledger."""

import json
import re
import shutil
import subprocess
from collections import Counter
from html import unescape

import pytest

from tracemill.problems.registry import family_named
from tracemill.traces.ledger import Ledger
from tracemill.traces.report import write_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=60000",
]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

WATCH = """<script>
window.troubles = [];
addEventListener("error", (event) => troubles.push(String(event.message)));
addEventListener("unhandledrejection", (event) => troubles.push(String(event.reason)));
</script>"""

TOOLS = """
const pause = () => new Promise((go) => setTimeout(go, 25));
const until = async (test) => { for (let turn = 0; turn < 400 && !test(); turn++) await pause(); return test(); };
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const texts = (selector, inside = document) => all(selector, inside).map((one) => one.textContent);
const pick = (name) => document.querySelector(`form.filters [name=${name}]`);
const found = () => document.getElementById("found").textContent;
const first = () => document.getElementById("list").firstChild;
const set = async (name, value) => {
  const before = first(), field = pick(name);
  field.value = value;
  field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  await until(() => first() !== before);
};
const coded = (name, text) => [...pick(name).options].find((option) => option.textContent === text).value;
const cells = (selector) => all(selector).map((row) => [...row.children].map((cell) => cell.textContent));
const report = (value) => {
  const textContent = JSON.stringify(value);
  document.body.append(Object.assign(document.createElement("pre"), { id: "result", textContent }));
};
"""


def seen(page, script, tmp_path, *flags, hash_="#mixed="):
    """What `script` reports, after the page was opened with its traces in view."""
    text = page.read_text().replace("<head>", "<head>" + WATCH, 1)
    body = (
        f"<script>(async () => {{{TOOLS} {script} }})().catch((error) => report({{failed: String(error)}}));</script>"
    )
    copy = page.with_name("tested.html")
    copy.write_text(text.replace("</body>", f"{body}</body>"))
    command = [
        CHROMIUM,
        *FLAGS,
        *flags,
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
        f"file://{copy}{hash_}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert console == [], console
    match = re.search(r'<pre id="result">(.*?)</pre>', done.stdout, re.DOTALL)
    assert match, done.stdout[-2000:]
    return json.loads(unescape(match[1]))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Two steps of two families and two levels, groups of four, some with right and wrong and some with neither."""
    import importlib.util
    from pathlib import Path

    spec = importlib.util.spec_from_file_location("records", Path(__file__).with_name("conftest.py"))
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    folder = tmp_path_factory.mktemp("runs") / "seen"
    for step in range(2):
        records = []
        for name in ("arithmetic", "fractions"):
            for seed in range(6):
                level = 1 + seed % 2
                problem = family_named(name).problem(level, 100 * step + seed)
                for index in range(4):
                    correct = seed != 0 and index <= seed % 4
                    text = f"try {index} of {seed}, " + (family_named(name).solution(level, 100 * step + seed))
                    text = text if correct else f"{text} needle-{name}" if index == 3 else "\\boxed{0}"
                    records.append(made.record(problem, text, correct=correct, step=step, index=index))
        Ledger(folder / "traces").write(step, records)
    lines = [
        {
            "step": step + 1,
            "loss": 0.5 - step,
            "entropy": 0.1,
            "staleness_mean": 0.5,
            "mismatch_mean": 0.01,
            "seconds": {"learn": 1, "verify": 2},
            "curriculum": {"arithmetic:1": 0.75 - 0.5 * step, "fractions:2": 0.25 + 0.5 * step},
            "curriculum_pass_rate": {"arithmetic:1": 0.9, "fractions:2": 0.1},
        }
        for step in range(2)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "summary.json").write_text("{}")  # a run that is over: its page does not read itself again
    return folder


@pytest.fixture(scope="module")
def page(run):
    return write_report(run)


@pytest.fixture
def rows(run):
    return Ledger(run / "traces").read().to_pylist()


def test_it_draws_itself_without_an_error(page, tmp_path):
    script = """
    await until(() => document.querySelector("#list li"));
    report({
      ready: document.documentElement.dataset.ready, troubles, sections: texts("#sections a"),
      canvases: all(".plot canvas").length, charts: all(".plot").length, unnamed: all(".plot:not([aria-label])").length,
      unlabelled: all("input, select").filter((one) => !one.closest("label")).length,
    });
    """
    found = seen(page, script, tmp_path, "--window-size=1280,6000")
    assert found["ready"] == "true" and found["troubles"] == []
    assert found["canvases"] == found["charts"] >= 6 and found["unnamed"] == found["unlabelled"] == 0
    assert found["sections"][0] == "Pass rates" and found["sections"][-1] == "Traces"


def test_the_tables_hold_the_ledgers_numbers(page, rows, tmp_path):
    script = """
    const body = (name) => cells(`#${name}-0 tbody tr`);
    report({
      statuses: body("statuses"), solved: body("solved"), chosen: body("chosen"), planned: body("planned"),
      believed: body("believed"), charts: all(".plot").map((one) => one.getAttribute("aria-label")),
    });
    """
    found = seen(page, script, tmp_path)
    total = Counter(row["verdict"] for row in rows)
    flags = Counter(f"sign: {flag}".replace("_", " ") for row in rows for flag in row["hack_flags"])
    shown = {name: int(count) for name, count, _ in found["statuses"]}
    assert shown == {**total, **flags}
    for name, *cells in found["solved"]:
        family, level = name.split()
        for step, cell in enumerate(cells):
            mine = [
                r["verdict"] == "correct"
                for r in rows
                if (r["family"], r["level"], r["step"]) == (family, int(level), step)
            ]
            assert int(cell) == round(100 * sum(mine) / len(mine))
    assert {cell for _, *cells in found["chosen"] for cell in cells} == {"3"}
    assert found["planned"] == [["arithmetic 1", "75", "25"], ["fractions 2", "25", "75"]]
    assert found["believed"] == [["arithmetic 1", "90", "90"], ["fractions 2", "10", "10"]]
    named = {label.partition(":")[0] for label in found["charts"]}
    assert named >= {"Staleness", "Mismatch of engine and learner", "Loss", "Seconds by stage"}
    assert not any("curriculum" in label for label in found["charts"])


def test_the_filters_filter_and_the_search_finds(page, rows, tmp_path):
    script = """
    await until(() => document.querySelector("#list li"));
    const steps = [["all", found()]];
    await set("family", coded("family", "fractions")); steps.push(["family", found()]);
    await set("level", "2"); steps.push(["level", found()]);
    await set("verdict", coded("verdict", "correct")); steps.push(["verdict", found()]);
    await set("to", "0"); steps.push(["step", found()]);
    document.querySelector("form.filters").reset();
    await until(() => found() === steps[0][1]);
    await set("mixed", "1"); steps.push(["mixed", found()]);
    document.querySelector("form.filters").reset();
    await until(() => found() === steps[0][1]);
    await set("text", "NEEDLE-fractions");
    await until(() => found() !== steps[0][1]);
    steps.push(["text", found()]);
    report({ steps, troubles, hash: location.hash, said: texts("#list .said") });
    """
    result = seen(page, script, tmp_path)
    assert result["troubles"] == []
    found = dict(result["steps"])

    def counted(chosen):
        chosen = list(chosen)
        return f"{len(chosen)} traces in {len({(r['step'], r['group_id']) for r in chosen})} groups"

    fractions = [row for row in rows if row["family"] == "fractions"]
    second = [row for row in fractions if row["level"] == 2]
    right = [row for row in second if row["verdict"] == "correct"]
    verdicts = {}
    for row in rows:
        verdicts.setdefault(row["group_id"], set()).add(row["verdict"])
    assert found["all"] == counted(rows)
    assert found["family"] == counted(fractions) and found["level"] == counted(second)
    assert found["verdict"] == counted(right) and found["step"] == counted(row for row in right if row["step"] == 0)
    assert found["mixed"] == counted(row for row in rows if len(verdicts[row["group_id"]]) == 2)
    assert found["text"] == counted(row for row in rows if "needle-fractions" in row["completion"])
    assert "text=NEEDLE-fractions" in result["hash"] and len(result["said"]) > 0


def test_right_stands_beside_wrong_with_the_evidence(page, rows, tmp_path):
    script = """
    await until(() => document.querySelector("#list li"));
    await set("mixed", "1");
    document.querySelector("#list button").click();
    await until(() => document.querySelector("#detail article"));
    const inside = document.getElementById("detail");
    report({
      troubles, id: texts("h3", inside)[0], focus: document.activeElement.id, verdicts: texts("article .badge", inside),
      texts: texts("article pre", inside), facts: texts("article dl", inside),
      members: all(".members button").length, current: all('#list [aria-current="true"]').length,
    });
    """
    found = seen(page, script, tmp_path)
    assert found["troubles"] == [] and found["verdicts"] == ["correct", "wrong"] and found["focus"] == "detail"
    mine = {row["completion"]: row["verdict"] for row in rows if row["problem_id"] == found["id"]}
    assert [mine[text] for text in found["texts"]] == found["verdicts"]
    assert found["members"] == 4 and found["current"] == 1
    assert all("equal: compared" in facts and "math 1" in facts for facts in found["facts"])


@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_a_phones_width_needs_no_sideways_scrolling(page, tmp_path, scheme):
    script = """
    await until(() => document.querySelector("#list li"));
    const style = getComputedStyle(document.body);
    const over = document.documentElement.scrollWidth - innerWidth;
    report({ troubles, over, width: innerWidth, ground: style.backgroundColor, ink: style.color });
    """
    flags = ["--window-size=500,3000", f"--blink-settings=preferredColorScheme={scheme}"]
    found = seen(page, script, tmp_path, *flags)
    assert found["troubles"] == [] and found["width"] <= 500 and found["over"] <= 0
    ground, ink = (sum(map(int, re.findall(r"\d+", found[name])[:3])) for name in ("ground", "ink"))
    assert (ground < ink) == (scheme == 0)


def test_runs_are_compared_in_one_chart_and_one_table(run, rows, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run, other)
    for path in sorted((other / "traces").iterdir())[1:]:
        path.unlink()
    rate = {"pass_at_1": 0.25, "low": 0.2, "high": 0.31, "correct": 50, "total": 200}
    summary = {"held_out_before": rate, "held_out_after": rate, "loop_seconds": 300.0, "peak_memory_bytes": 2**30}
    (other / "summary.json").write_text(json.dumps(summary))
    page = write_report([run, other], tmp_path / "compared.html")
    script = """
    report({
      troubles, sections: texts("#sections a"), head: texts("#final-figures thead th"),
      figures: Object.fromEntries(cells("#final-figures tbody tr").map(([name, ...values]) => [name, values])),
      loss: all(".plot").map((one) => one.getAttribute("aria-label")).find((label) => label.startsWith("Loss")),
      over: document.documentElement.scrollWidth - innerWidth,
    });
    """
    found = seen(page, script, tmp_path, "--window-size=500,3000")
    assert found["troubles"] == [] and found["sections"][0] == "Compared" and found["over"] <= 0
    assert found["head"] == ["", "seen", "other"]
    assert found["loss"] == "Loss: seen ends at -0.5, other ends at -0.5"
    correct = [[row["verdict"] == "correct" for row in rows if row["step"] in steps] for steps in ((0, 1), (0,))]
    assert found["figures"]["traces"] == [str(len(one)) for one in correct]
    assert found["figures"]["verified traces"] == [str(sum(one)) for one in correct]
    assert found["figures"]["held-out pass@1 after"] == ["–", "25.0 % (20 % to 31 %)"]
    assert found["figures"]["time in the loop"] == ["–", "5 min"]
    assert found["figures"]["peak memory"] == ["–", "1.0 GiB"]
