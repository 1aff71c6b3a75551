#include <cstdlib>

#include "e2e/load/work.hpp"

namespace kaudit::e2e::load {

std::string with_name(const std::string& text, std::string_view name) {
  std::string result = text;
  if (const std::size_t at = result.find("NAME"); at != std::string::npos) {
    result.replace(at, 4, name);
  }
  return result;
}

namespace {

std::string request_text(const Work& work, std::string_view name) {
  std::string text = work.method + " " + with_name(work.path, name) +
                     " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kaudit-load\r\n"
                     "Accept: application/json\r\n";
  if (work.body.empty()) return text + "\r\n";
  const std::string body = with_name(work.body, name);
  text += "Content-Type: " + work.content_type +
          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return text + body;
}

class Http1Connection final : public Connection {
 public:
  Http1Connection(SSL_CTX* context, const std::string& port) : channel_(context, port) {}

  void send(const Work& work, std::string_view name) override {
    received_.clear();
    channel_.write(request_text(work, name));
  }

  std::optional<int> receive() override {
    channel_.read_available(received_);
    const std::size_t end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return std::nullopt;
    const std::string_view head{received_.data(), end};
    const std::size_t body = end + 4;
    constexpr std::string_view kLength = "Content-Length: ";
    if (const std::size_t at = head.find(kLength); at != head.npos) {
      const std::size_t length = std::strtoul(received_.c_str() + at + kLength.size(), nullptr, 10);
      if (received_.size() < body + length) return std::nullopt;
    } else if (!received_.ends_with("0\r\n\r\n")) {
      return std::nullopt;
    }
    return std::atoi(received_.c_str() + std::string_view("HTTP/1.1 ").size());
  }

  int descriptor() const override { return channel_.descriptor(); }

 private:
  Channel channel_;
  std::string received_;
};

}  // namespace

std::unique_ptr<Connection> connect_http1(SSL_CTX* context, const std::string& port) {
  return std::make_unique<Http1Connection>(context, port);
}

}  // namespace kaudit::e2e::load
