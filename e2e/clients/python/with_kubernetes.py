"""The official Python client: typed, dynamic, watches, streams, utils."""

import datetime
import os
import tempfile

from calls import call, fails, run, want
from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock
from kubernetes.stream import portforward, stream

config.load_kube_config(os.environ["KUBECONFIG"])
NS = "default"
core, apps, batch = client.CoreV1Api(), client.AppsV1Api(), client.BatchV1Api()
rbac, access = client.RbacAuthorizationV1Api(), client.AuthorizationV1Api()
LABELS = {"of": "python"}


def configmap(name, **data):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=LABELS), data=data)


def pod(name):
    return {
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    }


def deployment(name):
    selector = {"app": name}
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels=selector),
        spec=client.V1PodSpec(containers=[client.V1Container(name="c", image="nginx")]),
    )
    spec = client.V1DeploymentSpec(
        replicas=2, selector=client.V1LabelSelector(match_labels=selector), template=template
    )
    return client.V1Deployment(metadata=client.V1ObjectMeta(name=name), spec=spec)


@call("version")
def _():
    want("major", client.VersionApi().get_code().major, "1")


@call("api versions and groups")
def _():
    want("core", client.CoreApi().get_api_versions().versions, ["v1"])
    assert len(client.ApisApi().get_api_versions().groups) > 10


@call("resources of core, apps and others")
def _():
    for api in (core, apps, batch, rbac, client.NetworkingV1Api(), client.PolicyV1Api(), client.AutoscalingV2Api()):
        assert api.get_api_resources().resources


@call("openid configuration")
def _():
    assert client.WellKnownApi().get_service_account_issuer_open_id_configuration()


@call("create")
def _():
    want("data", core.create_namespaced_config_map(NS, configmap("cm", a="1")).data, {"a": "1"})


@call("create of a dict")
def _():
    core.create_namespaced_config_map(NS, {"metadata": {"name": "of-dict"}, "data": {"a": "1"}})


@call("create again")
def _():
    with fails(ApiException, 409):
        core.create_namespaced_config_map(NS, configmap("cm"))


@call("create dry run")
def _():
    core.create_namespaced_config_map(NS, configmap("dry"), dry_run="All", pretty="true")
    with fails(ApiException, 404):
        core.read_namespaced_config_map("dry", NS)


@call("create invalid")
def _():
    with fails(ApiException, 422):
        core.create_namespaced_config_map(NS, configmap("Not_A_Name"))


@call("read")
def _():
    want("label", core.read_namespaced_config_map("cm", NS).metadata.labels, LABELS)


@call("read with its headers")
def _():
    _, status, headers = core.read_namespaced_config_map_with_http_info("cm", NS)
    want("status", status, 200)
    assert headers["Audit-Id"]


@call("list with selectors")
def _():
    want("by label", len(core.list_namespaced_config_map(NS, label_selector="of=python").items), 1)
    want("by name", len(core.list_config_map_for_all_namespaces(field_selector="metadata.name=cm").items), 1)


@call("list by pages")
def _():
    page = rbac.list_cluster_role(limit=5)
    names = [role.metadata.name for role in page.items]
    while page.metadata._continue:
        page = rbac.list_cluster_role(limit=5, _continue=page.metadata._continue)
        names += [role.metadata.name for role in page.items]
    want("names", len(names), len(rbac.list_cluster_role().items))


@call("replace")
def _():
    body = core.read_namespaced_config_map("cm", NS)
    body.data["b"] = "2"
    want("data", core.replace_namespaced_config_map("cm", NS, body).data, {"a": "1", "b": "2"})


@call("replace conflict")
def _():
    body = configmap("cm")
    body.metadata.resource_version = "1"
    with fails(ApiException, 409):
        core.replace_namespaced_config_map("cm", NS, body)


@call("patch of a dict")
def _():
    want("c", core.patch_namespaced_config_map("cm", NS, {"data": {"c": "3"}}).data["c"], "3")


@call("patch of a list")
def _():
    body = [{"op": "add", "path": "/data/d", "value": "4"}]
    want("d", core.patch_namespaced_config_map("cm", NS, body).data["d"], "4")


@call("patch as an apply")
def _():
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"a": "1"}}
    made = core.patch_namespaced_config_map(
        "applied", NS, body, field_manager="py", force=True, _content_type="application/apply-patch+yaml"
    )
    want("manager", made.metadata.managed_fields[0].manager, "py")


@call("deployment")
def _():
    want("strategy", apps.create_namespaced_deployment(NS, deployment("web")).spec.strategy.type, "RollingUpdate")


