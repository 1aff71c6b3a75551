#include <fstream>
#include <iterator>
#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/object.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr TypeMeta kPod{"v1", "Pod"};
constexpr DecodeOptions kPlain{FieldValidation::Ignore, Defaulting::None};

// The pod of a real server's event, 3.3 KB of JSON with managedFields, 2.4 KB of protobuf.
std::string file(const std::string& name) {
  std::ifstream in(KAUDIT_TESTDATA "/" + name);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string protobuf_pod() {
  std::string text = file("pod-3k.pb.base64");
  return base64_decode(text).value();
}

void decode(benchmark::State& state, TypeMeta type, const std::string& body, BodyFormat format,
            DecodeOptions options) {
  if (!decode_object(type, body, format, options)) return state.SkipWithError("refused");
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode_object(type, body, format, options));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void DecodePod3kJson(benchmark::State& state) {
  decode(state, kPod, file("pod-3k.json"), BodyFormat::Json, kPlain);
}
BENCHMARK(DecodePod3kJson);

void DecodePod3kProtobuf(benchmark::State& state) {
  decode(state, kPod, protobuf_pod(), BodyFormat::Protobuf, kPlain);
}
BENCHMARK(DecodePod3kProtobuf);

// What a create costs: unknown members looked for, defaults filled in.
void DecodePod3kAsACreateDoes(benchmark::State& state) {
  decode(state, kPod, file("pod-3k.json"), BodyFormat::Json,
         {FieldValidation::Warn, Defaulting::AtDecode});
}
BENCHMARK(DecodePod3kAsACreateDoes);

void DecodePod3kYaml(benchmark::State& state) {
  decode(state, kPod, file("pod-3k.json"), BodyFormat::Yaml, kPlain);
}
BENCHMARK(DecodePod3kYaml);

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
  decode(state, {"v1", "ConfigMap"}, config_map(1024), BodyFormat::Json, kPlain);
}
BENCHMARK(DecodeConfigMap1k);

void DecodeAndSealConfigMap1k(benchmark::State& state) {
  const std::string body = config_map(1024);
  for (auto _ : state) {
    const auto decoded = decode_object({"v1", "ConfigMap"}, body, BodyFormat::Json);
    benchmark::DoNotOptimize(Draft(decoded->object).seal(12345));
  }
}
BENCHMARK(DecodeAndSealConfigMap1k);

}  // namespace
}  // namespace kaudit::apiserver::objects
