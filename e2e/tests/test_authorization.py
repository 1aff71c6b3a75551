"""Mode RBAC as clients and readers of the log see it: decisions, refusals, grants, reviews."""

import json
import os
import unittest

from kaudit_e2e import http
from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import EVERYTHING, ROOT, Server

TABLE = os.path.join(ROOT, "apiserver", "authz", "rbac", "testdata")
GROUP = "rbac.authorization.k8s.io"
RBAC = f"/apis/{GROUP}/v1"
REVIEWS = "/apis/authorization.k8s.io/v1"
JSON = [("Content-Type", "application/json")]

# Verbs that a request can have, by method.
METHODS = {
    "get": "GET",
    "list": "GET",
    "watch": "GET",
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "deletecollection": "DELETE",
    "post": "POST",
}


def version(group):
    known = {"autoscaling": "v2"}
    return f"/apis/{group}/{known.get(group, 'v1')}" if group else "/api/v1"


def decisions():
    with open(os.path.join(TABLE, "decisions.tsv"), encoding="utf-8") as file:
        for line in file.read().splitlines():
            if not line.startswith("#"):
                user, groups, verb, what, ns, name, decision, text = line.split("\t")
                yield user, groups.split(","), verb, what, ns, name, decision == "allow", text


def url_of(verb, what, ns, name):
    """The path and query of a request that has that verb on that; None where there is none."""
    if what.startswith("/"):
        return what
    qualified, _, subresource = what.partition("/")
    resource, _, group = qualified.partition(".")
    if subresource and not name or verb not in METHODS or verb == "post":
        return None
    path = version(group) + (f"/namespaces/{ns}" if ns and resource != "namespaces" else "") + f"/{resource}"
    if name:
        path += f"/{name}" + (f"/{subresource}" if subresource else "")
    # A watch that cannot begin is decided on like any other.
    query = "?watch=true&resourceVersion=x" if verb == "watch" else "" if METHODS[verb] == "GET" else "?dryRun=All"
    return path + query


class Rbac(Server):
    """A server with mode RBAC, where `alice` may do everything and `mallory` nothing."""

    def __init__(self, **options):
        super().__init__(authorization="Node,RBAC", **options)

    def __enter__(self):
        super().__enter__()
        self.make(
            RBAC + "/clusterrolebindings",
            {
                "metadata": {"name": "alice"},
                "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [{"apiGroup": GROUP, "kind": "User", "name": "alice"}],
            },
        )
        return self

    def make(self, path, body):
        answer = self.ask("POST", path, json.dumps(body), user="admin")
        if answer.status != 201:
            raise RuntimeError(f"{path}: {answer.status} {answer.text()}")
        return json.loads(answer.body)


