// The chain, outermost first: the order is kube-apiserver's, and it decides what an event can know.
export const STEPS = [
  ["audit_id", "Gives the request its audit ID: the header Audit-ID, or a random one."],
  ["panic_recovery", "Ends a request whose handler threw: the connection is cut, the server lives on."],
  ["request_info", "Reads verb, resource, namespace and name from method and URL."],
  ["cache_control", "Forbids caches to keep what only one user may see."],
  ["request_deadline", "Reads ?timeout=. A malformed one is refused before anybody is known, and leaves one event."],
  ["timeout", "Answers 504 in the handler's place when time is up: outside audit, so the event says what the handler did."],
  ["test_requests", "Answers the requests of the test API, which leave no event."],
  ["authentication", "Finds out who asks. A failed login ends here and leaves ResponseStarted alone."],
  ["audit", "Asks the policy once, and makes the events: RequestReceived on the way in, the last one on the way out."],
  ["impersonation", "Lets one user act for another. Behind audit, whose events have both."],
  ["in_flight", "Refuses with 429 what is more than may be under way at once."],
  ["authorization", "Lets pass what the user may do; else 403. The decision becomes an annotation."],
  ["faults", "Breaks answers as tests have asked for."],
  ["handler", "Reads, stores, answers: what the request was for."],
];
