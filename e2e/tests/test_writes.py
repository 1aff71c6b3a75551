"""Deletes, namespaces and discovery as kubectl uses them, and hundreds of malformed writes: each
gets a Status of the 400s, and the server lives on."""

import json
import random
import unittest

from kaudit_e2e import http
from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
JSON = "application/json"


def configmap(name, **metadata):
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}})


class WritesWithKubectl(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(flags=["--bare"]))

    def setUp(self):
        self.kubectl = Kubectl(self.program, self.server)
        self.server.ask("DELETE", CONFIGMAPS, user="admin")

    def good(self, *arguments, stdin=""):
        done = self.kubectl(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def make(self, *names, path=CONFIGMAPS, **metadata):
        for name in names:
            answer = self.server.ask("POST", path, configmap(name, **metadata), user="admin")
            self.assertEqual(answer.status, 201, answer.text())
        return json.loads(answer.body)

    def names(self, path=CONFIGMAPS):
        items = json.loads(self.server.ask("GET", path, user="admin").body)["items"]
        return [item["metadata"]["name"] for item in items]

    def exists(self, path):
        return self.server.ask("GET", path, user="admin").status == 200

    def test_delete_all(self):
        self.make("a", "b", "c")
        self.good("delete", "configmaps", "--all")
        self.assertEqual(self.names(), [])

    def test_delete_by_label(self):
        self.make("a", "b", labels={"go": "yes"})
        self.make("c")
        self.good("delete", "configmaps", "-l", "go=yes")
        self.assertEqual(self.names(), ["c"])

    def test_delete_namespace_waits_until_it_is_gone(self):
        self.server.ask("POST", "/api/v1/namespaces", '{"metadata":{"name":"doomed"}}', user="admin")
        self.make("inside", path="/api/v1/namespaces/doomed/configmaps")
        self.good("delete", "namespace", "doomed")
        self.assertFalse(self.exists("/api/v1/namespaces/doomed"))
        self.assertFalse(self.exists("/api/v1/namespaces/doomed/configmaps/inside"))

    def test_delete_with_each_cascade_ends(self):
        for policy in ("background", "foreground", "orphan"):
            with self.subTest(policy):
                uid = self.make("owner")["metadata"]["uid"]
                owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid}
                self.make("child", ownerReferences=[{**owner, "blockOwnerDeletion": True}])
                self.good("delete", "configmap", "owner", f"--cascade={policy}")
                self.assertEqual(self.names(), ["child"] if policy == "orphan" else [])
                self.server.ask("DELETE", CONFIGMAPS, user="admin")

    def test_wait_for_delete_sees_a_finalizer_removed_by_hand(self):
        self.make("held", finalizers=["kaudit.test/hold"])
        self.good("delete", "configmap", "held", "--wait=false")
        waiting = self.kubectl.start("wait", "--for=delete", "configmap/held", "--timeout=30s")
        self.assertTrue(self.exists(f"{CONFIGMAPS}/held"))
        self.good("patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
        out, err = waiting.communicate(timeout=40)
        self.assertEqual(waiting.returncode, 0, out + err)
        self.assertFalse(self.exists(f"{CONFIGMAPS}/held"))

    def test_replace_by_force_makes_a_new_object(self):
        old = self.make("a")["metadata"]["uid"]
        self.good("replace", "--force", "--validate=false", "-f", "-", stdin=configmap("a"))
        new = json.loads(self.server.ask("GET", f"{CONFIGMAPS}/a", user="admin").body)
        self.assertNotEqual(new["metadata"]["uid"], old)

    def test_discovery_is_cached_by_its_etag(self):
        self.assertIn("apps/v1", self.good("api-versions").split())
        listed = self.good("api-resources", "-o", "name").split()
        self.assertIn("deployments.apps", listed)
        self.assertIn("configmaps", listed)
        version = json.loads(self.good("version", "-o", "json"))["clientVersion"]
        if int(version["minor"].rstrip("+")) < 27:
            return  # it asks for each group alone
        accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        first = self.server.ask("GET", "/apis", headers=[("Accept", accept)])
        self.assertEqual(first.header("Content-Type"), accept)
        etag = first.header("Etag")
        again = self.server.ask("GET", "/apis", headers=[("Accept", accept), ("If-None-Match", etag)])
        self.assertEqual((again.status, again.body), (304, b""))


class MalformedWrites(unittest.TestCase):
    """A fixed seed: a run that fails fails again."""

    ROUNDS = 600
    TEXTS = ["", "a", "A", "-", ".", "..", "a/b", "a%b", "x" * 300, "\u00e9", "\x00", '"', "null", "9" * 40]
    VALUES = TEXTS + [None, True, 0, -1, 1.5, 10**30, [], {}, [None], {"": ""}, [[[]]]]
    KEYS = ["name", "generateName", "namespace", "labels", "annotations", "finalizers", "ownerReferences"]
    KEYS += ["uid", "generation", "deletionTimestamp", "creationTimestamp", "managedFields", "unknown"]
    OPTIONS = ["dryRun", "fieldValidation", "fieldManager", "propagationPolicy", "gracePeriodSeconds"]
    OPTIONS += ["orphanDependents", "labelSelector", "fieldSelector", "limit", "continue", "resourceVersion"]

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(flags=["--bare"]))

    def setUp(self):
        self.random = random.Random(20261124)

    def body(self):
        pick = self.random.choice
        kind = self.random.randrange(4)
        if kind == 0:  # an object with odd metadata
            metadata = {"name": "a", **{pick(self.KEYS): pick(self.VALUES) for _ in range(2)}}
            return json.dumps({"apiVersion": pick(["v1", "", "v9", 1]), "metadata": metadata})
        if kind == 1:  # odd options of a delete
            keys = [*self.OPTIONS, "preconditions", "kind", "apiVersion"]
            return json.dumps({pick(keys): pick(self.VALUES) for _ in range(2)})
        if kind == 2:  # bytes that were JSON
            text = bytearray(configmap("a", labels={"k": "v"}).encode())
            for _ in range(3):
                text[self.random.randrange(len(text))] = self.random.randrange(256)
            return bytes(text[: self.random.randrange(len(text) + 1)])
        return "[" * self.random.choice([1, 20_000])

    def target(self):
        name = self.random.choice(["", "/a", "/%00", "/..%2f", "/" + "x" * 300, "/a/status", "/%zz"])
        base = self.random.choice([CONFIGMAPS, "/apis/apps/v1/namespaces/default/deployments"])
        base = self.random.choice([base, "/api/v1/namespaces", "/api/v1/namespaces/n%2F/configmaps"])
        words = ["", "All", "Orphan", "-1", "x", "%00", "%E9", "a in (", "9" * 30, "a=b", "metadata.name=a"]
        query = "&".join(
            f"{self.random.choice(self.OPTIONS)}={self.random.choice(words).replace(' ', '+')}"
            for _ in range(self.random.randrange(3))
        )
        return base + name + ("?" + query if query else "")

    def test_every_answer_is_a_success_or_a_status_of_the_400s(self):
        seen = {}
        types = [JSON, "application/yaml", "application/vnd.kubernetes.protobuf", "", "text/plain", "odd;;"]
        for number in range(self.ROUNDS):
            method = self.random.choice(["POST", "PUT", "DELETE", "PATCH"])
            target, body = self.target(), self.body()
            type_ = self.random.choice(types + [JSON] * 6)
            if method == "PATCH":
                type_ = self.random.choice(["merge-patch", "json-patch", "strategic-merge-patch"])
                type_ = f"application/{type_}+json"
            headers = [("Content-Type", type_)]
            with self.server.connect("admin") as connection:
                connection.send(http.request(method, target, headers, body))
                answer = connection.response(method)
            seen[answer.status] = seen.get(answer.status, 0) + 1
            what = f"request {number}: {method} {target} as {type_!r} {body!r:.300}: {answer.text():.500}"
            self.assertTrue(200 <= answer.status < 500, f"{answer.status} to {what}")
            if answer.status >= 400 and answer.header("Content-Type") == JSON and b'"paths"' not in answer.body:
                self.assertEqual(json.loads(answer.body)["code"], answer.status, what)
        self.assertEqual(self.server.ask("GET", "/readyz").text(), "ok")
        self.assertGreater(len(seen), 5, f"the requests are all alike: {seen}")


globals().update(classes_for_kubectls(__name__, WritesWithKubectl, "WritesWithKubectl"))
del WritesWithKubectl

if __name__ == "__main__":
    unittest.main()