class Decisions(unittest.TestCase):
    """The table of decisions, by requests of each user and by reviews of them."""

    @classmethod
    def setUpClass(cls):
        users = {}
        for user, groups, *_ in decisions():
            users[user] = [group for group in groups if not group.endswith("authenticated")]
        cls.tokens = {user: f"token-{i}" for i, user in enumerate(users)}
        server = Server(policy=None, authorization="Node,RBAC")
        with open(server.at("tokens.csv"), "a", encoding="utf-8") as file:
            for user, token in cls.tokens.items():
                if user != "system:anonymous":
                    groups = f',"{",".join(users[user])}"' if users[user] else ""
                    file.write(f"{token},{user},u-{token}{groups}\n")
        cls.server = cls.enterClassContext(server)
        for name in ("dev", "prod", "ops"):
            answer = cls.server.ask("POST", "/api/v1/namespaces", f'{{"metadata":{{"name":"{name}"}}}}', user="admin")
            assert answer.status == 201, answer.text()
        with open(os.path.join(TABLE, "decisions_objects.json"), encoding="utf-8") as file:
            for body in json.load(file):
                ns = body["metadata"].get("namespace")
                place = f"/namespaces/{ns}" if ns else ""
                path = f"{RBAC}{place}/{body['kind'].lower()}s"
                answer = cls.server.ask("POST", path, json.dumps(body), user="admin")
                assert answer.status == 201, answer.text()

    def test_requests_are_refused_with_the_text_of_the_table(self):
        asked = 0
        with self.server.connect() as connection:
            for user, _, verb, what, ns, name, allowed, text in decisions():
                url = url_of(verb, what, ns, name)
                if url is None:
                    continue
                asked += 1
                token = None if user == "system:anonymous" else self.tokens[user]
                method = METHODS.get(verb, verb.upper())
                connection.send(http.request(method, url, JSON, b"", token))
                answer = connection.response(method)
                with self.subTest(user=user, verb=verb, what=what, ns=ns, name=name):
                    if allowed:
                        self.assertNotIn(answer.status, (0, 401, 403), answer.text())
                    else:
                        self.assertEqual(answer.status, 403, answer.text())
                        self.assertEqual(json.loads(answer.body)["message"], text)
        self.assertGreater(asked, 250)

    def test_reviews_answer_as_the_table_has_it(self):
        asked = 0
        with self.server.connect("admin") as connection:
            for user, groups, verb, what, ns, name, allowed, text in decisions():
                if what.startswith("/"):
                    spec = {"nonResourceAttributes": {"verb": verb, "path": what}}
                else:
                    qualified, _, subresource = what.partition("/")
                    resource, _, group = qualified.partition(".")
                    attributes = {"verb": verb, "group": group, "resource": resource, "subresource": subresource}
                    attributes.update({"namespace": ns, "name": name})
                    spec = {"resourceAttributes": attributes}
                body = json.dumps({"spec": {"user": user, "groups": groups, **spec}})
                connection.send(http.request("POST", REVIEWS + "/subjectaccessreviews", JSON, body))
                answer = connection.response("POST")
                asked += 1
                with self.subTest(user=user, verb=verb, what=what, ns=ns, name=name):
                    self.assertEqual(answer.status, 201, answer.text())
                    status = json.loads(answer.body)["status"]
                    self.assertEqual(status["allowed"], allowed)
                    if allowed:
                        self.assertEqual(status.get("reason", ""), text)
                    else:
                        self.assertTrue(text.endswith(status.get("reason", "")), status)
        self.assertGreaterEqual(asked, 300)


