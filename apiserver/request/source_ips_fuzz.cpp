// X-Forwarded-For, X-Real-Ip and the remote address, a line each.
#include <cstdint>
#include <cstdlib>

#include "apiserver/request/source_ips.hpp"
#include "base/text/ip_address.hpp"

using namespace kaudit::apiserver;
using namespace kaudit::apiserver::request;

namespace {

std::string take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string line(rest.substr(0, end));
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  http::Headers headers;
  headers.add("X-Forwarded-For", take_line(rest));
  headers.add("X-Real-Ip", take_line(rest));
  for (const auto& text : source_ips(headers, rest)) {
    // What an event shows is an address in its canonical form.
    const auto ip = kaudit::IpAddress::parse(text);
    if (!ip || ip->text() != text) {
      std::abort();
    }
  }
  return 0;
}
