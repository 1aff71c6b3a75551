#pragma once

#include <span>
#include <string>

#include "audit/event.hpp"
#include "base/result.hpp"

namespace kaudit::audit {

/// Where events go. (k8s.io/apiserver/pkg/audit Sink)
///
/// Threads: process() may be called from many threads at once. It may keep the pointers (events
/// never change), but not the span. Events of one request arrive in the order of its stages.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  /// Takes the events. False: they were not all accepted; the implementation has counted and logged
  /// that, and the request is refused if this was its RequestReceived stage. Never throws.
  virtual bool process(std::span<const EventPtr> events) = 0;

  /// True when process() may wait for somebody outside the process (a network peer, a pipe's
  /// reader). A server then calls it where waiting holds up nothing but the request: never on a
  /// thread that serves connections.
  virtual bool may_wait() const noexcept { return false; }
};

/// A sink with a life of its own. (k8s.io/apiserver/pkg/audit Backend)
///
/// start() is called once, before the first process(); its error names what to do about it.
/// shutdown() is called once, after the last request has ended: it returns when everything accepted
/// has been delivered or given up (and counted); events that come later are refused and counted.
class Backend : public Sink {
 public:
  virtual Result<void> start() { return {}; }
  virtual void shutdown() = 0;
  /// Cuts short whatever process() and shutdown() wait for, now and from now on: what has not been
  /// delivered is lost, counted and told. For a deadline on the way down; any thread.
  virtual void give_up() noexcept {}
  /// The composed pipeline as kube-apiserver prints it:
  /// `union[ignoreErrors<log>,buffered<webhook>]`.
  virtual std::string describe() const = 0;
};

}  // namespace kaudit::audit
