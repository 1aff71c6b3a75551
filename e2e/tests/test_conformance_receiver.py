"""`kaudit conformance receiver`: our own receiver passes in full; each receiver that is wrong in one way is
caught by the check that is meant for it, and by few others."""

import json
import os
import signal
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from kaudit_e2e import kit, wrong_receivers as wrong
from kaudit_e2e.receiver import Authority, kubeconfig
from kaudit_e2e.server import KAUDIT, PATIENCE


def conformance(config, *arguments):
    """(exit code, {id: line}, summary, stderr)"""
    done = subprocess.run(
        [KAUDIT, "conformance", "receiver", "--config-file", config, "--output", "json", *arguments],
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    summary = lines.pop()["summary"] if lines else None
    return done.returncode, {line["id"]: line for line in lines}, summary, done.stderr


def failed(checks):
    return {id for id, line in checks.items() if line["result"] == "fail"}


class OurOwn(unittest.TestCase):
    def test_passes_in_full(self):
        with tempfile.TemporaryDirectory() as folder:
            authority = Authority(os.path.join(folder, "pki"))
            certificate, key = authority.issue("sender")
            arguments = ["--tls", "--client-ca", authority.certificate, "--token", "s3cret"]
            arguments += ["--client-certificate", certificate, "--client-key", key]
            with kit.Receiver(*arguments, folder=folder) as receiver:
                junit = os.path.join(folder, "junit.xml")
                code, checks, summary, err = conformance(
                    receiver.kubeconfig, "--verify-file", receiver.store, "--strict", "--junit", junit
                )
                self.assertEqual(failed(checks), set(), err)
                self.assertEqual(code, 0)
                skipped = {id for id, line in checks.items() if line["result"] == "skip"}
                self.assertEqual(skipped, {id for id in checks if id.startswith("restart.")})
                self.assertEqual(summary["pass"], len(checks) - len(skipped))
                suite = xml.etree.ElementTree.parse(junit).getroot()
                self.assertEqual(len(list(suite.iter("testcase"))), len(checks))

    def test_is_restarted_in_the_middle(self):
        with tempfile.TemporaryDirectory() as folder, kit.Receiver(folder=folder) as receiver:
            address = receiver.ready["address"]
            pid = os.path.join(folder, "pid")
            with open(pid, "w", encoding="utf-8") as file:
                file.write(str(receiver.process.pid))
            restart = os.path.join(folder, "restart")
            with open(restart, "w", encoding="utf-8") as file:
                file.write(
                    f"kill -9 $(cat {pid})\nwhile kill -0 $(cat {pid}) 2>/dev/null && "
                    f"! grep -q 'State:.Z' /proc/$(cat {pid})/status; do sleep 0.05; done\n"
                    f"{KAUDIT} receiver --listen {address} --store {receiver.store} --output quiet "
                    f">{folder}/out 2>&1 &\necho $! >{pid}\n"
                )
            try:
                code, checks, _, err = conformance(
                    receiver.kubeconfig, "--verify-file", receiver.store, "--restart-command", f"sh {restart}",
                    "--only", "restart,batches.one,stored", "--strict",
                )  # fmt: skip
            finally:
                with open(pid, encoding="utf-8") as file:
                    os.kill(int(file.read()), signal.SIGTERM)
            self.assertEqual((failed(checks), code), (set(), 0), err)
            self.assertTrue(all(line["result"] == "pass" for line in checks.values()), checks)


class WrongReceivers(unittest.TestCase):
    """Without the batches of 10 and 40 MB, which take time, but where they are the point."""

    FAST = ("--skip", "batches.ten-megabytes,batches.forty-megabytes")

    def caught(self, handler, meant, others=(), arguments=FAST):
        with tempfile.TemporaryDirectory() as folder:
            pair = Authority(os.path.join(folder, "pki")).issue("receiver")
            store = os.path.join(folder, "stored.jsonl")
            config = os.path.join(folder, "webhook.yaml")
            with wrong.Running(handler, store, token="s3cret", tls=pair) as running:
                with open(config, "w", encoding="utf-8") as file:
                    ca = f"certificate-authority: {folder}/pki/ca.crt"
                    file.write(kubeconfig(running.url, "{token: s3cret}", ca))
                code, checks, _, err = conformance(config, "--verify-file", store, "--verify-wait", "1", *arguments)
            found = failed(checks)
            if meant is None:
                self.assertEqual((found, code), (set(), 0), err)
                return
            self.assertIn(meant, found)
            self.assertEqual(checks[meant]["level"], "must")
            self.assertEqual(code, 1)
            self.assertLessEqual(found - {meant}, set(others))

    def test_one_that_is_right_passes(self):
        self.caught(wrong.RightReceiver, None)

    def test_drops_every_400th_event(self):
        self.caught(wrong.DropsEvery400th, "stored.nothing-lost")

    def test_200_then_forgets(self):
        self.caught(wrong.Forgets, "stored.nothing-lost", {"idempotency.reused-ids"})

    def test_rejects_unknown_members(self):
        self.caught(wrong.RejectsUnknownMembers, "shapes.unknown-members")

    def test_no_deduplication(self):
        self.caught(wrong.StoresTwice, "idempotency.same-batch", {"idempotency.other-batch"})

    def test_one_megabyte(self):
        self.caught(
            wrong.OneMegabyte,
            "batches.ten-megabytes",
            {"batches.forty-megabytes", "shapes.large-event"},
            arguments=(),
        )

    def test_blocks_on_a_slow_batch(self):
        self.caught(wrong.BlocksOnASlowBatch, "slow.others-go-on")

    def test_accepts_any_token(self):
        self.caught(wrong.AcceptsAnyToken, "credentials.wrong-token")

    def test_alters_numbers(self):
        self.caught(wrong.AltersNumbers, "stored.nothing-altered")


class Usage(unittest.TestCase):
    def test_it_says_why_it_could_not_run(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "webhook.yaml")
            code, checks, _, err = conformance(config)
            self.assertEqual((code, checks), (2, {}))
            self.assertIn("webhook.yaml: no such file or directory", err)
            with open(config, "w", encoding="utf-8") as file:
                file.write(kubeconfig("http://127.0.0.1:1/audit"))
            code, checks, _, err = conformance(config)
            self.assertEqual((code, checks), (2, {}))
            self.assertIn("dial 127.0.0.1:1: connect: connection refused", err)

    def test_a_certificate_that_does_not_fit_is_a_finding(self):
        with tempfile.TemporaryDirectory() as folder, kit.Receiver("--tls") as receiver:
            other = Authority(os.path.join(folder, "pki"))
            config = os.path.join(folder, "webhook.yaml")
            with open(config, "w", encoding="utf-8") as file:
                file.write(kubeconfig(receiver.url, cluster=f"certificate-authority: {other.certificate}"))
            code, checks, summary, _ = conformance(config)
            self.assertEqual(code, 1)
            self.assertEqual(failed(checks), {"credentials.certificate"})
            self.assertEqual(summary["pass"], 0)

    def test_what_is_stored_by_a_command(self):
        with kit.Receiver() as receiver:
            only = ("--only", "stored,shapes.numbers")
            code, checks, _, _ = conformance(
                receiver.kubeconfig, "--verify-command", f"cat '{receiver.store}'", *only
            )
            self.assertEqual((code, failed(checks)), (0, set()))
            code, _, _, err = conformance(receiver.kubeconfig, "--verify-command", "exit 3", *only)
            self.assertEqual(code, 2)
            self.assertIn('--verify-command "exit 3" ended with exit code 3', err)


if __name__ == "__main__":
    unittest.main()