class Events(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Rbac(policy=EVERYTHING))

    def last(self, audit_id):
        return self.server.events_of(audit_id, 2)[-1]

    def test_allowed_names_binding_role_and_subject(self):
        self.server.ask("GET", "/api/v1/namespaces/default", audit_id="allowed")
        self.assertEqual(
            self.last("allowed")["annotations"],
            {
                "authorization.k8s.io/decision": "allow",
                "authorization.k8s.io/reason": 'RBAC: allowed by ClusterRoleBinding "alice" of '
                'ClusterRole "cluster-admin" to User "alice"',
            },
        )
        self.server.ask("GET", "/version", user="mallory", audit_id="by-group")
        self.assertEqual(
            self.last("by-group")["annotations"]["authorization.k8s.io/reason"],
            'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" '
            'to Group "system:authenticated"',
        )

    def test_system_masters_needs_no_reason(self):
        self.server.ask("GET", "/api/v1/namespaces/default", user="admin", audit_id="masters")
        self.assertEqual(self.last("masters")["annotations"]["authorization.k8s.io/reason"], "")

    def test_refused_leaves_the_status_and_the_decision(self):
        answer = self.server.ask("GET", "/api/v1/namespaces/default/secrets", user="mallory", audit_id="refused")
        self.assertEqual(answer.status, 403)
        self.assertEqual(answer.header("X-Content-Type-Options"), "nosniff")
        event = self.last("refused")
        self.assertEqual(
            event["responseStatus"]["message"],
            'secrets is forbidden: User "mallory" cannot list resource "secrets" in API group "" in the '
            'namespace "default"',
        )
        self.assertEqual(event["responseObject"]["code"], 403)
        self.assertEqual(
            event["annotations"],
            {"authorization.k8s.io/decision": "forbid", "authorization.k8s.io/reason": ""},
        )

    def test_a_role_that_is_missing_is_the_reason(self):
        self.server.make(
            RBAC + "/clusterrolebindings",
            {
                "metadata": {"name": "dangling"},
                "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": "gone"},
                "subjects": [{"apiGroup": GROUP, "kind": "User", "name": "denied"}],
            },
        )
        answer = self.server.ask("GET", "/api/v1/nodes", user="denied", audit_id="dangling")
        reason = 'rbac: RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'
        self.assertTrue(json.loads(answer.body)["message"].endswith(": " + reason))
        self.assertEqual(self.last("dangling")["annotations"]["authorization.k8s.io/reason"], reason)

    def test_a_role_takes_effect_with_its_answer_and_ends_with_it(self):
        maps = "/api/v1/namespaces/default/configmaps"
        roles, bindings = (f"{RBAC}/namespaces/default/{kind}" for kind in ("roles", "rolebindings"))
        rules = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]}]
        for _ in range(20):
            self.assertEqual(self.server.ask("GET", maps, user="bob").status, 403)
            self.server.make(roles, {"metadata": {"name": "r"}, "rules": rules})
            self.server.make(
                bindings,
                {
                    "metadata": {"name": "b"},
                    "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": "r"},
                    "subjects": [{"apiGroup": GROUP, "kind": "Group", "name": "dev"}],
                },
            )
            self.assertEqual(self.server.ask("GET", maps, user="bob").status, 200)
            self.server.ask("DELETE", roles + "/r", user="admin")
            self.assertEqual(self.server.ask("GET", maps, user="bob").status, 403)
            self.server.ask("DELETE", bindings + "/b", user="admin")

    def test_what_controllers_would_do_leaves_no_events(self):
        before = len(self.server.lines())
        self.server.ask("POST", "/api/v1/namespaces", '{"metadata":{"name":"quiet"}}', audit_id="quiet")
        self.last("quiet")
        self.assertEqual(len(self.server.lines()), before + 2)
        self.assertEqual(
            self.server.ask("GET", "/api/v1/namespaces/quiet/serviceaccounts/default").status, 200
        )

    def test_a_review_is_recorded_as_a_create(self):
        spec = {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}}
        body = json.dumps({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec})
        self.server.ask("POST", REVIEWS + "/selfsubjectaccessreviews", body, user="mallory", audit_id="review")
        event = self.last("review")
        self.assertEqual(event["verb"], "create")
        self.assertEqual(event["requestObject"]["status"], {"allowed": False})
        self.assertEqual(event["responseObject"]["spec"], spec)
        self.assertEqual(event["responseStatus"]["code"], 201)


class Anonymous(unittest.TestCase):
    def test_with_always_allow_nobody_is_anonymous_and_the_log_says_so(self):
        with Server(policy=None) as server:
            self.assertEqual(server.ask("GET", "/healthz", user=None).status, 401)
            self.assertIn(
                "AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to "
                "false. You should use a different authorizer",
                server.stderr(),
            )

    def test_with_rbac_they_see_what_is_public(self):
        with Server(policy=None, authorization="RBAC") as server:
            self.assertEqual(server.ask("GET", "/healthz", user=None).status, 200)
            self.assertEqual(server.ask("GET", "/api", user=None).status, 403)
            self.assertNotIn("AnonymousAuth", server.stderr())


