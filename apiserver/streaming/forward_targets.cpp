#include "apiserver/streaming/forward_targets.hpp"

#include <charconv>

#include <boost/asio/ip/address.hpp>

#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::streaming {
namespace {

using Target = ForwardTargets::Target;

Result<Target> parse_target(std::string_view text) {
  if (text == "echo") return Target{Target::Kind::Echo, {}};
  if (text == "refuse") return Target{Target::Kind::Refuse, {}};
  const std::size_t colon = text.rfind(':');
  const auto port =
      parse_port(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
  std::string host(text.substr(0, std::min(colon, text.size())));
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (!port || error) {
    return fail(go_quoted(text) + " is neither echo, refuse nor an address such as 127.0.0.1:8080");
  }
  // Else everybody who may make a Pod could reach whatever this machine reaches.
  if (!address.is_loopback()) {
    return fail(go_quoted(text) + " is not a loopback address; only 127.0.0.0/8 and [::1] are");
  }
  return Target{Target::Kind::Address, {address, *port}};
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) return std::nullopt;
  return port;
}

Result<ForwardTargets> ForwardTargets::parse(std::string_view annotation) {
  constexpr std::size_t kMaxEntries = 256;
  ForwardTargets targets;
  if (trim_space(annotation).empty()) return targets;
  const auto entries = split(annotation, ',');
  if (entries.size() > kMaxEntries) return fail("has more than 256 entries");
  for (std::string_view entry : entries) {
    entry = trim_space(entry);
    const std::size_t equals = entry.find('=');
    const bool of_one = equals != std::string_view::npos;
    auto target = parse_target(trim_space(of_one ? entry.substr(equals + 1) : entry));
    if (!target) return tl::unexpected(target.error());
    if (!of_one) {
      targets.others_ = *target;
      continue;
    }
    const std::string_view name = trim_space(entry.substr(0, equals));
    const auto port = parse_port(name);
    if (!port) return fail(go_quoted(name) + " is not a port from 1 to 65535");
    targets.entries_.push_back({*port, *target});
  }
  return targets;
}

const Target& ForwardTargets::find(std::uint16_t port) const noexcept {
  for (const Entry& entry : entries_) {
    if (entry.port == port) return entry.target;
  }
  return others_;
}

}  // namespace kaudit::apiserver::streaming
