"""`kaudit receiver`: what it stores and answers, how it misbehaves on command, and its report."""

import base64
import concurrent.futures
import http.client
import json
import os
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from kaudit_e2e.kit import Receiver, ask, event, event_list
from kaudit_e2e.receiver import Authority
from kaudit_e2e.server import KAUDIT, PATIENCE, Server
from kaudit_e2e.waiting import until

# How a client may find that its connection has been cut, by what it was just doing.
CUT = {"RemoteDisconnected", "ConnectionResetError", "BrokenPipeError"}


def ids(events):
    return [(e["auditID"], e["stage"]) for e in events]


class Storing(unittest.TestCase):
    def test_an_event_is_a_line_as_a_log_backend_writes_it(self):
        with Receiver() as receiver:
            number = '{"large":12345678901234567890.50}'
            body = event_list(event("a")).replace('"verb"', f'"requestObject": {number}, "verb"')
            answer = receiver.post(body=body)
            self.assertEqual((answer.status, answer.body), (200, ""))
            with open(receiver.store, encoding="utf-8") as file:
                line = file.read()
            self.assertTrue(line.startswith('{"kind":"Event","apiVersion":"audit.k8s.io/v1","level"'), line)
            self.assertIn(number, line)
            done = subprocess.run(
                [KAUDIT, "events", "encode", "--format", "legacy", receiver.store],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_comes_again_is_stored_once(self):
        with Receiver() as receiver:
            for events in ([event("a"), event("b")], [event("a"), event("b")], [event("c"), event("b")]):
                self.assertEqual(receiver.post(*events).status, 200)
            receiver.post(event("a", "RequestReceived"))
            self.assertEqual(
                ids(receiver.stored()),
                [
                    ("a", "ResponseComplete"),
                    ("b", "ResponseComplete"),
                    ("c", "ResponseComplete"),
                    ("a", "RequestReceived"),
                ],
            )
            report = receiver.report()
            self.assertEqual(
                report["events"], {"received": 7, "stored": 4, "duplicates": 3, "outOfOrder": 0}
            )
            self.assertEqual(report["retries"], {"requests": 1, "batches": 1, "mostTries": 2})

    def test_another_request_with_the_same_audit_id_is_stored(self):
        with Receiver() as receiver:
            receiver.post(event("a"), event("a", received="2026-01-02T03:04:06.000001Z"))
            self.assertEqual(len(receiver.stored()), 2)

    def test_sources_are_told_apart_by_path(self):
        with Receiver() as receiver:
            parts = urllib.parse.urlsplit(receiver.url)
            for path in ("/one", "/two", "/one"):
                ask(
                    f"{parts.scheme}://{parts.netloc}{path}",
                    "POST",
                    event_list(event("a")),
                    {"Content-Type": "application/json"},
                )
            self.assertEqual(len(receiver.stored()), 2)
            self.assertEqual(receiver.report()["sources"], {"/one": 1, "/two": 1})
            receiver.stop()
            receiver.start()  # and after a restart
            parts = urllib.parse.urlsplit(receiver.url)
            for path in ("/one", "/two", "/three"):
                ask(
                    f"{parts.scheme}://{parts.netloc}{path}",
                    "POST",
                    event_list(event("a")),
                    {"Content-Type": "application/json"},
                )
            self.assertEqual(len(receiver.stored()), 3)

    def test_a_kill_loses_nothing_and_half_a_line_is_cut_off(self):
        with Receiver() as receiver:
            receiver.post(event("a"), event("b"))
            receiver.process.kill()
            receiver.process.communicate()
            with open(receiver.store, "a", encoding="utf-8") as file:
                file.write('{"kind":"Event","auditID":"half')
            receiver.start()
            report = receiver.report()["store"]
            self.assertEqual((report["eventsAtStart"], report["cutBytes"]), (2, 31))
            receiver.post(event("b"), event("c"))
            self.assertEqual([e["auditID"] for e in receiver.stored()], ["a", "b", "c"])

    def test_two_receivers_do_not_share_a_store(self):
        with Receiver() as receiver:
            other = subprocess.run(
                receiver.command, capture_output=True, text=True, timeout=PATIENCE
            )
            self.assertEqual(other.returncode, 2)
            self.assertIn("is in use by another receiver: give another --store", other.stderr)

    def test_a_full_disk_is_500_and_nothing_half(self):
        with tempfile.TemporaryDirectory() as folder:
            with Receiver(folder=folder) as receiver:
                receiver.post(event("a"))
                receiver.process.kill()
                receiver.process.communicate()
                # A limit on the size of files stands in for a full disk.
                limit = os.path.getsize(receiver.store) + 100
                receiver.command = ["sh", "-c", f"trap '' XFSZ; ulimit -f {limit // 512 + 1}; exec \"$@\"", "sh"] + receiver.command
                receiver.start()
                large = event("large", filler="x" * 4096)
                answer = receiver.post(large)
                self.assertEqual(answer.status, 500)
                self.assertIn("File too large", answer.body.replace("file too large", "File too large"))
                self.assertEqual(ids(receiver.stored()), [("a", "ResponseComplete")])

    def test_many_senders_at_once(self):
        with Receiver() as receiver:
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                answers = pool.map(
                    lambda n: receiver.post(*[event(f"{n}-{i}") for i in range(20)]).status, range(48)
                )
                self.assertEqual(set(answers), {200})
            self.assertEqual(len(set(ids(receiver.stored()))), 48 * 20)
            self.assertLessEqual(receiver.report()["store"]["syncs"], 48)

    def test_the_webhook_backend_delivers_to_it(self):
        with Receiver("--tls", "--token", "s3cret", output="json") as receiver:
            with Server(flags=["--audit-webhook-config-file", receiver.kubeconfig, "--audit-webhook-mode=blocking"]) as server:
                server.ask("GET", "/version", audit_id="from-a-server")
            self.assertIn(("from-a-server", "ResponseComplete"), ids(receiver.stored()))
            code, out = receiver.stop()
            self.assertEqual(code, 0)
            *events, report = [json.loads(line) for line in out.splitlines()]
            self.assertEqual(events, receiver.stored())
            self.assertEqual(report["report"]["events"]["stored"], len(events))


class Refusing(unittest.TestCase):
    def refused(self, status, receiver, **request):
        answer = receiver.post(**request)
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(receiver.post(event("fine-" + str(status))).status, 200)
        return answer.body

    def test_what_is_not_a_batch(self):
        with Receiver() as receiver:
            self.assertIn("not JSON", self.refused(400, receiver, body='{"kind":'))
            self.assertIn(
                'kind "Event": send an EventList', self.refused(400, receiver, body='{"kind":"Event"}')
            )
            old = event_list(event("a")).replace("audit.k8s.io/v1", "audit.k8s.io/v1beta1")
            self.assertIn("only audit.k8s.io/v1", self.refused(400, receiver, body=old))
            self.assertIn("items[1]: is a number", self.refused(400, receiver, body=event_list(event("a"), 7)))
            self.refused(415, receiver, body="x", headers={"Content-Type": "text/plain"})
            self.refused(415, receiver, body="x", headers={"Content-Encoding": "gzip"})
            self.assertEqual(ask(receiver.url).status, 405)
            self.assertTrue(all(e["auditID"].startswith("fine") for e in receiver.stored()))

    def test_what_is_too_large(self):
        with Receiver("--max-body", "100kb") as receiver:
            self.assertIn("too large", self.refused(413, receiver, body=" " * 200_000))

    def test_who_has_no_token(self):
        with Receiver("--token", "s3cret") as receiver:
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}):
                self.assertEqual(receiver.post(event("a"), headers=headers).status, 401)
            self.assertEqual(
                receiver.post(event("a"), headers={"Authorization": "Bearer s3cret"}).status, 200
            )

    def test_who_has_no_client_certificate(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = Authority(folder)
            certificate, key = authority.issue("sender-1")
            with Receiver(
                "--tls", "--client-ca", authority.certificate, "--client-certificate", certificate, "--client-key", key
            ) as receiver:
                context = ssl._create_unverified_context()
                with self.assertRaises((OSError, http.client.HTTPException)):
                    receiver.post(event("a"), tls=context)
                context.load_cert_chain(certificate, key)
                self.assertEqual(receiver.post(event("a"), tls=context).status, 200)
                self.assertEqual(receiver.report()["sources"], {"/audit sender-1": 1})

    def test_wrong_options_are_said_at_the_start(self):
        for arguments, text in (
            (["--fault", "stauts=503"], "did you mean status?"),
            (["--fault", "every=3"], "says when, but not what"),
            (["--fault", "tls=expired"], "needs --tls"),
            (["--preset", "falko"], "did you mean falco?"),
            (["--client-ca", "x"], "needs --tls"),
            (["--listen", "nonsense"], "give ADDRESS:PORT"),
            (["--store", "/nonexistent/x"], "/nonexistent/x: no such file or directory"),
        ):
            done = subprocess.run(
                [KAUDIT, "receiver", *arguments], capture_output=True, text=True, timeout=PATIENCE
            )
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(text, done.stderr)


class Faults(unittest.TestCase):
    """Each fault of the grammar, as a client sees it."""

    def broken(self, receiver, body=None):
        """What the client sees of a connection that comes to nothing."""
        try:
            answer = receiver.post(event("x"), body=body)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        return answer.status

    def test_status_every_and_next(self):
        with Receiver("--fault", "status=503,every=3,retry-after=7") as receiver:
            answers = [receiver.post(event(str(n))) for n in range(6)]
            self.assertEqual([a.status for a in answers], [200, 200, 503, 200, 200, 503])
            self.assertEqual(answers[2].headers["Retry-After"], "7")
            self.assertEqual(len(receiver.stored()), 4)
            ask(receiver.control + "/faults", "DELETE")
            receiver.fault("status=418,next=2")
            self.assertEqual([receiver.post(event("n")).status for _ in range(3)], [418, 418, 200])

    def test_the_control_api(self):
        with Receiver() as receiver:
            one = receiver.fault("status=500,next=1")
            self.assertEqual(one, {"id": 1, "spec": "status=500,next=1", "hits": 0, "left": 1})
            self.assertEqual(receiver.fault('{"status": 404, "every": 2}')["spec"], "status=404,every=2")
            self.assertEqual(receiver.fault('["hang", {"spec": "close"}]')[1]["spec"], "close")
            listed = ask(receiver.control + "/faults").json()
            self.assertEqual([f["id"] for f in listed], [1, 2, 3, 4])
            self.assertEqual(ask(receiver.control + "/faults/3", "DELETE").status, 204)
            self.assertEqual(ask(receiver.control + "/faults/3", "DELETE").status, 404)
            wrong = ask(receiver.control + "/faults", "POST", "status=abc")
            self.assertEqual(wrong.status, 400)
            self.assertIn("give a number from 200 to 999", wrong.json()["error"])
            self.assertEqual(ask(receiver.control + "/faults", "DELETE").status, 204)
            self.assertEqual(ask(receiver.control + "/faults").json(), [])
            self.assertEqual(ask(receiver.control + "/nothing").status, 404)
            self.assertEqual(
                ask(receiver.control + "/faults", "POST", "hang", {"Origin": "http://evil"}).status, 403
            )
            receiver.post(event("a"), event("b"))
            lines = ask(receiver.control + "/events").body.splitlines()
            self.assertEqual([json.loads(line)["auditID"] for line in lines], ["a", "b"])

    def test_connections_that_break(self):
        with Receiver() as receiver:
            for spec, seen, stored in (
                ("reset=before", CUT - {"RemoteDisconnected"}, False),
                ("reset=after", {"ConnectionResetError", "IncompleteRead"}, True),
                ("reset=body", {"ConnectionResetError", "IncompleteRead"}, True),
                ("close", {"RemoteDisconnected"}, False),
                ("garbage", {"BadStatusLine"}, False),
            ):
                ask(receiver.control + "/faults", "DELETE")
                receiver.fault(spec + ",next=1")
                before = len(receiver.stored())
                self.assertIn(self.broken(receiver, event_list(event(spec))), seen, spec)
                self.assertEqual(len(receiver.stored()) - before, int(stored), spec)
            self.assertEqual(receiver.post(event("alive")).status, 200)

    def test_answers_that_are_odd(self):
        with Receiver() as receiver:
            receiver.fault("redirect=http://127.0.0.1:1/x,next=1")
            answer = receiver.post(event("a"))
            self.assertEqual((answer.status, answer.headers["Location"]), (302, "http://127.0.0.1:1/x"))
            receiver.fault("content-type=;,next=1")
            self.assertEqual(receiver.post(event("b")).headers["Content-Type"], ";")
            receiver.fault("interim=3,next=1")
            parts = urllib.parse.urlsplit(receiver.url)
            with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as raw:
                body = event_list(event("c")).encode()
                raw.sendall(
                    b"POST /audit HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    % len(body)
                    + body
                )
                text = b""
                while b"200 OK" not in text:
                    text += raw.recv(65536)
                self.assertEqual(text.count(b"HTTP/1.1 103 "), 3)
            self.assertEqual(len(receiver.stored()), 2)

    def test_an_answer_without_an_end_ends_with_its_client(self):
        with Receiver("--fault", "endless,next=1") as receiver:
            parts = urllib.parse.urlsplit(receiver.url)
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
            connection.request("POST", "/audit", event_list(event("a")), {"Content-Type": "application/json"})
            response = connection.getresponse()
            self.assertEqual(len(response.read(500)), 500)
            connection.close()
            self.assertEqual(receiver.stop()[0], 0)

    def test_a_hang_ends_with_the_receiver(self):
        with Receiver("--fault", "hang") as receiver:
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                waiting = pool.submit(self.broken, receiver)
                while receiver.report()["batches"]["received"] == 0:
                    time.sleep(0.01)
                code, _ = receiver.stop()
                self.assertEqual(code, 0)
                self.assertIn(waiting.result(PATIENCE), CUT)
            self.assertEqual(receiver.stored(), [])

    def test_delay_and_slow_read(self):
        with Receiver("--fault", "delay=300ms,next=1", "--fault", "slow-read=20000/s,every=2") as receiver:
            for n in range(2):
                begun = time.monotonic()
                receiver.post(event(str(n), filler="x" * 10_000))
                self.assertGreater(time.monotonic() - begun, 0.25)

    def test_faults_leave_neither_threads_nor_sockets(self):
        with Receiver() as receiver:
            process = f"/proc/{receiver.process.pid}"
            held = lambda: (len(os.listdir(process + "/task")), len(os.listdir(process + "/fd")))
            before = held()
            for spec in ("hang", "close", "reset=before", "reset=after", "reset=body", "garbage", "endless", "delay=5s"):
                receiver.fault(spec + ",next=1")
                parts = urllib.parse.urlsplit(receiver.url)
                connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
                connection.request("POST", "/audit", event_list(event(spec)), {"Content-Type": "application/json"})
                while receiver.report()["faults"][-1]["hits"] == 0:
                    time.sleep(0.01)
                connection.close()
            # What has ended is cleared away within a second, and with the next connection.
            until(lambda: held() == before, lambda: f"{before} threads and descriptors: there are {held()}", pause=0.1)

    def test_match_limit_path_and_forget(self):
        with Receiver("--preset", "poison-500") as receiver:
            self.assertEqual(receiver.post(event("good")).status, 200)
            self.assertEqual([receiver.post(event("poison")).status for _ in range(3)], [500] * 3)
        with Receiver("--preset", "falco") as receiver:
            self.assertTrue(receiver.url.endswith("/k8s-audit"))
            self.assertEqual(receiver.post(body="not json").status, 200)
            self.assertEqual(receiver.post(event("a")).status, 200)
            self.assertEqual(receiver.post(body=event_list(event("b", x="y" * 13_000_000))).status, 400)
            elsewhere = receiver.url.replace("/k8s-audit", "/audit")
            headers = {"Content-Type": "application/json"}
            self.assertEqual(ask(elsewhere, "POST", event_list(event("c")), headers).status, 404)
            self.assertEqual(ids(receiver.stored()), [("a", "ResponseComplete")])
        with Receiver("--preset", "fluent-bit", "--fault", "forget,next=1") as receiver:
            self.assertEqual([receiver.post(event(n)).status for n in "ab"], [201, 201])
            self.assertEqual(ids(receiver.stored()), [("b", "ResponseComplete")])

    def test_certificates_that_clients_must_refuse(self):
        with Receiver("--tls") as receiver:
            with open(receiver.kubeconfig, encoding="utf-8") as file:
                data = next(line for line in file if "certificate-authority-data" in line)
            pem = base64.b64decode(data.split(": ")[1].strip().strip('"')).decode()
            context = ssl.create_default_context(cadata=pem)
            self.assertEqual(receiver.post(event("a"), tls=context).status, 200)
            for shown, why in (
                ("expired", "certificate has expired"),
                ("wrong-name", "mismatch"),
                ("unknown-ca", "certificate verify failed"),
            ):
                receiver.fault(f"tls={shown},next=1")
                with self.assertRaisesRegex(ssl.SSLCertVerificationError, why):
                    receiver.post(event("b"), tls=context)
            self.assertEqual(receiver.post(event("b"), tls=context).status, 200)
            self.assertEqual(receiver.report()["tlsFailures"], 3)

    def test_a_limit_of_connections(self):
        with Receiver("--fault", "connections=1") as receiver:
            parts = urllib.parse.urlsplit(receiver.url)
            with socket.create_connection((parts.hostname, parts.port)) as first:
                first.sendall(b"POST ")
                while receiver.report()["connections"] == 0:
                    time.sleep(0.01)
                self.assertIn(self.broken(receiver), CUT)


class Report(unittest.TestCase):
    def test_what_was_lost_is_found_when_what_was_made_is_known(self):
        with Receiver("--fault", "forget,match=lost") as receiver:
            made = [event("a"), event("lost-1"), event("b")]
            for one in made:
                receiver.post(one)
            receiver.post(made[0])
            receiver.stop()
            log = os.path.join(receiver.folder, "made.log")
            with open(log, "w", encoding="utf-8") as file:
                file.writelines(json.dumps({"kind": "Event", "apiVersion": "audit.k8s.io/v1", **e}) + "\n" for e in made)
            report = [KAUDIT, "receiver", "report", "--store", receiver.store, "--made", log]
            done = subprocess.run(report + ["--output", "json"], capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 1, done.stderr)
            found = json.loads(done.stdout)
            self.assertEqual(
                found["compared"], {"made": 3, "lost": 1, "doubled": 0, "notMade": 0, "unreadableLines": 0}
            )
            self.assertEqual(found["batches"]["received"], 4)
            self.assertEqual(found["events"]["duplicates"], 1)
            done = subprocess.run(report, capture_output=True, text=True, timeout=PATIENCE)
            self.assertIn("lost-1", done.stdout)

    def test_wide_lines_are_for_people(self):
        with Receiver(output="wide") as receiver:
            receiver.post(event("a", user={"username": "\x1b[31mjane"}))
            _, out = receiver.stop()
            self.assertIn("\\x1b[31mjane", out)
            self.assertNotIn("\x1b", out)
            self.assertIn("events stored", out)

    def test_order_is_looked_at(self):
        with Receiver() as receiver:
            receiver.post(event("a", received="2026-01-02T03:04:06.000001Z"))
            receiver.post(event("b", received="2026-01-02T03:04:05.000001Z"))
            self.assertEqual(receiver.report()["events"]["outOfOrder"], 1)


if __name__ == "__main__":
    unittest.main()
