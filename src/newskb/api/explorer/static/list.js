"use strict";
// Lists: filters, facets and pages are loaded in place. The new number of rows is read out, a new page begins at its top.
(() => {
  const told = document.getElementById("told");
  addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "main") return;
    told.textContent = document.getElementById("total")?.textContent ?? "";
    if (event.detail.requestConfig?.elt.closest(".pager")) document.getElementById("total").scrollIntoView();
  });
  addEventListener("htmx:beforeSwap", (event) => {
    // What cannot be asked is said on a page of its own, which has a main part too.
    if (event.detail.target.id === "main" && event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
  });
})();
