// What the rules cost a create.
#include <string_view>

#include <benchmark/benchmark.h>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/validate/rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

void run(benchmark::State& state, std::string_view resource, std::string_view text) {
  const Resource* found = find_resource("", "v1", resource);
  const Json object =
      canonical_object({found->api_version, found->kind}, Json::parse(text).value()).value();
  for (auto _ : state) benchmark::DoNotOptimize(errors_of_new(*found, object));
}

BENCHMARK_CAPTURE(run, ConfigMap, "configmaps", R"({"metadata":{"name":"a"},"data":{"k":"v"}})");
BENCHMARK_CAPTURE(run, Pod, "pods",
                  R"({"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i",)"
                  R"("ports":[{"containerPort":80}],"env":[{"name":"A","value":"b"}],)"
                  R"("resources":{"limits":{"cpu":"1"},"requests":{"cpu":"500m"}}}]}})");

}  // namespace
}  // namespace kaudit::apiserver::objects::validate
