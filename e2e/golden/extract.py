#!/usr/bin/env python3
"""Writes the golden files beside this script from a recording of a real Kubernetes API server.

    KAUDIT_GOLDEN=DIR e2e/golden/extract.py

DIR holds http/CASE/{request.txt,response.txt,events.jsonl,config.txt}: the bytes of one request, of its answer, and the
lines that it left in the audit log. The plan below says which cases make up which file, in which order, and what has to
exist before. The events are never taken from kaudit."""

import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

GOLDEN = "/api/v1/namespaces/golden"
CONFIGMAPS = GOLDEN + "/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/golden/deployments"
CREATE_JSON = CONFIGMAPS + "/create-json"


# --- the words of the plan


def case(name, **more):
    """One recorded request. certificate: "admin" or "front-proxy" instead of a token. abort: the client leaves after so
    many seconds. answer=False: the status code of the answer is not compared."""
    return {"case": name, **more}


def create(path, body):
    return {"setup": "POST", "path": path, "body": body}


def replace(path, body):
    return {"setup": "PUT", "path": path, "body": body}


def delete(path):
    return {"setup": "DELETE", "path": path}


def resembles(path, name):
    """From here on the uid and resourceVersion of the recorded object stand for those of the
    object at `path`."""
    return {"setup": "GET", "path": path, "resembles": name}


def configmap(name, data=None, **metadata):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, **metadata},
        "data": data or {"a": "b"},
    }


def namespaces(*names):
    return [create("/api/v1/namespaces", {"metadata": {"name": name}}) for name in names]


def cases(text):
    return [case(name) for name in text.split()]


POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p"},
    "spec": {"containers": [{"name": "c", "image": "busybox"}]},
}
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "sec"},
    "data": {"a": "YQ==", "b": "cGxhaW4gPHRleHQ+"},
    "type": "Opaque",
}
RBAC = "rbac.authorization.k8s.io"
EVERYTHING_FOR_ALICE = {
    "metadata": {"name": "everybody"},
    "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"apiGroup": RBAC, "kind": "User", "name": name} for name in ("alice", 'ja"ne')],
}
THE_OBJECT = namespaces("golden") + [create(CONFIGMAPS, configmap("create-json"))]
# What became of create-json in the recording, by the patches in it.
PATCHED = {"a": "unconditional", "m": "1", "uni": "\u2028<"}
BEFORE_ANNOTATION = configmap("create-json", PATCHED)
AFTER_PATCHES = configmap("create-json", PATCHED, annotations={"n": "1"})

IMPERSONATED = "user uid masters service-account service-account-groups node create nonresource watch empty-group"

# --- the plan: file -> policy (of the first case, unless given), flags, steps
#
# Left out on purpose: namespaces as objects (the recording server's have no finalizers, a real
# cluster's have), and discovery (it served fewer kinds).

