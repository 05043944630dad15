"use strict";
/* The page from its data: figures, charts, tables. What a run lacks is left out, section and all. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const RUNS = DATA.runs;
const SEVERAL = RUNS.length > 1;
const section = (id) => document.getElementById(id);
const named = (run, label) => (SEVERAL ? (label ? `${run.name}: ${label}` : run.name) : label);

function heading(id, text) {
  section(id).append(el("h2", {}, section(id).dataset.title), text ? el("p", { class: "soft" }, text) : "");
}

function charts(id) {
  const made = el("div", { class: "charts" });
  section(id).append(made);
  return made;
}

/* One metric of every run in one chart. */
function compared(parent, title, key, options = {}) {
  chart(parent, { title, ...options, series: RUNS.map((run) => ({ label: named(run, "") || title, x: run.metrics.step || [], y: run.metrics[key] })) });
}

/* Several metrics that belong together, one chart a run. */
function together(parent, title, prefix, options = {}) {
  for (const run of RUNS) {
    const keys = Object.keys(run.metrics).filter((key) => key.startsWith(prefix) && !(options.without || []).includes(key));
    chart(parent, { title: named(run, title), ...options, series: keys.map((key) => ({ label: key.slice(prefix.length), x: run.metrics.step, y: run.metrics[key] })) });
  }
}

/* What each run ended with, a column a run; the figures above the page when it is of one run alone. */
function comparison() {
  heading("compared", "What each run ended with, or has reached so far. Rates on held-out problems with 95 % intervals.");
  const last = (run, key) => (run.metrics[key] || []).filter((value) => value !== null).at(-1);
  const known = (value, show) => (value === undefined || value === null ? "–" : show(value));
  const held = (when) => (run) => known(run.summary && run.summary[`held_out_${when}`], (one) => `${percent(one.pass_at_1)} (${percent(one.low, 0)} to ${percent(one.high, 0)})`);
  const rows = [
    ["steps", (run) => known((run.metrics.step || []).at(-1), whole)],
    ["held-out pass@1 before", held("before")],
    ["held-out pass@1 after", held("after")],
    ["pass rate in training, last step", (run) => known(run.ledger.pass_rate && run.ledger.pass_rate.rate.filter((value) => value !== null).at(-1), percent)],
    ["traces", (run) => whole(run.ledger.traces)],
    ["verified traces", (run) => known(run.ledger.correct, whole)],
    ["tokens a completion, last step", (run) => known(last(run, "completion_tokens"), short)],
    ["samples a second, last step", (run) => known(last(run, "samples_per_second"), short)],
    ["time in the loop", (run) => known(run.summary && run.summary.loop_seconds, duration)],
    ["peak memory", (run) => known(run.summary && run.summary.peak_memory_bytes, (value) => `${(value / 2 ** 30).toFixed(1)} GiB`)],
  ].map(([name, value]) => [name, ...RUNS.map(value)]);
  section("compared").append(table(["", ...RUNS.map((run) => run.name)], rows, { caption: "Final figures", id: "final-figures" }));
}

function figures() {
  if (SEVERAL) return comparison();
  const parts = [];
  const add = (run, name, value, note) => parts.push(el("div", {}, el("dt", {}, named(run, name)), el("dd", {}, value, note ? el("small", {}, note) : null)));
  const interval = (rate) => `95 % interval ${percent(rate.low)} to ${percent(rate.high)}`;
  for (const run of RUNS) {
    const { summary, ledger, metrics } = run;
    if (summary && summary.held_out_before && summary.held_out_after) {
      add(run, "held-out pass@1 before", percent(summary.held_out_before.pass_at_1), interval(summary.held_out_before));
      add(run, "and after", percent(summary.held_out_after.pass_at_1), interval(summary.held_out_after));
    } else if (metrics.held_out_pass_rate) {
      add(run, "held-out pass@1", percent(metrics.held_out_pass_rate.filter((value) => value !== null).at(-1)), "at its last test");
    }
    if (ledger.traces) {
      const known = ledger.pass_rate.rate.filter((value) => value !== null);
      add(run, "pass rate in training", percent(known.at(-1)), `${percent(known[0])} at the first step`);
      add(run, "verified traces", whole(ledger.correct), `of ${whole(ledger.traces)}`);
    }
    if (metrics.samples_per_second) add(run, "samples a second", short(metrics.samples_per_second.at(-1)));
    if (summary && summary.loop_seconds) add(run, "time in the loop", duration(summary.loop_seconds), summary.peak_memory_bytes ? `peak memory ${(summary.peak_memory_bytes / 2 ** 30).toFixed(1)} GiB` : null);
  }
  section("figures").append(...parts);
}

