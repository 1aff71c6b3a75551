"""exec, attach, cp, port-forward and logs: with every kubectl that is there (up to 1.29 by SPDY, later by
WebSocket), and frame by frame. And what they leave in the log."""

import base64
import json
import os
import re
import socket
import struct
import threading
import unittest

from kaudit_e2e import http
from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server
from kaudit_e2e.waiting import until

PODS = "/api/v1/namespaces/default/pods"


def pod(name, annotations=None, containers=("c",)):
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "annotations": annotations or {}},
            "spec": {"containers": [{"name": c, "image": "none", "env": [{"name": "WHO", "value": c}]} for c in containers]},
        }
    )


def make(server, name, **options):
    """A Pod whose status says that it runs, as port-forward demands."""
    server.ask("DELETE", f"{PODS}/{name}?gracePeriodSeconds=0", user="admin")
    made = server.ask("POST", PODS, pod(name, **options), user="admin")
    assert made.status == 201, made.text()
    patched = server.ask(
        "PATCH",
        f"{PODS}/{name}/status",
        json.dumps({"status": {"phase": "Running"}}),
        [("Content-Type", "application/merge-patch+json")],
        user="admin",
    )
    assert patched.status == 200, patched.text()


class Echo:
    """A TCP server of one connection that answers each piece with an exclamation mark behind it."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def _serve(self):
        connection, _ = self.listener.accept()
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data + b"!")

    def __exit__(self, *_):
        self.listener.close()


class KubectlStreaming(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        make(cls.server, "p")

    def setUp(self):
        self.kubectl = Kubectl(self.program, self.server)

    def run_it(self, *arguments, stdin=""):
        done = self.kubectl(*arguments, stdin=stdin)
        self.assertNotIn("panic", done.stderr)
        return done

    def good(self, *arguments, stdin=""):
        done = self.run_it(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def events(self, subresource, name):
        """The stages, verbs and codes of the requests to a subresource, once the last has ended."""

        def those():
            events = [e for e in self.server.events() if e.get("objectRef", {}).get("subresource") == subresource]
            return [e for e in events if e["objectRef"]["name"] == name]

        def ended():
            events = those()
            return events and events[-1]["stage"] == "ResponseComplete" and events

        return until(ended, f"the events of {subresource}")

    def test_exec_brings_outputs_and_the_exit_code(self):
        make(self.server, "exits")
        done = self.run_it("exec", "exits", "--", "sh", "-c", "echo out; echo err >&2; exit 3")
        self.assertEqual((done.returncode, done.stdout), (3, "out\n"))
        self.assertTrue(done.stderr.startswith("err\n"), done.stderr)
        self.assertIn("exit code 3", done.stderr)
        events = self.events("exec", "exits")
        spdy = events[0]["verb"] == "create"
        self.assertEqual({e["verb"] for e in events}, {"create" if spdy else "get"})
        self.assertEqual([e["stage"] for e in events], ["RequestReceived", "ResponseStarted", "ResponseComplete"])
        self.assertEqual([e.get("responseStatus", {}).get("code") for e in events], [None, 101, 101])
        self.assertIn("command=sh&command=-c&command=echo+out", events[0]["requestURI"])
        self.assertNotIn("responseObject", events[2])

    def test_exec_gives_stdin_until_it_ends(self):
        self.assertEqual(self.good("exec", "-i", "p", "--", "cat", stdin="hello\nworld\n"), "hello\nworld\n")
        large = "x" * 99 + "\n"
        self.assertEqual(self.good("exec", "-i", "p", "--", "cat", stdin=large * 20_000), large * 20_000)

    def test_exec_says_what_is_not_there(self):
        done = self.run_it("exec", "p", "--", "no-such-program")
        self.assertEqual(done.returncode, 127)
        self.assertIn('exec: "no-such-program": executable file not found in $PATH', done.stderr)
        self.assertIn("container x is not valid for pod p", self.run_it("exec", "p", "-c", "x", "--", "ls").stderr)
        self.assertIn('pods "nope" not found', self.run_it("exec", "nope", "--", "ls").stderr)

    def test_exec_knows_the_container_and_its_environment(self):
        make(self.server, "two", containers=("a", "b"))
        self.assertIn("WHO=b\n", self.good("exec", "two", "-c", "b", "--", "env"))
        self.assertEqual(self.good("exec", "two", "-c", "a", "--", "hostname"), "two\n")

    def test_exec_is_scripted_by_the_annotation(self):
        script = {
            "commands": [
                {"command": ["psql", "-c", "select 1"], "stdout": "1\n", "stderr": "notice\n", "exitCode": 5},
                {"command": ["broken"], "error": "no such runtime"},
            ],
            "files": {"/etc/motd": "welcome\n"},
        }
        make(self.server, "scripted", annotations={"kaudit.io/exec": json.dumps(script)})
        done = self.run_it("exec", "scripted", "--", "psql", "-c", "select 1")
        self.assertEqual((done.returncode, done.stdout), (5, "1\n"))
        self.assertIn("notice\n", done.stderr)
        self.assertIn("no such runtime", self.run_it("exec", "scripted", "--", "broken").stderr)
        self.assertEqual(self.good("exec", "scripted", "--", "cat", "/etc/motd"), "welcome\n")
        make(self.server, "bad", annotations={"kaudit.io/exec": '{"commands": [{}]}'})
        self.assertIn(
            "the annotation kaudit.io/exec of pod bad: commands[0].command: is missing",
            self.run_it("exec", "bad", "--", "ls").stderr,
        )

    def test_attach_shows_what_was_printed_and_copies_stdin(self):
        shown = self.good("attach", "-i", "p", stdin="typed\n")
        self.assertIn("p line 1\n", shown)
        self.assertIn("typed\n", shown)
        self.assertEqual(self.events("attach", "p")[-1]["responseStatus"]["code"], 101)

    def test_cp_both_ways(self):
        source = self.server.at("cp")
        os.makedirs(os.path.join(source, "sub"), exist_ok=True)
        binary = bytes(range(256)) * 5000
        with open(os.path.join(source, "binary"), "wb") as file:
            file.write(binary)
        name = "sub/" + "long-" * 30
        with open(os.path.join(source, name), "w", encoding="utf-8") as file:
            file.write("text\n")
        self.good("cp", source, "p:/tmp/copied")
        self.assertEqual(self.good("exec", "p", "--", "cat", f"/tmp/copied/{name}"), "text\n")
        back = self.server.at("back-" + self.id().split(".")[-2])
        self.good("cp", "p:/tmp/copied", back)
        with open(os.path.join(back, "binary"), "rb") as file:
            self.assertEqual(file.read(), binary)
        with open(os.path.join(back, name), encoding="utf-8") as file:
            self.assertEqual(file.read(), "text\n")
        # Older ones say nothing about it: they leave once the archive, which is empty, has ended.
        self.run_it("cp", "p:/nope", self.server.at("nope"))
        self.assertFalse(os.path.exists(self.server.at("nope")))

    def forwarded(self, name, port):
        """A port-forward, and the local port once it is there."""
        process = self.kubectl.start("port-forward", f"pod/{name}", f":{port}")
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        line = process.stdout.readline()
        match = re.search(r"127\.0\.0\.1:(\d+)", line)
        self.assertTrue(match, line)
        return process, int(match.group(1))

    def exchange(self, port, data, size):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            thread = threading.Thread(target=connection.sendall, args=(data,))
            thread.start()
            got = b""
            while len(got) < size and (piece := connection.recv(65536)):
                got += piece
            thread.join()
            return got

    def test_port_forward_echoes(self):
        make(self.server, "forwards")
        process, port = self.forwarded("forwards", 80)
        self.assertEqual(self.exchange(port, b"hello", 5), b"hello")
        large = os.urandom(1_000_000)
        self.assertEqual(self.exchange(port, large, len(large)), large)
        process.terminate()
        process.wait(30)
        events = self.events("portforward", "forwards")
        self.assertEqual([e["stage"] for e in events], ["RequestReceived", "ResponseStarted", "ResponseComplete"])
        self.assertEqual(events[-1]["responseStatus"]["code"], 101)

    def test_port_forward_reaches_what_the_annotation_names(self):
        with Echo() as echo:
            make(self.server, "named", annotations={"kaudit.io/port-forward": f"80=127.0.0.1:{echo.port}"})
            _, port = self.forwarded("named", 80)
            self.assertEqual(self.exchange(port, b"hello", 6), b"hello!")
        make(self.server, "far", annotations={"kaudit.io/port-forward": "10.0.0.1:80"})
        done = self.run_it("port-forward", "pod/far", ":80")
        self.assertIn("is not a loopback address", done.stderr)

    def test_logs_are_those_of_the_annotation(self):
        annotations = {"kaudit.io/logs": "one\ntwo\nthree\n", "kaudit.io/logs.b": "of b"}
        make(self.server, "logs", annotations=annotations, containers=("a", "b"))
        self.assertEqual(self.good("logs", "logs", "-c", "a"), "one\ntwo\nthree\n")
        self.assertEqual(self.good("logs", "logs", "-c", "a", "--tail", "1"), "three\n")
        self.assertEqual(self.good("logs", "logs", "-c", "b"), "of b\n")
        self.assertEqual(self.good("logs", "-f", "logs", "-c", "a"), "one\ntwo\nthree\n")
        self.assertRegex(self.good("logs", "logs", "-c", "b", "--timestamps"), r"^20\S+ of b\n$")


globals().update(classes_for_kubectls(__name__, KubectlStreaming, "Streaming"))
del KubectlStreaming


class FramesTest(unittest.TestCase):
    """What clients other than kubectl may do."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        make(cls.server, "p")

    def open(self, connection, path, audit_id, protocol=None, method="GET", upgrade="websocket"):
        headers = [("Connection", "Upgrade"), ("Upgrade", upgrade)]
        if upgrade == "websocket":
            key = base64.b64encode(b"sixteen bytes ok").decode()
            headers += [("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", key)]
            if protocol:
                headers.append(("Sec-WebSocket-Protocol", protocol))
        elif protocol:
            headers.append(("X-Stream-Protocol-Version", protocol))
        connection.send(http.request(method, PODS + path, headers, token="alice-token", audit_id=audit_id))
        return connection.response()

    @staticmethod
    def send(connection, payload, opcode=2):
        mask = b"\x01\x02\x03\x04"
        body = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        connection.send(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + body)

    @staticmethod
    def frame(connection):
        first, size = connection._exactly(2)
        if size == 126:
            (size,) = struct.unpack(">H", connection._exactly(2))
        return first & 15, connection._exactly(size)

    def codes(self, audit_id):
        return [e.get("responseStatus", {}).get("code") for e in self.server.events_of(audit_id, 3)]

    def test_v4_channels_and_their_base64_form(self):
        with self.server.connect() as connection:
            self.open(connection, "/p/exec?command=cat&stdin=1&stdout=1", "v4", "v4.channel.k8s.io")
            self.assertEqual(self.frame(connection), (2, b"\x01"))
            self.send(connection, b"\x00hello")
            self.assertEqual(self.frame(connection), (2, b"\x01hello"))
            self.send(connection, b"are you there", 9)
            self.assertEqual(self.frame(connection), (10, b"are you there"))
            self.send(connection, b"\x03\xe8", 8)
            self.assertEqual(self.frame(connection), (8, b"\x03\xe8"))
        self.assertEqual(self.codes("v4"), [None, 101, 101])
        with self.server.connect() as connection:
            self.open(connection, "/p/exec?command=pwd&stdout=1", "base64", "v4.base64.channel.k8s.io")
            self.assertEqual(self.frame(connection), (1, b"1"))
            self.assertEqual(self.frame(connection), (1, b"1Lwo="))
            self.assertEqual(self.frame(connection)[1][:1], b"3")

    def test_a_client_that_vanishes_leaves_its_event(self):
        with self.server.connect() as connection:
            self.open(connection, "/p/exec?command=sleep&command=3600&stdout=1", "gone", "v5.channel.k8s.io")
            self.frame(connection)
        self.assertEqual(self.codes("gone"), [None, 101, 101])

    def test_refusals(self):
        exec_ls = "/p/exec?command=ls&stdout=1"
        for audit_id, path, protocol, status in (
            ("ws-other", exec_ls, "v9.channel.k8s.io", 403),
            ("ws-no-streams", "/p/exec?command=ls", "v5.channel.k8s.io", 400),
            ("ws-no-ports", "/p/portforward", "v4.channel.k8s.io", 400),
        ):
            with self.server.connect() as connection:
                self.assertEqual(self.open(connection, path, audit_id, protocol).status, status)
            self.assertEqual(self.codes(audit_id), [None, 101, 101], "as a real server records it")
        with self.server.connect() as connection:
            answer = self.open(connection, exec_ls, "spdy-other", "v9.channel.k8s.io", "POST", "SPDY/3.1")
            self.assertEqual(answer.status, 403)
            self.assertEqual(answer.headers["x-accepted-stream-protocol-versions"][0], "v4.channel.k8s.io")
        plain = self.server.ask("POST", PODS + exec_ls, audit_id="plain")
        self.assertEqual((plain.status, json.loads(plain.body)["message"]), (400, "Upgrade request required"))
        self.assertEqual(self.codes("plain"), [None, 400, 400])

    def test_garbage_ends_the_connection_only(self):
        for upgrade, protocol in (("websocket", "v5.channel.k8s.io"), ("SPDY/3.1", "v4.channel.k8s.io")):
            method = "GET" if upgrade == "websocket" else "POST"
            with self.server.connect() as connection:
                path = "/p/exec?command=cat&stdin=1&stdout=1"
                self.open(connection, path, "garbage-" + method, protocol, method, upgrade)
                connection.send(b"\xff" * 5000)
                try:
                    while connection.socket.recv(65536):
                        pass
                except OSError:
                    pass
            self.assertEqual(self.codes("garbage-" + method), [None, 101, 101])
        self.assertEqual(self.server.ask("GET", "/healthz").status, 200)

    def test_the_files_of_a_pod_go_with_it(self):
        def run(command):
            with self.server.connect() as connection:
                words = "&".join(f"command={word}" for word in command.split())
                self.open(connection, f"/kept/exec?{words}&stdout=1&stderr=1", "files", "v5.channel.k8s.io")
                out = b""
                while (frame := self.frame(connection))[0] != 8:
                    out += frame[1][1:] if frame[1][:1] in (b"\x01", b"\x02") else b""
                return out

        make(self.server, "kept")
        run("touch /tmp/x")
        self.assertEqual(run("ls /tmp"), b"x\n")
        make(self.server, "kept")
        self.assertEqual(run("ls /tmp"), b"")


class StopTest(unittest.TestCase):
    def test_a_server_that_stops_ends_them_properly(self):
        with Server() as server:
            make(server, "p")
            frames = FramesTest()
            with server.connect() as connection:
                frames.open(connection, "/p/exec?command=sleep&command=3600&stdout=1", "stop", "v5.channel.k8s.io")
                frames.frame(connection)
                self.assertEqual(server.stop(), 0)
                self.assertEqual(frames.frame(connection), (8, b"\x03\xe8"))
            self.assertEqual([e["stage"] for e in server.events("stop")][-1], "ResponseComplete")


if __name__ == "__main__":
    unittest.main()
