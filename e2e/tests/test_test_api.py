"""The test API (docs/testing.md): resets, snapshots, faults, events, the clock, over real connections."""

import json
import threading
import time
import unittest
import urllib.parse

from kaudit_e2e import http
from kaudit_e2e.server import PATIENCE, PLAIN, Server
from kaudit_e2e.waiting import until

API = "/kaudit/v1"
CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
SECRETS = "/api/v1/namespaces/default/secrets"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"
TOKEN = "the-tests-own-token"


def configmap(name, value="1"):
    return json.dumps({"metadata": {"name": name}, "data": {"value": value}}).encode()


class Steered(Server):
    """A server with the test API, and short ways to it."""

    def __init__(self, *flags, policy=None, **more):
        super().__init__(policy=policy, flags=["--enable-test-api", *flags], **more)

    def api(self, method, path, body=None, user="admin", expect=200):
        answer = self.ask(method, API + path, json.dumps(body).encode() if body is not None else b"", user=user)
        if expect and answer.status not in (expect, 201):
            raise AssertionError(f"{method} {path}: {answer.status} {answer.text()}")
        return json.loads(answer.body)

    def fault(self, action, **match):
        times = match.pop("times", None)
        fault = {"match": match, "action": action}
        return self.api("POST", "/faults", {**fault, "times": times} if times else fault)["id"]

    def events(self, **query):
        return self.api("GET", "/audit/events?" + urllib.parse.urlencode(query, doseq=True))["items"] or []

    def items(self, path=CONFIGMAPS, user="alice"):
        listed = json.loads(self.ask("GET", path, user=user).body)
        return {item["metadata"]["name"]: item for item in listed["items"]}, listed["metadata"]["resourceVersion"]


class Watch:
    """A watch on its own connection; events() reads until the stream ends."""

    def __init__(self, server, path, user="alice"):
        self.connection = server.connect("admin" if user == "admin" else None)
        token = None if user == "admin" else f"{user}-token"
        self.connection.send(http.request("GET", path, [], b"", token, "watch"))
        self.status, self.headers = self.connection.head()
        self.chunks = self.connection.chunks()
        self.lines = []
        self.broken = False

    def read(self, enough=lambda lines: False):
        pending = b""
        try:
            for chunk in self.chunks:
                pending += chunk
                *lines, pending = pending.split(b"\n")
                self.lines += [json.loads(line) for line in lines]
                if enough(self.lines):
                    return self.lines
        except (EOFError, OSError):
            self.broken = True
        return self.lines

    def close(self):
        self.connection.close()


