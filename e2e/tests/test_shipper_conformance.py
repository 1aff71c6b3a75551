"""`kaudit conformance shipper` against a shipper of our own, right and wrong."""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import unittest

from kaudit_e2e.server import KAUDIT, PATIENCE


class Outcome:
    def __init__(self, process):
        self.exit, self.stderr = process.returncode, process.stderr
        lines = [json.loads(line) for line in process.stdout.splitlines()]
        self.summary = lines[-1]["summary"] if lines else {}
        self.results = {line["id"]: line["result"] for line in lines[:-1]}
        self.messages = {line["id"]: line["message"] for line in lines[:-1]}

    def failed(self):
        return {check for check, result in self.results.items() if result == "fail"}


def conformance(fault="", *arguments):
    """The suite against a shipper with this fault."""
    with tempfile.TemporaryDirectory() as folder:
        log, out, state = (os.path.join(folder, name) for name in ("audit.log", "arrived.jsonl", "state"))
        start = [sys.executable, "-m", "kaudit_e2e.shipper", log, out, state, *([fault] if fault else [])]
        pid = shlex.quote(state + ".pid")
        restart = (
            f"kill $(cat {pid}); while [ -e {pid} ]; do sleep 0.02; done; "
            f"{shlex.join(start)} >/dev/null 2>&1 &"
        )
        shipper = subprocess.Popen(start)
        try:
            command = [KAUDIT, "conformance", "shipper", "--log", log, "--verify-file", out, "--output", "json",
                       "--restart-command", restart, "--lines", "60", "--patience", "1500ms", *arguments]  # fmt: skip
            return Outcome(subprocess.run(command, capture_output=True, text=True, timeout=4 * PATIENCE))
        finally:
            if os.path.exists(state + ".pid"):
                with open(state + ".pid", encoding="utf-8") as handle:
                    os.kill(int(handle.read()), signal.SIGKILL)
            shipper.kill()
            shipper.wait()


class ShipperConformance(unittest.TestCase):
    def test_a_faithful_shipper_passes(self):
        outcome = conformance()
        self.assertEqual(outcome.failed(), set(), outcome.messages)
        self.assertEqual(outcome.exit, 0, outcome.stderr)
        self.assertEqual(outcome.summary["skip"], 0)

    def test_losing_at_a_rename_is_caught(self):
        outcome = conformance("rename", "--only", "rename,burst,steady")
        self.assertIn("burst.all", outcome.failed())
        self.assertEqual(outcome.failed() - {"rename.all", "burst.all"}, set(), outcome.messages)
        self.assertIn("the burst", outcome.messages["burst.all"])
        self.assertEqual(outcome.exit, 1)

    def test_losing_at_a_truncation_is_caught(self):
        outcome = conformance("truncate", "--only", "copytruncate,steady")
        self.assertEqual(outcome.failed(), {"copytruncate.all"}, outcome.messages)
        self.assertIn("after it was copied and truncated", outcome.messages["copytruncate.all"])
        self.assertEqual(outcome.exit, 0, "a should")
        strict = conformance("truncate", "--only", "copytruncate", "--strict")
        self.assertEqual(strict.exit, 1)

    def test_cutting_long_lines_is_caught(self):
        outcome = conformance("cut", "--only", "long,steady,arrived")
        self.assertEqual(
            outcome.failed(), {"long.120k", "long.300k", "long.1200k", "arrived.whole"}, outcome.messages
        )

    def test_half_lines_are_caught(self):
        outcome = conformance("halves", "--only", "torn,arrived")
        self.assertEqual(outcome.failed(), {"torn.whole", "arrived.whole"}, outcome.messages)

    def test_doubling_at_a_restart_is_caught(self):
        outcome = conformance("restart", "--only", "restart")
        self.assertEqual(outcome.failed(), {"restart.once"}, outcome.messages)

    def test_a_shipper_that_is_not_there_is_no_verdict(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "audit.log")
            command = [KAUDIT, "conformance", "shipper", "--log", path, "--verify-file", path + ".out",
                       "--start-within", "300ms"]  # fmt: skip
            run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(run.returncode, 2)
            self.assertIn("does the shipper follow " + path, run.stderr)
            again = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(again.returncode, 2)
            self.assertIn("is there and not empty", again.stderr)


if __name__ == "__main__":
    unittest.main()
