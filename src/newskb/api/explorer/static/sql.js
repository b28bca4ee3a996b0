"use strict";
// The SQL page: Ctrl + Enter runs, a column of the schema goes to where the cursor is, rows show as table or chart.
(() => {
  const editor = document.getElementById("sql");
  document.querySelector(".keyhint").hidden = false;
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      editor.form.requestSubmit();
    }
  });
  for (const button of document.querySelectorAll(".insert"))
    button.addEventListener("click", () => {
      editor.setRangeText(button.dataset.insert, editor.selectionStart, editor.selectionEnd, "end");
      editor.focus();
    });
  const figure = document.querySelector("figure.answer");
  const buttons = [...document.querySelectorAll("button[data-show]")];
  let drawn = false;
  const show = (what) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === what));
    figure.querySelector(".charted").hidden = what !== "chart";
    figure.querySelector(".rows-table").hidden = what === "chart";
    if (what === "chart" && !drawn) {
      drawn = true;
      newskbChart.draw(figure);
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => show(button.dataset.show));
  }
})();
