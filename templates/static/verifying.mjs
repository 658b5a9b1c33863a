// The page on which a document is checked: takes over the form, so that the file stays in the browser.
import { Missing, verdict } from "./verify.mjs";

const form = document.querySelector("[data-verify]");
const place = document.getElementById("verdict");
const words = (name) => document.querySelector(`template[${name}]`).content;

const moment = (at) => `${at.slice(0, 16).replace("T", " ")} UTC`;

function listed(parties, stamp) {
  const list = document.createElement("dl");
  const row = (...said) => ["dt", "dd"].forEach((kind, place) => { list.appendChild(document.createElement(kind)).textContent = said[place]; });
  for (const { party, name, signed_at: at } of parties) row(words(`data-party="${party}"`).textContent, name ? `${name}, ${moment(at)}` : words("data-unsigned").textContent);
  row(words("data-time").textContent, stamp ? words(stamp.trusted ? "data-trusted" : "data-stamped").textContent.replace("…", moment(stamp.at)) : words("data-unstamped").textContent);
  if (stamp?.renewed_at) row(words("data-archive").textContent, words(stamp.lapsed ? "data-lapsed" : "data-archived").textContent.replace("…", moment(stamp.renewed_at)).replace("…", stamp.until.slice(0, 10)));
  list.className = "pairs-list";
  return list;
}

const bytes = async (file) => (file ? new Uint8Array(await file.arrayBuffer()) : null);

async function show(file, clocks) {
  place.replaceChildren(); // what stands here is of another file
  const found = await verdict(await bytes(file), new TextEncoder().encode(form.dataset.root), await bytes(clocks));
  const note = words(`data-verdict="${found.verdict}"`).cloneNode(true);
  const title = note.querySelector(".note__title");
  if (title) title.textContent = file.name;
  place.replaceChildren(note, ...(found.parties.length ? [listed(found.parties, found.stamp)] : []));
}

function giveUp() {
  place.replaceChildren(words("data-missing").cloneNode(true));
  form.removeAttribute("data-verify");
  told(false);
}

function told(isHere) {
  form.querySelector("[data-here]").hidden = !isHere;
  form.querySelector("[data-there]").hidden = isHere;
}

told(true);
form.addEventListener("submit", (event) => {
  const [file, clocks] = ["file", "clocks"].map((name) => form.elements.namedItem(name).files[0]);
  if (!file || !form.matches("[data-verify]")) return;
  event.preventDefault();
  show(file, clocks).catch((error) => {
    giveUp(); // whatever went wrong: nothing is said of the file, and the server can be asked
    if (!(error instanceof Missing)) throw error;
  });
});
