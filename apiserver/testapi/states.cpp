#include "apiserver/testapi/states.hpp"

#include <utility>

namespace kaudit::apiserver::testapi {

using boost::asio::awaitable;

void States::remember_start() {
  store::IndexSnapshot now = store_->snapshot();
  const Lock lock(mutex_);
  start_ = std::move(now);
}

store::IndexSnapshot States::start() const {
  const Lock lock(mutex_);
  return start_;
}

Result<States::Named> States::take(std::string_view name) {
  Named named{std::string(name), store_->snapshot(), store_->resource_version()};
  const Lock lock(mutex_);
  if (named_.size() >= kMaxNames && named_.find(name) == named_.end()) {
    return fail("there are " + std::to_string(kMaxNames) +
                " snapshots already: remove some, DELETE /kaudit/v1/snapshots/NAME removes one");
  }
  named_.insert_or_assign(named.name, named);
  return named;
}

std::optional<States::Named> States::find(std::string_view name) const {
  const Lock lock(mutex_);
  const auto found = named_.find(name);
  if (found == named_.end()) return std::nullopt;
  return found->second;
}

std::vector<States::Named> States::list() const {
  const Lock lock(mutex_);
  std::vector<Named> all;
  for (const auto& [name, named] : named_) all.push_back(named);
  return all;
}

bool States::remove(std::string_view name) {
  const Lock lock(mutex_);
  const auto found = named_.find(name);
  if (found == named_.end()) return false;
  named_.erase(found);
  return true;
}

awaitable<std::shared_ptr<void>> States::pass() {
  WriteGate::Pass entered = co_await gate_.enter();
  co_return std::make_shared<WriteGate::Pass>(std::move(entered));
}

awaitable<std::optional<States::Restored>> States::restore(store::IndexSnapshot state) {
  const bool closed = co_await gate_.close();
  if (!closed) co_return std::nullopt;
  ++epoch_;  // before the watches are cut: what they still have to send is of before
  const auto changes = store_->restore(state);
  api_.restored(changes);
  const Restored restored{store_->resource_version(), changes.size()};
  gate_.open();
  co_return restored;
}

awaitable<std::optional<States::Restored>> States::reset() { return restore(start()); }

}  // namespace kaudit::apiserver::testapi
