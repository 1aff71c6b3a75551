"""The measuring itself."""

import time
from dataclasses import replace

from kaudit_e2e import load
from kaudit_e2e.bench import works
from kaudit_e2e.counts import Counted
from kaudit_e2e.server import Server

COUNTED_REQUESTS = 1_000


def one(server, work, options, round_name, requests=None):
    more = work.options(server.folder, round_name)
    more.setdefault("requests", requests or max(100, int(options.requests * work.share)))
    more.setdefault("connections", options.connections)
    method = more.pop("method")
    return load.run(server.port, server.pki, work.path, (server.process.pid,), method, **more)


def rounds(audit, wanted, options):
    """{name of work: its best run}, each round with a server of its own."""
    best = {}
    for number in range(options.rounds):
        with works.audited_server(audit) as server:
            for work in wanted:
                result = one(server, work, options, f"r{number}w{wanted.index(work)}")
                result["rss_mib"] = server.resident_kb() / 1024
                if work.name not in best or result["cpu_us"] < best[work.name]["cpu_us"]:
                    best[work.name] = result
    return best


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
    """What an event costs that WATCHERS clients get, and a watcher's share of it: the difference between a run of many events
    and one of a single event, in which the watchers connect as well."""
    with works.audited_server(audit) as server:
        costs = []
        for events in (1, 1 + works.WATCH_EVENTS):
            result = one(server, replace(works.WATCH, more=works.WATCH.more | {"requests": events}), options, f"watch{events}")
            costs.append(result["cpu_us"] * events)
        result["rss_mib"] = server.resident_kb() / 1024
    result["cpu_us"] = (costs[1] - costs[0]) / works.WATCH_EVENTS
    result["watcher_us"] = result["cpu_us"] / works.WATCHERS
    return result


def start_up(number):
    """(ms until ready, MiB when idle): the best of `number` starts, in which the server makes all keys itself."""
    ready, idle = [], []
    for _ in range(number):
        with Server(policy=works.policy("Metadata"), identities=False) as server:
            ready.append(server.ready_seconds * 1000)
            time.sleep(0.5)
            idle.append(server.resident_kb() / 1024)
    return min(ready), min(idle)
