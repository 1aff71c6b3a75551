"""The measuring itself."""

import contextlib
import statistics
import sys
import time
from dataclasses import replace

from kaudit_e2e import load
from kaudit_e2e.bench import ceilings, works
from kaudit_e2e.counts import Counted
from kaudit_e2e.server import Server

COUNTED_REQUESTS = 1_000


def one(server, work, options, round_name, requests=None):
    more = work.options(server.folder, round_name)
    more.setdefault("requests", requests or max(100, int(options.requests * work.share)))
    more.setdefault("connections", options.connections)
    method = more.pop("method")
    return load.run(server.port, server.pki, work.path, (server.process.pid,), method, **more)


def compared(audits, wanted, options):
    """({name of audit: {name of work: its best run}}, {protocol: the bare server's best run}). `of_bare` of a run is the median
    of all rounds, each of which sets the work against the bare server just before it: machines change their speed within a
    run."""
    runs, ratios, bare = {}, {}, {}
    for number in range(options.rounds):
        for audit in audits:
            print(f"round {number + 1}, {audit.name} …", file=sys.stderr, flush=True)
            with contextlib.ExitStack() as stack:
                beside = {name: stack.enter_context(ceilings.bare_server(name)) for name in ceilings.PROTOCOLS}
                server = stack.enter_context(works.audited_server(audit))
                for place, work in enumerate(wanted):
                    least = ceilings.ask_bare(options, beside[work.protocol], work.protocol)
                    result = one(server, work, options, f"r{number}w{place}")
                    result["rss_mib"] = server.resident_kb() / 1024
                    ratios.setdefault((audit.name, work.name), []).append(result["cpu_us"] / least["cpu_us"])
                    _keep_better(bare, work.protocol, least)
                    _keep_better(runs.setdefault(audit.name, {}), work.name, result)
    for (audit, work), found in ratios.items():
        runs[audit][work]["of_bare"] = statistics.median(found)
    return runs, bare


def _keep_better(best, name, run):
    if name not in best or run["cpu_us"] < best[name]["cpu_us"]:
        best[name] = run


def counts(audit, wanted, options):
    """{name of work: {what: how often a request}}: allocations and calls of the kernel, in a run of its own."""
    found = {}
    with Counted() as counted, works.audited_server(audit) as server:
        for work in wanted:
            requests = max(100, int(COUNTED_REQUESTS * work.share))
            before = counted.read()
            one(server, work, options, f"counted{wanted.index(work)}", requests)
            after = counted.read()
            found[work.name] = {key: (after[key] - before[key]) / requests for key in after}
    return found


def watching(audit, options):
    """{pace: what an event costs each of WATCHERS clients, in microseconds}: events that come one at a time, and in a row."""
    costs = {}
    with works.audited_server(audit) as server:
        for pace, more in works.WATCH_PACES.items():
            result = one(server, replace(works.WATCH, more=works.WATCH.more | more), options, pace.replace(" ", "-"))
            costs[pace] = result["cpu_us"] / works.WATCHERS
    return costs


def start_up(number):
    """(ms until ready, MiB when idle): the best of `number` starts, in which the server makes all keys itself."""
    ready, idle = [], []
    for _ in range(number):
        with Server(policy=works.policy("Metadata"), identities=False) as server:
            ready.append(server.ready_seconds * 1000)
            time.sleep(0.5)
            idle.append(server.resident_kb() / 1024)
    return min(ready), min(idle)
