// The checks of `kaudit conformance log`.
#include "cli/conformance/check_table.hpp"

namespace kaudit::cli {
namespace {

constexpr CheckLevel kLogMust = CheckLevel::Must;
constexpr CheckLevel kLogShould = CheckLevel::Should;
constexpr CheckLevel kLogMay = CheckLevel::May;

constexpr std::string_view kLogFraming = "Framing";
constexpr std::string_view kLogSchema = "Schema";
constexpr std::string_view kLogContent = "Content";
constexpr std::string_view kLogStages = "Stages";
constexpr std::string_view kLogOrder = "Order";
constexpr std::string_view kLogLengths = "Line lengths";

constexpr Check kLogChecks[] = {
    {"framing.readable", kLogFraming, kLogMust, "Everything in the log is an event.",
     "A consumer drops what it cannot parse, or stops there, mostly without a word.",
     "audit-semantics 6.4; kube-apiserver writes nothing else to its audit log"},
    {"framing.whole-lines", kLogFraming, kLogMust, "No line is cut off within the log.",
     "An event was lost when a write failed half-way, a line was longer than a buffer, or the log "
     "was rotated under its writer.",
     "audit-semantics 6.4; kubernetes/kubernetes #108551"},
    {"framing.last-line", kLogFraming, kLogShould, "The log ends with a whole line.",
     "The last event is still being written, or its writer was killed: a tailer that reads to the "
     "end of the file hands on half a line.",
     "falcosecurity/plugins, k8saudit: source.go"},
    {"framing.no-holes", kLogFraming, kLogMust, "The log has no runs of NUL bytes.",
     "It was copied and truncated under a writer that does not append; what was written in between "
     "is lost.",
     "logrotate's copytruncate with kube-apiserver's rotator, which opens without O_APPEND"},
    {"framing.one-line", kLogFraming, kLogMust,
     "Each event is one line that ends with a line feed and nothing else.",
     "Tailers split at line feeds: an event on several lines is many broken ones, and a carriage "
     "return belongs to the text.",
     "audit-semantics 1.2"},
    {"framing.utf8", kLogFraming, kLogShould, "Lines are UTF-8.",
     "Elasticsearch, Loki and most languages' decoders refuse the line or replace the bytes.",
     "RFC 8259 section 8.1; only bodies that a client sent may hold other bytes"},

    {"schema.json", kLogSchema, kLogMust, "Each event is JSON that Kubernetes reads.",
     "Nobody else reads it either.", "audit-semantics 1.4"},
    {"schema.kind", kLogSchema, kLogMust,
     "Each event says kind Event and apiVersion audit.k8s.io/v1.",
     "Versions before v1 were removed in Kubernetes 1.24; without kind a consumer must guess.",
     "k8s.io/apiserver/pkg/apis/audit/v1"},
    {"schema.types", kLogSchema, kLogMust, "Members have the types of audit.k8s.io/v1.",
     "A decoder of the type refuses the whole event.", "k8s.io/apiserver/pkg/apis/audit/v1"},
    {"schema.times", kLogSchema, kLogMust, "Times are RFC 3339 with exactly six fraction digits.",
     "metav1.MicroTime reads nothing else, and the event with it.",
     "k8s.io/apimachinery/pkg/apis/meta/v1 MicroTime"},
    {"schema.required", kLogSchema, kLogMust,
     "level, auditID, stage, requestURI, verb, user and both times are there.",
     "They are never left out; rules that ask for them match nothing.",
     "k8s.io/apiserver/pkg/apis/audit/v1: members without omitempty"},
    {"schema.level", kLogSchema, kLogMust, "The level is Metadata, Request or RequestResponse.",
     "There are no others, and no event is made at None.", "audit-semantics 2.3"},
    {"schema.stage", kLogSchema, kLogMust,
     "The stage is RequestReceived, ResponseStarted, ResponseComplete or Panic.",
     "Consumers choose by it.", "audit-semantics 2.2"},
    {"schema.known-members", kLogSchema, kLogShould,
     "An event has the members of audit.k8s.io/v1 only.",
     "Something between the API server and this log added them, or it is an older version's event.",
     "k8s.io/apiserver/pkg/apis/audit/v1"},
    {"schema.once", kLogSchema, kLogMust, "No member comes twice.",
     "Decoders differ in which of the two they take: a way past a rule.", "RFC 8259 section 4"},
    {"schema.member-order", kLogSchema, kLogShould, "Members stand in the order of the type.",
     "It was decoded and encoded by something else; consumers that look for text miss it.",
     "k8s.io/apiserver/pkg/apis/audit/v1"},
    {"schema.canonical", kLogSchema, kLogShould,
     "The line is byte for byte what Kubernetes writes of the event.",
     "White space, other escapes or members that should be left out: signatures, hashes and "
     "searches over bytes fail.",
     "audit-semantics 1.2; encoding/json"},

    {"content.audit-id", kLogContent, kLogMust, "auditID is not empty.",
     "Stages cannot be joined, duplicates not found; Falco's fields are all absent without it.",
     "audit-semantics 1.1"},
    {"content.level-bodies", kLogContent, kLogMust,
     "There is no body at level Metadata, and no responseObject at level Request.",
     "The log has what its policy promised to leave out, Secrets perhaps.",
     "k8s.io/apiserver/pkg/audit: LogRequestObject, LogResponseObject"},
    {"content.received-bare", kLogContent, kLogMust,
     "RequestReceived has neither responseStatus nor bodies nor annotations.",
     "None of it is known at that moment; the event was put together later.",
     "audit-semantics 2.3"},
    {"content.status", kLogContent, kLogShould,
     "The other stages have a responseStatus with a code.", "Nobody can say how the request ended.",
     "audit-semantics 2"},
    {"content.user", kLogContent, kLogShould,
     "user has a name, but in the ResponseStarted event of a failed login.",
     "Everybody has a name after authentication, system:anonymous at least.",
     "audit-semantics 2.2; k8s.io/apiserver/pkg/endpoints/filters: WithFailedAuthenticationAudit"},
    {"content.source-ips", kLogContent, kLogShould, "sourceIPs are there and are IP addresses.",
     "Rules by address match nothing, or break.", "audit-semantics 5"},
    {"content.object-ref", kLogContent, kLogShould, "An objectRef has a resource.",
     "It is only written for requests of resources.", "audit-semantics 1.1"},
    {"content.received-time", kLogContent, kLogMust,
     "At RequestReceived both times are the same, and no stage is earlier than it.",
     "Latencies that are computed from the two are wrong.", "audit-semantics 1.1"},

    {"stages.once", kLogStages, kLogMust, "No event is there twice.",
     "A retry or a shipper delivered it again; counts are wrong.",
     "at-least-once delivery: consumers de-duplicate by auditID and stage"},
    {"stages.same", kLogStages, kLogMust,
     "What is known at first stays the same in all stages of a request.",
     "level, requestURI, verb, user, sourceIPs and userAgent are decided once.",
     "k8s.io/apiserver/pkg/audit: one event, one stage after the other"},
    {"stages.order", kLogStages, kLogShould,
     "Stages of a request stand in order, and nothing follows the last one.",
     "The log backend writes them in order; something reordered them since.",
     "audit-semantics 2.2; only webhook batches have no order"},
    {"stages.complete", kLogStages, kLogShould,
     "A request that was received ends, with ResponseComplete or Panic.",
     "Its last event was lost, or its API server died. Requests that are open at the end of the "
     "log "
     "do not count, nor do watches and other long-running ones.",
     "audit-semantics 2"},
    {"stages.received", kLogStages, kLogShould,
     "A request that ends was received, where the log has RequestReceived of requests like it.",
     "Its first event was lost; a policy omits a stage of all requests that are alike.",
     "audit-semantics 2"},
    {"stages.reused-id", kLogStages, kLogMay, "Each auditID belongs to one request.",
     "Clients may send the header Audit-ID: consumers that join by it join what does not belong "
     "together.",
     "k8s.io/apiserver/pkg/endpoints/filters: WithAuditInit"},

    {"order.time", kLogOrder, kLogMay,
     "Events stand in the order of their times, give or take a second.",
     "Several API servers' logs, or a shipper's retries, are mixed in it: windows of time miss "
     "events.",
     "a log in mode blocking is written in the order in which stages are reached"},

    {"lengths.fluent-bit", kLogLengths, kLogMay,
     "No line is longer than Fluent Bit takes (32 KiB).",
     "With Skip_Long_Lines off it stops reading the file for good, with it on the line is lost.",
     "in_tail: Buffer_Max_Size 32k"},
    {"lengths.bufio-scanner", kLogLengths, kLogMay,
     "No line is longer than Go's bufio.Scanner takes (64 KiB).",
     "Scan() returns false: the consumer reads no further.", "bufio.MaxScanTokenSize"},
    {"lengths.vector", kLogLengths, kLogMay, "No line is longer than Vector takes (100 KiB).",
     "The file source drops the line, with a warning.", "file source: max_line_bytes 102400"},
    {"lengths.loki", kLogLengths, kLogMay, "No line is longer than Loki takes (256 KB).",
     "The line is refused with 400, and promtail does not send it again.",
     "limits_config: max_line_size 256KB"},
    {"lengths.cloudwatch", kLogLengths, kLogMay,
     "No line is longer than CloudWatch Logs took for years (256 KiB, with 26 bytes of its own).",
     "The agent cuts the line in two or refuses it. Since 2025 an event may have 1 MiB.",
     "PutLogEvents"},
    {"lengths.falco", kLogLengths, kLogMay, "No event is longer than Falco takes (256 KiB).",
     "The plugin k8saudit drops it, with a line in its log.", "k8saudit: maxEventSize 262144"},
    {"lengths.otel", kLogLengths, kLogMay, "No line is longer than OpenTelemetry takes (1 MiB).",
     "The filelog receiver cuts it in pieces that are no JSON.", "filelog: max_log_size 1MiB"},
};

}  // namespace

const Suite& log_suite() {
  static constexpr Suite kSuite{"log", "an audit log", kLogChecks};
  return kSuite;
}

}  // namespace kaudit::cli
