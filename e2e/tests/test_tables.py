"""Answers in other forms: Tables as kubectl prints them, metadata alone, YAML, gzip."""

import gzip
import json
import unittest

from kaudit_e2e.clients import NO_KUBECTL, Kubectl, kubectls
from kaudit_e2e.server import Server

PODS = "/api/v1/namespaces/default/pods"
POD = {
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
TABLE = ("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")


class TablesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.server.ask("POST", PODS, json.dumps(POD), user="admin")

    def get(self, path, *headers):
        return self.server.ask("GET", path, headers=headers, user="admin")

    def test_a_list_is_a_table_for_who_asks_for_one(self):
        table = json.loads(self.get(PODS, TABLE).body)
        self.assertEqual((table["kind"], table["apiVersion"]), ("Table", "meta.k8s.io/v1"))
        names = [column["name"] for column in table["columnDefinitions"]]
        self.assertEqual(names[:5], ["Name", "Ready", "Status", "Restarts", "Age"])
        self.assertEqual(table["rows"][0]["cells"][:2], ["web", "0/1"])
        self.assertEqual(table["rows"][0]["object"]["kind"], "PartialObjectMetadata")
        whole = json.loads(self.get(PODS + "?includeObject=Object", TABLE).body)
        self.assertEqual(whole["rows"][0]["object"]["kind"], "Pod")
        self.assertEqual(self.get(PODS + "?includeObject=Half", TABLE).status, 400)

    def test_the_event_has_the_answer_as_it_was_sent(self):
        answer = self.server.ask("GET", PODS + "/web", headers=[TABLE], user="admin", audit_id="as-table")
        event = self.server.events_of("as-table", 2)[-1]
        self.assertEqual(event["responseObject"], json.loads(answer.body))

    def test_metadata_alone(self):
        accept = ("Accept", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")
        one = json.loads(self.get(PODS + "/web", accept).body)
        self.assertEqual(sorted(one), ["apiVersion", "kind", "metadata"])
        refused = self.get(PODS, accept)
        self.assertEqual(refused.status, 406)
        self.assertIn("is a list", json.loads(refused.body)["message"])

    def test_yaml(self):
        answer = self.get(PODS + "/web", ("Accept", "application/yaml"))
        self.assertEqual(answer.header("Content-Type"), "application/yaml")
        self.assertTrue(answer.body.startswith(b"apiVersion: v1\nkind: Pod\nmetadata:\n"))
        missing = self.get(PODS + "/nothing", ("Accept", "application/yaml"))
        self.assertIn(b"reason: NotFound\n", missing.body)

    def test_large_answers_are_compressed_for_who_takes_that(self):
        plain = self.get("/openapi/v2")
        packed = self.get("/openapi/v2", ("Accept-Encoding", "gzip"))
        self.assertEqual(packed.header("Content-Encoding"), "gzip")
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertEqual(self.get(PODS, ("Accept-Encoding", "gzip")).header("Content-Encoding"), "")

    def test_a_watch_tells_the_columns_once(self):
        for name in ("watched-1", "watched-2"):
            body = json.dumps({**POD, "metadata": {"name": name}})
            self.server.ask("POST", PODS, body, user="admin")
        stream = self.get(PODS + "?watch=1&timeoutSeconds=1", TABLE).body.splitlines()
        tables = [json.loads(line)["object"] for line in stream]
        self.assertGreater(len(tables), 2)
        self.assertEqual({table["kind"] for table in tables}, {"Table"})
        self.assertEqual(len(tables[0]["columnDefinitions"]), 9)
        self.assertEqual([table["columnDefinitions"] for table in tables[1:]], [None] * (len(tables) - 1))

    def test_kubectl_prints_the_columns(self):
        programs = kubectls()
        if not programs:
            self.skipTest(NO_KUBECTL)
        for program in programs:
            with self.subTest(program):
                printed = Kubectl(program, self.server)("get", "pods", "-o", "wide").stdout
                self.assertRegex(printed, r"NAME +READY +STATUS +RESTARTS +AGE +IP +NODE")
                self.assertRegex(printed, r"web +0/1 ")


if __name__ == "__main__":
    unittest.main()
