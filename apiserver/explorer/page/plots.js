// Backends at work: each figure with what it did in the last two minutes.
import { h, svg } from "./dom.js";
import { receiverPanel } from "./receiver.js";
import { store } from "./store.js";

const WIDTH = 160;
const HEIGHT = 36;

export function showBackends(to) {
  const body = h("div", { class: "backends" });
  const panel = receiverPanel();
  to.append(h("h1", { text: "Backends at work" }),
    h("p", { class: "lead" }, store.state.pipeline ? "The pipeline is " : "", store.state.pipeline ? h("code", { text: store.state.pipeline }) : "The server has no backend: give it --audit-log-path or --audit-webhook-config-file.", store.state.pipeline ? "." : ""),
    panel.element, h("p", { class: "hint", text: "Counters are shown as so many a second." }), body);
  let drawn = 0;

  function draw() {
    if (Date.now() - drawn < 700) return;
    drawn = Date.now();
    body.replaceChildren(...store.backends.map(backend));
  }

  draw();
  store.addEventListener("backends", draw);
  store.addEventListener("receiver", panel.draw);
  return () => {
    store.removeEventListener("backends", draw);
    store.removeEventListener("receiver", panel.draw);
  };
}

function history(name, of) {
  return store.samples.map((sample) => ({ at: sample.at, value: of(sample.backends.find((one) => one.backend === name)) })).filter((point) => point.value !== undefined);
}

function rates(points) {
  const out = [];
  for (let i = 1; i < points.length; i++) {
    const seconds = (points[i].at - points[i - 1].at) / 1000;
    if (seconds > 0) out.push({ at: points[i].at, value: Math.max(0, (points[i].value - points[i - 1].value) / seconds) });
  }
  return out;
}

function backend(report) {
  const tiles = [
    tile("waiting or being delivered", "Events that the backend holds", history(report.backend, (one) => one?.pending), String(report.pending)),
    tile("lost", "Events that it will not deliver", rates(history(report.backend, (one) => one?.lost)), String(report.lost), report.lost > 0 ? "bad" : ""),
  ];
  for (const figure of report.figures.filter((one) => !one.name.includes("_capacity_"))) {
    const points = history(report.backend, (one) => one?.figures.find((other) => other.name === figure.name)?.value);
    const counter = figure.name.endsWith("_total");
    tiles.push(tile(figure.name.replace(/^(apiserver_)?audit_/, "").replace(/_total$/, "").replaceAll("_", " "), figure.help, counter ? rates(points) : points, short(figure.value)));
  }
  const losses = Object.entries(report.losses).filter(([, events]) => events > 0);
  return h("section", {}, h("h2", { text: report.backend }), h("div", { class: "tiles" }, tiles),
    losses.length ? h("p", { class: "bad", text: `Lost: ${losses.map(([reason, events]) => `${events} for ${reason}`).join(", ")}` }) : null);
}

function short(value) {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

function tile(name, help, points, now, mood = "") {
  const highest = Math.max(1e-9, ...points.map((point) => point.value));
  const line = points.map((point, index) => `${(index / Math.max(1, points.length - 1)) * WIDTH},${HEIGHT - 3 - (point.value / highest) * (HEIGHT - 6)}`).join(" ");
  return h("div", { class: `tile ${mood}` },
    h("p", { class: "figure" }, h("span", { class: "name", text: name }), h("span", { class: "value", text: now })),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", preserveAspectRatio: "none", role: "img", "aria-label": `${name}: ${now} now, ${short(highest < 1e-6 ? 0 : highest)} at most` },
      svg("polyline", { points: line, fill: "none" })),
    h("p", { class: "help", text: help }));
}
