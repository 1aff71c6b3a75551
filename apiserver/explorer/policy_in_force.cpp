#include "apiserver/explorer/policy_in_force.hpp"

#include <stdexcept>
#include <utility>

#include "policy/evaluator.hpp"
#include "policy/loader.hpp"

namespace kaudit::apiserver::explorer {

std::string_view PolicyInForce::everything() noexcept {
  return "# No policy was given: everything is recorded, whole.\n"
         "apiVersion: audit.k8s.io/v1\n"
         "kind: Policy\n"
         "rules:\n"
         "- level: RequestResponse\n";
}

PolicyInForce::PolicyInForce(std::string name, std::string text) {
  auto first = load(std::move(name), std::move(text));
  if (!first) throw std::runtime_error(first.error().message);
  (*first)->number = 1;
  current_ = first->get();
  const Lock lock(mutex_);
  versions_.push_back(*std::move(first));
}

Result<std::unique_ptr<PolicyVersion>> PolicyInForce::load(std::string name,
                                                           std::string text) const {
  auto report = policy::read_policy(text, name);
  if (!report.policy) return fail(report.refusal);
  auto version = std::make_unique<PolicyVersion>();
  version->name = std::move(name);
  version->text = std::move(text);
  version->policy = *std::move(report.policy);
  version->evaluator = policy::compile(version->policy);
  version->since = Timestamp::now();
  return version;
}

const PolicyVersion* PolicyInForce::find(std::uint64_t number) const {
  const Lock lock(mutex_);
  return number == 0 || number > versions_.size() ? nullptr : versions_[number - 1].get();
}

Result<const PolicyVersion*> PolicyInForce::replace(std::string name, std::string text) {
  auto next = load(std::move(name), std::move(text));
  if (!next) return tl::unexpected(next.error());
  const Lock lock(mutex_);
  if (versions_.size() >= kMaxVersions) {
    return fail("the policy was replaced " + std::to_string(kMaxVersions) +
                " times, and every one is kept: start the server anew");
  }
  (*next)->number = versions_.size() + 1;
  const PolicyVersion* const in_force = next->get();
  versions_.push_back(*std::move(next));
  current_.store(in_force, std::memory_order_release);
  return in_force;
}

}  // namespace kaudit::apiserver::explorer
