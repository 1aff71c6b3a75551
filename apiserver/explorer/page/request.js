// One request, whole.
import { bytes, clock, codeClass, copyButton, download, h, milliseconds, objectOf } from "./dom.js";
import { get } from "./api.js";
import { eventView, lowered } from "./event_view.js";
import { policyView } from "./policy_view.js";
import { STEPS } from "./steps.js";
import { store } from "./store.js";

export async function showRequest(to, what) {
  let request = await get(what);
  const body = h("div", { class: "request" });
  to.append(body);
  let shown = null;
  let drawing = Promise.resolve();

  async function draw() {
    if (shown === request.version) return;
    shown = request.version;
    const parts = [head(request), chain(request), await policy(request), await events(request), levels(request), deliveries(request)];
    body.replaceChildren(...parts.filter(Boolean));
    const text = body.querySelector("ol.policy");
    const lit = text?.querySelector(".lit");
    if (lit) text.scrollTop = Math.max(0, lit.offsetTop - text.offsetTop - 60);
  }

  // Deliveries come later than the answer, and streams end when they do.
  async function onRows() {
    const row = store.rows.get(request.number);
    if (!row || row.version <= request.version) return;
    try { request = await get(`requests/${request.number}`); } catch { return; }
    // What somebody reads or has in hand is not taken away.
    if (body.querySelector(":focus-within, .key.lit")) {
      body.querySelector("#deliveries")?.replaceWith(deliveries(request));
      return;
    }
    drawing = drawing.then(draw);
  }
  await draw();
  store.addEventListener("rows", onRows);
  return () => store.removeEventListener("rows", onRows);
}

function fact(name, ...value) {
  return value[0] || value.length > 1 ? [h("dt", { text: name }), h("dd", {}, ...value)] : [];
}

function head(request) {
  const permalink = `${location.origin}${location.pathname}#/audit/${encodeURIComponent(request.auditID)}`;
  const code = request.code ? String(request.code) : request.ended ? "cut" : "under way";
  return h("section", { class: "head" },
    h("p", { class: "back" }, h("a", { href: "#/", text: "← All requests" })),
    h("h1", {}, h("span", { class: "method", text: request.method || request.verb || "" }), " ", h("span", { class: "uri", text: request.uri || "" }), " ",
      h("span", { class: `code ${codeClass(request.code)}`, text: code })),
    h("dl", { class: "facts" },
      fact("Who", request.user || "nobody is known"),
      fact("Groups", (request.groups || []).join(", ")),
      fact("Acts as", request.as),
      fact("What", `${request.verb || ""} ${objectOf(request)}`),
      fact("Received", clock(request.received)),
      fact("Took", milliseconds(request.micros)),
      fact("Answered by", request.answeredBy),
      fact("Answer", request.answer && `${request.answer}, ${bytes(request.answerBytes)}`),
      fact("Client", [request.userAgent, request.peer].filter(Boolean).join(" at ")),
      fact("Audit ID", h("code", { text: request.auditID }))),
    h("p", { class: "actions" },
      copyButton("Copy a link to this request", permalink),
      h("button", { type: "button", text: "Download its events", on: { click: () => download(`${request.auditID.replace(/[^\w.-]/g, "_")}.jsonl`, "application/jsonl",
        request.events.map((entry) => `${JSON.stringify(entry.event)}\n`).join("")) } })));
}

