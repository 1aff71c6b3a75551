"""Kinds that a CustomResourceDefinition defines: served, checked by their schema, shown and recorded
as a real server does it."""

import json
import unittest

from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"

SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["color"],
            "properties": {
                "color": {"type": "string", "enum": ["red", "green"]},
                "replicas": {"type": "integer", "minimum": 0, "default": 1},
                "ports": {
                    "type": "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {"name": {"type": "string"}, "port": {"type": "integer"}},
                    },
                },
            },
        },
        "status": {
            "type": "object",
            "properties": {"replicas": {"type": "integer"}, "selector": {"type": "string"}},
        },
    },
}


def definition(plural="widgets", kind="Widget", group="example.com", versions=None, **names):
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind, **names},
            "versions": versions
            or [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": SCHEMA},
                    "subresources": {
                        "status": {},
                        "scale": {
                            "specReplicasPath": ".spec.replicas",
                            "statusReplicasPath": ".status.replicas",
                            "labelSelectorPath": ".status.selector",
                        },
                    },
                    "selectableFields": [{"jsonPath": ".spec.color"}],
                    "additionalPrinterColumns": [
                        {"name": "Color", "type": "string", "jsonPath": ".spec.color"},
                        {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas"},
                    ],
                }
            ],
        },
    }


def widget(name, **spec):
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": name},
        "spec": {"color": "red", **spec},
    }


