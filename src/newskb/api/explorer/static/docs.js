"use strict";
// The forms of the API reference: empty fields are left out, path parameters go into the path.
(() => {
  for (const form of document.querySelectorAll("form.try")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      let path = form.dataset.path || form.getAttribute("action");
      const query = new URLSearchParams();
      for (const field of form.querySelectorAll("input, select")) {
        if (field.dataset.in === "path") path = path.replace("{" + field.name + "}", encodeURIComponent(field.value));
        else if (field.dataset.in === "filters") for (const [name, value] of new URLSearchParams(field.value)) query.append(name, value);
        else if (field.value !== "") query.append(field.name, field.value);
      }
      const sent = query.toString();
      location.assign(path + (sent ? "?" + sent : ""));
    });
  }
  const open = () => location.hash && document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
  addEventListener("hashchange", open);
  open();
})();
