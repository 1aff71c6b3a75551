#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

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

  /// True when process() may wait for something outside the process (a network peer, a pipe's
  /// reader). A server then calls it where waiting holds up nothing but the request: never on a
  /// thread that serves connections.
  virtual bool may_wait() const noexcept { return false; }
};

/// Delivery in two steps, of a backend whose first one needs no turn: a queue before it lets
/// several batches be encoded at once and delivers them in their order all the same.
class EncodesAhead {
 public:
  EncodesAhead() = default;
  EncodesAhead(const EncodesAhead&) = delete;
  EncodesAhead& operator=(const EncodesAhead&) = delete;
  virtual ~EncodesAhead() = default;

  /// The first step, for many threads at once. None: the events are lost, counted and logged.
  virtual std::optional<std::string> encode(std::span<const EventPtr> events) = 0;
  /// The second, with what encode() made of the same events; its result is that of process().
  virtual bool deliver(std::string_view encoded, std::span<const EventPtr> events) = 0;
};

struct Report;

/// A sink with a life of its own. (k8s.io/apiserver/pkg/audit Backend)
///
/// start() is called once, before the first process(); its error names what to do about it.
/// shutdown() is called once, after the last request has ended: it returns when everything accepted
/// has been delivered or given up (and counted); events that come later are refused and counted.
/// A decorator passes every call on to its delegate, and adds its own to what that says of itself.
class Backend : public Sink {
 public:
  virtual Result<void> start() { return {}; }
  virtual void shutdown() = 0;
  /// Cuts short whatever process() and shutdown() wait for, now and from now on: what has not been
  /// delivered is lost, counted and logged. For a deadline on the way down; any thread.
  virtual void give_up() noexcept {}
  /// Opens its output again at once (the file at its path, a connection), for SIGHUP. After an
  /// error, which reads well as a line of the server's log, it goes on as before. Any thread.
  virtual Result<void> reopen() { return {}; }
  /// The composed pipeline as kube-apiserver prints it:
  /// `union[ignoreErrors<log>,buffered<webhook>]`.
  virtual std::string describe() const = 0;
  /// Its name, its figures, what it has lost by reason, and what it holds; see Report. Any thread.
  virtual void report(Report& to) const = 0;
  /// The way to deliver in two steps; null: there is none. It lives as long as the backend.
  virtual EncodesAhead* encodes_ahead() noexcept { return nullptr; }
};

}  // namespace kaudit::audit
