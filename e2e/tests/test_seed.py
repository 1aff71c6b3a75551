"""Seeds (--seed, docs/testing.md): what is made before a server is ready, and what a mistake says."""

import json
import os
import unittest

from kaudit_e2e.server import Server, StartFailed

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n"
CONFIGMAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: team}\ndata: {k: v}\n"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: team
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: i
status:
  replicas: 2
  readyReplicas: 2
"""

DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {size: {type: integer}, colour: {type: string, default: red}}}
          status: {type: object, properties: {ready: {type: boolean}}}
"""


class Seeds(unittest.TestCase):
    def server(self, *texts, **files):
        """A server with these files as seeds; the texts come as f0.yaml, f1.yaml …"""
        server = Server()
        files = {f"f{n}.yaml": text for n, text in enumerate(texts)} | {k.replace("__", "."): v for k, v in files.items()}
        for name, text in files.items():
            server.arguments += ["--seed", server.write(name, text)]
        return server

    def get(self, server, path):
        answer = server.ask("GET", path)
        self.assertEqual(answer.status, 200, answer.text())
        return json.loads(answer.body)

    def test_namespaces_come_before_what_is_in_them_whatever_the_order(self):
        with self.server(CONFIGMAP + "---\n" + DEPLOYMENT, NAMESPACE) as server:
            self.assertEqual(self.get(server, "/api/v1/namespaces/team/configmaps/a")["data"], {"k": "v"})
            web = self.get(server, "/apis/apps/v1/namespaces/team/deployments/web")
            self.assertEqual((web["status"]["readyReplicas"], web["spec"]["strategy"]["type"]), (2, "RollingUpdate"))
            self.assertEqual(server.events(), [e for e in server.events() if e["auditID"] == "setup"], "no events of seeds")

    def test_definitions_come_before_their_objects_whatever_the_order(self):
        widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a, namespace: team}\nspec: {size: 3}\nstatus: {ready: true}\n"
        with self.server(widget, NAMESPACE + "---\n" + DEFINITION) as server:
            found = self.get(server, "/apis/example.com/v1/namespaces/team/widgets/a")
            self.assertEqual((found["spec"], found["status"]), ({"colour": "red", "size": 3}, {"ready": True}))
        for wrong, place, words in (
            (widget.replace("size: 3", "size: x"), "line 4", "spec.size"),
            (widget.replace("size: 3", "sise: 3"), "line 4", 'unknown field "spec.sise"'),
            (widget.replace("Widget", "Gadget"), "line 2", 'no matches for kind "Gadget" in version "example.com/v1"'),
            (widget.replace("ready: true", "ready: 1"), "line 5", "status.ready"),
        ):
            with self.subTest(words):
                lines = self.refusal(wrong, NAMESPACE + "---\n" + DEFINITION)
                self.assertEqual(len(lines), 1, lines)
                self.assertIn(f"f0.yaml: document 1, {place}: ", lines[0])
                self.assertIn(words, lines[0])

    def test_lists_json_and_comments(self):
        listed = {"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}},
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "two"}, "stringData": {"a": "b"}}]}  # fmt: skip
        typed = "# nothing\n---\n# still nothing\n---\nkind: ConfigMapList\napiVersion: v1\nitems:\n- metadata: {name: three}\n"
        with self.server(typed, list__json=json.dumps(listed)) as server:
            for path in ("configmaps/one", "secrets/two", "configmaps/three"):
                self.get(server, "/api/v1/namespaces/default/" + path)

    def test_what_is_there_already_is_changed(self):
        default = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {tier: x}}\n"
        twice = CONFIGMAP.replace("k: v", "other: w")
        with self.server(default, NAMESPACE, CONFIGMAP, twice) as server:
            self.assertEqual(self.get(server, "/api/v1/namespaces/default")["metadata"]["labels"]["tier"], "x")
            self.assertEqual(self.get(server, "/api/v1/namespaces/team/configmaps/a")["data"].get("other"), "w")

    def test_a_folder_is_read_with_its_folders_and_without_what_is_hidden(self):
        server = Server()
        for name, text in (("s/b/c.yml", CONFIGMAP), ("s/a.yaml", NAMESPACE), ("s/.hidden.yaml", "x"), ("s/read.me", "x")):
            os.makedirs(os.path.dirname(server.at(name)), exist_ok=True)
            server.write(name, text)
        server.arguments += ["--seed", server.at("s")]
        with server:
            self.get(server, "/api/v1/namespaces/team/configmaps/a")

    def refusal(self, *texts, **files):
        server = self.server(*texts, **files)
        with self.assertRaises(StartFailed) as failed, server:
            pass
        self.assertEqual(failed.exception.code, 1, failed.exception.stderr)
        self.assertFalse(os.path.exists(server.kubeconfig))
        return [line.replace(server.folder + "/", "") for line in failed.exception.stderr.splitlines() if "document" in line or "--seed" in line]

    def test_a_mistake_names_file_document_and_line(self):
        two = NAMESPACE + "---\n" + DEPLOYMENT
        for texts, words in (
            ((two.replace("  replicas: 2\n  sel", "  replicsa: 2\n  sel"),), ['f0.yaml: document 2, line 11: Deployment web: ', 'unknown field "spec.replicsa"']),
            ((two.replace("      - name: c\n", "      - name: C_\n"),), ["f0.yaml: document 2, line 17: Deployment web: "]),
            ((two.replace("  replicas: 2\n  sel", "  replicas: many\n  sel"),), ["f0.yaml: document 2, line 11: Deployment web: ", "spec.replicas of type int32"]),
            ((NAMESPACE, CONFIGMAP.replace("team", "none")), ['f1.yaml: document 1, line 1: ConfigMap a: namespaces "none" not found']),
            ((NAMESPACE + "---\n" + CONFIGMAP + "  bad\n",), ["f0.yaml: document 2, line "]),
            ((NAMESPACE + "---\nkind: Nothing\napiVersion: v1\nmetadata: {name: x}\n",), ['f0.yaml: document 2, line 5: no matches for kind "Nothing" in version "v1"']),
            ((NAMESPACE + "---\nmetadata: {name: x}\n",), ["f0.yaml: document 2, line 5: apiVersion is missing"]),
            ((NAMESPACE + "---\n- x\n",), ["f0.yaml: document 2, line 5: an object must be a mapping"]),
            (("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n",), ["f0.yaml: document 1, line 1: metadata.name is missing"]),
            (("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nkind: Secret\n",), ["f0.yaml: document 1, line 4: key", "kind", "was given before"]),
            (("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: A_}\n",), ["f0.yaml: document 1, line 6: ConfigMap A_"]),
        ):  # fmt: skip
            with self.subTest(words[0]):
                lines = self.refusal(*texts)
                self.assertEqual(len(lines), 1, lines)
                for word in words:
                    self.assertIn(word, lines[0])

    def test_all_mistakes_are_said_together(self):
        lines = self.refusal("- x\n", "kind: ConfigMap\n", CONFIGMAP)
        self.assertEqual(len(lines), 2, lines)
        server = Server(flags=["--seed", "/does/not/exist"])
        with self.assertRaises(StartFailed) as failed, server:
            pass
        self.assertIn("--seed: open /does/not/exist: no such file or directory", failed.exception.stderr)

    def test_deep_nesting_is_refused(self):
        lines = self.refusal(deep__json='{"a":' + "[" * 5000 + "]" * 5000 + "}")
        self.assertIn("nests deeper", lines[0])

    def test_five_hundred_objects_are_there_when_it_is_ready(self):
        kinds = [CONFIGMAP, DEPLOYMENT, "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: team}\nstringData: {k: v}\n"]
        many = [kinds[n % 3].replace("name: a,", f"name: a{n},").replace("name: web", f"name: web{n}") for n in range(499)]
        with self.server(*["---\n".join(many[n::10]) for n in range(10)], NAMESPACE) as server:
            found = sum(len(self.get(server, path + "?limit=0")["items"]) for path in (
                "/api/v1/namespaces/team/configmaps", "/api/v1/namespaces/team/secrets", "/apis/apps/v1/namespaces/team/deployments"))  # fmt: skip
            self.assertEqual(found, 499 + 1)


if __name__ == "__main__":
    unittest.main()
