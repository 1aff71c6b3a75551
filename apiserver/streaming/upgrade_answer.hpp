#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apiserver/answer.hpp"
#include "apiserver/http/message.hpp"
#include "apiserver/streaming/command_streams.hpp"
#include "apiserver/streaming/forward_targets.hpp"
#include "apiserver/streaming/process/process.hpp"
#include "apiserver/streaming/run_command.hpp"

namespace kaudit::apiserver::streaming {

/// Whether a request asks for another protocol at all. (httpstream.IsUpgradeRequest)
bool is_upgrade(const http::Request& request);

// The answers to upgrades. The protocol is the client's choice: WebSocket or SPDY/3.1, each with
// the sub-protocols of a real server. What cannot be spoken is refused, past the point where a real
// server has taken over the connection: events say 101 all the same.

/// exec and attach. `words.speaker` is decided here.
Answer answer_command(RequestScope& scope, WantedStreams wanted, process::ProcessPtr process,
                      CommandWords words);

struct ForwardRequest {
  std::vector<std::string> ports;  ///< the URL's parameter `ports`
  ForwardTargets targets;
  std::string pod;
  std::string uid;
};
Answer answer_forward(RequestScope& scope, ForwardRequest forward);

}  // namespace kaudit::apiserver::streaming
