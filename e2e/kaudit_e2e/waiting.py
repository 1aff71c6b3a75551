"""Waiting for what another process does, with a limit."""

import os
import time

# Sanitized servers are slow, and so are busy machines; nothing waits this long in a run that passes.
PATIENCE = 60 if os.environ.get("KAUDIT_PRESET", "release") == "release" else 180


def until(holds, what, limit=PATIENCE, pause=0.005):
    """Polls until holds() gives something true, and returns that. After `limit` seconds it raises a
    TimeoutError about `what`: a text, or a function that makes one of what is there by then."""
    end = time.monotonic() + limit
    while not (found := holds()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {limit} s for {what() if callable(what) else what}")
        time.sleep(pause)
    return found
