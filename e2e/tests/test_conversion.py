"""Conversion webhooks of custom resources: every read and write in a version that is not the stored one asks them, and what
they answer is judged as a real server judges it (apiextensions-apiserver pkg/apiserver/conversion)."""

import copy
import json
import unittest

from kaudit_e2e.admission_hook import AdmissionHook, answer
from kaudit_e2e.server import Server

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
V1 = "/apis/example.com/v1/namespaces/default/endpoints"
V2 = "/apis/example.com/v2/namespaces/default/endpoints"
MERGE = [("Content-Type", "application/merge-patch+json")]
WHO = "conversion webhook for example.com/v1, Kind=Endpoint"


def version(name, storage, **properties):
    spec = {"type": "object", "properties": properties}
    return {
        "name": name,
        "served": True,
        "storage": storage,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}},
        "selectableFields": [{"jsonPath": f".spec.{next(iter(properties))}"}],
    }


def definition(hook):
    text = {"type": "string"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "endpoints.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "endpoints", "kind": "Endpoint"},
            "versions": [
                version("v1", True, host=text, port={"type": "integer", "default": 80}),
                version("v2", False, address=text, note={**text, "default": "none"}),
            ],
            "conversion": {
                "strategy": "Webhook",
                "webhook": {
                    "conversionReviewVersions": ["v1"],
                    "clientConfig": {"url": hook.url, "caBundle": hook.ca_bundle},
                },
            },
        },
    }


def convert(review):
    """v1 says host and port, v2 both in one; a label says who did it."""
    wanted = review["request"]["desiredAPIVersion"]
    objects = []
    for given in review["request"]["objects"]:
        made = copy.deepcopy(given)
        made["apiVersion"] = wanted
        made["metadata"].setdefault("labels", {})["by"] = wanted.split("/")[1]
        spec = made["spec"]
        if wanted.endswith("v2"):
            made["spec"] = {"address": f"{spec['host']}:{spec['port']}", "unknown": 1}
        else:
            host, _, port = spec["address"].partition(":")
            made["spec"] = {"host": host, "port": int(port)}
        objects.append(made)
    return answer(review, {"result": {"status": "Success"}, "convertedObjects": objects})


def changed(review, **metadata):
    """As above, with other metadata."""
    said = convert(review)
    said["response"]["convertedObjects"][0]["metadata"].update(metadata)
    return said


