"""`kaudit conformance log` and `kaudit generate`: what is right is found to be so, and what is wrong is not."""

import gzip
import hashlib
import json
import os
import subprocess
import tempfile
import unittest

from kaudit_e2e.server import EVERYTHING, KAUDIT, PATIENCE, Server


ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def conformance(log, *arguments):
    """(exit code, lines that failed, the summary) of a log's text."""
    command = [KAUDIT, "conformance", "log", "-", "--output", "json", *arguments]
    run = subprocess.run(command, input=log, capture_output=True, timeout=PATIENCE)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return run.returncode, [line for line in lines[:-1] if line["result"] == "fail"], lines[-1]["summary"]


def generate(*arguments):
    run = subprocess.run([KAUDIT, "generate", *arguments], capture_output=True, timeout=PATIENCE)
    return run.returncode, run.stdout, run.stderr.decode()


class OurOwnLogs(unittest.TestCase):
    def test_nothing_is_found_in_a_servers_log(self):
        with Server() as server:
            body = json.dumps({"metadata": {"name": "odd"}, "data": {"a": "<&>\u2028\U0001f600"}}).encode()
            requests = [("GET", "/api/v1/pods", b""), ("GET", "/version", b""), ("GET", "/api/v1/nodes/none", b""),
                        ("POST", "/api/v1/namespaces/default/configmaps", body),
                        ("DELETE", "/api/v1/namespaces/default/configmaps/odd", b""),
                        ("GET", "/debug/panic", b""), ("GET", "/api/v1/pods?watch=true&timeoutSeconds=1", b"")]  # fmt: skip
            for number, (method, path, sent) in enumerate(requests):
                try:
                    server.ask(method, path, sent, audit_id=f"own-{number}")
                except OSError:
                    pass  # the panic cuts the connection
            server.ask("GET", "/version", user="nobody-we-know", audit_id="own-last")
            server.stop()
            with open(server.log, "rb") as handle:
                log = handle.read()
        self.assertGreater(log.count(b"\n"), 6)
        exit_code, failed, summary = conformance(log)
        self.assertEqual(failed, [])
        self.assertEqual((exit_code, summary["fail"], summary["skip"]), (0, 0, 0))


# Of 1000 events of seed 7: on every platform, in every version until the cluster is made up otherwise.
BYTES = {
    "quiet": "5bcdbbabfeb0a93fee9dac3a4733282a02f7c87323cf667d4c27340b1a1d47c4",
    "busy": "1b4e57cbe0de747d521e06959d8134a91a967ec3d03b8c0bc082ca3f1338af18",
    "attack": "6c51344ffcc799a2018f091603421e08a58fbd62af931598a1e68d39f9e8a8a1",
}


