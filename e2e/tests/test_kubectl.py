"""kubectl works, in every version that is there, and its requests are recorded. Without kubectl
these are skipped."""

import json
import os
import re
import select
import unittest

from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"


def configmap(name, **data):
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})


class KubectlTest(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def setUp(self):
        self.kubectl = Kubectl(self.program, self.server)

    def good(self, *arguments, stdin=""):
        done = self.kubectl(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def has(self, name, **data):
        """Makes sure of an object, whatever other tests left."""
        self.server.ask("DELETE", f"{CONFIGMAPS}/{name}", user="admin")
        self.assertEqual(
            self.server.ask("POST", CONFIGMAPS, configmap(name, **data), user="admin").status, 201
        )

    def stored(self, name):
        return json.loads(self.server.ask("GET", f"{CONFIGMAPS}/{name}", user="admin").body)

    def last_event(self, **members):
        """The newest ResponseComplete whose objectRef and verb have these members."""

        def fits(event):
            ref = {**event.get("objectRef", {}), "verb": event["verb"]}
            return event["stage"] == "ResponseComplete" and all(ref.get(k) == v for k, v in members.items())

        self.server.wait_for(lambda lines: any(fits(json.loads(line)) for line in lines), f"event {members}")
        return [event for event in self.server.events() if fits(event)][-1]

    def test_version(self):
        self.assertRegex(self.good("version"), r"Server Version")

    def test_api_resources(self):
        listed = self.good("api-resources", "-o", "name").split()
        for name in (
            "configmaps",
            "namespaces",
            "pods",
            "secrets",
            "deployments.apps",
            "clusterroles.rbac.authorization.k8s.io",
        ):
            self.assertIn(name, listed)

    def test_create_from_a_file(self):
        self.server.ask("DELETE", f"{CONFIGMAPS}/made", user="admin")
        self.assertIn(
            "configmap/made created", self.good("create", "-f", "-", stdin=configmap("made", a="b"))
        )
        event = self.last_event(verb="create", resource="configmaps", name="made")
        self.assertEqual(event["requestObject"]["data"], {"a": "b"})
        self.assertTrue(event["userAgent"].startswith("kubectl"))
        again = self.kubectl("create", "-f", "-", stdin=configmap("made"))
        self.assertNotEqual(again.returncode, 0)
        self.assertIn('configmaps "made" already exists', again.stderr)

    def test_get(self):
        self.has("got", colour="blue")
        self.assertIn("got", self.good("get", "configmaps"))
        self.assertEqual(self.good("get", "configmap", "got", "-o", "name").strip(), "configmap/got")
        self.assertIn("colour: blue", self.good("get", "configmap", "got", "-o", "yaml"))
        self.assertEqual(self.good("get", "cm", "got", "-o", "jsonpath={.data.colour}"), "blue")
        self.assertRegex(self.good("get", "namespaces"), r"default\b[\s\S]*kube-system")
        missing = self.kubectl("get", "configmap", "nope")
        self.assertIn('configmaps "nope" not found', missing.stderr)

    def test_get_watch(self):
        self.has("watched-1")
        watch = self.kubectl.start("get", "configmaps", "-w", "-o", "name")
        seen = ""
        try:
            for name in ("configmap/watched-1", "configmap/watched-2"):
                while name + "\n" not in seen:
                    waited = select.select([watch.stdout], [], [], 30)[0]
                    self.assertTrue(waited, f"{name} is not reported; so far {seen}")
                    piece = os.read(watch.stdout.fileno(), 4096).decode()
                    self.assertTrue(piece, f"the watch ended with exit code {watch.poll()}")
                    seen += piece
                if name.endswith("1"):
                    self.has("watched-2")
        finally:
            watch.kill()
            watch.communicate()

    def test_apply_new_and_unchanged(self):
        self.server.ask("DELETE", f"{CONFIGMAPS}/applied", user="admin")
        self.assertIn("created", self.good("apply", "-f", "-", stdin=configmap("applied", a="1")))
        self.assertIn("unchanged", self.good("apply", "-f", "-", stdin=configmap("applied", a="1")))

    def test_apply_changed(self):
        self.server.ask("DELETE", f"{CONFIGMAPS}/changed", user="admin")
        self.good("apply", "-f", "-", stdin=configmap("changed", a="1", b="1"))
        self.assertIn("configured", self.good("apply", "-f", "-", stdin=configmap("changed", a="2")))
        self.assertEqual(self.stored("changed")["data"], {"a": "2"})
        self.assertEqual(self.last_event(verb="patch", name="changed")["responseStatus"]["code"], 200)

    def test_patch_label_annotate(self):
        self.has("patched", a="1")
        self.good("patch", "configmap", "patched", "--type=merge", "-p", '{"data":{"b":"2"}}')
        self.good("label", "configmap", "patched", "tier=front")
        self.good("annotate", "configmap", "patched", "why=because")
        object_ = self.stored("patched")
        self.assertEqual(object_["data"], {"a": "1", "b": "2"})
        self.assertEqual(object_["metadata"]["labels"], {"tier": "front"})
        self.assertEqual(object_["metadata"]["annotations"], {"why": "because"})
        self.assertIn("why", json.dumps(self.last_event(verb="patch", name="patched")["requestObject"]))

    def test_delete(self):
        self.has("gone")
        self.assertRegex(self.good("delete", "configmap", "gone"), r'configmap "gone" deleted')
        self.assertEqual(self.server.ask("GET", f"{CONFIGMAPS}/gone", user="admin").status, 404)
        self.assertEqual(
            self.last_event(verb="delete", name="gone")["requestObject"]["kind"], "DeleteOptions"
        )

    def test_a_namespace_of_ones_own(self):
        name = "own-" + re.sub(r"\D", "-", os.path.basename(self.program)).strip("-")
        self.good(
            "create",
            "-f",
            "-",
            stdin=json.dumps(
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name.rstrip("-")}}
            ),
        )
        self.good("-n", name.rstrip("-"), "create", "-f", "-", stdin=configmap("inside"))
        self.assertIn("inside", self.good("get", "configmaps", "-A"))

    def test_logs(self):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "talker"},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        }
        self.server.ask("DELETE", "/api/v1/namespaces/default/pods/talker", user="admin")
        self.server.ask("POST", "/api/v1/namespaces/default/pods", json.dumps(pod), user="admin")
        self.assertTrue(self.good("logs", "talker"))
        self.assertEqual(self.last_event(resource="pods", name="talker", subresource="log")["verb"], "get")


globals().update(classes_for_kubectls(__name__, KubectlTest, "Kubectl"))
del KubectlTest

if __name__ == "__main__":
    unittest.main()
