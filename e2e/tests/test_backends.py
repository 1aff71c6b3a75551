"""The pipeline around log and webhook: queues, their limits, and the way down. Whatever happens,
delivered and lost is what was made."""

import json
import re
import signal
import threading
import time
import unittest

from kaudit_e2e import http
from kaudit_e2e import receiver as r
from kaudit_e2e.receiver import Receiver, kubeconfig
from kaudit_e2e.server import Server
from kaudit_e2e.waiting import PATIENCE, until

# Only what alice does is recorded, so that asking for metrics adds nothing.
ALICE = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  users: [alice]
- level: None
"""
ACCOUNT = re.compile(
    r"audit backend (\w+) has delivered (\d+) events, lost (\d+), and holds (\d+)"
)


def webhook_server(url, *flags):
    server = Server(policy=None)
    server.arguments += [
        "--audit-policy-file",
        server.write("policy.yaml", ALICE),
        "--audit-webhook-config-file",
        server.write("webhook.yaml", kubeconfig(url)),
        "--audit-webhook-initial-backoff=20ms",
        *flags,
    ]
    return server


def ask_often(server, count, path="/version"):
    """Requests on one connection; each makes two events."""
    with server.connect() as connection:
        for n in range(count):
            connection.send(http.request("GET", path, [], b"", "alice-token", f"id-{n}"))
            if connection.response().status != 200:
                raise AssertionError("refused")


def ask_from_many(server, count, clients=4):
    """The same from several connections at once."""
    threads = [threading.Thread(target=ask_often, args=(server, count // clients)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def account(server):
    """What the server said at its end, by backend: (delivered, lost, held)."""
    return {m[1]: tuple(map(int, m.groups()[1:])) for m in ACCOUNT.finditer(server.stderr())}


def pairs(events):
    return [(event["auditID"], event["stage"]) for event in events]


class BatchLog(unittest.TestCase):
    def test_every_event_is_a_line_in_the_order_of_stages(self):
        flags = ["--audit-log-mode=batch", "--audit-log-batch-max-size=50", "--audit-log-batch-buffer-size=100000"]
        with Server(policy=ALICE, flags=flags) as server:
            self.assertIn("Using audit backend: buffered<log>", server.stderr())
            ask_often(server, 1000)
            self.assertEqual(server.stop(), 0)
            stages = ("RequestReceived", "ResponseComplete")
            self.assertEqual(pairs(server.events()), [(f"id-{n}", s) for n in range(1000) for s in stages])
            self.assertEqual(account(server), {"log": (2000, 0, 0)})

    def test_an_event_is_not_kept_by_default(self):
        with Server(policy=ALICE, flags=["--audit-log-mode=batch"]) as server:
            server.ask("GET", "/version", audit_id="at-once")
            server.events_of("at-once", 2)

    def test_an_idle_queue_costs_no_cpu(self):
        flags = ["--audit-log-mode=batch", "--audit-log-batch-max-size=400"]
        with Server(policy=ALICE, flags=flags) as server:
            before = server.metric("process_cpu_seconds_total")
            time.sleep(0.5)
            self.assertLess(server.metric("process_cpu_seconds_total") - before, 0.2)


class Losses(unittest.TestCase):
    def test_a_queue_that_is_too_small_loses_and_says_how_much(self):
        gate = threading.Event()

        def behave(_):
            gate.wait(PATIENCE)
            return r.OK

        with Receiver(behave) as receiver, webhook_server(
            receiver.url,
            "--audit-webhook-batch-buffer-size=20",
            "--audit-webhook-batch-max-size=5",
            "--audit-webhook-batch-max-in-flight=2",
        ) as server:
            in_flight = 'audit_in_flight_batches{backend="webhook"}'
            lost = 'audit_lost_events_total{backend="webhook",reason="queue_full"}'
            # 10 under way first: a queue that is filled before they are taken from it loses more.
            ask_often(server, 5)
            until(lambda: server.metric(in_flight) == 2, "two batches under way")
            # 20 wait.
            ask_often(server, 95)
            until(lambda: server.metric(lost) == 170, lambda: f"170 lost events: {server.metric(lost)}")
            self.assertEqual(server.metric('apiserver_audit_error_total{plugin="buffered"}'), 170)
            self.assertEqual(server.metric('audit_queue_events{backend="webhook"}'), 20)
            self.assertEqual(server.metric('audit_queue_capacity_events{backend="webhook"}'), 20)
            self.assertEqual(server.metric(in_flight), 2)
            self.assertIn("audit buffer queue blocked", server.stderr())
            gate.set()
            self.assertEqual(server.stop(), 0)
            self.assertEqual(sum(receiver.accepted.values()), 30)
            self.assertEqual(account(server), {"webhook": (30, 170, 0)})

    def test_truncating_for_the_webhook_leaves_the_logs_event_whole(self):
        body = json.dumps(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "big"}, "data": {"k": "x" * 5000}}
        ).encode()
        with Receiver() as receiver:
            server = Server(policy=ALICE.replace("Metadata", "RequestResponse"))
            server.arguments += [
                "--audit-webhook-config-file",
                server.write("webhook.yaml", kubeconfig(receiver.url)),
                "--audit-webhook-truncate-enabled",
                "--audit-webhook-truncate-max-event-size=3000",
                "--audit-webhook-truncate-max-batch-size=4000",
            ]
            with server:
                self.assertIn("union[ignoreErrors<log>,buffered<truncate<webhook>>]", server.stderr())
                path = "/api/v1/namespaces/default/configmaps"
                self.assertEqual(server.ask("POST", path, body, audit_id="big").status, 201)
                ask_often(server, 20)
                logged = server.events_of("big", 2)[1]
                self.assertNotIn("audit.k8s.io/truncated", logged.get("annotations", {}))
                self.assertEqual(len(logged["requestObject"]["data"]["k"]), 5000)
                self.assertEqual(server.stop(), 0)
            posted = [json.loads(body) for _, body in receiver.requests]
            big = [e for p in posted for e in p["items"] if e["auditID"] == "big" and "responseStatus" in e]
            self.assertEqual(big[0]["annotations"]["audit.k8s.io/truncated"], "true")
            self.assertNotIn("requestObject", big[0])
            self.assertLessEqual(max(len(body) for _, body in receiver.requests), 4000)

    def test_strict_blocking_refuses_what_cannot_be_recorded(self):
        with Receiver(lambda n: r.status(500)) as receiver, webhook_server(
            receiver.url, "--audit-webhook-mode=blocking-strict"
        ) as server:
            path = "/api/v1/namespaces/default/configmaps"
            body = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"never"}}'
            answer = server.ask("POST", path, body)
            self.assertEqual(answer.status, 500)
            self.assertIn("failed to store audit event", answer.text())
            self.assertEqual(server.metric("apiserver_audit_requests_rejected_total"), 1)
            self.assertEqual(server.ask("GET", path + "/never", user="admin").status, 404)


class WayDown(unittest.TestCase):
    def test_sigterm_delivers_ten_thousand_queued_events_to_a_slow_receiver(self):
        with Receiver(lambda n: r.slow(0.2)) as receiver, webhook_server(
            receiver.url,
            "--audit-webhook-batch-buffer-size=10000",
            "--audit-webhook-batch-throttle-qps=0.001",
            "--audit-webhook-batch-throttle-burst=1",
        ) as server:
            ask_from_many(server, 5200)  # one batch of 400 goes out, the throttle holds the rest
            self.assertEqual(server.metric('audit_queue_events{backend="webhook"}'), 10000)
            self.assertEqual(server.stop(), 0)
            self.assertEqual(sum(receiver.accepted.values()), 10400)
            self.assertEqual(account(server), {"webhook": (10400, 0, 0)})

    def test_what_cannot_be_delivered_in_time_is_lost_counted_and_told(self):
        with Receiver(lambda n: r.BLACK_HOLE) as receiver, webhook_server(
            receiver.url, "--audit-drain-timeout=300ms", "--audit-webhook-batch-max-size=2"
        ) as server:
            ask_often(server, 50)
            self.assertEqual(server.stop(), 3)
            self.assertEqual(account(server), {"webhook": (0, 100, 0)})
            self.assertIn("giving up", server.stderr())

    def test_a_second_signal_ends_it_at_once(self):
        with Receiver(lambda n: r.BLACK_HOLE) as receiver, webhook_server(
            receiver.url, "--audit-webhook-batch-max-size=2"
        ) as server:
            ask_often(server, 10)
            server.process.send_signal(signal.SIGTERM)


            def stopping():
                self.assertIsNone(server.process.poll())
                return "Stopping" in server.stderr()

            until(stopping, "the server to say that it is stopping")
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(PATIENCE), 3)
            self.assertIn("another signal came", server.stderr())
            self.assertEqual(account(server), {"webhook": (0, 0, 20)})

    def test_shutdown_delay_serves_on_but_is_not_ready(self):
        with Server(policy=ALICE, flags=["--shutdown-delay-duration=5s"]) as server:
            self.assertEqual(server.ask("GET", "/readyz").status, 200)
            server.process.send_signal(signal.SIGTERM)
            until(lambda: server.ask("GET", "/readyz").status != 200, "a server that is not ready any more")
            answer = server.ask("GET", "/readyz")
            self.assertEqual(answer.status, 500)
            self.assertIn("[-]shutdown failed: reason withheld", answer.text())
            self.assertEqual(server.ask("GET", "/healthz").status, 200)
            self.assertEqual(server.process.wait(PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
