#include "apiserver/explorer/explorer_options.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::explorer {
namespace {

constexpr std::string_view kAnyLoopbackPort = "127.0.0.1:0";
constexpr std::string_view kTraceText = "text";
constexpr std::string_view kTraceJson = "json";

/// `ADDR:PORT`, `[ADDR]:PORT` or a port alone.
std::optional<Listener> read_listener(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view address = colon == text.npos ? "127.0.0.1" : text.substr(0, colon);
  const std::string_view port = colon == text.npos ? text : text.substr(colon + 1);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  Listener listener{std::string(address), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listener.port);
  if (error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  boost::system::error_code wrong;
  boost::asio::ip::make_address(listener.address, wrong);
  return wrong ? std::nullopt : std::optional(std::move(listener));
}

/// A name as a Host header has it, with or without a port: nothing that could be part of a URL.
bool is_host(std::string_view text) {
  return !text.empty() && text.find_first_of("/@?# \t,*") == text.npos;
}

}  // namespace

void ExplorerOptions::add_flags(FlagSet& flags) {
  flags.group("Explorer");
  flags.add("explorer", &explorer, std::string(kAnyLoopbackPort),
            "Serve a page that shows each request becoming events, live, at this `addr:port` by "
            "plain HTTP: by default any free port of 127.0.0.1. The line \"Explorer on URL\" has "
            "its address with a token that opens it once. Without an audit policy everything is "
            "recorded for it, at level RequestResponse (docs/explorer.md).");
  flags.add("explorer-allow-host", &allowed_hosts,
            "Names under which a forwarded port reaches the explorer: what a browser sends as "
            "Host. Others than the listener's own are refused.");
  flags.add("explorer-allow-apply", &allow_apply,
            "Let the explorer's policy workbench put a policy in force in the running server.");
  flags.add("explorer-receiver", &receiver,
            "Post events to a receiver that the server brings along, and let the explorer's view "
            "\"Backends\" make it slow, fail, hang or forget. It takes the place of "
            "--audit-webhook-config-file; the other flags of the webhook hold. Without an audit "
            "policy everything is recorded, at level RequestResponse.");
  flags.add("audit-trace", &audit_trace, std::string(kTraceText),
            "Print each request's way through the chain when it has ended, as `text` or json: "
            "the filters with times, the rule that decided and why, the events and what each "
            "backend did with them. On standard output, or on standard error when the audit log "
            "or the ready line goes there.");
}

std::vector<Error> ExplorerOptions::validate() const {
  std::vector<Error> errors;
  if (explorer && !read_listener(*explorer)) {
    errors.push_back({"--explorer: " + go_quoted(*explorer) +
                      " is not an IP address and a port, as in 127.0.0.1:8090"});
  }
  for (const std::string& host : allowed_hosts) {
    if (is_host(host)) continue;
    errors.push_back({"--explorer-allow-host: " + go_quoted(host) +
                      " is not the name of a host, as in lab.example.com or localhost:8080"});
  }
  if (!explorer && !allowed_hosts.empty()) {
    errors.push_back({"--explorer-allow-host needs --explorer"});
  }
  if (!explorer && allow_apply) errors.push_back({"--explorer-allow-apply needs --explorer"});
  if (!explorer && receiver) errors.push_back({"--explorer-receiver needs --explorer"});
  if (audit_trace && *audit_trace != kTraceText && *audit_trace != kTraceJson) {
    errors.push_back({"--audit-trace: " + go_quoted(*audit_trace) + " is neither text nor json"});
  }
  return errors;
}

Listener ExplorerOptions::listener() const {
  return read_listener(explorer.value_or("")).value_or(Listener{"127.0.0.1", 0});
}

TraceFormat ExplorerOptions::trace_format() const {
  return audit_trace == kTraceJson ? TraceFormat::Json : TraceFormat::Text;
}

}  // namespace kaudit::apiserver::explorer
