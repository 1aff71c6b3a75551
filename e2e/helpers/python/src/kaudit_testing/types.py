"""Made by e2e/helpers/types_of.py from apiserver/testapi/test_api.json: do not edit."""

from typing import Any, Dict, List, Literal, TypedDict


class Restored(TypedDict, total=False):
    resourceVersion: str  # Of the store, above all that was before
    changed: int  # Objects that were put back or removed


class Snapshot(TypedDict, total=False):
    name: str
    resourceVersion: str  # Of the store when it was taken
    objects: int  # How many it has


class Fault(TypedDict, total=False):
    """A rule by which requests go wrong; the first that fits counts."""

    id: str  # Given when there is none
    match: "FaultMatch"
    times: int  # It is over after so many hits; without it never
    action: "FaultAction"
    hits: int  # How many requests it has hit
    remaining: int  # How many it will hit yet


class FaultMatch(TypedDict, total=False):
    """Which requests: an empty list is any, and all that is given must fit."""

    users: List[str]  # Names of users
    userGroups: List[str]  # One of them is enough
    verbs: List[str]  # Kubernetes' verbs; methods in lower case for paths that are not resources
    apiGroups: List[str]  # "" is core, "*" any
    resources: List[str]  # pods, pods/log, pods/*, */status, *
    namespaces: List[str]  # "" is what has none
    names: List[str]  # Of objects
    paths: List[str]  # Of the URL; a * at the end is any rest
    share: float  # Of the requests that fit, how many are hit: 0.5 every second one


class FaultAction(TypedDict, total=False):
    """One of status, reset, watch, holdResourceVersion, with or without delay."""

    status: int  # Answered in the handler's place
    reason: str  # Of the Status; else the one of the code
    message: str  # Of the Status
    retryAfter: int  # Seconds, in the header Retry-After and in the Status
    delay: str  # Before anything else, as 200ms; alone or with one of the others
    reset: Literal["before", "after", "mid-body"]  # The connection breaks: before the handler runs; after it, before its answer leaves; in the middle of the answer's body
    watch: "WatchFault"
    holdResourceVersion: bool  # Lists are answered as the store was when the fault was set


class WatchFault(TypedDict, total=False):
    cutAfter: int  # Events (bookmarks not counted) before the connection breaks
    gone: bool  # The watch ends with an ERROR event of code 410, at once or after cutAfter
    bookmarks: Literal["drop", "repeat"]


class Event(TypedDict, total=False):
    """audit.k8s.io/v1 Event."""

    auditID: str
    level: str
    stage: str
    verb: str
    requestURI: str
    userAgent: str
    user: Dict[str, Any]
    objectRef: Dict[str, Any]
    responseStatus: Dict[str, Any]
    requestObject: Dict[str, Any]
    responseObject: Dict[str, Any]
    requestReceivedTimestamp: str
    stageTimestamp: str
    annotations: Dict[str, str]


class Clock(TypedDict, total=False):
    now: str  # RFC 3339
    advanced: str  # From the machine's clock, as 1h30m0s


class Status(TypedDict, total=False):
    """metav1.Status."""

    kind: str
    apiVersion: str
    status: str
    message: str
    reason: str
    code: int
