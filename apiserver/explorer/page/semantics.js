// docs/audit-semantics.md: what members of events mean, and the page itself.
import { h } from "./dom.js";
import { get } from "./api.js";

let loading = null;

/** {text, members: Map(member → {absent, holds})} */
export function semantics() {
  loading ??= get("semantics").then((text) => ({ text, members: membersOf(text) }));
  return loading;
}

/** The table of section 1.1, a row a member; a row may name several. */
function membersOf(text) {
  const members = new Map();
  const section = text.split("### 1.1 ")[1]?.split("\n### ")[0] || "";
  for (const line of section.split("\n")) {
    const cells = line.split("|").map((cell) => cell.trim());
    if (cells.length < 5 || !cells[1].includes("`")) continue;
    for (const name of cells[1].match(/`[^`]+`/g) || []) {
      members.set(name.slice(1, -1), { absent: cells[2], holds: cells.slice(3, -1).join("|") });
    }
  }
  return members;
}

const PLACES = [
  [/^annotations/, "2.4"], [/^(requestObject|responseObject)/, "2.3"], [/^sourceIPs/, "5"], [/^stage$/, "2.2"], [/^level/, "2.3"],
  [/^verb/, "4"], [/^(user)\b/, "2.7"], [/^(impersonatedUser|authenticationMetadata)/, "2.8"], [/^responseStatus/, "9"], [/Timestamp$/, "1.2"],
];

/** The section that says more of a member. */
export function sectionOf(path) {
  return PLACES.find(([pattern]) => pattern.test(path))?.[1] || "1.1";
}

/** Text with `code`, **bold** and [links](…) as elements. */
export function inline(text) {
  const parts = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)/g;
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    if (match[1] !== undefined) parts.push(h("code", { text: match[1] }));
    else if (match[2] !== undefined) parts.push(h("strong", {}, inline(match[2])));
    else if (match[3] !== undefined) parts.push(h("em", { text: match[3] }));
    else if (match[5].startsWith("#")) parts.push(h("a", { href: `#/semantics/${numberOf(match[5].slice(1))}`, text: match[4] }));
    else parts.push(match[4]);
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** `2-the-life-of-a-request` → `2` */
function numberOf(anchor) {
  return anchor.match(/^(\d+)/)?.[1] || anchor;
}

function tableOf(lines) {
  const rows = lines.map((line) => line.replaceAll("\\|", "\u0000").split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("\u0000", "|")));
  const [head, , ...body] = rows;
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, inline(cell))))),
    h("tbody", {}, body.map((row) => h("tr", {}, row.map((cell) => h("td", {}, inline(cell))))))));
}

function blocksOf(text) {
  const blocks = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length;) {
    const line = lines[i];
    const take = (fits) => {
      const taken = [];
      while (i < lines.length && fits(lines[i])) taken.push(lines[i++]);
      return taken;
    };
    const heading = line.match(/^(#{1,4}) (.*)/);
    if (!line.trim()) i++;
    else if (line.startsWith("<!--")) i++;
    else if (heading) {
      const number = heading[2].match(/^([\d.]+)/)?.[1].replace(/\.$/, "");
      blocks.push(h(`h${heading[1].length}`, { id: number && `s-${number}` }, inline(heading[2])));
      i++;
    } else if (line.startsWith("```")) {
      i++;
      const code = take((next) => !next.startsWith("```"));
      i++;
      blocks.push(h("pre", { tabindex: "0", text: code.join("\n") }));
    } else if (line.startsWith("|")) {
      blocks.push(tableOf(take((next) => next.startsWith("|"))));
    } else if (/^\s*- /.test(line)) {
      const items = [];
      for (const next of take((one) => /^\s*- /.test(one) || /^\s{2,}\S/.test(one))) {
        if (/^\s*- /.test(next)) items.push(next.replace(/^\s*- /, ""));
        else items[items.length - 1] += ` ${next.trim()}`;
      }
      blocks.push(h("ul", {}, items.map((item) => h("li", {}, inline(item)))));
    } else if (line.startsWith(">")) {
      blocks.push(h("blockquote", {}, h("p", {}, inline(take((next) => next.startsWith(">")).map((next) => next.replace(/^> ?/, "")).join(" ")))));
    } else {
      blocks.push(h("p", {}, inline(take((next) => next.trim() && !/^(#|\||```|>|\s*- )/.test(next)).join(" "))));
    }
  }
  return blocks;
}

export async function showSemantics(to, place) {
  const { text } = await semantics();
  to.append(h("article", { class: "book" }, blocksOf(text)));
  if (!place) return;
  const target = document.getElementById(`s-${place}`) || document.getElementById(`s-${place.split(".")[0]}`);
  requestAnimationFrame(() => {
    target?.scrollIntoView();
    target?.setAttribute("tabindex", "-1");
    target?.focus({ preventScroll: true });
  });
}
