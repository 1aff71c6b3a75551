"""The webhook: what a receiver gets from a real server, and what is lost, counted and logged when it
misbehaves. KAUDIT_SLOW=1 runs the long ones as well."""

import base64
import os
import shutil
import tempfile
import threading
import time
import unittest

from kaudit_e2e import http, receiver as r
from kaudit_e2e.receiver import Authority, ConnectProxy, Receiver, SocksProxy, kubeconfig, serving
from kaudit_e2e.server import Server, StartFailed
from kaudit_e2e.waiting import PATIENCE, until

# Only what alice does is recorded, so that asking for metrics adds nothing.
ALICE = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  users: [alice]
- level: None
"""
SLOW = os.environ.get("KAUDIT_SLOW")


def server_for(config, *flags, mode="blocking", backoff="20ms", files=()):
    """A server whose only output is the webhook. `files`: (name, text) beside the kubeconfig."""
    server = Server(policy=None)
    for name, text in files:
        server.write(name, text)
    server.arguments += [
        "--audit-policy-file",
        server.write("policy.yaml", ALICE),
        "--audit-webhook-config-file",
        server.write("webhook.yaml", config),
        f"--audit-webhook-mode={mode}",
        f"--audit-webhook-initial-backoff={backoff}",
        *flags,
    ]
    return server


def figures(server, *receivers):
    """(events made, events lost), once each event made is either: a request's last event comes after
    its answer has left."""
    made, lost = 0, 0

    def settled():
        nonlocal made, lost
        made = int(server.metric("apiserver_audit_event_total") or 0)
        lost = int(server.metric('apiserver_audit_error_total{plugin="webhook"}') or 0)
        return made > 0 and made % 2 == 0 and lost + sum(len(r.accepted) for r in receivers) >= made

    until(settled, lambda: f"each event to arrive or be lost: {made} made, {lost} lost", pause=0.01)
    return made, lost


class Delivery(unittest.TestCase):
    """Every event is accepted or counted as lost, never neither."""

    def play(self, behave, requests=1, **options):
        with Receiver(behave) as receiver, server_for(kubeconfig(receiver.url), **options) as server:
            for n in range(requests):
                self.assertEqual(server.ask("GET", "/version", audit_id=f"id-{n}").status, 200)
            made, lost = figures(server, receiver)
            self.assertEqual(made, 2 * requests)
            self.assertEqual(len(receiver.accepted) + lost, made)
            return receiver, lost, server.stderr()

    def test_all_is_delivered_once_on_one_connection(self):
        receiver, lost, _ = self.play(lambda n: r.OK, requests=20)
        self.assertEqual(lost, 0)
        self.assertEqual(set(receiver.accepted.values()), {1})
        self.assertLessEqual(receiver.connections, 8)  # one for each thread that may wait

    def test_a_slow_receiver_makes_requests_wait(self):
        began = time.monotonic()
        _, lost, _ = self.play(lambda n: r.slow(0.2))
        self.assertEqual(lost, 0)
        self.assertGreaterEqual(time.monotonic() - began, 0.4)

    def always(self, command, text):
        """A receiver that only ever does this: 5 tries for each list, all lost and logged."""
        receiver, lost, log = self.play(lambda n: command)
        self.assertEqual(lost, 2)
        self.assertEqual(len(receiver.requests), 10)
        self.assertFalse(receiver.accepted)
        self.assertIn(text, log)
        self.assertRegex(log, r'Impacted events:\n\S+ AUDIT: id="id-0" stage="RequestReceived"')
        return log

    def test_500(self):
        self.always(
            r.status(500, body=b"no thanks"),
            'an error on the server ("no thanks") has prevented the request from succeeding',
        )

    def test_reset_before_the_body(self):
        self.always(r.RESET_BEFORE_BODY, "connection reset by peer")

    def test_reset_after_the_body(self):
        log = self.always(r.RESET, "read: connection reset by peer")
        self.assertRegex(log, r"read tcp 127\.0\.0\.1:\d+->127\.0\.0\.1:\d+: read: connection reset")

    def test_half_a_response(self):
        self.always(r.HALF, "unexpected error when reading response body. Please retry.")

    def test_garbage(self):
        self.always(r.GARBAGE, 'malformed HTTP status code "is"')

    def test_a_redirect_is_not_followed(self):
        with Receiver() as elsewhere:
            for code in (301, 302, 303, 307, 308):
                self.always(
                    r.redirect(elsewhere.url, code),
                    f"the server responded with the status code {code} but did not return more",
                )
            self.assertEqual(elsewhere.requests, [])

    def test_refused(self):
        receiver = Receiver()
        receiver.close()
        with server_for(kubeconfig(receiver.url)) as server:
            self.assertEqual(server.ask("GET", "/version").status, 200)
            self.assertEqual(figures(server), (2, 2))
            self.assertIn(
                f'Post "{receiver.url}?timeout=30s": dial tcp 127.0.0.1:{receiver.port}: '
                "connect: connection refused",
                server.stderr(),
            )

    def test_each_misbehaviour_that_passes_costs_nothing(self):
        bad = [r.status(500), r.too_many(0), r.RESET_BEFORE_BODY, r.RESET, r.HALF, r.GARBAGE, r.CLOSE]
        # Every other request meets one of them.
        receiver, lost, _ = self.play(lambda n: bad[n // 2 % len(bad)] if n % 2 == 0 else r.OK, requests=14)
        self.assertEqual(lost, 0)
        self.assertEqual(set(receiver.accepted.values()), {1})

    def test_retry_after_is_honoured(self):
        began = time.monotonic()
        receiver, lost, _ = self.play(lambda n: r.too_many(1) if n == 0 else r.OK)
        self.assertEqual((lost, len(receiver.requests)), (0, 3))
        self.assertGreaterEqual(time.monotonic() - began, 1)

    def test_retry_after_without_end_is_55_tries(self):
        receiver, lost, _ = self.play(lambda n: r.too_many(0))
        self.assertEqual((lost, len(receiver.requests)), (2, 110))

    def test_the_pauses_grow_by_half(self):
        times = []

        def behave(n):
            times.append(time.monotonic())
            return r.status(500)

        self.play(behave, backoff="200ms")
        gaps = [b - a for a, b in zip(times[:4], times[1:5])]
        for gap, least in zip(gaps, (0.2, 0.3, 0.45, 0.675)):
            self.assertGreaterEqual(gap, least)

    @unittest.skipUnless(SLOW, "KAUDIT_SLOW is not set: a black hole takes half a minute a try")
    def test_a_black_hole_is_left_after_half_a_minute(self):
        times = []

        def behave(n):
            times.append(time.monotonic())
            return r.BLACK_HOLE if n == 0 else r.OK

        receiver, lost, _ = self.play(behave)
        self.assertEqual((lost, len(receiver.accepted)), (0, 2))
        self.assertGreaterEqual(times[1] - times[0], 29.5)


class Strict(unittest.TestCase):
    def test_a_request_whose_first_event_is_lost_is_refused_and_not_done(self):
        with Receiver(lambda n: r.status(500)) as receiver:
            with server_for(kubeconfig(receiver.url), mode="blocking-strict") as server:
                body = '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"strict"}}'
                answer = server.ask("POST", "/api/v1/namespaces", body=body)
                self.assertEqual(answer.status, 500)
                self.assertEqual(
                    answer.text(),
                    'Internal Server Error: "/api/v1/namespaces": failed to store audit event\n',
                )
                found = server.ask("GET", "/api/v1/namespaces/strict", user="admin")
                self.assertEqual(found.status, 404, "its handler did not run")
                self.assertEqual(server.metric("apiserver_audit_requests_rejected_total"), 1)
                self.assertEqual(server.metric("apiserver_audit_event_total"), 1)
                self.assertEqual(server.metric('apiserver_audit_error_total{plugin="webhook"}'), 1)
                receiver.behave = lambda n: r.OK
                self.assertEqual(server.ask("POST", "/api/v1/namespaces", body=body).status, 201)
                receiver.wait_for(lambda it: len(it.accepted) == 2, "two events")


class Batch(unittest.TestCase):
    """Queued events, a receiver that is away for a while."""

    REQUESTS = 300

    def serve(self, receiver, *flags, backoff):
        quick = ["--audit-webhook-batch-max-wait=50ms", "--audit-webhook-batch-throttle-enable=false"]
        return server_for(kubeconfig(receiver.url), *quick, *flags, mode="batch", backoff=backoff)

    def load(self, server):
        with server.connect() as connection:
            for n in range(self.REQUESTS):
                connection.send(http.request("GET", "/version", token="alice-token", audit_id=f"id-{n}"))
                self.assertEqual(connection.response().status, 200)

    def away(self, seconds, backoff):
        """The receiver is down while events are made, and back after so many seconds."""
        receiver = Receiver()
        receiver.close()
        flags = ["--audit-webhook-batch-buffer-size=10000", "--audit-webhook-batch-max-size=50"]
        with self.serve(receiver, *flags, backoff=backoff) as server:
            self.load(server)
            time.sleep(seconds)
            with Receiver(port=receiver.port) as back:
                back.wait_for(lambda it: len(it.accepted) == 2 * self.REQUESTS, "whole delivery", 2 * PATIENCE)
                self.assertEqual(figures(server, back), (2 * self.REQUESTS, 0))
                self.assertEqual(set(back.accepted.values()), {1})

    def test_a_receiver_that_comes_back_gets_all(self):
        self.away(2, backoff="500ms")

    @unittest.skipUnless(SLOW, "KAUDIT_SLOW is not set: a receiver that is down for 20 s")
    def test_a_receiver_that_comes_back_after_20_seconds_gets_all(self):
        self.away(20, backoff="5s")

    def test_with_too_small_a_buffer_lost_and_delivered_are_what_was_made(self):
        made_all = threading.Event()

        def behave(n):
            made_all.wait(PATIENCE)
            return r.OK

        with Receiver(behave) as receiver:
            flags = ["--audit-webhook-batch-buffer-size=20", "--audit-webhook-batch-max-size=5"]
            with self.serve(receiver, *flags, backoff="20ms") as server:
                self.load(server)
                made_all.set()
                made, lost = 2 * self.REQUESTS, 0

                def settled():
                    nonlocal lost
                    lost = server.metric('apiserver_audit_error_total{plugin="buffered"}') or 0
                    return len(receiver.accepted) + lost >= made

                until(settled, lambda: f"each event to arrive or be lost: {len(receiver.accepted)}, {lost}")
                self.assertEqual(server.metric("apiserver_audit_event_total"), made)
                self.assertEqual(len(receiver.accepted) + lost, made)
                self.assertGreater(lost, 0)
                self.assertEqual(server.metric('apiserver_audit_error_total{plugin="webhook"}'), None)

    def test_sigterm_delivers_what_is_queued(self):
        with Receiver(lambda n: r.slow(0.05)) as receiver:
            with self.serve(receiver, "--audit-webhook-batch-max-size=20", backoff="20ms") as server:
                self.load(server)
                self.assertEqual(server.stop(), 0)
            self.assertEqual(len(receiver.accepted), 2 * self.REQUESTS)
            self.assertEqual(set(receiver.accepted.values()), {1})


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="kaudit-e2e-receiver-")
        cls.ca = Authority(os.path.join(cls.folder, "ca"))
        cls.good = cls.ca.issue("good")
        cls.trust = f"certificate-authority: {cls.ca.certificate}"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def play(self, context, cluster, user="{}", url=None, requests=1):
        """What the receiver has, and the server's log, after requests of two events each."""
        with Receiver(tls=context) as receiver:
            url = (url or "https://127.0.0.1:{}/audit").format(receiver.port)
            with server_for(kubeconfig(url, user, cluster)) as server:
                for n in range(requests):
                    self.assertEqual(server.ask("GET", "/version", audit_id=f"id-{n}").status, 200)
                made, lost = figures(server, receiver)
                self.assertEqual(made, 2 * requests)
                self.assertEqual(len(receiver.accepted) + lost, made)
                return receiver, lost, server.stderr()

    def assertLost(self, text, *arguments, **options):
        receiver, lost, log = self.play(*arguments, **options)
        self.assertEqual(lost, 2)
        self.assertEqual(receiver.requests, [], "nothing is sent before the receiver is known")
        self.assertIn(text, log)

    def test_a_receiver_whose_ca_is_known(self):
        for url in ("https://127.0.0.1:{}/audit", "https://localhost:{}/audit"):
            _, lost, _ = self.play(serving(self.good), self.trust, url=url)
            self.assertEqual(lost, 0)

    def test_an_unknown_ca(self):
        self.assertLost(
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            serving(self.good),
            "",
        )

    def test_a_wrong_name(self):
        self.assertLost(
            "x509: certificate is valid for localhost, not nope.example",
            serving(self.good),
            self.trust + ", tls-server-name: nope.example",
        )
        other = serving(self.ca.issue("other", "DNS:other.example"))
        self.assertLost("because it doesn't contain any IP SANs", other, self.trust)
        _, lost, _ = self.play(other, self.trust + ", tls-server-name: other.example")
        self.assertEqual(lost, 0)

    def test_an_expired_certificate(self):
        expired = serving(self.ca.issue("expired", days=-1))
        self.assertLost("x509: certificate has expired or is not yet valid", expired, self.trust)
        _, lost, _ = self.play(expired, "insecure-skip-tls-verify: true")
        self.assertEqual(lost, 0)

    def test_a_receiver_that_speaks_no_tls(self):
        self.assertLost("server gave HTTP response to HTTPS client", None, self.trust)

    def test_a_client_certificate(self):
        certificate, key = self.ca.issue("client")
        context = serving(self.good, self.ca.certificate)
        user = f"{{client-certificate: {certificate}, client-key: {key}}}"
        _, lost, _ = self.play(context, self.trust, user)
        self.assertEqual(lost, 0)
        receiver, lost, _ = self.play(context, self.trust)
        self.assertEqual(lost, 2)
        self.assertTrue(receiver.tls_failures)

    def test_credentials(self):
        for user, value in (
            ("{token: s3cret}", "Bearer s3cret"),
            ('{username: joe, password: "p:w"}', "Basic " + base64.b64encode(b"joe:p:w").decode()),
        ):
            receiver, _, _ = self.play(serving(self.good), self.trust, user)
            self.assertIn(f"\r\nAuthorization: {value}\r\n".encode(), receiver.requests[0][0])

    def test_changed_certificates_and_tokens_are_read_again(self):
        new_ca = Authority(os.path.join(self.folder, "new"))
        trusted = os.path.join(self.folder, "trusted.crt")
        token = os.path.join(self.folder, "token")
        shutil.copyfile(self.ca.certificate, trusted)
        with open(token, "w", encoding="utf-8") as file:
            file.write("first\n")
        with Receiver(tls=serving(self.good)) as receiver:
            config = kubeconfig(receiver.url, f"{{tokenFile: {token}}}", f"certificate-authority: {trusted}")
            with server_for(config) as server:
                server.ask("GET", "/version", audit_id="old")
                self.assertEqual(figures(server, receiver), (2, 0))
                receiver.close()
                with Receiver(tls=serving(new_ca.issue("new")), port=receiver.port) as renewed:
                    server.ask("GET", "/version", audit_id="new")
                    self.assertEqual(figures(server, receiver), (4, 2), "the new CA is not known yet")
                    shutil.copyfile(new_ca.certificate, trusted)
                    with open(token, "w", encoding="utf-8") as file:
                        file.write("second\n")
                    server.ask("GET", "/version", audit_id="known")
                    self.assertEqual(figures(server, receiver, renewed), (6, 2))
                    self.assertIn(b"Authorization: Bearer second\r\n", renewed.requests[0][0])

    def test_through_a_proxy_with_a_password(self):
        with ConnectProxy("Basic " + base64.b64encode(b"u:p@w").decode()) as proxy:
            url = f"proxy-url: 'http://u:p%40w@127.0.0.1:{proxy.port}'"
            receiver, lost, _ = self.play(serving(self.good), self.trust + ", " + url)
            self.assertEqual(lost, 0)
            self.assertTrue(proxy.heads[0].startswith(f"CONNECT 127.0.0.1:{receiver.port} ".encode()))
            self.assertLost(
                "proxyconnect tcp: the proxy answered CONNECT with status 407",
                serving(self.good),
                f"{self.trust}, proxy-url: 'http://127.0.0.1:{proxy.port}'",
            )

    def test_through_a_proxy_that_speaks_tls(self):
        """As in net/http, the cluster's CA vouches for the proxy too."""
        with ConnectProxy(tls=serving(self.good)) as proxy:
            url = f"proxy-url: 'https://127.0.0.1:{proxy.port}'"
            receiver, lost, _ = self.play(serving(self.good), self.trust + ", " + url)
            self.assertEqual(lost, 0)
            self.assertTrue(proxy.heads[0].startswith(f"CONNECT 127.0.0.1:{receiver.port} ".encode()))

    def test_a_proxy_whose_ca_is_not_known(self):
        stranger = Authority(os.path.join(self.folder, "stranger")).issue("proxy")
        with ConnectProxy(tls=serving(stranger)) as proxy:
            url = f"proxy-url: 'https://127.0.0.1:{proxy.port}'"
            self.assertLost(
                "proxyconnect tcp: tls: failed to verify certificate: x509: certificate signed by unknown authority",
                serving(self.good),
                self.trust + ", " + url,
            )
            self.assertEqual(proxy.heads, [])

    def test_through_a_socks_proxy(self):
        with SocksProxy() as proxy:
            url = f"proxy-url: 'socks5://127.0.0.1:{proxy.port}'"
            receiver, lost, _ = self.play(serving(self.good), self.trust + ", " + url)
            self.assertEqual(lost, 0)
            self.assertEqual(proxy.targets[0], ("127.0.0.1", receiver.port))

    def test_through_a_socks_proxy_with_a_password(self):
        with SocksProxy(login=("u", "p@w")) as proxy:
            url = f"proxy-url: 'socks5://u:p%40w@127.0.0.1:{proxy.port}'"
            # The proxy looks names up, as with net/http.
            _, lost, _ = self.play(
                serving(self.good), self.trust + ", " + url, url="https://localhost:{}/audit"
            )
            self.assertEqual(lost, 0)
            self.assertEqual(proxy.targets[0][0], "localhost")
            self.assertLost(
                f"socks connect tcp 127.0.0.1:{proxy.port}->127.0.0.1:",
                serving(self.good),
                f"{self.trust}, proxy-url: 'socks5://127.0.0.1:{proxy.port}'",
            )

    def test_a_plain_proxy_gets_the_whole_url(self):
        with Receiver() as proxy:
            config = kubeconfig("http://127.0.0.1:1/audit", "{}", f"proxy-url: '{proxy.url}'")
            with server_for(config) as server:
                server.ask("GET", "/version")
                self.assertEqual(figures(server, proxy), (2, 0))
            line = proxy.requests[0][0].split(b"\r\n")[0]
            self.assertEqual(line, b"POST http://127.0.0.1:1/audit?timeout=30s HTTP/1.1")


