"""What the explorer costs a server under load, and what becomes of its page: `e2e/bench --explorer`.

A steady load of reads, at level Metadata into a log in batches: without an explorer, with one that nobody looks at, with its
page open, and with a filter in the page. CPU is the server's own, all of its threads. Of the page: tasks of more than 50 ms
(Long Tasks), the longest time between two frames, how late a script that asks for 10 ms gets them, and what the page says
was not shown. A look, not a test: it asserts nothing."""

import contextlib
import json
import time

from kaudit_e2e import load
from kaudit_e2e.browser import Browser, missing
from kaudit_e2e.explorer import Explorer
from kaudit_e2e.server import Server

OBJECT = "/api/v1/namespaces/default/configmaps"
POLICY = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n"
WARM_UP = 3  # seconds

WATCH = """
window.seen = {long: [], frame: 0, late: 0};
new PerformanceObserver(list => seen.long.push(...list.getEntries().map(e => e.duration))).observe({type: 'longtask'});
let frame = performance.now();
const next = () => { const now = performance.now(); seen.frame = Math.max(seen.frame, now - frame); frame = now; requestAnimationFrame(next); };
requestAnimationFrame(next);
const late = () => { const from = performance.now(); setTimeout(() => { seen.late = Math.max(seen.late, performance.now() - from - 10); late(); }, 10); };
late();
"""


class Page:
    """The explorer's page in a browser, watched."""

    def __init__(self, server, filter_text):
        self.explorer = Explorer(server)
        self.filter_text = filter_text
        self.browser = Browser()

    def __enter__(self):
        self.browser.__enter__()
        self.browser.go(self.explorer.addresses()[-1][0])
        self.browser.wait_for("document.querySelector('.live')?.dataset.state === 'live'", "the stream")
        if self.filter_text:
            self.browser.run(
                "const f = document.getElementById('filter'); f.value = arguments[0]; f.dispatchEvent(new Event('input'))", self.filter_text
            )
            self.browser.wait_for(f"document.querySelector('.rows').dataset.filter === {json.dumps(self.filter_text)}", "the filter")
        return self

    def __exit__(self, *_):
        self.browser.__exit__()

    def watch(self):
        self.browser.run(WATCH)

    def seen(self):
        seen = self.browser.run("return window.seen")
        said = self.browser.text(".dropped")
        tasks = f"{len(seen['long'])} long tasks, the longest {max(seen['long'], default=0):.0f} ms"
        return f"{tasks}; at most {seen['frame']:.0f} ms between frames; timers at most {seen['late']:.0f} ms late; {self.browser.text('.count')}; it says: {said or 'nothing'}"


def measure(options, flags, page=False, filter_text=""):
    """(CPU of a request in µs, requests a second, what was seen of the page)"""
    with Server(policy=POLICY, flags=["--audit-log-mode=batch", *flags]) as server, contextlib.ExitStack() as stack:
        server.ask("POST", OBJECT, json.dumps({"metadata": {"name": "one"}, "data": {"payload": "x" * 860}}), user="admin")
        watched = stack.enter_context(Page(server, filter_text)) if page else None

        def drive(seconds):
            return load.run(
                server.port,
                server.pki,
                f"{OBJECT}/one",
                (server.process.pid,),
                rate=options.rate,
                requests=options.rate * seconds,
                connections=options.connections,
            )

        drive(WARM_UP)
        if watched:
            watched.watch()
        result = drive(options.seconds)
        time.sleep(0.5)  # the page's last frame
        return result["cpu_us"], result["perSecond"], watched.seen() if watched else ""


def report(options):
    """Prints the table; gives the exit code."""
    modes = [("no explorer", [], {}), ("--explorer, nobody looks", ["--explorer"], {})]
    if missing():
        print(missing())
    else:
        modes += [
            ("page open", ["--explorer"], {"page": True}),
            ("page open, filter", ["--explorer"], {"page": True, "filter_text": "ka.verb = get and ka.target.name = one"}),
        ]
    print(f"{options.rate} requests a second for {options.seconds} s over {options.connections} connections, the median of {options.rounds} rounds\n")
    print("| | CPU a request, µs | more than without | each round, µs | requests/s | the page |\n|---|---|---|---|---|---|", flush=True)
    rounds = [[measure(options, flags, **more) for _, flags, more in modes] for _ in range(options.rounds)]
    of_each = list(zip(*rounds))
    # The rate is fixed, so a round is not faster for having the machine to itself: what else goes on moves it either way.
    def median(runs):
        return sorted(runs, key=lambda run: run[0])[len(runs) // 2]

    without = median(of_each[0])[0]
    for (name, _, _), runs in zip(modes, of_each):
        cpu, rate, seen = median(runs)
        each = " ".join(f"{run[0]:.1f}" for run in runs)
        print(f"| {name} | {cpu:.1f} | {100 * (cpu / without - 1):.0f} % | {each} | {rate:.0f} | {seen} |")
    return 0
