"""The contracts of `kaudit log`: exit codes, what goes to stdout, and that real requests trip the rules that they should.
Expressions, fields and rules are unit tests of audit/search and audit/rules."""

import gzip
import json
import os
import signal
import subprocess
import tempfile
import unittest

from kaudit_e2e.server import KAUDIT, PATIENCE, Server
from kaudit_e2e.waiting import until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FALCO = os.path.join(ROOT, "audit/rules/testdata/falco")
FALCO_RULES = os.path.join(FALCO, "k8s_audit_rules-0.18.0.yaml")
SIGMA = os.path.join(ROOT, "audit/rules/testdata/sigma")
DEMO = os.path.join(ROOT, "cli/log/testdata/audit2rbac-demo.log")


def event(number, verb="get", user="alice", resource="pods", code=200, stage="ResponseComplete", **more):
    """A line as the server writes it."""
    fields = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "Metadata",
        "auditID": f"id-{number}",
        "stage": stage,
        "requestURI": f"/api/v1/namespaces/x/{resource}/web",
        "verb": verb,
        "user": {"username": user, "groups": ["system:authenticated"]},
        "sourceIPs": ["10.0.0.1"],
        "userAgent": "test",
        "objectRef": {"resource": resource, "namespace": "x", "name": "web", "apiVersion": "v1"},
        "responseStatus": {"metadata": {}, "code": code},
        "requestReceivedTimestamp": f"2026-01-02T03:04:{number % 60:02d}.000000Z",
        "stageTimestamp": f"2026-01-02T03:04:{number % 60:02d}.250000Z",
    }
    return json.dumps({**fields, **more}, separators=(",", ":"))


EVENTS = [event(1), event(2, "delete", "bob"), event(3, "create", "alice", "secrets", 403), event(4, "list")]


def log(*arguments, stdin=""):
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(
        [KAUDIT, "log", *arguments],
        input=data,
        capture_output=True,
        timeout=PATIENCE,
        env={**os.environ, "TZ": "UTC"},
    )
    done.stdout, done.stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    return done


