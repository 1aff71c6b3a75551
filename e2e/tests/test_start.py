"""Starting the server: what it says, what it makes, and how it refuses. Exit code 1: the
configuration is at fault; 2: the start failed."""

import os
import signal
import socket
import stat
import subprocess
import unittest

from kaudit_e2e.server import APISERVER, EVERYTHING, PATIENCE, Server, StartFailed
from kaudit_e2e.waiting import until


def run(*arguments):
    return subprocess.run([APISERVER, *arguments], capture_output=True, text=True, timeout=PATIENCE)


class Start(unittest.TestCase):
    def test_says_the_pipeline_and_the_address(self):
        with Server() as server:
            self.assertIn("Using audit backend: ignoreErrors<log>", server.stderr())
            self.assertIn(f"Serving securely on https://127.0.0.1:{server.port}", server.stderr())
        with Server(flags=["--audit-log-mode=blocking-strict"]) as server:
            self.assertRegex(server.stderr(), r"Using audit backend: log\b")

    def test_is_ready_when_the_kubeconfig_appears(self):
        for _ in range(5):
            with Server() as server:
                self.assertEqual(server.ask("GET", "/readyz", user="admin").text(), "ok")

    def test_the_admin_of_the_kubeconfig_may_do_all_whatever_the_authorizer_says(self):
        with Server(authorization="AlwaysDeny") as server:
            self.assertEqual(server.ask("GET", "/api/v1/namespaces", user="admin").status, 200)
            self.assertEqual(server.ask("GET", "/api/v1/namespaces", user="alice").status, 403)

    def test_makes_certificates_and_uses_them_again(self):
        names = ("ca.crt", "ca.key", "apiserver.crt", "apiserver.key", "admin.crt", "admin.key")
        with Server(identities=False) as server:
            made = {name: open(os.path.join(server.pki, name), "rb").read() for name in names}
            self.assertEqual(server.stop(), 0)
            server.start()
            for name in names:
                with open(os.path.join(server.pki, name), "rb") as file:
                    self.assertEqual(file.read(), made[name], name)
                if name.endswith(".key"):
                    mode = stat.S_IMODE(os.stat(os.path.join(server.pki, name)).st_mode)
                    self.assertEqual(mode & 0o077, 0, f"{name} is nobody else's business")

    def test_makes_the_folder_and_file_of_the_log_private(self):
        with Server(log="deep/er/audit.log") as server:
            server.ask("GET", "/healthz")
            for path, mode in (
                (server.at("deep"), 0o700),
                (server.at("deep/er"), 0o700),
                (server.log, 0o600),
            ):
                self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), mode, path)

    def test_log_to_stdout_is_nothing_but_events(self):
        with Server(log="-") as server:
            server.ask("GET", "/healthz", audit_id="to-stdout")
            self.assertEqual(len(server.events_of("to-stdout", 2)), 2)
            self.assertEqual(server.stop(), 0)
            self.assertEqual({e["kind"] for e in server.events()}, {"Event"})

    def test_without_policy_it_serves_records_nothing_and_says_so(self):
        with Server(policy=None, flags=["--audit-log-path", "/dev/null"]) as server:
            self.assertEqual(server.ask("GET", "/healthz").text(), "ok")
            self.assertIn(
                "No audit policy file provided, no events will be recorded for log backend", server.stderr()
            )

    def test_a_policy_without_a_backend_is_said_to_record_nothing(self):
        server = Server(policy=None)
        server.arguments += ["--audit-policy-file", server.write("policy.yaml", EVERYTHING)]
        with server:
            self.assertIn("An audit policy is given, but no backend", server.stderr())

    def test_the_kubeconfig_is_there_only_while_the_server_is_ready(self):
        with Server() as server:
            self.assertTrue(os.path.exists(server.kubeconfig))
            server.stop()
            self.assertFalse(os.path.exists(server.kubeconfig))
            # One that an earlier run left goes even when the start fails.
            left = server.write("left", "of an earlier run")
            with socket.create_server(("127.0.0.1", 0)) as taken:
                port = str(taken.getsockname()[1])
                self.assertEqual(run("--secure-port", port, "--write-kubeconfig", left).returncode, 2)
            self.assertFalse(os.path.exists(left))

    def test_a_signal_to_open_the_log_anew_leaves_a_line(self):
        with Server() as server:
            server.process.send_signal(signal.SIGHUP)
            until(lambda: "has been opened anew" in server.stderr(), "the line about SIGHUP")

    def test_help_groups_the_flags(self):
        answer = run("--help")
        self.assertEqual(answer.returncode, 0)
        for word in (
            "--audit-policy-file",
            "--audit-log-path",
            "--write-kubeconfig",
            "--enable-debug-endpoints",
            "--secure-port",
        ):
            self.assertIn(word, answer.stdout)
        self.assertRegex(answer.stdout, r"(?mi)^auditing flags:?$")


