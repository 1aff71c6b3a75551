"""The rows of the life-of-a-request table (one by one) for which no recording exists, and what
holds for all of them."""

import datetime
import json
import signal
import threading
import unittest

from kaudit_e2e import http
from kaudit_e2e.server import EVERYTHING, Server
from kaudit_e2e.waiting import PATIENCE

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"


def configmap(name, **annotations):
    metadata = {"name": name, **({"annotations": annotations} if annotations else {})}
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "b"}})


def stages(events):
    return [event["stage"] for event in events]


class Life(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def test_url_that_names_no_resource_gets_500_and_leaves_no_event(self):
        for path in ("/api/v1/watch", "/api/v1/proxy"):
            with self.subTest(path):
                answer = self.server.ask("GET", path, audit_id="nothing-named")
                self.assertEqual(answer.status, 500)
                self.assertIn(
                    f'Internal Server Error: "{path}": failed to create RequestInfo:', answer.text()
                )
        self.server.ask("GET", "/healthz", audit_id="after-nothing-named")
        self.server.events_of("after-nothing-named", 2)
        self.assertEqual(self.server.events("nothing-named"), [])

    def test_panic_closes_the_connection_and_the_server_lives_on(self):
        answer = self.server.ask("GET", "/debug/panic", audit_id="one-panic")
        self.assertEqual(answer.status, 0, "the client gets no answer")
        last = self.server.events_of("one-panic", 2)[-1]
        self.assertEqual(last["stage"], "Panic")
        self.assertTrue(last["responseStatus"]["message"].startswith("APIServer panic'd: "))
        self.assertEqual(self.server.ask("GET", "/healthz").status, 200)

    def test_answers_echo_the_audit_id(self):
        self.assertEqual(self.server.ask("GET", "/healthz", audit_id="echo-me").header("Audit-Id"), "echo-me")
        made = self.server.ask("GET", "/healthz", audit_id=None).header("Audit-Id")
        self.assertEqual(stages(self.server.events_of(made, 2)), ["RequestReceived", "ResponseComplete"])

    def test_slow_requests_carry_latencies_and_watches_do_not(self):
        self.server.ask(
            "POST", CONFIGMAPS, configmap("slow", **{"ref/sleep-ms": "600"}), audit_id="slow-create"
        )
        annotations = self.server.events_of("slow-create", 2)[-1]["annotations"]
        self.assertRegex(annotations["apiserver.latency.k8s.io/total"], r"^\d+(\.\d+)?(ms|s)$")
        self.server.ask("GET", CONFIGMAPS + "?watch=1&timeoutSeconds=1", audit_id="slow-watch")
        annotations = self.server.events_of("slow-watch", 3)[-1]["annotations"]
        self.assertEqual([key for key in annotations if "latency" in key], [])
        self.server.ask("GET", CONFIGMAPS, audit_id="fast")
        fast = self.server.events_of("fast", 2)[-1]
        begin, end = (
            datetime.datetime.fromisoformat(fast[member].rstrip("Z"))
            for member in ("requestReceivedTimestamp", "stageTimestamp")
        )
        if (end - begin).total_seconds() < 0.5:  # else this machine had other things to do
            self.assertEqual([key for key in fast["annotations"] if "latency" in key], [])

    def test_slow_refusals_say_how_long_their_answer_took(self):
        slow = configmap("too-slow", **{"ref/sleep-ms": "2500"})
        answer = self.server.ask("POST", CONFIGMAPS + "?timeout=1s", slow, audit_id="slow-refusal")
        self.assertEqual(answer.status, 504)
        annotations = self.server.events_of("slow-refusal", 2)[-1]["annotations"]
        self.assertEqual(
            [key.partition("/")[2] for key in annotations if "latency" in key],
            ["authentication", "authorization", "response-write", "serialize-response-object", "total"],
        )

    def test_watch_reports_its_start_while_it_runs_and_streams_what_happens(self):
        with self.server.connect() as connection:
            path = CONFIGMAPS + "?watch=1&timeoutSeconds=30"
            connection.send(http.request("GET", path, token="alice-token", audit_id="live-watch"))
            self.assertEqual(connection.head()[0], 200)
            self.assertEqual(
                stages(self.server.events_of("live-watch", 2)), ["RequestReceived", "ResponseStarted"]
            )
            self.server.ask("POST", CONFIGMAPS, configmap("watched"))
            self.server.ask("DELETE", CONFIGMAPS + "/watched")
            text, seen = b"", []
            for piece in connection.chunks():
                text += piece
                seen = [json.loads(line) for line in text.split(b"\n")[:-1]]
                if [e["type"] for e in seen if e["object"]["metadata"]["name"] == "watched"] == [
                    "ADDED",
                    "DELETED",
                ]:
                    break
        last = self.server.events_of("live-watch", 3)[-1]
        self.assertEqual(
            (last["stage"], last["responseStatus"]), ("ResponseComplete", {"metadata": {}, "code": 200})
        )

    def test_requests_of_one_kept_alive_connection_follow_each_other(self):
        with self.server.connect() as connection:
            for i in range(20):
                connection.send(http.request("GET", "/healthz", token="alice-token", audit_id=f"kept-{i}"))
                self.assertEqual(connection.response().text(), "ok")
        self.server.events_of("kept-19", 2)
        ids = [e["auditID"] for e in self.server.events() if e["auditID"].startswith("kept-")]
        self.assertEqual(ids, [f"kept-{i}" for i in range(20) for _ in range(2)])

    def test_pipelined_requests_are_all_answered_and_recorded(self):
        with self.server.connect() as connection:
            connection.send(
                b"".join(
                    http.request("GET", f"/healthz?n={i}", token="alice-token", audit_id=f"piped-{i}")
                    for i in range(5)
                )
            )
            self.assertEqual([connection.response().status for _ in range(5)], [200] * 5)
        for i in range(5):
            self.assertEqual(len(self.server.events_of(f"piped-{i}", 2)), 2)


class ManyClients(unittest.TestCase):
    CLIENTS, ROUNDS = 8, 25

    def _client(self, server, number, problems):
        try:
            with server.connect() as connection:
                for i in range(self.ROUNDS):
                    name = f"c{number}-{i}"
                    for verb, method, path, body, want in (
                        ("create", "POST", CONFIGMAPS, configmap(name), 201),
                        ("get", "GET", f"{CONFIGMAPS}/{name}", "", 200),
                        ("list", "GET", f"{CONFIGMAPS}?limit=1", "", 200),
                        ("delete", "DELETE", f"{CONFIGMAPS}/{name}", "", 200),
                    ):
                        headers = [("Content-Type", "application/json")] if body else []
                        connection.send(
                            http.request(method, path, headers, body, "alice-token", f"{verb}-{name}")
                        )
                        status = connection.response().status
                        if status != want:
                            problems.append(f"{verb} {name}: {status}")
        except Exception as error:  # a thread's exception would be lost
            problems.append(repr(error))

    def test_eight_at_once_each_event_once_and_in_order(self):
        with Server() as server:
            problems = []
            threads = [
                threading.Thread(target=self._client, args=(server, n, problems)) for n in range(self.CLIENTS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(problems, [])
            expected = self.CLIENTS * self.ROUNDS * 4 * 2
            server.wait_for(lambda lines: len(lines) >= expected, f"{expected} events")
            self.assertEqual(server.stop(), 0)
            by_id = {}
            for event in server.events():
                by_id.setdefault(event["auditID"], []).append(event)
            self.assertEqual(len(by_id), self.CLIENTS * self.ROUNDS * 4)
            for audit_id, events in by_id.items():
                self.assertEqual(stages(events), ["RequestReceived", "ResponseComplete"], audit_id)
                self.assertEqual(events[0]["verb"], audit_id.split("-")[0])
            versions = [
                e["responseObject"]["metadata"]["resourceVersion"]
                for i, es in by_id.items()
                if i.startswith("create-")
                for e in es[1:]
            ]
            self.assertEqual(
                len(set(versions)), self.CLIENTS * self.ROUNDS, "a resourceVersion is given once"
            )


class Modes(unittest.TestCase):
    POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: RequestResponse
  namespaces: [default]
- level: RequestResponse
  nonResourceURLs: [/strictly]
- level: None
"""

    def test_blocking_strict_refuses_what_it_cannot_record(self):
        with Server(self.POLICY, ["--audit-log-mode=blocking-strict", "--bare"], log="/dev/full") as server:
            answer = server.ask("POST", CONFIGMAPS, configmap("s"))
            self.assertEqual(
                (answer.status, answer.text()),
                (500, f'Internal Server Error: "{CONFIGMAPS}": failed to store audit event\n'),
            )
            self.assertEqual(
                server.ask("GET", "/strictly?a=<b>").text(),
                'Internal Server Error: "/strictly?a=&lt;b&gt;": failed to store audit event\n',
            )
            self.assertEqual(
                server.ask(
                    "GET", CONFIGMAPS, headers=[("Authorization", "Bearer rubbish")], user=None
                ).status,
                401,
            )
            self.assertEqual(server.ask("GET", CONFIGMAPS + "?timeout=x").status, 400)
            items = json.loads(server.ask("GET", "/api/v1/configmaps").body)["items"]
            self.assertEqual(
                [i["metadata"]["name"] for i in items if i["metadata"]["namespace"] == "default"],
                [],
                "the handler did not run",
            )
            self.assertEqual(server.metric("apiserver_audit_requests_rejected_total"), 2)
            self.assertEqual(server.metric('apiserver_audit_error_total{plugin="log"}'), 4)
            self.assertEqual(server.metric("apiserver_audit_event_total"), 4)

    def test_blocking_counts_what_it_loses_and_serves_on(self):
        with Server(self.POLICY, ["--audit-log-mode=blocking"], log="/dev/full") as server:
            self.assertEqual(server.ask("POST", CONFIGMAPS, configmap("s")).status, 201)
            self.assertEqual(server.metric('apiserver_audit_error_total{plugin="log"}'), 2)
            self.assertEqual(server.metric("apiserver_audit_requests_rejected_total"), 0)
            self.assertIn("affecting 1 audit events", server.stderr())

    def test_levels_are_counted_none_too(self):
        with Server(self.POLICY) as server:
            for _ in range(3):
                server.ask("GET", "/healthz")
            server.ask("GET", CONFIGMAPS)
            self.assertEqual(server.metric('apiserver_audit_level_total{level="RequestResponse"}'), 1)
            self.assertGreaterEqual(server.metric('apiserver_audit_level_total{level="None"}'), 3)


class Stop(unittest.TestCase):
    def test_a_request_at_work_is_finished_and_recorded_and_idle_connections_leave(self):
        with Server(EVERYTHING) as server, server.connect() as busy, server.connect() as idle:
            idle.send(http.request("GET", "/healthz", token="alice-token"))
            idle.response()
            busy.send(http.request("GET", "/debug/slow?ms=700", token="alice-token", audit_id="last-one"))
            server.events_of("last-one", 1)
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(idle.response().status, 0, "the idle connection is closed")
            self.assertEqual(busy.response().status, 200)
            self.assertEqual(server.process.wait(PATIENCE), 0)
            self.assertEqual(stages(server.events("last-one")), ["RequestReceived", "ResponseComplete"])

    def test_a_watch_does_not_hold_up_the_stop(self):
        with Server(EVERYTHING) as server, server.connect() as watch:
            watch.send(http.request("GET", CONFIGMAPS + "?watch=1", token="alice-token", audit_id="endless"))
            watch.head()
            self.assertEqual(server.stop(), 0)
            self.assertEqual(
                stages(server.events("endless")), ["RequestReceived", "ResponseStarted", "ResponseComplete"]
            )

    def test_interrupt_is_a_clean_stop_too(self):
        with Server(EVERYTHING) as server:
            server.process.send_signal(signal.SIGINT)
            self.assertEqual(server.process.wait(PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
