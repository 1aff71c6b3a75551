// @kubernetes/client-node against a running server: a line a call, `ok|FAIL NAME MESSAGE`, then the counts.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { createRequire } from "node:module";

// The packages are outside the tree.
const require = createRequire(path.join(process.env.KAUDIT_NODE_FOLDER, "package.json"));
const k8s = await import(require.resolve("@kubernetes/client-node"));

const kc = new k8s.KubeConfig();
kc.loadFromFile(process.env.KUBECONFIG);
const ns = "default";
const of = (api) => kc.makeApiClient(api);
const [core, apps, batch, rbac] = [of(k8s.CoreV1Api), of(k8s.AppsV1Api), of(k8s.BatchV1Api), of(k8s.RbacAuthorizationV1Api)];
const access = of(k8s.AuthorizationV1Api);
const generic = k8s.KubernetesObjectApi.makeApiClient(kc);
const labels = { of: "node" };
const configMap = (name, data = {}) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: ns, labels }, data });
const pod = (name) => ({ metadata: { name, labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } });
const patchAs = (strategy) => k8s.setHeaderOptions("Content-Type", strategy);

function want(what, got, expected) {
  if (got !== expected) throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(expected)}`);
}

async function fails(code, promise) {
  try {
    await promise;
  } catch (error) {
    return want("code", error.code, code);
  }
  throw new Error(`it succeeded, but was to fail with ${code}`);
}

/** What `start(done, fail)` hands to done; rejects after 20 s. */
function eventually(start) {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error("nothing within 20 s")), 20_000);
    const settle = (how) => (value) => (clearTimeout(late), how(value));
    Promise.resolve(start(settle(done), settle(fail))).catch(settle(fail));
  });
}

function collector() {
  const stream = new PassThrough();
  stream.text = "";
  stream.on("data", (piece) => (stream.text += piece));
  return stream;
}

const calls = [
  ["version", async () => want("major", (await of(k8s.VersionApi).getCode()).major, "1")],
  ["groups", async () => want("many", (await of(k8s.ApisApi).getAPIVersions()).groups.length > 10, true)],
  ["resources", async () => want("pods", (await core.getAPIResources()).resources.some((r) => r.name === "pods"), true)],
  ["create", async () => want("a", (await core.createNamespacedConfigMap({ namespace: ns, body: configMap("cm", { a: "1" }) })).data.a, "1")],
  ["create again", () => fails(409, core.createNamespacedConfigMap({ namespace: ns, body: configMap("cm") }))],
  ["create invalid", () => fails(422, core.createNamespacedConfigMap({ namespace: ns, body: configMap("Not_A_Name") }))],
  ["create dry run", async () => {
    await core.createNamespacedConfigMap({ namespace: ns, body: configMap("dry"), dryRun: "All" });
    await fails(404, core.readNamespacedConfigMap({ namespace: ns, name: "dry" }));
  }],
  ["read", async () => want("label", (await core.readNamespacedConfigMap({ namespace: ns, name: "cm" })).metadata.labels.of, "node")],
  ["read: dates", async () => want("a Date", (await core.readNamespace({ name: ns })).metadata.creationTimestamp instanceof Date, true)],
  ["list by labels", async () => want("items", (await core.listConfigMapForAllNamespaces({ labelSelector: "of=node" })).items.length, 1)],
  ["list by fields", async () => want("items", (await core.listNamespace({ fieldSelector: "metadata.name=kube-system" })).items.length, 1)],
  ["list by pages", async () => {
    let names = 0, pages = 0, token;
    do {
      const page = await rbac.listClusterRole({ limit: 5, _continue: token });
      [names, pages, token] = [names + page.items.length, pages + 1, page.metadata._continue];
    } while (token);
    want("pages", pages > 2 && names > 10, true);
  }],
  ["replace", async () => {
    const body = await core.readNamespacedConfigMap({ namespace: ns, name: "cm" });
    body.data.b = "2";
    want("b", (await core.replaceNamespacedConfigMap({ namespace: ns, name: "cm", body })).data.b, "2");
  }],
  ["replace conflict", async () => {
    const body = configMap("cm");
    body.metadata.resourceVersion = "1";
    await fails(409, core.replaceNamespacedConfigMap({ namespace: ns, name: "cm", body }));
  }],
  ["patch json", async () => {
    const body = [{ op: "add", path: "/data/j", value: "1" }];
    want("j", (await core.patchNamespacedConfigMap({ namespace: ns, name: "cm", body })).data.j, "1");
  }],
  ["patch merge", async () => {
    const options = patchAs(k8s.PatchStrategy.MergePatch);
    want("m", (await core.patchNamespacedConfigMap({ namespace: ns, name: "cm", body: { data: { m: "1" } } }, options)).data.m, "1");
  }],
  ["patch strategic", async () => {
    const options = patchAs(k8s.PatchStrategy.StrategicMergePatch);
    want("s", (await core.patchNamespacedConfigMap({ namespace: ns, name: "cm", body: { data: { s: "1" } } }, options)).data.s, "1");
  }],
  ["patch apply", async () => {
    const request = { namespace: ns, name: "applied", body: configMap("applied", { a: "1" }), fieldManager: "node", force: true };
    const made = await core.patchNamespacedConfigMap(request, patchAs(k8s.PatchStrategy.ServerSideApply));
    want("manager", made.metadata.managedFields[0].manager, "node");
  }],
  ["deployment", async () => {
    const selector = { app: "web" };
    const spec = { replicas: 2, selector: { matchLabels: selector }, template: { metadata: { labels: selector }, spec: pod("x").spec } };
    const made = await apps.createNamespacedDeployment({ namespace: ns, body: { metadata: { name: "web" }, spec } });
    want("strategy", made.spec.strategy.type, "RollingUpdate");
  }],
  ["deployment status", async () => {
    const body = await apps.readNamespacedDeploymentStatus({ namespace: ns, name: "web" });
    body.status.replicas = 2;
    want("replicas", (await apps.replaceNamespacedDeploymentStatus({ namespace: ns, name: "web", body })).status.replicas, 2);
  }],
  ["scale", async () => {
    const body = await apps.readNamespacedDeploymentScale({ namespace: ns, name: "web" });
    body.spec.replicas = 5;
    want("replicas", (await apps.replaceNamespacedDeploymentScale({ namespace: ns, name: "web", body })).spec.replicas, 5);
  }],
  ["autoscalers in two versions", async () => {
    const spec = { scaleTargetRef: { kind: "Deployment", name: "web", apiVersion: "apps/v1" }, maxReplicas: 3 };
    await of(k8s.AutoscalingV2Api).createNamespacedHorizontalPodAutoscaler({ namespace: ns, body: { metadata: { name: "web" }, spec } });
    const old = await of(k8s.AutoscalingV1Api).readNamespacedHorizontalPodAutoscaler({ namespace: ns, name: "web" });
    want("most", old.spec.maxReplicas, 3);
  }],
  ["job", () => batch.createNamespacedJob({ namespace: ns, body: { metadata: { name: "j" }, spec: { template: { spec: { ...pod("x").spec, restartPolicy: "Never" } } } } })],
  ["secret", async () => want("p", (await core.createNamespacedSecret({ namespace: ns, body: { metadata: { name: "s" }, stringData: { p: "w" } } })).data.p, "dw==")],
  ["service", async () => {
    const spec = { ports: [{ port: 80, targetPort: "http" }], selector: { app: "web" } };
    want("port", (await core.createNamespacedService({ namespace: ns, body: { metadata: { name: "svc" }, spec } })).spec.ports[0].targetPort, "http");
  }],
  ["lease with microseconds", async () => {
    const spec = { holderIdentity: "me", leaseDurationSeconds: 10, renewTime: new k8s.V1MicroTime() };
    await of(k8s.CoordinationV1Api).createNamespacedLease({ namespace: ns, body: { metadata: { name: "l" }, spec } });
  }],
  ["pod", async () => {
    want("phase", (await core.createNamespacedPod({ namespace: ns, body: pod("runs") })).status.phase, "Pending");
    const options = patchAs(k8s.PatchStrategy.MergePatch);
    await core.patchNamespacedPodStatus({ namespace: ns, name: "runs", body: { status: { phase: "Running" } } }, options);
  }],
  ["pod eviction", async () => {
    await core.createNamespacedPod({ namespace: ns, body: pod("evicted") });
    await core.createNamespacedPodEviction({ namespace: ns, name: "evicted", body: { metadata: { name: "evicted", namespace: ns } } });
  }],
  ["pod logs", async () => want("text", typeof (await core.readNamespacedPodLog({ namespace: ns, name: "runs", tailLines: 1 })), "string")],
  ["pod logs, streamed", () => eventually(async (done, fail) => {
    const out = collector();
    out.once("data", done);
    await new k8s.Log(kc).log(ns, "runs", "c", out, { tailLines: 1 }).catch(fail);
  })],
  ["exec", async () => {
    const out = collector();
    const status = await eventually((done) => new k8s.Exec(kc).exec(ns, "runs", "c", ["echo", "hello"], out, null, null, false, done));
    want("status", status.status, "Success");
    want("output", out.text, "hello\n");
  }],
  ["exec: exit code", async () => {
    const status = await eventually((done) => new k8s.Exec(kc).exec(ns, "runs", "c", ["sh", "-c", "exit 3"], collector(), null, null, false, done));
    want("exit code", status.details.causes[0].message, "3");
  }],
  ["exec: input", () => eventually(async (done) => {
    const [input, out] = [new PassThrough(), new PassThrough()];
    out.once("data", (piece) => done(want("echo", piece.toString(), "typed\n")));
    await new k8s.Exec(kc).exec(ns, "runs", "c", ["cat"], out, null, input, false);
    input.write("typed\n");
  })],
  ["attach", () => eventually(async (done) => {
    const [input, out] = [new PassThrough(), new PassThrough()];
    out.on("data", (piece) => piece.toString().includes("typed") && done());
    await new k8s.Attach(kc).attach(ns, "runs", "c", out, null, input, false);
    input.write("typed\n");
  })],
  ["port-forward", () => eventually(async (done) => {
    const [input, out] = [new PassThrough(), new PassThrough()];
    out.once("data", (piece) => done(want("echo", piece.toString(), "ping")));
    await new k8s.PortForward(kc).portForward(ns, "runs", [7], out, null, input);
    input.write("ping");
  })],
  ["cp", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kaudit-node-"));
    process.once("exit", () => fs.rmSync(folder, { recursive: true }));
    fs.writeFileSync(path.join(folder, "file"), "copied");
    await new k8s.Cp(kc).cpToPod(ns, "runs", "c", folder, "/tmp");
    for (const end = Date.now() + 20_000; Date.now() < end; ) { // it does not wait for the end
      const out = collector();
      await eventually((done) => new k8s.Exec(kc).exec(ns, "runs", "c", ["cat", "/tmp/file"], out, collector(), null, false, done));
      if (out.text === "copied") return;
    }
    throw new Error("the file does not arrive");
  }],
  ["token of a service account", async () => {
    await core.createNamespacedServiceAccount({ namespace: ns, body: { metadata: { name: "sa" } } });
    const body = { spec: { audiences: [], expirationSeconds: 3600 } };
    const { status } = await core.createNamespacedServiceAccountToken({ namespace: ns, name: "sa", body });
    const review = await of(k8s.AuthenticationV1Api).createTokenReview({ body: { spec: { token: status.token } } });
    want("user", review.status.user.username, "system:serviceaccount:default:sa");
  }],
  ["access reviews", async () => {
    const resourceAttributes = { namespace: ns, verb: "list", resource: "secrets" };
    want("self", (await access.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } })).status.allowed, true);
    want("jane", (await access.createSubjectAccessReview({ body: { spec: { user: "jane", resourceAttributes } } })).status.allowed, false);
  }],
  ["rules and self review", async () => {
    want("rules", (await access.createSelfSubjectRulesReview({ body: { spec: { namespace: ns } } })).status.resourceRules.length > 0, true);
    want("user", (await of(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} })).status.userInfo.username.length > 0, true);
  }],
  ["impersonation", async () => {
    const other = new k8s.KubeConfig();
    other.loadFromFile(process.env.KUBECONFIG);
    other.users[0] = { ...other.users[0], impersonateUser: "jane" };
    await fails(403, other.makeApiClient(k8s.CoreV1Api).listNamespacedSecret({ namespace: ns }));
  }],
  ["by a token", async () => {
    const other = new k8s.KubeConfig();
    other.loadFromFile(process.env.KAUDIT_TOKEN_KUBECONFIG);
    const review = await other.makeApiClient(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    want("user", review.status.userInfo.username, "alice");
  }],
  ["watch", () => eventually(async (done, fail) => {
    const seen = [];
    const watching = await new k8s.Watch(kc).watch(`/api/v1/namespaces/${ns}/configmaps`, { fieldSelector: "metadata.name=watched" }, (phase) => {
      seen.push(phase);
      if (seen.length === 2) {
        done(want("events", seen.join(), "ADDED,DELETED"));
        watching.abort();
      }
    }, fail);
    await core.createNamespacedConfigMap({ namespace: ns, body: configMap("watched") });
    await core.deleteNamespacedConfigMap({ namespace: ns, name: "watched" });
  })],
  ["informer", () => eventually(async (done, fail) => {
    const list = () => core.listNamespacedConfigMap({ namespace: ns });
    const informer = k8s.makeInformer(kc, `/api/v1/namespaces/${ns}/configmaps`, list);
    informer.on("error", fail);
    informer.on("add", (one) => {
      if (one.metadata.name !== "informed") return;
      informer.off("error", fail); // that it is stopped is one
      informer.stop().then(done, fail);
    });
    await informer.start();
    await core.createNamespacedConfigMap({ namespace: ns, body: configMap("informed") });
  })],
  ["generic objects", async () => {
    const made = await generic.create(configMap("generic"));
    made.data = { a: "1" };
    await generic.replace(made);
    await generic.patch({ ...configMap("generic"), data: { b: "2" } }, undefined, undefined, "node", true, k8s.PatchStrategy.ServerSideApply);
    want("a", (await generic.read(configMap("generic"))).data.a, "1");
    want("listed", (await generic.list("v1", "ConfigMap", ns)).items.some((one) => one.metadata.name === "generic"), true);
    await generic.delete(configMap("generic"));
  }],
  ["top of nodes", async () => {
    await core.createNode({ body: { metadata: { name: "n1" }, status: { allocatable: { cpu: "1", memory: "1Gi" } } } });
    want("nodes", (await k8s.topNodes(core)).length, 1);
  }],
  ["health", async () => want("healthy", await new k8s.Health(kc).readyz({}), true)],
  ["delete", async () => want("status", (await core.deleteNamespacedConfigMap({ namespace: ns, name: "cm" })).status, "Success")],
  ["delete with options", () => apps.deleteNamespacedDeployment({ namespace: ns, name: "web", body: { propagationPolicy: "Background" } })],
  ["delete a collection", async () => {
    await core.deleteCollectionNamespacedConfigMap({ namespace: ns, labelSelector: "of=node" });
    want("left", (await core.listNamespacedConfigMap({ namespace: ns, labelSelector: "of=node" })).items.length, 0);
  }],
];

let failed = 0;
for (const [name, run] of calls) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name} ${String(error?.message ?? error).replaceAll("\n", " ").slice(0, 600)}`);
  }
}
console.log(`${calls.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
