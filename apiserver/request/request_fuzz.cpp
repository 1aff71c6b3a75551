// A method, a space and a request-target: what the server does with them before anyone has been
// asked who it is.
#include <cstdint>
#include <cstdlib>

#include "apiserver/request/list_options.hpp"
#include "apiserver/request/request_info.hpp"

using namespace kaudit::apiserver;
using namespace kaudit::apiserver::request;

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto space = text.find(' ');
  const auto method = text.substr(0, space);
  const auto target = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
  const auto url = Url::parse(method, target);
  if (!url) {
    return 0;
  }
  if (url->request_uri.starts_with('/')) {
    // What an event shows can be asked for again, and is the same request.
    const auto again = Url::parse("GET", url->request_uri);
    require(again.has_value() && again->request_uri == url->request_uri);
    require(url->path().empty() || again->path() == url->path());
    require(again->query() == url->query());
  }
  const auto info = make_request_info(method, *url);
  require(!info || info->is_resource_request == !info->parts.empty());
  static_cast<void>(parse_list_options(*url));
  return 0;
}
