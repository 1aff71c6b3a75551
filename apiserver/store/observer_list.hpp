#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "apiserver/store/observer.hpp"

namespace kaudit::apiserver::store {

/// Several observers in the place of one, asked in their order.
class ObserverList final : public Observer {
 public:
  explicit ObserverList(std::vector<std::shared_ptr<Observer>> observers)
      : observers_(std::move(observers)) {}

  void committed(const ChangePtr& change) override {
    for (const auto& observer : observers_) observer->committed(change);
  }
  void settle() noexcept override {
    for (const auto& observer : observers_) observer->settle();
  }

 private:
  const std::vector<std::shared_ptr<Observer>> observers_;
};

}  // namespace kaudit::apiserver::store
