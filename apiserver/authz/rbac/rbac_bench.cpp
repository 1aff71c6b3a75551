// What a decision costs with the default roles and 1,000 bindings beside them.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"
#include "apiserver/authz/rbac/testing/default_edits.hpp"

namespace kaudit::apiserver::authz::rbac {
namespace {

constexpr int kBindings = 1'000;

/// Who the bindings are about.
enum class Subjects { EachAnother, AllOne };

Binding binding_number(int number, Subjects subjects) {
  const char* const roles[] = {"view", "edit", "admin"};
  const std::string user = subjects == Subjects::AllOne ? "user0" : "user" + std::to_string(number);
  return {number % 2 == 0 ? "" : "dev",
          "binding" + std::to_string(number),
          {"ClusterRole", roles[number % 3]},
          {{SubjectKind::User, user, ""}}};
}

std::shared_ptr<Index> full_index(Subjects subjects) {
  auto index = std::make_shared<Index>();
  std::vector<Edit> edits = testing::default_edits();
  for (int i = 0; i < kBindings; ++i) edits.emplace_back(binding_number(i, subjects));
  index->apply(std::move(edits));
  return index;
}

void decide(benchmark::State& state, Subjects subjects, std::string_view verb,
            std::string_view resource) {
  const auto authorizer =
      make_authorizer({"Node", "RBAC"}, std::make_shared<RbacAuthorizer>(full_index(subjects)))
          .value();
  const audit::UserInfo user{"user0", "", {"dev", "ops", "system:authenticated"}, {}};
  audit::Attributes request;
  request.user = &user;
  request.resource_request = true;
  request.verb = verb;
  request.resource = resource;
  request.ns = "dev";
  for (auto _ : state) benchmark::DoNotOptimize(authorizer->authorize(request));
}
BENCHMARK_CAPTURE(decide, allowed, Subjects::EachAnother, "get", "pods");
BENCHMARK_CAPTURE(decide, allowed_late, Subjects::EachAnother, "get", "limitranges");
BENCHMARK_CAPTURE(decide, refused_by_verb, Subjects::EachAnother, "delete", "pods");
BENCHMARK_CAPTURE(decide, refused_by_resource, Subjects::EachAnother, "get", "secrets");
BENCHMARK_CAPTURE(decide, refused_with_all_bindings, Subjects::AllOne, "create", "nodes");

/// One more binding, and gone again.
void change(benchmark::State& state) {
  const auto index = full_index(Subjects::EachAnother);
  for (auto _ : state) {
    index->apply({binding_number(kBindings, Subjects::EachAnother)});
    index->apply({Place{Place::Kind::Binding, "", "binding" + std::to_string(kBindings)}});
  }
}
BENCHMARK(change);

}  // namespace
}  // namespace kaudit::apiserver::authz::rbac
