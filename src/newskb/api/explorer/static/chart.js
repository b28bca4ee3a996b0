"use strict";
// Draws each figure[data-chart] from the table inside it: the first column is time or a name, the others are numbers.
const newskbChart = (() => {
  const root = document.documentElement;
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const QUADS = { "verbal cooperation": 1, "material cooperation": 2, "verbal conflict": 3, "material conflict": 4 };
  const ink = (name, index) => colour(QUADS[name] ? "--quad-" + QUADS[name] : name === "none" || name === "others" ? "--bar-none" : "--line-" + (1 + (index % 8)));
  const number = (text) => (/^\s*-?[\d,.]+\s*$/.test(text) ? Number(text.replaceAll(",", "")) : null);
  const day = (text) => {
    const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text.trim());
    return parts ? Date.UTC(+parts[1], (parts[2] || 1) - 1, +(parts[3] || 1)) / 1000 : null;
  };

  function read(table) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    const links = rows.map((row) => row[0].querySelector("a"));
    const texts = rows.map((row) => row[0].textContent.trim());
    let xs = rows.map((row, i) => day(links[i]?.dataset.day || texts[i]));
    let kind = "time";
    if (xs.includes(null)) {
      xs = texts.map(number);
      kind = "number";
    }
    if (xs.includes(null) || xs.some((x, i) => i && x <= xs[i - 1])) {
      xs = rows.map((_row, i) => i);
      kind = "name";
    }
    const columns = heads.slice(1).map((_head, c) => rows.map((row) => number(row[c + 1]?.textContent ?? "")));
    return { heads: heads.slice(1), xs, columns, kind, texts, links };
  }

  function draw(figure) {
    const table = figure.querySelector("table");
    const box = figure.querySelector(".plot");
    const keys = figure.querySelector(".keys");
    const found = read(table);
    const stacked = figure.dataset.chart === "stack";
    const shown = found.columns.map((column) => column.some((value) => value !== null));
    let hidden = shown.map((is) => !is);
    let plot = null;
    const keyOf = [];

    const data = () => {
      const sums = found.xs.map(() => 0);
      const drawn = found.columns.map((column, c) =>
        column.map((value, i) => (!stacked ? value : hidden[c] ? null : (sums[i] += value || 0))),
      );
      return [found.xs, ...(stacked ? drawn.reverse() : drawn)];
    };
    const order = found.heads.map((_name, i) => (stacked ? found.heads.length - 1 - i : i));
    const values = (i) => keyOf.forEach((key, c) => key && (key.textContent = i === null ? "" : " " + (found.columns[c][i] ?? 0).toLocaleString("en")));

    function make() {
      plot?.destroy();
      const paths = uPlot.paths.bars({ size: [0.85, 48] });
      const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
      const last = found.xs[found.xs.length - 1];
      const ends = found.xs.length > 1 ? (last - found.xs[0]) / (found.xs.length - 1) / 2 : found.kind === "time" ? 43200 * 30 : 1;
      plot = new uPlot(
        {
          width: box.clientWidth || 300,
          height: Number(figure.dataset.height || 240),
          tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
          legend: { show: false },
          cursor: { y: false, points: { show: !stacked }, drag: { x: true, y: false } },
          scales: { x: { time: found.kind === "time", range: (_u, low, high) => (low === null ? [0, 1] : low <= found.xs[0] && high >= last ? [found.xs[0] - ends, last + ends] : [low, high]) }, y: { range: (_u, low, high) => [Math.min(0, low ?? 0), high > 0 ? high * 1.05 : 1] } },
          axes: [
            { ...axis, grid: { show: false }, ...(found.kind === "name" ? { splits: () => found.xs, values: (u, at) => thinned(u, at.map((i) => found.texts[i] ?? "")) } : {}) },
            { ...axis, size: (_u, texts) => 14 + 7 * Math.max(...(texts ?? [""]).map((t) => String(t ?? "").length)), values: (_u, at) => at.map((v) => (Number.isInteger(v) || !stacked ? v.toLocaleString("en") : "")) },
          ],
          series: [
            {},
            ...order.map((c) => ({
              label: found.heads[c],
              show: !hidden[c],
              stroke: ink(found.heads[c], c),
              ...(stacked || found.kind === "name" ? { fill: ink(found.heads[c], c), width: 0, paths, points: { show: false } } : { width: 2 }),
            })),
          ],
          hooks: { setCursor: [(u) => values(u.cursor.idx ?? null)] },
        },
        data(),
        box,
      );
      plot.over.addEventListener("click", () => {
        const selected = plot.select.width > 2;
        const link = found.links[plot.cursor.idx];
        if (link && !selected) link.click();
      });
      plot.over.classList.toggle("leads", found.links.some(Boolean));
    }
    const thinned = (u, texts) => {
      const step = Math.ceil((texts.length * 70) / Math.max(u.width, 1));
      return texts.map((text, i) => (i % step ? "" : text.length > 12 ? text.slice(0, 11) + "…" : text));
    };

    keys.hidden = false;
    keys.textContent = "";
    found.heads.forEach((name, c) => {
      if (!shown[c]) return;
      const key = document.createElement("button");
      key.type = "button";
      key.setAttribute("aria-pressed", "true");
      const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      swatch.setAttribute("viewBox", "0 0 10 10");
      swatch.setAttribute("aria-hidden", "true");
      swatch.append(document.createElementNS("http://www.w3.org/2000/svg", "rect"));
      swatch.firstChild.setAttribute("width", "10");
      swatch.firstChild.setAttribute("height", "10");
      keyOf[c] = document.createElement("span");
      keyOf[c].className = "number";
      keyOf[c].setAttribute("aria-hidden", "true");
      key.append(swatch, name, keyOf[c]);
      key.addEventListener("click", () => {
        hidden[c] = !hidden[c];
        key.setAttribute("aria-pressed", String(!hidden[c]));
        make();
      });
      keys.append(key);
    });
    const paint = () => {
      let at = 0;
      found.heads.forEach((name, c) => shown[c] && keys.children[at++].querySelector("rect").setAttribute("fill", ink(name, c)));
      make();
    };
    paint();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    new ResizeObserver(() => plot && box.clientWidth && box.clientWidth !== plot.width && plot.setSize({ width: box.clientWidth, height: plot.height })).observe(box);
    return () => plot.destroy();
  }

  const all = () => document.querySelectorAll("figure[data-chart]").forEach(draw);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
  return { draw };
})();
