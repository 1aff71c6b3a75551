"""What runs a table of calls: a line for each, `ok|FAIL NAME MESSAGE`, then the counts."""

import contextlib
import sys
import traceback

CALLS = []


def call(name):
    """A decorator: the function is a call of the table, in the order of the file."""

    def add(function):
        CALLS.append((name, function))
        return function

    return add


def want(what, got, expected):
    if got != expected:
        raise AssertionError(f"{what}: got {got!r}, want {expected!r}")


@contextlib.contextmanager
def fails(kind, status=None):
    """The body has to raise that; `status` is what its attribute of that name has to be."""
    try:
        yield
    except kind as error:
        if status is not None:
            want("status", error.status, status)
        return
    raise AssertionError(f"no {kind.__name__}")


def run():
    failed = 0
    for name, function in CALLS:
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            print(f"FAIL {name} {type(error).__name__} {error}".replace("\n", " ")[:600], flush=True)
            traceback.print_exc()
    print(f"{len(CALLS) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not CALLS else 0)
