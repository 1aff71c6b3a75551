"""Admission: real webhooks for each policy, with the events and their annotations, hostile ones, and what LimitRanges,
ResourceQuotas and service accounts do. Texts and annotations are those of k8s.io/apiserver 0.37
(pkg/admission/plugin/webhook)."""

import json
import socket
import threading
import unittest

from kaudit_e2e.admission_hook import AdmissionHook, allowed, answer, configuration, denied, patched
from kaudit_e2e.server import Server

CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/{}webhookconfigurations"
MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
MUTATION = "mutation.webhook.admission.k8s.io/"
PATCH = "patch.webhook.admission.k8s.io/"


def config_map(name, **more):
    return json.dumps({"metadata": {"name": name}, **more})


def pod(name, **resources):
    container = {"name": "c", "image": "i", **({"resources": resources} if resources else {})}
    return json.dumps({"metadata": {"name": name}, "spec": {"containers": [container]}})


class AdmissionTest(unittest.TestCase):
    flags = ()

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(flags=["--bare", *cls.flags]))

    def setUp(self):
        self.count = 0

    def ask(self, method, path, body="", headers=(), user="alice", status=None):
        self.audit_id = f"{self.id().rsplit('.', 1)[1]}-{self.count}"
        self.count += 1
        answer = self.server.ask(method, path, body.encode(), headers, user=user, audit_id=self.audit_id)
        if status is not None:
            self.assertEqual(answer.status, status, answer.text())
        return answer

    def hook(self, behave, **more):
        return self.enterContext(AdmissionHook(behave, **more))

    def configure(self, kind, *webhooks, name="config"):
        path = CONFIGURATIONS.format(kind.lower())
        self.ask("POST", path, configuration(kind, name, webhooks), user="admin", status=201)
        self.addCleanup(self.server.ask, "DELETE", f"{path}/{name}", user="admin")

    def annotations(self, audit_id=None):
        """Of the last event of the last request, but for those that every event has."""
        event = self.server.events_of(audit_id or self.audit_id, 2)[-1]
        return {
            key: value
            for key, value in event.get("annotations", {}).items()
            if not key.startswith(("authorization.k8s.io/", "apiserver.latency.k8s.io/"))
        }

    def made(self, name, **more):
        self.addCleanup(self.server.ask, "DELETE", f"{MAPS}/{name}")
        return self.ask("POST", MAPS, config_map(name, **more))


class Metrics(AdmissionTest):
    def test_calls_are_counted_by_their_real_names(self):
        hook = self.hook(lambda r: denied(r, code=409, message="no") if r["request"]["name"] == "refused" else allowed(r))
        self.configure("Validating", hook.webhook("yes.example.com"), name="one")
        self.made("taken")
        self.made("refused")
        with AdmissionHook(allowed) as gone:
            broken = gone.webhook("gone.example.com", failurePolicy="Ignore")
        self.configure("Mutating", broken, name="two")
        self.made("open")
        text = self.ask("GET", "/metrics", user="admin").text()
        named = 'name="yes.example.com",operation="CREATE"'
        for line in (
            f'webhook_request_total{{code="200",{named},rejected="false",type="validating"}} 2',
            f'webhook_request_total{{code="409",{named},rejected="true",type="validating"}} 1',
            'webhook_rejection_count{error_type="no_error",name="yes.example.com",operation="CREATE",rejection_code="409",type="validating"} 1',
            f'webhook_admission_duration_seconds_count{{{named},rejected="true",type="validating"}} 1',
            'webhook_fail_open_count{name="gone.example.com",type="admit"} 1',
            'webhook_request_total{code="500",name="gone.example.com",operation="CREATE",rejected="false",type="admit"} 1',
        ):  # fmt: skip
            self.assertIn("apiserver_admission_" + line, text)


