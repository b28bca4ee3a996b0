"use strict";
// Layer switches and the evidence a link points to; without JavaScript every layer is shown and anchors still scroll.
(() => {
  const text = document.querySelector(".text");
  if (!text) return;
  for (const box of document.querySelectorAll(".layers input[data-layer]")) {
    const apply = () => text.classList.toggle("hide-" + box.dataset.layer, !box.checked);
    box.addEventListener("change", apply);
    apply();
  }
  const point = () => {
    for (const old of text.querySelectorAll(".hit")) old.classList.remove("hit");
    const key = decodeURIComponent(location.hash.slice(1));
    if (!key) return;
    for (const part of text.querySelectorAll('[data-keys~="' + CSS.escape(key) + '"]')) part.classList.add("hit");
  };
  addEventListener("hashchange", point);
  point();
})();
