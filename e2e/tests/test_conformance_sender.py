"""`kaudit conformance sender`: our own server passes in full, and a sender that never tries again does not."""

import json
import os
import subprocess
import tempfile
import unittest

from kaudit_e2e.server import KAUDIT, PATIENCE, Server
from kaudit_e2e.waiting import until

# One event a request, so that each drive is one batch.
POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  users: [alice]
- level: None
"""


class Suite:
    """The suite at work; its first drive waits until drive() says what a drive is."""

    def __init__(self, *arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="kaudit-kit-")
        self.kubeconfig = self.at("webhook.yaml")
        wait = f"while ! [ -e {self.at('drive')} ]; do sleep 0.05; done; . {self.at('drive')}"
        self.process = subprocess.Popen(
            [KAUDIT, "conformance", "sender", "--write-kubeconfig", self.kubeconfig, "--drive-command", wait]
            + ["--output", "json", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        until(lambda: os.path.exists(self.kubeconfig), "the kubeconfig for the sender")

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        self.folder.cleanup()

    def drive(self, command):
        with open(self.at("new"), "w", encoding="utf-8") as file:
            file.write(command + "\n")
        os.rename(self.at("new"), self.at("drive"))

    def end(self):
        """(exit code, {id: line}, stderr)"""
        out, err = self.process.communicate(timeout=5 * PATIENCE)
        lines = [json.loads(line) for line in out.splitlines()]
        return self.process.returncode, {line["id"]: line for line in lines if "id" in line}, err


class OurOwnServer(unittest.TestCase):
    def play(self, *arguments):
        with Suite(*arguments) as suite:
            flags = ["--audit-webhook-config-file", suite.kubeconfig, "--audit-webhook-batch-max-wait=50ms"]
            flags += ["--audit-webhook-initial-backoff=100ms", "--audit-webhook-batch-throttle-qps=1000"]
            server = Server(policy=None, flags=flags)
            server.arguments += ["--audit-policy-file", server.write("policy.yaml", POLICY)]
            with server:
                suite.drive(
                    f"curl -sSf --cacert {server.pki}/ca.crt -H 'Authorization: Bearer alice-token' {server.url}/version"
                )
                code, checks, err = suite.end()
        failed = {id: line["message"] for id, line in checks.items() if line["result"] == "fail"}
        self.assertEqual((failed, code), ({}, 0), err)
        return checks

    def test_passes_in_full(self):
        checks = self.play("--strict")
        self.assertEqual({line["result"] for line in checks.values()}, {"pass"}, checks)
        self.assertEqual(checks["retry.gives-up"]["message"], "5 tries in all")


# A sender in a dozen lines: it takes any certificate, follows redirects and never tries again.
CARELESS = """
import http.client, json, re, ssl, sys, urllib.parse, uuid
text = open(sys.argv[1]).read()
url = urllib.parse.urlsplit(re.search(r'server: "?([^"\\s]+)', text).group(1))
token = re.search(r'token: "?([^"\\s]+)', text).group(1)
event = {"auditID": str(uuid.uuid4()), "stage": "ResponseComplete", "level": "Metadata"}
body = json.dumps({"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "items": [event]})
headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}
try:
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=ssl._create_unverified_context(), timeout=5)
    connection.request("POST", url.path, body, headers)
    response = connection.getresponse()
    if response.status == 302:
        to = urllib.parse.urlsplit(response.headers["Location"])
        connection = http.client.HTTPConnection(to.hostname, to.port, timeout=5)
        connection.request("GET", to.path, headers=headers)
        connection.getresponse()
except (OSError, http.client.HTTPException):
    pass
"""


class ACarelessSender(unittest.TestCase):
    def test_is_caught(self):
        skipped = "timeout,retry.closed,retry.half-answer,retry.garbage,retry.growing-pauses,success"
        with Suite("--patience", "2", "--skip", skipped) as suite:
            program = suite.at("careless.py")
            with open(program, "w", encoding="utf-8") as file:
                file.write(CARELESS)
            suite.drive(f"python3 {program} {suite.kubeconfig}")
            code, checks, err = suite.end()
        self.assertEqual(code, 1, err)
        failed = {id for id, line in checks.items() if line["result"] == "fail"}
        self.assertEqual(
            failed,
            {
                "request.agent",
                "credentials.stay",
                "tls.expired",
                "tls.wrong-name",
                "tls.unknown-ca",
                "retry.server-error",
                "retry.client-error",
                "retry.reset",
                "retry.unreadable-type",
                "retry.retry-after",
                "redirect.not-followed",
                "connections.reused",
                "balance.nothing-lost",
            },
            checks,
        )


class Usage(unittest.TestCase):
    def test_a_drive_that_fails_ends_it(self):
        with Suite() as suite:
            suite.drive("exit 7")
            code, checks, err = suite.end()
            self.assertEqual(code, 2)
            self.assertIn("--drive-command ended with exit code 7", err)
            self.assertEqual({line["result"] for line in checks.values()}, {"skip"})

    def test_a_drive_of_which_nothing_comes_ends_it(self):
        with Suite("--patience", "1") as suite:
            suite.drive("true")
            code, _, err = suite.end()
            self.assertEqual(code, 2)
            self.assertIn("no request came within 1s", err)


if __name__ == "__main__":
    unittest.main()
