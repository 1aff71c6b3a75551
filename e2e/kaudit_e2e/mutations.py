"""Valid requests of every kind, and the same with something wrong about them: a seeded stream, so that
whatever goes wrong can be had again.

    for request in mutated_requests(seed=1, count=1500): connection.send(request.data)
"""

import dataclasses
import json
import random

CORE = "/api/v1/namespaces/default"
CONFIGMAPS = CORE + "/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"

PATCHES = {
    "application/json-patch+json": '[{"op":"test","path":"/data/a","value":"b"},{"op":"add","path":"/data/c","value":"d"}]',
    "application/merge-patch+json": '{"metadata":{"labels":{"a":null,"b":"c"}},"data":{"a":"e"}}',
    "application/strategic-merge-patch+json": '{"data":{"f":"g"},"metadata":{"$retainKeys":["labels"],"labels":{"x":"y"}}}',
    "application/apply-patch+yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  h: 'i'\n",
}

# What breaks readers: ends of ranges, escapes, syntax of all that is read.
TOKENS = [
    b"", b"\0", b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b";", b",", b"&", b"=", b"?", b"#", b"%", b"%00", b"%zz", b"%2e%2e%2f",
    b"../", b"//", b"/", b"*", b"{", b"}", b"[", b"]", b"[" * 3000, b'{"a":' * 500, b'"', b"\\", b"\\ud800", b"\\u0000", b"null",
    b"true", b"-0", b"1e999", b"9223372036854775808", b"-9223372036854775809", b"18446744073709551616", b"0x10", b"\xff\xfe",
    b"\xc3\x28", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae", b"\x1b[31m", b"a" * 5000, b"k8s\0", b"\x80" * 12,
    b"- ", b"&a ", b"*a", b"!!binary ", b"---\n", b"...\n", b"%YAML 1.2\n", b"? ", b"<<: ", b"~", b"0\r\n\r\n", b"ffffffffffffffff\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n", b"Expect: 100-continue\r\n", b"Content-Encoding: gzip\r\n",
    b"Connection: close\r\n", b"Connection: Upgrade\r\nUpgrade: websocket\r\n", b"Impersonate-User: eve\r\n", b"Accept: application/yaml\r\n",
    b"Accept: application/json;as=Table;v=v1;g=meta.k8s.io\r\n", b"dryRun=All", b"fieldManager=x", b"force=true", b"watch=1",
    b"limit=1", b"continue=", b"resourceVersion=0", b"timeout=1ms", b"timeoutSeconds=0", b"pretty=1", b"labelSelector=a in (b)",
]  # fmt: skip


@dataclasses.dataclass
class Request:
    method: str
    path: str
    headers: list
    body: bytes = b""
    chunked: bool = False
    token: str = "alice-token"

    def data(self, audit_id):
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: localhost", f"Audit-ID: {audit_id}"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        body = in_chunks(self.body) if self.chunked else self.body
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@dataclasses.dataclass
class Mutated:
    """The bytes of one request; `what` says what was done to them."""

    number: int
    audit_id: str
    data: bytes
    what: str


def in_chunks(body):
    """With an extension and a trailer, as both are allowed."""
    middle = len(body) // 2
    pieces = [piece for piece in (body[:middle], body[middle:]) if piece]
    text = b"".join(b"%x;name=value\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return text + b"0\r\nX-Trailer: t\r\n\r\n"


def _field(number, data):
    if isinstance(data, str):
        data = data.encode()
    size, length = len(data), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + data


def protobuf_configmap(name):
    config_map = _field(1, _field(1, name)) + _field(2, _field(1, "key") + _field(2, "value"))
    return b"k8s\0" + _field(1, _field(1, "v1") + _field(2, "ConfigMap")) + _field(2, config_map)


def _configmap(name):
    metadata = {"name": name, "labels": {"a": "b"}, "annotations": {"x": "\u00fc\u2028"}}
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "b"}}).encode()


