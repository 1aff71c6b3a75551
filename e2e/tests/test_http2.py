"""HTTP/2 beside HTTP/1.1: who gets it, what clients and logs see of it, and that it ends in good
order."""

import json
import os
import socket
import ssl
import subprocess
import tempfile
import unittest

from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
ALICE = "Authorization: Bearer alice-token"


def offered(server, protocols):
    """What the server chooses in the TLS handshake."""
    context = ssl.create_default_context(cafile=os.path.join(server.pki, "ca.crt"))
    context.set_alpn_protocols(protocols)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            return connection.selected_alpn_protocol()


def curl(server, *arguments, code=0):
    """What curl prints; `code` is the exit code it must have."""
    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", os.path.join(server.pki, "ca.crt"), "-H", ALICE, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode != code:
        raise AssertionError(f"curl ended with {done.returncode}: {done.stderr}")
    return done.stdout


class Http2(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.url = f"https://localhost:{cls.server.port}"

    def test_is_preferred_where_a_client_offers_both(self):
        self.assertEqual(offered(self.server, ["http/1.1", "h2"]), "h2")
        self.assertEqual(offered(self.server, ["http/1.1"]), "http/1.1")

    def test_answers_with_the_body_and_headers_of_http_1(self):
        over_1 = self.server.ask("GET", "/api/v1/namespaces/default", audit_id="h2-same")
        # By its name curl would get what a person reads.
        over_2 = curl(self.server, "-A", "", "-D", "-", "-H", "Audit-ID: h2-same", self.url + "/api/v1/namespaces/default")
        head, _, body = over_2.replace("\r\n", "\n").partition("\n\n")
        lines = [line.split(": ", 1)[0] for line in head.split("\n")[1:]]
        self.assertEqual(head.split("\n")[0], "HTTP/2 200 ")
        self.assertEqual(sorted(lines), sorted(over_1.headers))
        self.assertEqual(body, over_1.text())

    def test_takes_bodies(self):
        body = json.dumps({"metadata": {"name": "by-h2"}, "data": {"x": "y" * 500_000}})
        file = self.server.write("body.json", body)
        made = curl(self.server, "-H", "Content-Type: application/json", "--data-binary", f"@{file}", self.url + CONFIGMAPS)
        self.assertEqual(json.loads(made)["metadata"]["name"], "by-h2")

    def test_an_answer_does_not_wait_for_the_body_and_is_not_lost(self):
        # Refused before anything of the body is read; curl may still be sending it.
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "big")
            with open(file, "w", encoding="ascii") as body:
                body.write("x" * 2_000_000)
            for data in ["{}"] * 20 + [f"@{file}"] * 3:
                said = curl(self.server, "-o", os.devnull, "-w", "%{http_code}", "--data-binary", data, self.url + CONFIGMAPS + "/x")
                self.assertEqual(said, "405")

    def test_resets_the_stream_of_a_handler_that_panics(self):
        curl(self.server, "-H", "Audit-ID: h2-panic", self.url + "/debug/panic", code=92)
        self.server.wait_for(lambda _: len(self.server.events("h2-panic")) >= 2, "the panic's events")
        self.assertEqual([e["stage"] for e in self.server.events("h2-panic")], ["RequestReceived", "Panic"])

    def test_asks_many_things_at_once_on_one_connection(self):
        urls = [f"{self.url}/api/v1/namespaces/default?n={n}" for n in range(200)]
        printed = curl(self.server, "--parallel", "-o", os.devnull, "-w", "%{http_version} %{http_code} %{num_connects}\n",
                       *sum((["--next", "--http2", "--cacert", os.path.join(self.server.pki, "ca.crt"), "-H", ALICE,
                              "-o", os.devnull, "-w", "%{http_version} %{http_code} %{num_connects}\n", url]
                             for url in urls[1:]), [urls[0]]))  # fmt: skip
        lines = printed.split("\n")[:-1]
        self.assertEqual(len(lines), len(urls))
        self.assertEqual({line.rsplit(" ", 1)[0] for line in lines}, {"2 200"})


class SwitchedOff(unittest.TestCase):
    def test_http_1_is_what_everybody_gets(self):
        with Server(flags=["--disable-http2-serving"]) as server:
            self.assertEqual(offered(server, ["h2", "http/1.1"]), "http/1.1")

    def test_the_number_of_streams_is_announced(self):
        with Server(flags=["--http2-max-streams-per-connection", "7"]) as server:
            context = ssl.create_default_context(cafile=os.path.join(server.pki, "ca.crt"))
            context.set_alpn_protocols(["h2"])
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as connection:
                    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
                    self.assertIn(bytes([0, 3, 0, 0, 0, 7]), connection.recv(4096))


class Stop(unittest.TestCase):
    def test_watches_end_well_when_the_server_stops(self):
        with Server() as server:
            command = ["curl", "-sSN", "--http2", "--cacert", os.path.join(server.pki, "ca.crt"), "-H", ALICE]
            watch = subprocess.Popen(
                [*command, "-H", "Audit-ID: h2-watch", f"https://localhost:{server.port}{CONFIGMAPS}?watch=1"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            server.wait_for(lambda _: len(server.events("h2-watch")) >= 2, "the watch's begin")
            self.assertEqual(server.stop(), 0)
            _, said = watch.communicate(timeout=30)
            self.assertEqual(watch.returncode, 0, said)
            self.assertEqual([e["stage"] for e in server.events("h2-watch")][-1], "ResponseComplete")


if __name__ == "__main__":
    unittest.main()