class Mutating(AdmissionTest):
    def test_a_patch_changes_what_is_stored_and_the_event_says_so(self):
        hook = self.hook(lambda r: patched(r, {"path": "/data", "op": "add", "value": {"by": "<hook>"}}))
        self.configure("Mutating", hook.webhook("add.example.com"))
        answer = self.made("patched")
        self.assertEqual(answer.status, 201)
        self.assertEqual(json.loads(answer.body)["data"], {"by": "<hook>"})
        self.assertEqual(
            self.annotations(),
            {
                MUTATION + "round_0_index_0": '{"configuration":"config","webhook":"add.example.com","mutated":true}',
                PATCH + "round_0_index_0": '{"configuration":"config","webhook":"add.example.com","patch":'
                '[{"op":"add","path":"/data","value":{"by":"\\u003chook\\u003e"}}],"patchType":"JSONPatch"}',
            },
        )
        event = self.server.events_of(self.audit_id, 2)[-1]
        self.assertNotIn("data", event["requestObject"], "it is recorded before admission")
        self.assertIn("data", event["responseObject"])

    def test_the_review_is_what_kube_apiserver_sends(self):
        hook = self.hook(allowed)
        self.configure("Mutating", hook.webhook("look.example.com", timeoutSeconds=7))
        self.made("reviewed", data={"a": "b"})
        (review,) = hook.reviews
        request = review["request"]
        self.assertEqual(
            list(request),
            ["uid", "kind", "resource", "requestKind", "requestResource", "name", "namespace", "operation", "userInfo",
             "object", "oldObject", "dryRun", "options"],
        )  # fmt: skip
        self.assertEqual((review["kind"], review["apiVersion"]), ("AdmissionReview", "admission.k8s.io/v1"))
        self.assertRegex(request["uid"], r"^[0-9a-f-]{36}$")
        self.assertEqual(request["kind"], {"group": "", "version": "v1", "kind": "ConfigMap"})
        self.assertEqual(request["resource"], {"group": "", "version": "v1", "resource": "configmaps"})
        self.assertEqual((request["name"], request["namespace"]), ("reviewed", "default"))
        self.assertEqual((request["operation"], request["dryRun"], request["oldObject"]), ("CREATE", False, None))
        self.assertEqual(
            request["userInfo"],
            {"username": "alice", "uid": "u-alice", "groups": ["dev", "ops", "system:authenticated"]},
        )
        self.assertEqual(request["object"]["data"], {"a": "b"})
        self.assertEqual(request["options"], {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"})
        self.assertEqual(hook.paths, ["/hook?timeout=7s"])

    def test_every_operation_is_asked_about(self):
        hook = self.hook(allowed)
        self.configure("Mutating", hook.webhook("all.example.com", operations=("*",), resources=("configmaps", "pods/*")))
        self.made("everything")
        self.ask("PUT", f"{MAPS}/everything?fieldManager=m", config_map("everything", data={"a": "1"}), status=200)
        merge = [("Content-Type", "application/merge-patch+json")]
        self.ask("PATCH", f"{MAPS}/everything", '{"data":{"a":"2"}}', merge, status=200)
        apply = [("Content-Type", "application/apply-patch+yaml")]
        body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"everything"},"data":{"b":"3"}}'
        self.ask("PATCH", f"{MAPS}/everything?fieldManager=me&force=true", body, apply, status=200)
        self.ask("DELETE", f"{MAPS}/everything", '{"gracePeriodSeconds":0,"propagationPolicy":"Orphan"}', status=200)
        requests = [review["request"] for review in hook.reviews]
        self.assertEqual([r["operation"] for r in requests], ["CREATE", "UPDATE", "UPDATE", "UPDATE", "DELETE"])
        self.assertEqual(
            [r["options"]["kind"] for r in requests],
            ["CreateOptions", "UpdateOptions", "PatchOptions", "PatchOptions", "DeleteOptions"],
        )
        self.assertEqual(requests[1]["options"]["fieldManager"], "m")
        self.assertEqual(requests[1]["oldObject"].get("data"), None)
        self.assertEqual(requests[2]["oldObject"]["data"], {"a": "1"})
        self.assertEqual(requests[3]["options"]["force"], True)
        self.assertEqual((requests[4]["object"], requests[4]["oldObject"]["metadata"]["name"]), (None, "everything"))
        self.assertEqual(requests[4]["options"]["propagationPolicy"], "Orphan")

    def test_connects_and_subresources_are_asked_about(self):
        hook = self.hook(lambda r: denied(r, message="no shells"))
        self.ask("POST", PODS, pod("shell"), status=201)
        self.addCleanup(self.server.ask, "DELETE", f"{PODS}/shell")
        self.configure("Validating", hook.webhook("exec.example.com", resources=("pods/exec", "pods/eviction"), operations=("*",)))
        answer = self.ask("GET", f"{PODS}/shell/exec?command=ls&command=-l&container=c&stdout=true", status=400)
        self.assertEqual(
            json.loads(answer.body)["message"], 'admission webhook "exec.example.com" denied the request: no shells'
        )
        request = hook.reviews[0]["request"]
        self.assertEqual((request["operation"], request["subResource"]), ("CONNECT", "exec"))
        self.assertEqual(request["kind"]["kind"], "PodExecOptions")
        self.assertEqual(
            request["object"],
            {"kind": "PodExecOptions", "apiVersion": "v1", "stdout": True, "container": "c", "command": ["ls", "-l"]},
        )
        body = '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"shell"}}'
        self.ask("POST", f"{PODS}/shell/eviction", body, status=400)
        self.assertEqual(hook.reviews[1]["request"]["kind"]["kind"], "Eviction")
        self.ask("GET", f"{PODS}/shell", status=200)

    def test_the_round_and_the_index_count_all_webhooks(self):
        quiet, loud = self.hook(allowed), self.hook(lambda r: patched(r, {"op": "add", "path": "/data", "value": {}}))
        self.configure(
            "Mutating",
            quiet.webhook("other.example.com", resources=("secrets",)),
            quiet.webhook("first.example.com", reinvocationPolicy="IfNeeded"),
            loud.webhook("second.example.com"),
        )
        self.made("rounds", data={"a": "b"})
        notes = self.annotations()
        self.assertEqual(
            sorted(notes),
            [
                MUTATION + "round_0_index_1",
                MUTATION + "round_0_index_2",
                MUTATION + "round_1_index_1",
                PATCH + "round_0_index_2",
            ],
        )
        self.assertEqual(json.loads(notes[MUTATION + "round_0_index_1"])["mutated"], False)
        self.assertEqual(len(quiet.reviews), 2, "the first is asked again, because the second changed something")
        self.assertEqual(len(loud.reviews), 1)

    def test_warnings_and_annotations_of_a_webhook_are_passed_on(self):
        def behave(review):
            return allowed(
                review,
                warnings=["think twice", "or more"],
                auditAnnotations={"why": "because", "not a key!": "dropped"},
            )

        hook = self.hook(behave)
        self.configure("Mutating", hook.webhook("say.example.com"))
        answer = self.made("warned")
        self.assertEqual(answer.headers["warning"], ['299 - "think twice"', '299 - "or more"'])
        self.assertEqual(self.annotations()["say.example.com/why"], "because")
        self.assertFalse([key for key in self.annotations() if "not a key" in key])

    def test_webhooks_speak_v1beta1_too(self):
        hook = self.hook(
            lambda r: answer(r, {"allowed": True, "patch": patched(r, {"op": "add", "path": "/data", "value": {"v": "beta"}})["response"]["patch"]})
        )
        self.configure("Mutating", hook.webhook("old.example.com", admissionReviewVersions=["v2", "v1beta1"]))
        self.assertEqual(json.loads(self.made("beta").body)["data"], {"v": "beta"})
        self.assertEqual(hook.reviews[0]["apiVersion"], "admission.k8s.io/v1beta1")

    def test_a_patch_that_does_not_apply_is_an_internal_error(self):
        hook = self.hook(lambda r: patched(r, {"op": "remove", "path": "/data/nothing"}))
        self.configure("Mutating", hook.webhook("wrong.example.com", failurePolicy="Ignore"))
        answer = self.made("unpatched")
        self.assertEqual(answer.status, 500)
        self.assertRegex(answer.text(), r"Internal error occurred: .*remove")
        self.assertEqual(json.loads(self.annotations()[MUTATION + "round_0_index_0"])["mutated"], False)


