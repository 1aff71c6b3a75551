"""Runs the end-to-end tests: python3 -m kaudit_e2e.run [--list] [-k PATTERN]... (e2e/test does it
for you).

One line a test as it ends; failures in full at the end. The environment: KAUDIT_BIN is the
folder of the binaries."""

import argparse
import os
import sys
import time
import unittest

from kaudit_e2e import server

TESTS = os.path.join(os.path.dirname(server.HERE), "tests")


def flatten(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flatten(item)
        else:
            yield item


def short(test):
    return test.id() if hasattr(test, "id") else str(test)


class Result(unittest.TestResult):
    """One line a test with a running number."""

    def __init__(self, total):
        super().__init__()
        self.total, self.done, self.began = total, 0, 0.0

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def _line(self, test, word, counted=True):
        self.done += counted
        print(
            f"[{self.done}/{self.total}] {word:7} {short(test)} ({time.monotonic() - self.began:.2f} s)",
            flush=True,
        )

    def addSuccess(self, test):
        super().addSuccess(test)
        self._line(test, "ok")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._line(test, "FAILED")

    def addError(self, test, err):
        super().addError(test, err)
        self._line(test, "ERROR", counted=isinstance(test, unittest.TestCase))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line(test, "skipped")


def main():
    parser = argparse.ArgumentParser(prog="kaudit_e2e.run", description="kaudit's end-to-end tests")
    parser.add_argument(
        "-k", action="append", default=[], metavar="PATTERN", help="only tests whose name contains it"
    )
    parser.add_argument("--list", action="store_true", help="print the names")
    options = parser.parse_args()

    loader = unittest.TestLoader()
    suite = loader.discover(TESTS, pattern="test_*.py", top_level_dir=TESTS)
    tests = list(flatten(suite))
    if options.k:
        tests = [t for t in tests if any(k in short(t) for k in options.k)]
    if options.list:
        print("\n".join(short(t) for t in tests))
        return 0
    if not os.access(server.APISERVER, os.X_OK):
        print(f"no {server.APISERVER}: build it, or name its folder in KAUDIT_BIN", file=sys.stderr)
        return 2

    began = time.monotonic()
    result = Result(len(tests))
    unittest.TestSuite(tests).run(result)
    for word, found in (("FAILED", result.failures), ("ERROR", result.errors)):
        for test, text in found:
            print(f"\n=== {word}: {short(test)}\n{text}")
    print()
    for reason in sorted({reason for _, reason in result.skipped}):
        print(f"notice: skipped: {reason}")
    print(f"Ran {result.testsRun} tests in {time.monotonic() - began:.0f} s")
    good = result.wasSuccessful()
    print(
        "OK" if good else f"FAILED (failures={len(result.failures)}, errors={len(result.errors)})",
        f"(skipped={len(result.skipped)})" if result.skipped else "",
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