class Refuse(unittest.TestCase):
    def refused(self, *texts, code=1, **options):
        with self.assertRaises(StartFailed) as caught, Server(**options):
            pass
        self.assertEqual(caught.exception.code, code, caught.exception.stderr)
        for text in texts:
            self.assertIn(text, caught.exception.stderr)
        return caught.exception.stderr

    def test_a_policy_that_is_not_there(self):
        self.refused(
            'failed to read file path "/no/such/policy": open /no/such/policy: no such file or directory',
            flags=["--audit-policy-file", "/no/such/policy"],
        )

    def test_a_cluster_that_cannot_be(self):
        self.refused(
            '--cluster-objects "some" is not known: give all, apiserver or none',
            "service-cluster-ip-range[0] is not a valid cidr",
            flags=["--cluster-objects=some", "--service-cluster-ip-range=10.0.0.0"],
        )
        self.refused(
            "--bare is --cluster-objects=none: give one of them", flags=["--bare", "--cluster-objects=all"]
        )

    @unittest.skipIf(os.geteuid() == 0, "root may read every file")
    def test_a_policy_that_may_not_be_read(self):
        server = Server()
        os.chmod(server.at("policy.yaml"), 0)
        with self.assertRaises(StartFailed) as caught, server:
            pass
        self.assertEqual(caught.exception.code, 1)
        self.assertIn("permission denied", caught.exception.stderr)

    def test_configuration_that_is_a_pipe_is_refused_and_not_waited_for(self):
        for flag in ("--audit-policy-file", "--client-ca-file", "--token-auth-file", "--audit-webhook-config-file"):
            with self.subTest(flag):
                server = Server()
                pipe = server.at("pipe")
                os.mkfifo(pipe)
                server.arguments += [flag, pipe]
                with self.assertRaises(StartFailed) as caught, server:
                    pass
                self.assertEqual(caught.exception.code, 1)
                self.assertIn(f"read {pipe}: it is a named pipe", caught.exception.stderr)
                self.assertIn("write the contents to a file", caught.exception.stderr)

    def test_configuration_that_is_endless_is_refused(self):
        self.refused("read /dev/zero: it is a device", flags=["--audit-policy-file", "/dev/zero"])
        server = Server()
        with open(server.at("policy.yaml"), "r+b") as file:
            file.truncate(17 << 20)
        with self.assertRaises(StartFailed) as caught, server:
            pass
        self.assertIn("policy.yaml: the file has more than 16 MiB", caught.exception.stderr)

    def test_policies_that_are_none(self):
        self.refused("loading audit policy file", policy="a: [b\n")
        self.refused("loading audit policy file", policy="")
        self.refused("loading audit policy file", policy="\x00\x01\x02")
        self.refused("loading audit policy file", policy=EVERYTHING.replace("kind: Policy", "kind: Event"))
        self.refused(
            "loaded illegal policy with 0 rules", policy="apiVersion: audit.k8s.io/v1\nkind: Policy\n"
        )

    def test_all_errors_of_a_policy_are_named_with_their_place(self):
        bad = EVERYTHING + "- level: Loud\n- level: Metadata\n  nonResourceURLs: [healthz]\n"
        self.refused("rules[1].level", "rules[2].nonResourceURLs[0]", policy=bad)

    def test_a_policy_with_an_unknown_field_is_a_warning(self):
        with Server(policy=EVERYTHING + "  foo: bar\n") as server:
            self.assertIn("falling back to lenient decoding", server.stderr())
            self.assertIn('unknown field "rules[0].foo"', server.stderr())

    def test_a_log_that_cannot_be_written_is_named(self):
        self.refused("/proc/nope", log="/proc/nope/audit.log")
        self.refused("/proc", "is a directory", log="/proc")

    def test_flags_are_all_judged_before_it_gives_up(self):
        self.refused(
            'invalid audit log format xml, allowed formats are "legacy,json"',
            "--audit-log-maxage -1 can't be a negative number",
            "--audit-log-maxbackup -1 can't be a negative number",
            flags=["--audit-log-format=xml", "--audit-log-maxage=-1", "--audit-log-maxbackup=-1"],
        )

    def test_an_unknown_flag_gets_the_nearest_one_suggested(self):
        self.refused("--audit-log-pth", "--audit-log-path", flags=["--audit-log-pth=x"])

    def test_arguments_that_are_not_flags(self):
        self.refused('"kaudit-apiserver" does not take any arguments, got ["0"]', flags=["0"])
        self.refused("-secure-port", flags=["-secure-port", "0"])

    def test_a_flag_without_its_value(self):
        self.refused("--audit-log-maxage", flags=["--audit-log-maxage"])
        self.refused("--audit-log-maxage", flags=["--audit-log-maxage=soon"])

    def test_files_that_are_not_there(self):
        for flag in ("--client-ca-file", "--token-auth-file", "--requestheader-client-ca-file"):
            with self.subTest(flag):
                self.refused("/no/such/file", flags=[flag, "/no/such/file"])

    def test_a_taken_port_is_a_failed_start(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(str(port), code=2, flags=["--secure-port", str(port)])

    def test_a_kubeconfig_that_cannot_be_written_is_a_failed_start(self):
        answer = run("--secure-port", "0", "--write-kubeconfig", "/proc/nope/kubeconfig")
        self.assertIn(answer.returncode, (1, 2))
        self.assertIn("/proc/nope/kubeconfig", answer.stderr)


if __name__ == "__main__":
    unittest.main()
