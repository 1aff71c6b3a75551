#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/objects/patch/json_patch.hpp"
#include "apiserver/objects/patch/merge_patch.hpp"

namespace kaudit::apiserver::objects {
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

}  // namespace
}  // namespace kaudit::apiserver::objects
