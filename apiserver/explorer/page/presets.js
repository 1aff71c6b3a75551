// Requests to try, those of the lessons among them.
const POD = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { containers: [{ name: "c", image: "nginx" }] } }, null, 2);
const SECRET = JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name: "door" }, stringData: { key: "sesame" } }, null, 2);
const APPLY = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: { colour: "blue" } }, null, 2);
const PODS = "/api/v1/namespaces/default/pods";

export const PRESETS = [
  { id: "list", title: "List pods: one request, two events (lesson 1)", method: "GET", path: PODS },
  { id: "create", title: "Create a pod: levels and bodies (lesson 2)", method: "POST", path: PODS, body: POD },
  { id: "secret", title: "Create a secret: should its body be recorded? (lesson 3)", method: "POST", path: "/api/v1/namespaces/default/secrets", body: SECRET },
  { id: "forbidden", title: "403: a user who may not (lesson 6)", method: "GET", path: "/api/v1/secrets", user: "mallory", groups: ["system:authenticated"] },
  { id: "watch", title: "A watch: three events (lesson 7)", method: "GET", path: `${PODS}?watch=true` },
  { id: "merge", title: "A patch: recorded as it was sent (lesson 9)", method: "PATCH", path: `${PODS}/web`, contentType: "application/merge-patch+json", body: '{"metadata":{"labels":{"tier":"front"}}}' },
  { id: "apply", title: "Server-side apply (lesson 9)", method: "PATCH", path: "/api/v1/namespaces/default/configmaps/settings?fieldManager=me", contentType: "application/apply-patch+yaml", body: APPLY },
  { id: "impersonate", title: "Acting for somebody else (lesson 10)", method: "GET", path: PODS, asUser: "jane", asGroups: ["dev"] },
  { id: "account", title: "As a service account (lesson 10)", method: "GET", path: PODS, user: "system:serviceaccount:default:default",
    groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"] },
  { id: "missing", title: "404: what is not there", method: "GET", path: `${PODS}/nowhere` },
  { id: "delete", title: "Delete a pod: who did it? (lesson 15)", method: "DELETE", path: `${PODS}/web` },
  { id: "health", title: "A path that is no resource", method: "GET", path: "/healthz" },
  { id: "panic", title: "A handler that throws (needs --enable-debug-endpoints; lesson 8)", method: "GET", path: "/debug/panic" },
];
