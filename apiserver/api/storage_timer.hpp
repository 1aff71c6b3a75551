#pragma once

#include <algorithm>
#include <chrono>

#include "apiserver/request_scope.hpp"

namespace kaudit::apiserver::api {

/// Adds the time it lives to what the request spent in storage.
class StorageTimer {
 public:
  explicit StorageTimer(RequestScope& scope) : scope_(scope) {}
  ~StorageTimer() {
    Latencies::Duration& total = scope_.latencies.etcd;
    total =
        std::max(total, Latencies::Duration::zero()) + (std::chrono::steady_clock::now() - start_);
  }
  StorageTimer(const StorageTimer&) = delete;
  StorageTimer& operator=(const StorageTimer&) = delete;

 private:
  RequestScope& scope_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace kaudit::apiserver::api
