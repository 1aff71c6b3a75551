"""Memory stays in proportion to what is asked, and comes back: history, bodies, watches that do not
read. The limits are far above what is needed and far below what was used without them."""

import contextlib
import json
import os
import re
import threading
import time
import unittest

from kaudit_e2e import http
from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
MIB = 1024  # of the kilobytes that /proc counts
PLAIN = os.environ.get("KAUDIT_PRESET", "release") in ("release", "dev")


def configmap(name, text):
    return json.dumps({"metadata": {"name": name}, "data": {"k": text}})


@unittest.skipUnless(PLAIN, "sanitizers keep what is freed")
class Memory(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server(policy=None))

    def status(self, name):
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"{name}:\s+(\d+)", file.read()).group(1))

    def peak(self):
        return self.status("VmHWM")

    def assert_comes_down_to(self, limit, patience=20):
        end = time.monotonic() + patience
        while (now := self.status("VmRSS")) > limit:
            self.assertLess(time.monotonic(), end, f"{now} KB resident, {limit} KB allowed after {patience} s")
            time.sleep(0.1)

    def test_history_is_bounded_in_bytes(self):
        self.server.ask("POST", CONFIGMAPS, configmap("big", ""), user="admin")
        with self.server.connect("admin") as connection:
            for i in range(175):
                body = configmap("big", str(i) + "x" * 1_000_000)
                connection.send(http.request("PUT", CONFIGMAPS + "/big", [("Content-Type", "application/json")], body))
                self.assertEqual(connection.response("PUT").status, 200)
        self.assertLess(self.peak(), 250 * MIB)
        self.server.ask("DELETE", CONFIGMAPS + "/big", user="admin")
        self.assert_comes_down_to(160 * MIB)

    def test_a_reset_gives_back_what_came_since(self):
        with Server(policy=None, flags=["--enable-test-api"]) as self.server:
            at_start = self.status("VmRSS")
            with self.server.connect("admin") as connection:
                for i in range(400):
                    body = configmap(f"m{i}", str(i) + "x" * 200_000)
                    connection.send(http.request("POST", CONFIGMAPS, [("Content-Type", "application/json")], body))
                    self.assertEqual(connection.response("POST").status, 201)
            self.assertGreater(self.status("VmRSS"), at_start + 60 * MIB)
            self.assertEqual(self.server.ask("POST", "/kaudit/v1/reset", user="admin").status, 200)
            self.assert_comes_down_to(at_start + 25 * MIB)

    def test_a_body_of_brackets_costs_little(self):
        def send():
            answer = self.server.ask(
                "POST", CONFIGMAPS, "[" * 2_900_000, [("Content-Type", "application/yaml")], user=None
            )
            self.assertIn(answer.status, (400, 401, 403))

        senders = [threading.Thread(target=send) for _ in range(8)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.assertLess(self.peak(), 200 * MIB)
        self.assert_comes_down_to(60 * MIB)

    def test_a_body_of_yaml_costs_memory_in_proportion(self):
        shapes = {
            "podtemplates": (
                "apiVersion: v1\nkind: PodTemplate\nmetadata: {name: %s}\ntemplate:\n  spec:\n    containers:\n",
                "    - name: container-{0}\n      image: registry.example.com/team/service-{0}:v1.2\n"
                "      args: ['--verbose', '--port=8080']\n      env:\n      - name: DATABASE_URL\n"
                "        value: postgres://db-{0}.svc.cluster.local:5432/app\n      ports:\n"
                "      - containerPort: 8080\n        protocol: TCP\n",
            ),
            "configmaps": (
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata:\n",
                "  key-{0}: value number {0}\n",
            ),
        }
        yaml = [("Content-Type", "application/yaml")]
        for resource, (head, piece) in shapes.items():
            with self.subTest(resource), Server(policy=None) as self.server:
                path = f"/api/v1/namespaces/default/{resource}?dryRun=All"
                small = head % "small" + piece.format(1)
                self.assertEqual(self.server.ask("POST", path, small, yaml, user="admin").status, 201)
                body = [head % "large"]
                while len(body) * len(piece) < 600_000:
                    body.append(piece.format(len(body)))
                body = "".join(body)
                before = self.peak()
                self.assertEqual(self.server.ask("POST", path, body, yaml, user="admin").status, 201)
                times = (self.peak() - before) * 1024 / len(body)
                print(f"a body of YAML, {resource}: {times:.1f} times its {len(body)} bytes")
                # Reading the YAML takes 8 times its size; the rest is the object, as of any body.
                self.assertLess(times, 42)

    def anonymous(self):
        """Kilobytes that are the process's own, without mapped files."""
        with open(f"/proc/{self.server.process.pid}/smaps_rollup", encoding="ascii") as file:
            return int(re.search(r"Pss_Anon:\s+(\d+)", file.read()).group(1))

    def test_an_idle_connection_costs_little(self):
        count = 300
        for certificate, limit in ((None, 25), ("admin", 34)):
            with self.subTest(certificate), contextlib.ExitStack() as connections:

                def opened(number):
                    for _ in range(number):
                        connection = connections.enter_context(self.server.connect(certificate))
                        connection.send(http.request("GET", "/healthz", token=None if certificate else "alice-token"))
                        self.assertEqual(connection.response().status, 200)

                opened(50)  # what is made once is made before
                time.sleep(2)  # and what is free is given back after a second
                before = self.anonymous()
                opened(count)
                end = time.monotonic() + 20
                while (each := (self.anonymous() - before) / count) > limit and time.monotonic() < end:
                    time.sleep(0.2)
                print(f"an idle connection, certificate {certificate}: {each:.1f} KiB")
                self.assertLess(each, limit)

    def test_watches_that_do_not_read_leave_nothing(self):
        watches = [self.server.connect("admin") for _ in range(50)]
        for watch in watches:
            watch.send(http.request("GET", CONFIGMAPS + "?watch=true"))
        for i in range(100):
            self.server.ask("POST", CONFIGMAPS, configmap(f"w{i}", "x" * 100_000), user="admin")
        for watch in watches:
            watch.close()
        self.server.ask("DELETE", CONFIGMAPS, user="admin")
        self.assert_comes_down_to(160 * MIB)


if __name__ == "__main__":
    unittest.main()
