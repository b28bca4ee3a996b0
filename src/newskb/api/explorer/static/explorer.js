"use strict";
// The text of an article: marks the words that the address points to (#quo-…), and shows beside a highlight, when the
// pointer or the keyboard comes to it, what is known of it. Without script the page still scrolls there and links lead on.
(() => {
  const text = document.querySelector(".text");
  if (!text) return;
  const point = () => {
    for (const old of text.querySelectorAll(".hit")) old.classList.remove("hit");
    let key;
    try {
      key = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    if (!key) return;
    for (const part of text.querySelectorAll('[data-keys~="' + CSS.escape(key) + '"]')) part.classList.add("hit");
  };
  addEventListener("hashchange", point);
  point();

  const notes = new Map([...document.querySelectorAll("[data-note]")].map((item) => [item.dataset.note, item]));
  const spots = [...text.querySelectorAll("[data-keys]")].filter((spot) => spot.dataset.keys);
  const switches = [...document.querySelectorAll("[data-layer]")];
  const card = document.createElement("span");
  card.className = "card";
  card.id = "card";
  card.hidden = true;
  let current = null, closing = 0;

  const layers = () => new Set(switches.filter((box) => box.checked).map((box) => box.dataset.layer));
  const shown = (spot) => {
    const on = layers();
    return [...spot.classList].some((name) => name.startsWith("l-") && on.has(name.slice(2)));
  };
  function open(spot) {
    clearTimeout(closing);
    if (spot === current) return;
    close();
    if (!shown(spot)) return;
    const on = layers();
    const found = spot.dataset.keys.split(" ").map((key) => notes.get(key)).filter((item) => item && on.has(item.className.slice(2))).reverse(); // the shortest first
    if (!found.length) return;
    card.replaceChildren(
      ...found.map((item) => {
        const part = document.createElement("span");
        part.className = "part";
        for (const child of item.childNodes) part.append(child.cloneNode(true));
        return part;
      }),
    );
    current = spot;
    spot.after(card); // so that Tab leads from the words into the card
    spot.setAttribute("aria-describedby", "card");
    spot.classList.add("on");
    card.hidden = false;
    const at = spot.getClientRects()[0], width = card.offsetWidth, height = card.offsetHeight;
    const above = at.bottom + height + 8 > innerHeight && at.top > height + 8;
    card.style.left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8)) + "px";
    card.style.top = (above ? at.top - height - 4 : at.bottom + 4) + "px";
  }
  function close() {
    clearTimeout(closing);
    if (!current) return;
    current.removeAttribute("aria-describedby");
    current.classList.remove("on");
    current = null;
    card.hidden = true;
  }
  const later = () => (closing = setTimeout(close, 150));

  for (const spot of spots) {
    spot.removeAttribute("title");
    spot.tabIndex = -1;
    spot.addEventListener("mouseenter", () => open(spot));
    spot.addEventListener("mouseleave", later);
    spot.addEventListener("focus", () => {
      for (const other of spots) other.tabIndex = -1;
      spot.tabIndex = 0;
      open(spot);
    });
    spot.addEventListener("blur", later);
  }
  if (spots.length) {
    spots[0].tabIndex = 0;
    document.querySelector(".keyhint").hidden = false;
  }
  card.addEventListener("mouseenter", () => clearTimeout(closing));
  card.addEventListener("mouseleave", later);
  card.addEventListener("focusin", () => clearTimeout(closing));
  card.addEventListener("focusout", later);
  addEventListener("scroll", () => current && !card.contains(document.activeElement) && current !== document.activeElement && close(), { passive: true });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const back = current;
      close();
      if (card.contains(document.activeElement)) back?.focus();
      return close();
    }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const from = spots.indexOf(document.activeElement);
    if (!step || from < 0) return;
    event.preventDefault();
    for (let next = from + step; spots[next]; next += step)
      if (shown(spots[next])) return spots[next].focus();
  });
  for (const box of switches) box.addEventListener("change", close);
})();
