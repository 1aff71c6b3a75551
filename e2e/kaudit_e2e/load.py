"""Runs kaudit-load against a server, and says what it cost the server."""

import json
import os
import subprocess
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
    request. Options are kaudit-load's: requests=100, content_type=…"""
    command = [LOAD, "--port", str(port), "--method", method, "--path", path]
    for name, file in (("--ca", "ca.crt"), ("--cert", "admin.crt"), ("--key", "admin.key")):
        command += [name, os.path.join(pki, file)]
    for name, value in options.items():
        command += ["--" + name, str(value)]
    # What is counted is the server's, not the load generator's.
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    before = cpu_seconds(*pids)
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    result = json.loads(done.stdout)
    result["cpu_us"] = (cpu_seconds(*pids) - before) / result["requests"] * 1e6
    return result
