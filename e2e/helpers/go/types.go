// Made by e2e/helpers/types_of.py from apiserver/testapi/test_api.json: do not edit.

package kaudittest

type Restored struct {
	// Of the store, above all that was before.
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// Objects that were put back or removed.
	Changed int64 `json:"changed,omitempty"`
}

type Snapshot struct {
	Name string `json:"name,omitempty"`
	// Of the store when it was taken.
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// How many it has.
	Objects int64 `json:"objects,omitempty"`
}

// Fault: A rule by which requests go wrong; the first that fits counts.
type Fault struct {
	// Given when there is none.
	ID    string      `json:"id,omitempty"`
	Match *FaultMatch `json:"match,omitempty"`
	// It is over after so many hits; without it never.
	Times  int64       `json:"times,omitempty"`
	Action FaultAction `json:"action,omitempty"`
	// How many requests it has hit.
	Hits int64 `json:"hits,omitempty"`
	// How many it will hit yet.
	Remaining int64 `json:"remaining,omitempty"`
}

// FaultMatch: Which requests: an empty list is any, and all that is given must fit.
type FaultMatch struct {
	// Names of users.
	Users []string `json:"users,omitempty"`
	// One of them is enough.
	UserGroups []string `json:"userGroups,omitempty"`
	// Kubernetes' verbs; methods in lower case for paths that are not resources.
	Verbs []string `json:"verbs,omitempty"`
	// "" is core, "*" any.
	ApiGroups []string `json:"apiGroups,omitempty"`
	// pods, pods/log, pods/*, */status, *.
	Resources []string `json:"resources,omitempty"`
	// "" is what has none.
	Namespaces []string `json:"namespaces,omitempty"`
	// Of objects.
	Names []string `json:"names,omitempty"`
	// Of the URL; a * at the end is any rest.
	Paths []string `json:"paths,omitempty"`
	// Of the requests that fit, how many are hit: 0.5 every second one.
	Share float64 `json:"share,omitempty"`
}

// FaultAction: One of status, reset, watch, holdResourceVersion, with or without delay.
type FaultAction struct {
	// Answered in the handler's place.
	Status int64 `json:"status,omitempty"`
	// Of the Status; else the one of the code.
	Reason string `json:"reason,omitempty"`
	// Of the Status.
	Message string `json:"message,omitempty"`
	// Seconds, in the header Retry-After and in the Status.
	RetryAfter *int64 `json:"retryAfter,omitempty"`
	// Before anything else, as 200ms; alone or with one of the others.
	Delay string `json:"delay,omitempty"`
	// The connection breaks: before the handler runs; after it, before its answer leaves; in the middle of the answer's body.
	Reset string      `json:"reset,omitempty"`
	Watch *WatchFault `json:"watch,omitempty"`
	// Lists are answered as the store was when the fault was set.
	HoldResourceVersion bool `json:"holdResourceVersion,omitempty"`
}

type WatchFault struct {
	// Events (bookmarks not counted) before the connection breaks.
	CutAfter *int64 `json:"cutAfter,omitempty"`
	// The watch ends with an ERROR event of code 410, at once or after cutAfter.
	Gone      bool   `json:"gone,omitempty"`
	Bookmarks string `json:"bookmarks,omitempty"`
}

// Event: audit.k8s.io/v1 Event.
type Event struct {
	AuditID    string `json:"auditID,omitempty"`
	Level      string `json:"level,omitempty"`
	Stage      string `json:"stage,omitempty"`
	Verb       string `json:"verb,omitempty"`
	RequestURI string `json:"requestURI,omitempty"`
	UserAgent  string `json:"userAgent,omitempty"`
	User       struct {
		Username string   `json:"username,omitempty"`
		UID      string   `json:"uid,omitempty"`
		Groups   []string `json:"groups,omitempty"`
	} `json:"user,omitempty"`
	ObjectRef struct {
		Resource        string `json:"resource,omitempty"`
		Namespace       string `json:"namespace,omitempty"`
		Name            string `json:"name,omitempty"`
		ApiGroup        string `json:"apiGroup,omitempty"`
		ApiVersion      string `json:"apiVersion,omitempty"`
		Subresource     string `json:"subresource,omitempty"`
		UID             string `json:"uid,omitempty"`
		ResourceVersion string `json:"resourceVersion,omitempty"`
	} `json:"objectRef,omitempty"`
	ResponseStatus struct {
		Code    int64  `json:"code,omitempty"`
		Reason  string `json:"reason,omitempty"`
		Message string `json:"message,omitempty"`
		Status  string `json:"status,omitempty"`
	} `json:"responseStatus,omitempty"`
	RequestObject            map[string]any    `json:"requestObject,omitempty"`
	ResponseObject           map[string]any    `json:"responseObject,omitempty"`
	RequestReceivedTimestamp string            `json:"requestReceivedTimestamp,omitempty"`
	StageTimestamp           string            `json:"stageTimestamp,omitempty"`
	Annotations              map[string]string `json:"annotations,omitempty"`
}

type Clock struct {
	// RFC 3339.
	Now string `json:"now,omitempty"`
	// From the machine's clock, as 1h30m0s.
	Advanced string `json:"advanced,omitempty"`
}

// Status: metav1.Status.
type Status struct {
	Kind       string `json:"kind,omitempty"`
	ApiVersion string `json:"apiVersion,omitempty"`
	Status     string `json:"status,omitempty"`
	Message    string `json:"message,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Code       int64  `json:"code,omitempty"`
}
