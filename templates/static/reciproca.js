// Small comforts. Everything works without this file.
(() => {
  // A form marked data-once is sent once: a second press while the first travels does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
  });
  // Coming back by the back button finds the form usable again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });
  // The summary of mistakes gets the focus, so that it is heard and seen first.
  document.querySelector("[data-focus]")?.focus();
  // A table pasted into a field that wants it whole arrives as HTML, not as loose lines.
  document.addEventListener("paste", (event) => {
    const field = event.target.closest?.("[data-paste-html]");
    const html = event.clipboardData?.getData("text/html");
    if (!field || !html || !html.includes("<table")) return;
    event.preventDefault();
    field.setRangeText(html, field.selectionStart, field.selectionEnd, "end");
  });
  // A theme is ticked as read when its reader comes to its end, not when a jump passes it; it can be unticked again.
  const boxes = new Map([...document.querySelectorAll("[data-read]")].map((box) => [box.dataset.read, box]));
  const passing = new Map();
  const ends = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      clearTimeout(passing.get(target));
      if (!isIntersecting) continue;
      passing.set(target, setTimeout(() => {
        boxes.get(target.dataset.themeEnd).checked = true;
        ends.unobserve(target);
      }, 800));
    }
  });
  for (const end of document.querySelectorAll("[data-theme-end]")) if (boxes.has(end.dataset.themeEnd)) ends.observe(end);
  // An open menu closes on Escape and on a press elsewhere.
  const close = (except) => { for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false; };
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details.menu[open]");
    close(null);
    menu?.querySelector("summary").focus();
  });
})();
