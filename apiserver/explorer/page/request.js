// One request, whole.
import { bytes, clock, codeClass, copyButton, download, h, milliseconds, objectOf } from "./dom.js";
import { get } from "./api.js";
import { eventView } from "./event_view.js";
import { policyView } from "./policy_view.js";
import { STEPS } from "./steps.js";
import { store } from "./store.js";

const LOOK = 1000; // milliseconds

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
    if (row && row.version > request.version) await refresh();
  }

  async function refresh() {
    let fresh;
    try { fresh = await get(`requests/${request.number}`); } catch { return; }
    if (fresh.version <= request.version) return;
    request = fresh;
    // What somebody reads or has in hand is not taken away.
    if (body.querySelector(":focus-within, .key.lit, [aria-pressed=true]")) {
      body.querySelector("#deliveries")?.replaceWith(deliveries(request));
      return;
    }
    drawing = drawing.then(draw);
  }
  await draw();
  store.addEventListener("rows", onRows);
  // The list's filter may not let it through; then nobody says that there is more.
  const looking = setInterval(() => { if (!store.rows.has(request.number)) refresh(); }, LOOK);
  return () => {
    clearInterval(looking);
    store.removeEventListener("rows", onRows);
  };
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
  const unknown = request.levels.some((view) => view.stages.some((stage) => !stage.omitted && stage.bytes === undefined));
  const section = h("section", { class: "at-levels" }, h("h2", { text: "At other levels" }),
    h("p", {}, "What the same request leaves at each level, made by the server's own audit code. ",
      request.collected ? "The explorer keeps bodies for this whatever the policy says, those of Secrets included; they go to no backend." : null),
    unknown ? h("p", { class: "hint", text: "Of this request not everything was kept: more than 100 came in its second, or a body has more than 1 MiB. What was not recorded is in words only." }) : null);
  const cards = h("div", { class: "levels" }, request.levels.map((view) => levelCard(view, recorded)));
  const shown = h("div", { class: "level-events" });
  const choices = h("p", { class: "actions", role: "group", "aria-label": "Show the events as of a level" },
    request.levels.map((view) => h("button", { type: "button", text: `As ${view.level}`, "aria-pressed": "false", data: { level: view.level },
      on: { click: (click) => showLevel(request, view.level, shown, click.currentTarget, choices) } })));
  section.append(cards, choices, shown);
  return section;
}

function levelCard(view, recorded) {
  const card = h("div", { class: `card ${view.level === recorded ? "is" : ""}` },
    h("h3", {}, h("span", { class: `level ${view.level}`, text: view.level }), view.level === recorded ? " (as it was)" : ""));
  if (!view.stages.length) card.append(h("p", { text: "No event at all." }));
  for (const stage of view.stages) {
    card.append(h("h4", { text: stage.stage }));
    if (stage.omitted) { card.append(h("p", { class: "hint", text: "omitted by omitStages" })); continue; }
    card.append(h("ul", {},
      h("li", { text: stage.bytes === undefined ? "size not known" : bytes(stage.bytes) }),
      stage.requestObject ? h("li", {}, h("code", { text: "requestObject" }), `: ${stage.requestObject}`) : null,
      stage.responseObject ? h("li", {}, h("code", { text: "responseObject" }), `: ${stage.responseObject}`) : null,
      stage.remark ? h("li", { text: stage.remark }) : null));
  }
  return card;
}

const LEVELS = ["None", "Metadata", "Request", "RequestResponse"];

/** The events of a level; members that the level below does not record stand out. */
async function showLevel(request, level, to, button, choices) {
  const lower = LEVELS[LEVELS.indexOf(level) - 1];
  try {
    const [answer, below] = await Promise.all([level, lower || "None"].map((one) => get(`requests/${request.number}/levels/${one}`)));
    const parts = [];
    for (const { stage, bytes: size, event } of answer.events) {
      const less = below.events.find((other) => other.stage === stage)?.event;
      const added = less ? Object.keys(event).filter((member) => !(member in less)) : [];
      parts.push(h("details", { class: "stage-event", open: stage === answer.events.at(-1).stage },
        h("summary", {}, h("span", { class: `stage ${stage}`, text: stage }), ` ${bytes(size)} at level ${level}`,
          added.length ? `; more than at ${lower}: ${added.join(", ")}` : ""),
        await eventView(event, added)));
    }
    if (!parts.length) parts.push(h("p", { text: level === "None" ? "At level None there is no event." : "Its events at this level are not known." }));
    to.replaceChildren(...parts);
    // What stands out shall be seen without looking for it.
    const key = [...to.querySelectorAll("details[open] .key.added")].at(-1);
    const tree = key?.closest("pre");
    if (tree) tree.scrollTop = Math.max(0, key.offsetTop - tree.offsetTop - 60);
    for (const other of choices.children) other.setAttribute("aria-pressed", String(other === button));
  } catch (error) {
    to.replaceChildren(h("p", { class: "bad", text: error.message }));
  }
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

