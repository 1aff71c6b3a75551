#include "apiserver/http/round.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace kaudit::apiserver::http {

void Round::add(std::shared_ptr<WaitList::Task> task) {
  plan();
  waiting_.add(std::move(task));
}

asio::awaitable<void> Round::end() {
  plan();
  return waiting_.join();
}

void Round::plan() {
  if (planned_) return;
  asio::post(io_, [this] { run(); });
  planned_ = true;
}

/// What comes while it runs belongs to the next round.
void Round::run() {
  planned_ = false;
  ending_.swap(waiting_);
  ending_.release();
}

}  // namespace kaudit::apiserver::http