@call("strategic patch of a deployment")
def _():
    body = {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "nginx:2"}]}}}}
    want("containers", len(apps.patch_namespaced_deployment("web", NS, body).spec.template.spec.containers), 1)


@call("status of a deployment")
def _():
    body = apps.read_namespaced_deployment_status("web", NS)
    body.status.replicas = 2
    want("replicas", apps.replace_namespaced_deployment_status("web", NS, body).status.replicas, 2)


@call("scale")
def _():
    scale = apps.read_namespaced_deployment_scale("web", NS)
    scale.spec.replicas = 5
    apps.replace_namespaced_deployment_scale("web", NS, scale)
    want("replicas", apps.patch_namespaced_deployment_scale("web", NS, {"spec": {"replicas": 6}}).spec.replicas, 6)


@call("autoscalers")
def _():
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"}, "maxReplicas": 3}
    client.AutoscalingV2Api().create_namespaced_horizontal_pod_autoscaler(NS, {"metadata": {"name": "web"}, "spec": spec})
    want("old", client.AutoscalingV1Api().read_namespaced_horizontal_pod_autoscaler("web", NS).spec.max_replicas, 3)


@call("job and cron job")
def _():
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}
    batch.create_namespaced_job(NS, {"metadata": {"name": "j"}, "spec": {"template": template}})
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": template}}}
    batch.create_namespaced_cron_job(NS, {"metadata": {"name": "cj"}, "spec": spec})


@call("secret, with string_data")
def _():
    made = core.create_namespaced_secret(NS, client.V1Secret(metadata={"name": "s"}, string_data={"p": "w"}))
    want("p", made.data["p"], "dw==")


@call("service, endpoints of the API")
def _():
    spec = {"ports": [{"port": 80, "targetPort": 8080}], "selector": {"app": "web"}}
    assert core.create_namespaced_service(NS, {"metadata": {"name": "svc"}, "spec": spec}).spec.cluster_ip
    assert core.read_namespaced_service("kubernetes", NS)
    assert client.DiscoveryV1Api().list_namespaced_endpoint_slice(NS).items


@call("ingress, network policy, budget, quota")
def _():
    backend = {"service": {"name": "svc", "port": {"number": 80}}}
    networking = client.NetworkingV1Api()
    networking.create_namespaced_ingress(NS, {"metadata": {"name": "i"}, "spec": {"defaultBackend": backend}})
    networking.create_namespaced_network_policy(NS, {"metadata": {"name": "n"}, "spec": {"podSelector": {}}})
    selector = {"matchLabels": {"app": "none"}}
    spec = {"minAvailable": 1, "selector": selector}
    client.PolicyV1Api().create_namespaced_pod_disruption_budget(NS, {"metadata": {"name": "b"}, "spec": spec})
    core.create_namespaced_resource_quota(NS, {"metadata": {"name": "q"}, "spec": {"hard": {"pods": "10"}}})


@call("storage class, priority class, runtime class")
def _():
    client.StorageV1Api().create_storage_class({"metadata": {"name": "fast"}, "provisioner": "x.example/p"})
    client.SchedulingV1Api().create_priority_class({"metadata": {"name": "high"}, "value": 10})
    client.NodeV1Api().create_runtime_class({"metadata": {"name": "r"}, "handler": "h"})


@call("lease with its times")
def _():
    now = datetime.datetime.now(datetime.timezone.utc)
    spec = client.V1LeaseSpec(holder_identity="me", lease_duration_seconds=10, acquire_time=now, renew_time=now)
    body = client.V1Lease(metadata={"name": "l"}, spec=spec)
    want("time", client.CoordinationV1Api().create_namespaced_lease(NS, body).spec.renew_time, now)


@call("event in both versions")
def _():
    about = {"kind": "Pod", "name": "p", "namespace": NS}
    said = {"reason": "R", "message": "m", "type": "Normal", "action": "A", "eventTime": "2026-01-01T00:00:00.000001Z"}
    by = {"reportingComponent": "x.example/test", "reportingInstance": "one"}
    core.create_namespaced_event(NS, {"metadata": {"name": "e"}, "involvedObject": about, **said, **by})
    want("note", client.EventsV1Api().read_namespaced_event("e", NS).note, "m")


@call("namespaces")
def _():
    core.create_namespace({"metadata": {"name": "py"}})
    core.patch_namespace("py", {"metadata": {"labels": LABELS}})
    core.replace_namespace_finalize("py", core.read_namespace("py"))
    core.delete_namespace("py")


