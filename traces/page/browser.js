"use strict";
/* The browser of traces: filters over an index that is always there; texts are inflated a chunk at a time. */

const PER_PAGE = 25;

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

const inflated = new Map();
function chunk(number) {
  if (!inflated.has(number)) inflated.set(number, inflate(document.getElementById(`chunk-${number}`).textContent));
  return inflated.get(number);
}

function browse(parent) {
  const { traces, runs } = DATA;
  if (!traces.shown) return;
  const part = traces.shown < traces.total ? `${whole(traces.shown)} of ${whole(traces.total)} traces are on this page, whole groups evenly drawn, mixed ones first; all are in the ledger.` : `All ${whole(traces.total)} traces of the run.`;
  parent.append(el("h2", {}, parent.dataset.title), el("p", { class: "soft" }, part));
  const holder = el("p", { class: "soft", role: "status" }, "Reading …");
  parent.append(holder);
  const open = () => inflate(document.getElementById("known").textContent).then((known) => { holder.remove(); new Browser(parent, known, runs); });
  /* Not before somebody comes near: opening the page does not wait for it. */
  const near = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) { near.disconnect(); open(); } }, { rootMargin: "1200px" });
  if (location.hash.includes("=")) open().then(() => parent.scrollIntoView({ behavior: "instant" }));
  else near.observe(parent);
}

class Browser {
  constructor(parent, known, runs) {
    this.known = known;
    this.names = known.names;
    this.index = known.index;
    this.runs = runs;
    this.size = this.index.run.length;
    this.members = [];
    for (let row = 0; row < this.size; row++) (this.members[this.index.group[row]] ||= []).push(row);
    this.order = [...Array(this.size).keys()].sort((a, b) => this.index.run[a] - this.index.run[b] || this.index.step[a] - this.index.step[b] || this.index.group[a] - this.index.group[b] || a - b);
    this.page = 0;
    this.searching = 0;
    this.form = this.filters();
    this.said = el("p", { class: "soft", role: "status", id: "found" });
    this.list = el("ul", { class: "list", id: "list", "aria-label": "Traces" });
    this.pages = el("div", { class: "pages" });
    this.detail = el("div", { class: "detail", id: "detail", tabindex: -1, role: "region", "aria-label": "The chosen trace" }, el("p", { class: "soft" }, "Choose a trace to see it beside another of its group."));
    parent.append(this.form, this.said, el("div", { class: "browser" }, el("div", {}, this.list, this.pages), this.detail));
    this.restore();
    this.filter();
  }

  filters() {
    const select = (name, label, options) => el("label", {}, label, el("select", { name, onchange: () => this.changed() }, el("option", { value: "" }, "all"), options.map(([value, text]) => el("option", { value }, text))));
    const number = (name, label) => el("label", {}, label, el("input", { name, type: "number", min: 0, oninput: () => this.changed() }));
    const coded = (names) => names.map((text, code) => [code, text.replaceAll("_", " ")]).filter(([, text]) => text).sort((a, b) => a[1].localeCompare(b[1]));
    const levels = [...new Set(this.index.level)].sort((a, b) => a - b).map((level) => [level, level]);
    const form = el("form", { class: "filters", role: "search", "aria-label": "Filter traces", onsubmit: (event) => event.preventDefault() },
      this.runs.length > 1 ? select("run", "Run", this.runs.map((run, place) => [place, run.name])) : null,
      select("family", "Family", coded(this.names.family)), select("level", "Level", levels), select("verdict", "Verdict", coded(this.names.verdict)),
      this.names.flags.some(Boolean) ? select("flags", "Sign", coded(this.names.flags)) : null,
      select("mixed", "Group", [["1", "with right and wrong"]]), number("from", "From step"), number("to", "To step"),
      el("label", { class: "grow" }, "Search in prompts and completions", el("input", { name: "text", type: "search", oninput: () => this.changed(250) })),
      el("button", { type: "reset" }, "Clear"));
    form.addEventListener("reset", () => setTimeout(() => this.changed()));
    return form;
  }

