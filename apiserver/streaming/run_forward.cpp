#include "apiserver/streaming/run_forward.hpp"

#include <map>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/streaming/far_end.hpp"
#include "apiserver/streaming/taken_connection.hpp"

namespace kaudit::apiserver::streaming {
namespace {

// A connection that does not take its data makes the others wait once so much lies here: TCP's
// window is the only one that clients of this protocol heed.
constexpr std::size_t kMaxForwardInbox = std::size_t{256} * 1024;
constexpr std::size_t kMaxForwardHeldBack = std::size_t{64} * 1024;
constexpr std::size_t kPiece = std::size_t{16} * 1024;
constexpr std::size_t kMaxOutput = std::size_t{256} * 1024;

class Forwarding {
 public:
  Forwarding(TakenConnection& connection, ForwardStreams& streams, const ForwardTargets& targets,
             std::string pod)
      : connection_(connection), streams_(streams), targets_(targets), pod_(std::move(pod)) {}

  void read() {
    take_events();
    while (inbox_ < kMaxForwardInbox && !streams_.over() && connection_.feed(streams_)) {
      take_events();
    }
  }

  /// Moves what can be moved. True: something was.
  bool move() {
    bool moved = false;
    std::size_t sent = 0;
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto next = std::next(at);
      moved = deliver(at->second, at->first) || moved;
      if (sent < kMaxOutput && streams_.held_back() < kMaxForwardHeldBack) {
        const std::size_t size = fetch(at);
        sent += size;
        moved = moved || size > 0;
      }
      at = next;
    }
    return moved;
  }

 private:
  struct Connection {
    std::uint16_t port = 0;
    std::unique_ptr<FarEnd> far_end;
    std::string inbox;
    enum class Input : std::uint8_t { Open, Ending, Ended } input = Input::Open;
  };
  using Connections = std::map<ForwardStreams::Id, Connection>;

  void take_events() {
    for (ForwardStreams::Event& event : streams_.take_events()) {
      if (event.kind == ForwardStreams::Event::Kind::Opened) {
        Connection& opened = connections_[event.connection];
        opened.port = event.port;
        opened.far_end = reach(targets_.find(event.port), event.port, connection_.executor(),
                               connection_.waker());
        continue;
      }
      const auto at = connections_.find(event.connection);
      if (at == connections_.end()) continue;
      switch (event.kind) {
        case ForwardStreams::Event::Kind::Data:
          inbox_ += event.data.size();
          at->second.inbox += event.data;
          break;
        case ForwardStreams::Event::Kind::Finished:
          at->second.input = Connection::Input::Ending;
          break;
        case ForwardStreams::Event::Kind::Reset:
          drop(at, {});
          break;
        case ForwardStreams::Event::Kind::Opened:
          break;
      }
    }
  }

  bool deliver(Connection& connection, ForwardStreams::Id id) {
    bool moved = false;
    if (!connection.inbox.empty()) {
      const std::size_t size = connection.far_end->take(connection.inbox);
      connection.inbox.erase(0, size);
      inbox_ -= size;
      streams_.taken(id, size);
      moved = size > 0;
    }
    if (connection.input == Connection::Input::Ending && connection.inbox.empty() &&
        connection.far_end->takes_end()) {
      connection.far_end->end_input();
      connection.input = Connection::Input::Ended;
      moved = true;
    }
    return moved;
  }

  /// Bytes fetched from the far end, and from one that is done at least something to do.
  std::size_t fetch(Connections::iterator at) {
    const std::string bytes = at->second.far_end->give(kPiece);
    if (!bytes.empty()) {
      streams_.send(at->first, bytes);
      return bytes.size();
    }
    if (!at->second.far_end->done()) return 0;
    std::string error = at->second.far_end->error();
    if (!error.empty()) {
      error = "error forwarding port " + std::to_string(at->second.port) + " to pod " + pod_ +
              ": " + error;
    }
    drop(at, error);
    return 1;
  }

  void drop(Connections::iterator at, const std::string& error) {
    inbox_ -= at->second.inbox.size();
    streams_.end(at->first, error);
    connections_.erase(at);
  }

  TakenConnection& connection_;
  ForwardStreams& streams_;
  const ForwardTargets& targets_;
  const std::string pod_;
  Connections connections_;
  std::size_t inbox_ = 0;
};

}  // namespace

boost::asio::awaitable<void> run_forward(RequestScope& scope,
                                         std::unique_ptr<ForwardStreams> streams,
                                         ForwardTargets targets, std::string pod, std::string uid) {
  TakenConnection connection(scope);
  Forwarding forwarding(connection, *streams, targets, pod + ", uid " + uid);
  while (!connection.cancelled() && !streams->over()) {
    forwarding.read();
    const bool moved = forwarding.move();
    co_await connection.write(streams->take_output());
    if (moved) {
      // The others on this thread have their turn.
      co_await boost::asio::post(connection.executor(), boost::asio::use_awaitable);
    } else if (!streams->over()) {
      co_await connection.sleep_until(Waker::Clock::time_point::max());
    }
  }
  streams->close();
  co_await connection.write(streams->take_output());
}

}  // namespace kaudit::apiserver::streaming