@call("node, its status")
def _():
    core.create_node({"metadata": {"name": "n1"}})
    condition = {"type": "Ready", "status": "True", "lastHeartbeatTime": datetime.datetime.now(datetime.timezone.utc)}
    want("condition", core.patch_node_status("n1", {"status": {"conditions": [condition]}}).status.conditions[0].type, "Ready")


@call("component statuses")
def _():
    core.list_component_status()


@call("pod")
def _():
    want("phase", core.create_namespaced_pod(NS, pod("runs")).status.phase, "Pending")
    core.patch_namespaced_pod_status("runs", NS, {"status": {"phase": "Running"}})


@call("pod logs")
def _():
    assert core.read_namespaced_pod_log("runs", NS, tail_lines=5, timestamps=True)


@call("pod logs, streamed")
def _():
    answer = core.read_namespaced_pod_log("runs", NS, follow=True, _preload_content=False)
    answer.close()


@call("pod ephemeral containers")
def _():
    body = {"spec": {"ephemeralContainers": [{"name": "dbg", "image": "busybox"}]}}
    want("one", len(core.patch_namespaced_pod_ephemeralcontainers("runs", NS, body).spec.ephemeral_containers), 1)


@call("pod binding")
def _():
    core.create_namespaced_pod(NS, pod("bound"))
    target = client.V1ObjectReference(kind="Node", name="n1", api_version="v1")
    body = client.V1Binding(metadata=client.V1ObjectMeta(name="bound"), target=target)
    core.create_namespaced_pod_binding("bound", NS, body, _preload_content=False)
    want("node", core.read_namespaced_pod("bound", NS).spec.node_name, "n1")


@call("pod eviction")
def _():
    core.create_namespaced_pod_eviction("bound", NS, {"metadata": {"name": "bound", "namespace": NS}})


@call("exec")
def _():
    out = stream(core.connect_get_namespaced_pod_exec, "runs", NS, command=["echo", "hello"], stdout=True, stderr=True)
    want("output", out, "hello\n")


@call("exec, with input and exit code")
def _():
    session = stream(
        core.connect_get_namespaced_pod_exec,
        "runs",
        NS,
        command=["sh", "-c", "exit 3"],
        stdout=True,
        stderr=True,
        _preload_content=False,
    )
    session.run_forever(timeout=20)
    want("exit code", session.returncode, 3)
    session = stream(
        core.connect_get_namespaced_pod_exec, "runs", NS, command=["cat"], stdin=True, stdout=True, _preload_content=False
    )
    session.write_stdin("typed\n")
    want("copied", session.readline_stdout(timeout=20), "typed")
    session.close()


@call("exec in a pod that is not there")
def _():
    try:
        stream(core.connect_get_namespaced_pod_exec, "nope", NS, command=["ls"], stdout=True)
    except ApiException as error:
        assert "404 Not Found" in error.reason, error.reason
    else:
        raise AssertionError("it succeeded")


@call("attach")
def _():
    session = stream(core.connect_get_namespaced_pod_attach, "runs", NS, stdin=True, stdout=True, _preload_content=False)
    session.write_stdin("typed\n")
    session.update(timeout=20)
    session.close()


@call("port-forward")
def _():
    forward = portforward(core.connect_get_namespaced_pod_portforward, "runs", NS, ports="7")
    connection = forward.socket(7)
    connection.settimeout(20)
    connection.sendall(b"ping")
    want("echo", connection.recv(4), b"ping")
    connection.close()


@call("token of a service account")
def _():
    core.create_namespaced_service_account(NS, {"metadata": {"name": "sa"}})
    body = client.AuthenticationV1TokenRequest(spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=3600))
    token = core.create_namespaced_service_account_token("sa", NS, body).status.token
    review = client.AuthenticationV1Api().create_token_review({"spec": {"token": token}})
    want("user", review.status.user.username, "system:serviceaccount:default:sa")


@call("access reviews")
def _():
    attributes = {"namespace": NS, "verb": "list", "resource": "secrets"}
    want("self", access.create_self_subject_access_review({"spec": {"resourceAttributes": attributes}}).status.allowed, True)
    spec = {"user": "jane", "resourceAttributes": attributes}
    want("jane", access.create_subject_access_review({"spec": spec}).status.allowed, False)
    local = {"metadata": {"namespace": NS}, "spec": spec}
    want("local", access.create_namespaced_local_subject_access_review(NS, local).status.allowed, False)


@call("rules and self review")
def _():
    assert access.create_self_subject_rules_review({"spec": {"namespace": NS}}).status.resource_rules
    assert client.AuthenticationV1Api().create_self_subject_review({}).status.user_info.username


