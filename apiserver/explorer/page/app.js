// Which view is shown: by the part of the address behind #, so that each has an address of its own.
import { h, say } from "./dom.js";
import { store } from "./store.js";
import { showList } from "./list.js";
import { showRequest } from "./request.js";
import { showWorkbench } from "./workbench.js";
import { showTry } from "./try.js";
import { showBackends } from "./plots.js";
import { showSemantics } from "./semantics.js";

const main = document.getElementById("main");
let leave = () => {};
let shown = null;

const VIEWS = [
  [/^\/?$/, "Requests", (to) => showList(to)],
  [/^\/requests\/(\d+)$/, "Request", (to, number) => showRequest(to, `requests/${number}`)],
  [/^\/audit\/(.+)$/, "Request", (to, id) => showRequest(to, `requests?auditID=${encodeURIComponent(decodeURIComponent(id))}`)],
  [/^\/policy$/, "Policy", (to) => showWorkbench(to)],
  [/^\/try(?:\/([\w-]+))?$/, "Try", (to, preset) => showTry(to, preset)],
  [/^\/backends$/, "Backends", (to) => showBackends(to)],
  [/^\/semantics(?:\/([\w.-]+))?$/, "Semantics", (to, place) => showSemantics(to, place)],
];

async function route() {
  const path = location.hash.slice(1) || "/";
  const view = VIEWS.find(([pattern]) => pattern.test(path)) || VIEWS[0];
  const first = shown === null;
  shown = path;
  leave();
  leave = () => {};
  main.replaceChildren();
  document.title = `${view[1]} · kaudit explorer`;
  const section = "/" + (path.split("/")[1] || "").replace(/^(requests|audit)$/, "");
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#${section}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  try {
    const left = await view[2](main, ...path.match(view[0]).slice(1));
    // Another view may have been asked for meanwhile.
    if (shown === path) leave = left || leave;
    else if (left) left();
  } catch (error) {
    main.replaceChildren(h("section", { class: "notice" }, h("h1", { text: "This cannot be shown" }), h("p", { text: error.message }),
      h("p", {}, h("a", { href: "#/", text: "To the requests" }))));
  }
  if (!first) {
    main.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    say(view[1]);
  }
}

function showConnection() {
  const live = document.getElementById("live");
  const words = { live: "live", lost: "connection lost, trying again", connecting: "connecting" };
  live.textContent = words[store.connection];
  live.dataset.state = store.connection;
}

// The token has done its work; nothing shall keep it.
if (location.search) history.replaceState(null, "", location.pathname + location.hash);
store.addEventListener("connection", showConnection);
showConnection();
try {
  await store.start();
  window.addEventListener("hashchange", route);
  await route();
} catch (error) {
  main.replaceChildren(h("section", { class: "notice" }, h("h1", { text: "The explorer cannot be reached" }), h("p", { text: error.message })));
}
