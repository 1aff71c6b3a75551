// The list of requests: only the rows in sight are elements, so that thousands cost no more than a screenful.
import { clock, codeClass, h, milliseconds, objectOf, say } from "./dom.js";
import { completing } from "./complete.js";
import { judge, withTerm } from "./filter.js";
import { store } from "./store.js";
import { exportEvents, exportPage } from "./export.js";

const OVERSCAN = 6;
const TYPING = 200; // milliseconds that a typist may pause
let lastFilter = "";
let lastScroll = 0;

export function showList(to) {
  let view = []; // rows that are shown, newest first
  let newer = 0; // that came while the list stands still
  let paused = false;
  let active = 0; // number of the row that has the focus
  let drawn = false;
  let elements = new Map(); // those in sight, by number
  let asked = 0; // what the server is asked of the filter
  let typing = null;
  let expression = store.filter; // that the filter's text stands for; "" when nothing good is known

  const filter = h("input", {
    type: "search", id: "filter", value: lastFilter, autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": "filter-said",
    placeholder: "ka.user.name = alice and ka.verb in (create, delete), or words",
    on: { input: () => { clearTimeout(typing); typing = setTimeout(refilter, TYPING); } },
  });
  const offers = completing(filter, refilter);
  const said = h("div", { id: "filter-said", class: "filter-said", role: "status" });
  const count = h("p", { class: "count", role: "status" });
  const dropped = h("p", { class: "dropped", role: "status" });
  const pause = h("button", { type: "button", text: "Pause", "aria-pressed": "false", on: { click: () => setPaused(!paused) } });
  const show = h("button", { type: "button", class: "newer", hidden: true, on: { click: () => { scroller.scrollTop = 0; setPaused(false); refill(); } } });
  const spacer = h("div", { class: "spacer", role: "presentation" });
  const scroller = h("div", {
    class: "rows", role: "grid", "aria-label": "Requests, newest first", tabindex: "0", data: { filter: store.filter },
    on: { scroll: () => { lastScroll = scroller.scrollTop; if (!stands() && newer) refill(); else draw(); }, keydown: onKey },
  }, spacer);
  const empty = h("div", { class: "empty" },
    h("p", { text: "No request yet that the filter lets through." }),
    h("p", {}, "Send one: ", h("a", { href: "#/try", text: "try a request" }), ", or use kubectl:"),
    h("pre", { class: "command", text: kubectlLine() }));

  to.append(
    h("h1", { class: "visually-hidden", text: "Requests" }),
    h("div", { class: "bar" },
      h("div", { class: "filter" }, h("label", { for: "filter", text: "Filter" }), h("div", { class: "typed" }, filter, offers)),
      pause,
      h("details", { class: "menu" }, h("summary", { text: "Export" }),
        h("div", { class: "sheet" },
          h("button", { type: "button", text: "Events as JSON lines", on: { click: () => run(exportEvents) } }),
          h("button", { type: "button", text: "A page for slides (HTML)", on: { click: () => run(exportPage) } }))),
      count),
    said, dropped, show,
    h("div", { class: "heads", "aria-hidden": "true" }, ...["Time", "Code", "Verb", "Object", "Who", "Level", "Took"].map((text) => h("span", { text }))),
    scroller, empty);

  async function run(exporter) {
    say("Preparing the file");
    await exporter(view.slice(0, 200));
  }

  const stands = () => paused || scroller.scrollTop > 4;

  function setPaused(value) {
    paused = value;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) refill();
  }

  /** Lets the server judge the filter, and ask it when it is one. What is shown stays until then. */
  async function refilter() {
    clearTimeout(typing);
    const text = filter.value.trim();
    lastFilter = filter.value;
    const ask = ++asked;
    let verdict;
    try { verdict = text ? await judge(text) : { expression: "" }; } catch (error) { verdict = { error: error.message, at: 0 }; }
    if (ask !== asked) return; // a later text is on its way
    filter.setAttribute("aria-invalid", String(Boolean(verdict.error)));
    said.replaceChildren(...verdictView(text, verdict));
    expression = verdict.expression ?? "";
    if (verdict.error) return;
    if (text !== store.filter) scroller.scrollTop = 0;
    store.setFilter(text);
  }

  function addTerm(field, value) {
    // A text that was not judged yet, or is wrong, gives way.
    filter.value = withTerm(lastFilter === filter.value ? expression : "", field, value);
    refilter();
  }

  function refill() {
    view = [...store.rows.values()].sort((a, b) => b.number - a.number);
    newer = 0;
    size();
    draw();
  }

  function onRows(event) {
    const { fresh, all, anew } = event.detail;
    // Says which filter the rows are of: it is asked for a moment after it was typed.
    if (all) scroller.dataset.filter = store.filter;
    const older = view.length > 0 && fresh.some((row) => row.number < view[0].number);
    if (all || (anew && !stands())) return refill();
    if (stands()) newer += fresh.length;
    else if (older) return refill();
    else if (fresh.length) {
      view = fresh.reverse().concat(view);
      if (view.length > store.rows.size) view.length = store.rows.size;
    }
    size();
    draw();
  }

  function size() {
    empty.hidden = view.length > 0;
    scroller.hidden = view.length === 0;
    spacer.style.height = `${view.length * rowHeight()}px`;
    scroller.setAttribute("aria-rowcount", String(view.length));
    count.textContent = `${view.length} of ${store.counts.remembered}`;
    show.hidden = newer === 0;
    show.textContent = `Show ${newer} newer`;
    const said = [];
    if (store.counts.unseen) said.push(`${store.counts.unseen} were not looked at, because more than ${store.state.limits.sustained} a second came for long`);
    if (store.counts.forgotten) said.push(`${store.counts.forgotten} older requests were forgotten`);
    if (store.counts.skipped) said.push(`${store.counts.skipped} came too fast to be shown as they came`);
    if (store.counts.dropped) said.push(`${store.counts.dropped} notes were dropped, so that the server does not wait`);
    dropped.textContent = said.join("; ");
  }

  function rowHeight() {
    return parseFloat(getComputedStyle(scroller).getPropertyValue("--row")) || 46;
  }

  function draw() {
    if (drawn) return;
    drawn = true;
    requestAnimationFrame(() => {
      drawn = false;
      const height = rowHeight();
      const first = Math.max(0, Math.floor(scroller.scrollTop / height) - OVERSCAN);
      const last = Math.min(view.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + OVERSCAN);
      const focused = document.activeElement?.closest?.(".row")?.dataset.number;
      const wanted = new Map();
      for (let index = first; index < last; index++) wanted.set(view[index].number, placed(view[index], index, height));
      for (const [number, { element }] of elements) if (wanted.get(number)?.element !== element) element.remove();
      elements = wanted;
      // Those that stay are not touched: what is taken out and put in again between the button's going down and coming up
      // gets no click.
      let at = 0;
      for (const { element } of elements.values()) {
        if (spacer.children[at] !== element) spacer.insertBefore(element, spacer.children[at] ?? null);
        at++;
      }
      if (focused && !document.activeElement?.closest?.(".row")) spacer.querySelector(`.row[data-number="${focused}"]`)?.focus({ preventScroll: true });
    });
  }

  /** The row's element in its place: the one there is, unless the row has changed. */
  function placed(row, index, height) {
    const known = elements.get(row.number);
    const entry = known?.version === row.version ? known : { version: row.version, element: rowElement(row) };
    const { element } = entry;
    if (entry.index !== index || entry.height !== height) {
      Object.assign(entry, { index, height });
      element.style.transform = `translateY(${index * height}px)`;
      element.style.height = `${height}px`;
      element.setAttribute("aria-rowindex", String(index + 1));
    }
    const tab = row.number === active ? 0 : -1;
    if (element.tabIndex !== tab) element.tabIndex = tab;
    return entry;
  }

  function rowElement(row) {
    const stage = (entry) => h("span", { class: `stage ${entry.stage}`, text: `${entry.stage} +${milliseconds(entry.micros)}` });
    const end = row.backends.map((backend) => h("span", { class: `step ${backend.step}`, text: `${backend.backend}: ${backend.step}` }));
    const term = (text, field, value) => h("button", { type: "button", tabindex: "-1", text, title: `Only ${field} = ${value}`,
      on: { click: (event) => { event.stopPropagation(); addTerm(field, value); } } });
    const cell = (name, text, field, value) => h("span", { class: name, role: "gridcell" }, field && value ? term(text, field, value) : text);
    const object = objectOf(row);
    const rest = row.resource && object.startsWith(`${row.resource} `) ? object.slice(row.resource.length + 1) : "";
    const link = h("a", { href: `#/requests/${row.number}`, tabindex: "-1", text: rest || object });
    const element = h("div", {
      class: `row ${row.ended ? "" : "open"}`, role: "row", tabindex: "-1",
      data: { number: String(row.number) },
      on: { click: () => open(row), focus: () => { active = row.number; } },
    },
    cell("time", clock(row.received)),
    cell(`code ${codeClass(row.code)}`, row.ended ? String(row.code || "cut") : row.code ? `${row.code}…` : "…", "ka.response.code", row.code && String(row.code)),
    cell("verb", row.verb || row.method || "", "ka.verb", row.verb),
    h("span", { class: "object", role: "gridcell" }, rest ? [term(row.resource, "ka.target.resource", row.resource), " ", link] : link),
    cell("who", (row.user || "nobody") + (row.as ? ` as ${row.as}` : ""), "ka.user.name", row.user),
    cell(`level ${row.level}`, row.level, "kaudit.level", row.level),
    cell("took", milliseconds(row.micros)),
    h("span", { class: "events", role: "gridcell" }, row.stages.length ? row.stages.map(stage) : h("span", { class: "none", text: "no event" }), end));
    return element;
  }

  function open(row) {
    location.hash = `#/requests/${row.number}`;
  }

  function onKey(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
    const index = view.findIndex((row) => row.number === active);
    if (event.key === "Enter" && index >= 0) {
      open(view[index]);
    } else if (event.key in moves && view.length) {
      const wanted = index < 0 ? 0 : Math.min(view.length - 1, Math.max(0, index + moves[event.key]));
      active = view[wanted].number;
      const height = rowHeight();
      const top = wanted * height;
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top + height > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + height - scroller.clientHeight;
      drawn = false;
      draw();
      requestAnimationFrame(() => spacer.querySelector(`.row[data-number="${active}"]`)?.focus({ preventScroll: true }));
    } else return;
    event.preventDefault();
  }

  const resized = () => { size(); draw(); };
  store.addEventListener("rows", onRows);
  window.addEventListener("resize", resized);
  refill();
  scroller.scrollTop = lastScroll;
  if (lastFilter) refilter();
  return () => {
    clearTimeout(typing);
    store.removeEventListener("rows", onRows);
    window.removeEventListener("resize", resized);
  };
}

/** What is wrong with a filter, and where; or what words stand for. */
function verdictView(text, verdict) {
  if (verdict.error) {
    const at = Math.min(verdict.at, text.length);
    return [h("p", { class: "bad", text: `${verdict.error} (character ${at + 1})` }),
      h("p", { class: "place" }, h("code", {}, text.slice(0, at), h("mark", { text: text.slice(at, at + 1) || " " }), text.slice(at + 1)))];
  }
  return verdict.words ? [h("p", { class: "hint" }, "As an expression: ", h("code", { text: verdict.expression }))] : [];
}

function kubectlLine() {
  const { kubeconfig } = store.state;
  return `kubectl ${kubeconfig ? `--kubeconfig ${kubeconfig} ` : ""}get pods`;
}
