"""The explorer's API: who is let in, and what it shows. The page itself is test_explorer_page.py's."""

import http.client
import json
import subprocess
import unittest
import urllib.parse

from kaudit_e2e import load
from kaudit_e2e.explorer import Explorer, explored
from kaudit_e2e.receiver import Receiver, kubeconfig
from kaudit_e2e.server import APISERVER, KAUDIT, Server
from kaudit_e2e.waiting import until

POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: [bob]
- level: Request
  verbs: [create]
- level: Metadata
"""
PODS = "/api/v1/namespaces/default/pods"
POD = b'{"metadata":{"name":"web"},"spec":{"containers":[{"name":"c","image":"i"}]}}'


class Security(unittest.TestCase):
    """Whoever is not meant to see it does not."""

    @classmethod
    def setUpClass(cls):
        cls.server = explored(flags=["--explorer-allow-host", "lab.example.com"])
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.explorer = Explorer(cls.server).open()

    def test_nothing_is_shown_without_the_cookie(self):
        for path in ("/", "/app.js", "/explorer/v1/state", "/explorer/v1/requests", "/explorer/v1/stream"):
            self.assertEqual(self.explorer.ask("GET", path, cookie=False)[0], 403, path)
        for path in ("/explorer/v1/try", "/explorer/v1/policy/check"):
            self.assertEqual(self.explorer.ask("POST", path, {}, cookie=False)[0], 403, path)
        self.assertEqual(self.explorer.ask("GET", "/?token=guess", cookie=False)[0], 403)

    def test_an_address_opens_the_page_once_and_the_next_one_is_printed(self):
        token = self.explorer.token()
        status, headers, _ = self.explorer.ask("GET", f"/?token={token}", cookie=False)
        self.assertEqual(status, 200)
        self.assertIn("HttpOnly; SameSite=Strict", headers["Set-Cookie"])
        self.assertEqual(self.explorer.ask("GET", f"/?token={token}", cookie=False)[0], 403)
        until(lambda: self.explorer.token() != token, "the next address")

    def test_programs_use_an_unused_token_as_a_bearer(self):
        for _ in range(2):
            bearer = {"Authorization": f"Bearer {self.explorer.token()}"}
            self.assertEqual(self.explorer.ask("GET", "/explorer/v1/state", headers=bearer, cookie=False)[0], 200)

    def test_another_host_name_is_refused(self):
        port = self.explorer.host.rsplit(":", 1)[1]
        for host in (f"evil.example.com:{port}", "evil.example.com", "127.0.0.1:1", ""):
            for path in ("/", "/explorer/v1/state"):
                self.assertEqual(self.explorer.ask("GET", path, headers={"Host": host})[0], 421, host)
        for host in (f"localhost:{port}", f"127.0.0.1:{port}", "lab.example.com"):
            self.assertEqual(self.explorer.ask("GET", "/", headers={"Host": host})[0], 200, host)

    def test_another_origin_is_refused(self):
        for origin in ("http://evil.example.com", "null", "http://127.0.0.1:1"):
            for method, path in (("GET", "/explorer/v1/state"), ("POST", "/explorer/v1/try")):
                self.assertEqual(self.explorer.ask(method, path, {}, {"Origin": origin})[0], 403, origin)
        self.assertEqual(self.explorer.ask("POST", "/explorer/v1/try", {}, {"Origin": None})[0], 403)
        self.assertEqual(
            self.explorer.ask("GET", "/explorer/v1/state", headers={"Sec-Fetch-Site": "cross-site"})[0], 403
        )

    def test_what_is_posted_must_be_json_by_its_type(self):
        # What a form of another page can send without being asked first.
        answer = self.explorer.ask("POST", "/explorer/v1/try", {}, {"Content-Type": "text/plain"})
        self.assertEqual(answer[0], 415)

    def test_every_answer_has_a_strict_policy_for_contents(self):
        for path in ("/", "/app.js", "/nowhere", "/explorer/v1/state", "/explorer/v1/nothing"):
            _, headers, _ = self.explorer.ask("GET", path)
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy, path)
            self.assertIn("require-trusted-types-for 'script'", policy, path)
            for exception in ("unsafe", "http:", "https:", "data:", "*"):
                self.assertNotIn(exception, policy, path)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff", path)
            self.assertEqual(headers["Cache-Control"], "no-store", path)

    def test_nothing_but_the_page_is_served(self):
        for path in ("/../main.cpp", "/%2e%2e/etc/passwd", "/page/app.js", "//etc/passwd"):
            self.assertIn(self.explorer.ask("GET", path)[0], (400, 404), path)

    def test_bad_input_is_refused_with_a_reason(self):
        for path, body in (("try", {"method": "GET", "path": "x"}), ("try", {}), ("try", {"method": "G T", "path": "/"})):
            status, _, text = self.explorer.ask("POST", f"/explorer/v1/{path}", body)
            self.assertEqual(status, 422)
            self.assertTrue(json.loads(text)["error"])
        status, _, _ = self.explorer.ask("PUT", "/explorer/v1/policy", {"text": POLICY})
        self.assertEqual(status, 403)  # not without --explorer-allow-apply
        for what in ("requests/0", "requests/x", "requests/99999", "policies/7", "requests?auditID=nobody"):
            self.assertEqual(self.explorer.ask("GET", f"/explorer/v1/{what}")[0], 404, what)


class Live(unittest.TestCase):
    """What is shown is what happened."""

    @classmethod
    def setUpClass(cls):
        cls.server = explored(POLICY)
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.explorer = Explorer(cls.server).open()

    def test_a_request_is_shown_whole(self):
        self.server.ask("POST", PODS, POD, audit_id="whole")
        request = self.explorer.request("whole", lambda r: len(r["deliveries"]) == 2 and r["ended"])
        self.assertEqual((request["user"], request["verb"], request["code"]), ("alice", "create", 201))
        self.assertEqual((request["resource"], request["namespace"], request["name"]), ("pods", "default", "web"))
        steps = [step["step"] for step in request["steps"]]
        self.assertEqual(steps[0], "audit_id")
        self.assertEqual(steps[-1], "handler")
        self.assertEqual(request["answeredBy"], "handler")
        self.assertTrue(all(step["leftNanos"] >= step["enteredNanos"] for step in request["steps"]))
        decision = request["decision"]
        self.assertEqual((decision["level"], decision["rule"]), ("Request", 1))
        self.assertEqual(decision["rules"][0]["field"], "users")
        self.assertIn("alice", decision["rules"][0]["reason"])
        self.assertTrue(decision["rules"][1]["matches"])
        # The events are those of the log, to the byte.
        lines = [line for line in self.server.lines() if b'"auditID":"whole"' in line]
        self.assertEqual([json.loads(line) for line in lines], [entry["event"] for entry in request["events"]])
        self.assertEqual([len(line) + 1 for line in lines], [entry["bytes"] for entry in request["events"]])
        self.assertEqual({(d["backend"], d["step"]) for d in request["deliveries"]}, {("log", "acknowledged")})
        self.assertEqual([view["level"] for view in request["levels"]], ["None", "Metadata", "Request", "RequestResponse"])

    def test_a_request_that_leaves_no_event_is_shown_with_the_reason(self):
        self.server.ask("GET", PODS, user="bob", audit_id="unrecorded")
        request = self.explorer.request("unrecorded")
        self.assertEqual(request["events"], [])
        self.assertEqual((request["decision"]["level"], request["decision"]["rule"]), ("None", 0))

    def test_a_failed_login_and_a_panic_are_told_apart(self):
        self.server.ask("GET", PODS, user="nobody-known", audit_id="login")
        request = self.explorer.request("login", lambda r: r["events"] and r.get("answeredBy"))
        self.assertEqual(request["answeredBy"], "authentication")
        self.assertEqual([entry["stage"] for entry in request["events"]], ["ResponseStarted"])
        self.server.ask("GET", "/debug/panic", user="admin", audit_id="panic")
        request = self.explorer.request("panic", lambda r: len(r["events"]) == 2)
        self.assertEqual(request["events"][-1]["stage"], "Panic")
        self.assertTrue([step for step in request["steps"] if step.get("panicked")])

    def test_the_stream_says_what_is_new(self):
        connection = http.client.HTTPConnection(self.explorer.host, timeout=60)
        self.addCleanup(connection.close)
        version = self.explorer.api("requests")["version"]
        connection.request("GET", f"/explorer/v1/stream?since={version}", headers={"Cookie": self.explorer.cookie})
        stream = connection.getresponse()
        self.assertEqual(stream.getheader("Content-Type"), "text/event-stream")
        self.server.ask("GET", "/version", audit_id="streamed")
        name = b""
        for line in stream:
            if line.startswith(b"event: "):
                name = line[7:].strip()
            if line.startswith(b"data: ") and name == b"requests":
                if "streamed" in [row["auditID"] for row in json.loads(line[6:])["rows"]]:
                    return
        self.fail("the stream ended")

    def test_a_policy_is_held_against_what_was_recorded(self):
        self.server.ask("GET", "/version", audit_id="held")
        self.explorer.request("held", lambda r: r["ended"])
        text = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  nonResourceURLs: [/version]\n- level: Metadata\n"
        result = self.explorer.api("policy/check", "POST", {"text": text})
        self.assertTrue(result["loads"])
        changed = {change["request"]["auditID"]: change for change in result["changes"]}
        self.assertEqual(changed["held"]["before"]["level"], "Metadata")
        self.assertEqual(changed["held"]["after"], {"level": "None", "rule": 0, "line": 4})
        bad = self.explorer.api("policy/check", "POST", {"text": text.replace("Metadata", "Metdata")})
        self.assertFalse(bad["loads"])
        self.assertIn("KA005", [finding["code"] for finding in bad["findings"]])

    def test_the_list_is_filtered_by_the_language_of_log_search(self):
        self.server.ask("GET", "/version", audit_id="filter-version")
        self.server.ask("POST", PODS, POD.replace(b"web", b"filtered"), audit_id="filter-create")
        self.server.ask("GET", PODS, user="bob", audit_id="filter-none")
        for audit_id in ("filter-version", "filter-create", "filter-none"):
            self.explorer.request(audit_id, lambda r: r["ended"])

        def found(text):
            rows = self.explorer.api(f"requests?filter={urllib.parse.quote(text)}")["rows"]
            return {row["auditID"] for row in rows if row["auditID"].startswith("filter-")}

        everything = {"filter-version", "filter-create", "filter-none"}
        for text, expected in (
            ("", everything),
            ("ka.verb = create and ka.target.name = filtered", {"filter-create"}),
            ("ka.response.code = 201 or ka.uri startswith /version", {"filter-create", "filter-version"}),
            # The latest event is asked: the first one of each has no code.
            ("not ka.response.code = 200", {"filter-create"}),
            # What left no event can be found all the same.
            ("kaudit.level = None", {"filter-none"}),
            ("user:bob", {"filter-none"}),
            ("-level:None -code:2xx", set()),
            ("code:2xx pods -user:bob", {"filter-create"}),
            # A body that is recorded, at level Request, and one that was only collected.
            ("jevt.value[/requestObject/spec/containers/0/image] = i", {"filter-create"}),
            ("jevt.value[/responseObject] exists", set()),
        ):
            with self.subTest(text):
                self.assertEqual(found(text), expected)
        # The same as the command finds in the log.
        for text in ("ka.verb = create", "ka.user.name = alice and ka.response.code >= 200"):
            command = [KAUDIT, "log", "search", text, self.server.log, "--output", "json"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            in_log = {json.loads(line)["auditID"] for line in done.stdout.splitlines()}
            self.assertEqual(found(text), {one for one in in_log if one.startswith("filter-")}, text)

    def test_a_filter_is_judged_at_its_character(self):
        def judge(text):
            return self.explorer.api(f"filter?text={urllib.parse.quote(text)}")

        self.assertEqual(judge("ka.verb = get"), {"expression": "ka.verb = get", "words": False})
        self.assertEqual(judge("user:a -verb:get"), {"expression": "ka.user.name = a and not ka.verb = get", "words": True})
        wrong = judge("ka.verb = get and ka.usr.name = x")
        self.assertEqual(wrong["at"], 18)
        self.assertIn("did you mean ka.user.name?", wrong["error"])
        for path in ("requests", "stream"):
            status, _, text = self.explorer.ask("GET", f"/explorer/v1/{path}?filter=ka.verb")
            self.assertEqual(status, 400)
            self.assertIn("operator", json.loads(text)["error"])
        names = {field["name"] for field in self.explorer.api("fields")}
        self.assertTrue({"ka.verb", "ka.user.name", "kaudit.level"} <= names)

    def test_the_stream_has_what_its_filter_lets_through_and_takes_it_back(self):
        connection = http.client.HTTPConnection(self.explorer.host, timeout=60)
        self.addCleanup(connection.close)
        text = urllib.parse.quote("ka.uri contains stream-filter and not ka.response.code = 404")
        connection.request("GET", f"/explorer/v1/stream?filter={text}", headers={"Cookie": self.explorer.cookie})
        messages = (json.loads(line[6:]) for line in connection.getresponse() if line.startswith(b"data: {") and b'"rows"' in line)
        self.assertTrue(next(messages)["all"])
        self.server.ask("GET", "/healthz?stream-filter", audit_id="let-through")
        self.server.ask("GET", f"{PODS}/stream-filter", audit_id="kept-back")
        shown, seen = {}, []
        for message in messages:
            shown.update({row["number"]: row["auditID"] for row in message["rows"]})
            for number in message["gone"]:
                shown.pop(number)
            seen.append(message)
            ended = [row for row in message["rows"] if row["auditID"] == "let-through" and row["ended"]]
            if ended and self.explorer.api("requests?auditID=kept-back")["ended"] and "kept-back" not in shown.values():
                break
        self.assertEqual(set(shown.values()), {"let-through"}, seen)

    def test_every_level_is_shown_as_it_would_be_written(self):
        self.server.ask("POST", PODS, POD.replace(b"web", b"levels"), audit_id="levels")
        request = self.explorer.request("levels", lambda r: r["ended"] and len(r["events"]) == 2)
        self.assertTrue(request["collected"])
        recorded = [entry["event"] for entry in request["events"]]
        for level, members in (
            ("None", None),
            ("Metadata", set()),
            ("Request", {"requestObject"}),
            ("RequestResponse", {"requestObject", "responseObject"}),
        ):
            answer = self.explorer.api(f"requests/{request['number']}/levels/{level}")
            events = [entry["event"] for entry in answer["events"]]
            if members is None:
                self.assertEqual(events, [])
                continue
            self.assertEqual([event["level"] for event in events], [level, level])
            self.assertEqual({name for name in events[-1] if name.endswith("Object")}, members)
            self.assertEqual([e["stage"] for e in events], [e["stage"] for e in recorded])
            if level == "Request":
                self.assertEqual(events, recorded)
            view = next(view for view in request["levels"] if view["level"] == level)
            self.assertEqual([stage["bytes"] for stage in view["stages"]], [entry["bytes"] for entry in answer["events"]])
        self.assertEqual(events[-1]["responseObject"]["metadata"]["name"], "levels")
        for wrong in ("levels/Everything", "levels/", "levels"):
            self.assertEqual(self.explorer.ask("GET", f"/explorer/v1/requests/{request['number']}/{wrong}")[0], 404, wrong)

    def test_levels_of_what_is_not_recorded_are_known(self):
        self.server.ask("GET", PODS, user="bob", audit_id="levels-none")
        request = self.explorer.request("levels-none", lambda r: r["ended"] and r.get("collected"))
        self.assertEqual(request["events"], [])
        answer = self.explorer.api(f"requests/{request['number']}/levels/RequestResponse")
        self.assertEqual(answer["events"][-1]["event"]["responseObject"]["kind"], "PodList")
        self.assertEqual([line for line in self.server.lines() if b"levels-none" in line], [])

    def test_what_a_client_sends_is_never_markup_in_an_answer(self):
        markup = "<img/src=x/onerror=alert(1)>"
        self.server.ask("GET", f"/version?{markup}", headers=[("User-Agent", markup)], audit_id="markup")
        self.explorer.request("markup", lambda r: r["ended"])
        number = self.explorer.api("requests?auditID=markup")["number"]
        for what in ("requests", "requests?auditID=markup", f"requests/{number}/levels/RequestResponse", f"filter?text=user:{markup}"):
            self.assertNotIn("<img", self.explorer.ask("GET", f"/explorer/v1/{what}")[2], what)


class Trials(unittest.TestCase):
    def test_a_request_can_be_tried_as_anybody(self):
        with explored(flags=["--authorization-mode=RBAC"], identities=False) as server:
            explorer = Explorer(server).open()
            tried = explorer.api(
                "try", "POST", {"method": "GET", "path": PODS, "user": "jane", "groups": ["system:masters"]}
            )
            self.assertEqual(tried["status"], 200)
            self.assertEqual(explorer.request(tried["auditID"])["user"], "jane")
            refused = explorer.api("try", "POST", {"method": "GET", "path": PODS, "user": "jane"})
            self.assertEqual(refused["status"], 403)
            self.assertEqual(explorer.request(refused["auditID"])["answeredBy"], "authorization")
            acting = {"method": "GET", "path": PODS, "user": "root", "groups": ["system:masters"], "asUser": "jane"}
            request = explorer.request(explorer.api("try", "POST", acting)["auditID"], lambda r: r["ended"])
            self.assertEqual((request["user"], request["as"]), ("root", "jane"))
            watched = explorer.api(
                "try", "POST", {"method": "GET", "path": PODS + "?watch=1&timeoutSeconds=1", "user": "r", "groups": ["system:masters"]}
            )
            self.assertEqual(watched["status"], 200)

    def test_a_policy_is_put_in_force_where_that_is_allowed(self):
        with explored(POLICY, flags=["--explorer-allow-apply"]) as server:
            explorer = Explorer(server).open()
            server.ask("GET", "/version", audit_id="before")
            everything = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: RequestResponse\n"
            self.assertEqual(explorer.api("policy", "PUT", {"text": everything})["version"], 2)
            server.ask("GET", PODS, audit_id="after")
            self.assertEqual(server.events_of("after", 2)[-1]["level"], "RequestResponse")
            self.assertEqual(explorer.request("after")["decision"]["policyVersion"], 2)
            # What was decided before is explained by what decided it.
            self.assertEqual(explorer.request("before")["decision"]["level"], "Metadata")
            self.assertEqual(explorer.api("policies/1")["text"], POLICY)
            status, _, text = explorer.ask("PUT", "/explorer/v1/policy", {"text": "rules: 1"})
            self.assertEqual(status, 422)
            self.assertEqual(explorer.api("state")["policy"]["version"], 2)


class Load(unittest.TestCase):
    def test_of_a_load_that_goes_on_what_was_not_looked_at_is_counted(self):
        sent = 9_000
        with explored(POLICY, flags=["--audit-log-mode=batch"]) as server:
            explorer = Explorer(server).open()
            load.run(server.port, server.pki, "/version", requests=sent, connections=8)

            def counts():
                rows = explorer.api("requests?limit=1")
                looked_at = rows["forgotten"] + rows["remembered"]
                return looked_at, rows["unseen"], rows["dropped"]

            until(lambda: sum(counts()) >= sent, lambda: f"{sent} requests: {counts()}")
            looked_at, unseen, dropped = counts()
            self.assertEqual((looked_at + unseen, dropped), (sent, 0))
            self.assertGreaterEqual(looked_at, 5_000)
            self.assertGreater(unseen, 0)
            server.ask("GET", "/version", audit_id="later")
            self.assertEqual(len(server.events_of("later", 2)), 2, "all are audited, looked at or not")


class Backends(unittest.TestCase):
    def test_each_step_of_a_delivery_is_shown(self):
        with Receiver() as receiver:
            server = explored(POLICY)
            server.arguments += [
                "--audit-webhook-config-file",
                server.write("webhook.yaml", kubeconfig(receiver.url)),
                "--audit-webhook-batch-max-wait=20ms",
            ]
            with server:
                explorer = Explorer(server).open()
                server.ask("GET", "/version", audit_id="delivered")

                def done(request):
                    steps = [d["step"] for d in request["deliveries"] if d["backend"] == "webhook"]
                    return steps.count("acknowledged") == 2

                request = explorer.request("delivered", done)
                webhook = [d for d in request["deliveries"] if d["backend"] == "webhook"]
                first = [d["step"] for d in webhook if d["stage"] == "RequestReceived"]
                self.assertEqual(first, ["queued", "batched", "acknowledged"])
                batch = next(d["batch"] for d in webhook if d["step"] == "batched")
                self.assertIn(request["number"], explorer.api(f"batches?backend=webhook&batch={batch}")["numbers"])
                reports = {report["backend"]: report for report in explorer.api("backends")}
                self.assertEqual(set(reports), {"log", "webhook"})
                self.assertTrue(reports["webhook"]["figures"])


WEBHOOK = ["--explorer-receiver", "--audit-webhook-batch-max-wait=20ms", "--audit-webhook-initial-backoff=20ms"]


class BuiltInReceiver(unittest.TestCase):
    """--explorer-receiver: one command, and a receiver that misbehaves."""

    @classmethod
    def setUpClass(cls):
        cls.server = explored(POLICY, flags=WEBHOOK)
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.explorer = Explorer(cls.server).open()

    def tell(self, mood, **more):
        return self.explorer.api("receiver", "PUT", {"mood": mood, **more})

    def steps_of(self, audit_id, enough):
        def of(request):
            return [d for d in request["deliveries"] if d["backend"] == "webhook"]

        return of(self.explorer.request(audit_id, lambda request: enough([d["step"] for d in of(request)])))

    def test_it_takes_what_the_server_sends(self):
        self.tell("take")
        self.server.ask("GET", "/version", audit_id="taken")
        self.steps_of("taken", lambda steps: steps.count("acknowledged") == 2)
        state = self.explorer.api("receiver")
        self.assertEqual((state["mood"], state["tries"][0]["answer"]), ("take", "200"))
        self.assertGreaterEqual(state["events"], 2)
        items = self.explorer.api("receiver/list")["items"]
        self.assertTrue({item["auditID"] for item in items})

    def test_a_failure_is_retried_and_delivered_late(self):
        self.tell("fail", lists=2)
        self.server.ask("GET", "/version", audit_id="failed")
        steps = self.steps_of("failed", lambda steps: steps.count("acknowledged") == 2)
        self.assertIn("retried", [d["step"] for d in steps])
        self.assertEqual(self.explorer.api("receiver")["mood"], "take")

    def test_what_is_refused_for_good_is_lost(self):
        self.tell("refuse")
        self.server.ask("GET", "/version", audit_id="refused")
        steps = self.steps_of("refused", lambda steps: steps.count("lost") == 2)
        self.assertEqual({d["reason"] for d in steps if d["step"] == "lost"}, {"refused"})
        self.assertEqual(self.explorer.api("receiver")["tries"][0]["answer"], "403")
        self.tell("take")

    def test_an_answer_that_is_forgotten_makes_a_duplicate(self):
        self.tell("take")
        before = self.explorer.api("receiver")["twice"]
        self.tell("forget", lists=1)
        self.server.ask("GET", "/version", audit_id="forgotten")
        self.steps_of("forgotten", lambda steps: steps.count("acknowledged") == 2)
        until(lambda: self.explorer.api("receiver")["twice"] > before, "an event that came twice")

    def test_what_hangs_is_let_go_when_it_is_told_something_else(self):
        self.tell("hang")
        self.server.ask("GET", "/version", audit_id="hanging")
        until(lambda: any(one["mood"] == "hang" for one in self.explorer.api("receiver")["tries"]), "a list that hangs")
        self.assertFalse(next(one for one in self.explorer.api("receiver")["tries"] if one["mood"] == "hang").get("answer"))
        self.tell("take")
        self.steps_of("hanging", lambda steps: steps.count("acknowledged") == 2)

    def test_what_it_is_told_is_judged(self):
        for order in ({}, {"mood": "sad"}, {"mood": "slow", "delayMs": -1}, {"mood": "fail", "lists": "2"}):
            status, _, text = self.explorer.ask("PUT", "/explorer/v1/receiver", order)
            self.assertEqual(status, 422, order)
            self.assertTrue(json.loads(text)["error"])

    def test_nobody_else_tells_it_anything(self):
        for headers, cookie in (({"Origin": "http://evil.example.com"}, True), ({"Origin": None}, True), ({}, False)):
            status, _, _ = self.explorer.ask("PUT", "/explorer/v1/receiver", {"mood": "fail"}, headers, cookie)
            self.assertEqual(status, 403)
        self.assertEqual(self.explorer.ask("GET", "/explorer/v1/receiver", headers={"Host": "evil.example.com"})[0], 421)
        # Its own port takes lists of the server alone, which knows the path.
        url = self.explorer.api("receiver")["url"]
        before = self.explorer.api("receiver")["lists"]
        for path in ("/", "/audit", "/" + "0" * 64):
            connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
            self.addCleanup(connection.close)
            connection.request("POST", path, '{"items":[{}]}', {"Content-Type": "application/json"})
            self.assertEqual(connection.getresponse().status, 404)
        self.assertEqual(self.explorer.api("receiver")["lists"], before)

    def test_a_server_stops_though_it_hangs(self):
        with explored(POLICY, flags=WEBHOOK) as server:
            explorer = Explorer(server).open()
            explorer.api("receiver", "PUT", {"mood": "hang"})
            server.ask("GET", "/version", audit_id="held")
            until(lambda: explorer.api("receiver")["lists"] > 0, "a list that hangs")
            self.assertEqual(server.stop(), 0)
            self.assertRegex(server.stderr(), r"webhook has delivered \d+ events, lost 0, and holds 0")

    def test_without_a_policy_everything_is_recorded(self):
        with explored(flags=WEBHOOK) as server:
            explorer = Explorer(server).open()
            server.ask("GET", PODS, audit_id="everything")
            request = explorer.request("everything", lambda r: len(r["deliveries"]) >= 6)
            self.assertEqual(request["events"][-1]["event"]["level"], "RequestResponse")
            self.assertEqual(explorer.api("state")["policy"]["name"], "everything")

    def test_without_the_flag_there_is_none(self):
        with explored(POLICY) as server:
            explorer = Explorer(server).open()
            for what in ("receiver", "receiver/list"):
                self.assertEqual(explorer.ask("GET", f"/explorer/v1/{what}")[0], 404, what)
            self.assertNotIn("receiver", explorer.api("state"))


def printed(server):
    with open(server.at("stdout"), encoding="utf-8") as file:
        return file.read()


class Trace(unittest.TestCase):
    def test_each_request_is_a_block_of_text(self):
        with Server(POLICY, flags=["--audit-trace"]) as server:
            server.ask("POST", PODS, POD, audit_id="traced")
            until(lambda: "traced" in printed(server), lambda: f"the request in:\n{printed(server)}")
            text = printed(server)
            self.assertIn(f"POST {PODS}  201", text)
            self.assertIn("by handler", text)
            self.assertIn("not rule 0: users [bob]", text)
            self.assertRegex(text, r"policy +Request: rule 1 \(.*policy.yaml:6\)")
            self.assertRegex(text, r"RequestReceived \+0.00 ms  \d+ bytes  log: acknowledged")
            self.assertNotIn("\x1b", text)
            self.assertNotIn("Explorer on", server.stderr())

    def test_as_json_it_is_a_line_a_request(self):
        with Server(POLICY, flags=["--audit-trace=json"]) as server:
            server.ask("GET", "/version", audit_id="one")
            server.ask("GET", "/version", user="bob", audit_id="two")
            until(lambda: printed(server).count("\n") >= 2, lambda: f"two lines in:\n{printed(server)}")
            lines = {line["auditID"]: line for line in map(json.loads, printed(server).splitlines())}
        self.assertEqual(lines["one"]["decision"]["rule"], 2)
        self.assertEqual([d["step"] for d in lines["one"]["deliveries"]], ["acknowledged", "acknowledged"])
        self.assertEqual(lines["two"]["events"], [])

    def test_it_goes_to_standard_error_where_the_log_has_standard_output(self):
        with Server(POLICY, flags=["--audit-trace"], log="-") as server:
            server.ask("GET", "/version", audit_id="traced")
            server.events_of("traced", 2)
            until(lambda: "by handler" in server.stderr(), lambda: f"the request in:\n{server.stderr()}")

    def test_a_request_is_traced_from_another_terminal(self):
        with explored(POLICY) as server:
            explorer = Explorer(server)
            url = explorer.addresses()[-1][0]
            server.ask("POST", PODS, POD, audit_id="traced")
            done = subprocess.run([KAUDIT, "trace", "traced", "--server", url], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"POST {PODS}  201", done.stdout)
            self.assertIn("log: acknowledged", done.stdout)
            unknown = subprocess.run([KAUDIT, "trace", "nobody", "--server", url], capture_output=True, text=True, timeout=60)
            self.assertEqual((unknown.returncode, unknown.stdout), (1, ""))
            curl = ["curl", "-s", "--cacert", f"{server.pki}/ca.crt", "-H", "Authorization: Bearer alice-token", "-H", "Audit-ID: by-command"]
            command = [KAUDIT, "trace", "--server", url, "--", *curl, "-o", "/dev/null", server.url + "/version"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("by-command", done.stdout)
            self.assertNotIn("traced", done.stdout)
            wrong = subprocess.run([KAUDIT, "trace", "x", "--server", url + "0"], capture_output=True, text=True, timeout=60)
            self.assertEqual(wrong.returncode, 2)
            self.assertIn("Explorer on", wrong.stderr)

    def test_wrong_flags_are_refused(self):
        for flags, words in (
            (["--audit-trace=xml"], "neither text nor json"),
            (["--explorer=nowhere:1"], "not an IP address and a port"),
            (["--explorer-allow-apply"], "needs --explorer"),
            (["--explorer-receiver"], "needs --explorer"),
            (["--explorer", "--explorer-receiver", "--audit-webhook-config-file=x"], "names another receiver"),
            (["--explorer", "--explorer-receiver", "--audit-webhook-batch-max-size=0"], "webhook max batch size 0"),
            (["--explorer-allow-host=x"], "needs --explorer"),
        ):
            done = subprocess.run([APISERVER, "--secure-port", "0", *flags], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, flags)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