const duration = (seconds) => (seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`);

function status() {
  const said = RUNS.map((run) => {
    const done = (run.metrics.step || []).at(-1) || 0;
    const steps = run.planned_steps ? `${done} of ${run.planned_steps} steps` : `${done} steps`;
    const how = [run.algorithm, run.policy && `policy ${run.policy}`].filter(Boolean).join(", ");
    return `${named(run, "") ? run.name + ": " : ""}${run.live ? "running" : "finished"}, ${steps}${how ? ` (${how})` : ""}`;
  });
  section("status").append(said.join("; ") + ". Written " + new Date(DATA.written_at * 1000).toISOString().slice(0, 16).replace("T", " ") + " UTC.");
  if (RUNS.some((run) => run.live)) followRun();
}

/* A page of a run that goes on reads itself again, but not while somebody is looking at a trace. */
function followRun() {
  const box = el("input", { type: "checkbox", checked: true });
  section("status").append(" ", el("label", {}, box, " read again every 30 s"));
  setInterval(() => {
    if (box.checked && !document.activeElement.closest("#traces") && !location.hash.includes("trace=")) location.reload();
  }, 30_000);
}

function passRates() {
  const trained = RUNS.filter((run) => run.ledger.traces).map((run) => ({ label: named(run, SEVERAL ? "training" : "training"), x: run.ledger.steps, y: run.ledger.pass_rate.rate, low: run.ledger.pass_rate.low, high: run.ledger.pass_rate.high }));
  const tested = RUNS.filter((run) => run.metrics.held_out_pass_rate || run.summary).map(heldOut).filter((one) => one.x.length);
  if (!trained.length && !tested.length) return;
  heading("learned", "Shares of answers judged right. Bands and bars are 95 % intervals; in training they are over groups, since the members of a group are not independent.");
  const made = charts("learned");
  chart(made, { title: "Pass rate in training", percent: true, wide: !tested.length, series: trained });
  chart(made, { title: "Pass rate on held-out problems", percent: true, series: tested });
  for (const run of RUNS) if (run.summary && run.summary.by_family) section("learned").append(familyTable(run));
}

/* The tests before and after with their intervals, and those between. */
function heldOut(run) {
  const { metrics, summary } = run;
  const one = { label: named(run, "held-out"), x: [], y: [], low: [], high: [], points: true };
  const add = (x, y, low, high) => { one.x.push(x); one.y.push(y); one.low.push(low); one.high.push(high); };
  if (summary && summary.held_out_before) add(0, summary.held_out_before.pass_at_1, summary.held_out_before.low, summary.held_out_before.high);
  (metrics.step || []).forEach((step, row) => {
    const rate = (metrics.held_out_pass_rate || [])[row];
    if (rate === null || rate === undefined) return;
    const low = metrics["held_out_interval/low"], high = metrics["held_out_interval/high"];
    const final = summary && summary.held_out_after && step === summary.steps ? summary.held_out_after : null;
    add(step, rate, final ? final.low : low ? low[row] : null, final ? final.high : high ? high[row] : null);
  });
  return one;
}

function familyTable(run) {
  const rows = [], rate = (one) => (one ? `${percent(one.pass_at_1)} (${percent(one.low, 0)} to ${percent(one.high, 0)})` : "–");
  const gain = (one) => (one.before && one.after ? `${one.after.pass_at_1 >= one.before.pass_at_1 ? "+" : "−"}${Math.abs(100 * (one.after.pass_at_1 - one.before.pass_at_1)).toFixed(1)}` : "");
  for (const [family, one] of Object.entries(run.summary.by_family)) {
    rows.push([family, "all", rate(one.before), rate(one.after), gain(one)]);
    const levels = Object.entries(one.levels || {});
    if (levels.length > 1) for (const [level, cell] of levels) rows.push(["", level, rate(cell.before), rate(cell.after), gain(cell)]);
  }
  return rows.length ? table(["family", "level", "before", "after", "points"], rows, { caption: named(run, "pass@1 on held-out problems, with 95 % intervals"), left: 2 }) : "";
}

function families() {
  const runs = RUNS.filter((run) => run.ledger.traces);
  if (!runs.length) return;
  heading("families", "In training, over the run: how much was solved, and what was chosen.");
  for (const run of runs) {
    const number = RUNS.indexOf(run), { heat } = run.ledger;
    heatmap(section("families"), heat, { title: named(run, "Solved"), says: "Rollouts judged right, in per cent, by steps", cell: passCell, id: `solved-${number}` });
    heatmap(section("families"), heat, { title: named(run, "Chosen"), says: "Problems posed, by steps", cell: chosenCell(run), id: `chosen-${number}` });
    if (!run.curriculum) continue;
    const { spans, planned, believed } = run.curriculum;
    heatmap(section("families"), { spans, rows: planned }, { title: named(run, "The curriculum's plan"), says: "Shares of the problems that it gave, in per cent, by steps", cell: plannedCell(planned), id: `planned-${number}` });
    heatmap(section("families"), { spans, rows: believed }, { title: named(run, "The curriculum's belief"), says: "Pass rates that it believed in, in per cent, by steps", cell: believedCell, id: `believed-${number}` });
  }
}

const LEARNING = [["Loss", "loss"], ["Entropy", "entropy", "nats a token"], ["Gradient norm", "grad_norm"], ["KL to the sampling policy", "kl_sampled", "nats a token"], ["KL to the reference", "kl_ref", "nats a token"],
  ["Share of tokens clipped", "clipped_share"], ["Mismatch of engine and learner", "mismatch_mean", "nats a token"], ["Largest mismatch of a token", "mismatch_max", "nats"], ["KL of engine and learner", "mismatch_kl", "nats a token"],
  ["Weights' canary", "canary_difference", "nats"], ["Staleness", "staleness_mean", "versions"], ["Largest staleness", "staleness_max", "versions"], ["Groups dropped", "num_dropped"], ["Learning rate", "lr"]];
const ELSEWHERE = new Set(["step", "time", "policy_version", "train_pass_rate", "held_out_pass_rate", "completion_tokens", "truncated_share", "tokens_per_second", "samples_per_second", "samples", "unjudged", ...LEARNING.map((one) => one[1])]);

function learning() {
  const keys = new Set(RUNS.flatMap((run) => Object.keys(run.metrics)));
  const others = [...keys].filter((key) => !key.includes("/") && !ELSEWHERE.has(key));
  if (!LEARNING.some(([, key]) => keys.has(key)) && !others.length) return;
  heading("learning");
  const made = charts("learning");
  for (const [title, key, unit] of LEARNING) compared(made, title, key, { unit, percent: key.endsWith("_share") });
  for (const key of others) compared(made, key.replaceAll("_", " "), key);
}

function rewards() {
  const made = el("div", { class: "charts" });
  together(made, "Reward by parts", "reward_parts/");
  for (const run of RUNS.filter((one) => one.ledger.traces)) {
    const { tokens, steps } = run.ledger;
    const lengths = ["10 %", "median", "90 %"].map((name) => ({ label: name, x: steps, y: tokens[name] }));
    chart(made, { title: named(run, "Length of a completion"), unit: "tokens", series: lengths });
  }
  chart(made, { title: "Cut at the limit", percent: true, series: RUNS.filter((run) => run.ledger.traces).map((run) => ({ label: named(run, "") || "cut", x: run.ledger.steps, y: run.ledger.tokens.cut })) });
  if (!made.children.length) return;
  heading("rewards");
  section("rewards").append(made);
}

function verdicts() {
  const runs = RUNS.filter((run) => run.ledger.traces);
  if (!runs.length) return;
  heading("verdicts", "What the verifiers said of every rollout, and signs of reward hacking. A sign is no proof; look at the traces that carry it.");
  const made = charts("verdicts");
  for (const run of runs) {
    const { statuses, flags, steps, traces } = run.ledger;
    const perStep = steps.map((_, row) => Object.values(statuses).reduce((sum, counts) => sum + counts[row], 0));
    chart(made, { title: named(run, "Verdicts"), percent: true, series: Object.entries(statuses).map(([name, counts]) => ({ label: name.replaceAll("_", " "), x: steps, y: counts.map((count, row) => count / perStep[row]) })) });
    chart(made, { title: named(run, "Signs of reward hacking"), unit: "rollouts a step", series: Object.entries(flags).map(([name, counts]) => ({ label: name.replaceAll("_", " "), x: steps, y: counts })) });
    const total = (counts) => counts.reduce((sum, count) => sum + count, 0);
    const rows = [...Object.entries(statuses), ...Object.entries(flags).map(([name, counts]) => [`sign: ${name}`, counts])].map(([name, counts]) => [name.replaceAll("_", " "), whole(total(counts)), percent(total(counts) / traces)]);
    section("verdicts").append(table(["", "rollouts", "share"], rows, { caption: named(run, "Over the whole run"), id: `statuses-${RUNS.indexOf(run)}` }));
  }
}

function speed() {
  const made = el("div", { class: "charts" });
  compared(made, "Tokens a second", "tokens_per_second");
  compared(made, "Samples a second", "samples_per_second");
  together(made, "Seconds by stage", "seconds/", { unit: "a step", without: ["seconds/total"] });
  if (!made.children.length) return;
  heading("speed");
  section("speed").append(made);
}

function exportsShown() {
  const found = RUNS.flatMap((run) => run.exports.map((one) => [run, one]));
  if (!found.length) return;
  heading("exports", "What each filter dropped on the way to a dataset; each sees what those above it left.");
  for (const [run, one] of found) {
    const bar = (left) => el("span", { class: "bar", style: `width: ${(10 * left) / one.total}rem` });
    const rows = [["all traces", "", whole(one.total), bar(one.total)], ...one.funnel.map((stage) => [`${stage.name}: ${stage.says}`, whole(stage.dropped), whole(stage.left), bar(stage.left)])];
    const splits = Object.entries(one.splits).map(([name, rows_]) => `${whole(rows_)} ${name}`).join(", ");
    section("exports").append(table(["filter", "dropped", "left", ""], rows, { caption: `${named(run, one.name)}, ${one.format}: ${splits}` }));
  }
}

function sections() {
  for (const one of document.querySelectorAll("main > section")) {
    if (!one.children.length) one.remove();
    else section("sections").append(el("li", {}, el("a", { href: `#${one.id}` }, one.dataset.title)));
  }
}

status();
figures();
passRates();
families();
learning();
rewards();
verdicts();
speed();
exportsShown();
browse(section("traces"));
sections();
drawAll();
section("footer").append("Made by tracemill. Charts: uPlot (MIT). Nothing on this page was loaded from anywhere.");
document.documentElement.dataset.ready = "true";
