#include "apiserver/nonresource/openapi.hpp"

#include <string>
#include <string_view>

#include "apiserver/nonresource/version.hpp"

namespace kaudit::apiserver {
namespace {

constexpr std::string_view kTitle = "Kubernetes";

/// A length-delimited protobuf field; all of this document's are shorter than 128 bytes.
std::string field(int number, std::string_view value) {
  std::string text;
  text += static_cast<char>(number << 3U | 2U);
  text += static_cast<char>(value.size());
  return text.append(value);
}

/// openapi.v2.Document{swagger = 1, info = 2 {title = 1, version = 2}}
std::string protobuf_document() {
  return field(1, "2.0") + field(2, field(1, kTitle) + field(2, kubernetes_version()));
}

std::string json_document() {
  return R"({"swagger":"2.0","info":{"title":")" + std::string(kTitle) + R"(","version":")" +
         std::string(kubernetes_version()) + R"("},"paths":{},"definitions":{}})";
}

bool wants_protobuf(const http::Request& request) {
  for (const std::string_view accept : request.headers.all("Accept")) {
    if (accept.find("proto-openapi.spec.v2") != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

boost::asio::awaitable<void> openapi_v2(RequestScope& scope) {
  if (wants_protobuf(scope.request())) {
    // What clients ask for has an `@` in its name, which is no legal media type: the answer's has a dot.
    co_await scope.response.send(200, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
                                 protobuf_document());
  } else {
    co_await scope.response.send(200, "application/json", json_document());
  }
}

}  // namespace kaudit::apiserver
