"""The first thing that a person runs: e2e/quickstart, with kubectl, with curl alone, and
`serve`."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from kaudit_e2e import server
from kaudit_e2e.clients import NO_KUBECTL
from kaudit_e2e.server import BIN, PATIENCE

QUICKSTART = os.path.join(os.path.dirname(server.HERE), "quickstart")


def environment(folder, **more):
    # The binaries of the build under test; without KAUDIT_BIN it would build the release preset.
    return {**os.environ, "TMPDIR": folder, "KAUDIT_BIN": BIN, "NO_COLOR": "1", **more}


def path_without(folder, *unwanted):
    """A PATH that has every program of this machine but these."""
    for directory in reversed(os.environ["PATH"].split(":")):
        if os.path.isdir(directory):
            for name in os.listdir(directory):
                link = os.path.join(folder, name)
                if name not in unwanted:
                    if os.path.lexists(link):
                        os.remove(link)
                    os.symlink(os.path.join(directory, name), link)
    return folder


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.state = self.enterContext(tempfile.TemporaryDirectory())

    def tour(self, **more):
        done = subprocess.run(
            [QUICKSTART],
            cwd="/",
            capture_output=True,
            text=True,
            timeout=10 * PATIENCE,
            env=environment(self.state, **more),
            stdin=subprocess.DEVNULL,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(os.listdir(self.state), [], "nothing is left behind")
        self.assertEqual(done.stderr, "")
        return done.stdout

    def shows_the_tour(self, text):
        self.assertIn("Using audit backend: ignoreErrors<log>", text)
        core = "/api/v1/namespaces/default"
        bodies = "requestObject, responseObject"
        for request, rule, *stages in (
            (f"create {core}/pods", 1, f"ResponseComplete RequestResponse 201 {bodies}"),
            (
                f"get {core}/pods/web/log",
                2,
                *(f"{s} Metadata 200 no bodies" for s in ("ResponseStarted", "ResponseComplete")),
            ),
            (f"create {core}/secrets", 4, "ResponseComplete Metadata 201 no bodies"),
            (f"create {core}/services", 5, "ResponseComplete Request 201 requestObject"),
            ("get /healthz", 6, "ResponseComplete Metadata 200 no bodies"),
        ):
            lines = [
                re.escape(request) + r"(\?.*)?",
                *(s.replace(" ", " +") for s in stages),
                f"rule {rule}: .*",
            ]
            self.assertRegex(text, "\n +" + "\n +".join(lines) + "\n")
        heartbeat = r"heartbeat, with the name in the URL: silence\n +\$ .*\n.*\n +no event\n"
        self.assertRegex(text, heartbeat)
        self.assertNotIn("sesame", text)
        wide = [line for line in text.splitlines() if len(line) > 100]
        self.assertEqual(wide, [], "it fits a terminal of 100 columns")

    @unittest.skipUnless(shutil.which("kubectl"), NO_KUBECTL)
    def test_with_kubectl(self):
        text = self.tour()
        self.shows_the_tour(text)
        self.assertIn("$ kubectl create -f -", text)

    def test_with_curl_where_there_is_no_kubectl_and_none_can_be_had(self):
        tools = self.enterContext(tempfile.TemporaryDirectory())
        text = self.tour(PATH=path_without(tools, "kubectl", "apt-get"))
        self.shows_the_tour(text)
        self.assertIn("$ curl -X POST /api/v1/namespaces/default/pods", text)

    def test_serve_stays_until_it_is_interrupted(self):
        running = subprocess.Popen(
            [QUICKSTART, "serve"],
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(self.state),
            start_new_session=True,
        )
        try:
            text = ""
            while "tail -f" not in text:
                line = running.stdout.readline()
                self.assertTrue(line, f"it ended: {text}")
                text += line
            url = re.search(r"URL +(https://127\.0\.0\.1:\d+)", text).group(1)
            kubeconfig = re.search(r"kubeconfig +(\S+)", text).group(1)
            pki = os.path.join(os.path.dirname(kubeconfig), "pki")
            done = subprocess.run(
                [
                    "curl",
                    "-sS",
                    "--cacert",
                    f"{pki}/ca.crt",
                    "--cert",
                    f"{pki}/admin.crt",
                    "--key",
                    f"{pki}/admin.key",
                    f"{url}/api/v1/namespaces",
                ],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
            self.assertIn('"kube-system"', done.stdout, done.stderr)
            self.assertIn("kubectl get ns", text)
            os.killpg(running.pid, signal.SIGINT)
            running.wait(PATIENCE)
            self.assertEqual(os.listdir(self.state), [], "nothing is left behind")
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            running.stdout.close()

    def test_unknown_words_are_usage(self):
        done = subprocess.run([QUICKSTART, "dance"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 2)
        self.assertIn("e2e/quickstart serve", done.stderr)


if __name__ == "__main__":
    unittest.main()
