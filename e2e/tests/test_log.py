"""The audit log as a file: rotation under load, a killed server, a full disk. Whatever happens, an
event is in one of the files once or in the counter."""

import collections
import fcntl
import glob
import gzip
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from kaudit_e2e import http
from kaudit_e2e.server import Server, StartFailed
from kaudit_e2e.waiting import PATIENCE, until

# Requests of the rotation test; fewer may do while developing.
REQUESTS = int(os.environ.get("KAUDIT_LOG_REQUESTS", "20000"))
CLIENTS = 8
MIB = 1 << 20
ROTATED = re.compile(r"audit-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log(\.gz)?$")
TOLD_AGAIN_AFTER = 10  # seconds: a plugin's losses are logged once in that time
CONFIGMAPS = "/api/v1/namespaces/default/configmaps"


def content(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return file.read()


def files_of(server):
    """The log's files, oldest first. A server that is killed while it rotates leaves no newest one."""
    rotated = sorted(path for path in glob.glob(server.at("audit-*")) if ROTATED.search(path))
    return rotated + [server.log] * os.path.exists(server.log)


def configmap(name, size):
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": "x" * size}}
    return json.dumps(body).encode()


def client(server, name, count, answered, stop=lambda: False):
    """Creates ConfigMaps on one connection, each request with an Audit-ID of its own; those that
    were answered are appended to `answered`."""
    try:
        with server.connect() as connection:
            for i in range(count):
                if stop():
                    return
                audit_id = f"{name}-{i}"
                headers = [("Content-Type", "application/json")]
                body = configmap(audit_id, 1000)
                connection.send(http.request("POST", CONFIGMAPS, headers, body, "alice-token", audit_id))
                if connection.response("POST").status != 201:
                    return
                answered.append(audit_id)
    except OSError:
        pass  # killed


def run_clients(server, each, meanwhile=lambda answered: None, stop=lambda: False):
    answered = []
    threads = [
        threading.Thread(target=client, args=(server, f"client-{n}", each, answered, stop))
        for n in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    meanwhile(answered)
    for thread in threads:
        thread.join()
    return answered


class Rotation(unittest.TestCase):
    def test_the_files_together_hold_every_event_once_in_the_order_of_stages(self):
        flags = ["--audit-log-maxsize=1", "--audit-log-maxbackup=0", "--audit-log-compress"]
        with Server(flags=flags) as server:
            answered = run_clients(server, REQUESTS // CLIENTS)
            self.assertEqual(len(answered), REQUESTS // CLIENTS * CLIENTS)
            self.assertEqual(server.stop(), 0)
            self.assertNotIn("error", server.stderr())
            stages = collections.defaultdict(list)
            files = files_of(server)
            for path in files:
                data = content(path)
                self.assertLessEqual(len(data), MIB, path)
                self.assertTrue(data.endswith(b"\n"), path)
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o600, path)
                for line in data.splitlines():
                    event = json.loads(line)
                    stages[event["auditID"]].append(event["stage"])
            for audit_id in answered:
                self.assertEqual(stages[audit_id], ["RequestReceived", "ResponseComplete"], audit_id)
            self.assertGreater(len(files), 3)
            self.assertTrue(any(path.endswith(".gz") for path in files))
            # What was not compressed yet when the server stopped is compressed by the next one.
            server.start()
            until(
                lambda: all(path.endswith(".gz") for path in files_of(server)[:-1]),
                lambda: f"rotated files to be compressed: {files_of(server)}",
            )
            self.assertEqual(glob.glob(server.at("*.tmp")), [])

    def test_no_more_backups_are_kept_than_asked_for(self):
        with Server(flags=["--audit-log-maxsize=1", "--audit-log-maxbackup=2"]) as server:
            for i in range(8):
                answer = server.ask("POST", CONFIGMAPS, configmap(f"large-{i}", 700_000))
                self.assertEqual(answer.status, 201)
            until(
                lambda: len(files_of(server)) <= 3,
                lambda: f"all but two backups to go: {files_of(server)}",
            )
            self.assertIn("large-7", content(server.log).decode())

    def test_an_event_larger_than_the_limit_is_written_whole(self):
        with Server(flags=["--audit-log-maxsize=1"]) as server:
            server.ask("POST", CONFIGMAPS, configmap("huge", 1_200_000), audit_id="huge")
            server.ask("GET", "/healthz", audit_id="next")
            server.events_of("next", 2)
            of_huge = [
                event
                for path in files_of(server)
                for event in map(json.loads, content(path).splitlines())
                if event["auditID"] == "huge"
            ]
            self.assertEqual([e["stage"] for e in of_huge], ["RequestReceived", "ResponseComplete"])
            self.assertEqual(len(of_huge[1]["requestObject"]["data"]["k"]), 1_200_000)
            self.assertIsNone(server.metric('apiserver_audit_error_total{plugin="log"}'))


class Killed(unittest.TestCase):
    def kill_under_load(self, flags=()):
        server = Server(flags=flags)

        def kill(answered):
            try:
                until(lambda: len(answered) >= 400, lambda: f"400 answers: {len(answered)}", pause=0.001)
            finally:
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()

        server.start()
        return server, run_clients(server, 10**6, kill)

    def test_every_answered_request_has_its_last_event_and_the_next_start_mends_the_end(self):
        for flags in ([], ["--audit-log-maxsize=1", "--audit-log-compress"], ["--audit-log-sync=always"]):
            with self.subTest(flags):
                server, answered = self.kill_under_load(flags)
                try:
                    self.assertGreaterEqual(len(answered), 400)
                    self.check_complete(server, answered)
                    self.check_next_start(server)
                finally:
                    server.__exit__()

    def check_complete(self, server, answered):
        complete = set()
        for path in files_of(server):
            if path.endswith(".gz") and os.path.exists(path[: -len(".gz")]):
                continue  # killed between the two steps; the file counts
            *lines, rest = content(path).split(b"\n")
            if path != server.log:
                self.assertEqual(rest, b"", path)
            for line in lines:
                event = json.loads(line)
                if event["stage"] == "ResponseComplete":
                    complete.add(event["auditID"])
        self.assertEqual(set(answered) - complete, set())

    def check_next_start(self, server):
        # The killed server may have left the beginning of a line, and its last write(2) may have
        # ended anywhere: this one makes sure that there is one.
        with open(server.log, "ab") as file:
            file.write(b'{"kind":"Event","torn')
        torn = content(server.log).rsplit(b"\n", 1)[-1]
        os.remove(server.kubeconfig)
        server.start()
        server.ask("GET", "/healthz", audit_id="after")
        server.wait_for(lambda ls: any(b'"after"' in line for line in ls), "line after the start")
        # In one of the files: the log may be just large enough to be rotated.
        lines = [line for path in files_of(server) for line in content(path).split(b"\n")[:-1]]
        self.assertEqual(lines.count(torn), 1, "it ends where it was torn")
        for line in lines:
            if line != torn:
                json.loads(line)


class FullDisk(unittest.TestCase):
    LOST = 'apiserver_audit_error_total{plugin="log"}'

    def check_told_once(self, server, text, began):
        """Once, and on a machine so slow that the time has come once more then once more."""
        told = server.stderr().count(text)
        self.assertGreaterEqual(told, 1)
        self.assertLessEqual(told, 1 + (time.monotonic() - began) / TOLD_AGAIN_AFTER)

    def test_a_device_that_is_always_full_is_counted_and_told_once(self):
        with Server(log="/dev/full") as server:
            began = time.monotonic()
            for i in range(20):
                self.assertEqual(server.ask("GET", "/version", audit_id=f"full-{i}").status, 200)
            self.assertGreaterEqual(server.metric(self.LOST), 40)
            self.check_told_once(server, "no space left on device", began)
            self.assertEqual(server.stop(), 0)
            self.assertRegex(server.stderr(), r"affecting \d+ more audit events since: write /dev/full")

    def test_a_full_disk_is_counted_leaves_no_half_line_and_is_recovered_from(self):
        with tempfile.TemporaryDirectory(prefix="kaudit-e2e-") as folder:
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "kaudit", folder],
                capture_output=True,
                text=True,
            )
            if mounted.returncode != 0:
                self.skipTest("may not mount a tmpfs: " + mounted.stderr.strip())
            try:
                self.fill_and_free(folder)
            finally:
                subprocess.run(["umount", folder], check=True)

    def fill_and_free(self, folder):
        filler = os.path.join(folder, "filler")
        with open(filler, "wb") as file:
            file.write(b"x" * (MIB - 100_000))
        with Server(log=os.path.join(folder, "audit.log")) as server:
            began = time.monotonic()
            asked = [f"disk-{i}" for i in range(200)]
            for audit_id in asked:
                self.assertEqual(server.ask("GET", "/version", audit_id=audit_id).status, 200)
            lost = server.metric(self.LOST)
            self.assertGreater(lost, 0)
            os.remove(filler)
            server.ask("GET", "/version", audit_id="space-again")
            self.assertEqual(len(server.events_of("space-again", 2)), 2)
            self.assertEqual(server.stop(), 0)
            self.check_told_once(server, "no space left on device\nImpacted events", began)
            data = content(server.log)
            self.assertTrue(data.endswith(b"\n"))
            there = [json.loads(line)["auditID"] for line in data.splitlines()]
            # The question for the counter was an event too, or two that were lost.
            self.assertLessEqual(2 * len(asked) - sum(i in asked for i in there), lost)
            self.assertLessEqual(lost, 2 * len(asked) - sum(i in asked for i in there) + 1)


class Sync(unittest.TestCase):
    def test_every_policy_records(self):
        for policy in ("never", "interval", "always"):
            with self.subTest(policy), Server(flags=[f"--audit-log-sync={policy}"]) as server:
                server.ask("GET", "/version", audit_id="synced")
                self.assertEqual(len(server.events_of("synced", 2)), 2)
                self.assertEqual(server.stop(), 0)

    def test_another_one_is_refused(self):
        with self.assertRaises(StartFailed) as caught, Server(flags=["--audit-log-sync=often"]):
            pass
        self.assertEqual(caught.exception.code, 1)
        self.assertIn(
            'invalid audit log sync policy often, allowed policies are "never,interval,always"',
            caught.exception.stderr,
        )


# What says how the server is doing leaves no event, so that it can be asked while the log waits.
BUT_METRICS = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  nonResourceURLs: ["/metrics"]
- level: Metadata
"""


class UnreadPipe(unittest.TestCase):
    """A log to a pipe whose reader does not read: requests wait, but the server ends."""

    CLIENTS = 20
    ACCOUNT = re.compile(r"log has delivered (\d+) events, lost (\d+), and holds (\d+)")

    def setUp(self):
        server = Server(policy=BUT_METRICS, flags=["--request-timeout=2s", "--audit-drain-timeout=1s"])
        os.mkfifo(server.log)
        self.reader = os.open(server.log, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, self.reader)
        fcntl.fcntl(self.reader, fcntl.F_SETPIPE_SZ, 4096)
        self.server = self.enterContext(server)
        for _ in range(self.CLIENTS):
            connection = self.enterContext(server.connect())
            connection.send(http.request("GET", "/healthz", token="alice-token", audit_id="x" * 400))
        # All are on their way to the log: more than the pipe takes.
        until(
            lambda: server.metric("apiserver_audit_event_total") >= self.CLIENTS,
            "the requests to get as far as the log",
        )

    def account(self):
        return [int(number) for number in self.ACCOUNT.findall(self.server.stderr())[-1]]

    def events_in_the_pipe(self):
        """Whole ones: a line that was given up has only its beginning there."""
        lines = os.read(self.reader, 1 << 16).split(b"\n")
        return sum(line.endswith(b"}") for line in lines if line.startswith(b"{"))

    def test_a_stop_ends_and_says_what_was_lost(self):
        self.assertEqual(self.server.stop(), 3, self.server.stderr())
        delivered, lost, held = self.account()
        self.assertEqual((delivered, held), (self.events_in_the_pipe(), 0))
        self.assertGreaterEqual(lost, self.CLIENTS - delivered)

    def test_a_stop_that_is_cut_short_says_what_it_holds(self):
        self.server.process.send_signal(signal.SIGHUP)  # the log is opened anew when it can be
        self.server.process.send_signal(signal.SIGTERM)
        until(lambda: "Stopping" in self.server.stderr(), "the stop to begin")
        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.process.wait(PATIENCE), 3)
        delivered, lost, held = self.account()
        self.assertEqual(lost, 0)
        # Of those that are written together some may have got through already.
        self.assertLessEqual(delivered, self.events_in_the_pipe())
        self.assertGreaterEqual(held, self.CLIENTS - delivered)
        self.assertGreater(held, 0)


if __name__ == "__main__":
    unittest.main()
