"""docs/recipes.md: every recipe is run as it stands there, leaves the events that it shows, and together they have
one of every kind.

The marks are those of README.md (kaudit_e2e/readme.py)."""

import glob
import json
import os
import unittest

from kaudit_e2e import readme
from kaudit_e2e.server import BIN, PATIENCE, ROOT

PAGE = os.path.join("docs", "recipes.md")
STAGES = {"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"}
LEVELS = {"Metadata", "Request", "RequestResponse"}
CODES = {101, 200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429, 500, 503, 504}


class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(ROOT, PAGE), encoding="utf-8") as file:
            cls.page = file.read()
        cls.tour = readme.tour_of(cls.page)
        with readme.scratch(ROOT, BIN) as folder:
            cls.printed, cls.done = readme.run_tour(cls.tour, folder, 20 * PATIENCE)
            cls.events = []
            for name in glob.glob(os.path.join(folder, "recipes", "*.log")):
                with open(name, encoding="utf-8") as log:
                    cls.events += [json.loads(line) for line in log]

    def test_each_shows_what_comes_of_it(self):
        self.assertEqual(self.done.returncode, 0, f"{self.done.stdout}\n{self.done.stderr}")
        printed = iter(self.printed)
        last = ""
        for block in self.tour:
            if block.mark == "tour":
                last = next(printed)
            else:
                with self.subTest(line=block.line):
                    self.assertTrue(
                        readme.shows(block.text, last),
                        f"{PAGE}:{block.line} shows\n{block.text}\nbut this came:\n{last}",
                    )

    def test_each_shows_something(self):
        for before, block in zip(self.tour[1:], self.tour[2:]):
            self.assertNotEqual(before.mark, block.mark, f"{PAGE}:{block.line}")
        unmarked = [block.line for block in readme.blocks(self.page) if block.kind == "sh" and block.mark != "tour"]
        self.assertEqual(unmarked, [])

    def test_there_is_one_for_every_kind_of_event(self):
        self.assertEqual({event["stage"] for event in self.events}, STAGES)
        self.assertEqual({event["level"] for event in self.events}, LEVELS)
        codes = {event["responseStatus"]["code"] for event in self.events if "responseStatus" in event}
        self.assertEqual(CODES - codes, set())


if __name__ == "__main__":
    unittest.main()
