#include "apiserver/request/request_source.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "apiserver/request/source_ips.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::request {
namespace {

/// What is longer is not remembered, which bounds what a thread keeps.
constexpr std::size_t kMostBytes = 512;
constexpr std::size_t kPlaces = 64;

struct Known {
  std::string by;  ///< all that the source is made of
  audit::SharedSource source;
};

audit::SharedSource made(const http::Headers& headers, std::string_view remote_address,
                         std::string_view agent) {
  return audit::RequestSource{source_ips(headers, remote_address), std::string(agent)};
}

/// Of one host all connections have the same source, whatever their ports.
std::string_view without_port(std::string_view address) noexcept {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == address.size()) return address;
  const std::string_view port = address.substr(colon + 1);
  const bool digits = std::all_of(port.begin(), port.end(), is_digit);
  const bool after_host = address.find(':') == colon || address.substr(0, colon).ends_with(']');
  return digits && after_host ? address.substr(0, colon) : address;
}

}  // namespace

audit::SharedSource source_of(const http::Headers& headers, std::string_view remote_address) {
  const std::string_view agent = headers.first("User-Agent").value_or("");
  thread_local std::string by;
  by.clear();
  for (const std::string_view part :
       {headers.first("X-Forwarded-For").value_or(""), headers.first("X-Real-Ip").value_or(""),
        without_port(remote_address), agent}) {
    by.append(part).push_back('\n');  // which is in none of them
  }
  if (by.size() > kMostBytes) return made(headers, remote_address, agent);
  thread_local std::array<Known, kPlaces> known;
  Known& place = known[std::hash<std::string_view>()(by) % kPlaces];
  if (place.by != by) {
    place.source = made(headers, remote_address, agent);
    place.by = by;
  }
  return place.source;
}

audit::SharedSource source_of(const http::Request& request) {
  struct Latest {
    std::uint64_t lines_id = 0;
    audit::SharedSource source;
  };
  thread_local std::array<Latest, kPlaces> latest;
  Latest& place = latest[request.lines_id % kPlaces];
  if (request.lines_id == 0) return source_of(request.headers, request.peer.address);
  if (place.lines_id != request.lines_id) {
    place.source = source_of(request.headers, request.peer.address);
    place.lines_id = request.lines_id;
  }
  return place.source;
}

std::optional<audit::RequestObject> object_of(const RequestInfo& info) noexcept {
  if (!info.is_resource_request) return std::nullopt;
  return audit::RequestObject{.resource = info.resource,
                              .ns = info.ns,
                              .name = info.name,
                              .api_group = info.api_group,
                              .api_version = info.api_version,
                              .subresource = info.subresource};
}

}  // namespace kaudit::apiserver::request
