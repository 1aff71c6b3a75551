"""kr8s: its objects, in its synchronous form."""

import os

import kr8s
from calls import call, fails, run, want
from kr8s.objects import ConfigMap, Deployment, Namespace, Node, Pod, Secret, Service

api = kr8s.api(kubeconfig=os.environ["KAUDIT_TOKEN_KUBECONFIG"])
NS = "default"


def thing(kind, name, **members):
    return kind({"metadata": {"name": name, "namespace": NS, "labels": {"of": "kr8s"}}, **members}, api=api)


def pod(name):
    return thing(Pod, name, spec={"containers": [{"name": "c", "image": "nginx"}]})


@call("version")
def _():
    want("major", api.version()["major"], "1")


@call("whoami")
def _():
    want("user", api.whoami(), "alice")


@call("api versions and resources")
def _():
    assert "apps/v1" in list(api.api_versions())
    assert any(resource["name"] == "pods" for resource in api.api_resources())


@call("create, exists, refresh")
def _():
    one = thing(ConfigMap, "kr", data={"a": "1"})
    one.create()
    want("exists", one.exists(), True)
    one.refresh()
    assert one.metadata.uid


@call("get, by name and by labels")
def _():
    want("one", [o.name for o in api.get("configmaps", "kr", namespace=NS)], ["kr"])
    want("many", len(list(api.get("cm", namespace=kr8s.ALL, label_selector={"of": "kr8s"}))), 1)


@call("get what is not there")
def _():
    with fails(kr8s.NotFoundError):
        ConfigMap.get("nope", namespace=NS, api=api)


@call("patch, merge and JSON")
def _():
    one = ConfigMap.get("kr", namespace=NS, api=api)
    one.patch({"data": {"b": "2"}})
    one.patch([{"op": "add", "path": "/data/c", "value": "3"}], type="json")
    want("data", dict(one.data), {"a": "1", "b": "2", "c": "3"})


@call("label and annotate")
def _():
    one = ConfigMap.get("kr", namespace=NS, api=api)
    one.label({"tier": "x"})
    one.annotate({"note": "y"})
    want("label", one.labels["tier"], "x")
    one.remove_label("tier")
    want("gone", "tier" in one.labels, False)


@call("deployment, its scale")
def _():
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    one = thing(Deployment, "web", spec={"selector": {"matchLabels": {"a": "b"}}, "template": template})
    one.create()
    # Deployment.scale() waits for a controller.
    one.patch({"spec": {"replicas": 3}}, subresource="scale")
    one.refresh()
    want("replicas", one.spec.replicas, 3)


@call("service, secret, namespace, node")
def _():
    thing(Service, "svc", spec={"ports": [{"port": 80}], "selector": {"a": "b"}}).create()
    thing(Secret, "s", stringData={"p": "w"}).create()
    Namespace({"metadata": {"name": "kr8s"}}, api=api).create()
    node = Node({"metadata": {"name": "n1"}}, api=api)
    node.create()
    node.cordon()
    node.refresh()
    want("unschedulable", node.unschedulable, True)
    node.uncordon()


@call("pod, its logs")
def _():
    one = pod("runs")
    one.create()
    conditions = [{"type": kind, "status": "True"} for kind in ("Ready", "ContainersReady")]
    one.patch({"status": {"phase": "Running", "conditions": conditions}}, subresource="status")
    assert list(one.logs(tail_lines=1))


@call("wait for a condition")
def _():
    Pod.get("runs", namespace=NS, api=api).wait("condition=Ready", timeout=20)


@call("exec")
def _():
    done = Pod.get("runs", namespace=NS, api=api).exec(["echo", "hello"])
    want("output", done.stdout, b"hello\n")
    want("exit code", done.returncode, 0)


@call("exec, with input and exit code")
def _():
    done = Pod.get("runs", namespace=NS, api=api).exec(["sh", "-c", "exit 3"], check=False)
    want("exit code", done.returncode, 3)


@call("watch")
def _():
    for kind, one in api.watch("configmaps", namespace=NS, label_selector="of=kr8s"):
        want("event", (kind, one.name), ("ADDED", "kr"))
        break


@call("delete")
def _():
    one = ConfigMap.get("kr", namespace=NS, api=api)
    one.delete()
    one.wait("delete", timeout=20)
    want("exists", one.exists(), False)


if __name__ == "__main__":
    run()