class TestApi(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Steered())

    def create(self, name, value="1", user="alice"):
        answer = self.server.ask("POST", CONFIGMAPS, configmap(name, value), user=user)
        self.assertEqual(answer.status, 201, answer.text())
        return json.loads(answer.body)

    # --- what it is

    def test_every_path_of_its_document_is_there_and_no_other(self):
        document = self.server.api("GET", "/openapi.json")
        self.assertEqual(document["openapi"][:2], "3.")
        for path, item in document["paths"].items():
            path = path.replace("{name}", "x").replace("{id}", "x")
            for method in ("get", "put", "post", "delete", "patch"):
                status = self.server.ask(method.upper(), path, b"", user="admin").status
                with self.subTest(path, method=method):
                    self.assertEqual(status == 405, method not in item, status)
        self.assertEqual(self.server.ask("GET", API + "/else", user="admin").status, 404)

    def test_errors_are_status_objects(self):
        for method, path, body, code, words in (
            ("POST", "/reset", b"{", 400, "not JSON"),
            ("POST", "/reset", b'{"keep":["x"]}', 400, "events, faults, clock"),
            ("POST", "/faults", b'{"action":{"status":200}}', 400, "action.status"),
            ("POST", "/faults", b'{"action":{"statu":500}}', 400, "action.statu"),
            ("POST", "/faults", b'{"match":{"user":["a"]},"action":{"status":500}}', 400, "match.user"),
            ("POST", "/faults", b"{}", 400, "say what goes wrong"),
            ("GET", "/faults/none", b"", 404, "none"),
            ("POST", "/snapshots/none/restore", b"", 404, "none"),
            ("PUT", "/snapshots/a%20b", b"", 400, "is not a name"),
            ("GET", "/audit/events?usr=a", b"", 400, "auditID"),
            ("GET", "/audit/events?wait=2h", b"", 400, "50s"),
            ("POST", "/clock", b'{"advance":"soon"}', 400, "invalid duration"),
            ("POST", "/clock", b'{"advance":"2000000h"}', 422, "100 years"),
            ("PATCH", "/clock", b"", 405, "GET, POST, DELETE"),
        ):
            with self.subTest(method + path, body=body):
                answer = self.server.ask(method, API + path, body, user="admin")
                status = json.loads(answer.body)
                self.assertEqual((answer.status, status["kind"], status["code"]), (code, "Status", code))
                self.assertIn(words, status["message"])

    # --- reset and snapshots

    def test_a_reset_goes_back_to_the_state_of_the_start(self):
        before, version = self.server.items()
        self.create("new")
        self.server.ask("PATCH", CONFIGMAPS + "/kube-root-ca.crt", b'{"metadata":{"labels":{"a":"b"}}}',
                        [("Content-Type", "application/merge-patch+json")])
        self.server.ask("POST", "/api/v1/namespaces", b'{"metadata":{"name":"other"}}')
        answer = self.server.api("POST", "/reset")
        after, later = self.server.items()
        self.assertEqual(after.keys(), before.keys())
        self.assertNotIn("labels", after["kube-root-ca.crt"]["metadata"])
        self.assertEqual(later, answer["resourceVersion"])
        self.assertGreater(int(later), int(version))
        self.assertGreaterEqual(answer["changed"], 4)
        self.assertEqual(self.server.ask("GET", "/api/v1/namespaces/other").status, 404)

    def test_watches_end_with_410_and_old_versions_are_gone(self):
        _, version = self.server.items()
        watch = Watch(self.server, CONFIGMAPS + f"?watch=1&resourceVersion={version}")
        self.create("seen")
        watch.read(lambda lines: lines)
        self.server.api("POST", "/reset")
        lines = watch.read()
        self.assertFalse(watch.broken, "it ends properly")
        self.assertEqual([line["type"] for line in lines], ["ADDED", "ERROR"])
        self.assertEqual(lines[-1]["object"]["code"], 410)
        watch.close()
        again = Watch(self.server, CONFIGMAPS + f"?watch=1&resourceVersion={version}")
        lines = again.read()
        self.assertEqual((lines[0]["type"], lines[0]["object"]["code"]), ("ERROR", 410))
        again.close()
        old = self.server.ask("GET", CONFIGMAPS + f"?resourceVersion={version}&resourceVersionMatch=Exact")
        self.assertEqual(old.status, 410)

    def test_snapshots_are_taken_and_restored_by_name(self):
        self.create("a")
        taken = self.server.api("PUT", "/snapshots/with-a")
        self.server.ask("DELETE", CONFIGMAPS + "/a")
        self.create("b")
        self.assertEqual(self.server.api("GET", "/snapshots")["items"], [taken])
        self.server.api("POST", "/snapshots/with-a/restore")
        self.assertEqual(set(self.server.items()[0]) - {"kube-root-ca.crt"}, {"a"})
        self.server.api("POST", "/reset")
        self.assertNotIn("a", self.server.items()[0])
        self.server.api("POST", "/snapshots/with-a/restore")
        self.assertIn("a", self.server.items()[0], "a reset forgets no snapshot")
        self.server.api("DELETE", "/snapshots/with-a")
        self.server.api("POST", "/snapshots/with-a/restore", expect=404)

    def test_owners_of_what_came_back_are_known_again(self):
        owner = self.create("owner")
        reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"]}
        dependent = {"metadata": {"name": "dependent", "ownerReferences": [reference]}}
        self.server.ask("POST", CONFIGMAPS, json.dumps(dependent).encode())
        self.server.api("PUT", "/snapshots/both")
        self.server.ask("DELETE", CONFIGMAPS + "/owner")
        self.assertNotIn("dependent", self.server.items()[0])
        self.server.api("POST", "/snapshots/both/restore")
        self.assertIn("dependent", self.server.items()[0])
        self.server.ask("DELETE", CONFIGMAPS + "/owner")
        self.assertNotIn("dependent", self.server.items()[0], "goes with its owner")

    def test_roles_that_came_back_count(self):
        # (No objects of another kind need the server's own index so much.)
        self.server.api("PUT", "/snapshots/s")
        roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
        self.assertEqual(self.server.ask("DELETE", roles + "/view").status, 200)
        self.server.api("POST", "/snapshots/s/restore")
        self.assertEqual(self.server.ask("GET", roles + "/view").status, 200)

    def test_owners_that_are_custom_objects_are_known_again(self):
        self.define("widgets")
        owner = json.loads(self.server.ask("POST", WIDGETS, b'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"owner"}}').body)
        reference = {"apiVersion": "example.com/v1", "kind": "Widget", "name": "owner", "uid": owner["metadata"]["uid"]}
        dependent = {"metadata": {"name": "dependent", "ownerReferences": [reference]}}
        self.server.ask("POST", CONFIGMAPS, json.dumps(dependent).encode())
        own = {"apiVersion": "example.com/v1", "kind": "Widget", **dependent}
        self.assertEqual(self.server.ask("POST", WIDGETS, json.dumps(own).encode()).status, 201)
        self.server.api("PUT", "/snapshots/both")
        for after in ("reset", "snapshots/both/restore"):
            # With its kind gone in between, and without.
            self.server.api("POST", "/" + after)
            self.server.api("POST", "/snapshots/both/restore")
            self.assertEqual(set(self.server.items(WIDGETS)[0]), {"owner", "dependent"})
            self.server.ask("DELETE", WIDGETS + "/owner")
            self.assertEqual(set(self.server.items(WIDGETS)[0]), set(), f"goes with its owner, after {after}")
            self.assertNotIn("dependent", self.server.items()[0], f"goes with its owner, after {after}")
            self.server.api("POST", "/snapshots/both/restore")

    def test_definitions_and_their_objects_go_and_come_with_the_state(self):
        groups = lambda: [g["name"] for g in json.loads(self.server.ask("GET", "/apis").body)["groups"]]
        self.define("widgets")
        self.server.ask("POST", WIDGETS, b'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":3}}')
        _, version = self.server.items(WIDGETS)
        watch = Watch(self.server, WIDGETS + f"?watch=1&resourceVersion={version}")
        self.server.api("PUT", "/snapshots/defined")
        self.server.api("POST", "/reset")
        self.assertIn("ERROR", [line["type"] for line in watch.read()])
        watch.close()
        self.assertEqual(self.server.ask("GET", WIDGETS).status, 404)
        self.assertNotIn("example.com", groups())
        self.server.api("POST", "/snapshots/defined/restore")
        self.assertIn("example.com", groups())
        self.assertEqual(self.server.items(WIDGETS)[0]["a"]["spec"], {"size": 3})
        refused = self.server.ask("POST", WIDGETS, b'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"b"},"spec":{"size":"x"}}')
        self.assertEqual(refused.status, 422, "its schema is known again")

    def define(self, plural):
        schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
        definition = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": plural + ".example.com"},
                      "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": plural, "kind": plural[:-1].capitalize()},
                               "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}]}}  # fmt: skip
        answer = self.server.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json.dumps(definition).encode())
        self.assertEqual(answer.status, 201, answer.text())

    def test_a_reset_while_eight_clients_watch_and_write(self):
        """No client sees an object of before, every watch ends, and memory is what it was. Which objects are of before is
        said by versions, which never go back: those at or below the version that a reset has answered with."""
        rounds, stop = 12, threading.Event()
        start, version = self.server.items()
        resident = self.server.resident_kb()
        resets = [int(version)]  # the version of each reset, by its number; the start is number 0
        wrong, listed, streams = [], [], []  # (number of the last reset before it, items) and (version of the list, lines)

        def write(number):
            with self.server.connect() as connection:
                def ask(method, path, body=b"", content_type="application/json"):
                    connection.send(http.request(method, path, [("Content-Type", content_type)], body, "alice-token", f"w-{number}"))
                    return connection.response(method)

                count, last = 0, None  # what was made last: its name, and the resets that there had been when it was answered
                while not stop.is_set():
                    count += 1
                    before = len(resets) - 1
                    if last and last[1] < before and ask("GET", CONFIGMAPS + "/" + last[0]).status != 404:
                        wrong.append(f"writer {number} still sees {last[0]} of round {last[1]} in round {before}")
                    name = f"w{number}-{count}"
                    made = ask("POST", CONFIGMAPS, configmap(name))
                    if made.status != 201:
                        wrong.append(f"writer {number}: {made.status} {made.text()}")
                        return
                    # (A reset may come in between: then it is not there any more.)
                    changed = ask("PATCH", CONFIGMAPS + "/" + name, b'{"data":{"value":"2"}}', "application/merge-patch+json")
                    deleted = ask("DELETE", CONFIGMAPS + "/" + name).status if count % 3 == 0 else 200
                    if changed.status not in (200, 404) or deleted not in (200, 404):
                        wrong.append(f"writer {number}: {changed.status}, {deleted}")
                    # A reset that has begun by now may still take it, one that is done must have.
                    last = None if count % 3 == 0 else (name, len(begun) - 1)

        def watch(number):
            while not stop.is_set():
                before = len(resets) - 1
                items, version = self.server.items()
                listed.append((before, items))
                stream = Watch(self.server, CONFIGMAPS + f"?watch=1&resourceVersion={version}&timeoutSeconds=5")
                lines = stream.read(lambda lines: stop.is_set())
                stream.close()
                errors = [line for line in lines if line["type"] == "ERROR"]
                if any(line["object"]["code"] != 410 for line in errors) or (errors and lines[-1] is not errors[-1]):
                    wrong.append(f"watcher {number}: {errors}, {lines[-1]}")
                streams.append((int(version), [line for line in lines if line not in errors]))

        begun = [0]
        threads = [threading.Thread(target=f, args=(n,)) for n in range(4) for f in (write, watch)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(rounds):
                until(lambda: wrong or len(self.server.items()[0]) > 8, "some writes")
                begun.append(0)
                resets.append(int(self.server.api("POST", "/reset")["resourceVersion"]))
        finally:
            stop.set()
            self.server.ask("POST", CONFIGMAPS, configmap("last"))
            resets.append(int(self.server.api("POST", "/reset")["resourceVersion"]))
            for thread in threads:
                thread.join(PATIENCE)
        self.assertEqual(wrong, [])
        self.assertGreater(len(listed), rounds)
        for before, items in listed:
            for name, item in items.items():
                if name not in start:
                    self.assertGreater(int(item["metadata"]["resourceVersion"]), resets[before], f"{name}, listed in round {before}")
        for version, lines in streams:
            end = min((reset for reset in resets if reset > version), default=None)
            versions = [int(line["object"]["metadata"]["resourceVersion"]) for line in lines]
            self.assertEqual(versions, sorted(versions))
            self.assertTrue(all(version < one for one in versions), "nothing of before")
            self.assertTrue(end is None or all(one < end for one in versions), "a watch ends with a reset")
        self.assertEqual(self.server.items()[0].keys(), start.keys())
        self.assertTrue(any(lines for _, lines in streams))
        if PLAIN:
            until(lambda: self.server.resident_kb() < resident + 16 * 1024, lambda: f"{self.server.resident_kb()} KB to become {resident}")

    # --- events

    def test_a_test_can_say_that_one_secret_was_read_by_one_user(self):
        self.server.ask("POST", SECRETS, b'{"metadata":{"name":"s"},"stringData":{"a":"b"}}', user="bob")
        self.server.api("DELETE", "/audit/events")
        self.server.ask("GET", SECRETS + "/s", user="alice")
        events = self.server.events(user="alice", verb="get", resource="secrets", stage="ResponseComplete", wait="2s")
        self.assertEqual(len(events), 1)
        event = events[0]
        self.assertEqual((event["objectRef"]["name"], event["responseStatus"]["code"]), ("s", 200))
        self.assertEqual(event["level"], "RequestResponse")
        self.assertEqual(event["responseObject"]["data"], {"a": "Yg=="})
        self.assertEqual([e["stage"] for e in self.server.events(auditID="setup", name="s")],
                         ["RequestReceived", "ResponseComplete"])  # fmt: skip
        self.assertEqual(self.server.events(user=["bob", "nobody"]), [], "they were cleared")

    def test_requests_to_it_are_not_events(self):
        self.server.api("GET", "/clock")
        self.server.api("GET", "/clock", user="alice", expect=403)
        self.assertEqual([e for e in self.server.events() if "kaudit" in e["requestURI"]], [])

    def test_events_are_waited_for(self):
        found = []
        wait = threading.Thread(target=lambda: found.extend(
            self.server.events(resource="configmaps", verb="create", stage="ResponseComplete", wait="50s", count=2)))  # fmt: skip
        wait.start()
        self.create("one")
        self.create("two")
        wait.join(PATIENCE)
        self.assertEqual([e["objectRef"]["name"] for e in found], ["one", "two"])
        began = time.monotonic()
        self.assertEqual(self.server.events(name="never", wait="100ms"), [])
        self.assertGreaterEqual(time.monotonic() - began, 0.1)

    # --- the clock

    def test_the_clock_moves_what_is_written_and_what_is_judged(self):
        account = "/api/v1/namespaces/default/serviceaccounts/default/token"
        request = b'{"spec":{"expirationSeconds":3600}}'
        token = json.loads(self.server.ask("POST", account, request).body)["status"]["token"]
        who = "/apis/authentication.k8s.io/v1/selfsubjectreviews"

        def review():
            with self.server.connect() as connection:
                connection.send(http.request("POST", who, [("Content-Type", "application/json")], b"{}", token, "r"))
                return connection.response("POST").status

        first = self.create("first")["metadata"]["creationTimestamp"]
        self.assertEqual(review(), 201)
        now = self.server.api("POST", "/clock", {"advance": "2h"})
        self.assertEqual(now["advanced"], "2h0m0s")
        self.assertEqual(review(), 401, "the token has expired")
        later = self.create("later")["metadata"]["creationTimestamp"]
        self.assertGreater(later[:13], first[:13])
        event = self.server.events(name="later", stage="ResponseComplete")[0]
        self.assertGreaterEqual(event["stageTimestamp"], later[:-1])
        self.server.api("POST", "/reset")
        self.assertEqual(self.server.api("GET", "/clock")["advanced"], "0s")


class Access(unittest.TestCase):
    def test_without_the_flag_it_is_a_path_like_any_other(self):
        with Server() as server:
            for path in ("", "/openapi.json", "/reset", "/faults"):
                answer = server.ask("GET", API + path, user="admin")
                unknown = server.ask("GET", "/kaudit-v1-unknown", user="admin")
                self.assertEqual((answer.status, answer.body), (404, unknown.body), path)

    def test_who_may_and_who_may_not(self):
        server = Steered()
        server.arguments += ["--test-api-token-file", server.write("token", TOKEN + "\n")]
        with server:
            for user, headers, code in (
                ("admin", [], 200),
                (None, [("Authorization", f"Bearer {TOKEN}")], 200),
                (None, [("Authorization", f"Bearer {TOKEN}x")], 401),
                (None, [("Authorization", f"Bearer {TOKEN[:-1]}")], 401),
                (None, [("Authorization", f"Basic {TOKEN}")], 401),
                (None, [], 401),
                ("alice", [], 403),
                ("admin", [("Impersonate-User", "alice")], 403),
                ("admin", [("Impersonate-User", "x"), ("Impersonate-Group", "system:masters")], 403),
                ("front-proxy", [("X-Remote-User", "x"), ("X-Remote-Group", "system:masters")], 200),
                ("front-proxy", [("X-Remote-User", "x")], 403),
            ):
                for method, path in (("GET", "/clock"), ("GET", "/faults"), ("GET", "/audit/events"),
                                     ("POST", "/reset"), ("PUT", "/snapshots/x"), ("GET", "/openapi.json")):  # fmt: skip
                    with self.subTest(user=user, headers=headers, path=path):
                        answer = server.ask(method, API + path, b"", headers, user)
                        self.assertEqual(answer.status, code, answer.text())
                        if code >= 400:
                            self.assertEqual(json.loads(answer.body)["kind"], "Status")
            self.assertEqual(
                server.ask("GET", CONFIGMAPS, b"", [("Authorization", f"Bearer {TOKEN}")], None).status,
                401,
                "the token opens nothing else",
            )


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Steered()
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)

    def setUp(self):
        self.server.api("POST", "/reset")

    def event_of(self, fault, **more):
        events = self.server.events(fault=fault, stage="ResponseComplete", wait="10s", **more)
        self.assertEqual(len(events), 1, events)
        return events[0]

    def test_statuses_are_answered_in_the_handlers_place(self):
        for code, reason in ((409, "Conflict"), (410, "Expired"), (429, "TooManyRequests"), (500, "InternalError"),
                             (503, "ServiceUnavailable"), (504, "Timeout")):  # fmt: skip
            with self.subTest(code):
                action = {"status": code, "retryAfter": 7} if code == 429 else {"status": code}
                fault = self.server.fault(action, verbs=["create"], resources=["configmaps"], times=1)
                answer = self.server.ask("POST", CONFIGMAPS, configmap(f"x{code}"))
                status = json.loads(answer.body)
                self.assertEqual((answer.status, status["code"], status["reason"]), (code, code, reason))
                self.assertEqual(answer.header("Retry-After"), "7" if code == 429 else "")
                self.assertEqual(status["details"].get("retryAfterSeconds"), 7 if code == 429 else None)
                self.assertEqual(self.server.ask("POST", CONFIGMAPS, configmap(f"x{code}")).status, 201, "once")
                event = self.event_of(fault)
                self.assertEqual(event["responseStatus"]["code"], code)
                self.assertEqual(event["annotations"]["kaudit.io/fault"], fault)
                self.assertEqual(event["annotations"]["authorization.k8s.io/decision"], "allow")
                self.assertEqual(self.server.api("GET", f"/faults/{fault}")["hits"], 1)

    def test_they_match_as_rules_of_a_policy_do(self):
        get = lambda path, user="alice": self.server.ask("GET", path, user=user).status
        self.server.fault({"status": 503}, users=["bob"], resources=["configmaps"], namespaces=["default"])
        self.assertEqual((get(CONFIGMAPS), get(CONFIGMAPS, "bob"), get(SECRETS, "bob")), (200, 503, 200))
        self.assertEqual(get("/api/v1/namespaces/kube-system/configmaps", "bob"), 200)
        self.server.api("DELETE", "/faults")
        self.server.fault({"status": 503}, userGroups=["ops"], verbs=["list"], apiGroups=["apps"])
        self.assertEqual(get("/apis/apps/v1/deployments"), 503)
        self.assertEqual(get("/api/v1/pods"), 200)
        self.server.api("DELETE", "/faults")
        self.server.fault({"status": 503}, names=["kube-root-ca.crt"])
        self.assertEqual((get(CONFIGMAPS), get(CONFIGMAPS + "/kube-root-ca.crt")), (200, 503))
        self.server.api("DELETE", "/faults")
        self.server.fault({"status": 503}, resources=["pods/log", "*/scale"])
        self.assertEqual(get("/api/v1/namespaces/default/pods/x/log"), 503)
        self.assertEqual(get("/api/v1/namespaces/default/pods/x"), 404)
        self.assertEqual(get("/apis/apps/v1/namespaces/default/deployments/x/scale"), 503)
        self.server.api("DELETE", "/faults")
        self.server.fault({"status": 503}, paths=["/heal*", "/version"])
        self.assertEqual((get("/healthz"), get("/version"), get("/livez")), (503, 503, 200))

    def test_a_share_of_the_requests_is_hit_and_the_same_each_time(self):
        self.server.fault({"status": 503}, resources=["configmaps"], share=0.25)
        codes = [self.server.ask("GET", CONFIGMAPS).status for _ in range(8)]
        self.assertEqual(codes, [200, 200, 200, 503, 200, 200, 200, 503])

    def test_faults_are_listed_counted_replaced_and_removed(self):
        first = self.server.fault({"status": 500}, names=["x"], times=2)
        self.server.api("POST", "/faults/mine", {"action": {"delay": "1ms"}})
        listed = self.server.api("GET", "/faults")["items"]
        self.assertEqual([fault["id"] for fault in listed], [first, "mine"])
        self.assertEqual(listed[0]["remaining"], 2)
        self.server.api("POST", "/faults", listed[0])
        self.assertEqual(len(self.server.api("GET", "/faults")["items"]), 2, "what was listed can be sent again")
        self.server.api("DELETE", "/faults/mine")
        self.assertEqual(self.server.api("DELETE", "/faults"), {"removed": 1})

    def test_a_delay_holds_the_request(self):
        self.server.fault({"delay": "120ms"}, names=["slow"])
        began = time.monotonic()
        self.assertEqual(self.server.ask("GET", CONFIGMAPS + "/slow").status, 404)
        self.assertGreaterEqual(time.monotonic() - began, 0.12)

    def test_a_delay_beyond_the_deadline_is_a_504(self):
        fault = self.server.fault({"delay": "30s"}, names=["slow"])
        self.assertEqual(self.server.ask("GET", CONFIGMAPS + "/slow?timeout=1s").status, 504)
        self.assertEqual(self.event_of(fault)["responseStatus"]["code"], 504)

    def test_a_reset_before_leaves_nothing_done(self):
        fault = self.server.fault({"reset": "before"}, verbs=["create"], times=1)
        self.assertEqual(self.server.ask("POST", CONFIGMAPS, configmap("b")).status, 0)
        self.assertEqual(self.server.ask("GET", CONFIGMAPS + "/b").status, 404)
        self.assertEqual(self.event_of(fault)["responseStatus"]["message"], "Connection closed early")

    def test_a_reset_after_leaves_it_done(self):
        fault = self.server.fault({"reset": "after"}, verbs=["create"], times=1)
        self.assertEqual(self.server.ask("POST", CONFIGMAPS, configmap("a")).status, 0)
        self.assertEqual(self.server.ask("GET", CONFIGMAPS + "/a").status, 200)
        event = self.event_of(fault)
        self.assertEqual((event["responseStatus"]["code"], event["responseObject"]["metadata"]["name"]), (201, "a"))

    def test_a_reset_in_the_middle_of_the_body(self):
        fault = self.server.fault({"reset": "mid-body"}, verbs=["list"], times=1)
        answer = self.server.ask("GET", CONFIGMAPS)
        self.assertEqual((answer.status, answer.complete), (200, False))
        self.assertGreater(len(answer.body), 20)
        self.assertEqual(self.event_of(fault)["responseStatus"]["code"], 200)

    def test_a_watch_is_cut_after_so_many_events(self):
        fault = self.server.fault({"watch": {"cutAfter": 2}}, resources=["configmaps"])
        _, version = self.server.items()
        self.assertEqual(self.server.api("GET", f"/faults/{fault}")["hits"], 0, "only watches count")
        watch = Watch(self.server, CONFIGMAPS + f"?watch=1&resourceVersion={version}")
        for name in "abc":
            self.server.ask("POST", CONFIGMAPS, configmap(name))
        lines = watch.read()
        self.assertEqual([line["object"]["metadata"]["name"] for line in lines], ["a", "b"])
        self.assertTrue(watch.broken)
        self.assertEqual(self.event_of(fault)["verb"], "watch")

    def test_a_watch_ends_as_gone(self):
        self.server.fault({"watch": {"gone": True}}, times=1)
        watch = Watch(self.server, CONFIGMAPS + "?watch=1")
        lines = watch.read()
        self.assertEqual([(line["type"], line["object"]["code"]) for line in lines], [("ERROR", 410)])
        self.assertFalse(watch.broken)
        self.server.fault({"watch": {"gone": True, "cutAfter": 1}})
        lines = Watch(self.server, CONFIGMAPS + "?watch=1").read()
        self.assertEqual([line["type"] for line in lines], ["ADDED", "ERROR"])

    def test_bookmarks_are_dropped_and_repeated(self):
        listed = CONFIGMAPS + ("?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                               "&resourceVersionMatch=NotOlderThan&timeoutSeconds=1")  # fmt: skip
        self.assertEqual([line["type"] for line in Watch(self.server, listed).read()][:2], ["ADDED", "BOOKMARK"])
        self.server.fault({"watch": {"bookmarks": "drop"}}, times=1)
        self.assertEqual([line["type"] for line in Watch(self.server, listed).read()], ["ADDED"])
        self.server.fault({"watch": {"bookmarks": "repeat"}})
        self.assertEqual([line["type"] for line in Watch(self.server, listed).read()][:3],
                         ["ADDED", "BOOKMARK", "BOOKMARK"])  # fmt: skip

    def test_lists_lag_behind(self):
        before, version = self.server.items()
        fault = self.server.fault({"holdResourceVersion": True}, resources=["configmaps"])
        self.server.ask("POST", CONFIGMAPS, configmap("unseen"))
        self.assertEqual(self.server.items(), (before, version))
        self.assertEqual(self.server.ask("GET", CONFIGMAPS + "/unseen").status, 200)
        self.server.api("DELETE", f"/faults/{fault}")
        self.assertIn("unseen", self.server.items()[0])

    def test_faults_of_the_command_line_come_back_with_a_reset(self):
        server = Steered("--fault", '{"id":"one","match":{"names":["x,y"]},"action":{"status":500}}')
        server.arguments += ["--fault", server.write("faults.yaml", "- id: two\n  times: 1\n  action: {status: 503}\n")]
        with server:
            self.assertEqual(server.ask("GET", CONFIGMAPS).status, 503)
            self.assertEqual(server.ask("GET", CONFIGMAPS).status, 200)
            server.api("DELETE", "/faults")
            server.api("POST", "/reset")
            self.assertEqual([(f["id"], f["hits"]) for f in server.api("GET", "/faults")["items"]],
                             [("one", 0), ("two", 0)])  # fmt: skip