def rows(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kaudit-log-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path


class Search(Files):
    def test_json_gives_the_events_as_they_were(self):
        path = self.write("audit.log", "\n".join(EVENTS) + "\n")
        done = log("search", "ka.verb in (delete, create)", path, "--output", "json")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "\n".join(EVENTS[1:3]) + "\n", ""))

    def test_exit_codes_say_found_nothing_or_a_mistake(self):
        path = self.write("audit.log", "\n".join(EVENTS) + "\n")
        self.assertEqual(log("search", "ka.verb = watch", path).returncode, 1)
        wrong = log("search", "ka.verb = get and ka.usr.name = x", path)
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertIn("did you mean ka.user.name? (character 19)", wrong.stderr)
        missing = log("search", "ka.verb = get", path + ".gone")
        self.assertEqual(missing.returncode, 2)
        self.assertIn("audit.log.gone", missing.stderr)

    def test_wrapped_lists_and_gzip_give_bare_events(self):
        item = EVENTS[1].replace('"kind":"Event","apiVersion":"audit.k8s.io/v1",', "")
        items = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[' + item + "]}"
        cri = "2026-01-02T03:04:05.000000001Z stdout F " + EVENTS[1]
        path = self.write("mixed.log", items + "\n" + cri + "\n" + EVENTS[0] + "\n")
        packed = self.write("packed.gz", gzip.compress(EVENTS[1].encode() + b"\n"))
        done = log("search", "ka.verb = delete", path, packed, "-o", "json")
        self.assertEqual(done.stdout, item + "\n" + EVENTS[1] + "\n" + EVENTS[1] + "\n")

    def test_what_is_torn_is_named_and_the_rest_is_read(self):
        path = self.write("audit.log", EVENTS[0] + "\n" + EVENTS[1][:99] + "\n" + EVENTS[3] + "\n" + EVENTS[0][:40])
        done = log("search", "ka.verb exists", path, "-o", "json")
        self.assertEqual((done.returncode, done.stdout), (0, EVENTS[0] + "\n" + EVENTS[3] + "\n"))
        self.assertIn("audit.log:2: ", done.stderr)
        self.assertIn("audit.log:4: ", done.stderr)
        packed = gzip.compress(("\n".join(EVENTS) + "\n").encode())
        done = log("search", "ka.verb exists", self.write("cut.gz", packed[:-8]), "-o", "json")
        self.assertEqual((done.returncode, done.stdout), (0, "\n".join(EVENTS) + "\n"))
        self.assertRegex(done.stderr, r"cut\.gz:\d+: the gzip data ends too early")

    def test_three_megabytes_in_a_line_and_bytes_that_are_not_utf8(self):
        large = event(5, "update", requestObject={"data": {"x": "y" * 3_000_000}})
        odd = EVENTS[2].encode().replace(b"alice", b"al\xff\x1bice")
        path = self.write("audit.log", large.encode() + b"\n" + odd.replace(b"\x1b", b"\\u001b") + b"\n")
        done = log("search", "ka.verb = update and jevt.value[/requestObject/data/x] startswith yyy", path, "-o", "json")
        self.assertEqual((done.returncode, len(done.stdout)), (0, len(large) + 1))
        done = log("search", "ka.verb = create", path)
        self.assertEqual(done.returncode, 0)
        self.assertIn("\\x1b", done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_templates_tables_and_explanations(self):
        text = "\n".join(EVENTS) + "\n"
        done = log("search", "ka.verb = delete", "-", "-o", "%ka.user.name %ka.verb %ka.target.resource", stdin=text)
        self.assertEqual(done.stdout, "bob delete pods\n")
        self.assertIn("AUDIT ID", log("search", "ka.verb = delete", "-", "-o", "table", stdin=text).stdout)
        done = log("search", "ka.verb = delete and ka.impuser.name = x", "-", "--explain", "--audit-id", "id-2", stdin=text)
        self.assertEqual(done.returncode, 1)
        self.assertIn("+ ka.verb = delete", done.stdout)
        self.assertIn("- ka.impuser.name = x   it is absent", done.stdout)


class Rules(Files):
    def test_falcos_traces_meet_exactly_the_expected_rules(self):
        with open(os.path.join(FALCO, "expected-hits.json"), encoding="utf-8") as file:
            expected = json.load(file)
        self.assertEqual(len(expected), 47)
        # One trace at a time would start 47 programs; auditIDs tell the alerts of one run apart.
        for trace in ("create_configmap_sensitive_values.json", "anonymous_creates_namespace_foo.json", "fal_01_003.json"):
            done = log("rules", "run", "-r", FALCO_RULES, "--falco-compat", "-o", "json", os.path.join(FALCO, "traces", trace))
            self.assertEqual(done.returncode, 0, done.stderr)
            hits = {}
            for alert in rows(done):
                self.assertEqual(
                    list(alert), ["time", "rule", "priority", "source", "auditID", "stage", "output"]
                )
                self.assertEqual(alert["source"], "falco")
                hits[alert["rule"]] = hits.get(alert["rule"], 0) + 1
            self.assertEqual(hits, expected[trace], trace)
        traces = [os.path.join(FALCO, "traces", trace) for trace in sorted(expected)]
        done = log("rules", "run", "-r", FALCO_RULES, "--falco-compat", "-o", "json", *traces)
        self.assertEqual(len(rows(done)), sum(sum(hits.values()) for hits in expected.values()))

    def test_sigma_rules_and_correlations_run(self):
        text = "\n".join(event(n, "get", "eve", "secrets", 403) for n in range(4)) + "\n"
        done = log("rules", "run", "-r", os.path.join(SIGMA, "refused.yml"), "-o", "json", "-", stdin=text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            [(a["rule"], a["priority"], a["source"], a["output"]) for a in rows(done)],
            [
                (
                    "A user is refused three times in five minutes",
                    "high",
                    "sigma",
                    "A user is refused three times in five minutes",
                )
            ],
        )

    def test_sigma_correlations_know_the_order_and_stand_on_each_other(self):
        """The example of docs/reading-logs.md: refused again and again, and then a Secret is read."""
        selections = {"refused": "{responseStatus.code: 403}", "secret_read": "{objectRef.resource: secrets, responseStatus.code: 200}"}
        rules = [f"title: {name}\nname: {name}\ndetection: {{s: {what}, condition: s}}\n" for name, what in selections.items()]
        rules += [
            "title: Refused often\nname: refused_often\n"
            "correlation: {type: event_count, rules: [refused], group-by: [user.username], timespan: 10m, condition: {gte: 3}}\n",
            "title: Refused, and then let in\n"
            "correlation: {type: temporal_ordered, rules: [refused_often, secret_read], group-by: [user.username], timespan: 1h}\n",
        ]
        path = self.write("rules.yml", "---\n".join(rules))
        lines = [event(0, "get", "eve", "secrets"), *(event(n, "list", "eve", "secrets", 403) for n in range(1, 4)),
                 event(4, "get", "bob", "secrets"), event(5, "get", "eve", "secrets")]  # fmt: skip
        done = log("rules", "run", "-r", path, "-o", "json", "-", stdin="\n".join(lines) + "\n")
        self.assertEqual([(a["rule"], a["auditID"]) for a in rows(done)], [("Refused, and then let in", "id-5")], done.stderr)
        # One that can fire only with all of its rules cannot when one of them never does.
        dead = path.replace("rules.yml", "dead.yml")
        with open(dead, "w", encoding="ascii") as file:
            file.write("---\n".join(rules).replace("secrets,", "Secrets, hostPath: x,"))
        checked = log("rules", "check", dead)
        self.assertEqual(checked.returncode, 1)
        self.assertIn("4 rules, 2 of them can never fire", checked.stdout + checked.stderr)

    def test_functions_stand_around_fields_and_on_the_right(self):
        found = lambda text: [e["auditID"] for e in rows(log("search", text, "-", "-o", "json", stdin="\n".join(EVENTS) + "\n"))]
        self.assertEqual(found('concat(ka.verb, "/", ka.target.resource) in (get/pods, create/secrets)'), ["id-1", "id-3"])
        self.assertEqual(found('join("-", (ka.user.name, toupper(ka.verb))) = bob-DELETE'), ["id-2"])
        self.assertEqual(found("ka.verb = tolower(ka.verb) and len(ka.user.groups) = 1 and len(ka.verb) > 5"), ["id-2", "id-3"])
        refused = log("search", "getopt(ka.user.groups, \"a\") exists", "-", stdin="")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("getopt is not here", refused.stderr)

    def test_alerts_for_people_and_as_falco_prints_them(self):
        rule = self.write(
            "rule.yaml",
            "- rule: Deleted\n  desc: d\n  condition: ka.verb = delete\n"
            "  output: gone (user=%ka.user.name)\n  priority: WARNING\n  source: k8s_audit\n  tags: [a]\n",
        )
        done = log("rules", "run", "-r", rule, "-", stdin=EVENTS[1] + "\n")
        self.assertEqual(done.stdout, "03:04:02.250000000: Warning gone (user=bob)\n")
        (alert,) = rows(log("rules", "run", "-r", rule, "-o", "falco-json", "-", stdin=EVENTS[1] + "\n"))
        self.assertEqual(alert["output_fields"], {"ka.user.name": "bob"})
        self.assertEqual((alert["priority"], alert["source"], alert["tags"]), ("Warning", "k8s_audit", ["a"]))
        self.assertEqual(alert["time"], "2026-01-02T03:04:02.250000000Z")

    def test_exit_codes_tell_refused_rules_from_unreadable_files(self):
        bad = self.write("bad.yaml", "- rule: r\n  desc: d\n  condition: ka.verbb = x\n  output: o\n  priority: INFO\n")
        done = log("rules", "run", "-r", bad, "-", stdin=EVENTS[0])
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("did you mean ka.verb?", done.stderr)
        self.assertEqual(log("rules", "run", "-r", FALCO_RULES, bad + ".log").returncode, 2)
        self.assertEqual(log("rules", "run", "-r", bad + ".gone", "-").returncode, 2)

    def test_check_names_what_can_never_fire_with_line_reason_and_fix(self):
        done = log("rules", "check", "-o", "json", os.path.join(SIGMA, "host_path.yml"), os.path.join(SIGMA, "webhooks.yml"))
        self.assertEqual(done.returncode, 1)
        findings = rows(done)
        for finding in findings:
            self.assertEqual(list(finding), ["file", "line", "rule", "code", "severity", "message", "fix"])
        errors = [f for f in findings if f["severity"] == "error"]
        self.assertEqual([(f["code"], f["line"], os.path.basename(f["file"])) for f in errors], [("KR101", 7, "host_path.yml")])
        self.assertIn("hostPath", errors[0]["message"])
        self.assertIn("requestObject.spec.volumes.hostPath", errors[0]["fix"])
        verbs = [f for f in findings if f["code"] == "KR103"]
        self.assertEqual([(f["severity"], f["fix"]) for f in verbs], [("warning", "use update (and patch)")])

    def test_check_finds_wrong_groups_values_and_execs(self):
        rules = []
        for name, condition in (
            ("group", "ka.target.resource = deployments and kaudit.group = extensions"),
            ("stage", "ka.stage = Complete"),
            ("code", "jevt.value[/responseStatus/code] = ALLOW"),
            ("kind", "ka.target.resource = Pod"),
            ("early", "ka.stage = RequestReceived and ka.response.code = 403"),
            ("exec", "ka.verb = create and ka.target.resource = pods and ka.target.subresource = exec"),
            ("fine", "ka.verb = create and ka.target.resource = pods"),
        ):
            rules.append(
                f"- rule: {name}\n  desc: d\n  condition: {condition}\n  output: o\n  priority: INFO\n  source: k8s_audit\n"
            )
        done = log("rules", "check", "-o", "json", self.write("rules.yaml", "".join(rules)))
        found = {f["rule"]: (f["code"], f["severity"]) for f in rows(done)}
        self.assertEqual(
            found,
            {
                "group": ("KR105", "error"),
                "stage": ("KR102", "error"),
                "code": ("KR102", "error"),
                "kind": ("KR107", "error"),
                "early": ("KR110", "error"),
                "exec": ("KR104", "warning"),
            },
        )
        sarif = json.loads(log("rules", "check", "-o", "sarif", self.write("rules.yaml", "".join(rules))).stdout)
        self.assertEqual(len(sarif["runs"][0]["results"]), 6)

    def test_coverage_names_what_a_policy_starves(self):
        policy = self.write(
            "policy.yaml",
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\n"
            "rules: [{level: None, resources: [{resources: [secrets]}]}, {level: Metadata}]\n",
        )
        done = log("rules", "coverage", "--policy", policy, "-r", FALCO_RULES, "--output", "json")
        self.assertEqual(done.returncode, 1)
        coverage = {row["rule"]: row["coverage"] for row in rows(done)}
        self.assertEqual(len(coverage), 48)
        self.assertEqual(coverage["K8s Secret Get Successfully"], "starved")
        self.assertEqual(coverage["Create Privileged Pod"], "starved")
        self.assertEqual(coverage["K8s Deployment Created"], "covered")
        self.assertEqual(coverage["Ingress Object without TLS Certificate Created"], "fires falsely")
        self.assertEqual(coverage["All K8s Audit Events"], "never fires")

    def test_unit_tests_of_rules(self):
        tests = self.write(
            "tests.yaml",
            f"rules: [{FALCO_RULES}]\ntests:\n"
            "- name: an exec by GET\n"
            "  request: GET /api/v1/namespaces/x/pods/web/exec?command=sh --as admin\n"
            "  expect: [Attach/Exec Pod]\n"
            "- name: a privileged Pod\n"
            "  request: POST /api/v1/namespaces/x/pods --as admin\n"
            "  body: {spec: {containers: [{image: a, securityContext: {privileged: true}}]}}\n"
            "  expect: {Create Privileged Pod: 1, Create HostPid Pod: 0}\n"
            "- name: this one fails\n"
            "  event: {auditID: '1', stage: ResponseComplete, verb: get, user: {username: eve}}\n"
            "  expect: []\n",
        )
        junit = os.path.join(self.folder, "junit.xml")
        done = log("rules", "test", tests, "--output", "json", "--junit", junit)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual([row["passed"] for row in rows(done)], [True, True, False])
        self.assertIn("Disallowed K8s User", rows(done)[2]["failures"][0])
        with open(junit, encoding="utf-8") as file:
            self.assertIn('failures="1"', file.read())


class Figures(Files):
    def test_top_counts_and_stats_join_stages(self):
        lines = [event(4, "list", stage="RequestReceived"), *EVENTS, event(9, stage="RequestReceived")]
        path = self.write("audit.log", "\n".join(lines) + "\n")
        top = rows(log("top", "--by", "verb", path, "--output", "json"))
        self.assertEqual([(row["key"], row["count"]) for row in top], [("get", 2), ("list", 2), ("create", 1), ("delete", 1)])
        self.assertEqual(sum(row["errors"] for row in top), 1)
        (stats,) = rows(log("stats", path, "--output", "json"))
        self.assertEqual((stats["events"], stats["requests"], stats["unfinished"], stats["errors"]), (6, 5, 1, 1))
        self.assertEqual(stats["latencyMilliseconds"]["p50"], 250.0)
        self.assertEqual(stats["first"], "2026-01-02T03:04:01.250000Z")
        picture = os.path.join(self.folder, "plot.svg")
        self.assertEqual(log("stats", path, "--plot", picture).returncode, 0)
        with open(picture, encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("<svg"))
        self.assertEqual(log("top", "--by", "verbs", path).returncode, 2)
        self.assertEqual(log("top", "--by", "user", path, "-o", "csv").stdout.splitlines()[0], "key,count,errors,bytes")


class Stories(Files):
    def test_a_timeline_joins_stages_and_shows_what_changed(self):
        def body(replicas):
            return {"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": replicas}}

        lines = [
            event(1, "create", resource="deployments", stage="RequestReceived"),
            event(1, "create", resource="deployments", responseObject=body(1)),
            event(2, "update", "root", "deployments", responseObject=body(3), impersonatedUser={"username": "bob"}),
            event(3, "get", resource="deployments"),
            event(4, "delete", resource="deployments"),
        ]
        path = self.write("audit.log", "\n".join(lines) + "\n")
        story = rows(log("timeline", "deployments/x/web", path, "--output", "json"))
        self.assertEqual([(s["verb"], s["user"]) for s in story], [("create", "alice"), ("update", "root"), ("delete", "alice")])
        self.assertEqual(story[0]["stages"], ["RequestReceived", "ResponseComplete"])
        self.assertEqual(story[1]["impersonatedUser"], "bob")
        self.assertEqual(story[1]["changes"], ["spec.replicas: 1 -> 3"])
        self.assertEqual(story[0]["time"], "2026-01-02T03:04:01.000000Z")
        self.assertIn("root as bob", log("timeline", "deploy/x/web", path).stdout)
        who = rows(log("who", "deleted", "deployments/x/web", path, "--output", "json"))
        self.assertEqual([(w["user"], w["auditID"]) for w in who], [("alice", "id-4")])
        self.assertEqual(log("who", "deleted", "deployments/x/other", path).returncode, 1)
        self.assertEqual(len(rows(log("timeline", "bob", path, "--output", "json"))), 1)

    def test_exec_commands_are_decoded(self):
        line = event(
            1,
            requestURI="/api/v1/namespaces/x/pods/web/exec?command=sh&command=-c&command=echo+a%20b&stdout=true",
            objectRef={"resource": "pods", "namespace": "x", "name": "web", "subresource": "exec"},
        )
        (story,) = rows(log("timeline", "pods/x/web", "-", "--output", "json", stdin=line + "\n"))
        self.assertEqual(story["command"], ["sh", "-c", "echo a b"])

    def test_tail_follows_through_rotation(self):
        path = self.write("audit.log", EVENTS[0] + "\n" + EVENTS[1] + "\n")
        out = os.path.join(self.folder, "out")
        with open(out, "wb") as file:
            tail = subprocess.Popen(
                [KAUDIT, "log", "tail", "-f", "-n", "1", "--where", "ka.verb != list", "-o", "json", path], stdout=file
            )
        try:

            def shown():
                with open(out, encoding="utf-8") as written:
                    return written.read()

            until(lambda: shown() == EVENTS[1] + "\n", lambda: f"the last event: {shown()}")
            with open(path, "a", encoding="utf-8") as more:
                more.write(EVENTS[3] + "\n" + EVENTS[2] + "\n")
            until(lambda: shown().endswith(EVENTS[2] + "\n"), lambda: f"what was appended: {shown()}")
            os.rename(path, path + ".1")
            self.write("audit.log", EVENTS[0] + "\n")
            until(lambda: shown() == "\n".join([EVENTS[1], EVENTS[2], EVENTS[0]]) + "\n", lambda: f"the new file: {shown()}")
        finally:
            tail.send_signal(signal.SIGTERM)
            self.assertEqual(tail.wait(PATIENCE), 0)


class Conversions(Files):
    def test_old_events_become_v1_and_what_is_lost_is_said(self):
        old = (
            '{"kind":"Event","apiVersion":"audit.k8s.io/v1beta1","metadata":{"creationTimestamp":"2018-10-26T14:00:08Z",'
            '"name":"n"},"level":"Metadata","timestamp":"2018-10-26T14:00:08Z","auditID":"a","stage":"ResponseComplete",'
            '"requestURI":"/x","verb":"get","user":{"username":"u"}}'
        )
        done = log("convert", "-", stdin=old + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            done.stdout,
            '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete",'
            '"requestURI":"/x","verb":"get","user":{"username":"u"},'
            '"requestReceivedTimestamp":"2018-10-26T14:00:08.000000Z","stageTimestamp":"2018-10-26T14:00:08.000000Z"}\n',
        )
        self.assertIn("lost, as v1 has no place for it: metadata.name", done.stderr)

    def test_forms_lead_back_to_the_same_events(self):
        text = "\n".join(EVENTS) + "\n"
        listed = log("convert", "--to", "list", "-", stdin=text).stdout
        self.assertEqual(len(json.loads(listed)["items"]), 4)
        again = log("convert", "--to", "json", "-", stdin=listed).stdout
        self.assertEqual([json.loads(line) for line in again.splitlines()], [json.loads(line) for line in EVENTS])
        self.assertEqual(len(log("convert", "--to", "csv", "-", stdin=text).stdout.splitlines()), 5)
        self.assertEqual(log("convert", "--to", "legacy", "-", stdin=text).stdout.count(" AUDIT: "), 4)
        records = json.loads(log("convert", "--to", "otlp", "-", stdin=text).stdout)["resourceLogs"][0]["scopeLogs"][0]["logRecords"]
        self.assertEqual(json.loads(records[1]["body"]["stringValue"])["auditID"], "id-2")
        self.assertEqual(records[0]["timeUnixNano"], "1767323041250000000")

    def test_a_policy_after_the_fact_drops_lowers_and_redacts(self):
        secret = {"kind": "Secret", "data": {"a": "c2VjcmV0"}, "metadata": {"name": "s", "managedFields": [{"manager": "m"}]}}
        lines = [
            event(1, "create", resource="secrets", level="RequestResponse", requestObject=secret, responseObject=secret),
            event(2, "create", resource="configmaps", level="RequestResponse", requestObject=secret, responseObject=secret),
            event(3, "list"),
            event(4, "create", resource="configmaps", stage="RequestReceived"),
        ]
        policy = self.write(
            "policy.yaml",
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nomitManagedFields: true\nrules:\n"
            "- {level: None, resources: [{resources: [pods]}]}\n- {level: Request, resources: [{resources: [configmaps]}]}\n"
            "- {level: RequestResponse}\n",
        )
        done = log("filter", "--policy", policy, "--redact", "secrets: data.*", "-", stdin="\n".join(lines) + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        first, second = rows(done)
        self.assertEqual(first["requestObject"], {"kind": "Secret", "data": {"a": "REDACTED"}, "metadata": {"name": "s"}})
        self.assertEqual(second["level"], "Request")
        self.assertNotIn("responseObject", second)
        self.assertEqual(second["requestObject"]["data"], secret["data"])
        self.assertEqual(log("filter", "-", stdin="").returncode, 2)


class Rbac(Files):
    def roles(self, *arguments):
        (document,) = rows(log("rbac", *arguments, DEMO, "--output", "json"))
        return [
            (
                role["kind"],
                role["metadata"].get("namespace", ""),
                [(rule["apiGroups"], rule["resources"], rule["verbs"]) for rule in role["rules"]],
            )
            for role in document["roles"]
        ]

    def test_the_demo_of_audit2rbac_gives_its_roles(self):
        reading = ["get", "list", "watch"]
        cluster = [("ClusterRole", "", [([""], ["nodes", "pods"], reading)])]
        self.assertEqual(self.roles("--user", "alice"), [("Role", "ns1", [([""], ["configmaps", "pods", "secrets"], reading)])])
        self.assertEqual(self.roles("--user", "bob"), cluster)
        self.assertEqual(self.roles("--serviceaccount", "ns1:sa1"), cluster)

    def test_what_is_granted_is_compared_and_what_was_refused_is_listed(self):
        manifests = self.write(
            "roles.yaml",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: ns1}\n"
            "rules:\n- {apiGroups: [''], resources: [pods, configmaps], verbs: [get, list, watch]}\n"
            "- {apiGroups: [apps], resources: [deployments], verbs: [get]}\n"
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: ns1}\n"
            "roleRef: {kind: Role, name: r}\nsubjects: [{kind: User, name: alice}]\n",
        )
        done = log("rbac", "--user", "alice", "--granted", manifests, DEMO, "--output", "json")
        self.assertEqual(done.returncode, 1)
        (document,) = rows(done)
        self.assertEqual({need["resource"] for need in document["notGranted"]}, {"secrets"})
        self.assertEqual([rule["resources"] for rule in document["notUsed"]], [["deployments"]])
        self.assertTrue(document["denied"])
        self.assertIn("MESSAGE", log("rbac", "--user", "bob", "--deny", DEMO).stdout)
        self.assertEqual(log("rbac", "--user", "nobody", DEMO).returncode, 1)


