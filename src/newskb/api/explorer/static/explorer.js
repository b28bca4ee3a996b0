"use strict";
// Marks the words that the address points to (#quo-…); without JavaScript the page still scrolls there.
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
})();
