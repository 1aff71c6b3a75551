// The built-in receiver of the webhook: what it is told, what it got, and something to send it.
import { bytes, clock, h, say } from "./dom.js";
import { get, send } from "./api.js";
import { store } from "./store.js";

const MOODS = [
  ["take", "Takes", "Answers 200 at once."],
  ["slow", "Slow", "Takes each list, and answers 200 after the delay. After 30 s the sender gives up and sends again what was taken."],
  ["fail", "Fails", "Answers 500: sent again after a pause that grows, five times in all; then the list is lost."],
  ["refuse", "Refuses", "Answers 403. A client error is tried again like any other."],
  ["hang", "Hangs", "Neither takes a list nor answers. Lists wait, and with them a place among those under way."],
  ["forget", "Forgets to answer", "Takes the list and closes the connection: the sender must send it again, and it is there twice."],
];
const ADMIN = { user: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
const CONFIGMAPS = "/api/v1/namespaces/default/configmaps";

/** {element, draw}: the panel, drawn anew in place, so that nothing in hand is taken away. */
export function receiverPanel() {
  const element = h("section", { class: "receiver" });
  if (!store.receiver) {
    element.append(h("h2", { text: "A receiver that misbehaves" }),
      h("p", {}, "To see what batching, retries and truncation do, start the server with a receiver of its own, which is slow, fails or hangs at the press of a button here:"),
      h("pre", { class: "command", tabindex: "0", "aria-label": "The command", text: "kaudit-apiserver --explorer --explorer-receiver \\\n  --audit-webhook-batch-max-wait=1s --audit-webhook-initial-backoff=1s" }),
      h("p", { class: "hint" }, "A receiver of yours, or ", h("code", { text: "kaudit receiver" }), ", shows the same in its own way."));
    return { element, draw: () => {} };
  }
  const now = h("p", { class: "mood", role: "status" });
  const totals = h("p", { class: "hint" });
  const meaning = h("p", { class: "hint", id: "mood-meaning" });
  const lists = h("select", { id: "mood-lists" }, [[0, "until told otherwise"], [1, "for the next list"], [2, "for the next 2 lists"], [4, "for the next 4 lists"], [10, "for the next 10 lists"]]
    .map(([value, text]) => h("option", { value: String(value), text })));
  const delay = h("input", { id: "mood-delay", type: "number", min: "0", max: "120", step: "0.5", value: "3" });
  const wrong = h("p", { class: "bad", role: "status" });
  const buttons = MOODS.map(([mood, text]) => h("button", { type: "button", text, "aria-pressed": "false", "aria-describedby": "mood-meaning", data: { mood },
    on: { click: () => order(mood), focus: () => explain(mood), mouseenter: () => explain(mood) } }));
  const body = h("tbody", {});
  const latest = h("pre", { class: "json", tabindex: "0", "aria-label": "The latest list" });
  const sent = h("span", { role: "status", class: "hint" });

  element.append(h("h2", { text: "The receiver" }), now,
    h("p", { class: "actions", role: "group", "aria-label": "What the receiver does" }, buttons), meaning,
    h("p", { class: "actions" }, h("label", { for: "mood-lists", text: "How long" }), lists,
      h("label", { for: "mood-delay", text: "Delay when slow, in seconds" }), delay), wrong,
    h("p", { class: "actions", role: "group", "aria-label": "Something to deliver" },
      h("button", { type: "button", text: "Send 20 requests", on: { click: () => traffic(20, 0) } }),
      h("button", { type: "button", text: "Send one of 300 kB", on: { click: () => traffic(1, 300_000) } }), sent),
    h("details", { on: { toggle: (event) => { if (event.target.open) showList(); } } },
      h("summary", { text: "The latest list, as it came" }), latest),
    h("p", { class: "hint" }, "A large one is cut where the server has ", h("code", { text: "--audit-webhook-truncate-enabled" }), "."),
    totals,
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "The latest lists" }, h("table", { class: "tries" },
      h("thead", {}, h("tr", {}, ["List", "The receiver", "Answer", "Events", "Size", "Came", "After"].map((text) => h("th", { scope: "col", text })))), body)));

  function explain(mood) {
    meaning.textContent = MOODS.find(([name]) => name === mood)[2];
  }

  async function order(mood) {
    wrong.textContent = "";
    try {
      store.setReceiver(await send("PUT", "receiver", { mood, lists: Number(lists.value), delayMs: Math.round(Number(delay.value) * 1000) }));
      say(`The receiver: ${mood}`);
    } catch (error) {
      wrong.textContent = error.message;
    }
  }

  async function showList() {
    try { latest.textContent = JSON.stringify(await get("receiver/list"), null, 2); } catch (error) { latest.textContent = error.message; }
  }

  async function traffic(count, size) {
    const request = size
      ? { method: "POST", path: CONFIGMAPS, contentType: "application/json", body: JSON.stringify({ metadata: { generateName: "large-" }, data: { text: "x".repeat(size) } }) }
      : { method: "GET", path: "/api/v1/namespaces/default/pods" };
    try {
      for (let n = 1; n <= count; n++) {
        await send("POST", "try", { ...request, ...ADMIN });
        sent.textContent = `${n} of ${count} sent`;
      }
    } catch (error) {
      sent.textContent = error.message;
    }
  }

  function draw() {
    const state = store.receiver;
    const [, name] = MOODS.find(([mood]) => mood === state.mood);
    now.textContent = `Now: ${name.toLowerCase()}${state.left ? `, for ${state.left} more ${state.left === 1 ? "list" : "lists"}` : ""}.`;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.mood === state.mood));
    totals.textContent = `${state.lists} lists came so far. It has taken ${state.events} events, ${bytes(state.bytes)}; ${state.twice} of them it had already.`;
    body.replaceChildren(...state.tries.map((one) => h("tr", {},
      h("td", { text: `#${one.number}` }),
      h("td", { text: MOODS.find(([mood]) => mood === one.mood)[1].toLowerCase() }),
      h("td", {}, h("span", { class: one.answer === "200" ? "good" : one.answer ? "bad" : "", text: one.answer || "none yet" })),
      h("td", { text: `${one.events}${one.twice ? `, ${one.twice} again` : ""}` }), h("td", { text: bytes(one.bytes) }),
      h("td", { text: clock(one.at) }),
      h("td", { text: one.answer ? `${one.ms} ms` : "" }))));
  }

  explain(store.receiver.mood);
  draw();
  return { element, draw };
}