class Conversion(unittest.TestCase):
    def setUp(self):
        self.behave = convert
        self.hook = self.enterContext(AdmissionHook(lambda review: self.behave(review)))
        self.server = self.enterContext(Server())
        self.got(201, "POST", DEFINITIONS, definition(self.hook))
        self.make("a", "one:1")

    def ask(self, method, path, body=None, headers=(), audit_id="setup"):
        text = "" if body is None else json.dumps(body)
        return self.server.ask(method, path, text, headers=headers, user="admin", audit_id=audit_id)

    def got(self, status, method, path, body=None, headers=(), audit_id="setup"):
        said = self.ask(method, path, body, headers, audit_id)
        self.assertEqual(said.status, status, f"{method} {path}: {said.body}")
        return json.loads(said.body)

    def make(self, name, address, status=201):
        metadata = {"name": name}
        body = {"apiVersion": "example.com/v2", "kind": "Endpoint", "metadata": metadata, "spec": {"address": address}}
        return self.got(status, "POST", V2, body, audit_id="make-" + name)

    def addresses(self, query=""):
        return [item["spec"]["address"] for item in self.got(200, "GET", V2 + query)["items"]]

    def test_what_is_stored_is_the_storage_version(self):
        asked = len(self.hook.reviews)
        self.assertEqual(asked, 2, "on the way in, and on the way out")
        self.assertEqual(self.hook.paths[0], "/hook?timeout=30s")
        stored = self.got(200, "GET", V1 + "/a")
        self.assertEqual((stored["apiVersion"], stored["spec"]), ("example.com/v1", {"host": "one", "port": 1}))
        self.assertEqual(len(self.hook.reviews), asked, "the storage version needs no webhook")
        shown = self.got(200, "GET", V2 + "/a")
        self.assertEqual(shown["spec"], {"address": "one:1", "note": "none"}, "pruned, with defaults")
        self.assertEqual(shown["metadata"]["labels"], {"by": "v2"})
        self.assertEqual(shown["metadata"]["uid"], stored["metadata"]["uid"])

    def test_the_review_is_what_kubernetes_sends(self):
        review = self.hook.reviews[0]
        self.assertEqual((review["kind"], review["apiVersion"]), ("ConversionReview", "apiextensions.k8s.io/v1"))
        request = review["request"]
        self.assertEqual(list(request), ["uid", "desiredAPIVersion", "objects"])
        self.assertEqual(request["desiredAPIVersion"], "example.com/v1")
        self.assertEqual(request["objects"][0]["spec"], {"address": "one:1", "note": "none"})

    def test_writes_in_another_version(self):
        shown = self.got(200, "GET", V2 + "/a")
        shown["spec"]["address"] = "two:2"
        self.assertEqual(self.got(200, "PUT", V2 + "/a", shown)["spec"]["address"], "two:2")
        self.assertEqual(self.got(200, "GET", V1 + "/a")["spec"], {"host": "two", "port": 2})
        patched = self.got(200, "PATCH", V2 + "/a", {"spec": {"address": "three:3"}}, MERGE, audit_id="patch")
        self.assertEqual(patched["spec"]["address"], "three:3")
        self.assertEqual(self.got(200, "GET", V1 + "/a")["spec"], {"host": "three", "port": 3})
        dry = self.got(200, "PATCH", V2 + "/a?dryRun=All", {"spec": {"address": "four:4"}}, MERGE)
        self.assertEqual(dry["spec"]["address"], "four:4")
        self.assertEqual(self.got(200, "GET", V1 + "/a")["spec"]["host"], "three")
        self.got(200, "DELETE", V2 + "/a")
        self.assertEqual(self.ask("GET", V1 + "/a").status, 404)
        event = self.server.events_of("patch", 2)[-1]
        self.assertEqual(event["responseObject"]["apiVersion"], "example.com/v2")
        self.assertEqual(event["responseObject"]["spec"]["address"], "three:3")

    def test_lists_and_their_pages(self):
        for name, address in (("b", "two:2"), ("c", "three:3"), ("d", "two:2")):
            self.make(name, address)
        calls = len(self.hook.reviews)
        self.assertEqual(self.addresses(), ["one:1", "two:2", "three:3", "two:2"])
        self.assertEqual(len(self.hook.reviews), calls + 1, "one call for all of them")
        # What they are selected by is what the webhook makes of them.
        self.assertEqual(self.addresses("?fieldSelector=spec.address=two:2"), ["two:2", "two:2"])
        self.assertEqual(len(self.addresses("?labelSelector=by=v2")), 4)
        self.assertEqual(self.addresses("?labelSelector=by=v1"), [])
        page = self.got(200, "GET", V2 + "?limit=3")
        self.assertEqual((len(page["items"]), page["metadata"]["remainingItemCount"]), (3, 1))
        token = page["metadata"]["continue"]
        self.assertEqual(self.addresses(f"?limit=3&continue={token}"), ["two:2"])
        page = self.got(200, "GET", V2 + "?limit=1&fieldSelector=spec.address=two:2")
        self.assertEqual([item["metadata"]["name"] for item in page["items"]], ["b"])
        token = page["metadata"]["continue"]
        page = self.got(200, "GET", f"{V2}?limit=1&fieldSelector=spec.address=two:2&continue={token}")
        self.assertEqual([item["metadata"]["name"] for item in page["items"]], ["d"])

    def test_watches(self):
        begin = self.got(200, "GET", V1)["metadata"]["resourceVersion"]
        self.make("b", "two:2")
        self.got(200, "PATCH", V1 + "/b", {"spec": {"host": "three"}}, MERGE)
        self.got(200, "DELETE", V1 + "/b")

        def seen(query):
            lines = self.ask("GET", f"{V2}?watch=1&timeoutSeconds=1&{query}").body.decode().splitlines()
            events = [json.loads(line) for line in lines]
            return [(event["type"], event["object"]["spec"]["address"]) for event in events]

        after = "resourceVersion=" + begin
        self.assertEqual(seen(after), [("ADDED", "two:2"), ("MODIFIED", "three:2"), ("DELETED", "three:2")])
        selected = after + "&fieldSelector=spec.address=two:2"
        self.assertEqual(seen(selected), [("ADDED", "two:2"), ("DELETED", "two:2")])
        self.assertEqual(seen("resourceVersion=0"), [("ADDED", "one:1")])

    def test_answers_that_are_none(self):
        for said, why in (
            (lambda r: changed(r, name="x"), f"{WHO} returned invalid object: must have the same name: a != x"),
            (lambda r: changed(r, uid="x"), f"{WHO} returned invalid object: must have the same UID: "),
            (lambda r: changed(r, labels=1), f"{WHO} returned invalid metadata: invalid metadata.labels of type int64 in converted object"),
            (lambda r: answer(r, {"result": {"status": "Failure", "message": "tired"}}), f"{WHO} failed: tired"),
            (lambda r: answer(r, {"result": {"status": "Success"}}), f"{WHO} returned 0 objects, expected 1"),
            (lambda r: b"{", f"{WHO} failed: couldn't get version/kind; json parse error: unexpected end of JSON input"),
            (lambda r: b'"' + b"x" * (4 << 20) + b'"', f"{WHO} failed: the response has more than 3145728 bytes"),
            (lambda r: lambda handler: handler.respond(503, b"busy"), f"{WHO} failed: "),
        ):  # fmt: skip
            self.behave = said
            status = self.got(500, "GET", V2 + "/a", audit_id="wrong")
            self.assertTrue(status["message"].startswith(why), status["message"])
            self.assertEqual((status["status"], status["code"], status.get("reason")), ("Failure", 500, None))
        self.assertEqual(self.got(500, "GET", V2)["code"], 500)
        self.assertEqual(self.got(500, "DELETE", V2 + "/a")["code"], 500)
        self.got(500, "PATCH", V2 + "/a", {"spec": {"address": "x:1"}}, MERGE)
        line = self.ask("GET", V2 + "?watch=1&timeoutSeconds=5").body.decode().splitlines()
        self.assertEqual([json.loads(each)["type"] for each in line], ["ERROR"])
        self.make("b", "two:2", status=500)
        self.got(404, "GET", V1 + "/b")
        self.got(200, "GET", V1 + "/a")
        counts = self.ask("GET", "/metrics").body.decode()
        for kind in ("call", "malformed_response", "partial_response", "invalid_converted_object"):
            kind = f"conversion_webhook_{kind}_failure"
            self.assertIn(f'apiserver_conversion_webhook_request_total{{failure_type="{kind}",result="failure"}}', counts)
        event = self.server.events_of("wrong", 2)[-1]
        self.assertEqual(event["responseStatus"]["code"], 500)

    def test_a_webhook_that_does_not_answer(self):
        def wait(review):
            return lambda handler: handler.rfile.read(1)

        self.behave = wait
        self.assertIn(self.ask("GET", V2 + "/a?timeout=1s").status, (500, 504))
        self.behave = convert
        self.got(200, "GET", V2 + "/a")

    def test_a_webhook_that_is_gone(self):
        with AdmissionHook(convert) as gone:
            other = definition(gone)
        self.got(200, "PATCH", DEFINITIONS + "/endpoints.example.com", {"spec": {"conversion": other["spec"]["conversion"]}}, MERGE)
        message = self.got(500, "GET", V2 + "/a")["message"]
        self.assertTrue(message.startswith(f'{WHO} failed: Post "{gone.url}?timeout=30s": dial tcp'), message)