class CustomResources(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server())

    def ask(self, method, path, body=None, headers=(), audit_id="setup"):
        text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        return self.server.ask(method, path, text, headers=headers, user="admin", audit_id=audit_id)

    def got(self, status, method, path, body=None, headers=(), audit_id="setup"):
        answer = self.ask(method, path, body, headers, audit_id)
        self.assertEqual(answer.status, status, f"{method} {path}: {answer.body}")
        return json.loads(answer.body)

    def define(self, **arguments):
        return self.got(201, "POST", DEFINITIONS, definition(**arguments))

    def test_a_definition_is_established(self):
        made = self.define(shortNames=["wd"])
        self.assertEqual(made["status"]["storedVersions"], ["v1"])
        now = self.got(200, "GET", f"{DEFINITIONS}/widgets.example.com")
        conditions = {each["type"]: each["status"] for each in now["status"]["conditions"]}
        self.assertEqual(conditions, {"NamesAccepted": "True", "Established": "True"})
        self.assertEqual(now["status"]["acceptedNames"]["listKind"], "WidgetList")
        groups = self.got(200, "GET", "/apis")["groups"]
        self.assertIn("example.com", [group["name"] for group in groups])
        listed = self.got(200, "GET", "/apis/example.com/v1")["resources"]
        self.assertEqual(
            [each["name"] for each in listed], ["widgets", "widgets/status", "widgets/scale"]
        )
        self.assertEqual(listed[0]["shortNames"], ["wd"])

    def test_objects_are_made_by_their_schema(self):
        self.define()
        sent = widget("a", color="green")
        sent["spec"]["unknown"] = 1
        answer = self.ask("POST", WIDGETS, sent, audit_id="made")
        self.assertEqual(answer.status, 201, answer.body)
        made = json.loads(answer.body)
        self.assertEqual(made["spec"], {"color": "green", "replicas": 1})
        self.assertEqual(made["metadata"]["generation"], 1)
        self.assertEqual(answer.headers["warning"], ['299 - "unknown field \\"spec.unknown\\""'])
        event = [e for e in self.server.events("made") if e["stage"] == "ResponseComplete"][-1]
        self.assertEqual(event["objectRef"]["apiGroup"], "example.com")
        self.assertEqual(event["objectRef"]["apiVersion"], "v1")
        self.assertEqual(event["objectRef"]["resource"], "widgets")
        # Decoding prunes and fills in, and what was decoded is recorded.
        self.assertEqual(event["requestObject"]["spec"], {"color": "green", "replicas": 1})
        self.assertEqual(event["responseObject"], made)

    def test_what_does_not_fit_is_refused(self):
        self.define()
        refused = self.got(422, "POST", WIDGETS, widget("a", color=5, replicas=-1))
        fields = {cause["field"]: cause["message"] for cause in refused["details"]["causes"]}
        self.assertEqual(
            fields["spec.color"], 'Unsupported value: 5: supported values: "red", "green"'
        )
        self.assertEqual(
            fields["spec.replicas"],
            "Invalid value: -1: spec.replicas in body should be greater than or equal to 0",
        )

    def test_status_and_scale(self):
        self.define()
        self.got(201, "POST", WIDGETS, {**widget("a"), "status": {"replicas": 7}})
        made = self.got(200, "GET", f"{WIDGETS}/a")
        self.assertNotIn("status", made)
        made["status"] = {"replicas": 3, "selector": "a=b"}
        made = self.got(200, "PUT", f"{WIDGETS}/a/status", made)
        self.assertEqual((made["status"]["replicas"], made["metadata"]["generation"]), (3, 1))
        scale = self.got(200, "GET", f"{WIDGETS}/a/scale")
        self.assertEqual((scale["spec"], scale["status"]), ({"replicas": 1}, {"replicas": 3, "selector": "a=b"}))
        patch = '{"spec":{"replicas":4}}'
        merge = [("Content-Type", "application/merge-patch+json")]
        self.got(200, "PATCH", f"{WIDGETS}/a/scale", patch, merge)
        self.assertEqual(self.got(200, "GET", f"{WIDGETS}/a")["spec"]["replicas"], 4)

    def test_patches(self):
        self.define()
        self.got(201, "POST", WIDGETS, widget("a"))
        merge = [("Content-Type", "application/merge-patch+json")]
        changed = self.got(200, "PATCH", f"{WIDGETS}/a", '{"spec":{"replicas":2}}', merge)
        self.assertEqual(changed["metadata"]["generation"], 2)
        strategic = [("Content-Type", "application/strategic-merge-patch+json")]
        self.got(415, "PATCH", f"{WIDGETS}/a", "{}", strategic)
        apply = [("Content-Type", "application/apply-patch+yaml")]
        for manager, name in (("one", "http"), ("two", "tls")):
            config = widget("a", ports=[{"name": name, "port": 1}])
            del config["spec"]["color"]
            self.got(200, "PATCH", f"{WIDGETS}/a?fieldManager={manager}", config, apply)
        ports = self.got(200, "GET", f"{WIDGETS}/a")["spec"]["ports"]
        self.assertEqual([port["name"] for port in ports], ["http", "tls"])

    def test_objects_go_with_their_definition(self):
        self.define()
        self.got(201, "POST", WIDGETS, widget("a"))
        self.got(200, "DELETE", f"{DEFINITIONS}/widgets.example.com")
        self.got(404, "GET", f"{DEFINITIONS}/widgets.example.com")
        self.assertEqual(self.ask("GET", WIDGETS).status, 404)
        self.define()
        self.assertEqual(self.got(200, "GET", WIDGETS)["items"], [])

    def test_finalizers_hold_a_definition(self):
        self.define()
        held = widget("a")
        held["metadata"]["finalizers"] = ["example.com/hold"]
        self.got(201, "POST", WIDGETS, held)
        self.got(200, "DELETE", f"{DEFINITIONS}/widgets.example.com")
        left = self.got(200, "GET", f"{DEFINITIONS}/widgets.example.com")
        self.assertIn("customresourcecleanup.apiextensions.k8s.io", left["metadata"]["finalizers"])
        refused = self.got(403, "POST", WIDGETS, widget("b"))
        self.assertIn("definition is terminating", refused["message"])
        merge = [("Content-Type", "application/merge-patch+json")]
        self.got(200, "PATCH", f"{WIDGETS}/a", '{"metadata":{"finalizers":null}}', merge)
        self.got(404, "GET", f"{DEFINITIONS}/widgets.example.com")

    def test_names_that_are_taken(self):
        self.define(shortNames=["wd"])
        self.define(plural="gadgets", kind="Gadget", shortNames=["wd"])
        other = self.got(200, "GET", f"{DEFINITIONS}/gadgets.example.com")
        conditions = {each["type"]: each for each in other["status"]["conditions"]}
        self.assertEqual(conditions["Established"]["status"], "False")
        self.assertEqual(
            (conditions["NamesAccepted"]["reason"], conditions["NamesAccepted"]["message"]),
            ("ShortNamesConflict", '"wd" is already in use'),
        )
        gadgets = "/apis/example.com/v1/namespaces/default/gadgets"
        self.assertEqual(self.ask("GET", gadgets).status, 404)
        self.got(200, "DELETE", f"{DEFINITIONS}/widgets.example.com")
        self.assertEqual(self.got(200, "GET", gadgets)["kind"], "GadgetList")

    def test_a_definition_that_is_wrong(self):
        wrong = definition()
        wrong["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = {"type": "object", "properties": {"spec": {}}}
        refused = self.got(422, "POST", DEFINITIONS, wrong)
        causes = {cause["field"]: cause["message"] for cause in refused["details"]["causes"]}
        self.assertEqual(
            causes["spec.validation.openAPIV3Schema.properties[spec].type"],
            "Required value: must not be empty for specified object fields",
        )

    def test_versions(self):
        schema = {"schema": {"openAPIV3Schema": SCHEMA}}
        versions = [
            {"name": "v1", "served": True, "storage": True, **schema},
            {"name": "v2", "served": True, "storage": False, **schema},
            {"name": "v3", "served": False, "storage": False, **schema},
        ]
        self.define(versions=versions)
        self.got(201, "POST", WIDGETS, widget("a"))
        shown = self.got(200, "GET", WIDGETS.replace("/v1/", "/v2/") + "/a")
        self.assertEqual(shown["apiVersion"], "example.com/v2")
        self.assertEqual(self.ask("GET", WIDGETS.replace("/v1/", "/v3/")).status, 404)
        group = self.got(200, "GET", "/apis/example.com")
        self.assertEqual([each["version"] for each in group["versions"]], ["v2", "v1"])

    def test_a_schema_that_changes(self):
        self.define()
        self.got(201, "POST", WIDGETS, widget("a"))
        now = self.got(200, "GET", f"{DEFINITIONS}/widgets.example.com")
        schema = now["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        schema["properties"]["spec"]["properties"]["size"] = {"type": "string", "default": "small"}
        self.got(200, "PUT", f"{DEFINITIONS}/widgets.example.com", now)
        self.assertEqual(self.got(200, "GET", f"{WIDGETS}/a")["spec"]["size"], "small")
        self.assertEqual(self.got(200, "GET", WIDGETS)["items"][0]["spec"]["size"], "small")

    def test_selection_and_strictness(self):
        self.define()
        self.got(201, "POST", WIDGETS, widget("a"))
        self.got(201, "POST", WIDGETS, widget("b", color="green"))
        listed = self.got(200, "GET", f"{WIDGETS}?fieldSelector=spec.color%3Dgreen")
        self.assertEqual([each["metadata"]["name"] for each in listed["items"]], ["b"])
        refused = self.got(400, "GET", f"{WIDGETS}?fieldSelector=spec.replicas%3D1")
        self.assertEqual(refused["message"], "field label not supported: spec.replicas")
        strict = self.got(400, "POST", f"{WIDGETS}?fieldValidation=Strict", widget("c", size=1))
        self.assertEqual(
            strict["message"],
            'Widget in version "v1" cannot be handled as a Widget: strict decoding error: '
            'unknown field "spec.size"',
        )

    def test_objects_have_no_protobuf(self):
        self.define()
        self.got(201, "POST", WIDGETS, widget("a"))
        binary = "application/vnd.kubernetes.protobuf"
        self.assertEqual(self.ask("GET", WIDGETS, headers=[("Accept", binary)]).status, 406)
        answer = self.ask("GET", WIDGETS, headers=[("Accept", f"{binary},application/json")])
        self.assertEqual(json.loads(answer.body)["items"][0]["spec"]["color"], "red")

    def test_rules_are_not_enforced(self):
        ruled = definition()
        spec = ruled["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
        ruled["spec"]["versions"][0]["schema"] = {
            "openAPIV3Schema": {
                "type": "object",
                "properties": {"spec": {**spec, "x-kubernetes-validations": [{"rule": "self.replicas < 3"}]}},
            }
        }
        answer = self.ask("POST", DEFINITIONS, ruled)
        self.assertEqual(answer.status, 201, answer.body)
        self.assertIn("not enforced", answer.headers["warning"][0])
        self.got(201, "POST", WIDGETS, widget("a", replicas=5))


class WithKubectl(unittest.TestCase):
    program = None

    def setUp(self):
        self.server = self.enterContext(Server())
        self.kubectl = Kubectl(self.program, self.server)

    def good(self, *arguments, stdin=""):
        done = self.kubectl(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_a_life(self):
        self.good("apply", "-f", "-", stdin=json.dumps(definition(shortNames=["wd"], categories=["all"])))
        self.good("wait", "--for=condition=Established", "--timeout=10s", "crd/widgets.example.com")
        self.good("apply", "-f", "-", stdin=json.dumps(widget("a", color="green")))
        self.good("apply", "--server-side", "-f", "-", stdin=json.dumps(widget("b")))
        self.assertRegex(self.good("get", "wd"), r"NAME +COLOR +REPLICAS\na +green +1\nb +red +1\n")
        self.assertIn("widget.example.com/a", self.good("get", "all", "-o", "name"))
        self.assertIn("replicas", self.good("explain", "widgets.spec"))
        self.good("scale", "widget/a", "--replicas=3")
        self.assertEqual(self.good("get", "widget", "a", "-o", "jsonpath={.spec.replicas}"), "3")
        self.good("delete", "crd", "widgets.example.com")


globals().update(classes_for_kubectls(__name__, WithKubectl, "WithKubectl"))
del WithKubectl

if __name__ == "__main__":
    unittest.main()
