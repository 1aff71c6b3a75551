#include "apiserver/http/round.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace kaudit::apiserver::http {

void Round::add(std::shared_ptr<Task> task) {
  plan();
  tasks_.push_back(std::move(task));
}

asio::awaitable<void> Round::end() {
  // What may throw comes first: once a coroutine waits, it must be sure to go on.
  plan();
  if (waiting_.size() == waiting_.capacity()) waiting_.reserve(2 * waiting_.size() + 1);
  const auto wait = [this](Waiting&& handler) { waiting_.push_back(std::move(handler)); };
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(wait, asio::use_awaitable);
}

void Round::plan() {
  if (planned_) return;
  asio::post(io_, [this] { run(); });
  planned_ = true;
}

/// What comes while it runs belongs to the next round.
void Round::run() {
  planned_ = false;
  ending_tasks_.swap(tasks_);
  ending_.swap(waiting_);
  for (const auto& task : ending_tasks_) task->at_end_of_round();
  ending_tasks_.clear();
  for (Waiting& waiting : ending_) waiting();
  ending_.clear();
}

}  // namespace kaudit::apiserver::http
