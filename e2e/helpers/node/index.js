// A kaudit-apiserver for tests: started, seeded, put back, told to misbehave, asked what it recorded. README.md.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_WITHIN = 30_000;
const STOP_WITHIN = 30_000;

export class ApiError extends Error {
  constructor(status) {
    super(`${status.code} ${status.reason}: ${status.message}`);
    this.status = status;
    this.code = status.code;
  }
}

export class KauditServer {
  #process;
  #folder;
  #token = randomBytes(24).toString("hex");
  #agent;
  #exited;
  #stderr = "";

  static async start(options = {}) {
    const server = new KauditServer();
    try {
      await server.#start(options);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  async #start({ seed = [], flags = [], program }) {
    this.#folder = mkdtempSync(join(tmpdir(), "kaudit-testing-"));
    const tokenFile = join(this.#folder, "token");
    writeFileSync(tokenFile, this.#token);
    const name = program ?? process.env.KAUDIT_APISERVER ?? "kaudit-apiserver";
    // It ends with the pipe of its stdin, however this process ends.
    this.#process = spawn(name, [
      "--secure-port", "0", "--print-ready", "--exit-on-stdin-eof", "--enable-test-api",
      "--test-api-token-file", tokenFile, ...seed.flatMap((path) => ["--seed", path]), ...flags,
    ]);
    this.#process.stderr.on("data", (piece) => (this.#stderr += piece));
    this.#exited = new Promise((done) => {
      this.#process.once("close", done);
      this.#process.once("error", (error) => done((this.#stderr += error.message)));
    });
    const ready = await this.#readyLine(name);
    this.url = ready.url;
    this.kubeconfig = ready.kubeconfig;
    this.caFile = ready.caFile;
    this.#agent = new https.Agent({ ca: readFileSync(ready.caFile), keepAlive: true });
  }

  #readyLine(name) {
    return new Promise((done, fail) => {
      let text = "";
      const late = setTimeout(() => fail(new Error(`${name} was not ready within ${READY_WITHIN} ms`)), READY_WITHIN);
      this.#process.stdout.on("data", (piece) => {
        text += piece;
        if (!text.includes("\n")) return;
        clearTimeout(late);
        done(JSON.parse(text.slice(0, text.indexOf("\n"))));
      });
      this.#exited.then(() => {
        clearTimeout(late);
        fail(new Error(`${name} did not become ready; it said:\n${this.#stderr}`));
      });
    });
  }

  async stop() {
    this.#agent?.destroy();
    if (this.#process?.pid && this.#process.exitCode === null) {
      this.#process.kill("SIGTERM");
      const late = setTimeout(() => this.#process.kill("SIGKILL"), STOP_WITHIN);
      await this.#exited;
      clearTimeout(late);
    }
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  reset(keep = []) {
    return this.call("POST", "reset", keep.length ? { keep } : undefined);
  }
  snapshot(name) {
    return this.call("PUT", `snapshots/${encodeURIComponent(name)}`);
  }
  restore(name) {
    return this.call("POST", `snapshots/${encodeURIComponent(name)}/restore`);
  }
  fault(action, { times, id, ...match } = {}) {
    return this.call("POST", "faults", { id, times, match, action });
  }
  async faults() {
    return (await this.call("GET", "faults")).items;
  }
  async clearFaults() {
    await this.call("DELETE", "faults");
  }
  async events(query = {}) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries({ stage: "ResponseComplete", ...query })) {
      if (name === "stage" && value === "") continue;
      for (const one of [value].flat()) parameters.append(name, String(one));
    }
    return (await this.call("GET", `audit/events?${parameters}`)).items ?? [];
  }
  async clearEvents() {
    await this.call("DELETE", "audit/events");
  }
  advance(duration) {
    return this.call("POST", "clock", { advance: duration });
  }

  call(method, path, body) {
    const headers = { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" };
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined) headers["Content-Length"] = Buffer.byteLength(text);
    return new Promise((done, fail) => {
      const request = https.request(`${this.url}/kaudit/v1/${path}`, { method, headers, agent: this.#agent }, (answer) => {
        let content = "";
        answer.setEncoding("utf8");
        answer.on("data", (piece) => (content += piece));
        answer.on("error", fail);
        answer.on("end", () => {
          try {
            const json = JSON.parse(content);
            if (answer.statusCode >= 400) fail(new ApiError(json));
            else done(json);
          } catch (error) {
            fail(error);
          }
        });
      });
      request.on("error", fail);
      request.end(text);
    });
  }
}

/** Hooks of node:test (before, beforeEach, after), or of vitest and jest (beforeAll, beforeEach, afterAll). */
export function useKaudit(hooks, options) {
  let server;
  (hooks.before ?? hooks.beforeAll)(async () => {
    server = await KauditServer.start(options);
  });
  hooks.beforeEach(() => server.reset());
  (hooks.after ?? hooks.afterAll)(() => server.stop());
  return () => server;
}
