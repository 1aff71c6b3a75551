"""kaudit policy check and coverage, as a shell or a CI job meets them."""

import json
import os
import subprocess
import tempfile
import unittest

from kaudit_e2e import server

TESTDATA = os.path.join(os.path.dirname(os.path.dirname(server.HERE)), "policy", "lint", "testdata")
CORPUS = os.path.join(TESTDATA, "corpus")


def kaudit(*arguments, stdin=""):
    return subprocess.run(
        [server.KAUDIT, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=server.PATIENCE,
        check=False,
    )


def policy(name):
    return os.path.join(CORPUS, name + ".yaml")


class PolicyCheck(unittest.TestCase):
    def test_exit_codes(self):
        for arguments, code in (
            (["--fail-on", "error", policy("minimal-metadata")], 0),
            (["--fail-on", "info", policy("minimal-metadata")], 1),
            ([policy("cks-q8-misspelt")], 1),
            (["--fail-on", "never", policy("cks-q8-misspelt")], 0),
            ([policy("broken-kops-policy")], 1),
            ([policy("no-such-file")], 2),
            (["--fail-on", "perhaps", policy("minimal-metadata")], 2),
            ([], 2),
        ):
            with self.subTest(arguments):
                self.assertEqual(kaudit("policy", "check", *arguments).returncode, code)

    def test_reads_a_policy_from_stdin(self):
        with open(policy("cks-q8-misspelt"), encoding="utf-8") as file:
            done = kaudit("policy", "check", "-", stdin=file.read())
        self.assertEqual(done.returncode, 1)
        self.assertIn("-:8:3: error: `namespace` is not a field of a rule", done.stdout)
        self.assertIn("fix: write `namespaces`", done.stdout)

    def test_json_lines_and_sarif_hold_the_same_findings(self):
        files = sorted(
            os.path.join(CORPUS, name) for name in os.listdir(CORPUS) if name.endswith(".yaml")
        )
        done = kaudit("policy", "check", "--output", "json", *files)
        findings = [json.loads(line) for line in done.stdout.splitlines()]
        log = json.loads(kaudit("policy", "check", "--output", "sarif", *files).stdout)
        results = log["runs"][0]["results"]
        self.assertEqual(
            [f["code"] + ":" + str(f["line"]) for f in findings],
            [
                r["ruleId"] + ":" + str(r["locations"][0]["physicalLocation"]["region"]["startLine"])
                for r in results
            ],
        )
        for finding in findings:
            self.assertGreaterEqual(finding["line"], 1, finding)
            self.assertGreaterEqual(finding["column"], 1, finding)
            self.assertTrue(finding["fix"], finding)

    def test_what_no_reader_of_yaml_takes_has_a_place(self):
        head = "apiVersion: audit.k8s.io/v1\nkind: Policy\n"
        with tempfile.TemporaryDirectory() as folder:
            for name, data in (
                ("truncated", (head + 'rules:\n- level: "Met').encode()),
                ("tabs", (head + "rules:\n\t- level: None\n").encode()),
                ("recursive", (head + "rules: &r\n- level: None\n  users: *r\n").encode()),
                ("deep", b"[" * 100_000),
                ("deep-json", b'{"a":' * 100_000),
                ("binary", bytes(range(256)) * 64),
                ("zeros", bytes(1 << 20)),
            ):
                path = os.path.join(folder, name)
                with open(path, "wb") as file:
                    file.write(data)
                with self.subTest(name):
                    done = kaudit("policy", "check", path)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertRegex(done.stdout, r":\d+:\d+: error: .*\[KA001 malformed\]")

    def test_a_file_that_never_ends_is_not_read_to_its_end(self):
        done = kaudit("policy", "check", "/dev/zero")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/dev/zero:1:1: error: the file is larger than 4 MiB", done.stdout)

    def test_coverage_shows_each_probe_and_its_rule(self):
        done = kaudit("policy", "coverage", "--output", "json", policy("gce-configure-helper"))
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {row["probe"]: row for row in map(json.loads, done.stdout.splitlines())}
        self.assertGreaterEqual(len(rows), 100)
        self.assertEqual(rows["exec-by-get"]["level"], "Request")
        self.assertEqual(rows["exec-by-post"]["level"], "RequestResponse")
        self.assertEqual(rows["secret-get"]["verdict"], "ok")
        text = kaudit("policy", "coverage", policy("gce-configure-helper")).stdout
        self.assertIn("GET /livez by system:anonymous", text)


if __name__ == "__main__":
    unittest.main()
