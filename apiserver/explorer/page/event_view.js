// An event's JSON as a tree, each member of which can be asked what it is.
import { h } from "./dom.js";
import { inline, sectionOf, semantics } from "./semantics.js";

let explained = 0;

/** The JSON on the left, what the member in hand means on the right. `added` names members that are to stand out. */
export async function eventView(event, added = []) {
  const { members } = await semantics();
  const id = `explained-${++explained}`;
  const panel = h("div", { class: "explained", id, "aria-live": "polite" },
    h("p", { class: "hint", text: "Point at a member, or go to it with the Tab key, to read what it is." }));

  function explain(path, button) {
    const top = path.split(/[.[]/)[0];
    const member = members.get(top);
    const section = sectionOf(path);
    panel.replaceChildren(
      h("p", { class: "path" }, h("code", { text: path })),
      member ? h("p", {}, inline(`${path === top ? "" : `Part of \`${top}\`: `}${member.holds}.`)) : h("p", { text: "Not a member of an event of its own." }),
      member ? h("p", { class: "absent" }, inline(member.absent === "never" ? "It is never absent." : `Absent when: ${member.absent}.`)) : null,
      h("p", {}, h("a", { href: `#/semantics/${section}`, text: `Audit semantics ${section}` })));
    for (const lit of tree.querySelectorAll(".key.lit")) lit.classList.remove("lit");
    button.classList.add("lit");
  }

  function key(name, path) {
    const button = h("button", {
      type: "button", class: added.includes(path) ? "key added" : "key", text: JSON.stringify(name), "aria-describedby": id,
      on: { mouseenter: () => explain(path, button), focus: () => explain(path, button), click: () => explain(path, button) },
    });
    return button;
  }

  function value(json, path, indent, explainable) {
    if (json === null || typeof json !== "object") return [h("span", { class: json === null ? "null" : typeof json, text: JSON.stringify(json) })];
    const list = Array.isArray(json);
    const entries = Object.entries(json);
    if (!entries.length) return [list ? "[]" : "{}"];
    const parts = [list ? "[" : "{"];
    entries.forEach(([name, inner], index) => {
      const innerPath = list ? `${path}[${name}]` : path ? `${path}.${name}` : name;
      parts.push(`\n${"  ".repeat(indent + 1)}`);
      if (!list) parts.push(explainable ? key(name, innerPath) : h("span", { class: "name", text: JSON.stringify(name) }), ": ");
      // What is in a body is the API's, not the event's.
      const body = innerPath === "requestObject" || innerPath === "responseObject";
      parts.push(...value(inner, innerPath, indent + 1, explainable && !body));
      if (index < entries.length - 1) parts.push(",");
    });
    parts.push(`\n${"  ".repeat(indent)}${list ? "]" : "}"}`);
    return parts;
  }

  const tree = h("pre", { class: "json", tabindex: "0", "aria-label": "The event as JSON" }, value(event, "", 0, true));
  return h("div", { class: "event" }, tree, panel);
}
