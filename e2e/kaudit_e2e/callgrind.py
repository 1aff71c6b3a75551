"""Counts the instructions that a server carries out, under valgrind's callgrind: a number that does not depend on how busy
the machine is. The processor is told apart by what OpenSSL and the C library take from it, so those are held to a plain one."""

import glob
import os
import re
import shutil
import subprocess
import tempfile

from kaudit_e2e import server
from kaudit_e2e.waiting import until

MISSING = None if shutil.which("valgrind") and shutil.which("callgrind_control") else "valgrind is not installed"
# AES-NI and SSSE3, nothing newer: the same code of OpenSSL's and of the C library's on any machine.
PLAIN_PROCESSOR = {
    "OPENSSL_ia32cap": "0x02000207078bfbff:0x0",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-ERMS,-FSRM",
}


class CountedServer(server.Server):
    """A server under callgrind; use it like the other, of which it is a fiftieth as fast."""

    patience = 10 * server.PATIENCE

    def start(self):
        self.counts = tempfile.mkdtemp(prefix="kaudit-callgrind-")
        program = self.arguments
        before = {name: os.environ.get(name) for name in PLAIN_PROCESSOR}
        os.environ.update(PLAIN_PROCESSOR)
        wrapped, server.APISERVER = server.APISERVER, "valgrind"
        self.arguments = [
            "--tool=callgrind",
            f"--callgrind-out-file={self.counts}/out",
            "--combine-dumps=no",
            "--dump-line=no",
            wrapped,
            *program,
        ]
        try:
            super().start()
        finally:
            server.APISERVER = wrapped
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})

    def stop(self):
        try:
            return super().stop()
        finally:
            shutil.rmtree(getattr(self, "counts", ""), ignore_errors=True)

    def instructions(self):
        """Those since the last call, of all threads."""
        dumps = set(self._dumps())
        subprocess.run(
            ["callgrind_control", "--dump", str(self.process.pid)], check=True, capture_output=True, timeout=self.patience
        )
        new = until(lambda: sorted(set(self._dumps()) - dumps), "callgrind's dump", self.patience)
        total = 0
        for path in new:
            total += until(lambda path=path: self._total(path), f"the end of {path}", self.patience)
        return total

    def _dumps(self):
        return glob.glob(f"{self.counts}/out.*")

    @staticmethod
    def _total(path):
        """0 while the file is still being written."""
        with open(path, encoding="utf-8", errors="replace") as file:
            found = re.search(r"^totals: (\d+)$", file.read(), re.M)
        return int(found.group(1)) if found else 0
