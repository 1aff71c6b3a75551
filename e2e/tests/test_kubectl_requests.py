"""kubectl's commands lead to the same requests, with the same answers, as they did against a real API server
(e2e/golden/kubectl): the versions that were recorded, where they are here."""

import json
import os
import re
import unittest

from kaudit_e2e.clients import NO_KUBECTL, Kubectl, kubectls
from kaudit_e2e.golden import FOLDER
from kaudit_e2e.requests import requests_of
from kaudit_e2e.server import Server
from kaudit_e2e.waiting import until

ROLES = "/apis/rbac.authorization.k8s.io/v1"
ALL_FOR_ALICE_AND_JANE = {
    "clusterroles": {
        "metadata": {"name": "all"},
        "rules": [
            {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
            {"nonResourceURLs": ["*"], "verbs": ["*"]},
        ],
    },
    "clusterrolebindings": {
        "metadata": {"name": "all"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "all"},
        "subjects": [
            {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": name} for name in ("alice", "jane")
        ],
    },
}

# The recording server had no authentication.k8s.io; kubectl asks for v1 first, then for older versions. (1.27 knows only
# those, which are gone.)
RECORDED = ["create selfsubjectreviews 404"] * 3
REAL = ["create selfsubjectreviews 201"]


def comparable(requests):
    """kubectl up to 1.29 asks for each group version, at the same time: the recording server had fewer of them."""
    groups = re.compile(r"get (/api/v1|/apis/[^/]+/[^/]+) 200")
    same = [groups.sub("get GROUP VERSION 200", request) for request in requests]
    return [r for i, r in enumerate(same) if r != "get GROUP VERSION 200" or r not in same[:i]]


class KubectlRequestsTest(unittest.TestCase):
    """Base of the generated classes: a server of its own for each version, since the steps build on one another."""

    program = recording = None

    def test_same_requests(self):
        with open(self.recording, encoding="ascii") as file:
            recorded = json.load(file)
        with Server(flags=["--bare"], authorization="RBAC") as server:
            for resource, body in ALL_FOR_ALICE_AND_JANE.items():
                made = server.ask("POST", f"{ROLES}/{resource}", json.dumps(body), user="admin")
                self.assertEqual(made.status, 201, made.text())
            for name, text in recorded["files"].items():
                server.write(name, text)
            for step in recorded["steps"]:
                with self.subTest(step["name"]):
                    want = REAL if step["requests"] == RECORDED else step["requests"]
                    got, output = self.play(server, step)
                    self.assertEqual(comparable(got), comparable(want), output)

    def play(self, server, step):
        """The requests of one command, and what it printed."""
        before = len(server.lines())
        kubectl = Kubectl(self.program, server, user=step["user"])
        # kubectl does not know quotes in what was recorded: its arguments have no spaces.
        ran = kubectl(*(part.replace("$F", server.folder) for part in step["command"].split(" ")))

        def all_ended():
            events = [json.loads(line) for line in server.lines()[before:]]
            requests = requests_of(e for e in events if e.get("userAgent", "").startswith("kubectl"))
            return requests if not any(r.endswith(" ...") for r in requests) else None

        if step["requests"]:
            return until(all_ended, f"the last events of {step['command']}"), ran.stdout + ran.stderr
        return [], ran.stdout + ran.stderr


def _classes():
    found = {os.path.basename(program): program for program in kubectls()}
    for file in sorted(os.listdir(os.path.join(FOLDER, "kubectl"))):
        if not file.endswith(".json"):
            continue
        program = found.get(file[: -len(".json")].replace("kubectl-", "kubectl."))
        name = "KubectlRequests_" + re.sub(r"\W", "_", file[len("kubectl-") : -len(".json")])
        members = {
            "program": program,
            "recording": os.path.join(FOLDER, "kubectl", file),
            "__module__": __name__,
        }
        made = type(name, (KubectlRequestsTest,), members)
        yield name, made if program else unittest.skip(NO_KUBECTL + " of the version that was recorded")(made)


globals().update(_classes())
del KubectlRequestsTest

if __name__ == "__main__":
    unittest.main()
