// Made by e2e/helpers/types_of.py from apiserver/testapi/test_api.json: do not edit.

export interface Restored {
  /** Of the store, above all that was before. */
  resourceVersion: string;
  /** Objects that were put back or removed. */
  changed: number;
}

export interface Snapshot {
  name: string;
  /** Of the store when it was taken. */
  resourceVersion: string;
  /** How many it has. */
  objects: number;
}

/** A rule by which requests go wrong; the first that fits counts. */
export interface Fault {
  /** Given when there is none. */
  id?: string;
  match?: FaultMatch;
  /** It is over after so many hits; without it never. */
  times?: number;
  action: FaultAction;
  /** How many requests it has hit. */
  hits?: number;
  /** How many it will hit yet. */
  remaining?: number;
}

/** Which requests: an empty list is any, and all that is given must fit. */
export interface FaultMatch {
  /** Names of users. */
  users?: string[];
  /** One of them is enough. */
  userGroups?: string[];
  /** Kubernetes' verbs; methods in lower case for paths that are not resources. */
  verbs?: string[];
  /** "" is core, "*" any. */
  apiGroups?: string[];
  /** pods, pods/log, pods/*, */status, *. */
  resources?: string[];
  /** "" is what has none. */
  namespaces?: string[];
  /** Of objects. */
  names?: string[];
  /** Of the URL; a * at the end is any rest. */
  paths?: string[];
  /** Of the requests that fit, how many are hit: 0.5 every second one. */
  share?: number;
}

/** One of status, reset, watch, holdResourceVersion, with or without delay. */
export interface FaultAction {
  /** Answered in the handler's place. */
  status?: number;
  /** Of the Status; else the one of the code. */
  reason?: string;
  /** Of the Status. */
  message?: string;
  /** Seconds, in the header Retry-After and in the Status. */
  retryAfter?: number;
  /** Before anything else, as 200ms; alone or with one of the others. */
  delay?: string;
  /** The connection breaks: before the handler runs; after it, before its answer leaves; in the middle of the answer's body. */
  reset?: "before" | "after" | "mid-body";
  watch?: WatchFault;
  /** Lists are answered as the store was when the fault was set. */
  holdResourceVersion?: boolean;
}

export interface WatchFault {
  /** Events (bookmarks not counted) before the connection breaks. */
  cutAfter?: number;
  /** The watch ends with an ERROR event of code 410, at once or after cutAfter. */
  gone?: boolean;
  bookmarks?: "drop" | "repeat";
}

/** audit.k8s.io/v1 Event. */
export interface Event {
  auditID: string;
  level: string;
  stage: string;
  verb: string;
  requestURI: string;
  userAgent?: string;
  user?: { username?: string; uid?: string; groups?: string[] };
  objectRef?: { resource?: string; namespace?: string; name?: string; apiGroup?: string; apiVersion?: string; subresource?: string; uid?: string; resourceVersion?: string };
  responseStatus?: { code?: number; reason?: string; message?: string; status?: string };
  requestObject?: Record<string, any>;
  responseObject?: Record<string, any>;
  requestReceivedTimestamp?: string;
  stageTimestamp?: string;
  annotations?: Record<string, string>;
}

export interface Clock {
  /** RFC 3339. */
  now: string;
  /** From the machine's clock, as 1h30m0s. */
  advanced: string;
}

/** metav1.Status. */
export interface Status {
  kind?: string;
  apiVersion?: string;
  status?: string;
  message: string;
  reason?: string;
  code: number;
}
