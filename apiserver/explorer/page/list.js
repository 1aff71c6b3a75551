// The list of requests: only the rows in sight are elements, so that thousands cost no more than a screenful.
import { clock, codeClass, h, milliseconds, objectOf, say } from "./dom.js";
import { compile, withTerm } from "./filter.js";
import { store } from "./store.js";
import { exportEvents, exportPage } from "./export.js";

const OVERSCAN = 6;
let lastFilter = "";
let lastScroll = 0;

export function showList(to) {
  let fits = compile(lastFilter);
  let view = []; // rows that are shown, newest first
  let newer = 0; // that came while the list stands still
  let paused = false;
  let active = 0; // number of the row that has the focus
  let drawn = false;

  const filter = h("input", {
    type: "search", id: "filter", value: lastFilter, autocomplete: "off", spellcheck: "false",
    placeholder: "user:alice verb:create code:4xx -level:None pods …",
    on: { input: () => { lastFilter = filter.value; refill(); } },
  });
  const count = h("p", { class: "count", role: "status" });
  const dropped = h("p", { class: "dropped", role: "status" });
  const pause = h("button", { type: "button", text: "Pause", "aria-pressed": "false", on: { click: () => setPaused(!paused) } });
  const show = h("button", { type: "button", class: "newer", hidden: true, on: { click: () => { scroller.scrollTop = 0; setPaused(false); refill(); } } });
  const spacer = h("div", { class: "spacer", role: "presentation" });
  const scroller = h("div", {
    class: "rows", role: "grid", "aria-label": "Requests, newest first", tabindex: "0",
    on: { scroll: () => { lastScroll = scroller.scrollTop; if (!stands() && newer) refill(); else draw(); }, keydown: onKey },
  }, spacer);
  const empty = h("div", { class: "empty" },
    h("p", { text: "No request yet that the filter lets through." }),
    h("p", {}, "Send one: ", h("a", { href: "#/try", text: "try a request" }), ", or use kubectl:"),
    h("pre", { class: "command", text: kubectlLine() }));

  to.append(
    h("h1", { class: "visually-hidden", text: "Requests" }),
    h("div", { class: "bar" },
      h("label", { class: "filter" }, h("span", { text: "Filter" }), filter),
      pause,
      h("details", { class: "menu" }, h("summary", { text: "Export" }),
        h("div", { class: "sheet" },
          h("button", { type: "button", text: "Events as JSON lines", on: { click: () => run(exportEvents) } }),
          h("button", { type: "button", text: "A page for slides (HTML)", on: { click: () => run(exportPage) } }))),
      count),
    dropped, show,
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

  function refill() {
    try { fits = compile(filter.value); } catch (error) { count.textContent = error.message; return; }
    view = [...store.rows.values()].filter(fits).reverse();
    newer = 0;
    size();
    draw();
  }

  function onRows(event) {
    const fresh = event.detail.fresh.filter(fits);
    if (stands()) newer += fresh.length;
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
    count.textContent = `${view.length} of ${store.rows.size}`;
    show.hidden = newer === 0;
    show.textContent = `Show ${newer} newer`;
    const said = [];
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
      const rows = [];
      for (let index = first; index < last; index++) rows.push(rowElement(view[index], index, height));
      spacer.replaceChildren(...rows);
      if (focused) spacer.querySelector(`.row[data-number="${focused}"]`)?.focus({ preventScroll: true });
    });
  }

  function rowElement(row, index, height) {
    const stage = (entry) => h("span", { class: `stage ${entry.stage}`, text: `${entry.stage} +${milliseconds(entry.micros)}` });
    const end = row.backends.map((backend) => h("span", { class: `step ${backend.step}`, text: `${backend.backend}: ${backend.step}` }));
    const cell = (name, text, member, value) => h("span", { class: name, role: "gridcell" },
      member && value ? h("button", { type: "button", tabindex: "-1", text, title: `Show only ${member}:${value}`,
        on: { click: (event) => { event.stopPropagation(); filter.value = withTerm(filter.value, member, value); lastFilter = filter.value; refill(); } } })
        : text);
    const element = h("div", {
      class: `row ${row.ended ? "" : "open"}`, role: "row", tabindex: row.number === active ? "0" : "-1", "aria-rowindex": String(index + 1),
      data: { number: String(row.number) },
      on: { click: () => open(row), focus: () => { active = row.number; } },
    },
    cell("time", clock(row.received)),
    cell(`code ${codeClass(row.code)}`, row.ended ? String(row.code || "cut") : row.code ? `${row.code}…` : "…", "code", row.code && String(row.code)),
    cell("verb", row.verb || row.method || "", "verb", row.verb),
    h("span", { class: "object", role: "gridcell" }, h("a", { href: `#/requests/${row.number}`, tabindex: "-1", text: objectOf(row) })),
    cell("who", (row.user || "nobody") + (row.as ? ` as ${row.as}` : ""), "user", row.user),
    cell(`level ${row.level}`, row.level, "level", row.level),
    cell("took", milliseconds(row.micros)),
    h("span", { class: "events", role: "gridcell" }, row.stages.length ? row.stages.map(stage) : h("span", { class: "none", text: "no event" }), end));
    element.style.transform = `translateY(${index * height}px)`;
    element.style.height = `${height}px`;
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
  return () => {
    store.removeEventListener("rows", onRows);
    window.removeEventListener("resize", resized);
  };
}

function kubectlLine() {
  const { kubeconfig } = store.state;
  return `kubectl ${kubeconfig ? `--kubeconfig ${kubeconfig} ` : ""}get pods`;
}
