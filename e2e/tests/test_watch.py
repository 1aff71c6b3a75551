"""Watches over real connections: kubectl, WebSocket, bookmarks, and an informer that stays in sync
while its connection is cut again and again. KAUDIT_WATCH_WRITES sets how many writes that sees
(2,000 unless it is set; 10,000 is the full test)."""

import base64
import hashlib
import json
import os
import random
import struct
import threading
import unittest

from kaudit_e2e import http
from kaudit_e2e.clients import NO_KUBECTL, Kubectl, kubectls
from kaudit_e2e.server import Server
from kaudit_e2e.waiting import PATIENCE, until

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
WRITES = int(os.environ.get("KAUDIT_WATCH_WRITES", "2000"))


def configmap(name, value="", tier="x"):
    return json.dumps({"metadata": {"name": name, "labels": {"tier": tier}}, "data": {"value": value}})


def lines_of(chunks):
    """The lines of a chunked answer as they come."""
    pending = b""
    for chunk in chunks:
        pending += chunk
        *lines, pending = pending.split(b"\n")
        yield from lines


class Informer:
    """A copy of a collection: list or WatchList, then watch, and again from where it was when the
    connection ends."""

    def __init__(self, server, watch_list):
        self.server = server
        self.watch_list = watch_list
        self.objects = {}
        self.version = None
        self.goal = None
        self.resumed = 0
        self.error = None
        self.connection = None
        self.thread = threading.Thread(target=self._run)

    def cut(self):
        """As if the network had failed."""
        connection = self.connection
        if connection:
            try:
                connection.socket.shutdown(2)
            except OSError:
                pass

    def _run(self):
        try:
            while not self._done():
                if self.version is None and not self.watch_list:
                    self._list()
                try:
                    self._watch()
                except (EOFError, OSError, ValueError):
                    pass
                self.resumed += 1
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def _done(self):
        return self.goal is not None and self.version is not None and self.version >= self.goal

    def _list(self):
        self.objects, token = {}, ""
        while True:
            page = json.loads(self.server.ask("GET", f"{CONFIGMAPS}?limit=7&continue={token}").body)
            for item in page["items"]:
                self.objects[item["metadata"]["name"]] = item
            token = page["metadata"].get("continue")
            if not token:
                break
        self.version = int(page["metadata"]["resourceVersion"])

    def _watch(self):
        query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=3"
        if self.version is None:
            self.objects = {}
            query += "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
        else:
            query += f"&resourceVersion={self.version}"
        with self.server.connect() as self.connection:
            self.connection.send(http.request("GET", CONFIGMAPS + query, token="alice-token"))
            status, _ = self.connection.head()
            assert status == 200, status
            synced = self.version is not None
            for line in lines_of(self.connection.chunks()):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    assert event["object"]["code"] == 410, event
                    self.version = None
                    return
                meta = event["object"]["metadata"]
                if event["type"] == "BOOKMARK":
                    assert event["object"]["kind"] == "ConfigMap"
                    synced = synced or "annotations" in meta
                elif event["type"] == "DELETED":
                    del self.objects[meta["name"]]
                else:
                    assert (event["type"] == "ADDED") == (meta["name"] not in self.objects), event
                    self.objects[meta["name"]] = {k: v for k, v in event["object"].items()}
                if synced:
                    self.version = int(meta["resourceVersion"])
                    if self._done():
                        return


class WatchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(flags=["--bare"]))

    def setUp(self):
        for item in json.loads(self.server.ask("GET", CONFIGMAPS).body)["items"]:
            self.server.ask("DELETE", f"{CONFIGMAPS}/{item['metadata']['name']}")

    def create(self, name, **keys):
        response = self.server.ask("POST", CONFIGMAPS, configmap(name, **keys))
        self.assertEqual(response.status, 201)
        return int(json.loads(response.body)["metadata"]["resourceVersion"])

    def watch(self, query, path=CONFIGMAPS):
        response = self.server.ask("GET", f"{path}?{query}")
        self.assertTrue(response.complete, "the last chunk is missing")
        return response, [json.loads(line) for line in response.body.splitlines()]

    def test_informers_stay_in_sync_through_cut_connections(self):
        informers = [Informer(self.server, False), Informer(self.server, True)]
        for informer in informers:
            informer.thread.start()
        rng = random.Random(7)
        alive = {}
        with self.server.connect() as writer:
            for number in range(WRITES):
                name = f"o{rng.randrange(40)}"
                body, headers = b"", [("Content-Type", "application/json")]
                if name not in alive:
                    method, path, body = "POST", CONFIGMAPS, configmap(name, str(number))
                elif rng.random() < 0.3:
                    method, path, headers = "DELETE", f"{CONFIGMAPS}/{name}", []
                else:
                    method, path, body = "PUT", f"{CONFIGMAPS}/{name}", configmap(name, str(number))
                writer.send(http.request(method, path, headers, body, "alice-token"))
                response = writer.response(method)
                self.assertIn(response.status, (200, 201), response.body)
                if method == "DELETE":
                    del alive[name]
                else:
                    alive[name] = json.loads(response.body)["metadata"]["resourceVersion"]
                if number % 50 == 25:
                    rng.choice(informers).cut()
        last = self.create("last")
        for informer in informers:
            informer.goal = last
            informer.thread.join(PATIENCE)
            self.assertFalse(informer.thread.is_alive(), f"stuck at {informer.version} of {last}")
            self.assertIsNone(informer.error)
        stored = json.loads(self.server.ask("GET", CONFIGMAPS).body)["items"]
        wanted = {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in stored}
        self.assertEqual(wanted, {**alive, "last": str(last)})
        for informer in informers:
            seen = {name: o["metadata"]["resourceVersion"] for name, o in informer.objects.items()}
            self.assertEqual(seen, wanted)
        self.assertGreater(sum(informer.resumed for informer in informers), WRITES // 200)

    def test_a_watch_list_ends_what_exists_with_a_bookmark(self):
        version = self.create("a")
        _, events = self.watch(
            "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
            "&timeoutSeconds=1"
        )
        # No other one follows at once, as the recording server shows (golden case watch-initial-events).
        self.assertEqual([event["type"] for event in events], ["ADDED", "BOOKMARK"])
        self.assertEqual(
            events[1]["object"],
            {
                "kind": "ConfigMap",
                "apiVersion": "v1",
                "metadata": {
                    "resourceVersion": str(version),
                    "annotations": {"k8s.io/initial-events-end": "true"},
                },
            },
        )

    def test_a_bookmark_comes_shortly_before_the_deadline(self):
        version = self.create("a")
        _, events = self.watch(f"watch=1&allowWatchBookmarks=1&resourceVersion={version}&timeoutSeconds=3")
        self.assertEqual([event["type"] for event in events], ["BOOKMARK"])
        _, events = self.watch(f"watch=1&allowWatchBookmarks=1&resourceVersion={version}&timeoutSeconds=1")
        self.assertEqual([event["type"] for event in events], ["BOOKMARK"])
        _, events = self.watch(f"watch=1&resourceVersion={version}&timeoutSeconds=1")
        self.assertEqual(events, [])

    def test_the_old_watch_paths(self):
        self.create("a")
        self.create("b")
        for path in ("namespaces/default/configmaps", "configmaps"):
            _, events = self.watch("timeoutSeconds=1", f"/api/v1/watch/{path}")
            self.assertEqual([e["object"]["metadata"]["name"] for e in events], ["a", "b"])
        _, events = self.watch("timeoutSeconds=1", "/api/v1/watch/namespaces/default/configmaps/a")
        self.assertEqual([e["object"]["metadata"]["name"] for e in events], ["a"])

    def test_a_version_to_come_is_waited_for_but_not_what_exists_at_it(self):
        to_come = 2**53
        response, events = self.watch(f"watch=1&resourceVersion={to_come}&timeoutSeconds=1")
        self.assertEqual((response.status, events), (200, []))
        response, _ = self.watch(
            f"watch=1&resourceVersion={to_come}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            "&allowWatchBookmarks=true"
        )
        self.assertEqual(response.status, 504)
        self.assertEqual(response.header("Retry-After"), "1")

    def test_the_servers_stop_ends_a_watch_properly(self):
        with Server(flags=["--bare"]) as server, server.connect() as connection:
            connection.send(http.request("GET", CONFIGMAPS + "?watch=1", token="alice-token"))
            connection.head()
            stopping = threading.Thread(target=server.stop)
            stopping.start()
            self.assertEqual(list(connection.chunks()), [])  # raises when there is no last chunk
            stopping.join()

    def test_clients_that_sent_a_body_and_left_are_noticed(self):
        """However much of it was sent, and however it was announced: their descriptors come back."""
        descriptors = lambda: len(os.listdir(f"/proc/{self.server.process.pid}/fd"))
        chunked = [("Transfer-Encoding", "chunked")]
        announced = lambda size: [("Content-Length", str(size))]
        kinds = [
            (announced(5), b"hello"),
            (announced(5), b""),
            (announced(1 << 20), b"x" * 1000),
            (announced(1 << 20), b"x" * (1 << 20)),
            (chunked, b"5\r\nhello\r\n0\r\n\r\n"),
            (chunked, b"5\r\nhel"),
            (chunked, b""),
            ([], b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 4000),
        ]
        before = descriptors()
        clients = []
        for number in range(20 * len(kinds)):
            headers, body = kinds[number % len(kinds)]
            client = self.server.connect()
            self.addCleanup(client.close)
            client.send(http.request("GET", CONFIGMAPS + "?watch=1", headers, token="alice-token"))
            client.send(body)
            clients.append(client)
        self.assertGreater(descriptors(), before)
        for client in clients:
            client.socket.close()
        until(lambda: descriptors() <= before, lambda: f"{before} descriptors, there are {descriptors()}")

    def test_one_that_does_not_read_holds_up_nobody(self):
        """A watcher that takes nothing: writes go on, another watcher sees them."""
        version = self.create("a")
        with self.server.connect() as lazy, self.server.connect() as keen, self.server.connect() as writer:
            for connection in (lazy, keen):
                path = f"{CONFIGMAPS}?watch=1&resourceVersion={version}"
                connection.send(http.request("GET", path, token="alice-token"))
            keen.head()
            big = "x" * 100_000
            for number in range(60):
                body = configmap("a", big + str(number))
                headers = [("Content-Type", "application/json")]
                writer.send(http.request("PUT", f"{CONFIGMAPS}/a", headers, body, "alice-token"))
                self.assertEqual(writer.response().status, 200)
            seen = lines_of(keen.chunks())
            for number in range(60):
                self.assertTrue(json.loads(next(seen))["object"]["data"]["value"].endswith(f"x{number}"))

    def watches_of_a(self):
        """The events that say that a watch of that object has begun."""
        marks = (b'"verb":"watch"', b'"name":"a"', b'"stage":"ResponseStarted"')
        return [line for line in self.server.lines() if all(mark in line for mark in marks)]

    def test_kubectl_watches_and_waits(self):
        for program in kubectls() or self.skipTest(NO_KUBECTL):
            self.create("a")
            before = len(self.watches_of_a())
            kubectl = Kubectl(program, self.server)
            watching = kubectl.start("get", "configmaps", "-w", "-o", "name", "-l", "tier=x")
            self.assertEqual(watching.stdout.readline(), "configmap/a\n")
            waiting = kubectl.start("wait", "--for=delete", "configmap/a", "--timeout=30s")
            self.create("b")
            self.assertEqual(watching.stdout.readline(), "configmap/b\n")
            # kubectl wait has begun once it watches.
            self.server.wait_for(lambda _: len(self.watches_of_a()) > before, "watch of a", PATIENCE)
            self.server.ask("DELETE", f"{CONFIGMAPS}/a")
            out, err = waiting.communicate(timeout=PATIENCE)
            self.assertEqual((waiting.returncode, out), (0, "configmap/a condition met\n"), err)
            watching.terminate()
            watching.communicate()
            self.setUp()


class WebSocketTest(unittest.TestCase):
    KEY = base64.b64encode(b"sixteen bytes ok").decode()

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(flags=["--bare"]))

    def open(self, connection, audit_id, *headers, seconds=2):
        upgrade = [
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", self.KEY),
            *headers,
        ]
        path = CONFIGMAPS + f"?watch=true&resourceVersion=0&timeoutSeconds={seconds}"
        connection.send(http.request("GET", path, upgrade, token="alice-token", audit_id=audit_id))

    def frame(self, connection):
        first, size = connection._exactly(2)
        if size == 126:
            (size,) = struct.unpack(">H", connection._exactly(2))
        return first, connection._exactly(size)

    @staticmethod
    def masked(opcode, payload):
        mask = b"\x01\x02\x03\x04"
        body = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        return bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + body

    def test_events_are_text_frames_and_pings_are_answered(self):
        self.server.ask("POST", CONFIGMAPS, configmap("a"))
        with self.server.connect() as connection:
            self.open(connection, "ws", ("Origin", "https://localhost"), seconds=3600)
            status, headers = connection.head()
            digest = hashlib.sha1((self.KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
            self.assertEqual(status, 101)
            self.assertEqual(headers["sec-websocket-accept"], [base64.b64encode(digest).decode()])
            first, payload = self.frame(connection)
            self.assertEqual(first, 0x81)
            self.assertEqual(json.loads(payload)["type"], "ADDED")
            connection.send(self.masked(9, b"hello"))
            self.assertEqual(self.frame(connection), (0x8A, b"hello"))
            connection.send(self.masked(8, b"\x03\xe8"))
            self.assertEqual(self.frame(connection), (0x88, b"\x03\xe8"), "long before the deadline's")
        events = self.server.events_of("ws", 3)
        self.assertEqual([e.get("responseStatus", {}).get("code") for e in events], [None, 101, 101])

    def test_the_deadline_closes_it(self):
        with self.server.connect() as connection:
            self.open(connection, "ws-deadline", ("Origin", "https://localhost"))
            connection.head()
            while (frame := self.frame(connection))[0] == 0x81:
                pass
            self.assertEqual(frame, (0x88, b"\x03\xe8"))

    def test_without_an_origin_it_is_refused_and_recorded_as_101(self):
        with self.server.connect() as connection:
            self.open(connection, "ws-no-origin")
            self.assertEqual(connection.head(), (403, {}))
        events = self.server.events_of("ws-no-origin", 3)
        self.assertEqual([e.get("responseStatus", {}).get("code") for e in events], [None, 101, 101])


if __name__ == "__main__":
    unittest.main()
