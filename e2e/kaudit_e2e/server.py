"""Starts kaudit-apiserver on a free port in a folder of its own and waits until its kubeconfig
says that it is ready."""

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from kaudit_e2e import http
from kaudit_e2e.waiting import PATIENCE, until

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("KAUDIT_BIN", os.path.join(ROOT, "build", "release", "bin"))
APISERVER = os.path.join(BIN, "kaudit-apiserver")
KAUDIT = os.path.join(BIN, "kaudit")

EVERYTHING = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: RequestResponse
"""

# Sanitizers keep what is freed.
PLAIN = os.environ.get("KAUDIT_PRESET", "release") in ("release", "dev")

# Users of the golden events. "NAME-token" is NAME's token.
TOKENS = """alice-token,alice,u-alice,"dev,ops"
mallory-token,mallory,u-mallory
denied-token,denied,u-denied
bob-token,bob,u-bob,dev
"""

FRONT_PROXY = [
    "--requestheader-allowed-names",
    "front-proxy",
    "--requestheader-username-headers",
    "X-Remote-User",
    "--requestheader-uid-headers",
    "X-Remote-Uid",
    "--requestheader-group-headers",
    "X-Remote-Group",
    "--requestheader-extra-headers-prefix",
    "X-Remote-Extra-",
]


def _openssl(*arguments, text=None):
    subprocess.run(["openssl", *arguments], input=text, check=True, capture_output=True, text=True)


def make_pki(folder):
    """A CA with client certificates for admin (system:masters) and front-proxy; the server adds
    its own certificate."""
    os.makedirs(folder, exist_ok=True)
    at = lambda name: os.path.join(folder, name)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl(
        "req",
        "-x509",
        *key,
        "-keyout",
        at("ca.key"),
        "-out",
        at("ca.crt"),
        "-days",
        "2",
        "-subj",
        "/CN=e2e-ca",
    )
    for name, subject in (("admin", "/O=system:masters/CN=admin"), ("front-proxy", "/CN=front-proxy")):
        _openssl("req", *key, "-keyout", at(name + ".key"), "-out", at(name + ".csr"), "-subj", subject)
        _openssl(
            "x509",
            "-req",
            "-in",
            at(name + ".csr"),
            "-CA",
            at("ca.crt"),
            "-CAkey",
            at("ca.key"),
            "-CAcreateserial",
            "-days",
            "2",
            "-out",
            at(name + ".crt"),
            "-extfile",
            "/dev/stdin",
            text="extendedKeyUsage=clientAuth\n",
        )


_shared_pki = None


def shared_pki():
    """One CA for all servers of a test run: keys are made once."""
    global _shared_pki
    if _shared_pki is None:
        _shared_pki = tempfile.mkdtemp(prefix="kaudit-e2e-pki-")
        atexit.register(shutil.rmtree, _shared_pki, ignore_errors=True)
        make_pki(_shared_pki)
    return _shared_pki


class StartFailed(Exception):
    """The server ended instead of becoming ready. `code` is its exit code, `stderr` what it
    said."""

    def __init__(self, code, stderr):
        super().__init__(f"kaudit-apiserver ended with exit code {code}:\n{stderr}")
        self.code, self.stderr = code, stderr


class Server:
    """A running server; use it in a `with` statement. policy=None: auditing is off; log="-" writes to stdout."""

    patience = PATIENCE  # seconds that it may take to be ready, and to end

    def __init__(
        self, policy=EVERYTHING, flags=(), authorization="AlwaysAllow", log="audit.log", identities=True
    ):
        self.folder = tempfile.mkdtemp(prefix="kaudit-e2e-")
        self.log = log if log == "-" else os.path.join(self.folder, log)
        self.kubeconfig = self.at("kubeconfig")
        self.pki = self.at("pki")
        self.arguments = ["--secure-port", "0", "--cert-dir", self.pki, "--write-kubeconfig", self.kubeconfig]
        if identities:
            shutil.copytree(shared_pki(), self.pki)
            self.write("tokens.csv", TOKENS)
            ca = os.path.join(self.pki, "ca.crt")
            self.arguments += [
                "--client-ca-file",
                ca,
                "--token-auth-file",
                self.at("tokens.csv"),
                "--requestheader-client-ca-file",
                ca,
                *FRONT_PROXY,
                "--enable-debug-endpoints",
                "--authorization-mode",
                authorization,
            ]
        if policy is not None:
            self.arguments += [
                "--audit-policy-file",
                self.write("policy.yaml", policy),
                "--audit-log-path",
                self.log,
            ]
        self.arguments += flags
        self.process = None
        self.port = 0
        self.ready_seconds = 0.0

    def at(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.at(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.at(name)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        began = time.monotonic()
        with open(self.at("stdout"), "wb") as out, open(self.at("stderr"), "wb") as err:
            self.process = subprocess.Popen(
                [APISERVER, *self.arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

        def ready():
            if self.process.poll() is not None:
                raise StartFailed(self.process.returncode, self.stderr())
            return os.path.exists(self.kubeconfig)

        what = lambda: f"the kubeconfig of a server that is ready; it said:\n{self.stderr()}"  # noqa: E731
        until(ready, what, self.patience, pause=0.002)
        self.ready_seconds = time.monotonic() - began
        with open(self.kubeconfig, encoding="utf-8") as file:
            self.url = re.search(r"server: *[\"']?(https://[^\s\"']+)", file.read()).group(1)
        self.port = int(self.url.rsplit(":", 1)[1])

    def resident_kb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def stop(self):
        """SIGTERM, as everybody stops a server; returns the exit code."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode if self.process else None

    def stderr(self):
        with open(self.at("stderr"), encoding="utf-8", errors="replace") as file:
            return file.read()

    # --- talking to it

    def connect(self, certificate=None):
        """A connection; certificate "admin" or "front-proxy" uses that client certificate."""
        pair = certificate and tuple(os.path.join(self.pki, certificate + end) for end in (".crt", ".key"))
        return http.Connection(self.port, os.path.join(self.pki, "ca.crt"), pair)

    def ask(self, method, path, body=b"", headers=(), user="alice", audit_id="setup"):
        """One request on a connection of its own. user "admin" or "front-proxy" is a certificate, None is nobody."""
        certificate = user if user in ("admin", "front-proxy") else None
        if body and not any(name.lower() == "content-type" for name, _ in headers):
            headers = [("Content-Type", "application/json"), *headers]
        token = f"{user}-token" if user and not certificate else None
        with self.connect(certificate) as connection:
            connection.send(http.request(method, path, headers, body, token, audit_id))
            return connection.response(method)

    def kubeconfig_of(self, user):
        """The path of a kubeconfig with the token of a user, who need not exist."""
        cluster = f"{{server: '{self.url}', certificate-authority: '{os.path.join(self.pki, 'ca.crt')}'}}"
        return self.write(
            f"{user}.kubeconfig",
            f"apiVersion: v1\nkind: Config\nclusters: [{{name: c, cluster: {cluster}}}]\n"
            f"users: [{{name: u, user: {{token: {user}-token}}}}]\n"
            "contexts: [{name: c, context: {cluster: c, user: u}}]\ncurrent-context: c\n",
        )

    # --- what it recorded

    def lines(self):
        """Every complete line of the audit log so far, as bytes without their newline."""
        path = self.at("stdout") if self.log == "-" else self.log
        if not os.path.exists(path):
            return []
        with open(path, "rb") as file:
            return file.read().split(b"\n")[:-1]

    def events(self, audit_id=None):
        events = [json.loads(line) for line in self.lines()]
        return [e for e in events if audit_id is None or e["auditID"] == audit_id]

    def wait_for(self, enough, what, patience=PATIENCE):
        """Polls the log until enough(lines); the last event of a request comes after its answer
        has left."""
        lines = []

        def there():
            nonlocal lines
            lines = self.lines()
            return enough(lines)

        until(there, lambda: f"{what}; the log has {len(lines)} lines", patience)
        return lines

    def events_of(self, audit_id, count, patience=PATIENCE):
        """The events with this ID, once there are `count` of them."""
        mark = f'"auditID":"{audit_id}"'.encode()
        lines = self.wait_for(
            lambda ls: sum(mark in line for line in ls) >= count, f"{count} events of {audit_id}", patience
        )
        return [json.loads(line) for line in lines if mark in line]

    def metric(self, name):
        """The value of one counter line of /metrics (`name{labels}` as written there); None
        when it is absent."""
        for line in self.ask("GET", "/metrics", user="admin").text().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return None
