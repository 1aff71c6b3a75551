"""What is measured: kinds of requests, and ways to audit them."""

import contextlib
import json
import os
import subprocess
from dataclasses import dataclass, field

from kaudit_e2e import load, server
from kaudit_e2e.waiting import until

CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
POD = os.path.join(os.path.dirname(server.HERE), "tests", "testdata", "pod-2k.json")
APPLY = CONFIGMAPS + "/applied?fieldManager=bench"
LISTED = 500
WATCHED = "/api/v1/namespaces/default/endpoints"
PAYLOAD = "x" * 860  # with names and metadata the object has about 1 KB

CONFIGMAP = json.dumps(
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "NAME"}, "data": {"payload": PAYLOAD}}
)
PATCH = json.dumps({"metadata": {"annotations": {"note": "NAME"}}})
APPLIED = json.dumps(
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"who": "NAME", "payload": PAYLOAD}}
)
ENDPOINTS = json.dumps({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "NAME", "labels": {"load": "yes"}}})


@dataclass(frozen=True)
class Work:
    """A request, as kaudit-load takes it. `share`: of --requests, since some take longer than others."""

    name: str
    path: str
    method: str = "GET"
    body: str = ""
    type: str = "application/json"
    expect: int = 200
    share: float = 1.0
    protocol: str = "http1"
    more: dict = field(default_factory=dict)

    def options(self, server_folder, round_name):
        options = {"method": self.method, "type": self.type, "expect": self.expect, "protocol": self.protocol}
        options |= {"prefix": round_name, **self.more}
        if self.body:
            path = os.path.join(server_folder, "body")
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.body)
            options["body"] = path
        return options


def pod():
    with open(POD, encoding="utf-8") as file:
        return file.read()


WORKS = (
    Work("GET", CONFIGMAPS + "/one"),
    Work("GET, HTTP/2", CONFIGMAPS + "/one", protocol="http2"),
    Work(f"LIST {LISTED}", f"/api/v1/namespaces/kube-public/configmaps?limit={LISTED}", share=0.02),
    Work("CREATE ConfigMap", CONFIGMAPS, "POST", CONFIGMAP, expect=201),
    Work("CREATE ConfigMap, HTTP/2", CONFIGMAPS, "POST", CONFIGMAP, expect=201, protocol="http2"),
    Work("CREATE Pod", PODS, "POST", pod(), expect=201, share=0.5),
    Work("PATCH", CONFIGMAPS + "/one", "PATCH", PATCH, "application/merge-patch+json"),
    Work("apply", APPLY, "PATCH", APPLIED, "application/apply-patch+yaml", share=0.5),
)

# How many watch, and how fast the events come that each gets: slower than they can be told, and as fast as one client creates.
WATCHERS = 1000
WATCH_PACES = {"one at a time": {"requests": 100, "rate": 20}, "in a row": {"requests": 1000}}
WATCH = Work(
    f"CREATE, {WATCHERS} watch",
    WATCHED,
    "POST",
    ENDPOINTS,
    expect=201,
    more={"watch": WATCHED + "?watch=1&labelSelector=load%3Dyes", "watchers": WATCHERS, "connections": 1},
)


def policy(level):
    return f"apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: {level}\n"


@dataclass(frozen=True)
class Audit:
    """A way to audit. level None: auditing is off."""

    name: str
    level: str | None = None
    flags: tuple = ()
    webhook: bool = False


AUDITS = (
    Audit("off"),
    Audit("None", "None"),
    Audit("Metadata, log blocking", "Metadata"),
    Audit("Metadata, log batch", "Metadata", ("--audit-log-mode", "batch")),
    Audit("Metadata, webhook batch", "Metadata", webhook=True),
    Audit("Request, log batch", "Request", ("--audit-log-mode", "batch")),
    Audit("RequestResponse, log blocking", "RequestResponse"),
    Audit("RequestResponse, log batch", "RequestResponse", ("--audit-log-mode", "batch")),
)


@contextlib.contextmanager
def receiver(folder):
    """A receiver of webhooks; gives the path of the kubeconfig for its senders."""
    kubeconfig = os.path.join(folder, "webhook.kubeconfig")
    command = [os.path.join(server.BIN, "kaudit"), "receiver", "--write-kubeconfig", kubeconfig, "--output", "quiet"]
    with subprocess.Popen([*command, "--store", os.path.join(folder, "received")], stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: os.path.exists(kubeconfig), "the receiver's kubeconfig")
            yield kubeconfig
        finally:
            process.terminate()


@contextlib.contextmanager
def audited_server(audit):
    """A server that audits so, with the objects that are asked for."""
    with contextlib.ExitStack() as stack:
        flags = list(audit.flags)
        options = {"policy": audit.level and policy(audit.level)}
        running = server.Server(flags=flags, **options)
        if audit.webhook:
            # What a backlog costs in memory is not asked here: the buffer holds a run.
            at = running.arguments.index("--audit-log-path")
            del running.arguments[at : at + 2]
            running.arguments += ["--audit-webhook-config-file", stack.enter_context(receiver(running.folder))]
            running.arguments += ["--audit-webhook-batch-buffer-size", "1000000", "--audit-webhook-batch-throttle-enable=false"]
        stack.enter_context(running)
        one = json.dumps({"metadata": {"name": "one"}, "data": {"payload": PAYLOAD}})
        running.ask("POST", CONFIGMAPS, one, user="admin")
        apply = [("Content-Type", "application/apply-patch+yaml")]
        running.ask("PATCH", APPLY, APPLIED, apply, user="admin")
        running.write("body", CONFIGMAP)
        load.run(
            running.port,
            running.pki,
            "/api/v1/namespaces/kube-public/configmaps",
            method="POST",
            body=running.at("body"),
            expect=201,
            requests=LISTED,
        )
        yield running
