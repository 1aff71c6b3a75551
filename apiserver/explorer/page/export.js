// What can be taken along: events as lines, and a page that needs nothing but itself.
import { download, milliseconds, objectOf } from "./dom.js";
import { get } from "./api.js";

async function wholeOf(rows) {
  const requests = [];
  for (const row of rows) {
    try { requests.push(await get(`requests/${row.number}`)); } catch { /* forgotten meanwhile */ }
  }
  return requests.reverse();
}

export async function exportEvents(rows) {
  const requests = await wholeOf(rows);
  download("audit.jsonl", "application/jsonl", requests.flatMap((request) => request.events).map((entry) => `${JSON.stringify(entry.event)}\n`).join(""));
}

/** Text for HTML: the page that is made has no script, and nothing of a request becomes markup in it. */
export function escaped(value) {
  return String(value ?? "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

const STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}" +
  "pre{background:#f3f4f6;padding:1rem;overflow:auto;border-radius:6px}summary{cursor:pointer;padding:.3rem 0}" +
  "code,pre{font-family:ui-monospace,monospace;font-size:.85em}h2{font-size:1.1rem;margin:1.5rem 0 .3rem}.lit{font-weight:600}" +
  "@media(prefers-color-scheme:dark){body{background:#14171c;color:#e6e8eb}pre{background:#1f242c}}";

function part(request) {
  const rules = (request.decision?.rules || []).map((verdict) => `<li${verdict.matches ? ' class="lit"' : ""}>Rule ${verdict.rule}: ${verdict.matches ? `matches, level ${escaped(verdict.level)}` : escaped(verdict.reason)}</li>`);
  const steps = (request.steps || []).map((step) => `${escaped(step.step)} ${milliseconds(Math.round(step.ownNanos / 1000))}${step.answered ? " (answered)" : ""}`);
  const events = request.events.map((entry) => `<details><summary>${escaped(entry.stage)}, ${entry.bytes} bytes</summary><pre>${escaped(JSON.stringify(entry.event, null, 2))}</pre></details>`);
  const deliveries = request.deliveries.map((entry) => `<li>${escaped(entry.backend)}: ${escaped(entry.stage)} ${escaped(entry.step)} ${escaped(entry.reason)}</li>`);
  return `<section><h2>${escaped(request.code || "")} ${escaped(request.verb)} ${escaped(objectOf(request))}</h2>` +
    `<p>${escaped(request.method)} ${escaped(request.uri)} by ${escaped(request.user || "nobody")}, audit ID <code>${escaped(request.auditID)}</code></p>` +
    `<p>${steps.join(" → ")}</p><ol>${rules.join("")}</ol>${events.join("")}<ul>${deliveries.join("")}</ul></section>`;
}

export async function exportPage(rows) {
  const requests = await wholeOf(rows);
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Requests and their events</title><style>${STYLE}</style></head>` +
    `<body><h1>Requests and their events</h1><p>Recorded by kaudit's explorer.</p>${requests.map(part).join("")}</body></html>\n`;
  download("audit-session.html", "text/html", html);
}
