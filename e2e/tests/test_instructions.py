"""The instructions of nine hot paths, counted and not timed: the same on a busy machine and on an idle one. The numbers are
those of this tree, in testdata/instructions.json; a change that takes a tenth more has to say so there, by
KAUDIT_REWRITE_INSTRUCTIONS=1 e2e/test -k test_instructions."""

import json
import os
import unittest

from kaudit_e2e import callgrind, http
from kaudit_e2e.bench import works
from kaudit_e2e.server import BIN

STORED = os.path.join(os.path.dirname(__file__), "testdata", "instructions.json")
REWRITE = os.environ.get("KAUDIT_REWRITE_INSTRUCTIONS") == "1"
REQUESTS = 30
WARM_UP = 10
MARGIN = 1.1
LISTED = 50
# As most clients within a cluster show one.
TOKEN = "alice-token"
JSON = "application/json"
ONE = works.CONFIGMAPS + "/one"
ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default/token"
BY_ACCOUNT = "version, by a service account"  # whose signature is not to be checked with each request

# name -> (policy's level, method, path, content type, body)
PATHS = {
    "get": (None, "GET", ONE, None, ""),
    "get, Metadata": ("Metadata", "GET", ONE, None, ""),
    "get, RequestResponse": ("RequestResponse", "GET", ONE, None, ""),
    BY_ACCOUNT: (None, "GET", "/version", None, ""),
    f"list of {LISTED}": (None, "GET", f"/api/v1/namespaces/kube-public/configmaps?limit={LISTED}", None, ""),
    "create a ConfigMap": (None, "POST", works.CONFIGMAPS, JSON, works.CONFIGMAP),
    "create a Pod": (None, "POST", works.PODS, JSON, works.pod()),
    "merge patch": (None, "PATCH", ONE, "application/merge-patch+json", works.PATCH),
    "apply": (None, "PATCH", works.APPLY, "application/apply-patch+yaml", works.APPLIED),
}


def count(level, wanted):
    """{name: instructions a request} of the paths, in one server."""
    found = {}
    with callgrind.CountedServer(policy=level and works.policy(level)) as server, server.connect() as connection:

        def ask(method, path, kind, body, number, token=TOKEN):
            headers = [("Content-Type", kind)] if kind else []
            connection.send(http.request(method, path, headers, body.replace("NAME", f"n{number}", 1).encode(), token))
            status = connection.response(method).status
            if status not in (200, 201):
                raise AssertionError(f"{method} {path}: {status}")

        ask("POST", works.CONFIGMAPS, JSON, works.CONFIGMAP.replace("NAME", "one"), 0)
        for number in range(LISTED):
            ask("POST", "/api/v1/namespaces/kube-public/configmaps", JSON, works.CONFIGMAP, number)
        account = json.loads(server.ask("POST", ACCOUNT, '{"spec":{}}', user="admin").body)["status"]["token"]
        number = 1000
        for name, (_, *request) in wanted.items():
            for measured in (WARM_UP, REQUESTS):
                server.instructions()
                for _ in range(measured):
                    number += 1
                    ask(*request, number, account if name == BY_ACCOUNT else TOKEN)
            found[name] = server.instructions() // REQUESTS
    return found


@unittest.skipIf(callgrind.MISSING, callgrind.MISSING)
@unittest.skipUnless(os.path.exists(os.path.join(BIN, "libkaudit-counts.so")), "not in a build with a sanitizer")
class Instructions(unittest.TestCase):
    def test_hot_paths(self):
        got = {}
        for level in dict.fromkeys(level for level, *_ in PATHS.values()):
            got |= count(level, {name: path for name, path in PATHS.items() if path[0] == level})
        if REWRITE:
            with open(STORED, "w", encoding="utf-8") as file:
                json.dump({name: got[name] for name in PATHS}, file, indent=1)
                file.write("\n")
        with open(STORED, encoding="utf-8") as file:
            stored = json.load(file)
        self.assertEqual(list(stored), list(PATHS), "a path without a stored number")
        for name, instructions in got.items():
            with self.subTest(name):
                self.assertLessEqual(instructions, stored[name] * MARGIN, f"instructions a request; all: {got}")


if __name__ == "__main__":
    unittest.main()
