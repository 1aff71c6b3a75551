// What the page knows: the rows of requests, kept up to date by the live stream.
import { get, openStream } from "./api.js";

const MAX_ROWS = 5000;

class Store extends EventTarget {
  rows = new Map(); // by number, oldest first
  version = 0;
  counts = { remembered: 0, forgotten: 0, dropped: 0, skipped: 0 };
  backends = [];
  samples = []; // of backends, the last two minutes
  policy = null;
  state = null;
  connection = "connecting";
  policies = new Map(); // by version
  #source = null;

  async start() {
    this.state = await get("state");
    this.setPolicy(this.state.policy);
    this.take(await get("requests"));
    this.counts.skipped = 0;
    this.listen();
  }

  listen() {
    this.#source = openStream(this.version);
    this.#source.onopen = () => this.setConnection("live");
    this.#source.onerror = () => {
      // The browser would ask again with the version of long ago.
      this.#source.close();
      this.setConnection("lost");
      setTimeout(() => this.listen(), 1000);
    };
    this.#source.addEventListener("requests", (event) => this.take(JSON.parse(event.data)));
    this.#source.addEventListener("policy", (event) => this.setPolicy(JSON.parse(event.data)));
    this.#source.addEventListener("backends", (event) => {
      this.backends = JSON.parse(event.data);
      this.samples.push({ at: Date.now(), backends: this.backends });
      if (this.samples.length > 160) this.samples.shift();
      this.dispatchEvent(new Event("backends"));
    });
  }

  setConnection(state) {
    this.connection = state;
    this.dispatchEvent(new Event("connection"));
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
    this.version = Math.max(this.version, batch.version);
    const fresh = [];
    for (const row of batch.rows) {
      const known = this.rows.get(row.number);
      if (known) Object.assign(known, row);
      else {
        this.rows.set(row.number, row);
        fresh.push(row);
      }
    }
    while (this.rows.size > MAX_ROWS) this.rows.delete(this.rows.keys().next().value);
    this.counts.remembered = batch.remembered;
    this.counts.forgotten = batch.forgotten;
    this.counts.dropped = batch.dropped;
    this.counts.skipped += batch.skipped;
    this.dispatchEvent(new CustomEvent("rows", { detail: { fresh } }));
  }
}

export const store = new Store();
