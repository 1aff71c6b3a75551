"""Thousands of requests with something wrong about them (kaudit_e2e/mutations.py): the server neither falls
nor hangs, and its log stays true.

KAUDIT_MUTATIONS says how many (1500), KAUDIT_SEED which ones (1)."""

import collections
import json
import os
import re
import socket
import ssl
import threading
import time
import unittest

from kaudit_e2e import mutations
from kaudit_e2e.server import PATIENCE, Server
from kaudit_e2e.waiting import until

COUNT = int(os.environ.get("KAUDIT_MUTATIONS", "1500"))
SEED = int(os.environ.get("KAUDIT_SEED", "1"))
CLIENTS = 4
# How long an answer is waited for before the client says that no more will come. Not a limit of the
# server's: many a request is not whole, and waits for its rest.
PAUSE = 0.25
SLACK_KB = 64 * 1024


def answered(data):
    """True when these bytes end with the end of an answer, as far as that can be told without reading it all."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end or head.startswith(b"HTTP/1.1 1"):
        return False
    if b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return bool(length) and len(body) >= int(length.group(1))


def exchange(server, data):
    """Sends the bytes and reads what comes, until the connection ends or there is an answer. Raises a
    TimeoutError when the server keeps a connection on which its client has nothing more to say."""
    with server.connect() as connection:
        received = b""
        connection.socket.settimeout(PATIENCE)
        try:
            connection.send(data)
            connection.socket.settimeout(PAUSE)
            while not answered(received):
                piece = connection.socket.recv(65536)
                if not piece:
                    return received
                received += piece
            return received
        except TimeoutError:
            pass
        except (ConnectionError, ssl.SSLError, OSError):
            return received  # refused in the middle of it
        try:
            socket.socket.shutdown(connection.socket, socket.SHUT_WR)
            connection.socket.settimeout(PATIENCE)
            while piece := connection.socket.recv(65536):
                received += piece
        except TimeoutError:
            raise
        except (ConnectionError, ssl.SSLError, OSError):
            pass
        return received


class Account:
    """The stages of each audit ID, and whether what began has ended."""

    def __init__(self, events):
        self.stages = collections.defaultdict(collections.Counter)
        for event in events:
            self.stages[event["auditID"]][event["stage"]] += 1

    def unfinished(self):
        """{ID: stages} of what has more beginnings than ends."""
        return {i: dict(s) for i, s in self.stages.items() if s["RequestReceived"] > self.ends(s)}

    def wrong(self):
        """{ID: stages} of what has more ends than beginnings. A request that is refused before audit decides (401,
        a bad timeout) has a ResponseStarted and nothing else."""
        return {i: dict(s) for i, s in self.stages.items() if s["RequestReceived"] < self.ends(s)}

    @staticmethod
    def ends(stages):
        return stages["ResponseComplete"] + stages["Panic"]


class Mutations(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server(flags=["--request-timeout", "20s"]))

    def resident(self):
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def prepare(self):
        pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
        self.server.ask("POST", mutations.CORE + "/pods", json.dumps(pod), user="admin")
        for _ in range(20):  # what is made once is made before memory is looked at
            for path in ("/api/v1/namespaces/default/configmaps", "/openapi/v3", "/apis", "/healthz"):
                self.server.ask("GET", path, user="admin")

    def read_line(self, line):
        """An event; a patch that is not UTF-8 stands in it as it came."""
        try:
            return json.loads(line)
        except UnicodeDecodeError:
            event = json.loads(line.decode("utf-8", "surrogateescape"))
            self.assertEqual(event["verb"], "patch", line[:2000])
            return event

    def events(self):
        return [self.read_line(line) for line in self.server.lines()]

    def run_all(self):
        problems = []
        stream = iter(mutations.mutated_requests(SEED, COUNT))
        lock = threading.Lock()

        def client():
            while not problems:
                with lock:
                    request = next(stream, None)
                if request is None:
                    return
                try:
                    exchange(self.server, request.data)
                except Exception as error:  # the test names the request, whatever it is
                    problems.append(f"seed {SEED}, {request.what}: {error!r}\n{request.data[:3000]!r}")

        clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        self.assertIsNone(self.server.process.poll(), self.server.stderr()[-3000:])
        self.assertEqual(problems, [])

    def test_the_server_neither_falls_nor_hangs_and_its_log_is_true(self):
        self.prepare()
        at_rest = self.resident()
        self.run_all()
        self.assertEqual(self.server.ask("GET", "/healthz", user="admin", audit_id="alive").text(), "ok")
        self.server.events_of("alive", 2)

        until(
            lambda: not Account(self.events()).unfinished(),
            lambda: f"the ends of {list(Account(self.events()).unfinished().items())[:5]}",
            pause=0.2,
        )
        events = self.events()
        account = Account(events)
        self.assertEqual(account.wrong(), {})
        for event in events:
            if event["stage"] == "Panic":
                self.assertTrue(event["requestURI"].startswith("/debug/panic"), event)
        reached = [i for i in account.stages if i.startswith("m-")]
        self.assertGreater(len(reached), COUNT // 3, "mutations should still be requests")

        # Nothing of all that is kept.
        self.server.ask("DELETE", mutations.CONFIGMAPS, user="admin")
        self.server.ask("DELETE", mutations.DEPLOYMENTS, user="admin")
        end = time.monotonic() + PATIENCE
        while (now := self.resident()) > at_rest + SLACK_KB:
            self.assertLess(time.monotonic(), end, f"{now} KB resident, {at_rest} KB before")
            time.sleep(0.2)
        if COUNT > 1500:
            print(f"{COUNT} mutations, {len(reached)} reached audit, {at_rest} -> {now} KB resident")
        self.assertEqual(self.server.stop(), 0, self.server.stderr()[-3000:])


if __name__ == "__main__":
    unittest.main()