class Validating(AdmissionTest):
    def test_a_refusal_has_the_webhooks_words(self):
        for status, code, message, reason in (
            ({}, 400, "without explanation", ""),
            ({"message": "bad weather"}, 400, ": bad weather", ""),
            ({"reason": "Weather"}, 400, ": Weather", "Weather"),
            ({"code": 403, "reason": "Forbidden", "message": "not you"}, 403, ": not you", "Forbidden"),
            ({"code": 200, "status": "Success"}, 400, "without explanation", ""),
        ):
            with self.subTest(status=status), AdmissionHook(lambda r, s=status: denied(r, **s)) as hook:
                self.configure("Validating", hook.webhook("no.example.com"), name="refuse")
                answer = self.ask("POST", MAPS, config_map("refused"))
                self.server.ask("DELETE", CONFIGURATIONS.format("validating") + "/refuse", user="admin")
                self.assertEqual(answer.status, code)
                said = json.loads(answer.body)
                begin = 'admission webhook "no.example.com" denied the request'
                self.assertEqual(said["message"], begin + (message if message[0] == ":" else " " + message))
                self.assertEqual((said["status"], said.get("reason", ""), said["code"]), ("Failure", reason, code))
                event = self.server.events_of(self.audit_id, 2)[-1]
                self.assertEqual(event["responseStatus"]["message"], said["message"])
                self.assertEqual(self.annotations(), {})

    def test_failing_closed_and_failing_open(self):
        hook = self.hook(lambda r: lambda handler: handler.respond(500, b"boom", "text/plain"))
        for kind, key in (
            ("Mutating", "failed-open.mutation.webhook.admission.k8s.io/round_0_index_0"),
            ("Validating", "failed-open.validating.webhook.admission.k8s.io/round_0_index_0"),
        ):
            with self.subTest(kind=kind):
                self.configure(kind, hook.webhook("fail.example.com"), name=kind.lower() + "-closed")
                answer = self.made(kind.lower() + "-closed")
                self.server.ask("DELETE", CONFIGURATIONS.format(kind.lower()) + f"/{kind.lower()}-closed", user="admin")
                self.assertEqual(answer.status, 500)
                said = json.loads(answer.body)
                text = (
                    'failed calling webhook "fail.example.com": failed to call webhook: '
                    'an error on the server ("boom") has prevented the request from succeeding'
                )
                self.assertEqual(said["message"], "Internal error occurred: " + text)
                self.assertEqual((said["reason"], said["details"]["causes"]), ("InternalError", [{"message": text}]))
                self.configure(kind, hook.webhook("fail.example.com", failurePolicy="Ignore"), name=kind.lower() + "-open")
                self.assertEqual(self.made(kind.lower() + "-open").status, 201)
                self.assertEqual(self.annotations()[key], "fail.example.com")

    def test_a_webhook_that_is_not_there(self):
        with AdmissionHook(allowed) as hook:
            webhook = hook.webhook("gone.example.com")
        self.configure("Validating", webhook)
        answer = self.made("nobody")
        self.assertEqual(answer.status, 500)
        self.assertRegex(
            json.loads(answer.body)["message"],
            r'^Internal error occurred: failed calling webhook "gone.example.com": failed to call webhook: '
            r'Post "https://127.0.0.1:\d+/hook\?timeout=10s": dial tcp 127.0.0.1:\d+: connect: connection refused$',
        )

    def test_a_certificate_that_is_not_vouched_for(self):
        hook, other = self.hook(allowed), self.hook(allowed)
        webhook = hook.webhook("tls.example.com")
        webhook["clientConfig"]["caBundle"] = other.ca_bundle
        self.configure("Validating", webhook)
        answer = self.made("untrusted")
        self.assertEqual(answer.status, 500)
        self.assertIn("tls: failed to verify certificate: x509: certificate signed by unknown authority", answer.text())

    def test_a_slow_webhook_is_given_up_and_its_time_is_in_the_event(self):
        over = threading.Event()
        self.addCleanup(over.set)
        hook = self.hook(lambda r: over.wait(30) and allowed(r))
        self.configure("Validating", hook.webhook("slow.example.com", timeoutSeconds=1))
        answer = self.made("late")
        self.assertEqual(answer.status, 500)
        self.assertTrue(
            json.loads(answer.body)["message"].endswith("/hook?timeout=1s\": context deadline exceeded"), answer.text()
        )
        event = self.server.events_of(self.audit_id, 2)[-1]
        self.assertRegex(event["annotations"]["apiserver.latency.k8s.io/validating-webhook"], r"^1\.\d+s$")
        self.assertNotIn("apiserver.latency.k8s.io/mutating-webhook", event["annotations"])

    def test_all_are_asked_at_once(self):
        together = threading.Barrier(3, timeout=20)
        hook = self.hook(lambda r: together.wait() is not None and allowed(r))
        self.configure("Validating", *(hook.webhook(f"n{n}.example.com") for n in range(3)))
        self.assertEqual(self.made("together").status, 201)

    def test_a_dry_run_asks_nobody_who_has_side_effects(self):
        hook = self.hook(allowed)
        self.configure("Validating", hook.webhook("dry.example.com", sideEffects="NoneOnDryRun"))
        self.ask("POST", MAPS + "?dryRun=All", config_map("dry"), status=201)
        self.assertEqual(hook.reviews[0]["request"]["dryRun"], True)
        self.assertEqual(hook.reviews[0]["request"]["options"]["dryRun"], ["All"])

    def test_what_webhooks_there_are_is_asked_of_no_webhook(self):
        hook = self.hook(lambda r: denied(r))
        everything = {"resources": ("*/*",), "operations": ("*",), "groups": ("*",), "versions": ("*",)}
        self.configure("Validating", hook.webhook("lock.example.com", **everything))
        self.configure("Mutating", hook.webhook("other.example.com", resources=("nothing",)), name="another")
        self.assertEqual(hook.reviews, [])


