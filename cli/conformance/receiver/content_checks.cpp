#include <optional>
#include <string>
#include <vector>
#include <zlib.h>

#include "cli/conformance/receiver/receiver_run.hpp"

namespace kaudit::cli {
namespace {

using std::chrono::seconds;

/// A request that is wrong in one way.
struct WrongRequest {
  std::string method = "POST";
  std::string content_type = "application/json";
  std::string more_headers;  ///< whole lines
  std::string body;
};

std::string gzipped(const std::string& text) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return "";
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void replace_first(std::string& text, std::string_view what, const std::string& by) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), by);
}

/// The status that is answered; 0 when the connection was ended instead. Error: neither.
Result<int> status_of(ReceiverRun& run, const WrongRequest& request) {
  ReceiverTarget& target = run.target();
  auto head = target.head(request.body.size());
  if (!head) return tl::unexpected(head.error());
  replace_first(*head, "POST ", request.method + " ");
  replace_first(*head, "Content-Type: application/json", "Content-Type: " + request.content_type);
  head->insert(head->size() - 2, request.more_headers);
  auto stream = target.connect();
  if (!stream) return tl::unexpected(stream.error());
  // A receiver may refuse it before it has read all of it.
  stream->write(*head + request.body, target.within(seconds(10)));
  const auto answer = target.read_answer(*stream, seconds(30));
  if (answer) return answer->status;
  if (answer.error().message == text(Wire::Late)) return tl::unexpected(answer.error());
  return 0;
}

class ContentChecks {
 public:
  explicit ContentChecks(ReceiverRun& run) : run_(run) {}

  /// `may_be_5xx`: a method that nobody implements is a 501, which is as good.
  void expect_refusal(std::string_view check, const WrongRequest& request, int highest = 499) {
    if (!run_.wanted(check)) return;
    const auto status = status_of(run_, request);
    if (!status) {
      run_.report().fail(check, "no answer: " + status.error().message);
    } else if (*status < 400 || *status > highest) {
      run_.report().fail(check, *status == 0
                                    ? "the connection was closed without an answer"
                                    : request.method + " answered " + std::to_string(*status));
    } else {
      run_.report().pass(check, "answered " + std::to_string(*status));
    }
    probe_again(check);
  }

  void check_gzip() {
    constexpr std::string_view kCheck = "content.gzip";
    if (!run_.wanted(kCheck)) return;
    const std::vector<std::string> events{run_.maker().event()};
    WrongRequest request;
    request.more_headers = "Content-Encoding: gzip\r\n";
    request.body = gzipped(EventMaker::list(events));
    const auto status = status_of(run_, request);
    const bool success = status && *status >= 200 && *status < 300;
    run_.note(kCheck, events, success ? Standing::Uncertain : Standing::Refused);
    if (status && *status >= 400 && *status < 500) {
      run_.report().pass(kCheck, "answered " + std::to_string(*status));
    } else if (!success) {
      run_.report().fail(kCheck, status ? "answered " + std::to_string(*status)
                                        : "no answer: " + status.error().message);
    } else if (!run_.stored().is_given()) {
      run_.report().skip(kCheck, "answered " + std::to_string(*status) +
                                     ": --verify-file or --verify-command would tell");
    }  // else check_stored() decides
    probe_again(kCheck);
  }

  void finish() {
    if (trouble_.empty()) {
      run_.report().pass("content.goes-on");
    } else {
      run_.report().fail("content.goes-on", trouble_);
    }
  }

 private:
  void probe_again(std::string_view after) {
    if (!run_.wanted("content.goes-on")) return;
    const std::string failure = run_.probe("content.goes-on");
    if (!failure.empty() && trouble_.empty()) {
      trouble_ = "after the request of " + std::string(after) + ": " + failure;
    }
  }

  ReceiverRun& run_;
  std::string trouble_;
};

}  // namespace

void check_content(ReceiverRun& run) {
  if (run.target().config().proxy) {
    for (const char* const check :
         {"content.bad-json", "content.old-version", "content.single-event", "content.gzip",
          "content.method", "content.type", "content.goes-on"}) {
      run.report().skip(check, "the kubeconfig has a proxy-url");
    }
    return;
  }
  EventMaker& maker = run.maker();
  ContentChecks checks(run);
  const auto wrong_body = [&](std::string_view check, const std::string& body) {
    WrongRequest request;
    request.body = body;
    checks.expect_refusal(check, request);
  };
  wrong_body("content.bad-json", R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[)");
  wrong_body("content.old-version", EventMaker::list({maker.event()}, "audit.k8s.io/v1beta1"));
  wrong_body("content.single-event",
             R"({"kind":"Event","apiVersion":"audit.k8s.io/v1",)" + maker.event().substr(1) + "\n");
  checks.check_gzip();
  WrongRequest get;
  get.method = "GET";
  checks.expect_refusal("content.method", get, 599);
  WrongRequest text;
  text.content_type = "text/plain";
  text.body = EventMaker::list({maker.event()});
  checks.expect_refusal("content.type", text);
  checks.finish();
}

}  // namespace kaudit::cli