PLAN = {
    # audit-semantics 2: which events a request makes
    "life": {
        "steps": [
            *THE_OBJECT,
            create(GOLDEN + "/pods", POD),
            # ordinary
            *cases("get path-version path-healthz path-unknown-path"),
            # long-running
            *cases("watch-1s watch-no-value watch-legacy-path watch-table watch-over-500ms"),
            *cases("watch-unknown-resource watch-bad-rv"),
            *cases("pod-log pod-log-follow pod-log-bad-option url-proxy-old"),
            # panics, and handlers that write nothing or what they like
            *cases("panic panic-after-write nothing-written status-204 status-503-body"),
            *cases("slow-600ms create-slow-600ms"),
            # the client goes away
            case("watch-abort", abort=0.5),
            case("abort-slow-create", abort=0.3),
            case("abort-slow-get-after-first-byte", abort=0.3),
            case("abort-slow-ignores-context", abort=0.3),
            case("abort-in-body", abort=0.3),
            # the deadline passes
            *cases("timeout-1s-create-slow timeout-1s-slow-heeds-context"),
            *cases("timeout-1s-slow-ignores-context"),
            # answered before audit's own step
            *cases("bad-token-create bad-token-watch bad-token-access-token"),
            *cases("timeout-malformed-bad-token timeout-malformed-create"),
            *cases("timeout-malformed-nonresource"),
            replace(CREATE_JSON, AFTER_PATCHES),
            case("timeout-zero"),
        ],
    },
    # audit-semantics 2.6: exec, attach and port-forward
    "streams": {
        "steps": [
            *namespaces("golden"),
            create(GOLDEN + "/pods", POD),
            *cases("exec-missing-pod exec-spdy-upgrade exec-websocket-origin"),
            *cases("attach-upgrade portforward-upgrade"),
        ],
    },
    "verbs": {
        "steps": [
            *namespaces("golden"),
            create(CONFIGMAPS, configmap("create-json")),
            # create
            *cases("create-chunked-body create-yaml create-dry-run create-empty-members create-expect-100"),
            *cases("create-generate-name create-accept-protobuf"),
            *cases("create-no-content-type create-pretty-unicode"),
            *cases("create-duplicate create-gzip-body create-invalid-name create-malformed-json"),
            *cases("create-not-acceptable create-resource-version-in-body create-unknown-kind"),
            *cases("create-wrong-version"),
            *cases("create-with-name-in-path"),
            # get and list
            create(GOLDEN + "/secrets", SECRET),
            create(CONFIGMAPS, configmap("labelled", labels={"tier": "x"})),
            *cases("get get-missing-html-name get-no-accept get-not-acceptable get-protobuf get-secret"),
            *cases("list-empty list-label-selector list-bad-label-selector"),
            *cases("list-field-selector-name-escaped"),
            # watch
            *cases("watch-1s"),
            # update
            resembles(CREATE_JSON, "get"),
            *cases("update update-conflict update-no-rv update-missing update-no-name"),
            *cases("update-bad-precondition-uid"),
            # patch
            replace(CREATE_JSON, BEFORE_ANNOTATION),
            *cases("patch-merge-no-change patch-merge-malformed patch-merge-big-number"),
            *cases("patch-dry-run patch-bad-dry-run"),
            *cases("patch-bad-content-type patch-no-content-type"),
            # delete
            *[create(CONFIGMAPS, configmap(f"d{i}")) for i in range(1, 6)],
            *cases("delete-no-body delete-options delete-options-no-kind"),
            *cases("delete-precondition-fails delete-dry-run"),
            *cases("delete-bad-options delete-malformed-body"),
        ],
    },
    "urls-and-headers": {
        "steps": [
            *THE_OBJECT,
            case("get-admin-cert", certificate="admin"),
            case("get-browser-agent"),
            replace(CREATE_JSON, AFTER_PATCHES),
            *cases("url-double-slash url-double-slash-inner url-dot-dot url-empty-query"),
            *cases("url-fragment url-long url-quote-chars"),
            *cases("path-livez path-readyz-check path-healthz-verbose unknown-subresource"),
            *cases("method-made-up method-not-allowed method-trace lowercase-method head"),
            *cases("head-healthz post-healthz"),
            *cases("audit-id-long audit-id-odd audit-id-empty audit-id-twice audit-id-none"),
            *cases("agent-1024 agent-1025 agent-odd agent-multibyte-cut"),
            *cases("ips-invalid ips-ipv6 ips-leading-zero ips-port ips-real-ip-not-listed"),
            *cases("ips-real-ip-remote"),
            *cases("ips-same-twice ips-spaces ips-starts-with-remote upgrade-on-get"),
            # who it is
            case("token-and-cert", certificate="admin"),
            case("front-proxy", certificate="front-proxy"),
        ],
    },
    "forbidden": {
        "authorization": "AlwaysDeny",
        "steps": cases(
            "forbidden forbidden-create forbidden-list-name forbidden-nonresource forbidden-subresource watch-forbidden"
            " anonymous-forbidden basic-auth-header empty-bearer"
        ),
    },
    "no-anonymous": {
        "flags": ["--anonymous-auth=false"],
        "steps": [
            *namespaces("golden"),
            *cases("noanon-no-credentials noanon-no-credentials-create"),
            *cases("noanon-no-credentials-nonresource"),
            *cases("noanon-no-credentials-watch noanon-bad-token noanon-access-token"),
            *cases("noanon-basic-and-access-token"),
            *cases("noanon-basic-upper noanon-odd-scheme noanon-yaml-accept noanon-good-token"),
        ],
    },
    "legacy": {
        "authorization": "RBAC",  # one case is anonymous, which AlwaysAllow refuses
        "flags": ["--audit-log-format=legacy"],
        "steps": [
            *namespaces("golden"),
            create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", EVERYTHING_FOR_ALICE),
            *cases("legacy-create legacy-get-missing legacy-anonymous legacy-bad-token"),
            *cases("legacy-odd-agent legacy-panic legacy-xff legacy-impersonate"),
        ],
    },
    # --- acting for somebody else; each case has a requestor of its own, whose mode is remembered
    "impersonation": {
        "steps": [
            *namespaces("golden"),
            *[case("imp-" + name, certificate="front-proxy") for name in IMPERSONATED.split()],
            case("imp-by-admin-cert", certificate="admin"),
            create(CONFIGMAPS, AFTER_PATCHES),
            *cases("impersonate-user impersonate-group-only"),
        ],
    },
    "impersonation-gate-off": {
        "flags": ["--feature-gates=ConstrainedImpersonation=false"],
        "steps": cases("impoff-group-only"),
    },
    # --- levels
    "level-none": {
        "steps": [
            *namespaces("golden"),
            *cases("level-none-create level-none-get level-none-patch"),
            delete(CONFIGMAPS + "/lv"),
            case("level-none-get-missing"),
        ],
    },
    "level-metadata": {
        "steps": [
            *namespaces("golden"),
            create(CONFIGMAPS, configmap("lv")),
            *cases("level-metadata-get level-metadata-patch level-metadata-watch"),
            delete(CONFIGMAPS + "/lv"),
            *cases("level-metadata-get-missing level-metadata-create-generate-name"),
            *cases("level-metadata-create-deployment"),
            *cases("level-metadata-update level-metadata-bad-token"),
        ],
    },
    "level-request": {
        "steps": [
            *namespaces("golden"),
            create(CONFIGMAPS, configmap("lv")),
            case("level-request-get"),
            delete(CONFIGMAPS + "/lv"),
            case("level-request-get-missing"),
        ],
    },
    # --- HTTP/2, recorded with curl
    "http2": {
        "steps": [
            *namespaces("golden"),
            create(CONFIGMAPS, AFTER_PATCHES),
            *cases("http2-get http2-timeout http2-timeout-after-first-byte http2-watch-abort"),
        ],
    },
    # --- stages left out
    "omit-received": {
        "steps": namespaces("golden") + cases("omit-received-watch omit-received-bad-token")
    },
    "omit-started": {
        "steps": namespaces("golden") + cases("omit-started-watch omit-started-panic")
    },
    "omit-complete": {
        "steps": namespaces("golden")
        + cases("omit-complete-get omit-complete-watch omit-complete-panic omit-complete-bad-token")
    },
    "omit-panic": {
        "steps": namespaces("golden") + cases("omit-panic-get omit-panic-watch omit-panic-panic")
    },
    "omit-all": {
        "steps": namespaces("golden")
        + cases("omit-all-get omit-all-watch omit-all-panic omit-all-bad-token")
    },
    "omit-managed-fields": {
        "steps": [
            *namespaces("golden"),
            case("omitmf-create"),
            resembles(CONFIGMAPS + "/mf", "omitmf-create"),
            *cases("omitmf-update omitmf-get omitmf-list omitmf-merge-patch"),
            replace(CONFIGMAPS + "/mf", configmap("mf", {"a": "e"})),
            case("omitmf-delete"),
        ],
    },
}


