// The policy workbench: what a policy would make of the requests that were recorded.
import { bytes, download, h, objectOf, say } from "./dom.js";
import { send } from "./api.js";
import { store } from "./store.js";

const PAUSE = 350;
let draft = null; // survives going elsewhere

export function showWorkbench(to) {
  draft ??= store.policy.text;
  let asked = 0;
  let timer = null;
  const gutter = h("pre", { class: "gutter", "aria-hidden": "true" });
  const editor = h("textarea", {
    id: "policy-text", class: "editor", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", value: draft, "aria-describedby": "assessment",
    on: {
      input: () => { draft = editor.value; number([]); clearTimeout(timer); timer = setTimeout(assess, PAUSE); },
      scroll: () => { gutter.scrollTop = editor.scrollTop; },
    },
  });
  const assessment = h("div", { id: "assessment", class: "assessment", "aria-live": "polite" });
  const changes = h("div", { class: "changes" });
  const applyButton = h("button", { type: "button", text: "Put it in force", class: "primary", on: { click: apply } });
  const said = h("p", { role: "status" });
  const inForce = h("p", { class: "hint" });

  to.append(
    h("h1", { text: "Policy workbench" }),
    h("p", { class: "lead", text: "Edit the policy: its lints, and what it would make of the requests that are remembered, follow as you type. The first rule that matches decides." }),
    inForce,
    h("div", { class: "bench" },
      h("div", { class: "edit" },
        h("label", { for: "policy-text", text: "Policy (audit.k8s.io/v1)" }),
        h("div", { class: "code-area" }, gutter, editor),
        h("p", { class: "actions" },
          h("button", { type: "button", text: "Download", on: { click: () => download("policy.yaml", "application/yaml", editor.value) } }),
          h("button", { type: "button", text: "Back to the one in force", on: { click: () => { draft = editor.value = store.policy.text; assess(); } } }),
          store.state.allowApply ? applyButton : h("span", { class: "hint", text: "With --explorer-allow-apply it could be put in force from here." })),
        said),
      assessment),
    changes);

  function number(findings) {
    const worst = new Map();
    for (const finding of findings) {
      const before = worst.get(finding.line);
      if (!before || rank(finding.severity) > rank(before)) worst.set(finding.line, finding.severity);
    }
    gutter.replaceChildren(...editor.value.split("\n").map((_, index) => h("span", { class: worst.get(index + 1), text: `${index + 1}\n` })));
    gutter.scrollTop = editor.scrollTop;
  }

  async function assess() {
    const ask = ++asked;
    try {
      const result = await send("POST", "policy/check", { text: editor.value });
      if (ask !== asked) return; // a later text is on its way
      number(result.findings);
      assessment.replaceChildren(...verdict(result), findingsList(result.findings));
      changes.replaceChildren(...changesOf(result));
      applyButton.disabled = !result.loads;
    } catch (error) {
      assessment.replaceChildren(h("p", { class: "bad", text: error.message }));
    }
  }

  function verdict(result) {
    if (!result.loads) return [h("p", { class: "bad", text: "A server refuses this policy:" }), h("pre", { class: "refusal", tabindex: "0", text: result.refusal })];
    return [
      h("p", { class: "good", text: `A server takes this policy: ${result.rules} ${result.rules === 1 ? "rule" : "rules"}.` }),
      h("dl", { class: "facts volume" },
        h("dt", { text: "Requests looked at" }), h("dd", { text: String(result.requests) }),
        h("dt", { text: "Decided otherwise" }), h("dd", { text: String(result.changed) }),
        h("dt", { text: "Bytes as it was" }), h("dd", { text: volume(result.before) }),
        h("dt", { text: "Bytes with this" }), h("dd", { text: volume(result.after) })),
      result.withoutBodies ? h("p", { class: "hint", text: `Of ${result.withoutBodies} requests it wants more than was kept: their bytes are not counted.` }) : null,
    ].filter(Boolean);
  }

  function volume(part) {
    return part.bytesADay === undefined ? bytes(part.bytes) : `${bytes(part.bytes)}, at this rate ${bytes(part.bytesADay)} a day`;
  }

  function findingsList(findings) {
    if (!findings.length) return h("p", { text: "No lint has anything to say." });
    return h("ul", { class: "findings" }, findings.map((finding) => h("li", { class: finding.severity },
      h("button", { type: "button", class: "place", text: `line ${finding.line}`, on: { click: () => goTo(finding.line) } }), " ",
      h("span", { class: "severity", text: `${finding.severity} ${finding.code}` }), " ",
      h("span", { text: finding.message }), finding.fix ? h("p", { class: "hint", text: finding.fix }) : null)));
  }

  function goTo(line) {
    const lines = editor.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    editor.focus();
    editor.setSelectionRange(start, start + lines[line - 1].length);
    editor.scrollTop = Math.max(0, (line - 4) * 20);
  }

  function changesOf(result) {
    if (!result.loads) return [];
    const title = h("h2", { text: "Requests that it would decide otherwise" });
    if (!result.changes.length) return [title, h("p", { text: result.requests ? "None of those that are remembered." : "There is no request yet to hold it against." })];
    const says = (decision) => `${decision.level}, ${decision.rule < 0 ? "no rule" : `rule ${decision.rule}`}`;
    return [title, h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Changed decisions" }, h("table", {},
      h("thead", {}, h("tr", {}, ["Request", "Who", "As it was", "With this"].map((text) => h("th", { scope: "col", text })))),
      h("tbody", {}, result.changes.map(({ request, before, after }) => h("tr", {},
        h("td", {}, h("a", { href: `#/requests/${request.number}`, text: `${request.verb || request.method} ${objectOf(request)}` })),
        h("td", { text: request.user || "nobody" }),
        h("td", {}, h("span", { class: `level ${before.level}`, text: says(before) })),
        h("td", {}, h("span", { class: `level ${after.level}`, text: says(after) }))))))),
    result.changed > result.changes.length ? h("p", { text: `and ${result.changed - result.changes.length} more` }) : null].filter(Boolean);
  }

  async function apply() {
    try {
      const policy = await send("PUT", "policy", { text: editor.value });
      store.setPolicy(policy);
      said.textContent = `Version ${policy.version} is in force: requests from now on are decided by it.`;
      say(said.textContent);
    } catch (error) {
      said.textContent = error.message;
    }
    assess();
  }

  function showInForce() {
    const { name, version, rules } = store.policy;
    inForce.textContent = `In force: ${name}, version ${version}, ${rules} ${rules === 1 ? "rule" : "rules"}.`;
  }

  number([]);
  showInForce();
  assess();
  store.addEventListener("policy", showInForce);
  return () => { clearTimeout(timer); store.removeEventListener("policy", showInForce); };
}

function rank(severity) {
  return ["info", "warning", "error"].indexOf(severity);
}
