"use strict";
/* Heat maps over time: a table, so that it can be read as one; a cell says its number, its colour only repeats it. */

function heatmap(parent, { spans, rows }, { title, says, cell, id }) {
  const head = spans.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`));
  const byFamily = grouped(rows, spans.length);
  const many = rows.length > 30 && byFamily.length < rows.length;
  const holder = el("div", { class: "heat" });
  const fill = (levels) => {
    const shown = levels ? rows.map((row) => ({ name: `${row.family} ${row.level}`, cells: row.cells })) : byFamily;
    holder.replaceChildren(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
      el("table", { id },
        el("caption", {}, says),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, levels ? "family and level" : "family"), head.map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, shown.map((row) => el("tr", {}, el("th", { scope: "row" }, row.name), row.cells.map((counts, column) => heatCell(cell(counts, column), row.name, head[column]))))))));
  };
  fill(!many);
  const choice = byFamily.length < rows.length
    ? el("label", {}, el("input", { type: "checkbox", checked: many ? null : true, onchange: (event) => fill(event.target.checked) }), " one row a level")
    : "";
  parent.append(el("h3", { style: "margin-top:1.2rem" }, title), choice, holder);
}

function heatCell(content, name, step) {
  if (content === null) return el("td");
  const { share, text, full } = content;
  const made = el("td", { class: share > 0.55 ? "full" : null, title: `${name}, steps ${step}: ${full}` }, text);
  made.style.setProperty("--v", share.toFixed(3));
  return made;
}

function grouped(rows, width) {
  const found = new Map();
  for (const row of rows) {
    const sums = found.get(row.family) || new Array(width).fill(null);
    row.cells.forEach((counts, column) => {
      if (counts) sums[column] = counts.map((value, which) => value + (sums[column] ? sums[column][which] : 0));
    });
    found.set(row.family, sums);
  }
  return [...found].map(([name, cells]) => ({ name, cells }));
}

const passCell = (counts) =>
  counts === null || !counts[0] ? null : { share: counts[1] / counts[0], text: String(Math.round((100 * counts[1]) / counts[0])), full: `${percent(counts[1] / counts[0])} of ${counts[0]}` };

/* What the curriculum planned, and the pass rate it believed in: sums over the levels of a family, and their number. */
const plannedCell = (rows) => {
  const most = Math.max(...rows.flatMap((row) => row.cells.map((sums) => (sums ? sums[0] : 0))));
  return (sums) => (sums === null ? null : { share: Math.min(1, sums[0] / most), text: String(Math.round(100 * sums[0])), full: `${percent(sums[0])} of the problems` });
};
const believedCell = (sums) =>
  sums === null ? null : { share: sums[0] / sums[1], text: String(Math.round((100 * sums[0]) / sums[1])), full: `${percent(sums[0] / sums[1])} believed` };

/* The share of a column's problems that were of a family and level. */
function chosenCell(run) {
  const totals = run.ledger.heat.spans.map((_, column) => run.ledger.heat.rows.reduce((sum, row) => sum + (row.cells[column] ? row.cells[column][2] : 0), 0));
  const most = Math.max(...run.ledger.heat.rows.flatMap((row) => row.cells.map((counts, column) => (counts ? counts[2] / totals[column] : 0))));
  return (counts, column) =>
    counts === null ? null : { share: counts[2] / totals[column] / most, text: String(counts[2]), full: `${counts[2]} of ${totals[column]} problems` };
}
