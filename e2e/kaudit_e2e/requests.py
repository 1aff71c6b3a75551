"""Audit events as the requests they are about: `VERB RESOURCE CODE`, in the order of their arrival."""


def _ends(event):
    """The event that says how a request ended; one that is refused before anybody is known has no ResponseComplete."""
    started = event["stage"] == "ResponseStarted" and event["responseStatus"].get("code") == 401
    return started or event["stage"] in ("ResponseComplete", "Panic")


def _target(event):
    """`pods/log`; the path where it is not a resource."""
    reference = event.get("objectRef", {})
    if "resource" not in reference:
        return event["requestURI"].split("?")[0]
    return "/".join(filter(None, (reference["resource"], reference.get("subresource"))))


def requests_of(events):
    """What these events (all of some requests) say of each: `["list pods 200", ...]`. The code is `...` while there is no
    last event."""
    requests = {}
    for event in events:
        name = f"{event['verb']} {_target(event)}"
        if _ends(event):
            requests[event["auditID"]] = f"{name} {event['responseStatus'].get('code')}"
        else:
            requests.setdefault(event["auditID"], f"{name} ...")
    return list(requests.values())