function chain(request) {
  if (!request.steps) return h("section", {}, h("h2", { text: "The way through the chain" }), h("p", { text: "It is still on its way." }));
  const byName = new Map(request.steps.map((step) => [step.step, step]));
  const total = request.steps[0]?.leftNanos || 1;
  let answered = false;
  const items = STEPS.map(([name, does]) => {
    const step = byName.get(name);
    // Steps that this server does not have are not shown; those that were not reached are.
    if (!step && (name === "test_requests" || name === "faults")) return null;
    const own = step ? Math.max(0, step.ownNanos) : 0;
    const share = Math.min(100, (own / total) * 100);
    const words = step?.panicked ? "threw" : step?.answered ? "answered" : step ? "" : "not reached";
    if (step?.answered) answered = true;
    const bar = h("span", { class: "bar", "aria-hidden": "true" });
    const fill = h("span", {});
    fill.style.width = `${Math.max(step ? 1 : 0, share)}%`;
    bar.append(fill);
    return h("li", { class: `${step ? "" : "unreached"} ${step?.answered ? "answered" : ""} ${step?.panicked ? "panicked" : ""}` },
      h("span", { class: "step-name", text: name }), words ? h("span", { class: "word", text: words }) : null,
      bar, h("span", { class: "own", text: step ? nanoseconds(own) : "" }),
      h("span", { class: "does", text: does }));
  });
  return h("section", {}, h("h2", { text: "The way through the chain" }),
    h("p", {}, answered ? `It went in from the top; ${request.answeredBy} answered, and the answer went back out through the steps above it.`
      : "It went in from the top, and no step gave an answer that the client had."),
    h("ol", { class: "chain" }, items));
}

function nanoseconds(nanos) {
  return nanos < 1000 ? `${nanos} ns` : nanos < 1_000_000 ? `${(nanos / 1000).toFixed(1)} µs` : milliseconds(nanos / 1000);
}

async function policy(request) {
  const decision = request.decision;
  if (!decision) return null;
  const { text, name } = await store.policyOf(decision.policyVersion);
  const deciding = decision.rules.find((verdict) => verdict.matches);
  const marks = decision.rules.map((verdict) => verdict.matches
    ? { line: verdict.line, class: "lit", title: `Rule ${verdict.rule} decided` }
    : { line: verdict.line, class: "passed", title: verdict.reason });
  const sentence = deciding
    ? `Rule ${deciding.rule} (line ${deciding.line}) decided: level ${decision.level}.`
    : "No rule matches, so nothing is recorded: level None.";
  return h("section", { class: "decision" }, h("h2", { text: "The policy" }),
    h("p", { class: "verdict", text: sentence }),
    decision.omitStages.length ? h("p", { text: `Stages that are omitted: ${decision.omitStages.join(", ")}.` }) : null,
    h("div", { class: "beside" },
      h("ol", { class: "verdicts" }, decision.rules.map((verdict) => h("li", { class: verdict.matches ? "lit" : "passed" },
        h("span", { class: "rule", text: `Rule ${verdict.rule}` }), " ",
        h("span", { class: `level ${verdict.level}`, text: verdict.level }), " ",
        h("span", { text: verdict.matches ? "matches, and the first that does decides" : `does not match: ${verdict.reason}` }),
        verdict.hint ? h("p", { class: "hint", text: verdict.hint }) : null))),
      h("div", {}, h("p", { class: "file", text: `${name}, version ${decision.policyVersion}` }), policyView(text, marks))),
    request.notes?.length ? h("ul", { class: "notes" }, request.notes.map((note) => h("li", { text: note }))) : null);
}

async function events(request) {
  const section = h("section", {}, h("h2", { text: "Its events" }));
  if (!request.events.length) {
    section.append(h("p", { text: request.decision?.level === "None" || !request.decision ? "None: the policy records nothing of it." : "None yet." }));
    return section;
  }
  for (const entry of request.events) {
    const offset = request.stages.find((stage) => stage.stage === entry.stage);
    section.append(h("details", { class: "stage-event", open: entry === request.events.at(-1) },
      h("summary", {}, h("span", { class: `stage ${entry.stage}`, text: entry.stage }), ` +${milliseconds(offset?.micros)}, ${bytes(entry.bytes)} in a log`),
      await eventView(entry.event)));
  }
  return section;
}

