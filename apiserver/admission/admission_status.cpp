#include "apiserver/admission/admission_status.hpp"

#include <string>
#include <utility>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::admission {
namespace {

constexpr int kLeastRefusal = 400;
constexpr int kMostStatus = 599;

}  // namespace

audit::Status denied_by(std::string_view webhook, audit::Status result) {
  result.kind = "Status";
  result.api_version = "v1";
  // A code that no status line can have would be nothing to answer with.
  if (result.code < kLeastRefusal || result.code > kMostStatus) result.code = kLeastRefusal;
  if (result.status.empty() || result.status == "Success") result.status = "Failure";
  std::string text = "admission webhook " + go_quoted(webhook) + " denied the request";
  if (!result.message.empty()) {
    text += ": " + result.message;
  } else if (!result.reason.empty()) {
    text += ": " + result.reason;
  } else {
    text += " without explanation";
  }
  result.message = std::move(text);
  return result;
}

}  // namespace kaudit::apiserver::admission
