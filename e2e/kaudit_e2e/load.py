"""Runs kaudit-load against a server, and says what it cost the server."""

import json
import os
import subprocess
import threading
import time

from kaudit_e2e.counts import VARIABLES
from kaudit_e2e.server import BIN

LOAD = os.path.join(BIN, "kaudit-load")
PATIENCE = 600  # seconds: a bound, not an expectation


def cpu_seconds(*pids):
    """User and system time of these processes so far."""
    # The CPU clock of another process, as clock_getcpuclockid(3) makes it: /proc has hundredths of a second.
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def run(port, pki, path, pids=(), method="GET", **options):
    """One run with the admin's certificate; returns what kaudit-load printed, and `cpu_us`: of the processes `pids`, a
    request, from when all connections were there. Options are kaudit-load's: requests=100, content_type=…"""
    command = [LOAD, "--port", str(port), "--method", method, "--path", path]
    for name, file in (("--ca", "ca.crt"), ("--cert", "admin.crt"), ("--key", "admin.key")):
        command += [name, os.path.join(pki, file)]
    for name, value in options.items():
        command += ["--" + name, str(value)]
    # What is counted is the server's, not the load generator's.
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        try:
            process.stdout.readline()
            before = cpu_seconds(*pids)
            printed, said = process.communicate()
        finally:
            timer.cancel()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{said}")
    result = json.loads(printed)
    result["cpu_us"] = (cpu_seconds(*pids) - before) / result["requests"] * 1e6
    return result