class Generated(unittest.TestCase):
    def test_the_bytes_are_the_same_everywhere(self):
        for profile, digest in BYTES.items():
            _, log, _ = generate("--seed", "7", "--count", "1000", "--profile", profile)
            self.assertEqual(hashlib.sha256(log).hexdigest(), digest, profile)

    def test_the_same_seed_gives_the_same_bytes(self):
        for profile in ("quiet", "busy", "attack"):
            command = ("--count", "2000", "--profile", profile, "--seed")
            first, again, other = (generate(*command, seed)[1] for seed in ("7", "7", "8"))
            self.assertEqual(first, again)
            self.assertNotEqual(first, other)
            self.assertEqual(first.count(b"\n"), 2000)

    def test_nothing_is_found_in_it(self):
        with tempfile.TemporaryDirectory() as folder:
            policy = os.path.join(folder, "policy.yaml")
            with open(policy, "w", encoding="utf-8") as handle:
                handle.write("apiVersion: audit.k8s.io/v1\nkind: Policy\nomitManagedFields: true\nrules:\n"
                             "- level: RequestResponse\n")  # fmt: skip
            for profile in ("quiet", "busy", "attack"):
                for more in ((), ("--policy", policy)):
                    _, log, _ = generate("--count", "4000", "--profile", profile, *more)
                    exit_code, failed, summary = conformance(log)
                    self.assertEqual(failed, [], (profile, more))
                    self.assertEqual((exit_code, summary["fail"]), (0, 0))

    def test_it_is_what_the_encoder_writes(self):
        _, log, _ = generate("--count", "3000", "--profile", "attack")
        run = subprocess.run([KAUDIT, "events", "encode"], input=log, capture_output=True, timeout=PATIENCE)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, log)

    def test_a_rotated_file_has_the_same_events(self):
        _, log, _ = generate("--count", "3000")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "audit.log")
            exit_code, out, said = generate("--count", "3000", "--to", path, "--rotate", "200KB")
            self.assertEqual((exit_code, out), (0, b""), said)
            names = sorted(os.listdir(folder))
            self.assertGreater(len(names), 5)
            for name in names:
                self.assertLessEqual(os.path.getsize(os.path.join(folder, name)), 200_000)
            with open(os.path.join(folder, names[0]), "rb") as plain:
                with gzip.open(os.path.join(folder, names[0] + ".gz"), "wb") as packed:
                    packed.write(plain.read())
            os.remove(os.path.join(folder, names[0]))
            run = subprocess.run([KAUDIT, "events", "encode", folder], capture_output=True, timeout=PATIENCE)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual(run.stdout, log)

    def test_amounts_and_mistakes(self):
        self.assertEqual(generate()[0], 2)
        self.assertIn("--count", generate()[2])
        exit_code, log, said = generate("--for", "10m", "--output", "json")
        self.assertEqual(exit_code, 0, said)
        summary = json.loads(said)
        self.assertEqual(summary["events"], log.count(b"\n"))
        self.assertEqual(summary["bytes"], len(log))
        self.assertLess(summary["span"], 600)
        _, log, _ = generate("--bytes", "100KB")
        self.assertTrue(100_000 <= len(log) < 110_000, len(log))
        self.assertEqual(generate("--count", "1", "--to", "/nowhere/x")[0], 2)
        self.assertEqual(generate("--count", "1", "--rate", "fast")[0], 2)
        self.assertEqual(generate("--count", "1", "--start", "yesterday")[0], 2)


class RealLogs(unittest.TestCase):
    """What others recorded (audit/testdata/README.md)."""

    def found(self, name):
        path = os.path.join(ROOT, "audit", "testdata", "consumers", name)
        run = subprocess.run([KAUDIT, "conformance", "log", path, "--output", "json"], capture_output=True, timeout=PATIENCE)  # fmt: skip
        return {line["id"] for line in map(json.loads, run.stdout.splitlines()[:-1]) if line["result"] == "fail"}

    def test_openshifts_events_are_as_they_should_be(self):
        self.assertEqual({check for check in self.found("openshift-clo.log") if not check.startswith(("stages.", "order."))}, set())  # fmt: skip

    def test_events_of_2017_have_members_that_are_gone_and_none_that_came_later(self):
        found = self.found("audit2rbac.log")
        self.assertLessEqual({"schema.known-members", "schema.required"}, found)