def _deployment(name):
    container = {"name": "c", "image": "i", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "100m"}}}
    labels = {"app": "a"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    return json.dumps({"metadata": {"name": name}, "spec": spec}).encode()


def valid_requests(random_, number):
    """One request of each kind, with a name of its own; the generator of a test picks one."""
    name = f"m{number % 97}"
    json_type = [("Content-Type", "application/json")]
    upgrade = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Origin", "http://localhost"),
    ]
    yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  labels: {a: b}\ndata:\n  t: |\n    text\n" % name
    requests = [
        Request("GET", CONFIGMAPS, []),
        Request("GET", CONFIGMAPS + "?limit=3&labelSelector=a%3Db%2Cc+notin+(d)&fieldSelector=metadata.name%21%3Dx", []),
        Request("GET", f"{CONFIGMAPS}/{name}", [("Accept", "application/yaml, */*;q=0.1")]),
        Request("GET", CONFIGMAPS, [("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")]),
        Request("GET", CONFIGMAPS, [("Accept", "application/vnd.kubernetes.protobuf,application/json")]),
        Request("HEAD", f"{CONFIGMAPS}/{name}", []),
        Request("OPTIONS", CONFIGMAPS, []),
        Request("GET", CONFIGMAPS + "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true", []),
        Request("GET", f"/api/v1/watch/namespaces/default/configmaps/{name}?timeoutSeconds=1", []),
        Request("GET", CONFIGMAPS + "?watch=1&timeoutSeconds=1", upgrade),
        Request("GET", f"{CORE}/pods/p/exec?command=ls&stdout=1", upgrade),
        Request("GET", f"{CORE}/pods/p/log?tailLines=2&follow=1&timestamps=1", []),
        Request("GET", f"{CORE}/services/https:s:web/proxy/a/b?c=d", []),
        Request("POST", CONFIGMAPS + "?fieldManager=m&fieldValidation=Strict", json_type, _configmap(name)),
        Request("POST", CONFIGMAPS, json_type, _configmap(name), chunked=True),
        Request("POST", CONFIGMAPS + "?dryRun=All", [("Content-Type", "application/yaml")], yaml.encode()),
        Request("POST", CONFIGMAPS, [("Content-Type", "application/vnd.kubernetes.protobuf")], protobuf_configmap(name)),
        Request("POST", CONFIGMAPS, [*json_type, ("Expect", "100-continue")], _configmap(name)),
        Request("POST", DEPLOYMENTS, json_type, _deployment(name)),
        Request("PUT", f"{CONFIGMAPS}/{name}", json_type, _configmap(name)),
        Request("PUT", f"{CONFIGMAPS}/{name}", [("Content-Type", "application/vnd.kubernetes.protobuf")],
                protobuf_configmap(name), chunked=True),
        Request("PUT", f"{DEPLOYMENTS}/{name}/status", json_type, _deployment(name)),
        Request("DELETE", f"{CONFIGMAPS}/{name}?propagationPolicy=Foreground", []),
        Request("DELETE", f"{CONFIGMAPS}/{name}", json_type, b'{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0}'),
        Request("DELETE", CONFIGMAPS + "?labelSelector=a%3Dz", []),
        Request("GET", "/apis/apps/v1?timeout=32s", []),
        Request("GET", "/openapi/v3", []),
        Request("GET", "/healthz?verbose", []),
        Request("GET", CONFIGMAPS, [], token="wrong"),
        Request("GET", CONFIGMAPS + "?timeout=bad", []),
        Request("GET", CONFIGMAPS, [("Impersonate-User", "eve"), ("Impersonate-Group", "dev")]),
        Request("POST", "/debug/status?code=503&body=b", [], b"body"),
        Request("GET", "/debug/panic", []),
    ]  # fmt: skip
    for content_type, patch in PATCHES.items():
        body = patch.replace("name: m\n", f"name: {name}\n").encode()
        path = f"{CONFIGMAPS}/{name}" + ("?fieldManager=m&force=1" if "apply" in content_type else "")
        requests.append(Request("PATCH", path, [("Content-Type", content_type)], body))
    random_.shuffle(requests)
    return requests


