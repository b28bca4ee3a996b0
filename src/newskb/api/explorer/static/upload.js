"use strict";
// The import page: files are chosen or dropped, sent with their progress, and the list below follows their import.
(() => {
  const form = document.getElementById("upload");
  const field = document.getElementById("files");
  const sent = document.getElementById("sent");
  const answer = document.getElementById("answer");
  const told = document.getElementById("told");
  let dropped = null;

  const say = (words, isProblem = false) => {
    answer.textContent = words;
    answer.classList.toggle("problem", isProblem);
  };
  const chosen = () => dropped ?? [...field.files].map((file) => [file.name, file]);
  const read = (reader) => new Promise((done, failed) => reader.readEntries(done, failed));
  async function inside(entry) {
    if (entry.isFile) return [[entry.fullPath.slice(1).replaceAll("/", " "), await new Promise((done, failed) => entry.file(done, failed))]];
    const found = [], reader = entry.createReader();
    for (let part = await read(reader); part.length; part = await read(reader)) for (const item of part) found.push(...(await inside(item)));
    return found;
  }

  for (const name of ["dragenter", "dragover"])
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = [...event.dataTransfer.files].map((file) => [file.name, file]);
    dropped = entries.some((entry) => entry.isDirectory) ? (await Promise.all(entries.map(inside))).flat() : files;
    field.required = false;
    say(dropped.length === 1 ? dropped[0][0] : dropped.length + " files");
    form.querySelector("button").focus();
  });
  field.addEventListener("change", () => {
    dropped = null;
    say("");
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const files = chosen();
    if (!files.length) return say("Choose files first.", true);
    const body = new FormData();
    for (const name of ["source", "format"]) if (form.elements[name].value.trim()) body.append(name, form.elements[name].value.trim());
    for (const [name, file] of files) body.append("file", file, name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && (sent.value = (100 * event.loaded) / event.total));
    request.addEventListener("loadend", () => {
      sent.hidden = true;
      form.querySelector("button").disabled = false;
      let found = {};
      try {
        found = JSON.parse(request.responseText);
      } catch {
        // no answer, or one of something between us and the server
      }
      if (request.status >= 300 || !found.key) return say(found.detail || "The upload failed; try it again.", true);
      say(request.status === 202 ? "Uploaded. Its import begins when those before it are done." : "This upload waits for its import already.");
      form.reset();
      dropped = null;
      field.required = true;
      htmx.trigger("#imports", "refresh");
    });
    sent.value = 0;
    sent.hidden = false;
    form.querySelector("button").disabled = true;
    say("Uploading " + (files.length === 1 ? files[0][0] : files.length + " files") + " …");
    request.send(body);
  });

  // What became of an import is read out once, when it ends.
  const states = () => new Map([...document.querySelectorAll("[data-import]")].map((item) => [item.dataset.import, item]));
  let before = new Map([...states()].map(([key, item]) => [key, item.dataset.status]));
  addEventListener("htmx:afterSettle", () => {
    for (const [key, item] of states())
      if (before.get(key) !== item.dataset.status && !["queued", "running"].includes(item.dataset.status)) {
        told.textContent = item.querySelector(".line").textContent;
        say("");
      }
    before = new Map([...states()].map(([key, item]) => [key, item.dataset.status]));
  });
})();