function levels(request) {
  if (!request.levels) return null;
  const recorded = request.events[0]?.event.level || "None";
  const section = h("section", {}, h("h2", { text: "At other levels" }),
    h("p", { text: "What the same request would have left." }));
  const grid = h("div", { class: "levels" });
  for (const view of request.levels) {
    const card = h("div", { class: `card ${view.level === recorded ? "is" : ""}` },
      h("h3", {}, h("span", { class: `level ${view.level}`, text: view.level }), view.level === recorded ? " (as it was)" : ""));
    if (!view.stages.length) card.append(h("p", { text: "No event at all." }));
    for (const stage of view.stages) {
      const event = request.events.find((entry) => entry.stage === stage.stage)?.event;
      card.append(h("h4", { text: stage.stage }));
      if (stage.omitted) { card.append(h("p", { class: "hint", text: "omitted by omitStages" })); continue; }
      card.append(h("ul", {},
        h("li", { text: stage.bytes === undefined ? "size not known: it was recorded at a lower level" : bytes(stage.bytes) }),
        stage.requestObject ? h("li", {}, h("code", { text: "requestObject" }), `: ${stage.requestObject}`) : null,
        stage.responseObject ? h("li", {}, h("code", { text: "responseObject" }), `: ${stage.responseObject}`) : null,
        stage.remark ? h("li", { text: stage.remark }) : null));
      if (event && stage.bytes !== undefined && view.level !== recorded && view.level !== "None") {
        card.append(h("details", {}, h("summary", { text: "The event" }),
          h("pre", { class: "json", tabindex: "0", text: JSON.stringify(lowered(event, view.level), null, 2) })));
      }
    }
    grid.append(card);
  }
  section.append(grid);
  return section;
}

function deliveries(request) {
  const section = h("section", { id: "deliveries" }, h("h2", { text: "What each backend did with them" }));
  if (!request.deliveries.length) {
    section.append(h("p", { text: store.state.pipeline ? "Nothing was handed to a backend." : "The server has no backend: give it --audit-log-path or --audit-webhook-config-file." }));
    return section;
  }
  const start = Date.parse(request.received);
  section.append(h("p", {}, "The pipeline is ", h("code", { text: store.state.pipeline }), "."),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Steps of deliveries" }, h("table", { class: "deliveries" },
      h("thead", {}, h("tr", {}, ["Backend", "Event", "Step", "After", "More"].map((text) => h("th", { scope: "col", text })))),
      h("tbody", {}, request.deliveries.map((entry) => h("tr", {},
        h("td", { text: entry.backend }), h("td", { text: entry.stage }),
        h("td", {}, h("span", { class: `step ${entry.step}`, text: entry.step })),
        h("td", { text: `${Math.max(0, Date.parse(entry.at) - start)} ms` }),
        h("td", {}, more(entry))))))));
  if (request.moreDeliveries) section.append(h("p", { text: `${request.moreDeliveries} more steps were not kept.` }));
  return section;
}

function more(entry) {
  const parts = [];
  if (entry.reason) parts.push(`because: ${entry.reason}`);
  if (entry.attempt > 1) parts.push(`attempt ${entry.attempt}`);
  if (entry.batch) parts.push(`batch ${entry.batch}, ${entry.batchSize} ${entry.batchSize === 1 ? "event" : "events"}`);
  const cell = [parts.join(", ")];
  if (entry.batch && entry.batchSize > 1) {
    const list = h("span", { class: "companions" });
    cell.push(" ", h("button", { type: "button", text: "with whom?", on: { click: async (click) => {
      const { numbers } = await get(`batches?backend=${encodeURIComponent(entry.backend)}&batch=${entry.batch}`);
      click.target.remove();
      list.append(...numbers.flatMap((number) => [h("a", { href: `#/requests/${number}`, text: `#${number}` }), " "]));
      if (!numbers.length) list.append("none that is remembered");
    } } }), list);
  }
  return cell;
}

