"""lib/packages.sh installs what is missing and nothing else; played with a made-up apt, so
nothing is installed."""

import os
import subprocess
import tempfile
import unittest

LIB = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lib")


class Packages(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.calls = os.path.join(self.folder, "calls")
        self.program(
            "dpkg-query", 'for name; do :; done; grep -qx "$name" "$INSTALLED" && echo installed || exit 1'
        )
        self.program(
            "apt-get",
            'echo "apt-get $*" >>"$CALLS"; case "$*" in *"$FAILING"*) [ -z "$FAILING" ] || { echo E: broken; exit 100; };; esac',
        )
        self.program("sudo", '[ "$1" = -v ] && exit 0; echo sudo >>"$CALLS"; shift; "$@"')
        self.installed = os.path.join(self.folder, "installed")
        with open(self.installed, "w", encoding="utf-8") as file:
            file.write("jq\ncurl\n")

    def program(self, name, body):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{body}\n")
        os.chmod(path, 0o755)

    def run_function(self, call, euid=0, failing="", path=None):
        script = f'set -euo pipefail; source "{LIB}/ui.sh"; source "{LIB}/packages.sh"; {call}'
        environment = {
            **os.environ,
            "PATH": path or f"{self.folder}:{os.environ['PATH']}",
            "CALLS": self.calls,
            "INSTALLED": self.installed,
            "PACKAGES_EUID": str(euid),
            "FAILING": failing,
        }
        return subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=60
        )

    def called(self):
        if not os.path.exists(self.calls):
            return []
        with open(self.calls, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_nothing_to_do_calls_nobody_and_says_nothing(self):
        done = self.run_function(f'packages_ensure "{self.folder}/log" jq curl')
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.called(), [])

    def test_only_the_missing_are_installed(self):
        done = self.run_function(f'packages_ensure "{self.folder}/log" jq cmake ninja-build')
        self.assertEqual(done.returncode, 0, done.stderr)
        update, install = self.called()
        self.assertEqual(update, "apt-get update -q")
        self.assertTrue(install.endswith(" cmake ninja-build"), install)
        self.assertNotIn(" jq", install)
        self.assertEqual(len(done.stdout.splitlines()), 1, "one line for a step")

    def test_others_than_root_go_through_sudo(self):
        self.run_function(f'packages_ensure "{self.folder}/log" cmake', euid=1000)
        self.assertEqual(self.called()[0], "sudo")

    def test_a_failure_names_the_log_and_shows_its_end(self):
        done = self.run_function(f'packages_ensure "{self.folder}/log" cmake', failing="install")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{self.folder}/log", done.stdout)
        self.assertIn("E: broken", done.stdout)

    def test_a_kubectl_that_cannot_be_had_is_no_failure(self):
        tools = os.path.join(self.folder, "tools")
        os.mkdir(tools)
        for tool in ("bash", "sh", "env", "dirname", "mkdir", "sleep", "tail", "sed", "grep", "tr"):
            os.symlink(subprocess.check_output(["which", tool], text=True).strip(), os.path.join(tools, tool))
        done = self.run_function(
            f'packages_ensure_kubectl "{self.folder}/log"',
            failing="kubernetes-client",
            path=f"{self.folder}:{tools}",
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(self.called()), 1, "a call of its own")
        self.assertIn("curl does its work", done.stderr)


if __name__ == "__main__":
    unittest.main()
