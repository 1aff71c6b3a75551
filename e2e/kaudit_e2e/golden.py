"""Plays the requests of a golden file to a running server and pairs what it recorded with what
Kubernetes recorded."""

import dataclasses
import json
import os
import re
import subprocess
import time

from kaudit_e2e import server
from kaudit_e2e.canon import canonical

FOLDER = os.path.join(os.path.dirname(server.HERE), "golden")

# The audit ID of a line as written, in either log format.
_ID = re.compile(rb'"auditID":"((?:[^"\\]|\\.)*)"| AUDIT: id="((?:[^"\\]|\\.)*)"')
_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def audit_id(line):
    found = _ID.search(line)
    return (found.group(1) or found.group(2) or b"") if found else b""


def http2_status(server, path, headers=(), seconds=20):
    """The status that curl gets over HTTP/2, which it may leave before its end."""
    command = ["curl", "-s", "--http2", "--cacert", os.path.join(server.pki, "ca.crt")]
    command += [part for header in headers for part in ("-H", header)]
    command += ["-o", os.devnull, "-w", "%{http_version} %{http_code}", "--max-time", str(seconds)]
    done = subprocess.run(
        [*command, f"https://localhost:{server.port}{path}"], capture_output=True, text=True
    )
    version, code = done.stdout.split(" ")
    if version != "2":
        raise RuntimeError(f"not HTTP/2 but {version!r} (curl {done.returncode}: {done.stderr})")
    return int(code)


@dataclasses.dataclass
class Outcome:
    """One case: canonical lines and status of the answer, wanted and got. A status of None is
    not compared."""

    name: str
    want: list
    want_status: int | None
    ids: set = dataclasses.field(default_factory=set)  # audit IDs as written
    got: list = dataclasses.field(default_factory=list)
    got_status: int | None = None


class Golden:
    """A golden file: the policy, the flags and the steps."""

    def __init__(self, name):
        with open(os.path.join(FOLDER, name + ".json"), encoding="ascii") as file:
            content = json.load(file)
        self.name, self.steps = name, content["steps"]
        self.policy, self.flags, self.authorization = (
            content["policy"],
            content["flags"],
            content["authorization"],
        )

    def cases(self):
        return [step["case"] for step in self.steps if "case" in step]

    def start(self):
        # No controllers ran beside the recording server: what they would have made is in none of its
        # lists. RBAC needs the default roles.
        bare = [] if self.authorization == "RBAC" else ["--bare"]
        return server.Server(self.policy, [*self.flags, *bare], self.authorization)


class Player:
    """Plays a golden file against one server, step after step; a case has ended when its events
    are in the log."""

    def __init__(self, golden, running):
        self.golden, self.server = golden, running
        self.stand_ins = []  # (recorded text, this run's text)
        self.outcomes = []

    def lines(self):
        return [line for line in self.server.lines() if audit_id(line) != b"setup"]

    def play(self):
        for step in self.golden.steps:
            if "case" in step:
                self._case(step)
            else:
                self._set_up(step)
        self._assign(self.lines())
        return self.outcomes

    def whole_log(self):
        """Canonical lines, wanted and got, in their order."""
        want = [line for outcome in self.outcomes for line in outcome.want]
        return want, [canonical(line) for line in self.lines()]

    def _set_up(self, step):
        body = json.dumps(step["body"]) if "body" in step else b""
        answer = self.server.ask(step["setup"], step["path"], body, user="admin")
        if answer.status not in (200, 201):
            raise RuntimeError(f"set-up {step['setup']} {step['path']}: {answer.status} {answer.text()}")
        if "resembles" in step:
            own = json.loads(answer.body)["metadata"]
            recorded = step["resembles"]
            self.stand_ins.append((recorded["uid"], own["uid"]))
            for form in ('"resourceVersion": "%s"', '"resourceVersion":"%s"'):
                self.stand_ins.append((form % recorded["resourceVersion"], form % own["resourceVersion"]))

    def _request(self, text):
        for recorded, own in self.stand_ins:
            text = text.replace(recorded, own)
        head, _, body = text.partition("\r\n\r\n")
        if self.stand_ins and body:
            head = re.sub(r"Content-Length: \d+", f"Content-Length: {len(body)}", head)
        return f"{head}\r\n\r\n{body}".encode("latin-1")

    def _case(self, step):
        recorded = [line.encode("latin-1") for line in step["events"]]
        outcome = Outcome(
            step["case"],
            [canonical(r) for r in recorded],
            step.get("status"),
            {audit_id(r) for r in recorded},
        )
        self.outcomes.append(outcome)
        before = len(self.lines())
        if "curl" in step:
            outcome.got_status = http2_status(self.server, **step["curl"])
        else:
            self._send(step, outcome)
        try:
            self.server.wait_for(
                lambda _: len(self.lines()) >= before + len(outcome.want), f"events of {outcome.name}"
            )
        except TimeoutError:
            pass  # the comparison says it better

    def _send(self, step, outcome):
        request = self._request(step["request"])
        with self.server.connect(step.get("certificate")) as connection:
            connection.send(request)
            if "abort" in step:
                self._leave(connection, step["abort"])
            else:
                outcome.got_status = connection.response(step["request"].split(" ", 1)[0]).status

    @staticmethod
    def _leave(connection, after):
        """Reads for so many seconds, then lets the connection drop (leaving the `with` block
        closes it)."""
        end = time.monotonic() + after
        try:
            while (left := end - time.monotonic()) > 0:
                connection.socket.settimeout(left)
                if not connection.socket.recv(65536):
                    break
        except OSError:
            pass

    def _assign(self, lines):
        """Gives each line to its case: by audit ID; lines whose ID the server made go to the
        cases that want such."""
        by_id = {i: outcome for outcome in self.outcomes for i in outcome.ids if not _UUID.fullmatch(i)}
        unnamed = [o for o in self.outcomes if any(_UUID.fullmatch(i) for i in o.ids)]
        for line in lines:
            outcome = by_id.get(audit_id(line))
            if outcome is None:
                outcome = next((o for o in unnamed if len(o.got) < len(o.want)), None)
            if outcome is not None:
                outcome.got.append(canonical(line))
