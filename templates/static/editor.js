// Saves each topic by itself while somebody writes, and lets topics be dragged. Everything works without this file.
(() => {
  const editor = document.querySelector("[data-editor]");
  if (!editor) return;
  const says = editor.dataset, PAUSE = 2500;
  const time = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

  for (const form of editor.querySelectorAll("form[data-topic]")) {
    const status = form.closest(".pair").querySelector("[data-status]");
    const drafts = `draft/${form.dataset.topic}`;
    const fields = [...form.elements].filter((field) => form.elements[`seen_${field.name}`]);
    const seen = (field) => form.elements[`seen_${field.name}`];
    const same = (a, b) => a.replace(/\r\n?/g, "\n").trim() === b.replace(/\r\n?/g, "\n").trim();
    const changed = () => fields.filter((field) => !same(field.value, seen(field).value));
    let waiting = 0, travels = false, again = false, number = 0;

    const say = (text, bad = false) => {
      status.textContent = text;
      status.classList.toggle("saved--bad", bad);
    };
    // What is typed and not stored yet stays on this device until it is.
    const keep = () => {
      const words = Object.fromEntries(changed().map((field) => [field.name, { said: field.value, seen: seen(field).value }]));
      try {
        if (Object.keys(words).length) localStorage.setItem(drafts, JSON.stringify(words));
        else localStorage.removeItem(drafts);
      } catch { /* no room, or not allowed: the words are still in the form */ }
    };
    // How the words look, as the server draws them from its own small set of tags.
    const look = (looks) => {
      for (const box of form.querySelectorAll("[data-preview]")) box.innerHTML = looks[box.dataset.preview] ?? "";
    };
    const clash = () => {
      say(`${says.saysClash} `, true);
      const choose = document.createElement("button");
      choose.type = "button";
      choose.className = "btn btn--plain";
      choose.textContent = says.compare;
      choose.addEventListener("click", () => form.requestSubmit());
      status.append(choose);
    };
    const answer = (code, sent) => {
      if (code === 200) {
        for (const [field, said] of sent) seen(field).value = said;
        keep();
        say(changed().length ? says.saysWaiting : says.saysSaved.replace("{time}", time()));
        if (changed().length) later();
      } else if (code === 412) clash();
      else if (code === 422) say(says.saysInvalid, true);
      else say(code ? says.saysRefused : says.saysFailed, true);
    };
    const save = async () => {
      clearTimeout(waiting);
      if (travels) { again = true; return; }
      if (!changed().length) return;
      const sent = fields.map((field) => [field, field.value]);
      const body = new URLSearchParams(new FormData(form));
      body.set("_key", `${form.elements._key.value}-${Date.now()}-${number += 1}`);
      body.delete("why");
      travels = true;
      say(says.saysSaving);
      let code = 0;
      try {
        const told = await fetch(form.action, { method: "POST", body, redirect: "error", headers: { Accept: "application/json" } });
        code = told.status;
        if (code === 200) look((await told.json()).looks);
      } catch { /* no connection */ }
      travels = false;
      answer(code, sent);
      if (again) { again = false; later(); }
    };
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(save, PAUSE);
    };
    form.addEventListener("input", (event) => {
      if (!fields.includes(event.target)) return;
      keep();
      say(says.saysWaiting);
      later();
    });
    form.addEventListener("change", (event) => { if (fields.includes(event.target)) save(); });
    form.addEventListener("submit", () => clearTimeout(waiting));
    addEventListener("online", () => { if (changed().length) save(); });

    // Words that a closed page left behind come back into the form, against what was seen when they were written.
    try {
      const kept = JSON.parse(localStorage.getItem(drafts) || "{}");
      for (const field of fields.filter((each) => kept[each.name] && !same(kept[each.name].said, each.value))) {
        field.value = kept[field.name].said;
        seen(field).value = kept[field.name].seen;
        say(says.saysKept, true);
      }
      keep();
      if (changed().length) form.querySelector("details").open = true;
    } catch { localStorage.removeItem(drafts); }
  }

  // A topic is dragged by its head, and dropped on the topic whose place it takes.
  let held = null;
  for (const pair of editor.querySelectorAll(".pair[data-place]")) {
    const head = pair.querySelector(".pair__head");
    head.draggable = true;
    head.addEventListener("dragstart", (event) => {
      held = pair;
      pair.classList.add("pair--held");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", pair.dataset.place);
    });
    head.addEventListener("dragend", () => {
      held = null;
      for (const each of editor.querySelectorAll(".pair")) each.classList.remove("pair--held", "pair--over");
    });
    pair.addEventListener("dragover", (event) => {
      if (!held || held === pair) return;
      event.preventDefault();
      pair.classList.add("pair--over");
    });
    pair.addEventListener("dragleave", () => pair.classList.remove("pair--over"));
    pair.addEventListener("drop", (event) => {
      if (!held || held === pair) return;
      event.preventDefault();
      const move = held.querySelector("form[data-move]");
      move.elements.to.value = pair.dataset.place;
      move.requestSubmit();
    });
  }
})();
