"use strict";
/* Small elements, and line charts: uPlot draws, this decides what and keeps a table beside every picture. */

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const percent = (value, digits = 1) => (value === null || value === undefined ? "–" : (100 * value).toFixed(digits) + " %");
const whole = (value) => Math.round(value).toLocaleString("en");

function short(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return Number.isInteger(value) ? value.toLocaleString("en") : String(+value.toPrecision(4));
}

function table(head, rows, { caption, left = 1, id } = {}) {
  const cell = (value, place, tag) => el(tag, { class: place < left ? "left" : null, scope: tag === "th" ? "col" : null }, value instanceof Node ? value : String(value));
  return el("div", { class: "scroll", tabindex: rows.length > 12 ? 0 : null, role: rows.length > 12 ? "region" : null, "aria-label": rows.length > 12 ? caption || "table" : null },
    el("table", { id },
      caption ? el("caption", {}, caption) : null,
      el("thead", {}, el("tr", {}, head.map((name, place) => cell(name, place, "th")))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((value, place) => cell(value, place, "td")))))));
}

const drawn = [];
const MANY_POINTS = 60;

/* chart: {title, unit, wide, percent, log, series: [{label, x, y, low, high, points}]}. Every series has its own x; they are merged here. */
function chart(parent, { title, unit = "", wide = false, percent: shares = false, series }) {
  series = series.filter((one) => one.y && one.y.some((value) => value !== null && value !== undefined));
  if (!series.length) return;
  const show = (value) => (shares ? percent(value) : short(value));
  const last = (one) => one.y.filter((value) => value !== null && value !== undefined).at(-1);
  const box = el("div", { class: "plot", role: "img", "aria-label": `${title}: ${series.map((one) => `${one.label} ends at ${show(last(one))}`).join(", ")}` });
  const now = el("span", {}, series.length === 1 ? show(last(series[0])) : "");
  const keys = series.map((one, place) => el("li", {}, el("i", { style: `background: var(--s${place % 8 + 1})` }), `${one.label} `, el("span", { class: "soft" }, show(last(one)))));
  const details = el("details", {}, el("summary", {}, "As a table"));
  parent.append(el("figure", { class: wide ? "wide" : null },
    el("figcaption", {}, el("h3", {}, title + (unit ? ` (${unit})` : "")), now),
    series.length > 1 ? el("ul", { class: "keys" }, keys) : "", box, details));
  const data = merged(series);
  details.addEventListener("toggle", () => {
    if (!details.open || details.children.length > 1) return;
    const columns = data.lines.map((line) => line.label);
    details.append(table(["step", ...columns], data.x.map((x, row) => [x, ...data.lines.map((line) => show(line.y[row]))]), { caption: title }));
  });
  drawn.push({ box, data, shares, now, show, single: series.length === 1, plot: null, wide });
}

function merged(series) {
  const x = [...new Set(series.flatMap((one) => one.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, row) => [value, row]));
  const spread = (one, values) => {
    const made = new Array(x.length).fill(null);
    one.x.forEach((value, row) => { made[place.get(value)] = values[row] ?? null; });
    return made;
  };
  const lines = series.map((one) => ({ label: one.label, points: one.points, y: spread(one, one.y), low: one.low && spread(one, one.low), high: one.high && spread(one, one.high) }));
  return { x, lines };
}

/* uPlot's options and data, in the colours of the page as it is now. */
function draw(entry) {
  const { data, shares } = entry;
  const ink = css("--soft"), grid = css("--line");
  const columns = [data.x], series = [{}], bands = [];
  data.lines.forEach((line, place) => {
    const colour = css(`--s${place % 8 + 1}`);
    const filled = line.y.filter((value) => value !== null).length;
    columns.push(line.y);
    const points = line.points || filled === 1 ? { show: true, size: 7, fill: colour } : { show: filled <= MANY_POINTS, size: 4, fill: colour };
    series.push({ label: line.label, stroke: colour, width: 2, spanGaps: true, points });
    if (line.low && line.high) {
      const at = columns.length;
      columns.push(line.high, line.low);
      series.push({ show: true, stroke: "transparent", points: { show: false } }, { show: true, stroke: "transparent", points: { show: false } });
      bands.push({ series: [at, at + 1], fill: colour + "33" });
    }
  });
  const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif" };
  const options = {
    width: Math.max(entry.box.clientWidth, 120), height: 190, legend: { show: false }, bands, series,
    scales: { x: { time: false }, y: { range: (_, low, high) => span(low, high, shares) } },
    axes: [{ ...axis, size: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000] },
      { ...axis, size: 62, values: (_, ticks) => ticks.map((value) => (value === null ? "" : shares ? +(100 * value).toFixed(1) + " %" : short(value))) }],
    cursor: { sync: { key: "steps" }, points: { size: 6 } },
    hooks: { setCursor: [(plot) => follow(entry, plot)] },
  };
  if (entry.plot) entry.plot.destroy();
  entry.plot = new uPlot(options, columns, entry.box);
}

function span(low, high, shares) {
  if (low === null || high === null) return [0, 1];
  if (shares) return [Math.max(0, Math.min(low, 1)), Math.min(1, high)].map((value, end) => (end ? Math.min(1, value + 0.03) : Math.max(0, value - 0.03)));
  const pad = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  return [low >= 0 && low - pad < 0 ? 0 : low - pad, high + pad];
}

/* The values under the pointer, in the caption. */
function follow(entry, plot) {
  const row = plot.cursor.idx, { lines, x } = entry.data;
  if (row === null || row === undefined) {
    const known = lines[0].y.filter((value) => value !== null);
    entry.now.textContent = entry.single ? entry.show(known.at(-1)) : "";
    return;
  }
  const said = lines.filter((line) => line.y[row] !== null).map((line) => {
    const band = line.low && line.low[row] !== null ? ` (${entry.show(line.low[row])} to ${entry.show(line.high[row])})` : "";
    return (entry.single ? "" : line.label + " ") + entry.show(line.y[row]) + band;
  });
  entry.now.textContent = `step ${x[row]}: ${said.join(", ")}`;
}

/* Charts are drawn when they come near the window, and again when its width or its colours change. */
function drawAll() {
  const waiting = new IntersectionObserver((seen) => {
    for (const one of seen) {
      const entry = drawn.find((candidate) => candidate.box === one.target);
      if (one.isIntersecting && !entry.plot) draw(entry);
    }
  }, { rootMargin: "600px" });
  const widths = new ResizeObserver((changed) => {
    for (const one of changed) {
      const entry = drawn.find((candidate) => candidate.box === one.target);
      const width = Math.floor(one.contentRect.width);
      if (entry.plot && width > 0 && width !== entry.plot.width) entry.plot.setSize({ width, height: 190 });
    }
  });
  for (const entry of drawn) {
    waiting.observe(entry.box);
    widths.observe(entry.box);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.filter((entry) => entry.plot).forEach(draw));
}
