"""What the programs of e2e/optimize learn from: everything that is measured, each way to audit it, and the bare server that it
is measured by, a few thousand requests each. KAUDIT_BIN is the folder of the programs that count.

    python3 -m kaudit_e2e.bench.training"""

from dataclasses import replace
from types import SimpleNamespace

from kaudit_e2e.bench import ceilings, measure, works

OPTIONS = SimpleNamespace(requests=3_000, connections=16, rounds=1)
WATCHERS = 50


def main():
    for protocol in ceilings.PROTOCOLS:
        with ceilings.bare_server(protocol) as bare:
            ceilings.ask_bare(OPTIONS, bare, protocol)
    few_watch = replace(works.WATCH, more=works.WATCH.more | {"watchers": WATCHERS, "requests": 200})
    for audit in works.AUDITS:
        print(audit.name, flush=True)
        with works.audited_server(audit) as server:
            for number, work in enumerate((*works.WORKS, few_watch)):
                measure.one(server, work, OPTIONS, f"w{number}")


if __name__ == "__main__":
    main()
