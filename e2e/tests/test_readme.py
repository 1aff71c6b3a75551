"""README.md tells the truth: every command in it is run, what it shows is what comes, and files it
quotes are those.

The marks that say so are described in kaudit_e2e/readme.py."""

import os
import re
import subprocess
import unittest

from kaudit_e2e import readme
from kaudit_e2e.server import BIN, KAUDIT, PATIENCE, ROOT

README = os.path.join(ROOT, "README.md")


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
        self.shown_is_what_comes(readme.run_tour)

    def test_the_tour_typed_line_by_line(self):
        self.shown_is_what_comes(readme.type_tour)

    def test_the_policy_that_it_shows_is_the_one_that_the_tour_uses(self):
        shown = [b for b in self.blocks if b.mark.startswith("file: ") and b.mark.endswith("policy.yaml")]
        self.assertEqual(len(shown), 1)
        name = shown[0].mark.removeprefix("file: ")
        self.assertIn(f"--audit-policy-file {name}", page())
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            whole = file.read()
        self.assertTrue(whole.endswith(shown[0].text), "all of its rules, and no others")
        self.assertTrue(all(line.startswith("#") or line.split(":")[0] in ("", "apiVersion", "kind") for line in
                            whole.removesuffix(shown[0].text).splitlines()), "only its head is left out")  # fmt: skip

    def test_the_number_of_typical_requests_is_the_same_wherever_it_stands(self):
        shown = subprocess.run(
            [KAUDIT, "policy", "coverage", "--output", "json", os.path.join(ROOT, "e2e", "quickstart-policy.yaml")],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        count = len(shown.stdout.splitlines())
        self.assertGreater(count, 100, shown.stderr)
        told = {}
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [f for f in folders if f not in ("build", "testdata", ".git")]
            for name in names:
                if name.endswith((".md", ".hpp", ".cpp", ".py")):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        for number in re.findall(r"(\d+) (?:typical requests|probes)\b", file.read()):
                            told.setdefault(number, []).append(name)
        self.assertEqual(list(told), [str(count)], told)
        self.assertGreater(len(told[str(count)]), 3, "it stands in READMEs and in --help")

    def shown_is_what_comes(self, run):
        tour = readme.tour_of(page())
        with readme.scratch(ROOT, BIN) as folder:
            pieces, done = run(tour, folder, 10 * PATIENCE)
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}")
        printed = iter(pieces)
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