class KubectlAuthorization(unittest.TestCase):
    """kubectl as alice, who may do everything, and as bob, who may edit what is in `team`."""

    program = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Rbac(policy=EVERYTHING))
        cls.server.make("/api/v1/namespaces", {"metadata": {"name": "team"}})
        cls.server.make(
            RBAC + "/namespaces/team/rolebindings",
            {
                "metadata": {"name": "editors"},
                "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": "edit"},
                "subjects": [{"apiGroup": GROUP, "kind": "User", "name": "bob"}],
            },
        )

    def run_as(self, user, *arguments, stdin=""):
        kubectl = Kubectl(self.program, self.server)
        kubectl.command[2] = kubectl.environment["KUBECONFIG"] = self.kubeconfig_of(user)
        return kubectl(*arguments, stdin=stdin)

    def kubeconfig_of(self, user):
        path = self.server.at(f"{user}.kubeconfig")
        if not os.path.exists(path):
            ca = os.path.join(self.server.pki, "ca.crt")
            self.server.write(
                f"{user}.kubeconfig",
                json.dumps(
                    {
                        "apiVersion": "v1",
                        "kind": "Config",
                        "clusters": [
                            {"name": "c", "cluster": {"server": self.server.url, "certificate-authority": ca}}
                        ],
                        "users": [{"name": "u", "user": {"token": f"{user}-token"}}],
                        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                        "current-context": "x",
                    }
                ),
            )
        return path

    def answer(self, user, *arguments):
        done = self.run_as(user, *arguments)
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr

    def test_can_i(self):
        self.assertEqual(self.answer("bob", "auth", "can-i", "create", "pods", "-n", "team"), "yes")
        self.assertEqual(self.answer("bob", "auth", "can-i", "create", "pods", "-n", "default"), "no")
        self.assertEqual(self.answer("bob", "auth", "can-i", "get", "/version"), "yes")
        self.assertEqual(self.answer("bob", "auth", "can-i", "get", "/metrics"), "no")
        self.assertEqual(self.answer("alice", "auth", "can-i", "*", "*"), "yes")
        self.assertEqual(
            self.answer("bob", "auth", "can-i", "get", "pods", "--subresource=log", "-n", "team"), "yes"
        )

    def test_can_i_list(self):
        done = self.run_as("bob", "auth", "can-i", "--list", "-n", "team")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
        self.assertRegex(rows["secrets"], r"\[.*create.*\]")
        self.assertIn("selfsubjectaccessreviews.authorization.k8s.io", rows)
        self.assertRegex(done.stdout, r"\[/version\]")
        self.assertNotIn("roles.rbac.authorization.k8s.io", rows)

    def test_refused(self):
        done = self.run_as("bob", "get", "secrets", "-n", "default")
        self.assertEqual(done.returncode, 1)
        self.assertIn(
            'Error from server (Forbidden): secrets is forbidden: User "bob" cannot list resource "secrets" '
            'in API group "" in the namespace "default"',
            done.stderr,
        )

    def test_create_role_and_binding(self):
        self.run_as("alice", "delete", "role,rolebinding", "--all", "-n", "default")
        made = self.run_as(
            "alice", "create", "role", "reader", "--verb=get,list", "--resource=pods", "-n", "default"
        )
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(self.answer("mallory", "auth", "can-i", "list", "pods", "-n", "default"), "no")
        bound = self.run_as(
            "alice", "create", "rolebinding", "m", "--role=reader", "--user=mallory", "-n", "default"
        )
        self.assertEqual(bound.returncode, 0, bound.stderr)
        self.assertEqual(self.answer("mallory", "auth", "can-i", "list", "pods", "-n", "default"), "yes")
        self.assertEqual(self.run_as("mallory", "get", "pods", "-n", "default").returncode, 0)

    def test_escalation(self):
        self.server.make(
            RBAC + "/namespaces/team/rolebindings",
            {
                "metadata": {"generateName": "role-writers-"},
                "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": "admin"},
                "subjects": [{"apiGroup": GROUP, "kind": "User", "name": "denied"}],
            },
        )
        more = self.run_as("denied", "create", "role", "more", "--verb=get", "--resource=nodes", "-n", "team")
        self.assertEqual(more.returncode, 1)
        self.assertIn("is attempting to grant RBAC permissions not currently held", more.stderr)
        self.assertIn('{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}', more.stderr)
        bind = self.run_as(
            "denied", "create", "rolebinding", "b", "--clusterrole=cluster-admin", "--user=x", "-n", "team"
        )
        self.assertEqual(bind.returncode, 1)
        self.assertIn("is attempting to grant RBAC permissions not currently held", bind.stderr)
        less = self.run_as(
            "denied", "create", "rolebinding", "view", "--clusterrole=view", "--user=x", "-n", "team"
        )
        self.assertIn("created", less.stdout + less.stderr)


