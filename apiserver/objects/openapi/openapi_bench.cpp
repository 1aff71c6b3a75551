// What making each document costs.
#include <benchmark/benchmark.h>

#include "apiserver/objects/openapi/documents.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

void V3Core(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) bytes = v3_document("api/v1", "v1").size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(V3Core)->Unit(benchmark::kMillisecond);

void V3All(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (const std::string& path : group_version_paths()) bytes += v3_document(path, "v1").size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(V3All)->Unit(benchmark::kMillisecond);

void V2Json(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) bytes = v2_json("v1").size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(V2Json)->Unit(benchmark::kMillisecond);

void V2Protobuf(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) bytes = v2_protobuf("v1").size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(V2Protobuf)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kaudit::apiserver::objects::openapi
