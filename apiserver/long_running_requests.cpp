#include "apiserver/long_running_requests.hpp"

#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

namespace kaudit::apiserver {

struct LongRunningRequests::Entry::Target {
  Cancellation* cancellation;  // null once the request has ended; touched on executor only
  boost::asio::any_io_executor executor;
};

LongRunningRequests::Entry::Entry(LongRunningRequests& all, Cancellation& cancellation,
                                  boost::asio::any_io_executor executor)
    : all_(all), target_(std::make_shared<Target>(Target{&cancellation, std::move(executor)})) {
  const Lock lock(all_.mutex_);
  if (all_.stopping_) {
    cancellation.cancel(Cancellation::Reason::ServerStopping);
  }
  all_.list_.push_back(target_);
}

LongRunningRequests::Entry::~Entry() {
  target_->cancellation = nullptr;
  const Lock lock(all_.mutex_);
  all_.list_.remove(target_);
}

void LongRunningRequests::stop() {
  const Lock lock(mutex_);
  stopping_ = true;
  for (const auto& target : list_) {
    boost::asio::post(target->executor, [target] {
      if (target->cancellation != nullptr) {
        target->cancellation->cancel(Cancellation::Reason::ServerStopping);
      }
    });
  }
}

}  // namespace kaudit::apiserver
