// Try a request: as whom one likes, and see what it leaves.
import { copyButton, codeClass, h, say } from "./dom.js";
import { send } from "./api.js";
import { PRESETS } from "./presets.js";
import { store } from "./store.js";

const ADMIN = { user: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

export function showTry(to, preset) {
  const field = (id, label, element) => {
    element.id = id;
    return h("div", { class: "field" }, h("label", { for: id, text: label }), element);
  };
  const changed = { on: { input: () => lines() } };
  const text = (properties = {}) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...changed, ...properties });
  const choose = h("select", { on: { change: () => { location.hash = `#/try/${choose.value}`; } } }, PRESETS.map((one) => h("option", { value: one.id, text: one.title })));
  const method = h("select", changed, ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].map((name) => h("option", { text: name })));
  const path = text();
  const contentType = h("select", changed, ["", "application/json", "application/yaml", "application/merge-patch+json", "application/json-patch+json",
    "application/strategic-merge-patch+json", "application/apply-patch+yaml"].map((name) => h("option", { value: name, text: name || "none" })));
  const body = h("textarea", { rows: "9", spellcheck: "false", ...changed });
  const user = text();
  const groups = text();
  const asUser = text();
  const asGroups = text();
  const account = h("button", { type: "button", text: "A service account", on: { click: () => {
    user.value = "system:serviceaccount:default:default";
    groups.value = "system:serviceaccounts, system:serviceaccounts:default, system:authenticated";
    lines();
  } } });
  const admin = h("button", { type: "button", text: "The administrator", on: { click: () => { user.value = ADMIN.user; groups.value = ADMIN.groups.join(", "); lines(); } } });
  const answer = h("div", { class: "answer", "aria-live": "polite" });
  const curl = h("pre", { class: "command", tabindex: "0", "aria-label": "For curl" });
  const kubectl = h("pre", { class: "command", tabindex: "0", "aria-label": "For kubectl" });
  const kubectlNote = h("p", { class: "hint" });

  const form = h("form", { class: "try", on: { submit: (event) => { event.preventDefault(); submit(); } } },
    field("preset", "Ready-made", choose),
    h("fieldset", {}, h("legend", { text: "What" }),
      h("div", { class: "two" }, field("method", "Method", method), field("path", "Path and query", path)),
      field("content-type", "Content type", contentType), field("body", "Body", body)),
    h("fieldset", {}, h("legend", { text: "Who" }),
      field("user", "User", user), field("groups", "Groups, with commas", groups),
      h("p", { class: "actions" }, admin, account)),
    h("fieldset", {}, h("legend", { text: "In whose name (impersonation)" }),
      field("as-user", "User", asUser), field("as-groups", "Groups, with commas", asGroups)),
    h("p", { class: "actions" }, h("button", { type: "submit", class: "primary", text: "Send it" })));

  to.append(h("h1", { text: "Try a request" }),
    h("p", { class: "lead", text: "It goes through the whole chain as any client's, and leaves its events. The user is taken on your word: this page may be anybody." }),
    h("div", { class: "bench" }, form, h("div", {},
      answer,
      h("h2", { text: "The same from a terminal" }),
      h("h3", { text: "curl" }), curl, copyButton("Copy", () => curl.textContent),
      h("h3", { text: "kubectl" }), kubectl, copyButton("Copy", () => kubectl.textContent), kubectlNote)));

  const names = (input) => input.value.split(",").map((name) => name.trim()).filter(Boolean);

  function fill(one) {
    choose.value = one.id;
    method.value = one.method;
    path.value = one.path;
    body.value = one.body || "";
    contentType.value = one.contentType || (one.body ? "application/json" : "");
    user.value = one.user || ADMIN.user;
    groups.value = (one.groups || ADMIN.groups).join(", ");
    asUser.value = one.asUser || "";
    asGroups.value = (one.asGroups || []).join(", ");
    lines();
  }

  function lines() {
    const { serverURL, certFolder, kubeconfig } = store.state;
    const isAdmin = user.value === ADMIN.user;
    // A terminal has the administrator's certificate: others are impersonated.
    const as = asUser.value ? [asUser.value, names(asGroups)] : isAdmin ? null : [user.value, names(groups)];
    const headers = [];
    if (as) headers.push(`Impersonate-User: ${as[0]}`, ...as[1].map((group) => `Impersonate-Group: ${group}`));
    if (contentType.value && body.value) headers.push(`Content-Type: ${contentType.value}`);
    const parts = ["curl", `--cacert ${quoted(`${certFolder}/ca.crt`)} --cert ${quoted(`${certFolder}/admin.crt`)} --key ${quoted(`${certFolder}/admin.key`)}`];
    if (method.value === "HEAD") parts.push("--head");
    else if (method.value !== "GET") parts.push(`-X ${method.value}`);
    parts.push(...headers.map((line) => `-H ${quoted(line)}`));
    if (body.value) parts.push(`--data-binary ${quoted(body.value)}`);
    parts.push(quoted(serverURL + path.value));
    curl.textContent = parts.join(" \\\n  ");
    const raw = { GET: "get", POST: "create", PUT: "replace", DELETE: "delete" }[method.value];
    const flags = (kubeconfig ? ` --kubeconfig ${quoted(kubeconfig)}` : "") + (as ? ` --as ${quoted(as[0])}${as[1].map((group) => ` --as-group ${quoted(group)}`).join("")}` : "");
    kubectl.textContent = raw
      ? `kubectl${flags} ${raw} --raw ${quoted(path.value)}${body.value && raw !== "get" ? ` -f - <<'END'\n${body.value}\nEND` : ""}`
      : `# kubectl has no raw ${method.value}: use curl`;
    kubectlNote.textContent = !isAdmin && !asUser.value
      ? "From a terminal the administrator impersonates this user: the event has both." : kubeconfig ? "" : "Start the server with --write-kubeconfig=FILE to have a kubeconfig.";
  }

  async function submit() {
    answer.replaceChildren(h("p", { text: "Sent …" }));
    try {
      const result = await send("POST", "try", {
        method: method.value, path: path.value, contentType: body.value ? contentType.value : "", body: body.value,
        user: user.value, groups: names(groups), asUser: asUser.value, asGroups: names(asGroups),
      });
      const code = result.status ? String(result.status) : "the connection was cut";
      say(`Answer: ${code}`);
      answer.replaceChildren(
        h("p", { class: "result" }, h("span", { class: `code ${codeClass(result.status)}`, text: code }), " ",
          result.auditID ? h("a", { href: `#/audit/${encodeURIComponent(result.auditID)}`, class: "primary-link", text: "See what it left →" }) : h("a", { href: "#/", text: "See it in the list →" })),
        h("details", {}, h("summary", { text: "The answer" }),
          h("pre", { class: "json", tabindex: "0", text: `${result.headers.join("\n")}\n\n${pretty(result.body)}` })));
    } catch (error) {
      answer.replaceChildren(h("p", { class: "bad", text: error.message }));
    }
  }

  fill(PRESETS.find((one) => one.id === preset) || PRESETS[0]);
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

/** A word for sh. */
function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