# --- what may be wrong with one


def _flip(random_, data, _other):
    at = random_.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random_.randrange(8))]) + data[at + 1 :]


def _insert(random_, data, _other):
    at = random_.randrange(len(data) + 1)
    return data[:at] + random_.choice(TOKENS) + data[at:]


def _overwrite(random_, data, _other):
    token = random_.choice(TOKENS)
    at = random_.randrange(len(data))
    return data[:at] + token + data[at + len(token) :]


def _remove(random_, data, _other):
    at = random_.randrange(len(data))
    return data[:at] + data[at + random_.randrange(1, 20) :]


def _repeat(random_, data, _other):
    at = random_.randrange(len(data))
    piece = data[at : at + random_.randrange(1, 60)]
    return data[:at] + piece * random_.choice((2, 3, 50)) + data[at + len(piece) :]


def _cut(random_, data, _other):
    return data[: random_.randrange(1, len(data))]


def _splice(random_, data, other):
    return data[: random_.randrange(1, len(data))] + other[random_.randrange(len(other)) :]


def _follow(_random, data, other):
    return data + other


def _number(random_, data, _other):
    places = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
    at = random_.choice(places or [0])
    return data[:at] + random_.choice((b"0", b"-1", b"99", b"4294967296", b"1.5")) + data[at + 1 :]


def _line(random_, data, _other):
    head, end, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    at = random_.randrange(len(lines))
    lines[at : at + 1] = random_.choice(([], [lines[at]] * 2, [b" " + lines[at]], [lines[at] + b"\x01"]))
    return b"\r\n".join(lines) + end + body


def _chunk(random_, data, _other):
    """Sizes, ends and extensions of chunks, in what has none as well."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [l for l in head.split(b"\r\n") if not l.lower().startswith((b"content-length", b"transfer-encoding"))]
    size = random_.choice((b"%x" % len(body), b"%X" % (len(body) + 1), b"-1", b"0", b"0x5", b"", b"g", b"1" * 20))
    extension = random_.choice((b"", b";", b";a=b", b";" + b"e" * 5000, b" ", b"\t;x"))
    end = random_.choice((b"0\r\n\r\n", b"0\r\nA: b\r\n\r\n", b"0\r\n", b"\r\n", b"", b"0\n\n"))
    coding = random_.choice((b"chunked", b"Chunked", b"gzip, chunked", b"identity", b"chunked, chunked"))
    head = b"\r\n".join([*lines, b"Transfer-Encoding: " + coding])
    return head + b"\r\n\r\n" + size + extension + b"\r\n" + body + b"\r\n" + end


def _method(random_, data, _other):
    method = random_.choice((b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"TRACE", b"BREW", b"get", b"CONNECT"))
    return method + b" " + data.partition(b" ")[2]


MUTATIONS = (
    _flip, _insert, _overwrite, _remove, _repeat, _cut, _splice, _follow, _number, _line, _chunk, _method,
)  # fmt: skip


def mutated_requests(seed, count):
    """`count` requests, the same ones for the same seed. One in twenty stays as it is."""
    random_ = random.Random(seed)
    for number in range(count):
        audit_id = f"m-{seed}-{number}"
        first, second = valid_requests(random_, number)[:2]
        data, other = first.data(audit_id), second.data(audit_id + "-2")
        done = []
        if random_.randrange(20):
            for _ in range(random_.choice((1, 1, 1, 2, 3))):
                mutation = random_.choice(MUTATIONS)
                if len(data) < 20:
                    break  # there is hardly anything left to change
                data = mutation(random_, data, other)
                done.append(mutation.__name__.lstrip("_"))
        yield Mutated(number, audit_id, data, f"{first.method} {first.path}: {', '.join(done) or 'as it is'}")