  value(name) {
    return this.form.elements[name] ? this.form.elements[name].value : "";
  }

  changed(wait = 0) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.page = 0; this.filter(); }, wait);
  }

  /* Rows that fit, by the index alone; then, where text is searched for, by their texts. */
  async filter() {
    const turn = ++this.searching;
    const { index } = this;
    const equal = [["run", "run"], ["family", "family"], ["level", "level"], ["verdict", "verdict"], ["flags", "hack_flags"]].filter(([name]) => this.value(name) !== "").map(([name, column]) => [index[column], +this.value(name)]);
    const from = this.value("from") === "" ? -Infinity : +this.value("from"), to = this.value("to") === "" ? Infinity : +this.value("to");
    const mixed = this.value("mixed") !== "";
    let rows = this.order.filter((row) => equal.every(([column, value]) => column[row] === value) && index.step[row] >= from && index.step[row] <= to && (!mixed || this.isMixed(index.group[row])));
    const text = this.value("text").trim().toLowerCase();
    if (text) rows = await this.search(rows, text, turn);
    if (turn !== this.searching) return;
    this.rows = rows;
    this.keep();
    await this.show();
  }

  isMixed(group) {
    const right = this.names.verdict.indexOf("correct");
    return this.members[group].some((row) => this.index.verdict[row] === right) && this.members[group].some((row) => this.index.verdict[row] !== right);
  }

  async search(rows, text, turn) {
    const wanted = new Map();
    for (const row of rows) {
      const number = this.known.chunks[this.index.group[row]];
      if (!wanted.has(number)) wanted.set(number, []);
      wanted.get(number).push(row);
    }
    const found = new Set();
    let done = 0;
    for (const [number, inside] of wanted) {
      if (turn !== this.searching) return [];
      await chunk(number);
      for (const row of inside) {
        const { group, member } = await this.trace(row);
        if (member.completion.toLowerCase().includes(text) || group.prompt.toLowerCase().includes(text) || group.problem_id.includes(text)) found.add(row);
      }
      if (++done % 20 === 0) { this.said.textContent = `Searched ${done} of ${wanted.size} parts …`; await new Promise((go) => setTimeout(go)); }
    }
    return rows.filter((row) => found.has(row));
  }

  async trace(row) {
    const at = this.index.group[row];
    const group = (await chunk(this.known.chunks[at]))[at % DATA.traces.groups_per_chunk];
    return { group, member: group.rows[this.members[at].indexOf(row)] };
  }

  async show() {
    const turn = this.searching;
    const groups = new Set(this.rows.map((row) => this.index.group[row])).size;
    this.said.textContent = `${whole(this.rows.length)} traces in ${whole(groups)} groups`;
    const last = Math.max(0, Math.ceil(this.rows.length / PER_PAGE) - 1);
    this.page = Math.min(this.page, last);
    const shown = this.rows.slice(this.page * PER_PAGE, (this.page + 1) * PER_PAGE);
    const items = await Promise.all(shown.map((row) => this.item(row)));
    if (turn !== this.searching) return;
    this.list.replaceChildren(...items);
    const move = (by) => () => { this.page += by; this.show(); this.list.scrollIntoView({ block: "nearest" }); };
    this.pages.replaceChildren(
      el("button", { type: "button", disabled: this.page === 0, onclick: move(-1) }, "Previous"),
      el("span", { class: "soft" }, `page ${this.page + 1} of ${last + 1}`),
      el("button", { type: "button", disabled: this.page === last, onclick: move(1) }, "Next"));
  }

  async item(row) {
    const { member } = await this.trace(row);
    const { index, names } = this;
    const reward = index.reward[row] === null ? "unjudged" : `reward ${short(index.reward[row])}`;
    const where = `${this.runs.length > 1 ? this.runs[index.run[row]].name + ", " : ""}step ${index.step[row]}`;
    return el("li", {}, el("button", { type: "button", "data-row": row, "aria-current": row === this.chosen ? "true" : null, onclick: () => this.choose(row, true) },
      badge(names.verdict[index.verdict[row]]), el("span", {}, `${names.family[index.family[row]]} ${index.level[row]}`),
      el("span", { class: "soft" }, `${where} · ${reward} · ${index.num_tokens[row]} tokens`), el("span", { class: "said" }, member.completion.slice(0, 200).replaceAll("\n", " "))));
  }

  /* A trace beside one of its group with the other verdict, and buttons for the rest of the group. */
  async choose(row, focus, other) {
    this.chosen = row;
    for (const button of this.list.querySelectorAll("button")) button.toggleAttribute("aria-current", +button.dataset.row === row);
    for (const button of this.list.querySelectorAll("button[aria-current]")) button.setAttribute("aria-current", "true");
    const at = this.index.group[row];
    const right = this.names.verdict.indexOf("correct");
    const isRight = (one) => this.index.verdict[one] === right;
    if (other === undefined) other = this.members[at].find((one) => isRight(one) !== isRight(row)) ?? this.members[at].find((one) => one !== row);
    const { group } = await this.trace(row);
    const pair = other === undefined ? [row] : [row, other].sort((a, b) => isRight(b) - isRight(a));
    const shown = await Promise.all(pair.map((one) => this.article(one, one === row)));
    const members = this.members[at].map((one, place) => el("li", {}, el("button", { type: "button", "aria-pressed": String(pair.includes(one)), onclick: () => this.choose(row, false, one === row ? undefined : one) }, `${place + 1} `, badge(this.names.verdict[this.index.verdict[one]]))));
    this.detail.replaceChildren(
      el("h3", {}, group.problem_id), el("pre", {}, group.prompt),
      el("details", {}, el("summary", {}, "Reference"), el("pre", {}, JSON.stringify(JSON.parse(group.reference), null, 1))),
      el("div", { class: "beside" }, shown),
      el("p", { class: "soft" }, "Its group, to be set beside it:"), el("ul", { class: "members" }, members));
    this.detail.scrollTop = 0;
    if (focus) { this.detail.focus({ preventScroll: true }); if (innerWidth < 740) this.detail.scrollIntoView(); }
    this.keep();
  }

  async article(row, chosen) {
    const { member } = await this.trace(row);
    const parts = Object.entries(member.reward_parts).map(([name, value]) => `${name} ${short(value)}`).join(", ");
    const facts = [["answer", member.extracted ?? "none"], ["why", `${member.rule}: ${member.evidence}`], ["judge", `${member.verifier} ${member.verifier_version}`], ["reward", parts || "unjudged"],
      ["advantage", member.advantage === null ? "left out" : short(member.advantage)], ["ended by", member.finish_reason], ["policy", `version ${member.policy_version}`], ["seed", member.seed]];
    const flags = this.names.flags[this.index.hack_flags[row]];
    if (flags) facts.push(["signs", flags.replaceAll("_", " ")]);
    return el("article", { "aria-label": `${chosen ? "chosen" : "beside it"}, ${this.names.verdict[this.index.verdict[row]]}` },
      badge(this.names.verdict[this.index.verdict[row]]), chosen ? el("span", { class: "soft" }, " chosen") : null,
      el("pre", {}, member.completion || "(nothing)"), el("dl", { class: "facts" }, facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
  }

  /* What is filtered for and chosen stands in the address, so that it can be sent and outlives a reload. */
  keep() {
    const state = new URLSearchParams();
    for (const input of this.form.elements) if (input.name && input.value !== "") state.set(input.name, input.value);
    if (this.chosen !== undefined) state.set("trace", this.chosen);
    history.replaceState(null, "", state.size ? `#${state}` : location.pathname.split("/").at(-1) || "#");
  }

  restore() {
    if (!location.hash.includes("=")) return;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const [name, value] of state) if (this.form.elements[name]) this.form.elements[name].value = value;
    const row = state.get("trace");
    if (row !== null && +row < this.size) this.choose(+row, false);
  }
}

function badge(verdict) {
  return el("span", { class: `badge ${verdict}` }, verdict.replaceAll("_", " "));
}
