#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/objects/patch/json_patch.hpp"
#include "apiserver/objects/patch/merge_patch.hpp"
#include "apiserver/objects/patch/strategic_patch.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

Json config_map(std::size_t bytes) {
  std::string text =
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"bench","namespace":"default",)"
      R"("labels":{"app":"bench"}},"data":{)";
  for (int i = 0; text.size() < bytes; ++i) {
    text += "\"key-" + std::to_string(i) + "\":\"" + std::string(40, 'x') + "\",";
  }
  text.back() = '}';
  return *Json::parse(text + "}");
}

void MergePatchConfigMap1k(benchmark::State& state) {
  const Json object = config_map(1024);
  for (auto _ : state) {
    const auto patch =
        MergePatch::parse(R"({"metadata":{"labels":{"a":"b"}},"data":{"key-0":null}})");
    benchmark::DoNotOptimize(patch->apply(object));
  }
}
BENCHMARK(MergePatchConfigMap1k);

void JsonPatchConfigMap1k(benchmark::State& state) {
  const Json object = config_map(1024);
  for (auto _ : state) {
    const auto patch = JsonPatch::parse(R"([{"op":"add","path":"/metadata/labels/a","value":"b"},)"
                                        R"({"op":"remove","path":"/data/key-0"}])");
    benchmark::DoNotOptimize(patch->apply(object));
  }
}
BENCHMARK(JsonPatchConfigMap1k);

// Five containers of ten variables each, as a Deployment's pod may have them.
Json deployment() {
  std::string text =
      R"({"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"bench"},"spec":{)"
      R"("template":{"spec":{"containers":[)";
  for (int c = 0; c < 5; ++c) {
    text += "{\"name\":\"c" + std::to_string(c) + "\",\"image\":\"i\",\"env\":[";
    for (int e = 0; e < 10; ++e) {
      text += "{\"name\":\"E" + std::to_string(e) + "\",\"value\":\"v\"},";
    }
    text.back() = ']';
    text += "},";
  }
  text.back() = ']';
  return *Json::parse(text + "}}}}");
}

void StrategicPatchDeployment(benchmark::State& state) {
  const Json object = deployment();
  const Type& type = *find_type("apps/v1", "Deployment");
  for (auto _ : state) {
    const auto patch = StrategicPatch::parse(
        R"({"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"c0"},)"
        R"({"name":"c1"},{"name":"c2"},{"name":"c3"},{"name":"c4"}],"containers":[{"name":"c3",)"
        R"("image":"j","env":[{"name":"E4","value":"w"}]}]}}}})");
    benchmark::DoNotOptimize(patch->apply(type, object));
  }
}
BENCHMARK(StrategicPatchDeployment);

}  // namespace
}  // namespace kaudit::apiserver::objects::patch
