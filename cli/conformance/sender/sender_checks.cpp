#include "cli/conformance/sender/sender_checks.hpp"

namespace kaudit::cli {
namespace {

constexpr std::string_view kRequests = "Requests";
constexpr std::string_view kSenderCredentials = "Credentials and TLS";
constexpr std::string_view kSuccesses = "Successes";
constexpr std::string_view kRetries = "Retries";
constexpr std::string_view kTimeouts = "Timeouts";
constexpr std::string_view kRedirects = "Redirects";
constexpr std::string_view kConnectionUse = "Connections and concurrency";
constexpr std::string_view kBalance = "Balance";

constexpr std::string_view kWebhook = "docs/audit-semantics.md, section 6";
constexpr std::string_view kDifferences = "docs/audit-semantics.md, section 8";
constexpr std::string_view kBackend =
    "k8s.io/apiserver plugin/pkg/audit/webhook, pkg/util/webhook.WithExponentialBackoff";
constexpr std::string_view kClientGo = "k8s.io/client-go rest.Request";

constexpr Check kSenderChecks[] = {
    {"request.method", kRequests, CheckLevel::Must, "Batches are POSTs",
     "Receivers answer 405 to all else.", kWebhook},
    {"request.path", kRequests, CheckLevel::Must, "The path is that of the kubeconfig's server",
     "Receivers tell clusters apart by it, and some know one path only.", kWebhook},
    {"request.type", kRequests, CheckLevel::Must, "Content-Type is application/json",
     "Receivers refuse or misread all else.", kWebhook},
    {"request.plain", kRequests, CheckLevel::Must, "Bodies are not compressed",
     "API servers do not compress them, so receivers do not unpack them.", kWebhook},
    {"request.body", kRequests, CheckLevel::Must, "A body is an EventList of audit.k8s.io/v1",
     "It is what receivers are written for.", "audit.k8s.io/v1 EventList"},
    {"request.agent", kRequests, CheckLevel::May, "A User-Agent is sent",
     "Logs of proxies show who it was.", kWebhook},
    {"credentials.token", kSenderCredentials, CheckLevel::Must,
     "Each request has the bearer token of the kubeconfig", "Receivers refuse a batch without it.",
     kWebhook},
    {"credentials.stay", kSenderCredentials, CheckLevel::Must,
     "The token is not sent to where a redirect points", "Whoever answers once would get it.",
     kClientGo},
    {"tls.expired", kSenderCredentials, CheckLevel::Must,
     "Nothing is sent to a receiver whose certificate has expired",
     "Audit events hold secrets; who the receiver is has to be certain.", kWebhook},
    {"tls.wrong-name", kSenderCredentials, CheckLevel::Must,
     "Nothing is sent to a receiver with a certificate of another name",
     "Any other certificate of the same CA would do.", kWebhook},
    {"tls.unknown-ca", kSenderCredentials, CheckLevel::Must,
     "Nothing is sent to a receiver whose CA is not the kubeconfig's",
     "Anybody can make such a certificate.", kWebhook},
    {"success.created", kSuccesses, CheckLevel::Must, "A 201 counts as delivered",
     "Several receivers answer so, Fluent Bit for one.", kClientGo},
    {"success.no-content", kSuccesses, CheckLevel::Must, "A 204 counts as delivered",
     "There is nothing to say in an answer.", kClientGo},
    {"success.foreign-body", kSuccesses, CheckLevel::Should,
     "A 200 with a body of HTML counts as delivered",
     "What a receiver says beside the code does not matter.", kClientGo},
    {"success.interim", kSuccesses, CheckLevel::Should,
     "Interim answers (103) before a 200 are passed over", "Proxies may send them.",
     "RFC 9110, section 15.2"},
    {"retry.server-error", kRetries, CheckLevel::Must,
     "A batch that was answered 500 is sent again",
     "Receivers fail for a moment, when they restart for instance.", kBackend},
    {"retry.client-error", kRetries, CheckLevel::Must,
     "A batch that was answered 400, 404 or 413 is sent again",
     "kube-apiserver takes no failure for final, and a proxy's 404 is one of a moment.", kBackend},
    {"retry.reset", kRetries, CheckLevel::Must, "A batch whose connection was reset is sent again",
     "Whether it was stored is not known, and losing it is worse.", kBackend},
    {"retry.closed", kRetries, CheckLevel::Must,
     "A batch whose connection was closed is sent again", "As above.", kBackend},
    {"retry.half-answer", kRetries, CheckLevel::Must,
     "A batch whose answer broke off is sent again", "As above.", kClientGo},
    {"retry.garbage", kRetries, CheckLevel::Should,
     "A batch that was answered with what is not HTTP is sent again", "As above.", kBackend},
    {"retry.unreadable-type", kRetries, CheckLevel::May,
     "A 200 whose Content-Type cannot be parsed is sent again",
     "So does kube-apiserver: one who tests receivers has to know.", kClientGo},
    {"retry.same-body", kRetries, CheckLevel::Must, "Each try has the same bytes",
     "Receivers know a batch again by them.", kBackend},
    {"retry.growing-pauses", kRetries, CheckLevel::Should, "Pauses between tries grow",
     "A receiver that is overloaded has to get time.", kBackend},
    {"retry.retry-after", kRetries, CheckLevel::Should, "Retry-After of a 429 is heeded",
     "It is how receivers ask for time.", kClientGo},
    {"retry.gives-up", kRetries, CheckLevel::Should,
     "A batch that is refused for ever is given up at last",
     "It would hold memory for ever, and keep others from being sent.", kBackend},
    {"timeout.no-answer", kTimeouts, CheckLevel::Must,
     "A batch without an answer is sent again within a minute and a half",
     "A receiver that hangs must not hold events for ever.", kWebhook},
    {"redirect.not-followed", kRedirects, CheckLevel::Should,
     "A 302 is not followed, and the batch is sent again",
     "kube-apiserver follows by a GET without the batch, whose 200 counts as delivered: a loss "
     "that "
     "nobody sees.",
     kDifferences},
    {"connections.reused", kConnectionUse, CheckLevel::Should,
     "Two batches use the same connection",
     "A handshake for each batch costs both sides more than the batch.", kWebhook},
    {"concurrency.others-go-on", kConnectionUse, CheckLevel::Should,
     "While one batch is not answered others are sent",
     "A slow answer would hold up every event behind it.", kWebhook},
    {"balance.nothing-lost", kBalance, CheckLevel::Must,
     "Each batch that was refused came again until it was taken",
     "Every batch here is taken in the end, if it comes.", kBackend},
    {"balance.nothing-doubled", kBalance, CheckLevel::Must, "What was taken does not come again",
     "Receivers would have to find out by themselves.", kBackend},
};

}  // namespace

const Suite& sender_suite() {
  static const Suite suite{"sender", "a sender of audit webhooks", kSenderChecks};
  return suite;
}

}  // namespace kaudit::cli
