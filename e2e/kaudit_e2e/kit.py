"""The conformance kit: a running `kaudit receiver`, and events to post to it."""

import http.client
import json
import os
import signal
import subprocess
import tempfile
import urllib.parse

from kaudit_e2e.server import KAUDIT
from kaudit_e2e.waiting import PATIENCE


def event(audit_id, stage="ResponseComplete", received="2026-01-02T03:04:05.000001Z", **more):
    return {
        "level": "Metadata",
        "auditID": audit_id,
        "stage": stage,
        "requestURI": "/version",
        "verb": "get",
        "user": {"username": "kit"},
        "requestReceivedTimestamp": received,
        "stageTimestamp": received,
        **more,
    }


def event_list(*events):
    return json.dumps(
        {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {}, "items": list(events)}
    )


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read().decode()

    def json(self):
        return json.loads(self.body)


def ask(url, method="GET", body=None, headers=(), tls=None, timeout=PATIENCE):
    """One request on a connection of its own."""
    parts = urllib.parse.urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    options = {"context": tls} if tls else {}
    connection = connect(parts.hostname, parts.port, timeout=timeout, **options)
    try:
        connection.request(method, parts.path or "/", body=body, headers=dict(headers))
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Receiver:
    """`kaudit receiver` with a store, a control API and a kubeconfig in a folder of its own."""

    def __init__(self, *arguments, store="events.jsonl", output="quiet", folder=None, listen="127.0.0.1:0"):
        self._owned = tempfile.TemporaryDirectory(prefix="kaudit-kit-") if folder is None else None
        self.folder = folder or self._owned.name
        self.store = os.path.join(self.folder, store)
        self.kubeconfig = os.path.join(self.folder, "receiver.yaml")
        self.command = [KAUDIT, "receiver", "--listen", listen, "--control", "127.0.0.1:0"]
        self.command += ["--store", self.store, "--write-kubeconfig", self.kubeconfig, "--print-ready"]
        self.command += ["--output", output, *arguments]
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        if self._owned:
            self._owned.cleanup()

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the receiver did not start: " + self.process.stderr.read())
        self.ready = json.loads(line)
        self.url, self.control = self.ready["url"], self.ready["control"]

    def stop(self):
        """Ends it by SIGTERM; (exit code, what it printed since it was ready)."""
        self.process.send_signal(signal.SIGTERM)
        out, self.err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out

    def post(self, *events, headers=(), body=None, **more):
        headers = {"Content-Type": "application/json", **dict(headers)}
        return ask(self.url, "POST", event_list(*events) if body is None else body, headers, **more)

    def fault(self, spec):
        answer = ask(self.control + "/faults", "POST", spec)
        assert answer.status == 201, answer.body
        return answer.json()

    def report(self):
        return ask(self.control + "/report").json()

    def stored(self):
        with open(self.store, encoding="utf-8") as file:
            return [json.loads(line) for line in file]
