// What the server is asked, all under /explorer/v1/.
const API = "/explorer/v1/";

async function answer(response) {
  const type = response.headers.get("content-type") || "";
  const body = type.startsWith("application/json") ? await response.json() : await response.text();
  if (!response.ok) throw new Error(body.error || `${response.status}`);
  return body;
}

export async function get(what) {
  return answer(await fetch(API + what));
}

export async function send(method, what, body) {
  return answer(await fetch(API + what, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

export function openStream(filter) {
  return new EventSource(`${API}stream${filter ? `?filter=${encodeURIComponent(filter)}` : ""}`);
}
