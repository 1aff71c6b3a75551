#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/objects/apply/field_manager.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

Json config_map() {
  std::string text =
      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"bench","namespace":"default",)"
      R"("labels":{"app":"bench"}},"data":{)";
  for (int i = 0; text.size() < 1024; ++i) {
    text += "\"key-" + std::to_string(i) + "\":\"" + std::string(40, 'x') + "\",";
  }
  text.back() = '}';
  return *Json::parse(text + "}");
}

FieldManager config_maps() {
  return FieldManager({find_type("v1", "ConfigMap"), "v1", "ConfigMap"});
}

void TrackCreateOfConfigMap1k(benchmark::State& state) {
  const Json object = config_map();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        config_maps().update(nullptr, object, {"bench", "2026-01-01T00:00:00Z"}));
  }
}
BENCHMARK(TrackCreateOfConfigMap1k);

void TrackUpdateOfConfigMap1k(benchmark::State& state) {
  const FieldManager fields = config_maps();
  Json live = config_map();
  live.find("metadata")
      ->set("managedFields", fields.update(nullptr, live, {"bench", "2026-01-01T00:00:00Z"}));
  Json wanted = live;
  wanted.find("data")->set("key-3", Json("y"));
  for (auto _ : state) {
    benchmark::DoNotOptimize(fields.update(&live, wanted, {"bench", "2026-01-01T00:00:01Z"}));
  }
}
BENCHMARK(TrackUpdateOfConfigMap1k);

void ApplyConfigMap1k(benchmark::State& state) {
  const FieldManager fields = config_maps();
  const Json config = config_map();
  Json live = config;
  live.find("metadata")
      ->set("managedFields",
            fields.apply(nullptr, config, {"bench", "2026-01-01T00:00:00Z"}, Force::No)
                ->managed_fields);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        fields.apply(&live, config, {"bench", "2026-01-01T00:00:01Z"}, Force::No));
  }
}
BENCHMARK(ApplyConfigMap1k);

}  // namespace
}  // namespace kaudit::apiserver::objects::apply
