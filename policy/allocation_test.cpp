// A decision must not allocate: this test's own operator new counts.
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "policy/evaluator.hpp"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace kaudit::policy {
namespace {

Policy many_rules() {
  Policy policy;
  for (int i = 0; i < 5'000; ++i) {
    Rule rule;
    rule.level = "Metadata";
    if (i % 3 == 0) rule.users = {"user-" + std::to_string(i)};
    if (i % 3 != 0) rule.user_groups = {"group-" + std::to_string(i % 700)};
    rule.verbs = {"get", "update"};
    rule.namespaces = {"default"};
    rule.resources = {{"", {"pods", "pods/*", "*/status"}, {"web-" + std::to_string(i)}}};
    policy.rules.push_back(std::move(rule));
  }
  policy.rules.emplace_back().level = "Request";
  policy.rules.back().non_resource_urls = {"/healthz*"};
  return policy;
}

TEST(EvaluatorAllocations, ADecisionMakesNone) {
  const auto evaluator = compile(many_rules());
  audit::UserInfo user;
  user.username = "somebody with a name that no small string holds";
  for (int i = 0; i < 200; ++i) user.groups.push_back("group-" + std::to_string(i * 7));
  audit::Attributes pod;
  pod.user = &user;
  pod.verb = "update";
  pod.resource_request = true;
  pod.resource = "pods";
  pod.subresource = "status";
  pod.ns = "default";
  pod.name = "a name that no small string holds either";
  audit::Attributes path;
  path.verb = "get";
  path.path = "/healthz/etcd-and-everything-below-it";

  const std::size_t before = allocations.load();
  const int pod_rule = evaluator->evaluate(pod).rule;
  const int path_rule = evaluator->evaluate(path).rule;
  EXPECT_EQ(allocations.load(), before);
  EXPECT_EQ(pod_rule, audit::Decision::kNoRule);
  EXPECT_EQ(path_rule, 5'000);
}

}  // namespace
}  // namespace kaudit::policy
