#pragma once

#include <span>
#include <string>
#include <string_view>

#include "audit/event.hpp"
#include "base/json/json_writer.hpp"
#include "base/result.hpp"

namespace kaudit::audit {

/// Delivery in two steps, of a sink that makes a line of each event: what comes between the two is
/// about lines, which are made on the threads that have the events.
class ByLine {
 public:
  ByLine() = default;
  ByLine(const ByLine&) = delete;
  ByLine& operator=(const ByLine&) = delete;
  virtual ~ByLine() = default;

  /// The first step: writes the event's line, with its newline. Any thread.
  virtual void write_line(JsonWriter& writer, const Event& event) const = 0;
  /// The second, of whole lines; its result is that of process(). What is lost is read from them
  /// again, to be named. Never throws.
  virtual bool deliver_lines(std::string_view lines) = 0;
};

/// A sink that is done with an event when it has been given it: what it keeps, it makes of it at
/// once. Who has an event that is about to change need not copy it for such a one.
class PassingSink {
 public:
  PassingSink() = default;
  PassingSink(const PassingSink&) = delete;
  PassingSink& operator=(const PassingSink&) = delete;
  virtual ~PassingSink() = default;

  /// As Sink::process() of this event alone.
  virtual bool process_passing(const Event& event) = 0;

  /// The same in two steps, where taking many lines at once costs hardly more than taking one; null
  /// where it makes no difference. The same for as long as it lives.
  virtual ByLine* in_lines() noexcept { return nullptr; }
};

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

  /// Itself as a sink of events in passing; null: it wants them for itself. The same for as long as
  /// it lives.
  virtual PassingSink* passing() noexcept { return nullptr; }
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
  /// The way to deliver in two steps, for a queue before it, which holds lines then and not the
  /// events themselves; null: there is none. The same for as long as it lives.
  virtual ByLine* by_line() noexcept { return nullptr; }
};

}  // namespace kaudit::audit