class Start(unittest.TestCase):
    def refused(self, config):
        with self.assertRaises(StartFailed) as caught:
            with server_for(config):
                pass
        self.assertEqual(caught.exception.code, 1)
        return caught.exception.stderr

    def test_an_unusable_kubeconfig_is_said_with_its_place(self):
        errors = self.refused(kubeconfig("http://127.0.0.1:1", "{token: t, username: a}"))
        self.assertIn(
            "initializing audit webhook: invalid configuration: more than one authentication method "
            "found for u; found [token basicAuth], only one is allowed\n",
            errors,
        )
        self.assertIn("webhook.yaml:4:", errors)

    def test_credentials_do_not_leave_the_machine_unencrypted(self):
        self.assertIn("would be sent unencrypted", self.refused(kubeconfig("http://h.example", "{token: t}")))

    def test_exec_and_auth_provider_are_refused(self):
        run = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Never}}"
        self.assertIn("exec plugins are not run", self.refused(kubeconfig("https://h", run)))
        provider = "{auth-provider: {name: oidc}}"
        self.assertIn('no Auth Provider found for name "oidc"', self.refused(kubeconfig("https://h", provider)))

    def test_without_a_policy_nothing_is_recorded_and_the_log_says_so(self):
        server = Server(policy=None, flags=["--audit-webhook-config-file", "/no/such/file"])
        server.arguments += ["--audit-webhook-mode=blocking"]
        with server:
            self.assertIn(
                "No audit policy file provided, no events will be recorded for webhook backend",
                server.stderr(),
            )

    def test_a_query_is_dropped_with_a_warning(self):
        with Receiver() as receiver, server_for(kubeconfig(receiver.url + "?a=b")) as server:
            self.assertIn("the query is dropped", server.stderr())
            server.ask("GET", "/version")
            self.assertTrue(receiver.requests[0][0].startswith(b"POST /audit?timeout=30s HTTP/1.1\r\n"))


if __name__ == "__main__":
    unittest.main()
