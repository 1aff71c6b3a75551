"""Counts what servers ask of their allocator and of the kernel: while it is entered, those that
start have libkaudit-counts.so preloaded (e2e/count_calls.cpp)."""

import os
import struct
import tempfile

from kaudit_e2e.server import BIN

LIBRARY = os.path.join(BIN, "libkaudit-counts.so")
NAMES = ("allocations", "bytes", "reads", "writes", "waits", "arms", "looks")
VARIABLES = ("LD_PRELOAD", "KAUDIT_COUNTS")


class Counted:
    def __enter__(self):
        handle, self.path = tempfile.mkstemp(prefix="kaudit-counts-")
        os.close(handle)
        self._before = {name: os.environ.get(name) for name in VARIABLES}
        os.environ.update(LD_PRELOAD=LIBRARY, KAUDIT_COUNTS=self.path)
        return self

    def __exit__(self, *_):
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        os.unlink(self.path)

    def read(self):
        """{name: how often so far}, of all that has been started together."""
        with open(self.path, "rb") as file:
            return dict(zip(NAMES, struct.unpack(f"{len(NAMES)}Q", file.read(8 * len(NAMES)))))
