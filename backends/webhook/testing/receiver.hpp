#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "backends/descriptor.hpp"
#include "base/mutex.hpp"

namespace kaudit::backends::testing {

/// One request as it came.
struct Received {
  std::string head;  ///< with its empty line
  std::string body;
  std::string line() const { return head.substr(0, head.find("\r\n")); }
};

/// What a receiver does once it has a request.
struct Reply {
  enum class Then { KeepOpen, Close, Reset, Hang, GoOn };
  std::string bytes;
  Then then = Then::KeepOpen;
  // With GoOn: what is sent again and again until the peer has gone, and the pause between.
  std::string piece = {};
  std::chrono::milliseconds pause{0};

  static Reply status(int code, const std::string& headers = "", const std::string& body = "");
};

/// A receiver of webhooks on a port of its own that does as it is told, over plain HTTP: reply(n)
/// answers the n-th request, from 0 on. It ends with the object.
class Receiver {
 public:
  explicit Receiver(std::function<Reply(int)> reply);
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  ~Receiver();

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::vector<Received> requests() const;
  int connections() const;

 private:
  void accept_all();
  void serve(int connection);

  const std::function<Reply(int)> reply_;
  Descriptor listener_;
  int port_ = 0;
  mutable Mutex mutex_;
  std::vector<Received> requests_ KAUDIT_GUARDED_BY(mutex_);
  std::vector<Descriptor> connections_ KAUDIT_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ KAUDIT_GUARDED_BY(mutex_);
  std::thread acceptor_;
};

/// A port on which nobody listens.
int closed_port();

}  // namespace kaudit::backends::testing
