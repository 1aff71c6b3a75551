#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/objects/codec.hpp"
#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::objects {
namespace {

std::string config_map(std::size_t bytes) {
  std::string text =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bench","namespace":"default",)"
      R"("labels":{"app":"bench"}},"data":{)";
  for (int i = 0; text.size() < bytes; ++i) {
    text += "\"key-" + std::to_string(i) + "\":\"" + std::string(40, 'x') + "\",";
  }
  text.back() = '}';
  return text + "}";
}

void DecodeConfigMap1k(benchmark::State& state) {
  const std::string body = config_map(1024);
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode_object({"v1", "ConfigMap"}, body, BodyFormat::Json));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(DecodeConfigMap1k);

void DecodeAndSealConfigMap1k(benchmark::State& state) {
  const std::string body = config_map(1024);
  for (auto _ : state) {
    const auto tree = decode_object({"v1", "ConfigMap"}, body, BodyFormat::Json);
    benchmark::DoNotOptimize(Draft(*Json::parse(tree->json)).seal(12345));
  }
}
BENCHMARK(DecodeAndSealConfigMap1k);

}  // namespace
}  // namespace kaudit::apiserver::objects
