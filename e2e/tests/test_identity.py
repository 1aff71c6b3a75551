"""Who somebody is: service accounts' tokens, reviews of them, and acting for somebody else; and what events say of it.
(What a real server recorded of impersonation is played by test_golden.py.)"""

import base64
import json
import os
import subprocess
import unittest

from kaudit_e2e import http
from kaudit_e2e.clients import Kubectl, classes_for_kubectls
from kaudit_e2e.server import Server, StartFailed

NAMESPACE = "/api/v1/namespaces/default"
ACCOUNTS = NAMESPACE + "/serviceaccounts"
CONFIGMAPS = NAMESPACE + "/configmaps"
TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
SELF_REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
EXTRA = "authentication.kubernetes.io/"


def claims(token, part=1):
    text = token.split(".")[part]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


class Identity(unittest.TestCase):
    flags = ()
    authorization = "AlwaysAllow"

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(flags=cls.flags, authorization=cls.authorization))

    def made(self, path, body, audit_id="setup", user="admin"):
        answer = self.server.ask("POST", path, json.dumps(body), user=user, audit_id=audit_id)
        self.assertEqual(answer.status, 201, answer.text())
        return json.loads(answer.body)

    def account(self, name):
        return self.made(ACCOUNTS, {"metadata": {"name": name}})["metadata"]["uid"]

    def token(self, account, audit_id="setup", **spec):
        return self.made(f"{ACCOUNTS}/{account}/token", {"spec": spec}, audit_id)["status"]["token"]

    def with_token(self, token, path=CONFIGMAPS, audit_id="setup"):
        return self.server.ask("GET", path, headers=[("Authorization", f"Bearer {token}")], user=None, audit_id=audit_id)

    def last(self, audit_id, count=2):
        return self.server.events_of(audit_id, count)[-1]


