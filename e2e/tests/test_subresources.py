"""What kubectl does below objects: scale, rollout, drain, debug, certificate; and what it says of objects that break
the rules of their kind. In every version of kubectl that is there."""

import json
import unittest

from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server

PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
REPLICASETS = "/apis/apps/v1/namespaces/default/replicasets"
REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"

# openssl req -new -newkey ed25519 -nodes -subj /CN=jane -keyout /dev/null | base64 -w0
REQUEST = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHT01FSUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWFtRnVaVEFxTUFV"
    "R0F5dGxjQU1oQURPdHZiNFpIRDVSVGVNVgovWm9rd0wweXZLT1dCOXMyNzIzbXNBOXp3Rkdmb0FBd0JRWURLMlZ3QTBFQVg3RC81"
    "OXRNblZJM01uajd2SnIrCkx1RElXWEF0Z3lTeDJENnJ2VGQ5c2JlaE9sa0hZQ2wvNjFCcTEzcmlJQWk3VUpsbUlaLzR6dmMySWQ0"
    "L1N2RGoKQmc9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
)


def pod_template(image="nginx"):
    return {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": image}]},
    }


def pod(name, **spec):
    return {
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}], **spec},
    }


class SubresourcesTest(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def setUp(self):
        self.kubectl = Kubectl(self.program, self.server)

    def good(self, *arguments, stdin=""):
        done = self.kubectl(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def make(self, collection, body):
        """An object that is as new, whatever other tests left."""
        name = body["metadata"]["name"]
        self.server.ask("DELETE", f"{collection}/{name}?gracePeriodSeconds=0", user="admin")
        answer = self.server.ask("POST", collection, json.dumps(body), user="admin")
        self.assertEqual(answer.status, 201, answer.body)
        return json.loads(answer.body)

    def stored(self, path):
        return json.loads(self.server.ask("GET", path, user="admin").body)

    def deployment(self, name="web"):
        spec = {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "web"}},
            "template": pod_template(),
        }
        return self.make(DEPLOYMENTS, {"metadata": {"name": name}, "spec": spec})

    def last_event(self, **members):
        """The newest ResponseComplete whose objectRef and verb have these members."""

        def fits(event):
            ref = {**event.get("objectRef", {}), "verb": event["verb"]}
            return event["stage"] == "ResponseComplete" and all(ref.get(k) == v for k, v in members.items())

        self.server.wait_for(lambda lines: any(fits(json.loads(line)) for line in lines), f"event {members}")
        return [event for event in self.server.events() if fits(event)][-1]

    def test_scale(self):
        self.deployment()
        self.assertIn("scaled", self.good("scale", "deployment", "web", "--replicas=3"))
        self.assertEqual(self.stored(f"{DEPLOYMENTS}/web")["spec"]["replicas"], 3)
        event = self.last_event(resource="deployments", subresource="scale", verb="patch")
        self.assertEqual(event["objectRef"]["apiGroup"], "apps")
        self.assertEqual(event["requestObject"], {"spec": {"replicas": 3}})
        self.assertEqual(event["responseObject"]["kind"], "Scale")
        self.assertEqual(event["responseObject"]["apiVersion"], "autoscaling/v1")

    def test_rollout(self):
        owner = self.deployment()
        for revision, image in (("1", "nginx:1"), ("2", "nginx")):
            template = pod_template(image)
            template["metadata"]["labels"]["pod-template-hash"] = revision
            self.make(
                REPLICASETS,
                {
                    "metadata": {
                        "name": f"web-{revision}",
                        "labels": {"app": "web", "pod-template-hash": revision},
                        "annotations": {"deployment.kubernetes.io/revision": revision},
                        "ownerReferences": [
                            {
                                "apiVersion": "apps/v1",
                                "kind": "Deployment",
                                "name": "web",
                                "uid": owner["metadata"]["uid"],
                                "controller": True,
                            }
                        ],
                    },
                    "spec": {
                        "selector": {"matchLabels": {"app": "web", "pod-template-hash": revision}},
                        "template": template,
                    },
                },
            )
        self.assertIn("2", self.good("rollout", "history", "deployment/web"))
        self.assertIn("restarted", self.good("rollout", "restart", "deployment/web"))
        annotations = self.stored(f"{DEPLOYMENTS}/web")["spec"]["template"]["metadata"]["annotations"]
        self.assertIn("kubectl.kubernetes.io/restartedAt", annotations)
        self.assertIn("rolled back", self.good("rollout", "undo", "deployment/web", "--to-revision=1"))
        containers = self.stored(f"{DEPLOYMENTS}/web")["spec"]["template"]["spec"]["containers"]
        self.assertEqual(containers[0]["image"], "nginx:1")
        self.assertIn("Waiting", self.good("rollout", "status", "deployment/web", "--watch=false"))

    def test_drain(self):
        self.make("/api/v1/nodes", {"metadata": {"name": "node"}})
        self.make(PODS, pod("drained", nodeName="node"))
        said = self.good("drain", "node", "--force", "--grace-period=0", "--timeout=30s")
        self.assertIn("drained", said)
        self.assertTrue(self.stored("/api/v1/nodes/node")["spec"]["unschedulable"])
        self.assertEqual(self.server.ask("GET", f"{PODS}/drained", user="admin").status, 404)
        event = self.last_event(resource="pods", subresource="eviction", verb="create")
        self.assertEqual(event["requestObject"]["kind"], "Eviction")
        self.assertEqual(event["responseStatus"]["code"], 201)
        self.assertEqual(event["objectRef"]["name"], "drained")

    def test_debug(self):
        self.make(PODS, pod("debugged"))
        self.good("debug", "debugged", "--image=busybox", "--container=d", "--target=c", "--attach=false", "--", "true")
        added = self.stored(f"{PODS}/debugged")["spec"]["ephemeralContainers"]
        self.assertEqual([(each["name"], each["image"]) for each in added], [("d", "busybox")])
        event = self.last_event(resource="pods", subresource="ephemeralcontainers", verb="patch")
        self.assertEqual(event["responseStatus"]["code"], 200)

    def test_certificate(self):
        for verb, name, condition in (("approve", "good", "Approved"), ("deny", "bad", "Denied")):
            self.make(
                REQUESTS,
                {
                    "metadata": {"name": name},
                    "spec": {"request": REQUEST, "signerName": "example.com/s", "usages": ["client auth"]},
                },
            )
            self.good("certificate", verb, name)
            conditions = self.stored(f"{REQUESTS}/{name}")["status"]["conditions"]
            self.assertEqual([each["type"] for each in conditions], [condition])
            event = self.last_event(subresource="approval", name=name)
            self.assertEqual(event["responseStatus"]["code"], 200)

    def test_what_is_refused_is_said(self):
        bad = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": []}}
        refused = self.kubectl("create", "--validate=false", "-f", "-", stdin=json.dumps(bad))
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn('The Pod "x" is invalid: spec.containers: Required value', refused.stderr)
        self.deployment("fixed")
        changed = json.dumps({"spec": {"selector": {"matchLabels": {"app": "other"}}}})
        refused = self.kubectl("patch", "deployment", "fixed", "--type=merge", "-p", changed)
        self.assertIn("field is immutable", refused.stderr)
        event = self.last_event(resource="deployments", name="fixed", verb="patch")
        self.assertEqual(event["responseStatus"]["code"], 422)
        self.assertEqual(event["responseStatus"]["reason"], "Invalid")


globals().update(classes_for_kubectls(__name__, SubresourcesTest, "Subresources"))
del SubresourcesTest  # only its subclasses have a kubectl

if __name__ == "__main__":
    unittest.main()
