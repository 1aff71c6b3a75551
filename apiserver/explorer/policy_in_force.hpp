#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/evaluator.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "base/text/timestamp.hpp"
#include "policy/policy.hpp"

namespace kaudit::apiserver::explorer {

/// A policy that decided for a while.
struct PolicyVersion {
  std::uint64_t number = 0;  ///< from 1
  std::string name;          ///< the file's, or where it came from
  std::string text;
  policy::Policy policy;
  std::shared_ptr<const audit::Evaluator> evaluator;
  Timestamp since;
};

/// The policy that decides, which may be replaced while the server runs; every version is kept, so
/// that what it decided can be explained. Any thread; evaluate() takes no lock.
class PolicyInForce final : public audit::Evaluator {
 public:
  static constexpr std::size_t kMaxVersions = 200;
  /// What decides where no policy is given: everything is recorded, whole.
  static std::string_view everything() noexcept;

  /// The text must load.
  PolicyInForce(std::string name, std::string text);

  audit::Decision evaluate(const audit::Attributes& attributes) const noexcept override {
    return current().evaluator->evaluate(attributes);
  }
  /// Good as long as this is.
  const PolicyVersion& current() const noexcept {
    return *current_.load(std::memory_order_acquire);
  }
  /// Null: there was none of that number.
  const PolicyVersion* find(std::uint64_t number) const;
  /// From the next request on this one decides. Error: it does not load, in the server's words, or
  /// it was replaced too often.
  Result<const PolicyVersion*> replace(std::string name, std::string text);

 private:
  Result<std::unique_ptr<PolicyVersion>> load(std::string name, std::string text) const;

  mutable Mutex mutex_;
  std::vector<std::unique_ptr<const PolicyVersion>> versions_ KAUDIT_GUARDED_BY(mutex_);
  std::atomic<const PolicyVersion*> current_{nullptr};
};

}  // namespace kaudit::apiserver::explorer
