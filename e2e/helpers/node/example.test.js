// Twenty tests with a reset between them, and what a helper has to show.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";

import { ApiError, KauditServer, useKaudit } from "./index.js";

const CONFIGMAPS = "/api/v1/namespaces/team/configmaps";
const folder = mkdtempSync(join(tmpdir(), "seed-"));
const seed = join(folder, "team.yaml");
writeFileSync(seed, "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n");
const kaudit = useKaudit({ before, beforeEach, after }, { seed: [seed] });
after(() => rmSync(folder, { recursive: true }));

/** A request of the administrator's, without any Kubernetes client. */
function ask(method, path, body) {
  const { caFile, url } = kaudit();
  const file = (name) => readFileSync(join(dirname(caFile), name));
  const options = { method, ca: file("ca.crt"), cert: file("admin.crt"), key: file("admin.key"), agent: false };
  options.headers = { "Content-Type": "application/json" };
  return new Promise((done, fail) => {
    const request = https.request(url + path, options, (answer) => {
      let text = "";
      answer.on("data", (piece) => (text += piece));
      answer.on("end", () => done([answer.statusCode, JSON.parse(text)]));
    });
    request.on("error", fail);
    request.end(body && JSON.stringify(body));
  });
}

for (let number = 0; number < 20; ++number) {
  test(`test ${number} begins with the seed and nothing else`, async () => {
    const [, list] = await ask("GET", CONFIGMAPS);
    assert.deepEqual(list.items.map((item) => item.metadata.name), ["kube-root-ca.crt"]);
    const [code] = await ask("POST", CONFIGMAPS, { metadata: { name: `of-${number}` } });
    assert.equal(code, 201);
    const events = await kaudit().events({ verb: "create", wait: "2s" });
    assert.deepEqual(events.map((event) => event.objectRef.name), [`of-${number}`]);
  });
}

test("a fault is met, counted, and named by its event", async () => {
  const fault = await kaudit().fault({ status: 429, retryAfter: 1 }, { verbs: ["create"], times: 1 });
  assert.equal((await ask("POST", CONFIGMAPS, { metadata: { name: "a" } }))[0], 429);
  assert.equal((await ask("POST", CONFIGMAPS, { metadata: { name: "a" } }))[0], 201);
  assert.equal((await kaudit().faults())[0].hits, 1);
  const [event] = await kaudit().events({ fault: fault.id, wait: "2s" });
  assert.equal(event.responseStatus.code, 429);
});

test("snapshots and the clock", async () => {
  await ask("POST", CONFIGMAPS, { metadata: { name: "kept" } });
  await kaudit().snapshot("s");
  await kaudit().reset();
  assert.equal((await ask("GET", `${CONFIGMAPS}/kept`))[0], 404);
  await kaudit().restore("s");
  assert.equal((await ask("GET", `${CONFIGMAPS}/kept`))[0], 200);
  assert.equal((await kaudit().advance("48h")).advanced, "48h0m0s");
});

test("refusals say why", async () => {
  await assert.rejects(kaudit().fault({ status: 200 }), (error) => error instanceof ApiError && error.code === 400);
  await assert.rejects(KauditServer.start({ seed: ["/does/not/exist"] }), /no such file/);
});
