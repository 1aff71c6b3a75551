#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <openssl/types.h>

#include "apiserver/http/message.hpp"
#include "backends/descriptor.hpp"
#include "base/client/give_up_signal.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "cli/receiver/wire/byte_budget.hpp"
#include "cli/receiver/wire/fault_spec.hpp"

namespace kaudit::cli {

/// A request that has come, or its head.
struct WireRequest {
  apiserver::http::Request head;
  std::string path;  ///< of the target, as sent
  std::string body;
  std::uint64_t connection = 0;  ///< numbered from 1
  std::string peer_name;         ///< the common name of a client certificate
  client::SteadyTime begun;      ///< when its head was whole
  client::SteadyTime whole;      ///< when its body was
  FaultEffect effect;            ///< what on_head() said
  /// Which certificate its connection was shown.
  ShownCertificate certificate = ShownCertificate::Good;
};

/// What is answered; WireServer adds the framing, and does what the effect says.
struct WireAnswer {
  WireAnswer() = default;
  explicit WireAnswer(int code, std::string text = {}) : status(code), body(std::move(text)) {}

  int status = 200;
  apiserver::http::Headers headers;
  std::string body;
  /// In the place of a body: so many bytes from the begin of a file.
  std::string file;
  std::uint64_t file_size = 0;
  bool closes = false;  ///< the connection ends with it
  FaultEffect effect;
  std::function<void()> afterwards;  ///< called once the answer has left
};

/// Who answers on an address. Called from any number of threads.
class WireHandler {
 public:
  WireHandler() = default;
  WireHandler(const WireHandler&) = delete;
  WireHandler& operator=(const WireHandler&) = delete;
  virtual ~WireHandler() = default;

  struct Welcome {
    enum class Kind : std::uint8_t { Plain, Tls, Refused } kind = Kind::Plain;
    SSL_CTX* tls = nullptr;
    ShownCertificate certificate = ShownCertificate::Good;  ///< that `tls` shows
  };
  /// What becomes of a new connection; `open` is how many there are with it.
  virtual Welcome on_connection(std::uint64_t open) = 0;
  virtual void on_tls_failure(const std::string& reason) = 0;

  struct HeadVerdict {
    FaultEffect effect;
    std::optional<WireAnswer> refusal;  ///< the body is not waited for
  };
  virtual HeadVerdict on_head(const WireRequest& request) = 0;
  virtual WireAnswer on_request(WireRequest& request) = 0;
  /// The body could not be taken: it is too large (413), or there is no memory for it (503).
  virtual void on_unread(const WireRequest& request, int status) = 0;
};

/// A small HTTP/1.1 server, with or without TLS, a thread a connection. Beside apiserver/http,
/// which serves well and lets nothing else happen: here a connection may be reset between two bytes
/// of an answer, be read slowly, be answered with what is no answer, and be in clear. What clients
/// make it hold is bounded: connections, bytes of bodies, and the time that each step may take.
class WireServer {
 public:
  struct Limits {
    std::size_t connections = 1024;
    std::uint64_t held_bytes = std::uint64_t{256} << 20U;  ///< of all bodies together
    std::uint64_t body_bytes = std::uint64_t{64} << 20U;
  };

  explicit WireServer(Limits limits);
  ~WireServer();

  /// Listens on `ADDRESS:PORT` (`127.0.0.1:0`, `[::1]:9000`, `:9000` for every address) for a
  /// handler, which must outlive the server. Gives the address with the port that it has. Error:
  /// names the address and the reason.
  Result<std::string> listen(const std::string& address, WireHandler& handler);
  /// Begins to accept.
  void run();
  /// Accepts no more, lets requests under way end, cuts them after `grace`; returns when all
  /// threads have ended.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Site {
    backends::Descriptor listener;
    WireHandler* handler = nullptr;
    std::atomic<std::uint64_t> open{0};
  };
  struct Connection {
    std::thread thread;
    std::atomic<bool> ended{false};
  };
  friend class WireSession;

  void accept_all();
  void accept_from(Site& site);
  void reap();
  void join_all();
  std::size_t open_connections();

  const Limits limits_;
  ByteBudget budget_;
  client::GiveUpSignal stop_;  ///< no new requests
  client::GiveUpSignal cut_;   ///< nothing at all
  std::vector<std::unique_ptr<Site>> sites_;
  std::thread acceptor_;
  Mutex mutex_;
  Condition ended_;
  std::list<Connection> connections_ KAUDIT_GUARDED_BY(mutex_);
  std::uint64_t numbered_ = 0;  ///< the acceptor's
};

}  // namespace kaudit::cli