class Tokens(Identity):
    def test_a_token_is_traced_from_its_issue_to_its_use(self):
        uid = self.account("traced")
        token = self.token("traced", "issue")
        issued = self.last("issue")
        self.assertEqual(issued["objectRef"]["subresource"], "token")
        credential = issued["annotations"][EXTRA + "issued-credential-id"]
        self.assertEqual(credential, "JTI=" + claims(token)["jti"])
        self.assertEqual(self.with_token(token, audit_id="use").status, 200)
        for event in self.server.events_of("use", 2):
            self.assertEqual(
                event["user"],
                {
                    "username": "system:serviceaccount:default:traced",
                    "uid": uid,
                    "groups": ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
                    "extra": {EXTRA + "credential-id": [credential]},
                },
            )

    def test_a_secret_holds_a_token_that_is_good_while_it_does(self):
        uid = self.account("held")
        secrets = "/api/v1/namespaces/default/secrets"
        self.server.ask(
            "POST",
            secrets,
            json.dumps(
                {
                    "metadata": {"name": "held", "annotations": {"kubernetes.io/service-account.name": "held"}},
                    "type": "kubernetes.io/service-account-token",
                }
            ),
            user="admin",
        )
        data = json.loads(self.server.ask("GET", secrets + "/held", user="admin").body)["data"]
        token = base64.b64decode(data["token"]).decode()
        self.assertEqual(sorted(data), ["ca.crt", "namespace", "token"])
        self.assertEqual(self.with_token(token, audit_id="held-use").status, 200)
        for event in self.server.events_of("held-use", 2):
            self.assertEqual(event["user"]["uid"], uid)
            self.assertNotIn("extra", event["user"])
            user = "system:serviceaccount:default:held"
            self.assertEqual(event["annotations"]["authentication.k8s.io/legacy-token"], user)
            self.assertEqual(event["annotations"]["authentication.k8s.io/legacy-token-manual-secret"], "held")
        self.server.ask("DELETE", secrets + "/held", user="admin")
        self.assertEqual(self.with_token(token).status, 401)

    def test_the_request_for_a_token_is_recorded_with_its_answer(self):
        self.account("recorded")
        token = self.token("recorded", "recorded-issue", audiences=["vault"], expirationSeconds=7200)
        event = self.last("recorded-issue")
        self.assertEqual(event["requestObject"]["kind"], "TokenRequest")
        self.assertEqual(event["requestObject"]["spec"]["expirationSeconds"], 7200)
        self.assertNotIn("name", event["requestObject"]["metadata"])
        self.assertEqual(event["responseObject"]["status"]["token"], token)
        self.assertEqual(event["objectRef"]["resource"], "serviceaccounts")
        self.assertEqual(claims(token)["exp"] - claims(token)["iat"], 7200)

    def test_a_token_ends_with_its_service_account(self):
        self.account("short-lived")
        token = self.token("short-lived")
        self.assertEqual(self.with_token(token).status, 200)
        self.server.ask("DELETE", ACCOUNTS + "/short-lived", user="admin")
        answer = self.with_token(token, audit_id="ended")
        self.assertEqual(answer.status, 401)
        event = self.last("ended", 1)
        self.assertEqual(event["stage"], "ResponseStarted")
        self.assertEqual(event["user"], {})
        self.assertEqual(event["responseStatus"]["message"], "Unauthorized")
        self.assertNotIn("annotations", event)
        # One of the same name is another one.
        self.account("short-lived")
        self.assertEqual(self.with_token(token).status, 401)

    def test_a_token_ends_with_the_pod_that_it_is_bound_to(self):
        self.account("bound")
        node = self.made("/api/v1/nodes", {"metadata": {"name": "n1"}})["metadata"]["uid"]
        spec = {"serviceAccountName": "bound", "nodeName": "n1", "containers": [{"name": "c", "image": "i"}]}
        pod = self.made(NAMESPACE + "/pods", {"metadata": {"name": "p"}, "spec": spec})["metadata"]["uid"]
        token = self.token("bound", boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "p"})
        self.with_token(token, audit_id="bound-use")
        extra = self.last("bound-use")["user"]["extra"]
        self.assertEqual(extra[EXTRA + "pod-name"] + extra[EXTRA + "pod-uid"], ["p", pod])
        self.assertEqual(extra[EXTRA + "node-name"] + extra[EXTRA + "node-uid"], ["n1", node])
        self.server.ask("DELETE", NAMESPACE + "/pods/p?gracePeriodSeconds=0", user="admin")
        self.assertEqual(self.with_token(token).status, 401)

    def test_a_token_for_others_is_none_for_the_server(self):
        self.account("for-vault")
        token = self.token("for-vault", audiences=["vault"])
        self.assertEqual(self.with_token(token).status, 401)
        review = self.made(TOKEN_REVIEWS, {"spec": {"token": token, "audiences": ["vault"]}})
        self.assertEqual(review["status"]["audiences"], ["vault"])

    def test_reviews_say_who_somebody_is(self):
        self.account("reviewed")
        status = self.made(TOKEN_REVIEWS, {"spec": {"token": self.token("reviewed")}}, "review")["status"]
        self.assertTrue(status["authenticated"])
        self.assertEqual(status["user"]["username"], "system:serviceaccount:default:reviewed")
        self.assertEqual(self.last("review")["responseObject"]["status"], status)
        status = self.made(TOKEN_REVIEWS, {"spec": {"token": "alice-token"}})["status"]
        self.assertEqual(status["user"]["groups"], ["dev", "ops", "system:authenticated"])
        status = self.made(TOKEN_REVIEWS, {"spec": {"token": "nobody's"}})["status"]
        self.assertEqual(status, {"user": {}, "error": "invalid bearer token"})
        me = self.made(SELF_REVIEWS, {}, user="alice")["status"]["userInfo"]
        self.assertEqual(me, {"username": "alice", "uid": "u-alice", "groups": ["dev", "ops", "system:authenticated"]})

    def test_the_keys_are_found_by_discovery(self):
        document = json.loads(self.with_token("alice-token", "/.well-known/openid-configuration").body)
        self.assertEqual(document["issuer"], "https://kubernetes.default.svc.cluster.local")
        self.assertTrue(document["jwks_uri"].endswith("/openid/v1/jwks"))
        answer = self.with_token("alice-token", "/openid/v1/jwks")
        self.assertEqual(answer.header("Content-Type"), "application/jwk-set+json")
        self.assertEqual(answer.header("Cache-Control"), "public, max-age=3600")
        keys = json.loads(answer.body)["keys"]
        self.account("key")
        self.assertIn(claims(self.token("key"), 0)["kid"], [key["kid"] for key in keys])

    def shake_hands(self, protocols, audit_id):
        with self.server.connect() as connection:
            lines = [
                f"GET {CONFIGMAPS}?watch=1&timeoutSeconds=1 HTTP/1.1",
                "Host: localhost",
                f"Audit-ID: {audit_id}",
                "Origin: https://localhost",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                f"Sec-WebSocket-Protocol: {protocols}",
            ]
            connection.send("\r\n".join([*lines, "", ""]).encode())
            return connection.head()

    def test_a_token_among_websocket_protocols(self):
        self.account("browser")
        text = base64.urlsafe_b64encode(self.token("browser").encode()).decode().rstrip("=")
        token = "base64url.bearer.authorization.k8s.io." + text
        head = self.shake_hands(f"{token}, v4.channel.k8s.io", "socket")
        self.assertEqual(head[0], 101)
        self.assertNotIn("base64url.bearer", str(head))
        event = self.server.events_of("socket", 2)[-1]
        self.assertEqual(event["user"]["username"], "system:serviceaccount:default:browser")
        for number, wrong in enumerate((f"{token}x, v4.channel.k8s.io", token)):
            self.assertEqual(self.shake_hands(wrong, f"socket-{number}")[0], 401)
            self.assertEqual(self.last(f"socket-{number}", 1)["responseStatus"]["code"], 401)


