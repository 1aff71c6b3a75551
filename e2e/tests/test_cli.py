"""The contracts of the `kaudit` command: what goes to stdout and stderr, and the exit codes.
The details of encoding and evaluating are unit tests of their modules."""

import json
import os
import subprocess
import tempfile
import unittest

from kaudit_e2e.server import EVERYTHING, KAUDIT, PATIENCE, Server

EVENT = (
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete",'
    '"requestURI":"/x?a=1\\u00262","verb":"get","user":{"username":"jane"},"sourceIPs":["10.0.0.1"],'
    '"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-01-02T03:04:05.678900Z",'
    '"stageTimestamp":"2026-01-02T03:04:05.999999Z"}'
)


def kaudit(*arguments, stdin=""):
    return subprocess.run(
        [KAUDIT, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "TZ": "UTC"},
    )


class Events(unittest.TestCase):
    def test_json_is_what_the_log_backend_writes(self):
        done = kaudit(
            "events", "encode", "--format", "json", stdin=EVENT.replace(",", " , ") + "\n\n" + EVENT + "\n"
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, 2 * (EVENT + "\n"), ""))

    def test_legacy(self):
        done = kaudit("events", "encode", "--format", "legacy", stdin=EVENT)
        self.assertEqual(
            done.stdout,
            '2026-01-02T03:04:05.6789Z AUDIT: id="a" stage="ResponseComplete" ip="10.0.0.1" method="get" user="jane" groups="<none>" '
            'as="<self>" asgroups="<lookup>" user-agent="" namespace="<none>" uri="/x?a=1&2" response="200"\n',
        )

    def test_list(self):
        head = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":'
        self.assertEqual(kaudit("events", "encode", "--format", "list").stdout, head + "null}\n")
        item = EVENT.replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', "")
        self.assertEqual(
            kaudit("events", "encode", "--format", "list", stdin=EVENT).stdout, f"{head}[{item}]}}\n"
        )

    def test_refused_lines_are_named_and_the_rest_is_written(self):
        done = kaudit(
            "events", "encode", "--format", "json", stdin=f'{EVENT}\n{{"kind":\n{{"a":1}}\n{EVENT}\n'
        )
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, 2 * (EVENT + "\n"))
        first, second = done.stderr.splitlines()
        self.assertTrue(first.startswith("line 2: syntax: "), first)
        self.assertTrue(second.startswith("line 3: gvk: "), second)

    def test_what_the_server_wrote_encodes_to_itself(self):
        with Server() as server:
            server.ask(
                "POST",
                "/api/v1/namespaces/default/configmaps",
                '{"metadata":{"name":"<é\u2028>"},"data":{"a":"<\u2028&"}}',
            )
            server.ask(
                "POST",
                "/api/v1/namespaces/default/configmaps",
                '{"metadata":{"name":"fine"},"data":{"a":"<\u2028&"}}',
            )
            server.ask("GET", "/api/v1/namespaces/default/configmaps", audit_id="the-list")
            server.events_of("the-list", 2)
            log = b"".join(line + b"\n" for line in server.lines())
        done = subprocess.run(
            [KAUDIT, "events", "encode", "--format", "json"], input=log, capture_output=True, timeout=PATIENCE
        )
        self.assertEqual((done.returncode, done.stdout), (0, log))


