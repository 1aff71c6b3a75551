"""docs/lessons: every lesson is carried out as it stands there, its questions with their answers, and by `kaudit lesson`.

The marks are those of README.md (kaudit_e2e/readme.py), and one more: `<!-- answer -->` before the command that answers a
question; the `text` block behind it is the answer."""

import glob
import os
import re
import subprocess
import unittest

from kaudit_e2e import readme
from kaudit_e2e.server import BIN, KAUDIT, PATIENCE, ROOT

PAGES = sorted(glob.glob(os.path.join(ROOT, "docs", "lessons", "[0-9]*.md")))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def steps_of(page):
    """The blocks that are run or shown; an answer is a step like any other."""
    steps = [block for block in readme.blocks(page) if block.mark in ("tour", "output", "answer")]
    for block in steps:
        block.mark = "tour" if block.mark == "answer" else block.mark
    return steps


class Lessons(unittest.TestCase):
    def test_each_shows_what_comes_of_it(self):
        self.assertTrue(PAGES)
        for path in PAGES:
            with self.subTest(lesson=os.path.basename(path)), readme.scratch(ROOT, BIN) as folder:
                tour = steps_of(read(path))
                printed, done = readme.run_tour(tour, folder, 4 * PATIENCE)
                self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}")
                pieces = iter(printed)
                last = ""
                for block in tour:
                    if block.mark == "tour":
                        last = next(pieces)
                    else:
                        self.assertTrue(
                            readme.shows(block.text, last),
                            f"{path}:{block.line} shows\n{block.text}\nbut this came:\n{last}",
                        )

    def test_the_command_carries_one_out(self):
        done = subprocess.run([KAUDIT, "lesson", "--check", "1"], capture_output=True, text=True, timeout=4 * PATIENCE)
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}")
        self.assertIn("ResponseComplete  Metadata  alice  list  pods -  200", done.stdout)
        self.assertIn("That was lesson 1.", done.stdout)
        self.assertEqual(subprocess.run([KAUDIT, "lesson", "99"], capture_output=True, timeout=60).returncode, 2)
        listed = subprocess.run([KAUDIT, "lesson"], capture_output=True, text=True, timeout=60).stdout
        self.assertEqual(len(listed.splitlines()), len(PAGES))

    def test_each_ends_with_questions_that_have_answers(self):
        for path in PAGES:
            text = read(path)
            self.assertIn("\n## Questions\n", text, path)
            questions = text.split("\n## Questions\n")[1]
            blocks = readme.blocks(questions)
            answers = [block for block in blocks if block.mark == "answer"]
            self.assertIn(len(answers), (2, 3), path)
            self.assertEqual([b.mark for b in blocks], ["answer", "output"] * len(answers), path)

    def test_the_list_has_them_all(self):
        listed = re.findall(r"^\d+\. \[([^\]]+)\]\(([^)]+)\)$", read(os.path.join(ROOT, "docs", "lessons", "README.md")), re.M)
        self.assertEqual([name for _, name in listed], [os.path.basename(path) for path in PAGES])
        for (title, _), path in zip(listed, PAGES):
            self.assertEqual(read(path).splitlines()[0].split(". ", 1)[1], title)


if __name__ == "__main__":
    unittest.main()
