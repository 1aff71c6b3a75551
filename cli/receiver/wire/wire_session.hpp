#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/http/request_head.hpp"
#include "cli/receiver/wire/wire_server.hpp"
#include "cli/receiver/wire/wire_stream.hpp"

namespace kaudit::cli {

/// One connection of a WireServer, from its first byte to its last, on a thread of its own.
class WireSession {
 public:
  WireSession(WireServer& server, WireHandler& handler, WireStream stream, std::uint64_t number,
              std::string peer);
  /// `open`: how many connections there are with this one.
  void run(std::uint64_t open);

 private:
  enum class Next : std::uint8_t { Request, End };

  client::Patience patience(std::chrono::milliseconds time) const;
  Next serve_one();
  /// NeedMore: the connection has ended.
  apiserver::http::RequestHeadParser::Progress read_head(
      apiserver::http::RequestHeadParser& parser);
  /// The status that refuses it; 0: it is there; -1: the connection has ended.
  int read_body(const apiserver::http::RequestHead& head, WireRequest& request, BudgetShare& share);
  Next answer(WireRequest& request, const apiserver::http::RequestHead& head,
              const WireAnswer& answer);
  Next send(const WireRequest& request, apiserver::http::Persistence persistence,
            const WireAnswer& answer);
  bool send_file(const WireAnswer& answer);
  Next cut_short(const WireRequest& request, const WireAnswer& answer);
  Next refuse(const apiserver::http::HeadRefusal& refusal);
  Next end_gently();
  void wait_for_client();
  void send_endlessly();
  bool write(std::string_view bytes);

  WireServer& server_;
  WireHandler& handler_;
  WireStream stream_;
  const std::uint64_t number_;
  const std::string peer_;
  std::string peer_name_;
  ShownCertificate certificate_ = ShownCertificate::Good;
  std::string input_;  ///< what has come and was not used
};

}  // namespace kaudit::cli
