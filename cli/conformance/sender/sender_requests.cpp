#include <algorithm>
#include <map>
#include <set>

#include "base/client/response_text.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "cli/conformance/sender/sender_run.hpp"

namespace kaudit::cli {
namespace {

/// The first request for which `wrong` has something to say decides the check.
void check_each(const std::vector<SeenRequest>& all, CheckReport& report, std::string_view check,
                const std::function<std::string(const SeenRequest&)>& wrong) {
  if (all.empty()) {
    report.skip(check, "no request came");
    return;
  }
  for (const SeenRequest& request : all) {
    if (const std::string what = wrong(request); !what.empty()) {
      report.fail(check, what);
      return;
    }
  }
  report.pass(check);
}

std::string header_of(const SeenRequest& request, std::string_view name) {
  return std::string(request.headers.first(name).value_or(""));
}

}  // namespace

void check_requests(const std::vector<SeenRequest>& all, CheckReport& report,
                    const SenderRunOptions& options) {
  check_each(all, report, "request.method", [](const SeenRequest& request) {
    return request.method == "POST" ? "" : "a " + visible(request.method) + " came";
  });
  check_each(all, report, "request.path", [&options](const SeenRequest& request) {
    const std::string path = request.target.substr(0, request.target.find('?'));
    return path == options.path ? "" : "the path is " + go_quoted(path);
  });
  check_each(all, report, "request.type", [](const SeenRequest& request) {
    const std::string type = header_of(request, "Content-Type");
    return equals_ignoring_case(client::media_type(type), "application/json")
               ? ""
               : "Content-Type is " + go_quoted(type);
  });
  check_each(all, report, "request.plain", [](const SeenRequest& request) {
    const std::string encoding = header_of(request, "Content-Encoding");
    return encoding.empty() || equals_ignoring_case(encoding, "identity")
               ? ""
               : "Content-Encoding is " + go_quoted(encoding);
  });
  check_each(all, report, "request.body",
             [](const SeenRequest& request) { return request.not_a_list; });
  check_each(all, report, "request.agent", [](const SeenRequest& request) {
    return std::string(request.headers.has("User-Agent") ? "" : "there is none");
  });
  check_each(all, report, "credentials.token", [&options](const SeenRequest& request) {
    const std::string shown = header_of(request, "Authorization");
    if (shown == "Bearer " + options.token) return std::string();
    return std::string(shown.empty() ? "there is no Authorization" : "it is another one");
  });
}

void check_balance(const std::vector<SeenRequest>& all, CheckReport& report) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> taken;
  std::uint64_t again = 0;
  for (const SeenRequest& request : all) {
    if (request.keys.empty()) continue;
    bool known = false;
    for (const EventKey& key : request.keys) {
      const auto words = std::pair(key.words[0], key.words[1]);
      known = taken.contains(words) || known;
      if (request.taken) taken.insert(words);
    }
    if (known) ++again;
  }
  if (again == 0) {
    report.pass("balance.nothing-doubled");
  } else {
    report.fail("balance.nothing-doubled",
                std::to_string(again) + " batches came again with events that had been taken");
  }
}

}  // namespace kaudit::cli
