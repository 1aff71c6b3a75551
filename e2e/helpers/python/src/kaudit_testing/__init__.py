"""A kaudit-apiserver for tests: started, seeded, put back, told to misbehave, asked what it recorded.

    with KauditServer(seed=["manifests/"]) as server:
        server.kubeconfig                     # a path; server.url is the address
        server.fault({"status": 409}, verbs=["update"], times=1)
        server.events(user="alice", resource="secrets", count=1, wait="2s")
        server.reset()
"""

from .kaudit_server import ApiError, KauditServer
from .types import Event, Fault, FaultAction, FaultMatch, Restored, Snapshot, WatchFault

__all__ = [
    "ApiError",
    "Event",
    "Fault",
    "FaultAction",
    "FaultMatch",
    "KauditServer",
    "Restored",
    "Snapshot",
    "WatchFault",
]
