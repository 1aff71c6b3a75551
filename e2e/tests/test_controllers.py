"""Controllers that are done at once (--instant-controllers, docs/testing.md), as kubectl waits for them."""

import json
import unittest

from kaudit_e2e.clients import NO_KUBECTL, Kubectl, kubectls
from kaudit_e2e.server import PATIENCE, Server
from kaudit_e2e.waiting import until

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
"""
STATEFUL_SET = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: db}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
DAEMON_SET = """apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: agent}]}
"""
JOB = """apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  completions: 3
  parallelism: 2
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: work}]}
"""
ACCOUNT = "system:serviceaccount:kube-system:"
FLAGS = ["--instant-controllers", "--enable-test-api"]


class Controllers(unittest.TestCase):
    program = None

    def setUp(self):
        found = kubectls()
        if not found:
            self.skipTest(NO_KUBECTL)
        self.server = self.enterContext(Server(flags=FLAGS))
        self.kubectl = Kubectl(found[0], self.server)

    def run_kubectl(self, *arguments, stdin=""):
        done = self.kubectl(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}")
        return done.stdout

    def get(self, *what):
        return json.loads(self.run_kubectl("get", *what, "-o", "json"))

    def writes(self):
        """(user, verb, resource/subresource, code) of what was written, in its order."""
        events = [e for e in self.server.events() if e["stage"] == "ResponseComplete" and e["verb"] in
                  ("create", "update", "patch", "delete") and e["objectRef"]["resource"] not in ("selfsubjectreviews",)]  # fmt: skip
        place = lambda o: o["resource"] + ("/" + o["subresource"] if "subresource" in o else "")
        return [(e["user"]["username"], e["verb"], place(e["objectRef"]), e["responseStatus"]["code"]) for e in events]

    def test_a_deployment_rolls_out_and_its_log_is_a_clusters(self):
        self.run_kubectl("apply", "-f", "-", stdin=DEPLOYMENT)
        self.run_kubectl("rollout", "status", "deployment/web", "--timeout=20s")
        self.run_kubectl("wait", "--for=condition=Available", "deployment/web", "--timeout=20s")
        self.run_kubectl("wait", "--for=condition=Ready", "pod", "-l", "app=web", "--timeout=20s")
        status = self.get("deployment", "web")["status"]
        self.assertEqual((status["readyReplicas"], status["updatedReplicas"], status["availableReplicas"]), (3, 3, 3))
        writes = self.writes()
        for expected in (
            (ACCOUNT + "deployment-controller", "create", "replicasets", 201),
            (ACCOUNT + "deployment-controller", "update", "deployments/status", 200),
            (ACCOUNT + "replicaset-controller", "create", "pods", 201),
            (ACCOUNT + "replicaset-controller", "update", "replicasets/status", 200),
            ("system:kube-scheduler", "create", "pods/binding", 201),
            ("system:node:kaudit-node", "patch", "pods/status", 200),
        ):
            self.assertIn(expected, writes)
        groups = {e["user"]["username"]: e["user"]["groups"] for e in self.server.events()}
        self.assertEqual(groups[ACCOUNT + "deployment-controller"],
                         ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"])  # fmt: skip
        self.assertEqual(groups["system:node:kaudit-node"], ["system:nodes", "system:authenticated"])

    def test_a_new_template_scaling_and_an_undo(self):
        self.run_kubectl("apply", "-f", "-", stdin=DEPLOYMENT)
        self.run_kubectl("rollout", "status", "deployment/web", "--timeout=20s")
        self.run_kubectl("set", "image", "deployment/web", "c=nginx:2")
        self.run_kubectl("rollout", "status", "deployment/web", "--timeout=20s")
        until(lambda: len(self.get("pods", "-l", "app=web")["items"]) == 3, "the old Pods to go", PATIENCE)
        self.assertEqual({p["spec"]["containers"][0]["image"] for p in self.get("pods")["items"]}, {"nginx:2"})
        self.run_kubectl("scale", "deployment/web", "--replicas=1")
        until(lambda: len(self.get("pods", "-l", "app=web")["items"]) == 1, "the others to go", PATIENCE)
        self.run_kubectl("rollout", "undo", "deployment/web")
        self.run_kubectl("rollout", "status", "deployment/web", "--timeout=20s")
        until(lambda: [p["spec"]["containers"][0]["image"] for p in self.get("pods")["items"]] == ["nginx"], "the undo", PATIENCE)
        self.assertEqual(self.get("deployment", "web")["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "3")
        self.run_kubectl("delete", "deployment/web", "--timeout=20s")
        until(lambda: not self.get("pods")["items"] and not self.get("replicasets")["items"], "all of it to go", PATIENCE)

    def test_sets_of_the_other_kinds(self):
        self.run_kubectl("apply", "-f", "-", stdin=STATEFUL_SET + "---\n" + DAEMON_SET)
        self.run_kubectl("rollout", "status", "statefulset/db", "--timeout=20s")
        self.run_kubectl("rollout", "status", "daemonset/agent", "--timeout=20s")
        self.assertEqual([p["metadata"]["name"] for p in self.get("pods", "-l", "app=db")["items"]], ["db-0", "db-1"])
        claims = self.get("pvc")["items"]
        self.assertEqual([(c["metadata"]["name"], c["status"]["phase"]) for c in claims],
                         [("data-db-0", "Bound"), ("data-db-1", "Bound")])  # fmt: skip
        self.assertEqual(self.get("pods", "-l", "app=agent")["items"][0]["spec"]["nodeName"], "kaudit-node")
        self.run_kubectl("rollout", "restart", "statefulset/db")
        self.run_kubectl("rollout", "status", "statefulset/db", "--timeout=20s")

    def test_jobs_complete(self):
        self.run_kubectl("apply", "-f", "-", stdin=JOB)
        self.run_kubectl("wait", "--for=condition=Complete", "job/once", "--timeout=20s")
        self.assertEqual(self.get("job", "once")["status"]["succeeded"], 3)
        self.assertEqual({p["status"]["phase"] for p in self.get("pods")["items"]}, {"Succeeded"})
        self.run_kubectl("create", "cronjob", "later", "--image=x", "--schedule=* * * * *")
        self.run_kubectl("create", "job", "now", "--from=cronjob/later")
        self.run_kubectl("wait", "--for=condition=Complete", "job/now", "--timeout=20s")

    def advance(self, text):
        answer = self.server.ask("POST", "/kaudit/v1/clock", json.dumps({"advance": text}).encode(), user="admin")
        self.assertEqual(answer.status, 200, answer.text())

    def jobs(self):
        return self.get("jobs")["items"]

    def test_cron_jobs_fire_when_the_clock_says_so(self):
        self.run_kubectl("create", "cronjob", "tick", "--image=x", "--schedule=0 0 1 1 *")
        self.assertEqual(self.jobs(), [])
        # Two times are missed, and the later one is made up for.
        self.advance("17600h")
        until(lambda: [j for j in self.jobs() if j["status"].get("succeeded")], "the Job of a new year", PATIENCE)
        (job,) = self.jobs()
        scheduled = job["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"]
        self.assertRegex(scheduled, r"^20\d\d-01-01T00:00:00Z$")
        self.assertRegex(job["metadata"]["name"], r"^tick-\d{8,}$")
        self.assertEqual(job["metadata"]["ownerReferences"][0]["kind"], "CronJob")
        status = lambda: self.get("cronjob", "tick")["status"]
        until(lambda: "lastSuccessfulTime" in status() and "active" not in status(), "its end in the status", PATIENCE)
        self.assertEqual(status()["lastScheduleTime"], scheduled)
        cron = ACCOUNT + "cronjob-controller"
        self.assertIn((cron, "create", "jobs", 201), self.writes())
        self.assertIn((cron, "update", "cronjobs/status", 200), self.writes())
        # Of those that are done three are kept.
        for years in range(1, 5):
            self.advance("8784h")
            until(lambda: status()["lastScheduleTime"] > scheduled and status().get("lastSuccessfulTime", "") > status()["lastScheduleTime"],
                  f"year {years}", PATIENCE)  # fmt: skip
            scheduled = status()["lastScheduleTime"]
        until(lambda: len(self.jobs()) == 3, lambda: f"three Jobs of {len(self.jobs())}", PATIENCE)

    def test_cron_jobs_that_are_suspended_or_of_another_zone_do_not_fire(self):
        self.run_kubectl("create", "cronjob", "tick", "--image=x", "--schedule=@yearly")
        self.run_kubectl("patch", "cronjob", "tick", "-p", '{"spec":{"suspend":true}}')
        self.run_kubectl("create", "cronjob", "far", "--image=x", "--schedule=@yearly")
        self.run_kubectl("patch", "cronjob", "far", "-p", '{"spec":{"timeZone":"Asia/Tokyo"}}')
        self.run_kubectl("create", "cronjob", "near", "--image=x", "--schedule=@yearly")
        self.advance("8784h")
        until(lambda: self.jobs(), "the Job of the third", PATIENCE)
        self.assertEqual({j["metadata"]["ownerReferences"][0]["name"] for j in self.jobs()}, {"near"})
        self.assertIn("CronJob default/far does not fire", self.server.stderr())

    def test_pods_alone(self):
        self.run_kubectl("run", "alone", "--image=x")
        self.run_kubectl("wait", "--for=condition=Ready", "pod/alone", "--timeout=20s")
        self.run_kubectl("delete", "pod/alone", "--timeout=20s")
        self.assertEqual(self.get("pods")["items"], [])
        service = '{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]}}'
        self.run_kubectl("apply", "-f", "-", stdin=service)
        self.run_kubectl("wait", "--for=jsonpath={.status.loadBalancer.ingress[0].ip}=192.0.2.1", "service/s", "--timeout=20s")

    def test_pods_that_end_by_themselves_succeed(self):
        """As those of `helm test` and `kubectl run --restart=Never`, which nobody owns."""
        for policy in ("Never", "OnFailure"):
            name = policy.lower()
            self.run_kubectl("run", name, "--image=x", f"--restart={policy}")
            self.run_kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", f"pod/{name}", "--timeout=20s")
            status = self.get("pod", name)["status"]
            self.assertEqual(status["containerStatuses"][0]["state"]["terminated"]["reason"], "Completed")
            ready = [c for c in status["conditions"] if c["type"] == "Ready"]
            self.assertEqual([(c["status"], c["reason"]) for c in ready], [("False", "PodCompleted")])
        # One that is restarted runs on beside them.
        self.run_kubectl("run", "always", "--image=x")
        self.run_kubectl("wait", "--for=condition=Ready", "pod/always", "--timeout=20s")
        self.assertEqual(self.get("pod", "always")["status"]["phase"], "Running")


class Together(unittest.TestCase):
    """With seeds, resets, faults and RBAC."""

    def test_what_was_seeded_is_ready_when_the_server_is_and_after_a_reset(self):
        server = Server(flags=FLAGS)
        server.arguments += ["--seed", server.write("seed.yaml", DEPLOYMENT + "---\n" + JOB)]
        with server:
            def state():
                web = json.loads(server.ask("GET", "/apis/apps/v1/namespaces/default/deployments/web").body)
                pods = json.loads(server.ask("GET", "/api/v1/namespaces/default/pods").body)["items"]
                return web["status"].get("availableReplicas"), sorted(p["metadata"]["uid"] for p in pods)

            first = state()
            self.assertEqual((first[0], len(first[1])), (3, 6))
            server.ask("DELETE", "/apis/apps/v1/namespaces/default/deployments/web")
            server.ask("POST", "/api/v1/namespaces/default/pods", b'{"metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"i"}]}}')
            self.assertEqual(server.ask("POST", "/kaudit/v1/reset", user="admin").status, 200)
            self.assertEqual(state(), first)
            scale = b'{"spec":{"replicas":4}}'
            server.ask("PATCH", "/apis/apps/v1/namespaces/default/deployments/web", scale, [("Content-Type", "application/merge-patch+json")])
            until(lambda: state()[0] == 4, "the controllers, which live on", PATIENCE)

    def test_controllers_are_let_in_by_roles_and_try_again_after_faults(self):
        with Server(flags=FLAGS, authorization="RBAC") as server:
            fault = b'{"match":{"users":["system:serviceaccount:kube-system:replicaset-controller"]},"times":2,"action":{"status":500}}'
            self.assertEqual(server.ask("POST", "/kaudit/v1/faults", fault, user="admin").status, 201)
            body = json.dumps({"metadata": {"name": "web"}, "spec": {
                "replicas": 1, "selector": {"matchLabels": {"a": "b"}},
                "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}}})  # fmt: skip
            path = "/apis/apps/v1/namespaces/default/deployments"
            self.assertEqual(server.ask("POST", path, body.encode(), user="admin").status, 201)
            ready = lambda: json.loads(server.ask("GET", path + "/web", user="admin").body)["status"].get("readyReplicas") == 1
            until(ready, "a ready Deployment", PATIENCE)
            reasons = {e["annotations"]["authorization.k8s.io/reason"] for e in server.events()
                       if "controller" in e["user"]["username"] and "annotations" in e}  # fmt: skip
            self.assertTrue(any('ClusterRoleBinding "system:controller:replicaset-controller"' in r for r in reasons), reasons)
            self.assertEqual([e for e in server.events() if e.get("responseStatus", {}).get("code") == 403], [])


if __name__ == "__main__":
    unittest.main()