class Policy(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def test_eval_answers_with_the_rule(self):
        policy = self.file(
            "p.yaml",
            EVERYTHING.replace(
                "rules:\n",
                "omitStages: [ResponseStarted, RequestReceived]\nrules:\n- level: None\n  users: [jane]\n",
            ),
        )
        request = {
            "id": "1",
            "user": {"name": "jane", "groups": []},
            "verb": "get",
            "resourceRequest": False,
            "apiGroup": "",
            "apiVersion": "",
            "resource": "",
            "subresource": "",
            "namespace": "",
            "name": "",
            "path": "/x",
        }
        requests = self.file(
            "r.jsonl", json.dumps(request) + "\n" + json.dumps({**request, "id": "2", "user": None}) + "\n"
        )
        expected = [
            {
                "id": "1",
                "rule": 0,
                "level": "None",
                "omitStages": ["RequestReceived", "ResponseStarted"],
                "omitManagedFields": False,
            },
            {
                "id": "2",
                "rule": 1,
                "level": "RequestResponse",
                "omitStages": ["RequestReceived", "ResponseStarted"],
                "omitManagedFields": False,
            },
        ]
        done = kaudit("policy", "eval", "--policy", policy, "--requests", requests)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([json.loads(line) for line in done.stdout.splitlines()], expected)
        with open(requests, encoding="utf-8") as file:
            self.assertEqual(
                kaudit("policy", "eval", "--policy", policy, "--requests", "-", stdin=file.read()).stdout,
                done.stdout,
            )

    def test_check_says_what_the_server_would_do(self):
        good = self.file("good.yaml", EVERYTHING)
        warn = self.file("warn.yaml", EVERYTHING + "  foo: bar\n")
        bad = self.file("bad.yaml", EVERYTHING + "- level: Loud\n")
        broken = self.file("broken.yaml", "a: [b\n")
        check = lambda *files: kaudit("policy", "check", "--load-only", "--output", "json", *files)
        for files, code in (
            ([good], 0),
            ([warn], 0),
            ([bad], 1),
            ([broken], 1),
            ([good, bad], 1),
            ([self.folder + "/none"], 2),
        ):
            with self.subTest(files):
                self.assertEqual(check(*files).returncode, code)
        verdicts = [json.loads(line) for line in check(good, warn, bad, broken).stdout.splitlines()]
        self.assertEqual([v["verdict"] for v in verdicts], ["ok", "warn", "refuse", "refuse"])
        self.assertEqual([v["file"] for v in verdicts], [good, warn, bad, broken])
        self.assertEqual(verdicts[0]["errors"] + verdicts[0]["warnings"], [])
        self.assertTrue(verdicts[1]["warnings"])
        self.assertEqual([e["path"] for e in verdicts[2]["errors"]], ["rules[1].level"])
        self.assertEqual(verdicts[2]["errors"][0]["line"], 5)
        self.assertEqual([e["path"] for e in verdicts[3]["errors"]], [""])

    def test_the_servers_verdict_is_the_same(self):
        from kaudit_e2e.server import StartFailed

        for text in (EVERYTHING, EVERYTHING + "  foo: bar\n", EVERYTHING + "- level: Loud\n", "a: [b\n", ""):
            with self.subTest(text):
                verdict = kaudit("policy", "check", "--load-only", self.file("p.yaml", text)).returncode
                try:
                    with Server(text):
                        code = 0
                except StartFailed as failed:
                    code = failed.code
                self.assertEqual(verdict, code)


class FullDevice(unittest.TestCase):
    """What cannot be written is an error of every command, 2, and is said."""

    def test_every_command_and_every_help(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())

        def file(name, text):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            return path

        policy = file("p.yaml", EVERYTHING)
        log = file("log", EVENT + "\n")
        tests = file("t.yaml", "[{request: GET /x, expect: RequestResponse}]")
        requests = file("r", '{"verb":"get","path":"/x"}\n')
        thing = file("o.yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n")
        merge = file("m.json", "{}")
        commands = [
            ["events", "encode", log],
            ["events", "encode", "--format", "list", log],
            ["events", "explain", log],
            ["object", "convert", thing],
            ["object", "patch", thing, merge],
            ["object", "apply", thing, "--manager", "m"],
            ["policy", "check", "--fail-on", "never", policy],
            ["policy", "check", "--load-only", policy],
            ["policy", "check", "--fail-on", "never", "--output", "sarif", policy],
            ["policy", "coverage", policy],
            ["policy", "explain", policy, "GET", "/x"],
            ["policy", "explain", "--output", "json", policy, "GET", "/x"],
            ["policy", "test", policy, tests],
            ["policy", "test", policy, tests, "--junit", "-"],
            ["policy", "diff", policy, policy],
            ["policy", "diff", policy, policy, "--log", log],
            ["policy", "simulate", policy, "--log", log],
            ["policy", "eval", "--policy", policy, "--requests", requests],
            ["--help"],
            ["--version"],
            ["policy", "--help"],
            ["policy", "explain", "--help"],
        ]
        lines = [[KAUDIT, *command] for command in commands]
        server = os.path.join(os.path.dirname(KAUDIT), "kaudit-apiserver")
        lines += [[server, "--help"], [server, "--version"]]
        for line in lines:
            with self.subTest(line), open("/dev/full", "w", encoding="utf-8") as full:
                fine = subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE)
                self.assertEqual(fine.returncode, 0, fine.stderr)
                done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
                self.assertEqual(done.returncode, 2)
                self.assertIn("No space left on device", done.stderr)


class Explain(unittest.TestCase):
    def test_a_servers_log_request_by_request(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as policy, Server() as server:
            policy.write(EVERYTHING)
            policy.flush()
            server.ask("GET", "/api/v1/namespaces/default/configmaps", audit_id="the-list")
            server.events_of("the-list", 2)
            log = b"".join(line + b"\n" for line in server.lines()).decode()
            done = kaudit("events", "explain", "-", "--policy", policy.name, "--output", "json", stdin=log)
        self.assertEqual(done.returncode, 0, done.stderr)
        stories = {story["auditID"]: story for story in map(json.loads, done.stdout.splitlines())}
        story = stories["the-list"]
        self.assertEqual([e["stage"] for e in story["events"]], ["RequestReceived", "ResponseComplete"])
        self.assertEqual(story["verb"], "list")
        self.assertEqual((story["decision"]["rule"], story["decision"]["agrees"]), (0, True))


class Usage(unittest.TestCase):
    def test_help(self):
        for arguments in (
            [],
            ["events"],
            ["events", "encode"],
            ["policy"],
            ["policy", "eval"],
            ["policy", "check"],
            ["policy", "explain"],
            ["policy", "diff"],
            ["events", "explain"],
            ["object", "convert"],
        ):
            done = kaudit(*arguments, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertTrue(done.stdout)

    def test_wrong_usage_is_2_and_on_stderr(self):
        for arguments in (
            [],
            ["nope"],
            ["events", "encode", "--format", "xml"],
            ["policy", "eval"],
            ["policy", "eval", "--policy", "/none", "--requests", "-"],
        ):
            with self.subTest(arguments):
                done = kaudit(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr)


if __name__ == "__main__":
    unittest.main()
