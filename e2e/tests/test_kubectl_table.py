"""Every command of kubectl that needs no controller, in every version that is there: a table of commands, each with
what it must print. A server of its own for each version; the rows build on those above them."""

import os
import re
import shlex
import unittest
from typing import NamedTuple

from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server

FILES = {
    "cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kc, labels: {set: one}}\ndata: {a: '1'}\n",
    "cm2.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kc, labels: {set: one}}\ndata: {a: '2'}\n",
    "other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, labels: {set: one}}\ndata: {b: '1'}\n",
    "odd.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ndata: {a: '1'}\nnope: 1\n",
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: kp}\nspec: {containers: [{name: c, image: busybox}]}\n",
    "node.yaml": "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n",
    "on-node.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: on-n1}\n"
    "spec: {nodeName: n1, containers: [{name: c, image: busybox}]}\n",
    "csr.yaml": """apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: jane}
spec:
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHT01FSUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWFtRnVaVEFxTUFVR0F5\
dGxjQU1oQURPdHZiNFpIRDVSVGVNVgovWm9rd0wweXZLT1dCOXMyNzIzbXNBOXp3Rkdmb0FBd0JRWURLMlZ3QTBFQVg3RC81OXRNblZJM01uajd2Sn\
IrCkx1RElXWEF0Z3lTeDJENnJ2VGQ5c2JlaE9sa0hZQ2wvNjFCcTEzcmlJQWk3VUpsbUlaLzR6dmMySWQ0L1N2RGoKQmc9PQotLS0tLUVORCBDRVJU\
SUZJQ0FURSBSRVFVRVNULS0tLS0K
""",
    "dep.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: kd}
spec:
  selector: {matchLabels: {app: kd}}
  template:
    metadata: {labels: {app: kd}}
    spec: {containers: [{name: c, image: busybox}]}
