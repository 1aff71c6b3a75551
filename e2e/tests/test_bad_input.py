"""What clients get wrong, by accident or on purpose: each gets a clear error, nothing is lost,
the server lives on."""

import json
import unittest

from kaudit_e2e import http
from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
MiB = 1024 * 1024


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())

    def tearDown(self):
        self.assertIsNone(self.server.process.poll(), "the server lives on")
        self.assertEqual(self.server.ask("GET", "/healthz").text(), "ok")

    def refused(
        self, body, status, reason, *texts, content_type="application/json", path=CONFIGMAPS, method="POST"
    ):
        """Sends it, checks the Status that comes back and that the event tells the same;
        returns the last event."""
        audit_id = self.id().rsplit(".", 1)[1] + f"-{status}-{len(body)}"
        answer = self.server.ask(method, path, body, [("Content-Type", content_type)], audit_id=audit_id)
        self.assertEqual(answer.status, status, answer.text()[:500])
        body = json.loads(answer.body)
        self.assertEqual((body["kind"], body["status"], body["code"]), ("Status", "Failure", status))
        self.assertEqual(body.get("reason"), reason)
        for text in texts:
            self.assertIn(text, body["message"])
        last = self.server.events_of(audit_id, 2)[-1]
        self.assertEqual(last["stage"], "ResponseComplete")
        self.assertEqual(last["responseStatus"]["code"], status)
        self.assertEqual(last["responseStatus"]["message"], body["message"])
        self.assertNotIn("requestObject", last, "it was refused before it was decoded")
        return last

    # --- bodies

    def test_malformed_json(self):
        self.refused('{"apiVersion":"v1","kind":"ConfigMap",', 400, "BadRequest")
        self.refused('{"apiVersion":"v1","kind":"ConfigMap"} trailing', 400, "BadRequest")
        self.refused("[]", 400, "BadRequest")
        self.refused("\x00\x01\x02", 400, "BadRequest")

    def test_malformed_yaml(self):
        self.refused("kind: ConfigMap\n  a: [b\n", 400, "BadRequest", content_type="application/yaml")

    def test_nesting_without_end(self):
        self.refused(
            '{"apiVersion":"v1","kind":"ConfigMap","metadata":' + '{"a":' * 50_000, 400, "BadRequest"
        )
        self.refused("[" * 200_000, 400, "BadRequest")

    def test_unknown_kind(self):
        body = '{"apiVersion":"v1","kind":"Nope","metadata":{"name":"x"}}'
        self.refused(body, 400, "BadRequest", "Nope", "cannot be handled as a ConfigMap")

    def test_unknown_resource(self):
        answer = self.server.ask("GET", "/api/v1/namespaces/default/nopes/x", audit_id="unknown-resource")
        self.assertEqual((answer.status, json.loads(answer.body)["reason"]), (404, "NotFound"))
        self.assertEqual(self.server.events_of("unknown-resource", 2)[-1]["responseStatus"]["code"], 404)

    def test_unknown_content_type(self):
        self.refused("a,b", 415, "UnsupportedMediaType", content_type="text/csv")

    def test_oversized_body(self):
        body = json.dumps(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "x" * 3 * MiB}}
        )
        self.refused(body, 413, "RequestEntityTooLarge")

    def test_malformed_chunks_are_named_as_go_names_them(self):
        for number, (body, text) in enumerate(
            (
                (b"xyz\r\n", "invalid byte in chunk length"),
                (b"\r\n", "empty hex number for chunk length"),
                (b"1" * 17 + b"\r\n", "http chunk length too large"),
                (b"3\nabc\r\n", "chunked line ends with bare LF"),
                (b"3\r\r\nabc\r\n", "invalid CR in chunked line"),
                (b"3;" + b"e" * 5000 + b"\r\n", "header line too long"),
                (b"3\r\nabcdef\r\n", "malformed chunked encoding"),
                (b"1;" + b"e" * 100 + b"\r\na\r\n", "chunked encoding contains too much non-data"),
            )
        ):
            with self.subTest(text), self.server.connect() as connection:
                audit_id = f"malformed-chunks-{number}"
                headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
                head = http.request("POST", CONFIGMAPS, headers, token="alice-token", audit_id=audit_id)
                connection.send(head + body * (400 if "non-data" in text else 1))
                answer = connection.response()
                self.assertEqual(answer.status, 500)
                self.assertEqual(json.loads(answer.body)["message"], text)
                last = self.server.events_of(audit_id, 2)[-1]
                self.assertEqual(last["responseStatus"]["message"], text)

    def test_oversized_body_in_chunks(self):
        head = http.request(
            "POST",
            CONFIGMAPS,
            [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")],
            token="alice-token",
            audit_id="big-chunks",
        )
        with self.server.connect() as connection:
            connection.send(head)
            chunk = b"%x\r\n%s\r\n" % (MiB, b"x" * MiB)
            try:
                for _ in range(5):
                    connection.send(chunk)
                connection.send(b"0\r\n\r\n")
            except OSError:
                pass  # the answer may come, and the connection end, before all was sent
            answer = connection.response()
        self.assertIn(answer.status, (413, 0))
        self.assertEqual(self.server.events_of("big-chunks", 2)[-1]["responseStatus"]["code"], 413)

    def test_a_body_just_within_the_limit_works_and_is_recorded_whole(self):
        # What a ConfigMap holds has a limit of its own.
        revisions = "/apis/apps/v1/namespaces/default/controllerrevisions"
        data = {"a": "x" * (3 * MiB - 200)}
        body = json.dumps({"metadata": {"name": "just-fits"}, "revision": 1, "data": data})
        self.assertEqual(self.server.ask("POST", revisions, body, audit_id="just-fits").status, 201)
        last = self.server.events_of("just-fits", 2)[-1]
        self.assertEqual(last["requestObject"]["data"], data)
        self.server.ask("DELETE", revisions + "/just-fits")

    def test_bad_utf8_in_a_body_becomes_the_replacement_character(self):
        body = (
            b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bad-utf8"},"data":{"a":"\xff\xc3"}}'
        )
        self.assertEqual(self.server.ask("POST", CONFIGMAPS, body, audit_id="bad-utf8").status, 201)
        last = self.server.events_of("bad-utf8", 2)[-1]
        self.assertEqual(last["requestObject"]["data"]["a"], "\ufffd\ufffd")
        for line in self.server.lines():
            line.decode("utf-8")

    def test_wrong_names_versions_and_options(self):
        self.assertEqual(self.server.ask("POST", CONFIGMAPS, '{"metadata":{"name":"Not_Valid"}}').status, 422)
        self.assertEqual(self.server.ask("GET", CONFIGMAPS + "?labelSelector=%3D%3D").status, 400)
        self.assertEqual(self.server.ask("GET", CONFIGMAPS + "?limit=many").status, 400)
        self.assertEqual(self.server.ask("DELETE", CONFIGMAPS + "/x", '{"kind":').status, 400)

    # --- HTTP itself: refused below the audit chain, so without an event

    def raw(self, data, *statuses):
        before = len(self.server.lines())
        with self.server.connect() as connection:
            connection.socket.settimeout(20)
            try:
                connection.send(data)
            except OSError:
                pass
            answer = connection.response()
        self.assertIn(answer.status, statuses, data[:80])
        mark = f"after-raw-{before}"
        self.server.ask("GET", "/healthz", audit_id=mark)
        self.server.events_of(mark, 2)
        others = [line for line in self.server.lines()[before:] if mark.encode() not in line]
        self.assertEqual([line for line in others if b'"auditID":"setup"' not in line], [])

    def test_request_line_abuse(self):
        self.raw(b"\r\n\r\nrubbish\r\n\r\n", 400)
        self.raw(b"GET\r\n\r\n", 400)
        self.raw(b"GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n", 400, 505)
        self.raw(b"GET /healthz\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)
        self.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n", 400)
        self.raw(b"GET /" + b"x" * (2 * MiB) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, 414, 431, 0)

    def test_header_abuse(self):
        start = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
        self.raw(start + b"X-Big: " + b"x" * (MiB + 8192) + b"\r\n\r\n", 431, 0)
        self.raw(start + b"no colon here\r\n\r\n", 400)
        self.raw(start + b"X-Control: a\x00b\r\n\r\n", 400)
        self.raw(start + b"Content-Length: -5\r\n\r\n", 400)
        self.raw(start + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400)
        self.raw(start + b"Transfer-Encoding: odd\r\n\r\n", 400, 501)

    def test_half_requests_are_let_go(self):
        for data in (b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: loc"):
            with self.server.connect() as connection:
                connection.send(data)

    def test_plain_text_on_the_tls_port(self):
        import socket

        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                while plain.recv(4096):
                    pass
            except OSError:
                pass


if __name__ == "__main__":
    unittest.main()
