// The checks of `kaudit conformance shipper`.
#include "cli/conformance/shipper/shipper_checks.hpp"

namespace kaudit::cli {
namespace {

constexpr CheckLevel kMustShip = CheckLevel::Must;
constexpr CheckLevel kShouldShip = CheckLevel::Should;
constexpr CheckLevel kMayShip = CheckLevel::May;

constexpr std::string_view kSteady = "A log that grows";
constexpr std::string_view kLong = "Long lines";
constexpr std::string_view kRotation = "Rotation";
constexpr std::string_view kWriters = "Writers and restarts";

constexpr Check kShipperChecks[] = {
    {"steady.all", kSteady, kMustShip, "Every event of a log that grows arrives.",
     "An audit trail with gaps proves nothing.", "audit-semantics 6.4"},
    {"steady.once", kSteady, kShouldShip, "None of them arrives twice.",
     "Counts and alerts are wrong, unless the other side de-duplicates by auditID and stage.",
     "audit-semantics 6.4"},
    {"steady.order", kSteady, kShouldShip, "They arrive in the order of the log.",
     "Stages of a request are joined in order; windows of time miss what comes late.",
     "audit-semantics 6.4"},
    {"steady.unaltered", kSteady, kMustShip, "They arrive member by member as they were written.",
     "A shipper that parses and renames members, or rounds numbers, breaks rules and proofs.",
     "audit-semantics 1.2"},
    {"odd.unaltered", kSteady, kMustShip,
     "Escapes, U+2028, emoji, large numbers and odd names arrive as they were written.",
     "These are what an attacker puts into a user agent or a label.", "audit-semantics 1.2"},
    {"arrived.whole", kSteady, kMustShip, "Everything that arrives is an event.",
     "Half lines, and lines that were put together, are events that nobody can read.",
     "falcosecurity/plugins, k8saudit: source.go"},

    {"long.16k", kLong, kMustShip, "A line of 16 KiB arrives in one piece.",
     "Any write of a Pod at RequestResponse has as much.", "docker's json-file and CRI cut there"},
    {"long.40k", kLong, kShouldShip, "A line of 40 KiB arrives in one piece.",
     "Lists and Deployments with managedFields have as much.", "Fluent Bit: Buffer_Max_Size 32k"},
    {"long.120k", kLong, kShouldShip, "A line of 120 KiB arrives in one piece.",
     "CustomResourceDefinitions have as much.",
     "bufio.MaxScanTokenSize 64 KiB; Vector: max_line_bytes 102400"},
    {"long.300k", kLong, kShouldShip, "A line of 300 KiB arrives in one piece.",
     "The answer to a list of Secrets has as much.", "Loki 256 KB; CloudWatch Logs 256 KiB"},
    {"long.1200k", kLong, kMayShip, "A line of 1200 KiB arrives in one piece.",
     "An object may have 1.5 MB, and an event two of them.", "OpenTelemetry: max_log_size 1MiB"},

    {"rename.all", kRotation, kMustShip,
     "Nothing is lost when the log is moved aside and made anew, three times.",
     "So kube-apiserver rotates: what was written last is in the file that has another name now.",
     "gopkg.in/natefinch/lumberjack.v2"},
    {"rename.once", kRotation, kShouldShip, "Nothing arrives twice when the log is moved aside.",
     "A shipper that takes the moved file for a new one sends all of it again.",
     "gopkg.in/natefinch/lumberjack.v2"},
    {"burst.all", kRotation, kMustShip, "Nothing of a burst at the moment of the rotation is lost.",
     "Load is what makes a log rotate.", "kubernetes/kubernetes #108551"},
    {"gzip.all", kRotation, kShouldShip,
     "Nothing is lost when the log that was moved aside is compressed and removed at once.",
     "--audit-log-compress does that; a shipper that has the file open can read it to its end.",
     "--audit-log-compress"},
    {"copytruncate.all", kRotation, kShouldShip,
     "What is written after the log was copied and truncated arrives.",
     "A shipper that goes on at its old place waits until the log is as long again.",
     "logrotate: copytruncate"},
    {"copytruncate.once", kRotation, kShouldShip, "Nothing arrives twice when it is truncated.",
     "A shipper that takes the copy for a new log sends all of it again.",
     "logrotate: copytruncate"},
    {"delete.all", kRotation, kShouldShip,
     "What is written after the log was removed and made anew arrives.",
     "Somebody makes room on a disk; a shipper that keeps the removed file sees nothing any more.",
     "kube-aws #419"},

    {"torn.whole", kWriters, kMustShip,
     "A line that is written in two parts, with a pause between them, arrives in one piece.",
     "The log is read at any moment; what does not end in a line feed is not a line yet.",
     "POSIX write(2): a write may be taken in parts"},
    {"restart.all", kWriters, kMustShip, "Nothing is lost when the shipper restarts.",
     "It is updated and evicted like anything else.", "needs --restart-command"},
    {"restart.once", kWriters, kShouldShip, "Nothing arrives twice when the shipper restarts.",
     "A shipper without a stored position begins anew.", "needs --restart-command"},
};

}  // namespace

const Suite& shipper_suite() {
  static constexpr Suite kSuite{"shipper", "a log shipper", kShipperChecks};
  return kSuite;
}

}  // namespace kaudit::cli
