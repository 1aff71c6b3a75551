"""Policies at work, as a reader of the audit log sees them: through jq, with requests by curl."""

import json
import os
import unittest

from kaudit_e2e import server
from kaudit_e2e.clients import curl, jq
from kaudit_e2e.server import Server

E2E = os.path.dirname(server.HERE)
CORE = "/api/v1/namespaces/default"


class TeachingPolicy(unittest.TestCase):
    """Eight requests (and one that makes what they update) under e2e/quickstart-policy.yaml."""

    # the request's name, what jq shows of its events
    EXPECTED = {
        "pod-create": ["ResponseComplete RequestResponse create pods - 201 requestObject,responseObject"],
        "pod-get": ["ResponseComplete RequestResponse get pods - 200 responseObject"],
        "pod-log": [
            "ResponseStarted Metadata get pods log 200 ",
            "ResponseComplete Metadata get pods log 200 ",
        ],
        "pod-status": ["ResponseComplete Metadata patch pods status 200 "],
        # The name of what is made is in the body, where a policy does not look; the update has it
        # in the URL.
        "leader-made": ["ResponseComplete Metadata create configmaps - 201 "],
        "leader": [],
        "configmap": ["ResponseComplete Metadata create configmaps - 201 "],
        "secret": ["ResponseComplete Metadata create secrets - 201 "],
        "healthz": ["ResponseComplete Metadata get - - 200 "],
    }
    SHOWN = (
        'select(.auditID == $id) | "\\(.stage) \\(.level) \\(.verb) \\(.objectRef.resource // "-")'
        ' \\(.objectRef.subresource // "-") \\(.responseStatus.code) \\([keys[] | select(endswith("Object"))] | join(","))"'
    )

    def test_what_each_of_eight_requests_leaves(self):
        with open(os.path.join(E2E, "quickstart-policy.yaml"), encoding="utf-8") as file:
            policy = file.read()
        with Server(policy) as running:

            def ask(audit_id, path, method="GET", body=None, content_type="application/json"):
                data = (
                    ["-H", f"Content-Type: {content_type}", "--data-binary", json.dumps(body)] if body else []
                )
                done = curl(
                    running, "--fail-with-body", "-X", method, "-H", f"Audit-ID: {audit_id}", *data, path
                )
                self.assertEqual(done.returncode, 0, f"{audit_id}: {done.stdout}{done.stderr}")

            def thing(kind, name, **members):
                return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **members}

            pod = thing("Pod", "web", spec={"containers": [{"name": "c", "image": "nginx"}]})
            ask("leader-made", CORE + "/configmaps", "POST", thing("ConfigMap", "controller-leader"))
            ask("pod-create", CORE + "/pods", "POST", pod)
            ask("pod-get", CORE + "/pods/web")
            ask("pod-log", CORE + "/pods/web/log")
            ask(
                "pod-status",
                CORE + "/pods/web/status",
                "PATCH",
                {"status": {"phase": "Running"}},
                "application/merge-patch+json",
            )
            ask(
                "leader",
                CORE + "/configmaps/controller-leader",
                "PUT",
                thing("ConfigMap", "controller-leader", data={"holder": "b"}),
            )
            ask(
                "configmap",
                CORE + "/configmaps",
                "POST",
                thing("ConfigMap", "settings", data={"colour": "blue"}),
            )
            ask("secret", CORE + "/secrets", "POST", thing("Secret", "door", stringData={"key": "sesame"}))
            ask("healthz", "/healthz")
            running.events_of("healthz", 1)
            running.stop()

            for audit_id, expected in self.EXPECTED.items():
                with self.subTest(audit_id):
                    self.assertEqual(
                        jq(self.SHOWN, running.log, "-r", "--arg", "id", audit_id).splitlines(), expected
                    )
            everything = jq(".", running.log, "-c").splitlines()
            self.assertEqual(
                len(everything), sum(map(len, self.EXPECTED.values())), "one event a line, nothing else"
            )
            self.assertNotIn("sesame", jq(".", running.log))


class Rules(unittest.TestCase):
    POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: [mallory]
- level: Request
  userGroups: [ops]
  verbs: [create]
- level: Metadata
  namespaces: [kube-system]
  omitStages: [RequestReceived]
- level: RequestResponse
  resources: [{group: "", resources: ["*/status"]}]
- level: Metadata
  nonResourceURLs: ["/health*"]
"""

    def test_each_rule_is_found_by_the_server_as_by_the_command(self):
        with Server(self.POLICY) as running:
            configmaps = "/api/v1/namespaces/{}/configmaps"
            body = '{"metadata":{"generateName":"r-"}}'
            for name, method, path, data, user, want in (
                ("by-user", "GET", "/healthz", "", "mallory", []),
                (
                    "by-group",
                    "POST",
                    configmaps.format("default"),
                    body,
                    "alice",
                    ["RequestReceived", "ResponseComplete"],
                ),
                ("by-namespace", "GET", configmaps.format("kube-system"), "", "alice", ["ResponseComplete"]),
                (
                    "by-status",
                    "GET",
                    "/api/v1/namespaces/default/status",
                    "",
                    "alice",
                    ["RequestReceived", "ResponseComplete"],
                ),
                ("by-path", "GET", "/healthz", "", "alice", ["RequestReceived", "ResponseComplete"]),
                ("by-none", "GET", "/version", "", "alice", []),
            ):
                with self.subTest(name):
                    running.ask(method, path, data, user=user, audit_id=name)
                    if want:
                        running.events_of(name, len(want))
                    self.assertEqual([e["stage"] for e in running.events(name)], want)
            self.assertNotIn("responseObject", running.events("by-group")[-1])
            self.assertIn("requestObject", running.events("by-group")[-1])
            self.assertIn("responseObject", running.events("by-status")[-1])


if __name__ == "__main__":
    unittest.main()
