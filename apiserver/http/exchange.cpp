#include "apiserver/http/exchange.hpp"

#include <boost/asio/steady_timer.hpp>

namespace kaudit::apiserver::http {

struct Exchange::Alarm {
  explicit Alarm(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  std::function<void()> callback;
};

void Exchange::on_deadline(Time at, std::function<void()> callback) {
  if (!callback) {
    // What is waited for finds nothing, however late it is called.
    if (const auto alarm = std::exchange(alarm_, nullptr)) alarm->timer.cancel();
    return;
  }
  alarm_ = std::make_shared<Alarm>(executor());
  alarm_->callback = std::move(callback);
  alarm_->timer.expires_at(at);
  alarm_->timer.async_wait(
      [weak = std::weak_ptr<Alarm>(alarm_)](const boost::system::error_code& error) {
        const auto alarm = weak.lock();
        if (!error && alarm) std::exchange(alarm->callback, nullptr)();
      });
}

}  // namespace kaudit::apiserver::http
