"""The server in the place of kube-apiserver: started as controller-runtime's envtest starts it, with
exactly its arguments and its certificates, from a folder that `kaudit test-assets` filled. (With the
real envtest: e2e/clients/envtest.)"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from kaudit_e2e import http
from kaudit_e2e.server import APISERVER, KAUDIT, PATIENCE, ROOT
from kaudit_e2e.waiting import until


def openssl(*arguments, text=None):
    subprocess.run(["openssl", *arguments], input=text, check=True, capture_output=True, text=True)


def make_ca(at, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-keyout", at(name + ".key"), "-out", at(name + ".crt"), "-subj", "/CN=" + name)  # fmt: skip


def sign(at, ca, name, subject, extensions):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", at(name + ".key"),
            "-out", at(name + ".csr"), "-subj", subject)  # fmt: skip
    openssl("x509", "-req", "-in", at(name + ".csr"), "-CA", at(ca + ".crt"), "-CAkey", at(ca + ".key"),
            "-CAcreateserial", "-days", "2", "-out", at(name + ".crt"), "-extfile", "/dev/stdin", text=extensions)  # fmt: skip


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class AsEnvtestStartsIt(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="kaudit-envtest-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.outside = lambda name: os.path.join(self.folder, name)
        self.cert_dir = self.outside("certs")
        os.mkdir(self.cert_dir)
        self.inside = lambda name: os.path.join(self.cert_dir, name)
        make_ca(self.outside, "serving-ca")
        make_ca(self.outside, "client-ca")
        make_ca(self.inside, "sa-signer")
        sign(self.outside, "serving-ca", "apiserver", "/CN=localhost",
             "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")  # fmt: skip
        sign(self.outside, "client-ca", "admin", "/O=system:masters/CN=default", "extendedKeyUsage=clientAuth\n")
        for name in ("apiserver.crt", "apiserver.key"):
            shutil.copy(self.outside(name), self.inside(name))
        shutil.copy(self.outside("client-ca.crt"), self.inside("client-cert-auth-ca.crt"))

    def assets(self):
        """What $(kaudit test-assets DIR) is."""
        done = subprocess.run(
            [KAUDIT, "test-assets", self.outside("assets")], capture_output=True, text=True, timeout=PATIENCE
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, self.outside("assets") + "\n")
        self.assertIn("export KUBEBUILDER_ASSETS=", done.stderr)
        return done.stdout.strip()

    def start(self, program, *arguments):
        with open(self.outside("stderr"), "ab") as err:
            process = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=err, stderr=err)
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.send_signal, signal.SIGTERM)
        return process

    def stderr(self):
        with open(self.outside("stderr"), encoding="utf-8") as file:
            return file.read()

    def start_apiserver(self, program, etcd="http://127.0.0.1:1"):
        port = free_port()
        process = self.start(
            program,
            "--allow-privileged=true",
            "--authorization-mode=RBAC",
            "--bind-address=127.0.0.1",
            f"--cert-dir={self.cert_dir}",
            f"--client-ca-file={self.inside('client-cert-auth-ca.crt')}",
            "--disable-admission-plugins=ServiceAccount",
            f"--etcd-servers={etcd}",
            f"--secure-port={port}",
            f"--service-account-issuer=https://127.0.0.1:{port}/",
            f"--service-account-key-file={self.inside('sa-signer.crt')}",
            f"--service-account-signing-key-file={self.inside('sa-signer.key')}",
            "--service-cluster-ip-range=10.0.0.0/24",
        )

        def healthy():
            self.assertIsNone(process.poll(), self.stderr())
            try:
                return self.ask(port, "/healthz").text() == "ok"
            except OSError:
                return False

        until(healthy, lambda: f"/healthz of a server that says:\n{self.stderr()}")
        return port

    def ask(self, port, path, certificate=None, method="GET", body=b""):
        pair = certificate and (self.outside(certificate + ".crt"), self.outside(certificate + ".key"))
        with http.Connection(port, self.outside("serving-ca.crt"), pair) as connection:
            headers = [("Content-Type", "application/json")] if body else []
            connection.send(http.request(method, path, headers, body, None, "x"))
            return connection.response(method)

    def test_starts_with_envtests_arguments_and_certificates(self):
        port = self.start_apiserver(os.path.join(self.assets(), "kube-apiserver"))
        self.assertEqual(self.ask(port, "/api/v1/secrets").status, 403, "nobody may do everything in mode RBAC")
        self.assertEqual(self.ask(port, "/api/v1/secrets", "admin").status, 200)
        pod = b'{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}'
        made = self.ask(port, "/api/v1/namespaces/default/pods", "admin", "POST", pod)
        self.assertEqual(made.status, 201, made.text())
        self.assertNotIn("serviceAccountName", made.text(), "the plugin is off")
        said = self.stderr()
        for flag in ("allow-privileged", "etcd-servers"):
            self.assertEqual(len(re.findall(f"--{flag} has no effect here", said)), 1, flag)
        for flag in ("disable-admission-plugins", "service-cluster-ip-range"):
            self.assertNotIn(f"{flag} has no effect", said)

    def test_there_is_what_kube_apiserver_makes_alone(self):
        port = self.start_apiserver(os.path.join(self.assets(), "kube-apiserver"))

        def items(path):
            return json.loads(self.ask(port, path, "admin").text())["items"]

        new = b'{"metadata":{"name":"new"}}'
        self.assertEqual(self.ask(port, "/api/v1/namespaces", "admin", "POST", new).status, 201)
        self.assertEqual(items("/api/v1/serviceaccounts"), [], "no controller is there to make them")
        self.assertEqual(items("/api/v1/configmaps"), [])
        (service,) = items("/api/v1/services")
        self.assertEqual((service["metadata"]["name"], service["spec"]["clusterIP"]), ("kubernetes", "10.0.0.1"))
        self.assertEqual(len(items("/api/v1/namespaces")), 5)
        self.assertGreater(len(items("/apis/rbac.authorization.k8s.io/v1/clusterroles")), 10)
        body = b'{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}'
        made = json.loads(self.ask(port, "/api/v1/namespaces/new/services", "admin", "POST", body).text())
        self.assertRegex(made["spec"]["clusterIP"], r"^10\.0\.0\.\d+$")

    def test_serves_beside_a_real_etcd_without_the_folder(self):
        port = self.start_apiserver(APISERVER)
        self.assertEqual(self.ask(port, "/api/v1/namespaces", "admin").status, 200)

    def test_help_has_none_of_the_flags_that_envtest_looks_for(self):
        done = subprocess.run([APISERVER, "--help"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0)
        self.assertIsNone(re.search(r"(?m)^\s*--insecure-port\b", done.stdout))

    def test_etcd_answers_for_its_health(self):
        etcd = os.path.join(self.assets(), "etcd")
        done = subprocess.run([etcd, "--help"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?m)^\s*--unsafe-no-fsync\b")
        url = f"http://127.0.0.1:{free_port()}"
        process = self.start(
            etcd,
            f"--advertise-client-urls={url}",
            f"--data-dir={self.folder}",
            f"--listen-client-urls={url}",
            "--listen-peer-urls=http://127.0.0.1:0",
            "--unsafe-no-fsync=true",
        )

        def health():
            self.assertIsNone(process.poll(), self.stderr())
            try:
                with urllib.request.urlopen(url + "/health", timeout=PATIENCE) as answer:
                    return answer.read()
            except OSError:
                return None

        self.assertEqual(until(health, "etcd's health"), b'{"health":"true","reason":""}')
        with self.assertRaises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(url + "/v3/kv/range", timeout=PATIENCE)
        self.assertEqual(missing.exception.code, 404)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)

    def test_assets_are_filled_anew_but_nothing_of_others_is_overwritten(self):
        folder = self.assets()
        self.assertEqual(self.assets(), folder)
        os.remove(os.path.join(folder, "etcd"))
        with open(os.path.join(folder, "etcd"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho a real one\n")
        done = subprocess.run([KAUDIT, "test-assets", folder], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("is not of an earlier run", done.stderr)


class Flags(unittest.TestCase):
    def run_server(self, *arguments):
        return subprocess.run([APISERVER, *arguments], capture_output=True, text=True, timeout=PATIENCE)

    def test_the_page_is_what_the_program_prints(self):
        done = self.run_server("--print-flags")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(ROOT, "docs", "flags.md"), encoding="utf-8") as file:
            self.assertEqual(done.stdout, file.read(), "run kaudit-apiserver --print-flags > docs/flags.md")

    def test_every_flag_of_kube_apiserver_is_known(self):
        with open(os.path.join(os.path.dirname(__file__), "testdata", "kube-apiserver-flags.txt")) as file:
            flags = [line.split() for line in file if not line.startswith("#")]
        self.assertGreater(len(flags), 170)
        values = {"bool": "true", "int": "1", "int64": "1", "uint": "1", "float32": "1", "float64": "1", "duration": "1s"}
        # The version is asked for, so that nothing is started; a flag that is not known is an error all the same.
        arguments = [f"--{name}={values.get(kind, 'x')}" for name, kind in flags]
        done = self.run_server(*arguments, "--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_what_would_not_be_safe_to_pass_over_is_refused(self):
        done = self.run_server("--authorization-config=x.yaml", "--admission-control-config-file", "y")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"(?m)^--authorization-config is refused, because ")
        self.assertRegex(done.stderr, r"(?m)^--admission-control-config-file is refused, because ")

    def test_an_unknown_plugin_is_refused_with_the_nearest(self):
        done = self.run_server("--enable-admission-plugins=LimitRangr,Foo", "--disable-admission-plugins=Bar")
        self.assertEqual(done.returncode, 1)
        self.assertIn(
            'enable-admission-plugins plugin "LimitRangr" is unknown (did you mean LimitRanger?)', done.stderr
        )
        self.assertIn('disable-admission-plugins plugin "Bar" is unknown\n', done.stderr)

    def test_values_of_flags_without_effect_are_judged_all_the_same(self):
        done = self.run_server("--etcd-compaction-interval=soon", "--watch_cache=perhaps", "-v")
        self.assertEqual(done.returncode, 1)
        self.assertIn('invalid argument "soon" for "--etcd-compaction-interval" flag', done.stderr)
        self.assertIn('invalid argument "perhaps" for "--watch-cache" flag', done.stderr)
        self.assertIn("flag needs an argument: 'v' in -v", done.stderr)


if __name__ == "__main__":
    unittest.main()
