"""Patches, server-side apply and managedFields: as raw requests, and as kubectl does them."""

import json
import os
import unittest

from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
SERVICES = "/api/v1/namespaces/default/services"

SERVICE = """
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80}
  - {name: dns, port: 53, protocol: UDP}
"""


def configmap(name, **data):
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})


class RawPatches(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def patch(self, target, media_type, body):
        return self.server.ask(
            "PATCH", target, body, user="admin", headers=[("Content-Type", f"application/{media_type}")]
        )

    def test_each_type_of_patch(self):
        self.server.ask("POST", CONFIGMAPS, configmap("raw", a="1"), user="admin")
        for media_type, body, data in (
            ("merge-patch+json", '{"data":{"b":"2"}}', {"a": "1", "b": "2"}),
            ("json-patch+json", '[{"op":"remove","path":"/data/a"}]', {"b": "2"}),
            ("strategic-merge-patch+json", '{"data":{"$patch":"replace","c":"3"}}', {"c": "3"}),
        ):
            answer = self.patch(f"{CONFIGMAPS}/raw", media_type, body)
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(json.loads(answer.body)["data"], data)

    def test_an_apply_creates_and_prunes(self):
        target = f"{CONFIGMAPS}/made?fieldManager=me"
        self.assertEqual(
            self.patch(target, "apply-patch+yaml", configmap("made", a="1", b="2")).status, 201
        )
        answer = self.patch(target, "apply-patch+yaml", configmap("made", a="1"))
        self.assertEqual(answer.status, 200)
        self.assertEqual(json.loads(answer.body)["data"], {"a": "1"})


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

    def stored(self, target):
        return json.loads(self.server.ask("GET", target, user="admin").body)

    def remove(self, target):
        self.server.ask("DELETE", target, user="admin")

    def test_apply_on_the_client_side(self):
        self.remove(f"{SERVICES}/web")
        self.assertIn("created", self.good("apply", "-f", "-", stdin=SERVICE))
        self.assertIn("unchanged", self.good("apply", "-f", "-", stdin=SERVICE))
        changed = SERVICE.replace("port: 80}", "port: 80, targetPort: 8080}").replace("name: dns", "name: d")
        self.assertIn("configured", self.good("apply", "-f", "-", stdin=changed))
        ports = self.stored(f"{SERVICES}/web")["spec"]["ports"]
        self.assertEqual([port["name"] for port in ports], ["http", "d"])
        self.assertEqual(ports[0]["targetPort"], 8080)

    def test_apply_on_the_server_side(self):
        self.remove(f"{CONFIGMAPS}/ssa")
        apply = ("apply", "--server-side", "-f", "-")
        self.good(*apply, stdin=configmap("ssa", a="1", b="1"))
        self.good(*apply, stdin=configmap("ssa", a="1"))
        self.assertEqual(self.stored(f"{CONFIGMAPS}/ssa")["data"], {"a": "1"})
        refused = self.kubectl(*apply, "--field-manager=other", stdin=configmap("ssa", a="2"))
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn('conflict with "kubectl": .data.a', refused.stderr)
        self.good(*apply, "--field-manager=other", "--force-conflicts", stdin=configmap("ssa", a="2"))
        managers = [m["manager"] for m in self.stored(f"{CONFIGMAPS}/ssa")["metadata"]["managedFields"]]
        self.assertEqual(managers, ["other"])

    def test_from_the_client_side_to_the_server_side(self):
        self.remove(f"{CONFIGMAPS}/moved")
        self.good("apply", "-f", "-", stdin=configmap("moved", a="1"))
        self.good("apply", "--server-side", "-f", "-", stdin=configmap("moved", a="2"))
        object_ = self.stored(f"{CONFIGMAPS}/moved")
        self.assertEqual(object_["data"], {"a": "2"})
        self.assertIn(
            ("kubectl", "Apply"),
            [(m["manager"], m["operation"]) for m in object_["metadata"]["managedFields"]],
        )

    def test_diff(self):
        self.remove(f"{CONFIGMAPS}/differs")
        self.good("apply", "-f", "-", stdin=configmap("differs", a="1"))
        self.assertEqual(self.kubectl("diff", "-f", "-", stdin=configmap("differs", a="1")).returncode, 0)
        done = self.kubectl("diff", "-f", "-", stdin=configmap("differs", a="2"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r'\+\s+a: "2"')
        self.assertEqual(self.stored(f"{CONFIGMAPS}/differs")["data"], {"a": "1"})
        done = self.kubectl("diff", "--server-side", "--force-conflicts", "-f", "-", stdin=configmap("differs", a="2"))
        self.assertEqual(done.returncode, 1, done.stderr)

    def test_edit_label_annotate_set(self):
        self.remove(f"{CONFIGMAPS}/edited")
        self.good("create", "-f", "-", stdin=configmap("edited", a="1"))
        editor = self.server.at("editor")
        with open(editor, "w") as script:
            script.write("#!/bin/sh\nsed -i 's/^  a:/  changed:/' \"$1\"\n")
        os.chmod(editor, 0o700)
        self.kubectl.environment["KUBE_EDITOR"] = editor
        self.good("edit", "configmap", "edited")
        self.assertEqual(self.stored(f"{CONFIGMAPS}/edited")["data"], {"changed": "1"})
        self.good("label", "configmap", "edited", "tier=front")
        self.good("annotate", "configmap", "edited", "why=because")
        metadata = self.stored(f"{CONFIGMAPS}/edited")["metadata"]
        self.assertEqual(metadata["labels"], {"tier": "front"})
        managers = {m["manager"] for m in metadata["managedFields"]}
        self.assertTrue({"kubectl-create", "kubectl-edit"} <= managers, managers)

    def test_patch_of_every_type(self):
        self.remove(f"{SERVICES}/web")
        self.good("create", "-f", "-", stdin=SERVICE)
        for kind, patch in (
            ("strategic", '{"spec":{"ports":[{"port":80,"name":"h"}]}}'),
            ("merge", '{"metadata":{"labels":{"a":"b"}}}'),
            ("json", '[{"op":"replace","path":"/spec/selector/app","value":"x"}]'),
        ):
            self.good("patch", "service", "web", f"--type={kind}", "-p", patch)
        service = self.stored(f"{SERVICES}/web")
        self.assertEqual([port["name"] for port in service["spec"]["ports"]], ["h", "dns"])
        self.assertEqual(service["metadata"]["labels"], {"a": "b"})
        self.assertEqual(service["spec"]["selector"], {"app": "x"})


globals().update(classes_for_kubectls(__name__, KubectlTest, "Kubectl_apply"))
del KubectlTest

if __name__ == "__main__":
    unittest.main()
