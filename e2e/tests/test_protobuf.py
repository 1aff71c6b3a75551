"""Answers in protobuf: field for field what a real server sent, framed in a watch, and never in an event."""

import base64
import json
import struct
import unittest

from kaudit_e2e.server import Server

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
PROTOBUF = "application/vnd.kubernetes.protobuf"

# The bodies of two answers of the recording server (golden cases create-accept-protobuf and list-protobuf).
CREATED = (
    "azhzAAoPCgJ2MRIJQ29uZmlnTWFwErIBCqcBChZjcmVhdGUtYWNjZXB0LXByb3RvYnVmEgAaBmdvbGRlbiIAKiQ0NmNkOWY3ZS1iMDNhLTQ5NzAtOGIw"
    "NS04MWY0MDAwYjk5NzYyAjE1OABCCAjMoY/YBhAAigFKCgZnb2xkZW4SBlVwZGF0ZRoCdjEiCAjMoY/YBhAAMghGaWVsZHNWMToeChx7ImY6ZGF0YSI6"
    "eyIuIjp7fSwiZjphIjp7fX19QgASBgoBYRIBYhoAIgA="
)
LISTED = (
    "azhzAAoTCgJ2MRINQ29uZmlnTWFwTGlzdBKfAgpoCgASAjI5Gl5leUoySWpvaWJXVjBZUzVyT0hNdWFXOHZkakVpTENKeWRpSTZNamtzSW5OMFlYSjBJ"
    "am9pTDJOeVpXRjBaUzFoWTJObGNIUXRjSEp2ZEc5aWRXWmNkVEF3TURBaWZRIBASsgEKpwEKFmNyZWF0ZS1hY2NlcHQtcHJvdG9idWYSABoGZ29sZGVu"
    "IgAqJDQ2Y2Q5ZjdlLWIwM2EtNDk3MC04YjA1LTgxZjQwMDBiOTk3NjICMTU4AEIICMyhj9gGEACKAUoKBmdvbGRlbhIGVXBkYXRlGgJ2MSIICMyhj9gG"
    "EAAyCEZpZWxkc1YxOh4KHHsiZjpkYXRhIjp7Ii4iOnt9LCJmOmEiOnt9fX1CABIGCgFhEgFiGgAiAA=="
)

# Which fields are messages, below each other; DIFFERS: a value that is of its run.
DIFFERS = object()
TIME = {1: DIFFERS}
METADATA = {5: DIFFERS, 6: DIFFERS, 8: TIME, 17: {4: TIME, 7: {}}}
CONFIGMAP = {1: METADATA, 2: {}}
LIST = {1: {2: DIFFERS, 3: DIFFERS, 4: DIFFERS}, 2: CONFIGMAP}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def tree(data, shape):
    """The fields in their order."""
    fields, at = [], 0
    while at < len(data):
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            raise AssertionError(f"wire type {wire}")
        below = shape.get(number)
        if below is DIFFERS:
            value = "…"
        elif below is not None:
            value = tree(value, below)
        fields.append((number, value))
    return fields


def answer_tree(body, shape):
    if not body.startswith(b"k8s\0"):
        raise AssertionError(f"not an answer in protobuf: {body[:40]!r}")
    return tree(body[4:], {1: {}, 2: shape})


class ProtobufTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(flags=["--bare"]))
        cls.server.ask("POST", "/api/v1/namespaces", '{"metadata":{"name":"golden"}}')

    def ask(self, method, path, body=b"", accept=PROTOBUF, audit_id="setup"):
        headers = [("Accept", accept), ("Content-Type", "application/json"), ("User-Agent", "golden/1.0")]
        return self.server.ask(method, path, body, headers=headers, audit_id=audit_id)

    def test_objects_and_lists_are_those_of_a_real_server(self):
        path = "/api/v1/namespaces/golden/configmaps"
        configmap = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}
        configmap["metadata"] = {"name": "create-accept-protobuf"}
        created = self.ask("POST", path, json.dumps(configmap), audit_id="created")
        self.assertEqual((created.status, created.header("Content-Type")), (201, PROTOBUF))
        want = base64.b64decode(CREATED)
        self.assertEqual(answer_tree(created.body, CONFIGMAP), answer_tree(want, CONFIGMAP))
        configmap["metadata"] = {"name": "later"}
        self.ask("POST", path, json.dumps(configmap))
        listed = self.ask("GET", path + "?limit=1")
        self.assertEqual(answer_tree(listed.body, LIST), answer_tree(base64.b64decode(LISTED), LIST))
        event = self.server.events_of("created", 2)[-1]
        self.assertEqual(event["responseObject"]["data"], {"a": "b"})

    def test_a_watch_is_framed(self):
        self.ask("POST", CONFIGMAPS, '{"metadata":{"name":"a"}}')
        watched = self.ask("GET", CONFIGMAPS + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name=a")
        self.assertEqual(watched.header("Content-Type"), PROTOBUF + ";stream=watch")
        (size,) = struct.unpack(">I", watched.body[:4])
        event = tree(watched.body[4 : 4 + size], {2: {}})
        self.assertEqual(event[0], (1, b"ADDED"))
        self.assertEqual(event[1][0], 2)
        self.assertTrue(event[1][1][0][1].startswith(b"k8s\0"))

    def test_what_has_no_protobuf_comes_in_the_next_form_or_not_at_all(self):
        table = ";as=Table;v=v1;g=meta.k8s.io"
        listed = self.ask("GET", CONFIGMAPS, accept=f"{PROTOBUF}{table},application/json{table}")
        self.assertEqual(json.loads(listed.body)["kind"], "Table")
        refused = self.ask("GET", CONFIGMAPS, accept=PROTOBUF + table)
        self.assertEqual(refused.status, 406)
        self.assertIn("only the following media types are accepted", json.loads(refused.body)["message"])

    def test_refusals_and_discovery_are_in_protobuf_too(self):
        for method, path, kind in (
            ("GET", CONFIGMAPS + "/nope", b"Status"),
            ("GET", CONFIGMAPS + "?timeout=x", b"Status"),
            ("GET", "/apis", b"APIGroupList"),
            ("GET", "/api/v1", b"APIResourceList"),
        ):
            answer = self.ask(method, path)
            self.assertEqual(answer.header("Content-Type"), PROTOBUF, path)
            self.assertIn(kind, answer.body[:40], path)


if __name__ == "__main__":
    unittest.main()
