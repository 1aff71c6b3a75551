"""OpenAPI as clients read it: the index, the documents behind their hashes, and kubectl explain."""

import json
import unittest

from kaudit_e2e.clients import NO_KUBECTL, Kubectl, kubectls
from kaudit_e2e.server import Server

PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"


class OpenApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def get(self, path, *headers):
        return self.server.ask("GET", path, headers=headers, user="admin")

    def index(self):
        answer = self.get("/openapi/v3")
        self.assertEqual(answer.status, 200)
        return json.loads(answer.body)["paths"]

    def test_each_group_version_has_its_document(self):
        groups = json.loads(self.get("/apis").body)["groups"]
        served = {"api/v1"} | {f"apis/{v['groupVersion']}" for g in groups for v in g["versions"]}
        index = self.index()
        self.assertEqual(set(index), served)
        for path, entry in index.items():
            answer = self.get(entry["serverRelativeURL"])
            self.assertEqual(answer.status, 200, path)
            self.assertEqual(answer.header("Cache-Control"), "public, immutable")
            self.assertRegex(answer.header("Expires"), r"^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$")
            self.assertEqual(json.loads(answer.body)["openapi"], "3.0.0")

    def test_another_hash_leads_to_the_right_one(self):
        right = self.index()["apis/apps/v1"]["serverRelativeURL"]
        answer = self.get("/openapi/v3/apis/apps/v1?hash=OLD")
        self.assertEqual((answer.status, answer.header("Location")), (301, right))
        plain = self.get("/openapi/v3/apis/apps/v1")
        self.assertEqual((plain.status, plain.header("Cache-Control")), (200, "no-cache, private"))
        self.assertEqual(plain.header("Expires"), "")

    def test_who_has_a_document_is_told_so(self):
        tag = self.get("/openapi/v3/api/v1").header("Etag")
        answer = self.get("/openapi/v3/api/v1", ("If-None-Match", tag))
        self.assertEqual((answer.status, answer.body), (304, b""))

    def test_who_takes_no_json_is_refused(self):
        answer = self.get("/openapi/v3/api/v1", ("Accept", "application/xml"))
        self.assertEqual(answer.status, 406)
        self.assertEqual(self.get("/openapi/v3/apis/nothing/v1").status, 404)

    def test_version_2_comes_in_both_forms(self):
        text = self.get("/openapi/v2")
        self.assertEqual(json.loads(text.body)["swagger"], "2.0")
        binary = self.get("/openapi/v2", ("Accept", PROTOBUF))
        self.assertEqual(
            binary.header("Content-Type"), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
        )
        self.assertTrue(binary.body.startswith(b"\x0a\x032.0"))

    def test_kubectl_explains(self):
        programs = kubectls()
        if not programs:
            self.skipTest(NO_KUBECTL)
        for program in programs:
            with self.subTest(program):
                kubectl = Kubectl(program, self.server)
                done = kubectl("explain", "deployment.spec.template.spec.containers", "--recursive")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("imagePullPolicy", done.stdout)
                self.assertIn("livenessProbe", done.stdout)
                unknown = kubectl("explain", "pod.spec.nothing")
                self.assertNotEqual(unknown.returncode, 0)


if __name__ == "__main__":
    unittest.main()
