"""Makes lines of an audit log comparable from run to run, and leaves every other byte as it is.

What differs between two runs of the same requests is replaced: times, UUIDs, resourceVersions,
generated names, fingerprints of certificates, ports. What this server does not make
(managedFields) or makes in its own words (the authorizer's reason, latencies, descriptions of
Table columns) is left out. Everything else stays text: order of members, escapes and numbers
count to the byte."""

import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')

_LEFT_OUT = {'"managedFields"', '"authorization.k8s.io/reason"', '"selfLink"'}
_LATENCY = '"apiserver.latency.k8s.io/'

_REPLACED = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"), "TIME"),
    (re.compile(r"X509SHA256=[0-9a-f]{64}"), "X509SHA256=HASH"),
    (re.compile(r"(?:127\.0\.0\.1|localhost):\d+"), "HOST:PORT"),
    (re.compile(r"(resourceVersion(?:=|%3D))\d+"), r"\1N"),
    (re.compile(r": alwaysdeny: Everything is forbidden\."), ""),
]


class _Parser:
    """JSON as nested lists whose leaves are the literals as written; an object is a list of
    (key, value) pairs."""

    def __init__(self, text):
        self.tokens = _TOKEN.findall(text)
        self.next = 0

    def take(self):
        self.next += 1
        return self.tokens[self.next - 1]

    def value(self):
        token = self.take()
        if token == "{":
            return ("{", self.until("}", self.member))
        if token == "[":
            return ("[", self.until("]", self.value))
        if token in "}],:":
            raise ValueError(f"unexpected {token}")
        return token

    def member(self):
        key = self.take()
        if self.take() != ":":
            raise ValueError("a member without a colon")
        return (key, self.value())

    def until(self, end, item):
        items = []
        if self.tokens[self.next] == end:
            self.take()
            return items
        while True:
            items.append(item())
            token = self.take()
            if token == end:
                return items
            if token != ",":
                raise ValueError(f"{token} where a comma was due")


def _literal(text, key):
    if key == '"resourceVersion"' and text.startswith('"'):
        return '"RV"'
    if key == '"continue"':
        return '"CONTINUE"'
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    return text


def _members(pairs, key):
    generated = dict(pairs).get('"generateName"')
    for name, value in pairs:
        if (
            name in _LEFT_OUT
            or name.startswith(_LATENCY)
            or (key == '"columnDefinitions"' and name == '"description"')
        ):
            continue
        if name == '"name"' and generated and isinstance(value, str) and value.startswith(generated[:-1]):
            value = generated[:-1] + 'XXXXX"'
        yield f"{name}:{_text(value, name)}"


def _text(value, key):
    if isinstance(value, str):
        return _literal(value, key)
    kind, items = value
    if kind == "{":
        return "{" + ",".join(_members(items, key)) + "}"
    return "[" + ",".join(_text(item, key) for item in items) + "]"


def canonical(line):
    """The canonical text of one line of the log (bytes or str). A line that is not JSON (the
    legacy format) keeps its form: only what differs from run to run is replaced."""
    if isinstance(line, bytes):
        line = line.decode("utf-8", "backslashreplace")
    if not line.startswith("{"):
        return _literal(line, "")
    parser = _Parser(line)
    try:
        value = parser.value()
    except IndexError:
        raise ValueError(f"half a line: {line[:200]}") from None
    if parser.next != len(parser.tokens):
        raise ValueError(f"more than one value on a line: {line[:200]}")
    return _text(value, "")


def first_difference(want, got, around=60):
    """The place where two canonical texts part, for people."""
    at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
    begin = max(0, at - around)
    return f"want …{want[begin:at + around]}…\n got …{got[begin:at + around]}…"