""",
    "set/one.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {app: set}}\n",
    "set/two.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: two, labels: {app: set}}\n",
    "set/kustomization.yaml": "resources: [one.yaml, two.yaml]\nnamePrefix: k-\n",
}


class Row(NamedTuple):
    """A command, and the regular expression that is to be found in what it prints. `$F` is the folder of the files."""

    command: str
    prints: str
    code: int = 0
    since: int = 0  # kubectl's minor version
    stdin: str = ""
    editor: str = ""


TABLE = [
    Row("version", "Server Version"),
    Row("cluster-info", "Kubernetes control plane.* is running at"),
    Row("cluster-info dump --output-directory $F/dump", "Cluster info dumped"),
    Row("api-versions", r"(?s)apps/v1\n.*\nv1\n"),
    Row("api-resources --verbs=list --namespaced=false -o name", "(?m)^nodes$"),
    Row("api-resources --api-group=apps", r"deployments +deploy +apps/v1 +true +Deployment"),
    # create, in every form
    Row("create -f $F/cm.yaml", "configmap/kc created"),
    Row("create -f $F/cm.yaml", 'configmaps "kc" already exists', code=1),
    Row("create -f $F/odd.yaml", "unknown field", code=1),
    Row("create --validate=false -f $F/odd.yaml", "configmap/odd created"),
    Row("create -f $F/node.yaml -f $F/pod.yaml", r"node/n1 created\npod/kp created"),
    Row("create ns kub", "namespace/kub created"),
    Row("create cm lit --from-literal=a=b --from-file=$F/pod.yaml", "configmap/lit created"),
    Row("create cm try --from-literal=a=b --dry-run=server -o yaml", "(?m)^  creationTimestamp"),
    Row("create cm try --from-literal=a=b --dry-run=client -o name", "configmap/try"),
    Row("create secret generic sec --from-literal=p=w", "secret/sec created"),
    Row("create secret docker-registry reg --docker-username=u --docker-password=p", "secret/reg created"),
    Row("create sa ksa", "serviceaccount/ksa created"),
    Row("create deploy web --image=nginx --replicas=2 --port=80", "deployment.apps/web created"),
    Row("create job once --image=busybox -- true", "job.batch/once created"),
    Row("create cronjob often --image=busybox --schedule='*/5 * * * *' -- true", "cronjob.batch/often created"),
    Row("create job again --from=cronjob/often", "job.batch/again created"),
    Row("create svc clusterip ci --tcp=80:8080", "service/ci created"),
    Row("create svc nodeport np --tcp=80:8080", "service/np created"),
    Row("create svc loadbalancer lb --tcp=80:8080", "service/lb created"),
    Row("create svc externalname en --external-name=x.example", "service/en created"),
    Row("create ingress ing --rule=a.example/*=ci:80", "ingress.networking.k8s.io/ing created"),
    Row("create quota q --hard=pods=100", "resourcequota/q created"),
    Row("create pdb guard --selector=app=guarded --min-available=1", "poddisruptionbudget.policy/guard created"),
    Row("create priorityclass high --value=1000", "priorityclass.scheduling.k8s.io/high created"),
    Row("create role reader --verb=get,list --resource=pods", "role.rbac.authorization.k8s.io/reader created"),
    Row("create rolebinding readers --role=reader --user=jane --serviceaccount=default:ksa", "/readers created"),
    Row("create clusterrole nodes --verb=get --resource=nodes", "/nodes created"),
    Row("create clusterrolebinding nodes --clusterrole=nodes --group=devs", "/nodes created"),
    Row("create token ksa --duration=1h", r"^[\w-]+\.[\w-]+\.[\w-]+\s*$"),
    Row("create token ksa --audience=other --bound-object-kind=Secret --bound-object-name=sec", r"^[\w-]+\.[\w-]+\."),
    Row("create token nope", 'serviceaccounts "nope" not found', code=1),
    Row("run kr --image=busybox --port=80 --labels=app=kr --env=A=B -- sleep 1", "pod/kr created"),
    Row("run kr2 --image=busybox --dry-run=server", r"pod/kr2 created \(server dry run\)"),
    Row("run one-shot --image=busybox --restart=Never --expose --port=80", "(?s)service/one-shot created.*pod/one-shot"),
    Row("expose deploy web --port=80 --target-port=8080", "service/web exposed"),
    Row("expose pod kr --port=80 --name=kr-svc", "service/kr-svc exposed"),
    Row("autoscale deploy web --min=1 --max=3 --cpu-percent=80", "web autoscaled"),
    # get, in every form
    Row("get cm", r"NAME +DATA +AGE\n"),
    Row("get cm kc", r"kc +1 +\d+s"),
    Row("get cm,secrets,sa", r"configmap/kc[\s\S]*secret/sec[\s\S]*serviceaccount/ksa"),
    Row("get all", r"pod/kp[\s\S]*service/web[\s\S]*deployment.apps/web[\s\S]*horizontalpodautoscaler"),
    Row("get pods -o wide --show-labels", r"NOMINATED NODE +READINESS GATES +LABELS"),
    Row("get pods -L app", r"AGE +APP"),
    Row("get deploy web -o yaml", r"(?m)^  replicas: 2$"),
    Row("get deploy web -o yaml --show-managed-fields", r"manager: kubectl-create"),
    Row("get deploy -o json", r'"kind": "List"'),
    Row("get deploy web -o jsonpath={.spec.template.spec.containers[0].image}", "^nginx$"),
    Row("get cm kc -o go-template={{.data.a}}", "^1$"),
    Row("get cm -o custom-columns=N:.metadata.name,D:.data", r"N +D\n"),
    Row("get cm -o name", "(?m)^configmap/kc$"),
    Row("get cm -A", r"NAMESPACE +NAME"),
    Row("get cm -l set=one", r"kc"),
    Row("get cm -l 'set in (two),!x'", r"No resources found in default namespace"),
    Row("get cm --field-selector metadata.name=kc -o name", r"^configmap/kc\n$"),
    Row("get pods --field-selector status.phase!=Running,spec.nodeName=n1", "No resources found"),
    Row("get pods --sort-by=.metadata.creationTimestamp", r"kp"),
    Row("get cm --chunk-size=1 -o name", r"configmap/kc\n[\s\S]*configmap/lit\n"),
    Row("get cm nope", r'Error from server \(NotFound\): configmaps "nope" not found', code=1),
    Row("get cm nope --ignore-not-found", "^$"),
    Row("get nopes", """the server doesn't have a resource type "nopes""", code=1),
    Row("get -f $F/cm.yaml", r"kc +1"),
    Row("get deployments.v1.apps/web", r"web +0/2"),
    Row("get deploy web --subresource=scale", "NAME"),
    Row("get deploy web --subresource=status -o name", "deployment.apps/web"),
    Row("get --raw /healthz", "^ok"),
    Row("get --raw /api/v1/namespaces/default/configmaps/kc", '"name":"kc"'),
    Row("get --raw '/readyz?verbose'", "readyz check passed"),
    Row("get cs", "ComponentStatus is deprecated"),
    Row("get events", "No resources found"),
    Row("events", "No events found", since=28),
    Row("get ns,nodes,clusterroles,priorityclasses", r"namespace/kub[\s\S]*node/n1[\s\S]*clusterrole"),
    Row("explain cm", r"KIND: +ConfigMap\nVERSION: +v1"),
    Row("explain pod.spec.containers.image", r"image"),
    Row("explain deploy --recursive", r"progressDeadlineSeconds"),
    Row("explain hpa --api-version=autoscaling/v1", r"VERSION: +(autoscaling/)?v1\n"),
    # describe
    *(
        Row(f"describe {what}", f"Name: +{what.split()[-1]}\n")
        for what in (
            "cm kc",
            "pod kp",
            "deploy web",
            "svc web",
            "ns default",
            "node n1",
            "sa ksa",
            "secret sec",
            "job once",
            "cronjob often",
            "ingress ing",
            "quota q",
            "role reader",
            "rolebinding readers",
            "pdb guard",
            "hpa web",
            "priorityclass high",
        )
    ),
    # label, annotate, patch, edit, set
    Row("label cm kc tier=x", "configmap/kc labeled"),
    Row("label cm kc tier=y", "already has a value", code=1),
    Row("label cm kc tier=y --overwrite", "configmap/kc labeled"),
    Row("label cm kc tier-", "configmap/kc unlabeled"),
    Row("label cm --all all=yes", "configmap/lit labeled"),
    Row("annotate cm kc note=y", "configmap/kc annotate"),
    Row("annotate cm kc note-", "configmap/kc annotate"),
    Row("patch deploy web -p {\\\"spec\\\":{\\\"replicas\\\":3}}", "deployment.apps/web patched"),
    Row("patch cm kc --type merge -p {\\\"data\\\":{\\\"m\\\":\\\"1\\\"}}", "configmap/kc patched"),
    Row("""patch cm kc --type json -p '[{"op":"add","path":"/data/j","value":"1"}]'""", "configmap/kc patched"),
    Row("patch deploy web --subresource=scale --type merge -p {\\\"spec\\\":{\\\"replicas\\\":4}}", "web patched"),
    Row("patch cm kc -p {\\\"data\\\":{\\\"m\\\":1}}", r"Error from server|unable to|cannot", code=1),
    Row("edit cm kc", "configmap/kc edited", editor="sed -i s/^data:/data:\\\\n\\ \\ edited:\\ yes-it-is/"),
    Row("get cm kc -o jsonpath={.data.edited}", "^yes-it-is$"),
    Row("edit cm kc", "Edit cancelled", editor="true"),
    Row("set image deploy/web nginx=nginx:2", "deployment.apps/web image updated"),
    Row("set env deploy/web A=B", "deployment.apps/web env updated"),
    Row("set resources deploy/web --limits=cpu=1,memory=64Mi", "resource requirements updated"),
    Row("set selector svc ci app=other", "service/ci selector updated"),
    Row("set sa deploy/web ksa", "serviceaccount updated"),
    Row("set subject rolebinding readers --user=joe", "subjects updated"),
    # apply, diff, replace
    Row("apply -f $F/cm.yaml", "configmap/kc configured"),
    Row("apply -f $F/cm.yaml", "configmap/kc unchanged"),
    Row("apply -f $F/dep.yaml", "deployment.apps/kd created"),
    Row("diff -f $F/cm2.yaml", r"(?m)^\+  a: \"2\"", code=1),
    Row("diff --server-side -f $F/other.yaml", r"(?m)^\+  b: \"1\"", code=1),
    Row("apply --dry-run=server -f $F/cm2.yaml", r"configured \(server dry run\)"),
    Row("apply -f $F/cm2.yaml", "configmap/kc configured"),
    Row("apply view-last-applied cm kc", 'a: "2"'),
    Row("apply set-last-applied -f $F/cm2.yaml", "configmap/kc (set|configured)"),
    Row("apply edit-last-applied cm kc", "Edit cancelled|no changes|skipped", editor="true"),
    Row("apply --server-side -f $F/other.yaml", "configmap/other serverside-applied"),
    Row("apply --server-side -f $F/other.yaml", "configmap/other serverside-applied"),
    Row("apply --server-side -f $F/cm2.yaml", "configmap/kc serverside-applied"),
    Row("apply --server-side --field-manager=b -f $F/cm.yaml", "conflict", code=1),
    Row("apply --server-side --field-manager=b --force-conflicts -f $F/cm.yaml", "kc serverside-applied"),
    Row("apply -f $F/set/one.yaml -f $F/set/two.yaml", "(?s)one created.*two created"),
    Row(
        "apply --prune -l app=set --prune-allowlist=core/v1/Secret --prune-allowlist=core/v1/ConfigMap"
        " -f $F/set/one.yaml",
        r"configmap/one unchanged\nsecret/two pruned",
    ),
    Row("apply -k $F/set", "(?s)configmap/k-one created.*secret/k-two created"),
    Row("kustomize $F/set", "name: k-one"),
    Row("delete -k $F/set", "(?s)k-one.* deleted.*k-two.* deleted"),
    Row("replace -f $F/cm2.yaml", "configmap/kc replaced"),
    Row("replace --force -f $F/cm2.yaml", r"(?s)deleted.*configmap/kc replaced"),
    Row("apply -f -", "configmap/kc configured", stdin="$F/cm.yaml"),
    # scale and rollout
    Row("scale deploy web --replicas=5", "deployment.apps/web scaled"),
    Row("scale deploy web --replicas=6 --current-replicas=1", "Expected replicas to be 1, was 5", code=1),
    Row("rollout restart deploy/web", "deployment.apps/web restarted"),
    Row("rollout pause deploy/web", "deployment.apps/web paused"),
    Row("rollout resume deploy/web", "deployment.apps/web resumed"),
    Row("rollout history deploy/web", "deployment.apps/web"),
    Row("rollout status deploy/web --timeout=200ms", "Waiting for deployment|timed out|Waiting for rollout", code=1),
    # pods
    Row("logs kp", "."),
    Row("logs kp --tail=1 --timestamps -c c", r"^\d{4}-\d\d-\d\dT"),
    Row("logs -l app=kr --all-containers --prefix", r"\[pod/kr/kr\]"),
    Row("logs kp -f", "."),
    Row("exec kp -- echo hello", "^hello\n$"),
    Row("exec -i kp -- cat", "ConfigMap", stdin="$F/cm.yaml"),
    Row("exec kp -- sh -c 'exit 3'", "exit code 3", code=3),
    Row("cp $F/cm.yaml kp:/tmp/cm.yaml", "^$"),
    Row("cp kp:/tmp/cm.yaml $F/back.yaml", "^$|[rR]emoving leading"),
    Row("exec kp -- cat /tmp/cm.yaml", "kind: ConfigMap"),
    Row("debug kp --image=busybox --target=c -c dbg -- true", "Targeting container|^$"),
    Row("get pod kp -o jsonpath={.spec.ephemeralContainers[*].name}", "^dbg$"),
    Row("debug kp --image=busybox --copy-to=kp-copy -c dbg -- true", ""),
    Row("get pod kp-copy -o jsonpath={.spec.containers[*].name}", "^c dbg$"),
    Row("debug node/n1 --image=busybox --profile=general -- true", "Creating debugging pod node-debugger-n1-"),
    Row("wait --for=jsonpath={.data.a}=1 cm/kc --timeout=5s", "configmap/kc condition met"),
    Row("wait --for=condition=Ready pod/kp --timeout=1s", "timed out waiting for the condition", code=1),
    Row("wait --for=delete cm/nope --timeout=1s", "^$"),
    Row("wait --for=create cm/kc --timeout=5s", "condition met", since=31),
    Row("top pod", "Metrics API not available", code=1),
    Row("top node", "Metrics API not available", code=1),
    # nodes
    Row("taint node n1 k=v:NoSchedule", "node/n1 tainted"),
    Row("taint node n1 k-", "node/n1 untainted"),
    Row("cordon n1", "node/n1 cordoned"),
    Row("get nodes", "n1 +NotReady,SchedulingDisabled|n1 +Unknown,SchedulingDisabled"),
    Row("uncordon n1", "node/n1 uncordoned"),
    Row("create -f $F/on-node.yaml", "pod/on-n1 created"),
    Row("drain n1 --force --ignore-daemonsets --grace-period=0 --timeout=20s", "(?s)evict.*on-n1.*node/n1 drained"),
    # who, and may they
    Row("auth can-i get pods", "^yes"),
    Row("auth can-i '*' '*'", "yes"),
    Row("auth can-i get pods --as=jane", "^yes"),
    Row("auth can-i get pods --subresource=log --as=jane", "^no", code=1),
    Row("auth can-i get secrets --as=jane", "^no", code=1),
    Row("auth can-i get /healthz --as=nobody", "^yes"),
    Row("auth can-i get /metrics --as=nobody", "^no", code=1),
    Row("auth can-i --list --as=jane", r"(?s)Resources +.*pods +\[\] +\[\] +\[get list\]"),
    Row("auth can-i --list", r"\*\.\* +\[\] +\[\] +\[\*\]"),
    Row("auth whoami", "Username +admin", since=28),
    Row("auth whoami --as=jane --as-group=devs", "(?s)Username +jane.*devs", since=28),
    Row("auth reconcile -f $F/role.yaml", "reconciled"),
    Row("get pods --as=jane", "kp"),
    Row("get secrets --as=jane", 'secrets is forbidden: User "jane" cannot list resource "secrets"', code=1),
    Row("get pods --as=system:serviceaccount:default:ksa", "kp"),
    Row("get nodes --as=x --as-group=devs", "n1"),
    Row("certificate approve jane", "NotFound|not found", code=1),
    Row("create -f $F/csr.yaml", "jane created"),
    Row("certificate approve jane", "jane approved"),
    Row("get csr jane", "Approved"),
    Row("delete csr jane", "deleted"),
    # convert, config: they ask nothing of a server, or little
    Row("config view --minify", "current-context"),
    Row("options", "server"),
    Row("completion bash", "kubectl"),
    # delete, in every form
    Row("delete cm lit", 'configmap "lit" deleted'),
    Row("delete cm lit", 'configmaps "lit" not found', code=1),
    Row("delete cm lit --ignore-not-found", "^$"),
    Row("delete cm kc --dry-run=server", r"deleted.* \(server dry run\)"),
    Row("delete deploy web --cascade=orphan", 'deployment.apps "web" deleted'),
    Row("delete deploy kd --cascade=foreground --wait=false", 'deployment.apps "kd" deleted'),
    Row("delete job once --cascade=background", 'job.batch "once" deleted'),
    Row("delete pod kp --now", 'pod "kp" deleted'),
    Row("delete pod kr --grace-period=0 --force", 'pod "kr" force deleted'),
    Row("delete cm -l set=one", "(?s)kc.*other"),
    Row("delete cm --all", "odd.* deleted"),
    Row("delete secret/sec sa/ksa", '(?s)secret "sec" deleted.*serviceaccount "ksa" deleted'),
    Row("delete -f $F/node.yaml", 'node "n1" deleted'),
    Row("delete ns kub", 'namespace "kub" deleted'),
    Row("get ns kub", "not found", code=1),
]
FILES["role.yaml"] = (
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: nodes}\n"
    "rules: [{apiGroups: [''], resources: [nodes], verbs: [get, list]}]\n"
)