@call("roles and bindings")
def _():
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    rbac.create_namespaced_role(NS, {"metadata": {"name": "lists"}, "rules": rules})
    subject = client.RbacV1Subject(kind="User", name="jane", api_group="rbac.authorization.k8s.io")
    ref = client.V1RoleRef(kind="Role", name="lists", api_group="rbac.authorization.k8s.io")
    body = client.V1RoleBinding(metadata={"name": "lists"}, role_ref=ref, subjects=[subject])
    rbac.create_namespaced_role_binding(NS, body)


@call("impersonation")
def _():
    other = client.ApiClient()
    other.set_default_header("Impersonate-User", "jane")
    client.CoreV1Api(other).list_namespaced_pod(NS)
    with fails(ApiException, 403):
        client.CoreV1Api(other).list_namespaced_secret(NS)


@call("by a token")
def _():
    other = config.new_client_from_config(os.environ["KAUDIT_TOKEN_KUBECONFIG"])
    want("user", client.AuthenticationV1Api(other).create_self_subject_review({}).status.user_info.username, "alice")


@call("watch")
def _():
    version = core.list_namespaced_config_map(NS).metadata.resource_version
    core.create_namespaced_config_map(NS, configmap("watched"))
    core.delete_namespaced_config_map("watched", NS)
    watcher, seen = watch.Watch(), []
    for event in watcher.stream(core.list_namespaced_config_map, NS, resource_version=version, timeout_seconds=20):
        seen.append((event["type"], event["object"].metadata.name))
        if len(seen) == 2:
            watcher.stop()
    want("events", seen, [("ADDED", "watched"), ("DELETED", "watched")])


@call("watch that ends by itself")
def _():
    names = [e["object"].metadata.name for e in watch.Watch().stream(core.list_namespace, timeout_seconds=1)]
    assert "kube-system" in names


@call("dynamic client")
def _():
    folder = tempfile.mkdtemp()
    dyn = dynamic.DynamicClient(client.ApiClient(), cache_file=os.path.join(folder, "cache.json"))
    maps = dyn.resources.get(api_version="v1", kind="ConfigMap")
    maps.create(namespace=NS, body={"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dyn"}})
    maps.patch(namespace=NS, name="dyn", body={"data": {"a": "1"}}, content_type="application/merge-patch+json")
    want("a", maps.get(namespace=NS, name="dyn").data.a, "1")
    maps.server_side_apply(
        namespace=NS,
        name="dyn",
        body={"apiVersion": "v1", "kind": "ConfigMap", "data": {"b": "2"}, "metadata": {"name": "dyn"}},
        field_manager="dyn",
    )
    deployments = dyn.resources.get(api_version="apps/v1", kind="Deployment")
    want("scale", deployments.scale.get(namespace=NS, name="web").kind, "Scale")
    for event in maps.watch(namespace=NS, timeout=5, field_selector="metadata.name=dyn"):
        want("event", event["type"], "ADDED")
        break
    maps.delete(namespace=NS, name="dyn")


@call("utils: create from YAML")
def _():
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml-one}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: yaml-two}\n"
    text += "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}\n"
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        utils.create_from_yaml(client.ApiClient(), file.name, namespace=NS)
    assert apps.read_namespaced_deployment("yaml-two", NS)


@call("certificate signing requests")
def _():
    assert client.CertificatesV1Api().list_certificate_signing_request() is not None


@call("leader election")
def _():
    def lead():
        raise SystemExit  # it leads

    election = electionconfig.Config(
        LeaseLock("leader", NS, "me"), lease_duration=17, renew_deadline=15, retry_period=1, onstarted_leading=lead, onstopped_leading=None
    )
    elector = leaderelection.LeaderElection(election)
    want("acquired", elector.try_acquire_or_renew(), True)


@call("delete")
def _():
    want("status", core.delete_namespaced_config_map("cm", NS)["status"], "Success")
    with fails(ApiException, 404):
        core.delete_namespaced_config_map("cm", NS)


@call("delete with options")
def _():
    options = client.V1DeleteOptions(propagation_policy="Foreground", preconditions={"uid": "another"})
    with fails(ApiException, 409):
        apps.delete_namespaced_deployment("web", NS, body=options)
    apps.delete_namespaced_deployment("web", NS, propagation_policy="Background")


@call("delete a pod, gracefully and at once")
def _():
    core.delete_namespaced_pod("runs", NS, grace_period_seconds=0)
    with fails(ApiException, 404):
        core.read_namespaced_pod("runs", NS)


@call("delete a collection")
def _():
    core.delete_collection_namespaced_config_map(NS, label_selector="of=python")
    want("left", core.list_namespaced_config_map(NS, label_selector="of=python").items, [])


if __name__ == "__main__":
    run()
