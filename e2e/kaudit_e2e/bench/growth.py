"""How costs grow with what is stored: `e2e/bench --growth`.

One server, without auditing, is filled with small ConfigMaps, which are spread over NAMESPACES, to a thousand and then to
--objects. At each size: GET of objects and LIST of pages that are drawn at random, so that they come from all over the memory,
and CREATE into namespaces in turn. What is created to be measured is deleted again. A page is one of all namespaces, from a
place that a `continue` token of the test's own making names."""

import base64
import json
import random

from kaudit_e2e import load
from kaudit_e2e.server import Server

SMALL = 1_000
NAMESPACES = [f"growth-{number:02}" for number in range(64)]
CONNECTIONS = 16
PART = 64_000  # objects a run of the load generator: it has a limit of time
PAGE = 500
LIST_SHARE = 0.02  # of --requests, as one takes much longer than the others
CREATED = 2_000  # at once
BODY = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "NAME"}, "data": {"key": "value"}})
MEASURED = ("GET", "CREATE ConfigMap", f"LIST limit={PAGE}")


def collection(namespace):
    return f"/api/v1/namespaces/{namespace}/configmaps"


def page_from(namespace, name):
    """The path of a page that begins at that object."""
    token = json.dumps({"v": "meta.k8s.io/v1", "rv": -1, "start": f"/{namespace}/{name}"})
    return f"/api/v1/configmaps?limit={PAGE}&continue=" + base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


class Filled:
    """A server and the names of what has been put into it."""

    def __init__(self, server):
        self.server = server
        self.names = []  # (namespace, name)
        self.paths = server.at("paths")
        for namespace in NAMESPACES:
            server.ask("POST", "/api/v1/namespaces", json.dumps({"metadata": {"name": namespace}}), user="admin")
        server.write("body", BODY)

    def run(self, paths, method="GET", requests=None, connections=CONNECTIONS, **more):
        with open(self.paths, "w", encoding="utf-8") as file:
            file.writelines(path + "\n" for path in paths)
        more |= {"paths": self.paths, "requests": requests or len(paths), "connections": connections}
        return load.run(self.server.port, self.server.pki, "-", (self.server.process.pid,), method, **more)

    def create(self, prefix, requests, connections):
        """Each in the next namespace; gives the run and where the objects are."""
        collections = [collection(namespace) for namespace in NAMESPACES]
        body = {"body": self.server.at("body"), "expect": 201, "prefix": prefix}
        result = self.run(collections, "POST", requests, connections, **body)
        each = requests // connections
        places = ((number, f"{prefix}-{number // each}-{number % each}") for number in range(each * connections))
        return result, [(NAMESPACES[number % len(NAMESPACES)], name) for number, name in places]

    def grow(self, objects):
        while len(self.names) < objects:
            part = min(PART, objects - len(self.names)) // CONNECTIONS * CONNECTIONS
            connections = CONNECTIONS if part else 1
            made = part or objects - len(self.names)
            self.names += self.create(f"fill-{len(self.names)}", made, connections)[1]

    def get(self, options):
        drawn = random.choices(self.names, k=options.requests)
        return self.run([f"{collection(namespace)}/{name}" for namespace, name in drawn])

    def list(self, options):
        """Of whole pages: none of the last objects begins one."""
        in_order = sorted(self.names)[: 1 - PAGE]
        return self.run([page_from(*random.choice(in_order)) for _ in range(int(options.requests * LIST_SHARE))])

    def create_and_delete(self, _):
        result, made = self.create("made", CREATED, 4)
        self.run([f"{collection(namespace)}/{name}" for namespace, name in made], "DELETE", connections=4)
        return result

    def measure(self, options):
        """{what: its best run}"""
        ways = dict(zip(MEASURED, (self.get, self.create_and_delete, self.list)))
        runs = {name: [way(options) for _ in range(options.rounds)] for name, way in ways.items()}
        return {name: min(of_one, key=lambda run: run["cpu_us"]) for name, of_one in runs.items()}


def report(options):
    """Prints the table; gives the exit code."""
    random.seed(1)
    with Server(policy=None) as server:
        filled, found, memory = Filled(server), [], []
        for objects in (SMALL, options.objects):
            before, there = server.resident_kb(), len(filled.names)
            filled.grow(objects)
            memory.append((server.resident_kb() - before) * 1024 / (objects - there))
            found.append(filled.measure(options))
    print(f"Auditing off, {CONNECTIONS} connections over HTTP/1.1, the best of {options.rounds} rounds\n")
    print(f"| | {SMALL:,} objects | p50 | {options.objects:,} objects | p50 | CPU, times |\n|---|---:|---:|---:|---:|---:|")
    small, large = found
    for name in MEASURED:
        cells = [f"{run[name]['cpu_us']:.1f} µs | {run[name]['p50us']:,.0f} µs" for run in (small, large)]
        print(f"| {name} | {' | '.join(cells)} | {large[name]['cpu_us'] / small[name]['cpu_us']:.2f} |")
    print(f"| RSS an object added | {memory[0]:,.0f} B | | {memory[1]:,.0f} B | | |")
    return 0
