"""The GETs of e2e/bench as h2load sends them, nghttp2's load generator: a client of another make than kaudit-load, to hold its
figures against. Here the handshakes are in them."""

import re
import shutil
import subprocess
import sys

from kaudit_e2e.bench import ceilings, works
from kaudit_e2e.load import PATIENCE, cpu_seconds

PROGRAM = shutil.which("h2load")
TOKEN = "alice-token"  # it shows no certificate


def report(options, audits):
    """Prints a table; returns the exit code."""
    if PROGRAM is None:
        print("h2load is not installed (Debian: nghttp2-client)", file=sys.stderr)
        return 1
    bare = {}
    for protocol in ceilings.PROTOCOLS:
        with ceilings.bare_server(protocol) as (port, _, pid):
            bare[protocol] = _best(options, port, pid, "/", protocol)
    print(f"{options.requests} requests of h2load over {options.connections} connections, best of {options.rounds}\n")
    print("| request | audit | requests/s | server CPU | of the bare |\n|---|---|---:|---:|---:|")
    for protocol in ceilings.PROTOCOLS:
        _print_row(protocol, "(the bare server)", bare[protocol], bare[protocol])
    for audit in audits:
        with works.audited_server(audit) as server:
            for protocol in ceilings.PROTOCOLS:
                best = _best(options, server.port, server.process.pid, works.CONFIGMAPS + "/one", protocol)
                _print_row(protocol, audit.name, best, bare[protocol])
    return 0


def _print_row(protocol, audit, run, bare):
    name = "GET" if protocol == "http1" else "GET, HTTP/2"
    print(f"| {name} | {audit} | {run[1]:,.0f} | {run[0]:.1f} µs | {run[0] / bare[0]:.2f} |", flush=True)


def _best(options, port, pid, path, protocol):
    return min(_run(options, port, pid, path, protocol) for _ in range(options.rounds))


def _run(options, port, pid, path, protocol):
    """(microseconds of the server's CPU a request, requests a second)"""
    command = [PROGRAM, "-n", str(options.requests), "-c", str(options.connections), "-t", "1", "-m", "1"]
    command += ["-H", f"Authorization: Bearer {TOKEN}", "-H", "Accept: application/json"]
    command += ["--h1"] if protocol == "http1" else []
    before = cpu_seconds(pid)
    command.append(f"https://127.0.0.1:{port}{path}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    used = cpu_seconds(pid) - before
    if f" {options.requests} 2xx" not in done.stdout:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return used / options.requests * 1e6, float(re.search(r"([\d.]+) req/s", done.stdout).group(1))
