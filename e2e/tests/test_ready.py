"""How a server says that it is ready to who has started it (--ready-fd, --print-ready; the kubeconfig is in
test_start.py), and what a killed one leaves behind."""

import json
import os
import re
import select
import signal
import subprocess
import tempfile
import unittest

from kaudit_e2e import http
from kaudit_e2e.server import APISERVER, PATIENCE


def line_from(fd):
    """The line that comes, and whether the end follows it."""
    text = b""
    while select.select([fd], [], [], PATIENCE)[0]:
        piece = os.read(fd, 65536)
        if not piece:
            return text.decode(), True
        text += piece
    raise TimeoutError(f"nothing came behind {text!r}")


class Ready(unittest.TestCase):
    def setUp(self):
        self.tmp = self.enterContext(tempfile.TemporaryDirectory())

    def begin(self, *flags, **more):
        process = subprocess.Popen(
            [APISERVER, "--secure-port", "0", *flags],
            env={**os.environ, "TMPDIR": self.tmp},
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more},
        )
        self.addCleanup(self.end, process, signal.SIGKILL)
        return process

    @staticmethod
    def end(process, number=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(number)
        code = process.wait(PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
        return code

    def asks(self, ready):
        """The server of the line answers, to the admin of its kubeconfig."""
        port = int(ready["url"].rsplit(":", 1)[1])
        folder = os.path.dirname(ready["caFile"])
        pair = (os.path.join(folder, "admin.crt"), os.path.join(folder, "admin.key"))
        with http.Connection(port, ready["caFile"], pair) as connection:
            connection.send(http.request("GET", "/readyz"))
            self.assertEqual(connection.response().text(), "ok")
        with open(ready["kubeconfig"], encoding="utf-8") as file:
            self.assertIn(ready["url"], file.read())

    def ready_by_fd(self, *flags):
        reader, writer = os.pipe()
        process = self.begin("--ready-fd", str(writer), *flags, pass_fds=[writer])
        os.close(writer)
        try:
            line, ended = line_from(reader)
        finally:
            os.close(reader)
        self.assertTrue(ended, "the descriptor is closed behind the line")
        self.assertEqual(line.count("\n"), 1)
        return process, json.loads(line)

    def test_a_descriptor_gets_one_line_and_its_end(self):
        process, ready = self.ready_by_fd()
        self.assertEqual(sorted(ready), ["caFile", "kubeconfig", "pid", "url"])
        self.assertEqual(ready["pid"], process.pid)
        self.asks(ready)
        self.assertTrue(ready["kubeconfig"].startswith(self.tmp), "in the private folder")
        self.assertEqual(self.end(process), 0)
        self.assertEqual(os.listdir(self.tmp), [])

    def test_standard_output_gets_the_same_line(self):
        kubeconfig = os.path.join(self.tmp, "my.kubeconfig")
        process = self.begin("--print-ready", "--write-kubeconfig", kubeconfig, stdout=subprocess.PIPE)
        ready = json.loads(process.stdout.readline())
        self.assertEqual((ready["kubeconfig"], ready["pid"]), (kubeconfig, process.pid))
        self.asks(ready)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.stdout.read(), b"", "nothing else is printed there")
        self.assertEqual(self.end(process), 0)
        self.assertFalse(os.path.exists(kubeconfig))

    def test_paths_are_absolute_and_the_kubeconfig_stands_beside_the_certificates(self):
        process = self.begin("--print-ready", "--cert-dir", "pki", stdout=subprocess.PIPE, cwd=self.tmp)
        ready = json.loads(process.stdout.readline())
        self.assertEqual(ready["kubeconfig"], os.path.join(self.tmp, "pki", "kubeconfig"))
        self.assertEqual(ready["caFile"], os.path.join(self.tmp, "pki", "ca.crt"))
        self.asks(ready)
        self.assertEqual(self.end(process), 0)
        self.assertFalse(os.path.exists(ready["kubeconfig"]), "it would say that a server is ready")

    def test_the_end_of_standard_input_ends_the_server(self):
        process = self.begin(
            "--print-ready", "--exit-on-stdin-eof", stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        ready = json.loads(process.stdout.readline())
        process.stdin.write(b"what is written there does not matter\n" * 1000)
        process.stdin.flush()
        self.asks(ready)
        process.stdin.close()
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(os.listdir(self.tmp), [])

    def test_a_server_ends_with_the_process_that_started_it(self):
        # The harness is this shell: it does nothing but start the server, and is killed.
        harness = subprocess.Popen(
            ["/bin/sh", "-c", '"$@" & wait', "sh", APISERVER, "--secure-port", "0", "--print-ready", "--exit-with-parent"],
            env={**os.environ, "TMPDIR": self.tmp},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(harness.kill)
        ready = json.loads(harness.stdout.readline())
        self.asks(ready)
        harness.kill()
        try:
            # Both ends of the pipes are the server's by now.
            _, log = harness.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.kill(ready["pid"], signal.SIGKILL)
            raise
        self.assertIn(b"the process that started the server has ended", log)
        self.assertEqual(os.listdir(self.tmp), [])

    def refused(self, *flags, **more):
        process = self.begin(*flags, stderr=subprocess.PIPE, **more)
        text = process.stderr.read().decode()
        return self.end(process), text

    def test_descriptors_that_cannot_be_written_are_refused(self):
        with open(os.devnull, "rb") as only_read:
            for fd, why in (
                ("57", "is not an open file descriptor"),
                ("0", "must be 3 or more"),
                ("2", "must be 3 or more"),
                ("-2", "must be 3 or more"),
                (str(only_read.fileno()), "is open for reading only"),
            ):
                with self.subTest(fd):
                    code, text = self.refused("--ready-fd", fd, pass_fds=[only_read.fileno()])
                    self.assertEqual(code, 1)
                    self.assertIn(f"--ready-fd {fd} {why}", text)
        self.assertEqual(self.refused("--ready-fd", "x")[0], 1)

    def test_a_line_that_cannot_be_written_is_a_failed_start(self):
        with open("/dev/full", "wb") as full:
            code, text = self.refused("--print-ready", stdout=full)
            self.assertEqual(code, 2)
            self.assertIn("cannot write to standard output (--print-ready)", text)
            code, text = self.refused("--ready-fd", str(full.fileno()), pass_fds=[full.fileno()])
            self.assertEqual(code, 2)
            self.assertRegex(text, r"cannot write to --ready-fd \d+: No space left on device")
        self.assertEqual(os.listdir(self.tmp), [])

    def folders(self):
        return [name for name in os.listdir(self.tmp) if re.fullmatch(r"kaudit-\w{6}", name)]

    def test_what_killed_servers_left_is_removed_by_the_next_start(self):
        alive, ready = self.ready_by_fd()
        killed = [self.ready_by_fd()[0] for _ in range(2)]
        self.assertEqual(len(self.folders()), 3)
        for process in killed:
            self.end(process, signal.SIGKILL)
        self.assertEqual(len(self.folders()), 3, "nobody could remove them")
        other, _ = self.ready_by_fd()
        self.assertEqual(len(self.folders()), 2, "those of the living ones")
        self.asks(ready)
        for process in (alive, other):
            self.assertEqual(self.end(process), 0)
        self.assertEqual(os.listdir(self.tmp), [])


if __name__ == "__main__":
    unittest.main()