class Matching(AdmissionTest):
    def names_asked(self, hook):
        return [review["request"]["name"] for review in hook.reviews]

    def test_selectors_of_objects_and_namespaces(self):
        hook = self.hook(allowed)
        for ns, labels in (("in", {"team": "a"}), ("out", {})):
            body = json.dumps({"metadata": {"name": ns, "labels": labels}})
            self.ask("POST", "/api/v1/namespaces", body, user="admin", status=201)
        self.configure(
            "Validating",
            hook.webhook("ns.example.com", namespaceSelector={"matchLabels": {"team": "a"}}),
            hook.webhook(
                "object.example.com", objectSelector={"matchExpressions": [{"key": "x", "operator": "Exists"}]}
            ),
        )
        for ns, name, labels in (("in", "a", {}), ("out", "b", {}), ("out", "c", {"x": "1"})):
            body = json.dumps({"metadata": {"name": name, "labels": labels}})
            self.ask("POST", f"/api/v1/namespaces/{ns}/configmaps", body, status=201)
        self.assertEqual(self.names_asked(hook), ["a", "c"])

    def test_scopes(self):
        hook = self.hook(allowed)
        webhook = hook.webhook("scope.example.com", resources=("*",))
        for scope, name in (("Cluster", "cluster"), ("Namespaced", "namespaced")):
            webhook["rules"][0]["scope"] = scope
            self.configure("Validating", webhook, name=name)
            self.ask("POST", "/api/v1/namespaces", json.dumps({"metadata": {"name": "scoped-" + name}}), status=201)
            self.made("scope-" + name)
            self.server.ask("DELETE", CONFIGURATIONS.format("validating") + "/" + name, user="admin")
        self.assertEqual(self.names_asked(hook), ["scoped-cluster", "scope-namespaced"])

    def test_equivalent_versions_are_converted_and_exact_ones_are_not(self):
        hook = self.hook(allowed)
        rule = {"resources": ("horizontalpodautoscalers",), "groups": ("autoscaling",), "versions": ("v1",)}
        self.configure("Validating", hook.webhook("equivalent.example.com", **rule))
        self.configure("Validating", hook.webhook("exact.example.com", matchPolicy="Exact", **rule), name="exact")
        body = json.dumps(
            {
                "metadata": {"name": "h"},
                "spec": {
                    "maxReplicas": 3,
                    "scaleTargetRef": {"kind": "Deployment", "name": "d", "apiVersion": "apps/v1"},
                    "metrics": [
                        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
                    ],
                },
            }
        )
        path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
        self.ask("POST", path, body, status=201)
        self.addCleanup(self.server.ask, "DELETE", path + "/h")
        (review,) = hook.reviews
        request = review["request"]
        self.assertEqual(request["kind"]["version"], "v1")
        self.assertEqual(request["requestKind"]["version"], "v2")
        self.assertEqual(request["object"]["apiVersion"], "autoscaling/v1")
        self.assertEqual(request["object"]["spec"]["targetCPUUtilizationPercentage"], 50)

    def test_a_scale_is_shown_as_a_scale(self):
        hook = self.hook(lambda r: patched(r, {"op": "replace", "path": "/spec/replicas", "value": 2}))
        body = json.dumps(
            {
                "metadata": {"name": "d"},
                "spec": {
                    "selector": {"matchLabels": {"a": "b"}},
                    "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
                },
            }
        )
        path = "/apis/apps/v1/namespaces/default/deployments"
        self.ask("POST", path, body, status=201)
        self.addCleanup(self.server.ask, "DELETE", path + "/d")
        self.configure("Mutating", hook.webhook("scale.example.com", groups=("apps",), resources=("deployments/scale",), operations=("UPDATE",)))
        merge = [("Content-Type", "application/merge-patch+json")]
        answer = self.ask("PATCH", path + "/d/scale", '{"spec":{"replicas":9}}', merge, status=200)
        self.assertEqual(json.loads(answer.body)["spec"]["replicas"], 2)
        request = hook.reviews[0]["request"]
        self.assertEqual(request["kind"], {"group": "autoscaling", "version": "v1", "kind": "Scale"})
        self.assertEqual((request["oldObject"]["spec"]["replicas"], request["object"]["spec"]["replicas"]), (1, 9))


