// Encoding and decoding of events against the time of Kubernetes' own library on the same inputs.
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "audit/strip_managed_fields.hpp"

namespace {

using kaudit::RawJson;
using kaudit::audit::Event;
using kaudit::audit::EventPtr;

std::string read_input(const std::string& name) {
  std::ifstream in(KAUDIT_TESTDATA "/bench/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Event decoded(const std::string& name) {
  return kaudit::audit::decode_event(read_input(name)).value();
}

void count_bytes(benchmark::State& state, std::size_t bytes_each) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(bytes_each));
}

void encode_event(benchmark::State& state, const std::string& name) {
  const Event event = decoded(name);
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_event(out, event);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, out.size());
}
BENCHMARK_CAPTURE(encode_event, metadata, "event-metadata.json");
BENCHMARK_CAPTURE(encode_event, bodies_3k, "event-bodies-3k.json");
BENCHMARK_CAPTURE(encode_event, event_26k, "event-26k.json");

void encode_legacy_line(benchmark::State& state) {
  const Event event = decoded("event-metadata.json");
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_legacy_line(out, event);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, out.size());
}
BENCHMARK(encode_legacy_line);

void encode_list_of_400(benchmark::State& state) {
  const std::vector<EventPtr> events(400,
                                     std::make_shared<const Event>(decoded("event-metadata.json")));
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_event_list(out, events);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, out.size());
}
BENCHMARK(encode_list_of_400);

void decode_event(benchmark::State& state, const std::string& name) {
  const std::string text = read_input(name);
  for (auto _ : state) {
    benchmark::DoNotOptimize(kaudit::audit::decode_event(text));
  }
  count_bytes(state, text.size());
}
BENCHMARK_CAPTURE(decode_event, metadata, "event-metadata.json");
BENCHMARK_CAPTURE(decode_event, event_26k, "event-26k.json");

void parse_raw_json(benchmark::State& state, const std::string& name) {
  const std::string text = read_input(name);
  for (auto _ : state) {
    benchmark::DoNotOptimize(RawJson::parse(text));
  }
  count_bytes(state, text.size());
}
BENCHMARK_CAPTURE(parse_raw_json, metadata, "event-metadata.json");
BENCHMARK_CAPTURE(parse_raw_json, event_26k, "event-26k.json");

void strip_managed_fields(benchmark::State& state) {
  const RawJson body = decoded("event-26k.json").response_object;
  for (auto _ : state) {
    benchmark::DoNotOptimize(kaudit::audit::without_managed_fields(body));
  }
  count_bytes(state, body.view().size());
}
BENCHMARK(strip_managed_fields);

}  // namespace
