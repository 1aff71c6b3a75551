"""docs/test-your-receiver.md: its receiver of a few lines fails the four checks that the page names, and the
mended one none."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest

from kaudit_e2e.receiver import kubeconfig
from kaudit_e2e.server import KAUDIT, PATIENCE, ROOT
from kaudit_e2e.waiting import until

with open(os.path.join(ROOT, "docs", "test-your-receiver.md"), encoding="utf-8") as file:
    PAGE = file.read()


def program(name):
    return re.search(rf"<!-- {name} -->\n```python\n(.*?)```", PAGE, re.DOTALL).group(1)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


class Page(unittest.TestCase):
    def findings(self, name):
        with tempfile.TemporaryDirectory() as folder:
            at = lambda file: os.path.join(folder, file)
            port = free_port()
            with open(at(name), "w", encoding="utf-8") as file:
                file.write(program(name))
            with open(at("webhook.yaml"), "w", encoding="utf-8") as file:
                file.write(kubeconfig(f"http://127.0.0.1:{port}/audit"))
            receiver = subprocess.Popen(
                [sys.executable, at(name), str(port), at("events.jsonl")],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                until(lambda: listens(port), "the receiver of the page")
                done = subprocess.run(
                    [KAUDIT, "conformance", "receiver", "--config-file", at("webhook.yaml"), "--output", "json"]
                    + ["--verify-file", at("events.jsonl"), "--verify-wait", "1"],
                    capture_output=True,
                    text=True,
                    timeout=3 * PATIENCE,
                )
            finally:
                receiver.kill()
                receiver.wait()
        checks = [json.loads(line) for line in done.stdout.splitlines()][:-1]
        self.assertTrue(checks, done.stderr)
        return done.returncode, {c["id"]: c["level"] for c in checks if c["result"] == "fail"}

    def test_the_first_program_fails_the_four_checks(self):
        named = dict(re.findall(r"^\| `([a-z.-]+)` \((must|should)\)", PAGE, re.MULTILINE))
        self.assertEqual(len(named), 4)
        self.assertEqual(self.findings("first.py"), (1, named))

    def test_the_mended_one_fails_none(self):
        self.assertEqual(self.findings("mended.py"), (0, {}))


if __name__ == "__main__":
    unittest.main()
