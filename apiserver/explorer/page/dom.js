// Elements without markup: whatever a request holds becomes text, never HTML.

/** An element: properties by name (class, text, on: {event: f}, data: {…}, anything else an attribute), then children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, properties, (name, value) => {
    if (name === "class") element.className = value;
    else element.setAttribute(name, value);
  });
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The same of a drawing. */
export function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(element, properties, (name, value) => element.setAttribute(name, value));
  element.append(...children.flat().filter(Boolean));
  return element;
}

function apply(element, properties, other) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else other(name, value === true ? "" : value);
  }
}

/** Says something to a screen reader. */
export function say(text) {
  document.getElementById("say").textContent = text;
}

/** A button that copies a text. */
export function copyButton(label, text) {
  const button = h("button", {
    type: "button", text: label,
    on: {
      click: async () => {
        try {
          await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
          button.textContent = "Copied";
          say("Copied");
        } catch {
          button.textContent = "Select the text to copy it";
        }
        setTimeout(() => { button.textContent = label; }, 1600);
      },
    },
  });
  return button;
}

/** Hands a file to the browser. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export function milliseconds(micros) {
  if (micros === undefined) return "";
  if (micros < 1000) return `${micros} µs`;
  if (micros < 10_000) return `${(micros / 1000).toFixed(2)} ms`;
  if (micros < 1_000_000) return `${Math.round(micros / 1000)} ms`;
  return `${(micros / 1_000_000).toFixed(1)} s`;
}

export function bytes(count) {
  if (count === undefined) return "";
  if (count < 1000) return `${Math.round(count)} B`;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    count /= 1000;
    if (count < 999.5 || unit === "TB") return `${count < 99.95 ? count.toFixed(1) : Math.round(count)} ${unit}`;
  }
  return "";
}

export function clock(time) {
  return time ? time.slice(11, 23) : "";
}

/** What a request is about, in a few words. */
export function objectOf(row) {
  if (!row.resource) return row.uri || "";
  const kind = row.resource + (row.subresource ? `/${row.subresource}` : "");
  const place = row.namespace ? `${row.namespace}/` : "";
  return `${kind} ${place}${row.name || (row.namespace ? "…" : "")}`.trim();
}

export function codeClass(code) {
  if (!code || code >= 500) return "bad";
  return code >= 400 ? "warn" : "good";
}
