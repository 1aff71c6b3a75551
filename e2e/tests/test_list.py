"""Lists as clients ask for them: selectors, pages, versions; and what is not a selector, token or
version."""

import base64
import json
import random
import unittest
import urllib.parse

from kaudit_e2e.clients import NO_KUBECTL, Kubectl, kubectls
from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"


def configmap(name, **labels):
    return json.dumps({"metadata": {"name": name, "labels": labels}})


class ListTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        for name, tier in (("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")):
            cls.server.ask("POST", CONFIGMAPS, configmap(name, tier=tier))

    def get(self, query, path=CONFIGMAPS):
        response = self.server.ask("GET", path + query)
        return response.status, json.loads(response.body)

    def test_pages_show_one_moment(self):
        names, token = [], ""
        while True:
            status, page = self.get(f"?limit=1&labelSelector=tier&continue={token}")
            self.assertEqual(status, 200)
            names += [item["metadata"]["name"] for item in page["items"]]
            token = page["metadata"].get("continue")
            if not token:
                break
            self.server.ask("POST", CONFIGMAPS, configmap(f"late-{len(names)}", tier="x"))
        self.assertEqual(names, ["a", "b", "c", "d"])
        for number in range(1, 4):
            self.server.ask("DELETE", f"{CONFIGMAPS}/late-{number}")

    def test_kubectl_selects_and_pages(self):
        for program in kubectls() or self.skipTest(NO_KUBECTL):
            kubectl = Kubectl(program, self.server)
            for selecting, names in (
                (["-l", "tier=x"], ["a", "c"]),
                (["-l", "tier in (y),tier!=x"], ["b", "d"]),
                (["--field-selector", "metadata.name=b"], ["b"]),
                (["--field-selector", "metadata.name!=b", "-l", "tier"], ["a", "c", "d"]),
                (["-l", "tier", "--chunk-size=1"], ["a", "b", "c", "d"]),
            ):
                done = kubectl("get", "configmaps", "-o", "name", *selecting)
                self.assertEqual(done.stdout.split(), [f"configmap/{name}" for name in names], done.stderr)

    def test_rubbish_is_refused_and_nothing_worse(self):
        rng = random.Random(4)
        alphabet = "abc=!,()<> \\\"'.-/%in notin0129\u00e9\0{}[]:"

        def junk():
            return "".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 24)))

        def token():
            start = rng.choice(["", "/", "/a", "/../x", "/a\0", "//", junk()])
            version = rng.choice([0, 1, -1, -2, 10**30, 1.5, "1", None, [], 5])
            raw = json.dumps({"v": rng.choice(["meta.k8s.io/v1", "v2", 1]), "rv": version, "start": start})
            raw = raw[: rng.randrange(len(raw))] if rng.random() < 0.2 else raw
            return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

        def version():
            return rng.choice([junk(), "-1", "18446744073709551616", "0x1", "1e3", " 1", "+1", "1.0"])

        for _ in range(400):
            query = {
                rng.choice(["labelSelector", "fieldSelector"]): junk(),
                rng.choice(["limit", "timeoutSeconds"]): rng.choice([junk(), "-5", "3"]),
            }
            query[rng.choice(["continue", "resourceVersion"])] = rng.choice([junk, token, version])()
            if rng.random() < 0.3:
                query["resourceVersionMatch"] = rng.choice(["Exact", "NotOlderThan", junk()])
            if rng.random() < 0.2:
                query["sendInitialEvents"] = rng.choice(["true", "false", junk()])
            status, body = self.get("?" + urllib.parse.urlencode(query))
            self.assertIn(status, (200, 400, 410, 422, 504), (query, body))
            if status != 200:
                self.assertEqual((body["kind"], body["code"]), ("Status", status))


if __name__ == "__main__":
    unittest.main()
