#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/request_scope.hpp"
#include "apiserver/streaming/command_streams.hpp"
#include "apiserver/streaming/process/process.hpp"

namespace kaudit::apiserver::streaming {

/// What is said at the end, in whose words.
struct CommandWords {
  enum class Request : std::uint8_t { Exec, Attach };
  Request request = Request::Exec;
  /// With v5 a real server translates what the node says, and says some of it twice.
  enum class Speaker : std::uint8_t { Node, Translator };
  Speaker speaker = Speaker::Node;
  std::vector<std::string> argv;
};

/// What goes to the error stream when a process has exited; "" for nothing. (kubelet's
/// cri-streaming remotecommand/exec.go, apiserver pkg/util/proxy/streamtranslator.go)
std::string command_end(const process::Process& process, StatusForm form,
                        const CommandWords& words);

/// The size in a message to the resize stream, `{"Width":80,"Height":24}`; takes the first whole
/// one off the text. False: there is none. What is none is dropped.
bool take_terminal_size(std::string& text, process::TerminalSize& size);

/// The body of an exec's or attach's answer: joins the streams and the process until the process
/// exits, the client leaves or the server stops. Throws nothing of its own.
boost::asio::awaitable<void> run_command(RequestScope& scope,
                                         std::unique_ptr<CommandStreams> streams,
                                         process::ProcessPtr process, WantedStreams wanted,
                                         CommandWords words);

}  // namespace kaudit::apiserver::streaming
