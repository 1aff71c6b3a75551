#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "apiserver/store/observer.hpp"

namespace kaudit::apiserver::store {

/// Several observers as one: each hears of every change, in the order in which they are given.
class Observers final : public Observer {
 public:
  explicit Observers(std::vector<std::shared_ptr<Observer>> all) : all_(std::move(all)) {}

  void committed(const ChangePtr& change) override {
    for (const auto& each : all_) each->committed(change);
  }
  void settle() noexcept override {
    for (const auto& each : all_) each->settle();
  }

 private:
  const std::vector<std::shared_ptr<Observer>> all_;
};

}  // namespace kaudit::apiserver::store