globals().update(classes_for_kubectls(__name__, KubectlAuthorization, "Kubectl"))
del KubectlAuthorization


class Cluster(unittest.TestCase):
    """What a client finds in a fresh server."""

    def names(self, server, path):
        return sorted(i["metadata"]["name"] for i in json.loads(server.ask("GET", path).body)["items"])

    def test_is_there_from_the_start_and_in_new_namespaces(self):
        with Server(policy=None) as server:
            self.assertEqual(
                self.names(server, "/api/v1/namespaces"),
                ["default", "kube-node-lease", "kube-public", "kube-system"],
            )
            base = "/api/v1/namespaces/default"
            service = json.loads(server.ask("GET", base + "/services/kubernetes").body)
            self.assertEqual(service["spec"]["ports"][0]["targetPort"], server.port)
            endpoints = json.loads(server.ask("GET", base + "/endpoints/kubernetes").body)
            self.assertEqual(
                endpoints["subsets"],
                [
                    {
                        "addresses": [{"ip": "127.0.0.1"}],
                        "ports": [{"name": "https", "port": server.port, "protocol": "TCP"}],
                    }
                ],
            )
            self.assertEqual(
                self.names(server, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"), ["kubernetes"]
            )
            server.ask("POST", "/api/v1/namespaces", '{"metadata":{"name":"new"}}')
            ca = json.loads(server.ask("GET", "/api/v1/namespaces/new/configmaps/kube-root-ca.crt").body)
            with open(os.path.join(server.pki, "ca.crt"), encoding="utf-8") as file:
                self.assertEqual(ca["data"]["ca.crt"].strip(), file.read().strip())
            self.assertEqual(self.names(server, "/api/v1/namespaces/new/serviceaccounts"), ["default"])
            self.assertIn("cluster-admin", self.names(server, RBAC + "/clusterroles"))

    def test_is_what_the_flag_says(self):
        account, service = "/api/v1/namespaces/default/serviceaccounts", "/api/v1/namespaces/default/services"
        without = "--disable-admission-plugins=ServiceAccount"
        for flags, accounts, services in (
            (["--cluster-objects=apiserver"], [], ["kubernetes"]),
            ([without], [], ["kubernetes"]),
            ([without, "--cluster-objects=all"], ["default"], ["kubernetes"]),
            (["--cluster-objects=none"], [], []),
        ):
            with Server(policy=None, flags=flags) as server:
                self.assertEqual(self.names(server, account), accounts, flags)
                self.assertEqual(self.names(server, service), services, flags)

    def test_is_not_there_with_bare(self):
        with Server(policy=None, flags=["--bare"]) as server:
            self.assertEqual(self.names(server, "/api/v1/namespaces"), ["default"])
            server.ask("POST", "/api/v1/namespaces", '{"metadata":{"name":"new"}}')
            for path in (
                "/api/v1/services",
                "/api/v1/serviceaccounts",
                "/api/v1/configmaps",
                RBAC + "/clusterroles",
                "/apis/scheduling.k8s.io/v1/priorityclasses",
            ):
                self.assertEqual(self.names(server, path), [], path)


if __name__ == "__main__":
    unittest.main()