class CustomResources(AdmissionTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {
            "a": {"type": "string"}, "b": {"type": "object", "properties": {"n": {"type": "integer", "default": 5}}}}}}}  # fmt: skip
        version = {"served": True, "storage": False, "schema": {"openAPIV3Schema": schema}}
        definition = {
            "metadata": {"name": "things.example.com"},
            "spec": {
                "group": "example.com",
                "scope": "Namespaced",
                "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
                "versions": [{"name": "v1", **version, "storage": True}, {"name": "v2", **version}],
            },
        }
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        made = cls.server.ask("POST", path, json.dumps(definition).encode(), user="admin")
        assert made.status == 201, made.text()

    def make(self, name, status=201):
        body = json.dumps({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": name}, "spec": {}})
        path = "/apis/example.com/v1/namespaces/default/things"
        self.addCleanup(self.server.ask, "DELETE", f"{path}/{name}")
        return json.loads(self.ask("POST", path, body, status=status).body)

    def test_webhooks_are_asked_in_the_version_that_they_name(self):
        hook = self.hook(lambda r: patched(r, {"op": "add", "path": "/spec/b", "value": {}}))
        other, exact = self.hook(allowed), self.hook(allowed)
        rule = {"groups": ("example.com",), "resources": ("things",)}
        self.configure("Mutating", hook.webhook("m.example.com", **rule))
        self.configure(
            "Validating",
            other.webhook("v.example.com", **rule, versions=("v2",)),
            exact.webhook("x.example.com", **rule, versions=("v2",), matchPolicy="Exact"),
        )
        self.assertEqual(self.make("versions")["spec"], {"b": {"n": 5}}, "with the defaults of what was added")
        request = other.reviews[0]["request"]
        self.assertEqual((request["kind"]["version"], request["requestKind"]["version"]), ("v2", "v1"))
        self.assertEqual(request["object"]["apiVersion"], "example.com/v2")
        self.assertEqual(exact.reviews, [])

    def test_quotas_count_them(self):
        quota = {"metadata": {"name": "things"}, "spec": {"hard": {"count/things.example.com": "1"}}}
        path = "/api/v1/namespaces/default/resourcequotas"
        self.ask("POST", path, json.dumps(quota), user="admin", status=201)
        self.addCleanup(self.server.ask, "DELETE", path + "/things", user="admin")
        self.make("counted")
        self.assertEqual(
            self.make("too-many", status=403)["message"],
            'things.example.com "too-many" is forbidden: exceeded quota: things, requested: count/things.example.com=1, '
            "used: count/things.example.com=1, limited: count/things.example.com=1",
        )


class ByService(AdmissionTest):
    def test_a_service_is_reached_where_the_resolver_says(self):
        with AdmissionHook(allowed, names="DNS:hook.tools.svc") as hook:
            with Server(flags=["--bare", f"--service-resolver=tools/hook:8443=127.0.0.1:{hook.port}"]) as server:
                service = {"namespace": "tools", "name": "hook", "path": "/x", "port": 8443}
                webhook = hook.webhook("svc.example.com", clientConfig={"service": service, "caBundle": hook.ca_bundle})
                path = CONFIGURATIONS.format("validating")
                server.ask("POST", path, configuration("Validating", "c", [webhook]).encode(), user="admin")
                self.assertEqual(server.ask("POST", MAPS, config_map("svc").encode()).status, 201)
                self.assertEqual(hook.paths, ["/x?timeout=10s"])
                service["name"] = "unknown"
                server.ask("POST", path, configuration("Validating", "d", [webhook]).encode(), user="admin")
                answer = server.ask("POST", MAPS, config_map("nowhere").encode())
                self.assertEqual(answer.status, 500)
                self.assertIn('Post \\"https://unknown.tools.svc:8443/x\\": service \\"unknown\\"', answer.text())
                self.assertIn("--service-resolver", answer.text())


class Hostile(AdmissionTest):
    def test_answers_that_are_none(self):
        def review_of(kind="AdmissionReview", version="admission.k8s.io/v1", **response):
            return json.dumps({"kind": kind, "apiVersion": version, **response}).encode()

        cases = [
            (b"not json", "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type"),
            (b"[]", "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type"),
            (b"", "0-length response with status code: 200 and content type: application/json"),
            (b"[" * 100_000, "json parse error"),
            (review_of(), "received invalid webhook response: webhook response was absent"),
            (review_of(response={}), "received invalid webhook response: expected response.uid="),
            (review_of(kind="Pod", version="v1"), 'no kind "Pod" is registered for version "v1"'),
            (review_of(version="admission.k8s.io/v1beta1"), "unknown conversion"),
            (review_of(response="x"), "cannot unmarshal string into Go struct field AdmissionReview.response"),
        ]
        said = [None]
        hook = self.hook(lambda r: said[0])
        self.configure("Validating", hook.webhook("odd.example.com"))
        for body, text in cases:
            with self.subTest(body=body[:40]):
                said[0] = body
                refused = self.made("odd")
                self.assertEqual(refused.status, 500)
                self.assertIn(text, json.loads(refused.body)["message"])
        for response, text in (
            ({"allowed": "yes"}, "cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of type bool"),
            ({"allowed": True, "patch": "e30="}, "validating webhook may not return response.patch"),
            ({"allowed": True, "patchType": "JSONPatch"}, "validating webhook may not return response.patchType"),
        ):
            with self.subTest(response=response):
                hook.behave = lambda r, response=response: answer(r, response)
                self.assertIn(text, json.loads(self.made("odd").body)["message"])
        self.assertEqual(self.ask("GET", "/readyz", user="admin").text(), "ok")

    def test_answers_of_a_mutating_webhook_that_contradict_themselves(self):
        hook = self.hook(allowed)
        self.configure("Mutating", hook.webhook("odd.example.com"))
        for response, text in (
            ({"patch": "W10="}, "webhook returned response.patch but not response.patchType"),
            ({"patchType": "JSONPatch"}, "webhook returned response.patchType but not response.patch"),
            ({"patch": "W3sib3AiOiJhZGQiLCJwYXRoIjoiL2EiLCJ2YWx1ZSI6MX1d", "patchType": "Merge"}, 'unsupported patch type "Merge"'),
            ({"patch": "bm8=", "patchType": "JSONPatch"}, "received undecodable patch in webhook response"),
            ({"patch": "!", "patchType": "JSONPatch"}, "illegal base64 data"),
        ):
            with self.subTest(response=response):
                hook.behave = lambda r, response=response: answer(r, {"allowed": True, **response})
                self.assertIn(text, json.loads(self.made("odd").body)["message"])

    def test_answers_without_end_and_too_large_ones(self):
        def endless(handler):
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
            while True:
                handler.wfile.write(piece)

        hook = self.hook(lambda r: endless)
        self.configure("Validating", hook.webhook("endless.example.com"))
        answer = self.made("endless")
        self.assertEqual(answer.status, 500)
        self.assertIn("the response has more than 3145728 bytes", answer.text())
        hook.behave = lambda r: lambda handler: handler.wfile.write(b"nonsense\r\n\r\n")
        self.assertIn("malformed HTTP response", self.made("nonsense").text())
        hook.behave = lambda r: lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
        self.assertEqual(self.made("closed").status, 500)

    def test_configurations_that_are_refused(self):
        hook = self.hook(allowed)
        path = CONFIGURATIONS.format("validating")
        for change, text in (
            ({"name": "short"}, "should be a domain with at least three segments separated by dots"),
            ({"sideEffects": "Some"}, 'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'),
            ({"sideEffects": None}, "sideEffects: Required value: must specify one of None, NoneOnDryRun"),
            ({"timeoutSeconds": 31}, "the timeout value must be between 1 and 30 seconds"),
            ({"admissionReviewVersions": ["v9"]}, "must include at least one of v1, v1beta1"),
            ({"clientConfig": {"url": "http://h/"}}, "'https' is the only allowed URL scheme"),
            ({"clientConfig": {}}, "exactly one of url or service is required"),
            ({"failurePolicy": "Maybe"}, 'supported values: "Fail", "Ignore"'),
            ({"matchConditions": [{"name": "x", "expression": "true"}]}, "kaudit has no CEL to evaluate them with"),
        ):
            with self.subTest(change=change):
                webhook = hook.webhook(**{"name": "bad.example.com", **change})
                answer = self.ask("POST", path, configuration("Validating", "bad", [webhook]), user="admin")
                self.assertEqual(answer.status, 422, answer.text())
                self.assertIn(text, json.loads(answer.body)["message"])


class Limits(AdmissionTest):
    def in_namespace(self, name):
        self.ask("POST", "/api/v1/namespaces", json.dumps({"metadata": {"name": name}}), user="admin", status=201)
        return f"/api/v1/namespaces/{name}/"

    def test_a_limit_range_gives_defaults_and_bounds(self):
        ns = self.in_namespace("limited")
        limit = {
            "type": "Container",
            "default": {"cpu": "500m"},
            "defaultRequest": {"cpu": "250m", "memory": "64Mi"},
            "max": {"cpu": "1"},
        }
        self.ask("POST", ns + "limitranges", json.dumps({"metadata": {"name": "l"}, "spec": {"limits": [limit]}}), status=201)
        made = json.loads(self.ask("POST", ns + "pods", pod("p"), status=201).body)
        self.assertEqual(
            made["spec"]["containers"][0]["resources"],
            {"limits": {"cpu": "500m"}, "requests": {"cpu": "250m", "memory": "64Mi"}},
        )
        self.assertEqual(
            made["metadata"]["annotations"]["kubernetes.io/limit-ranger"],
            "LimitRanger plugin set: cpu, memory request for container c; cpu limit for container c",
        )
        answer = self.ask("POST", ns + "pods", pod("large", limits={"cpu": "2"}), status=403)
        self.assertEqual(
            json.loads(answer.body)["message"],
            'pods "large" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
        )

    def test_a_quota_is_counted_and_kept(self):
        ns = self.in_namespace("counted")
        hard = {"configmaps": "1", "requests.cpu": "1", "pods": "2", "count/secrets": "1"}
        self.ask("POST", ns + "resourcequotas", json.dumps({"metadata": {"name": "q"}, "spec": {"hard": hard}}), status=201)

        def used():
            return json.loads(self.ask("GET", ns + "resourcequotas/q", status=200).body)["status"]["used"]

        self.assertEqual(used(), {"configmaps": "0", "count/secrets": "0", "pods": "0", "requests.cpu": "0"})
        self.ask("POST", ns + "configmaps", config_map("a"), status=201)
        answer = self.ask("POST", ns + "configmaps", config_map("b"), status=403)
        self.assertEqual(
            json.loads(answer.body)["message"],
            'configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=1, '
            "limited: configmaps=1",
        )
        self.assertEqual(
            json.loads(self.ask("POST", ns + "pods", pod("unsaid"), status=403).body)["message"],
            'pods "unsaid" is forbidden: failed quota: q: must specify requests.cpu for: c',
        )
        self.ask("POST", ns + "pods", pod("p", requests={"cpu": "700m"}), status=201)
        answer = self.ask("POST", ns + "pods", pod("r", requests={"cpu": "500m"}), status=403)
        self.assertIn("requested: requests.cpu=500m, used: requests.cpu=700m, limited: requests.cpu=1", answer.text())
        self.assertEqual(used(), {"configmaps": "1", "count/secrets": "0", "pods": "1", "requests.cpu": "700m"})
        self.ask("DELETE", ns + "pods/p", '{"gracePeriodSeconds":0}', status=200)
        self.ask("DELETE", ns + "configmaps/a", status=200)
        self.assertEqual(used(), {"configmaps": "0", "count/secrets": "0", "pods": "0", "requests.cpu": "0"})

    def test_parallel_creates_do_not_pass_a_quota(self):
        ns = self.in_namespace("crowded")
        spec = {"hard": {"configmaps": "5"}}
        self.ask("POST", ns + "resourcequotas", json.dumps({"metadata": {"name": "q"}, "spec": spec}), status=201)
        codes = []

        def create(n):
            codes.append(self.server.ask("POST", ns + "configmaps", config_map(f"m{n}").encode()).status)

        threads = [threading.Thread(target=create, args=(n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((codes.count(201), codes.count(403)), (5, 15))


class ServiceAccounts(AdmissionTest):
    flags = ("--enable-admission-plugins=ServiceAccount", "--default-not-ready-toleration-seconds=7")

    def test_the_account_must_be_there_and_its_token_is_mounted(self):
        answer = self.ask("POST", PODS, pod("early"), status=403)
        self.assertEqual(
            json.loads(answer.body)["message"],
            'pods "early" is forbidden: error looking up service account default/default: serviceaccount "default" '
            "not found",
        )
        accounts = "/api/v1/namespaces/default/serviceaccounts"
        self.ask("POST", accounts, json.dumps({"metadata": {"name": "default"}}), user="admin", status=201)
        spec = json.loads(self.ask("POST", PODS, pod("late"), status=201).body)["spec"]
        self.assertRegex(spec["volumes"][0]["name"], r"^kube-api-access-\w{5}$")
        self.assertEqual(
            spec["containers"][0]["volumeMounts"],
            [
                {
                    "name": spec["volumes"][0]["name"],
                    "readOnly": True,
                    "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
                }
            ],
        )
        self.assertEqual([t["tolerationSeconds"] for t in spec["tolerations"]], [7, 300])


if __name__ == "__main__":
    unittest.main()
