"use strict";
// Draws the places of the list beside it on a map of the world. The list says the same and has all links.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 800, HEIGHT = 400, MOST = 40;
  const make = (name, given, parent) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
    parent?.append(node);
    return node;
  };

  async function draw(figure) {
    const links = [...figure.querySelectorAll("a[data-lat]")];
    const all = figure.querySelector("button.all");
    if (all) {
      all.hidden = false;
      all.addEventListener("click", () => {
        const [first] = figure.querySelectorAll(".places li[hidden]");
        figure.querySelectorAll(".places li[hidden]").forEach((item) => (item.hidden = false));
        first?.querySelector("a").focus();
        all.remove();
      });
    }
    const answer = await fetch("/static/vendor/countries-110m.json");
    if (!answer.ok) return;
    const world = await answer.json();
    const box = figure.querySelector(".map");
    const projection = d3.geoNaturalEarth1().fitExtent([[2, 2], [WIDTH - 2, HEIGHT - 2]], { type: "Sphere" });
    const path = d3.geoPath(projection);
    const svg = make("svg", { role: "img", "aria-label": "Map of the places; the list says the same" });
    make("path", { class: "sea", d: path({ type: "Sphere" }) }, svg);
    make("path", { class: "land", d: path(topojson.feature(world, world.objects.countries)) }, svg);
    make("path", { class: "border", d: path(topojson.mesh(world, world.objects.countries, (a, b) => a !== b)) }, svg);
    const most = Math.max(...links.map((link) => +link.dataset.count));
    const circles = links.map((link) => {
      const [x, y] = projection([+link.dataset.lon, +link.dataset.lat]);
      const circle = make("circle", { cx: x, cy: y, class: "area" in link.dataset ? "area" : "point" });
      make("title", {}, circle).textContent = link.textContent + ": " + (+link.dataset.count).toLocaleString("en");
      circle.addEventListener("click", () => moved || link.click());
      return { circle, x, y, size: 3 + 13 * Math.sqrt(+link.dataset.count / most) };
    });
    for (const { circle } of circles) svg.append(circle);

    let view = { x: 0, y: 0, scale: 1 }, moved = false, from = null;
    const show = () => {
      const width = WIDTH / view.scale, height = HEIGHT / view.scale;
      view.x = Math.min(Math.max(view.x, 0), WIDTH - width);
      view.y = Math.min(Math.max(view.y, 0), HEIGHT - height);
      svg.setAttribute("viewBox", [view.x, view.y, width, height].join(" "));
      const unit = width / Math.max(box.clientWidth, 1);
      for (const { circle, size } of circles) circle.setAttribute("r", size * unit * Math.min(1, box.clientWidth / 500));
    };
    const zoom = (factor, x = view.x + WIDTH / view.scale / 2, y = view.y + HEIGHT / view.scale / 2) => {
      const scale = Math.min(Math.max(view.scale * factor, 1), MOST);
      view = { scale, x: x - (x - view.x) * (view.scale / scale), y: y - (y - view.y) * (view.scale / scale) };
      show();
    };
    const fit = () => {
      const xs = circles.map((c) => c.x), ys = circles.map((c) => c.y);
      const width = Math.max(...xs) - Math.min(...xs) + 80, height = Math.max(...ys) - Math.min(...ys) + 60;
      const scale = Math.min(Math.max(Math.min(WIDTH / width, HEIGHT / height), 1), 8);
      view = { scale, x: (Math.max(...xs) + Math.min(...xs)) / 2 - WIDTH / scale / 2, y: (Math.max(...ys) + Math.min(...ys)) / 2 - HEIGHT / scale / 2 };
      show();
    };
    const at = (event) => {
      const area = svg.getBoundingClientRect();
      return [view.x + ((event.clientX - area.left) / area.width) * (WIDTH / view.scale), view.y + ((event.clientY - area.top) / area.height) * (HEIGHT / view.scale)];
    };
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the page
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.25 : 0.8, ...at(event));
    }, { passive: false });
    svg.addEventListener("pointerdown", (event) => { from = at(event); moved = false; });
    addEventListener("pointerup", () => (from = null));
    svg.addEventListener("pointermove", (event) => {
      if (!from || view.scale === 1) return;
      const to = at(event);
      if (Math.hypot(to[0] - from[0], to[1] - from[1]) * view.scale < 3 && !moved) return;
      moved = true;
      view.x -= to[0] - from[0];
      view.y -= to[1] - from[1];
      show();
    });
    const tools = document.createElement("div");
    tools.className = "tools";
    for (const [sign, name, what] of [["+", "Closer", () => zoom(1.6)], ["−", "Farther", () => zoom(0.625)], ["○", "Whole world", () => zoom(0)]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.title = name;
      button.setAttribute("aria-label", name);
      button.addEventListener("click", what);
      tools.append(button);
    }
    box.append(svg, tools);
    box.hidden = false;
    fit();
    new ResizeObserver(show).observe(box);
    figure.dataset.drawn = "";
  }

  document.querySelectorAll("figure.mapped").forEach(draw);
})();
