#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "backends/webhook/cancellation.hpp"
#include "backends/webhook/loss_reason.hpp"

namespace kaudit::backends::webhook {

/// Why a try came to nothing.
struct Failure {
  LossReason reason = LossReason::Network;
  std::string text;  ///< as Go's net and net/http word it
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> failed(LossReason reason, std::string text) {
  return tl::unexpected(Failure{reason, std::move(text)});
}
/// The failure that a wait without success is.
tl::unexpected<Failure> failed(Readiness readiness);

/// Bytes to and from a peer, in layers: a socket, TLS over it, TLS over that behind a proxy. One
/// thread at a time.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// At least one byte, or 0 at the end of what the peer sends.
  virtual Outcome<std::size_t> read(std::span<char> to, const Patience& patience) = 0;

  /// What to do when there is no room and the peer has begun to speak, which for a plain HTTP
  /// server means that it does not want the rest.
  enum class OnAnswer { Stop, GoOn };
  enum class Written { All, Answered };
  /// Writes all of it, unless the peer answers before and that ends it. TLS never stops: there a
  /// peer speaks on its own account too.
  virtual Outcome<Written> write(std::string_view bytes, OnAnswer on_answer,
                                 const Patience& patience) = 0;

  /// The socket below.
  virtual int descriptor() const noexcept = 0;
};

}  // namespace kaudit::backends::webhook
