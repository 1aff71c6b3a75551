// A policy's text with line numbers; the rule that decided is lit.
import { h } from "./dom.js";

/** The lines of a rule: from its own to the one before the next rule's. Rules have the line of their first field. */
export function linesOf(text, line) {
  const lines = text.split("\n");
  const dash = lines[line - 1]?.match(/^(\s*)-\s/);
  if (!dash) return [line, line];
  let end = line;
  while (end < lines.length) {
    const next = lines[end];
    const indent = next.match(/^\s*/)[0].length;
    if (next.trim() && !next.trim().startsWith("#") && indent <= dash[1].length) break;
    end++;
  }
  while (end > line && (!lines[end - 1].trim() || lines[end - 1].trim().startsWith("#"))) end--;
  return [line, end];
}

/** marks: [{line, class, title}] over the lines of rules. */
export function policyView(text, marks) {
  const classes = new Map();
  for (const mark of marks) {
    const [first, last] = linesOf(text, mark.line);
    for (let line = first; line <= last; line++) classes.set(line, mark);
  }
  return h("ol", { class: "policy", tabindex: "0", "aria-label": "The policy's text" }, text.replace(/\n$/, "").split("\n").map((line, index) => {
    const mark = classes.get(index + 1);
    return h("li", { class: mark?.class, title: mark?.title, "aria-current": mark?.class === "lit" ? "true" : undefined }, h("code", { text: line || " " }));
  }));
}
