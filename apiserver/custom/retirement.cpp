#include "apiserver/custom/retirement.hpp"

#include <boost/asio/post.hpp>

namespace kaudit::apiserver::custom {

void Retirement::retire() {
  retired_.store(true, std::memory_order_release);
  decltype(waiting_) all;
  {
    const Lock lock(mutex_);
    all.swap(waiting_);
  }
  for (auto& [subscription, waiting] : all) {
    boost::asio::post(waiting->executor, [waiting = waiting] {
      if (!waiting->gone) waiting->call();
    });
  }
}

Retirement::Subscription::Subscription(std::shared_ptr<Retirement> retirement,
                                       const boost::asio::any_io_executor& executor,
                                       std::function<void()> call)
    : retirement_(std::move(retirement)), waiting_(std::make_shared<Waiting>()) {
  waiting_->executor = executor;
  waiting_->call = std::move(call);
  const Lock lock(retirement_->mutex_);
  // Who comes too late sees retired() itself.
  if (!retirement_->retired()) retirement_->waiting_.emplace(this, waiting_);
}

Retirement::Subscription::~Subscription() {
  waiting_->gone = true;
  const Lock lock(retirement_->mutex_);
  retirement_->waiting_.erase(this);
}

}  // namespace kaudit::apiserver::custom
