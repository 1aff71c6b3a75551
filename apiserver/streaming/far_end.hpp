#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "apiserver/streaming/forward_targets.hpp"
#include "apiserver/streaming/waker.hpp"

namespace kaudit::apiserver::streaming {

/// What one forwarded connection has reached. Nothing blocks: whoever uses it is woken when there
/// is more to take or to give. Lives on one thread.
class FarEnd {
 public:
  FarEnd() = default;
  FarEnd(const FarEnd&) = delete;
  FarEnd& operator=(const FarEnd&) = delete;
  virtual ~FarEnd() = default;

  /// Bytes from the client; how many it takes now.
  virtual std::size_t take(std::string_view bytes) = 0;
  /// Whether end_input() may be called by now.
  virtual bool takes_end() const { return true; }
  virtual void end_input() = 0;
  /// Bytes for the client, at most so many.
  virtual std::string give(std::size_t limit) = 0;
  /// Nothing more will come.
  virtual bool done() const = 0;
  /// Why it could not be reached, or broke; "" if it did not.
  virtual const std::string& error() const = 0;
};

/// `waker` is woken whenever there is something to do.
std::unique_ptr<FarEnd> reach(const ForwardTargets::Target& target, std::uint16_t port,
                              const boost::asio::any_io_executor& executor,
                              std::shared_ptr<Waker> waker);

}  // namespace kaudit::apiserver::streaming
