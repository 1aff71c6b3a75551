#include "backends/webhook/proxy.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "backends/webhook/request_headers.hpp"
#include "backends/webhook/response_reader.hpp"

namespace kaudit::backends::webhook {
namespace {

constexpr int kOk = 200;
constexpr std::size_t kMaxSocksText = std::numeric_limits<unsigned char>::max();

tl::unexpected<Failure> no_way(std::string text) {
  return failed(LossReason::Network, "proxyconnect tcp: " + std::move(text));
}

Outcome<void> send(Stream& stream, std::string_view bytes, const Patience& patience) {
  auto written = stream.write(bytes, Stream::OnAnswer::GoOn, patience);
  if (!written) return tl::unexpected(std::move(written).error());
  return {};
}

Outcome<std::string> receive(Stream& stream, std::size_t size, const Patience& patience) {
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < size;) {
    const auto got = stream.read(std::span(bytes).subspan(have), patience);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return no_way("unexpected EOF");
    have += *got;
  }
  return bytes;
}

/// A text of SOCKS5: its length in one byte, then itself.
std::string counted(const std::string& text) { return static_cast<char>(text.size()) + text; }

Outcome<void> authenticate(Stream& stream, const UserInfo& user, const Patience& patience) {
  if (user.name.size() > kMaxSocksText || user.password.size() > kMaxSocksText) {
    return no_way("socks5: name or password is longer than 255 bytes");
  }
  if (auto sent = send(stream, "\x01" + counted(user.name) + counted(user.password), patience);
      !sent) {
    return sent;
  }
  const auto answer = receive(stream, 2, patience);
  if (!answer) return tl::unexpected(answer.error());
  if ((*answer)[1] != 0) return no_way("socks5: username/password authentication failed");
  return {};
}

/// The target in a request: an address as its bytes, a name as it is.
std::string socks_target(const Url& server) {
  in_addr four{};
  in6_addr six{};
  std::string target;
  if (inet_pton(AF_INET, server.host.c_str(), &four) == 1) {
    target = "\x01" + std::string(reinterpret_cast<const char*>(&four), sizeof four);
  } else if (inet_pton(AF_INET6, server.host.c_str(), &six) == 1) {
    target = "\x04" + std::string(reinterpret_cast<const char*>(&six), sizeof six);
  } else {
    target = "\x03" + counted(server.host);
  }
  const unsigned port = static_cast<unsigned>(std::atoi(server.port_or_default().c_str()));
  target += static_cast<char>((port >> 8U) & 0xFFU);
  target += static_cast<char>(port & 0xFFU);
  return target;
}

std::string_view socks_error(char code) {
  constexpr std::array<std::string_view, 9> kTexts = {"succeeded",
                                                      "general SOCKS server failure",
                                                      "connection not allowed by ruleset",
                                                      "network unreachable",
                                                      "host unreachable",
                                                      "connection refused",
                                                      "TTL expired",
                                                      "command not supported",
                                                      "address type not supported"};
  const auto index = static_cast<unsigned char>(code);
  return index < kTexts.size() ? kTexts[index] : "unknown code";
}

/// Passes the address that the proxy says it uses.
Outcome<void> skip_bound_address(Stream& stream, char type, const Patience& patience) {
  constexpr std::size_t kPortSize = 2;
  std::size_t size = type == 4 ? sizeof(in6_addr) : sizeof(in_addr);
  if (type == 3) {
    const auto length = receive(stream, 1, patience);
    if (!length) return tl::unexpected(length.error());
    size = static_cast<unsigned char>(length->front());
  }
  const auto skipped = receive(stream, size + kPortSize, patience);
  if (!skipped) return tl::unexpected(skipped.error());
  return {};
}

}  // namespace

std::string proxy_authorization(const Url& proxy) {
  if (!proxy.user) return "";
  return "Proxy-Authorization: " + basic_authorization(*proxy.user) + "\r\n";
}

Outcome<void> connect_through_http(Stream& stream, const Url& proxy, const std::string& address,
                                   const Patience& patience) {
  const std::string request = "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n" +
                              proxy_authorization(proxy) + "\r\n";
  if (auto sent = send(stream, request, patience); !sent) return sent;
  // Byte by byte: what follows the head belongs to the server behind the proxy.
  ResponseReader reader;
  std::array<char, 1> byte{};
  while (!reader.has_head() && reader.state() == ResponseReader::State::NeedMore) {
    const auto got = stream.read(byte, patience);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) {
      reader.end_of_input();
    } else {
      reader.feed({byte.data(), *got});
    }
  }
  if (reader.state() == ResponseReader::State::Malformed) return no_way(reader.error());
  if (reader.response().status != kOk) {
    return no_way("the proxy answered CONNECT with status " +
                  std::to_string(reader.response().status));
  }
  return {};
}

Outcome<void> connect_through_socks5(Stream& stream, const Url& proxy, const Url& server,
                                     const Patience& patience) {
  using namespace std::string_literals;
  if (server.host.size() > kMaxSocksText) {
    return no_way("socks5: the host is longer than 255 bytes");
  }
  const auto hello = proxy.user ? "\x05\x02\x00\x02"s : "\x05\x01\x00"s;
  if (auto sent = send(stream, hello, patience); !sent) return sent;
  const auto method = receive(stream, 2, patience);
  if (!method) return tl::unexpected(method.error());
  const bool by_password = (*method)[1] == 2 && proxy.user.has_value();
  if ((*method)[0] != 5 || ((*method)[1] != 0 && !by_password)) {
    return no_way("socks5: no acceptable authentication methods");
  }
  if (by_password) {
    if (auto done = authenticate(stream, *proxy.user, patience); !done) return done;
  }
  if (auto sent = send(stream, "\x05\x01\x00"s + socks_target(server), patience); !sent) {
    return sent;
  }
  const auto answer = receive(stream, 4, patience);
  if (!answer) return tl::unexpected(answer.error());
  if ((*answer)[1] != 0) return no_way("socks5: " + std::string(socks_error((*answer)[1])));
  return skip_bound_address(stream, (*answer)[3], patience);
}

}  // namespace kaudit::backends::webhook
