#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "apiserver/http/websocket.hpp"
#include "apiserver/streaming/forward_streams.hpp"
#include "apiserver/streaming/spdy/session.hpp"

namespace kaudit::apiserver::streaming {

/// What SPDY's frames travel in: the connection itself, or the binary messages of a WebSocket
/// (sub-protocol `SPDY/3.1+portforward.k8s.io`; client-go tools/portforward tunneling_connection).
enum class SpdyCarrier : std::uint8_t { Connection, WebSocket };

/// Connections as pairs of SPDY streams, `data` and `error`, with the headers `streamType`, `port`
/// and `requestID`. (cri-streaming portforward/httpstream.go)
class SpdyForward final : public ForwardStreams {
 public:
  static constexpr std::string_view kProtocol = "portforward.k8s.io";
  static constexpr std::string_view kTunnelProtocol = "SPDY/3.1+portforward.k8s.io";

  explicit SpdyForward(SpdyCarrier carrier) : carrier_(carrier) {}

  std::size_t read(std::string_view bytes) override;
  std::vector<Event> take_events() override { return std::exchange(events_, {}); }
  bool over() const override { return session_.over() || tunnel_over_; }
  void send(Id connection, std::string_view data) override;
  void taken(Id connection, std::size_t size) override;
  void end(Id connection, std::string_view error) override;
  void close() override;
  std::string take_output() override;
  std::size_t held_back() const override { return session_.held_back(); }

 private:
  struct Pair {
    std::string request_id;
    std::uint16_t port = 0;
    std::optional<spdy::StreamId> data;
    std::optional<spdy::StreamId> error;
  };

  std::size_t read_tunnel(std::string_view bytes);
  void take_session_events();
  void opened(const spdy::Event& event);
  Pair* pair_of_data(spdy::StreamId stream, Id& connection);

  const SpdyCarrier carrier_;
  spdy::Session session_;
  http::websocket::FrameReader frames_{http::websocket::FrameReader::Data::Given};
  std::string tunnelled_;  // what came out of messages and is not a whole frame yet
  std::string control_;    // frames of the WebSocket itself to be sent
  bool tunnel_over_ = false;
  bool closed_ = false;
  std::map<Id, Pair> pairs_;
  Id last_ = 0;
  std::vector<Event> events_;
};

}  // namespace kaudit::apiserver::streaming