def pod(name, **spec):
    containers = spec.pop("containers", [{"name": "a", "image": "nginx"}])
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name}, "spec": {"containers": containers, **spec}}


def role(name, verbs, resources):
    return {
        "metadata": {"name": name},
        "rules": [{"apiGroups": [""], "verbs": verbs, "resources": resources}],
    }


PODS = "/api/v1/namespaces/default/pods"
RBAC = "/apis/rbac.authorization.k8s.io/v1"

# A rule of Falco's, and the request that must trip it: method, path, body, user.
TRIPS = [
    ("Disallowed K8s User", "GET", PODS, None, "alice"),
    ("Create Privileged Pod", "POST", PODS,
     pod("privileged", containers=[{"name": "a", "image": "nginx", "securityContext": {"privileged": True}}]), "admin"),
    ("Create Sensitive Mount Pod", "POST", PODS,
     pod("mount", volumes=[{"name": "v", "hostPath": {"path": "/etc"}}]), "admin"),
    ("Create HostNetwork Pod", "POST", PODS, pod("hostnetwork", hostNetwork=True), "admin"),
    ("Create HostPid Pod", "POST", PODS, pod("hostpid", hostPID=True), "admin"),
    ("Create HostIPC Pod", "POST", PODS, pod("hostipc", hostIPC=True), "admin"),
    ("Pod Created in Kube Namespace", "POST", "/api/v1/namespaces/kube-system/pods", pod("kube"), "admin"),
    ("Create NodePort Service", "POST", "/api/v1/namespaces/default/services",
     {"metadata": {"name": "nodeport"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}, "admin"),
    ("K8s Service Created", "POST", "/api/v1/namespaces/default/services",
     {"metadata": {"name": "plain"}, "spec": {"ports": [{"port": 80}]}}, "admin"),
    ("K8s Service Deleted", "DELETE", "/api/v1/namespaces/default/services/plain", None, "admin"),
    ("Create/Modify Configmap With Private Credentials", "POST", "/api/v1/namespaces/default/configmaps",
     {"metadata": {"name": "credentials"}, "data": {"password": "x"}}, "admin"),
    ("K8s ConfigMap Created", "POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": "c"}}, "admin"),
    ("K8s ConfigMap Deleted", "DELETE", "/api/v1/namespaces/default/configmaps/c", None, "admin"),
    ("Anonymous Request Allowed", "GET", "/version", None, None),
    ("Attach/Exec Pod", "GET", PODS + "/privileged/exec?command=true&stdout=true", None, "admin"),
    ("EphemeralContainers Created", "PATCH", PODS + "/privileged/ephemeralcontainers",
     {"spec": {"ephemeralContainers": [{"name": "e", "image": "busybox"}]}}, "admin"),
    ("Create Disallowed Namespace", "POST", "/api/v1/namespaces", {"metadata": {"name": "foo"}}, "admin"),
    ("K8s Namespace Created", "POST", "/api/v1/namespaces", {"metadata": {"name": "bar"}}, "admin"),
    ("K8s Namespace Deleted", "DELETE", "/api/v1/namespaces/bar", None, "alice"),
    ("Service Account Created in Kube Namespace", "POST", "/api/v1/namespaces/kube-system/serviceaccounts",
     {"metadata": {"name": "mine"}}, "admin"),
    ("K8s Serviceaccount Created", "POST", "/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "sa"}}, "admin"),
    ("K8s Serviceaccount Deleted", "DELETE", "/api/v1/namespaces/default/serviceaccounts/sa", None, "admin"),
    ("System ClusterRole Modified/Deleted", "POST", RBAC + "/clusterroles", role("system:mine", ["get"], ["pods"]), "admin"),
    ("ClusterRole With Wildcard Created", "POST", RBAC + "/clusterroles", role("wild", ["*"], ["pods"]), "admin"),
    ("ClusterRole With Write Privileges Created", "POST", RBAC + "/clusterroles", role("writes", ["create"], ["pods"]), "admin"),
    ("ClusterRole With Pod Exec Created", "POST", RBAC + "/clusterroles", role("execs", ["get"], ["pods/exec"]), "admin"),
    ("K8s ClusterRole Created", "POST", RBAC + "/clusterroles", role("reads", ["get"], ["pods"]), "admin"),
    ("K8s ClusterRole Deleted", "DELETE", RBAC + "/clusterroles/reads", None, "admin"),
    ("Attach to cluster-admin Role", "POST", RBAC + "/clusterrolebindings",
     {"metadata": {"name": "all"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
      "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "u"}]}, "admin"),
    ("K8s ClusterRoleBinding Created", "POST", RBAC + "/clusterrolebindings",
     {"metadata": {"name": "view"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}}, "admin"),
    ("K8s ClusterRoleBinding Deleted", "DELETE", RBAC + "/clusterrolebindings/view", None, "admin"),
    ("K8s Role Created", "POST", RBAC + "/namespaces/default/roles", role("r", ["get"], ["pods"]), "admin"),
    ("K8s RoleBinding Created", "POST", RBAC + "/namespaces/default/rolebindings",
     {"metadata": {"name": "b"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}}, "admin"),
    ("K8s RoleBinding Deleted", "DELETE", RBAC + "/namespaces/default/rolebindings/b", None, "admin"),
    ("K8s Role Deleted", "DELETE", RBAC + "/namespaces/default/roles/r", None, "admin"),
    ("K8s Deployment Created", "POST", "/apis/apps/v1/namespaces/default/deployments",
     {"metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
      "spec": {"containers": [{"name": "a", "image": "nginx"}]}}}}, "admin"),
    ("K8s Deployment Deleted", "DELETE", "/apis/apps/v1/namespaces/default/deployments/d", None, "admin"),
    ("K8s Secret Created", "POST", "/api/v1/namespaces/default/secrets", {"metadata": {"name": "s"}}, "admin"),
    ("K8s Secret Get Successfully", "GET", "/api/v1/namespaces/default/secrets/s", None, "admin"),
    ("K8s Secret Get Unsuccessfully Tried", "GET", "/api/v1/namespaces/default/secrets/missing", None, "admin"),
    ("K8s Secret Deleted", "DELETE", "/api/v1/namespaces/default/secrets/s", None, "admin"),
    ("Ingress Object without TLS Certificate Created", "POST", "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
     {"metadata": {"name": "i"}, "spec": {"defaultBackend": {"service": {"name": "s", "port": {"number": 80}}}}}, "admin"),
    ("port-forward", "GET", PODS + "/privileged/portforward", None, "admin"),
]  # fmt: skip


class RealRequests(unittest.TestCase):
    """Under the policy that goes with Falco's rules."""

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(FALCO, "falco-audit-policy.yaml"), encoding="utf-8") as file:
            policy = file.read()
        cls.answers = {}
        # Anonymous requests are allowed something with RBAC only.
        with Server(policy=policy, authorization="RBAC") as server:
            everything = {
                "metadata": {"name": "alice"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "alice"}],
            }
            server.ask("POST", RBAC + "/clusterrolebindings", json.dumps(everything).encode(), user="admin")
            for rule, method, path, body, user in TRIPS:
                headers = [("Content-Type", "application/strategic-merge-patch+json")] if method == "PATCH" else []
                data = json.dumps(body).encode() if body is not None else b""
                audit_id = "trip-" + rule.replace(" ", "-").replace("/", "-")
                answer = server.ask(method, path, data, headers, user, audit_id)
                cls.answers[rule] = (audit_id, answer.status)
                server.events_of(audit_id, 1)
            server.stop()
            done = log("rules", "run", "-r", FALCO_RULES, "-o", "json", server.log)
        cls.stderr = done.stderr
        cls.alerts = {(alert["auditID"], alert["rule"]) for alert in rows(done)}


