#include "cli/assets/stub_etcd.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

#include "base/client/server_url.hpp"
#include "base/result.hpp"
#include "base/text/integer.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

constexpr std::string_view kListen = "--listen-client-urls";
constexpr std::size_t kMostHead = std::size_t{8} * 1024;
constexpr timeval kPatience{5, 0};  // for one request
constexpr int kBacklog = 64;

constexpr std::string_view kHelp =
    "Usage:\n  etcd [flags]\n\nA stand-in for etcd that answers for its health and stores "
    "nothing.\n\n"
    "      --listen-client-urls URL\n                Where to listen: http://ADDRESS:PORT.\n"
    "      --unsafe-no-fsync\n                Accepted, as all flags of etcd are.\n";

/// The value of a flag, behind `=` or as the next argument.
std::optional<std::string> value_of(const std::vector<std::string>& arguments,
                                    std::string_view flag) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == flag && i + 1 < arguments.size()) return arguments[i + 1];
    if (argument.starts_with(flag) && argument.substr(flag.size()).starts_with('=')) {
      return std::string(argument.substr(flag.size() + 1));
    }
  }
  return std::nullopt;
}

std::string reason() { return std::strerror(errno); }

/// A socket that listens. Error: not a URL of this machine, or the port is taken.
Result<int> listening_at(const std::string& urls) {
  const std::string first = urls.substr(0, urls.find(','));
  const auto url = client::parse_url(first);
  const auto wrong = [&first](const std::string& why) {
    return fail(std::string(kListen) + " " + first + ": " + why);
  };
  if (!url || url->scheme != "http") return wrong("give http://ADDRESS:PORT");
  const auto port = parse_int64(url->port);
  if (!port || *port < 0 || *port > 65535) return wrong("give http://ADDRESS:PORT");
  const std::string host = url->host == "localhost" ? "127.0.0.1" : url->host;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  v4.sin_port = v6.sin6_port = htons(static_cast<std::uint16_t>(*port));
  const bool is_v4 = inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1;
  if (!is_v4 && inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) {
    return wrong("its host is not an IP address: give 127.0.0.1 or localhost");
  }
  const int listener = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto* address =
      is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  const auto size = static_cast<socklen_t>(is_v4 ? sizeof v4 : sizeof v6);
  if (::bind(listener, address, size) != 0 || ::listen(listener, kBacklog) != 0) {
    return wrong(reason() + ": give another port, or 0 for any that is free");
  }
  return listener;
}

/// The path of a GET; "" for anything else.
std::string asked_for(int connection) {
  std::string head;
  std::array<char, 1024> piece{};
  while (head.find("\r\n\r\n") == std::string::npos && head.size() < kMostHead) {
    const auto size = ::recv(connection, piece.data(), piece.size(), 0);
    if (size <= 0) return "";
    head.append(piece.data(), static_cast<std::size_t>(size));
  }
  constexpr std::string_view kGet = "GET ";
  if (!head.starts_with(kGet)) return "";
  const std::string target = head.substr(kGet.size(), head.find(' ', kGet.size()) - kGet.size());
  return target.substr(0, target.find('?'));
}

std::string answer_to(const std::string& path) {
  std::string_view body;
  if (path == "/health") body = R"({"health":"true","reason":""})";
  if (path == "/version") {
    body = R"({"etcdserver":"3.6.5","etcdcluster":"3.6.0","storage":"3.6.0"})";
  }
  if (path == "/livez" || path == "/readyz") body = "ok\n";
  std::string answer = body.empty() ? "HTTP/1.1 404 Not Found\r\n" : "HTTP/1.1 200 OK\r\n";
  answer += "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n";
  return answer.append(body);
}

void serve_one(int connection) {
  ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const std::string answer = answer_to(asked_for(connection));
  // Fits into the socket's buffer; who does not take it gets none.
  [[maybe_unused]] const auto sent = ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
  ::close(connection);
}

}  // namespace

Exit run_stub_etcd(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") {
      print(kHelp);
      return Exit::Fine;
    }
    if (argument == "--version") {
      print("etcd Version: 3.6.5\n(a stand-in by kaudit, which stores nothing)\n");
      return Exit::Fine;
    }
  }
  const auto listener =
      listening_at(value_of(arguments, kListen).value_or("http://127.0.0.1:2379"));
  if (!listener) {
    complain(listener.error().message);
    return Exit::Usage;
  }
  // There is nothing to finish: a signal is an end like any other.
  for (const int number : {SIGTERM, SIGINT}) {
    std::signal(number, [](int /*number*/) { ::_exit(0); });
  }
  for (;;) {
    const int connection = ::accept4(*listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) {
      serve_one(connection);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      complain("accept: " + reason());
      return Exit::Usage;
    }
  }
}

}  // namespace kaudit::cli