class OneConnection(Identity):
    def test_each_request_is_recorded_as_its_own_whoever_came_before(self):
        """A proxy sends the requests of many over one connection."""
        users = {"alice": ["dev", "ops"], "bob": ["dev"], "mallory": []}
        with self.server.connect() as connection:
            for turn in range(3):
                for number, user in enumerate(users):
                    headers = [("X-Forwarded-For", f"192.0.2.{number}"), ("User-Agent", f"agent-{number}-{turn % 2}")]
                    audit_id = f"turn-{turn}-{number}"
                    connection.send(http.request("GET", CONFIGMAPS, headers, b"", f"{user}-token", audit_id))
                    self.assertEqual(connection.response("GET").status, 200)
        for turn in range(3):
            for number, (user, groups) in enumerate(users.items()):
                expected = {"username": user, "uid": f"u-{user}", "groups": [*groups, "system:authenticated"]}
                events = self.server.events_of(f"turn-{turn}-{number}", 2)
                self.assertEqual([event["stage"] for event in events], ["RequestReceived", "ResponseComplete"])
                for event in events:
                    self.assertEqual(event["user"], expected)
                    self.assertEqual(event["sourceIPs"], [f"192.0.2.{number}", "127.0.0.1"])
                    self.assertEqual(event["userAgent"], f"agent-{number}-{turn % 2}")