def _trip_test(rule):
    def test(self):
        audit_id, status = self.answers[rule]
        self.assertIn((audit_id, rule), self.alerts, f"answered {status}; {self.stderr}")

    return test


for _rule, *_ in TRIPS:
    _name = "".join(c.lower() if c.isalnum() else "_" for c in _rule)
    setattr(RealRequests, f"test_trips_{_name}", _trip_test(_rule))


# What trips Sigma's own rules, whatever comes of it: method, path, body, user.
SIGMA_TRIPS = [
    ("POST", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", {"metadata": {"name": "w"}}, "admin"),
    ("POST", "/apis/batch/v1/namespaces/default/cronjobs", {"metadata": {"name": "c"}}, "admin"),
    ("DELETE", "/apis/apps/v1/namespaces/default/deployments/d", None, "admin"),
    ("DELETE", "/api/v1/namespaces/default/events/e", None, "admin"),
    ("POST", PODS + "/p/exec?command=true&stdout=true", None, "admin"),
    ("POST", "/api/v1/namespaces/kube-system/pods", pod("p"), "admin"),
    ("POST", RBAC + "/namespaces/default/rolebindings", {"metadata": {"name": "b"}}, "admin"),
    ("GET", "/api/v1/namespaces/default/secrets", None, "admin"),
    ("POST", "/api/v1/namespaces/default/secrets", {"metadata": {"name": "s"}}, "admin"),
    ("POST", "/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "a"}}, "admin"),
    ("GET", "/api/v1/nodes", None, "mallory"),
]


@unittest.skipUnless(os.environ.get("KAUDIT_SIGMA"), "KAUDIT_SIGMA names no folder with Sigma's own rules")
class SigmasOwnRules(unittest.TestCase):
    DEAD = {
        f"kubernetes_audit_{name}.yml"
        for name in (
            "hostpath_mount",
            "potential_enumeration_activity",
            "privileged_pod_creation",
            "rbac_permisions_listing",
            "sidecar_injection",
        )
    }

    def setUp(self):
        folder = os.environ["KAUDIT_SIGMA"]
        self.files = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".yml"))

    def title(self, path):
        with open(path, encoding="utf-8") as file:
            return next(line[7:].strip() for line in file if line.startswith("title: "))

    def test_check_names_the_five_that_can_never_fire(self):
        done = log("rules", "check", "-o", "json", *self.files)
        dead = {os.path.basename(f["file"]) for f in rows(done) if f["severity"] == "error"}
        self.assertEqual(dead, self.DEAD)

    def test_real_requests_trip_all_others(self):
        with Server(authorization="RBAC") as server:
            for number, (method, path, body, user) in enumerate(SIGMA_TRIPS):
                server.ask(method, path, json.dumps(body).encode() if body else b"", (), user, f"trip-{number}")
            server.stop()
            arguments = [word for path in self.files for word in ("-r", path)]
            done = log("rules", "run", *arguments, "-o", "json", server.log)
        self.assertEqual(done.returncode, 0, done.stderr)
        wanted = {self.title(path) for path in self.files if os.path.basename(path) not in self.DEAD}
        self.assertEqual({alert["rule"] for alert in rows(done)}, wanted)
