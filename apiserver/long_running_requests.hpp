#pragma once

#include <list>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "apiserver/cancellation.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver {

/// The long-running requests (watch, log) under way, so that a server that stops can tell each to
/// end properly. Thread-safe; each request's Cancellation is touched on its own thread only.
class LongRunningRequests {
 public:
  /// Keeps a request on the list while it lives. Cancels it at once when the server is already
  /// stopping.
  class Entry {
   public:
    Entry(LongRunningRequests& all, Cancellation& cancellation,
          boost::asio::any_io_executor executor);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    friend class LongRunningRequests;
    struct Target;
    LongRunningRequests& all_;
    std::shared_ptr<Target> target_;
  };

  /// Cancels every request on the list, and those that come later, with Reason::ServerStopping.
  void stop();

 private:
  Mutex mutex_;
  bool stopping_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::list<std::shared_ptr<Entry::Target>> list_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver
