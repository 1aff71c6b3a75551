// What the page knows: the rows of requests that the filter lets through, kept up to date by the live stream.
import { get, openStream } from "./api.js";

class Store extends EventTarget {
  rows = new Map(); // by number
  counts = { remembered: 0, forgotten: 0, dropped: 0, skipped: 0, unseen: 0 };
  filter = ""; // the server's to ask: only what it lets through comes
  backends = [];
  samples = []; // of backends, the last two minutes
  receiver = null; // the built-in one, where there is one
  policy = null;
  state = null;
  connection = "connecting";
  policies = new Map(); // by version
  #source = null;
  #again = null;

  async start() {
    this.state = await get("state");
    this.setPolicy(this.state.policy);
    this.receiver = this.state.receiver ?? null;
    await new Promise((resolve) => {
      this.addEventListener("rows", resolve, { once: true });
      this.listen();
    });
  }

  /** Opens the stream, whose first message is all that there is. */
  listen() {
    this.#source?.close();
    clearTimeout(this.#again);
    const source = openStream(this.filter);
    this.#source = source;
    source.onopen = () => this.setConnection("live");
    source.onerror = () => {
      // The browser would ask again by itself, and sooner than a server is there.
      source.close();
      this.setConnection("lost");
      this.#again = setTimeout(() => this.listen(), 1000);
    };
    source.addEventListener("requests", (event) => this.take(JSON.parse(event.data)));
    source.addEventListener("policy", (event) => this.setPolicy(JSON.parse(event.data)));
    source.addEventListener("receiver", (event) => this.setReceiver(JSON.parse(event.data)));
    source.addEventListener("backends", (event) => {
      this.backends = JSON.parse(event.data);
      this.samples.push({ at: Date.now(), backends: this.backends });
      if (this.samples.length > 160) this.samples.shift();
      this.dispatchEvent(new Event("backends"));
    });
  }

  /** Lets other requests through; the server must have taken the filter for good. */
  setFilter(text) {
    if (text === this.filter) return;
    this.filter = text;
    this.listen();
  }

  setConnection(state) {
    this.connection = state;
    this.dispatchEvent(new Event("connection"));
  }

  setReceiver(receiver) {
    this.receiver = receiver;
    this.dispatchEvent(new Event("receiver"));
  }

  setPolicy(policy) {
    const before = this.policy;
    this.policy = policy;
    this.policies.set(policy.version, policy);
    if (!before || before.version !== policy.version) this.dispatchEvent(new Event("policy"));
  }

  async policyOf(version) {
    if (!this.policies.has(version)) this.policies.set(version, await get(`policies/${version}`));
    return this.policies.get(version);
  }

  take(batch) {
    if (batch.all) {
      this.rows.clear();
      this.counts.skipped = 0;
    }
    const fresh = [];
    for (const row of batch.rows) {
      const known = this.rows.get(row.number);
      if (known) Object.assign(known, row);
      else {
        this.rows.set(row.number, row);
        fresh.push(row);
      }
    }
    for (const number of batch.gone) this.rows.delete(number);
    // What the server has forgotten cannot be opened any more.
    for (const number of this.rows.keys()) {
      if (number >= batch.first) break;
      this.rows.delete(number);
    }
    this.counts.remembered = batch.remembered;
    this.counts.forgotten = batch.forgotten;
    this.counts.dropped = batch.dropped;
    this.counts.unseen = batch.unseen;
    this.counts.skipped += batch.skipped;
    this.dispatchEvent(new CustomEvent("rows", { detail: { fresh, all: Boolean(batch.all), anew: Boolean(batch.all) || batch.gone.length > 0 } }));
  }
}

export const store = new Store();