class GivenKeys(Identity):
    """With an RSA key and an issuer of one's own."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        key = cls.server.at("rsa.key")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        public = cls.server.at("rsa.pub")
        subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", public], check=True, capture_output=True)
        cls.server.arguments += [
            f"--service-account-signing-key-file={key}",
            f"--service-account-key-file={public}",
            "--service-account-issuer=https://mine.example",
            "--api-audiences=one,two",
            "--service-account-max-token-expiration=1h",
        ]
        cls.enterClassContext(cls.server)

    def test_sign_the_tokens(self):
        self.account("rsa")
        token = self.token("rsa", expirationSeconds=7200)
        self.assertEqual(claims(token, 0)["alg"], "RS256")
        self.assertEqual(claims(token)["iss"], "https://mine.example")
        self.assertEqual(claims(token)["aud"], ["one", "two"])
        self.assertEqual(claims(token)["exp"] - claims(token)["iat"], 3600)
        self.assertEqual(self.with_token(token).status, 200)

    def test_are_not_made(self):
        self.assertFalse(os.path.exists(os.path.join(self.server.pki, "sa.key")))


class MadeKeys(Identity):
    def test_stay_in_the_folder(self):
        for name, mode in (("sa.key", 0o600), ("sa.pub", 0o644)):
            self.assertEqual(os.stat(os.path.join(self.server.pki, name)).st_mode & 0o777, mode)
        done = subprocess.run(
            ["openssl", "pkey", "-in", os.path.join(self.server.pki, "sa.key"), "-pubout"],
            check=True,
            capture_output=True,
            text=True,
        )
        with open(os.path.join(self.server.pki, "sa.pub"), encoding="ascii") as file:
            self.assertEqual(file.read(), done.stdout)


class Refuse(unittest.TestCase):
    def refusal(self, *flags):
        with self.assertRaises(StartFailed) as caught, Server(flags=flags):
            pass
        self.assertEqual(caught.exception.code, 1)
        return caught.exception.stderr

    def test_flags_that_make_no_sense(self):
        for flag, text in (
            ("--feature-gates=Nope=true", "unrecognized feature gate: Nope"),
            ("--feature-gates=ConstrainedImpersonation", "missing bool value for ConstrainedImpersonation"),
            ("--feature-gates=ConstrainedImpersonation=si", "invalid value of ConstrainedImpersonation=si, err: "),
            ("--service-account-issuer=", "service-account-issuer"),
            ("--service-account-issuer=:x", "contained a ':' but was not a valid URL: parse \":x\": missing protocol scheme"),
            ("--service-account-issuer=1a:b", "parse \"1a:b\": first path segment in URL cannot contain colon"),
            ("--service-account-issuer=https://a:b", "parse \"https://a:b\": invalid port \":b\" after host"),
            ("--service-account-issuer=a,a", 'service-account-issuer "a" is already specified'),
            ("--service-account-max-token-expiration=1m", "must be between 1 hour and 2^32 seconds"),
            ("--service-account-key-file=/nope", "--service-account-signing-key-file"),
            ("--service-account-signing-key-file=/nope", "error reading private key file /nope: open /nope: no such file"),
        ):
            with self.subTest(flag):
                self.assertIn(text, self.refusal(flag))


class Impersonation(Identity):
    def act(self, audit_id, *headers, method="GET", path=CONFIGMAPS + "/x", body=b"", count=2):
        answer = self.server.ask(method, path, body, headers=headers, audit_id=audit_id)
        return answer, self.server.events_of(audit_id, count)

    def test_the_event_says_both_users(self):
        answer, events = self.act(
            "both",
            ("Impersonate-User", "jane"),
            ("Impersonate-Group", "devs"),
            ("Impersonate-Uid", "u-jane"),
            ("Impersonate-Extra-Acme.com%2Fproject", "p"),
        )
        self.assertEqual(answer.status, 404)
        self.assertNotIn("impersonatedUser", events[0])
        self.assertEqual(events[1]["user"]["username"], "alice")
        self.assertEqual(
            events[1]["impersonatedUser"],
            {
                "username": "jane",
                "uid": "u-jane",
                "groups": ["devs", "system:authenticated"],
                "extra": {"acme.com/project": ["p"]},
            },
        )
        self.assertEqual(events[1]["authenticationMetadata"], {"impersonationConstraint": "impersonate:user-info"})

    def test_it_is_the_other_user_whom_the_handler_sees(self):
        answer = self.server.ask(
            "POST", SELF_REVIEWS, "{}", headers=[("Impersonate-User", "system:serviceaccount:default:sa")]
        )
        self.assertEqual(
            json.loads(answer.body)["status"]["userInfo"],
            {
                "username": "system:serviceaccount:default:sa",
                "groups": ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
            },
        )

    def test_a_failed_authentication_impersonates_nobody(self):
        answer = self.server.ask(
            "GET", CONFIGMAPS, headers=[("Impersonate-User", "jane")], user="wrong", audit_id="wrong-user"
        )
        self.assertEqual(answer.status, 401)
        self.assertNotIn("impersonatedUser", self.last("wrong-user", 1))


class Denied(Identity):
    authorization = "AlwaysDeny"

    def test_who_may_not_act_for_another_is_refused_before_anything_else(self):
        answer = self.server.ask("GET", CONFIGMAPS + "/x", headers=[("Impersonate-User", "jane")], audit_id="denied")
        self.assertEqual(answer.status, 403)
        self.assertEqual(answer.header("X-Content-Type-Options"), "nosniff")
        event = self.last("denied")
        self.assertTrue(
            event["responseStatus"]["message"].startswith(
                'configmaps "x" is forbidden: User "alice" cannot impersonate-on:user-info:get resource "configmaps" '
                'in API group "" in the namespace "default"'
            )
        )
        self.assertNotIn("impersonatedUser", event)
        self.assertNotIn("annotations", event)

    def test_the_target_may_be_forbidden_what_the_requestor_may(self):
        answer = self.server.ask(
            "GET", CONFIGMAPS + "/x", headers=[("Impersonate-User", "jane")], user="admin", audit_id="target"
        )
        self.assertEqual(answer.status, 403)
        event = self.last("target")
        self.assertEqual(event["impersonatedUser"]["username"], "jane")
        self.assertEqual(event["annotations"]["authorization.k8s.io/decision"], "forbid")


class GateOff(Identity):
    flags = ["--feature-gates=ConstrainedImpersonation=false,WatchList=true"]
    authorization = "AlwaysDeny"

    def test_only_the_old_verb_is_asked_for(self):
        self.server.ask("GET", CONFIGMAPS + "/x", headers=[("Impersonate-User", "jane")], audit_id="old")
        self.assertTrue(
            self.last("old")["responseStatus"]["message"].startswith(
                'users "jane" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the '
                "cluster scope"
            )
        )

    def test_gates_without_effect_are_named(self):
        self.assertIn("--feature-gates: WatchList is known and has no effect here", self.server.stderr())


class KubectlIdentity(Identity):
    program = None

    def good(self, *arguments):
        done = Kubectl(self.program, self.server)(*arguments)
        self.assertEqual(done.returncode, 0, f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_create_token(self):
        self.good("create", "serviceaccount", "robot")
        token = self.good("create", "token", "robot", "--duration=1h", "--audience=vault").strip()
        self.assertEqual(claims(token)["sub"], "system:serviceaccount:default:robot")
        self.assertEqual(claims(token)["aud"], ["vault"])
        token = self.good("create", "token", "robot").strip()
        self.assertEqual(self.with_token(token).status, 200)

    def test_who_am_i(self):
        version = json.loads(self.good("version", "--client", "-o", "json"))["clientVersion"]
        if int(version["minor"].rstrip("+")) < 28:
            self.skipTest("asks for SelfSubjectReviews of a beta version")
        whole = self.good("auth", "whoami", "-o", "json", "--as=jane", "--as-group=devs")
        self.assertEqual(
            json.loads(whole)["status"]["userInfo"], {"username": "jane", "groups": ["devs", "system:authenticated"]}
        )

    def test_as_somebody_else(self):
        self.good("get", "configmaps", "--as=jane", "--as-group=devs", "--as-group=ops", "--as-uid=u-jane")
        self.server.wait_for(lambda lines: any(b'"u-jane"' in line for line in lines), "the event of jane")
        event = [e for e in self.server.events() if e.get("impersonatedUser", {}).get("uid") == "u-jane"][-1]
        self.assertEqual(event["user"]["username"], "admin")
        self.assertEqual(event["impersonatedUser"]["groups"], ["devs", "ops", "system:authenticated"])


globals().update(classes_for_kubectls(__name__, KubectlIdentity, "KubectlIdentity"))
del KubectlIdentity, Identity


if __name__ == "__main__":
    unittest.main()