def minor_of(program):
    found = re.search(r"kubectl\.1\.(\d+)$", program)
    return int(found.group(1)) if found else 99


class KubectlTableTest(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(authorization="RBAC"))
        os.makedirs(cls.server.at("set"))
        for name, text in FILES.items():
            cls.server.write(name, text)

    def test_every_command(self):
        kubectl = Kubectl(self.program, self.server)
        done = 0
        for row in TABLE:
            if minor_of(self.program) < row.since:
                continue
            with self.subTest(row.command):
                self.check(kubectl, row)
                done += 1
        print(f"{os.path.basename(self.program)}: {done} commands")

    def check(self, kubectl, row):
        folder = self.server.folder
        arguments = shlex.split(row.command.replace("$F", folder))
        stdin = ""
        if row.stdin:
            with open(row.stdin.replace("$F", folder), encoding="utf-8") as file:
                stdin = file.read()
        if row.editor:
            kubectl.environment["KUBE_EDITOR"] = row.editor
        ran = kubectl(*arguments, stdin=stdin)
        output = ran.stdout + ran.stderr
        self.assertNotIn("panic:", output)
        self.assertEqual(ran.returncode, row.code, output)
        self.assertIsNotNone(re.search(row.prints, output), f"{row.prints!r} is not in\n{output}")


def _classes():
    """The oldest and the newest differ most: legacy discovery, SPDY and JSON bodies there, aggregated discovery, WebSockets
    and protobuf here. Those in between are for runs that have the time (e2e/clients/kubectl)."""
    classes = classes_for_kubectls(__name__, KubectlTableTest, "KubectlTable")
    versions = sorted((name for name in classes if re.search(r"\d$", name)), key=lambda n: int(n.rsplit("_", 1)[1]))
    if not versions or os.environ.get("KAUDIT_EVERY_KUBECTL"):
        return classes
    return {name: classes[name] for name in {versions[0], versions[-1]}}


globals().update(_classes())
del KubectlTableTest

if __name__ == "__main__":
    unittest.main()