class WhatIsWrong(unittest.TestCase):
    """Each mistake is found by the check meant for it."""

    @classmethod
    def setUpClass(cls):
        cls.log = generate("--count", "400", "--profile", "busy")[1].decode()
        cls.slow = generate("--count", "400", "--profile", "quiet")[1].decode().splitlines(keepends=True)

    def found(self, log):
        _, failed, _ = conformance(log.encode() if isinstance(log, str) else log)
        return {line["id"] for line in failed}, failed

    def test_framing(self):
        lines = self.log.splitlines(keepends=True)
        torn = "".join([*lines[:50], lines[50][:100] + "\n", *lines[51:]])
        self.assertIn("framing.whole-lines", self.found(torn)[0])
        self.assertEqual(self.found(self.log[:-20])[0] - {"stages.complete"}, {"framing.last-line"})
        self.assertIn("framing.no-holes", self.found("".join(lines[:9]) + "\0" * 4096 + "".join(lines[9:]))[0])
        self.assertIn("framing.readable", self.found("I1129 not an event\n" + self.log)[0])
        self.assertEqual(self.found(self.log.replace("\n", "\r\n"))[0], {"framing.one-line"})
        pretty = "".join(json.dumps(json.loads(line), indent=2) + "\n" for line in lines[:20])
        self.assertIn("framing.one-line", self.found(pretty)[0])

    def test_a_finding_has_its_place(self):
        lines = self.log.splitlines(keepends=True)
        event = json.loads(lines[4])
        lines[4] = lines[4].replace('"level":"Metadata"', '"level":"Loud"')
        (finding,) = [line for line in self.found("".join(lines))[1] if line["id"] == "schema.level"]
        self.assertEqual((finding["file"], finding["line"], finding["auditID"]), ("-", 5, event["auditID"]))

    def test_schema(self):
        lines = self.log.splitlines()

        def changed(change, keep=str):
            event = json.loads(lines[2])
            change(event)
            text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
            return self.found("\n".join([*lines[:2], keep(text), *lines[3:]]) + "\n")[0]

        self.assertIn("schema.kind", changed(lambda e: e.update(apiVersion="audit.k8s.io/v1beta1")))
        self.assertIn("schema.types", changed(lambda e: e.update(user="x")))
        self.assertIn("schema.times", changed(lambda e: e.update(stageTimestamp="2026-01-01T00:00:00Z")))
        self.assertIn("schema.required", changed(lambda e: e.pop("verb")))
        self.assertIn("schema.stage", changed(lambda e: e.update(stage="Done")))
        self.assertIn("schema.known-members", changed(lambda e: e.update(cluster="a")))
        self.assertIn("schema.member-order", changed(lambda e: e.update(kind=e.pop("kind"))))
        self.assertIn("schema.canonical", changed(lambda e: None, lambda text: text.replace(":", ": ", 1)))
        self.assertIn("schema.once", changed(lambda e: None, lambda text: text[:-1] + ',"verb":"x"}'))
        self.assertIn("content.audit-id", changed(lambda e: e.update(auditID="")))
        self.assertIn("content.level-bodies", changed(lambda e: e.update(requestObject={"a": 1})))
        self.assertIn("content.source-ips", changed(lambda e: e.update(sourceIPs=["localhost"])))

    def test_stages(self):
        lines = self.log.splitlines(keepends=True)
        self.assertIn("stages.once", self.found("".join([*lines, lines[7]]))[0])
        self.assertIn("order.time", self.found("".join([*self.slow[200:], *self.slow[:200]]))[0])
        by_id = {}
        for number, line in enumerate(lines):
            by_id.setdefault(json.loads(line)["auditID"], []).append(number)
        first, second = next(pair for pair in by_id.values() if len(pair) == 2)
        swapped = list(lines)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        self.assertIn("stages.order", self.found("".join(swapped))[0])
        other = list(lines)
        other[second] = other[second].replace('"verb":"', '"verb":"x')
        self.assertIn("stages.same", self.found("".join(other))[0])

    def test_lines_that_shippers_would_lose(self):
        event = json.loads(self.log.splitlines()[1])
        event["userAgent"] = "x" * 70_000
        line = json.dumps(event, separators=(",", ":")) + "\n"
        found, _ = self.found(line)
        lengths = {check for check in found if check.startswith("lengths.")}
        self.assertEqual(lengths, {"lengths.fluent-bit", "lengths.bufio-scanner"})
        text = subprocess.run([KAUDIT, "conformance", "log", "-"], input=line.encode(), capture_output=True,
                              timeout=PATIENCE).stdout.decode()  # fmt: skip
        self.assertRegex(text, r"Go, bufio.Scanner +65,535 +1 +70\.\d kB")
        self.assertRegex(text, r"Vector, file +102,400 +0")

    def test_options(self):
        exit_code, failed, summary = conformance(b"nothing\n", "--only", "framing")
        self.assertEqual((exit_code, {line["id"] for line in failed}), (1, {"framing.readable"}))
        exit_code, failed, _ = conformance(self.log.replace("\n", "\r\n").encode(), "--skip", "framing.one-line")
        self.assertEqual((exit_code, failed), (0, []))
        wrong = subprocess.run([KAUDIT, "conformance", "log", "-", "--only", "framing.one-lin"], input=b"",
                               capture_output=True, timeout=PATIENCE)  # fmt: skip
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("did you mean framing.one-line?", wrong.stderr.decode())
        missing = subprocess.run([KAUDIT, "conformance", "log", "/nowhere"], capture_output=True, timeout=PATIENCE)
        self.assertEqual(missing.returncode, 2)
        with tempfile.TemporaryDirectory() as folder:
            junit = os.path.join(folder, "junit.xml")
            conformance(b"nothing\n", "--junit", junit)
            with open(junit, encoding="utf-8") as handle:
                text = handle.read()
            self.assertIn('name="framing.readable"', text)
            self.assertIn("<skipped", text)


if __name__ == "__main__":
    unittest.main()
