// Completion of an expression as it is typed: fields, and behind an operator the values that requests have.
import { h } from "./dom.js";
import { get } from "./api.js";
import { quoted } from "./filter.js";
import { store } from "./store.js";

const MOST = 8;
const VALUE = /([\w.]+)\s*(?:!?=|==|contains|icontains|startswith|endswith|(?:in|intersects)\s*\((?:[^()]*,)?)\s*([^\s(),"']*)$/;
const FIELD = /(?:^|[\s(])([a-z][\w.]*)$/;
const MEMBERS = {
  "ka.user.name": "user", "ka.impuser.name": "as", "ka.verb": "verb", "ka.target.resource": "resource", "ka.target.namespace": "namespace",
  "ka.target.name": "name", "ka.target.subresource": "subresource", "ka.response.code": "code", "kaudit.level": "level", "kaudit.group": "group",
};
let loading = null;

function fields() {
  loading ??= get("fields").catch(() => { loading = null; return []; });
  return loading;
}

function valuesOf(field, begun) {
  const member = MEMBERS[field];
  const values = new Set();
  if (member) for (const row of store.rows.values()) if (row[member]) values.add(String(row[member]));
  return [...values].filter((value) => value.startsWith(begun) && value !== begun).sort().slice(0, MOST)
    .map((value) => ({ text: quoted(value), label: value, from: begun.length, more: "" }));
}

async function offersFor(before) {
  const value = before.match(VALUE);
  if (value) return valuesOf(value[1], value[2]);
  const begun = before.match(FIELD)?.[1];
  if (!begun) return [];
  const known = (await fields()).filter((field) => field.name !== begun && field.name.includes(begun));
  // Those that requests are asked for most come first.
  const rank = (field) => 2 * field.name.startsWith(begun) + (field.name in MEMBERS);
  known.sort((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name));
  return known.slice(0, MOST).map((field) => ({
    text: field.argument ? `${field.name}[` : `${field.name} `, label: field.name, from: begun.length,
    more: `${field.path}${field.needs === "Metadata" ? "" : `, from level ${field.needs} on`}`,
  }));
}

/** Puts completion behind an input; gives the list to place below it. */
export function completing(input, changed) {
  const list = h("ul", { id: "offers", class: "offers", role: "listbox", "aria-label": "Completions", hidden: true });
  let offers = [];
  let chosen = -1;
  let asked = 0;
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "offers"]]) input.setAttribute(name, value);

  function show(next) {
    offers = next;
    chosen = -1;
    list.hidden = offers.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...offers.map((offer, index) => h("li", {
      id: `offer-${index}`, role: "option", "aria-selected": "false",
      // Before the input loses the focus, which closes the list.
      on: { mousedown: (event) => { event.preventDefault(); take(index); } },
    }, h("span", { class: "offer", text: offer.label }), offer.more ? h("span", { class: "more", text: offer.more }) : null)));
  }

  function choose(index) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = (index + offers.length) % offers.length;
    list.children[chosen].setAttribute("aria-selected", "true");
    list.children[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `offer-${chosen}`);
  }

  function take(index) {
    const { text, from } = offers[index];
    const caret = input.selectionStart;
    const before = input.value.slice(0, caret - from) + text;
    input.value = before + input.value.slice(caret);
    input.setSelectionRange(before.length, before.length);
    show([]);
    changed();
  }

  input.addEventListener("input", async () => {
    const ask = ++asked;
    const next = await offersFor(input.value.slice(0, input.selectionStart));
    if (ask === asked && document.activeElement === input) show(next);
  });
  input.addEventListener("blur", () => { asked++; show([]); });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(chosen);
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return list;
}
