"""What a request costs, counted and not timed: allocations, and calls of the kernel, in the server's
whole process. The numbers are those of this tree; a change that needs more has to say so here, with
a margin of a tenth. e2e/bench measures the time that they take."""

import json
import os
import unittest

from kaudit_e2e import http
from kaudit_e2e.counts import Counted
from kaudit_e2e.server import BIN, Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
METADATA = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n"
REQUESTS = 100
MARGIN = 1.1

POD = os.path.join(os.path.dirname(__file__), "testdata", "pod-2k.json")


def configmap(name):
    return json.dumps({"metadata": {"name": name}, "data": {"payload": "x" * 860}})


def pod(name):
    with open(POD, encoding="utf-8") as file:
        return file.read().replace("NAME", name)


@unittest.skipUnless(os.path.exists(os.path.join(BIN, "libkaudit-counts.so")), "not in a build with a sanitizer")
class Cost(unittest.TestCase):
    def count(self, policy, method, path, body):
        """Counts a request, of REQUESTS on one connection; `body(i)` is what the i-th one sends."""
        with Counted() as counted, Server(policy=policy) as server, server.connect("admin") as connection:

            def ask(i):
                headers = [("Content-Type", "application/json")] if body else []
                text = body(f"c{i}") if body else b""
                connection.send(http.request(method, path, headers, text))
                self.assertIn(connection.response(method).status, (200, 201))

            server.ask("POST", CONFIGMAPS, configmap("one"), user="admin")
            for i in range(20):
                ask(-1 - i if body else i)
            before = counted.read()
            for i in range(REQUESTS):
                ask(i)
            after = counted.read()
            return {name: (after[name] - before[name]) / REQUESTS for name in after}

    def assert_costs(self, got, **limits):
        self.assertGreaterEqual(got["reads"], 1, "the calls by which requests come are not counted")
        self.assertGreaterEqual(got["writes"], 1, "the calls by which answers leave are not counted")
        for name, limit in limits.items():
            self.assertLessEqual(got[name], limit * MARGIN, f"{name} a request; all: {got}")

    def test_get_without_audit(self):
        got = self.count(None, "GET", CONFIGMAPS + "/one", None)
        self.assert_costs(got, allocations=9, bytes=5_300, reads=1, writes=1, arms=1)

    def test_get_at_metadata(self):
        got = self.count(METADATA, "GET", CONFIGMAPS + "/one", None)
        self.assert_costs(got, allocations=14, bytes=6_000, reads=1, writes=3, arms=1)

    def test_create_of_a_configmap(self):
        got = self.count(None, "POST", CONFIGMAPS, configmap)
        self.assert_costs(got, allocations=29, bytes=24_800, writes=1)

    def test_create_of_a_pod(self):
        got = self.count(None, "POST", PODS, pod)
        self.assert_costs(got, allocations=30, bytes=34_700, writes=1)


if __name__ == "__main__":
    unittest.main()
