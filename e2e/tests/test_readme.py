"""README.md tells the truth: every command in it is run, what it shows is what comes, and files it
quotes are those.

The marks that say so are described in kaudit_e2e/readme.py."""

import os
import subprocess
import tempfile
import unittest

from kaudit_e2e import readme
from kaudit_e2e.server import BIN, PATIENCE, ROOT

README = os.path.join(ROOT, "README.md")
END = "--- end of block"


def page():
    with open(README, encoding="utf-8") as file:
        return file.read()


@unittest.skipUnless(os.path.exists(README), "no README.md")
class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.blocks = readme.blocks(page())

    def test_every_command_is_run_by_somebody(self):
        for block in self.blocks:
            if block.kind not in ("sh", "bash", "shell", "console"):
                continue
            with self.subTest(line=block.line):
                self.assertTrue(
                    block.mark == "tour" or block.mark.startswith("run by: "),
                    f"README.md:{block.line}: a block of commands without a mark",
                )
                if block.mark.startswith("run by: "):
                    name = block.mark.removeprefix("run by: ")
                    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
                        text = file.read()
                    for command in readme.commands(block.text):
                        self.assertIn(os.path.basename(command), text, f"{name} does not run {command}")

    def test_files_it_quotes_are_those(self):
        for block in self.blocks:
            if block.mark.startswith("file: "):
                with self.subTest(line=block.line), open(
                    os.path.join(ROOT, block.mark.removeprefix("file: ")), encoding="utf-8"
                ) as file:
                    self.assertIn("\n" + block.text, "\n" + file.read())

    def test_the_tour(self):
        tour = [b for b in self.blocks if b.mark in ("tour", "output")]
        if not any(b.mark == "tour" for b in tour):
            self.skipTest("README.md has no tour")
        script = ["set -eo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT"]
        for block in tour:
            if block.mark == "tour":
                script += [block.text, f"echo; echo '{END}'"]
        with tempfile.TemporaryDirectory() as folder:
            for name in os.listdir(ROOT):
                if not name.startswith(".git") and name != "build":
                    os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
            os.makedirs(os.path.join(folder, "build", "release"))
            os.symlink(BIN, os.path.join(folder, "build", "release", "bin"))
            home = os.path.join(folder, "home")
            os.mkdir(home)
            environment = {**os.environ, "HOME": home}
            environment.pop("KUBECONFIG", None)
            done = subprocess.run(
                ["bash", "-c", "\n".join(script)],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=10 * PATIENCE,
                env=environment,
            )
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}")
        printed = iter(done.stdout.split(END))
        last = ""
        for block in tour:
            if block.mark == "tour":
                last = next(printed)
            else:
                with self.subTest(line=block.line):
                    self.assertTrue(
                        readme.shows(block.text, last),
                        f"README.md:{block.line} shows\n{block.text}\nbut this came:\n{last}",
                    )


if __name__ == "__main__":
    unittest.main()