# --- making the files


def read(source, name, file):
    with open(os.path.join(source, name, file), "rb") as handle:
        return handle.read()


def policy_of(source, name):
    text = read(source, name, "config.txt").decode()
    return text.split("# policy\n", 1)[1].split("# note\n", 1)[0]


def status_of(source, name):
    """The code of the answer (of the last one, after 100 Continue); 0 when the connection was
    closed without one."""
    try:
        lines = read(source, name, "response.txt").split(b"\r\n")
    except FileNotFoundError:
        return 0
    codes = [int(line.split(b" ")[1]) for line in lines if line.startswith((b"HTTP/1.1 ", b"HTTP/2 "))]
    return codes[-1] if codes else 0


def curl_of(text, agent):
    """What a recorded command of curl asked for; its header lines are not quoted."""
    return {
        "headers": [*re.findall(r"-H (.+?)(?= -| https://)", text), f"User-Agent: {agent}"],
        "path": re.search(r"https://[^/]+(\S+)", text).group(1),
        "seconds": int(re.findall(r"--max-time (\d+)", text)[-1]),
    }


def complete(source, step):
    if "case" not in step:
        if "resembles" in step:
            response = json.loads(read(source, step["resembles"], "events.jsonl").splitlines()[-1])[
                "responseObject"
            ]
            meta = response["metadata"]
            step = {
                **step,
                "resembles": {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]},
            }
        return step
    name = step["case"]
    request = read(source, name, "request.txt").decode("latin-1")
    if request.startswith("curl "):
        agent = json.loads(read(source, name, "events.jsonl").splitlines()[0])["userAgent"]
        step = {**step, "curl": curl_of(request, agent)}
    else:
        step = {**step, "request": request}
    if "abort" not in step:
        step["status"] = status_of(source, name)
    step["events"] = [
        line.decode("latin-1") for line in read(source, name, "events.jsonl").split(b"\n")[:-1]
    ]
    return step


def main():
    golden = os.environ.get("KAUDIT_GOLDEN")
    if not golden or not os.path.isdir(os.path.join(golden, "http")):
        sys.exit("extract.py: KAUDIT_GOLDEN must name a folder that holds http/CASE/…")
    source = os.path.join(golden, "http")
    total = 0
    for name, plan in PLAN.items():
        first = next(step["case"] for step in plan["steps"] if "case" in step)
        file = {
            "policy": plan.get("policy") or policy_of(source, first),
            "authorization": plan.get("authorization", "AlwaysAllow"),
            "flags": plan.get("flags", []),
        }
        head = json.dumps(file, ensure_ascii=True)[:-1]
        steps = ",\n".join(
            json.dumps(complete(source, step), ensure_ascii=True) for step in plan["steps"]
        )
        text = f'{head}, "steps": [\n{steps}\n]}}\n'
        with open(os.path.join(HERE, name + ".json"), "w", encoding="ascii") as out:
            out.write(text)
        total += len(text)
    print(f"{len(PLAN)} files, {total // 1024} KiB")


if __name__ == "__main__":
    main()
