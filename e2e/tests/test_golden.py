"""What kaudit records of the requests in e2e/golden is what a real Kubernetes API server recorded
of them.

A class for each golden file, a test for each case in it, and one for the log as a whole: every
event once, nothing else, in the right order."""

import os
import unittest

from kaudit_e2e.canon import first_difference
from kaudit_e2e.golden import FOLDER, Golden, Player


class GoldenTest(unittest.TestCase):
    """Base of the generated classes: plays the whole file once."""

    golden = None

    @classmethod
    def setUpClass(cls):
        with cls.golden.start() as server:
            player = Player(cls.golden, server)
            cls.outcomes = {outcome.name: outcome for outcome in player.play()}
            cls.want_log, cls.got_log = player.whole_log()

    def check(self, name):
        outcome = self.outcomes[name]
        self.assert_lines(outcome.want, outcome.got)
        if outcome.want_status is not None:
            self.assertEqual(outcome.got_status, outcome.want_status, "status of the answer")

    def assert_lines(self, want, got):
        for i, (a, b) in enumerate(zip(want, got)):
            if a != b:
                self.fail(f"event {i}:\n{first_difference(a, b)}\n\nwhole:\nwant {a[:4000]}\n got {b[:4000]}")
        if len(want) != len(got):
            self.fail(
                f"{len(got)} events, want {len(want)}:\n"
                + "\n".join((got or ["nothing"]) if len(got) < len(want) else got[len(want) :])
            )


def class_for(name):
    golden = Golden(name)

    def test_for(case):
        return lambda self: self.check(case)

    members = {"golden": golden, "__module__": __name__}
    for case in golden.cases():
        members["test_" + case.replace("-", "_")] = test_for(case)

    def whole_log(self):
        self.assert_lines(self.want_log, self.got_log)

    members["test_zz_whole_log_each_event_once_in_order"] = whole_log
    return type("Golden_" + name.replace("-", "_"), (GoldenTest,), members)


for file in sorted(os.listdir(FOLDER)):
    if file.endswith(".json"):
        generated = class_for(file[: -len(".json")])
        globals()[generated.__name__] = generated
del generated, GoldenTest


if __name__ == "__main__":
    unittest.main()
