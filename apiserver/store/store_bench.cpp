#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/store/memory_store.hpp"
#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::store {
namespace {

using testing::config_map;

// Coroutines in a loop cost less than an io_context for each call would.
asio::awaitable<int> creates(MemoryStore& store, benchmark::State& state) {
  const std::string value(900, 'x');
  std::uint64_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::string name = "object-" + std::to_string(number++);
    Draft draft = config_map(name, value);
    const std::string key = "/v1/configmaps/default/" + name;
    state.ResumeTiming();
    benchmark::DoNotOptimize(co_await store.create(key, std::move(draft)));
  }
  co_return 0;
}

asio::awaitable<int> fill(MemoryStore& store, int count) {
  const std::string value(900, 'x');
  for (int i = 0; i < count; ++i) {
    const std::string name = "object-" + std::to_string(i);
    co_await store.create("/v1/configmaps/default/" + name, config_map(name, value));
  }
  co_return 0;
}

asio::awaitable<int> gets(MemoryStore& store, benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(co_await store.get("/v1/configmaps/default/object-4999"));
  }
  co_return 0;
}

asio::awaitable<int> lists(MemoryStore& store, benchmark::State& state) {
  const ListRequest request{"/v1/configmaps/default/", "", 500};
  for (auto _ : state) {
    benchmark::DoNotOptimize(co_await store.list(request));
  }
  co_return 0;
}

void Create1k(benchmark::State& state) {
  MemoryStore store;
  testing::run(creates(store, state));
}
BENCHMARK(Create1k);

void GetOf10000(benchmark::State& state) {
  MemoryStore store;
  testing::run(fill(store, 10'000));
  testing::run(gets(store, state));
}
BENCHMARK(GetOf10000);

void ListPage500Of10000(benchmark::State& state) {
  MemoryStore store;
  testing::run(fill(store, 10'000));
  testing::run(lists(store, state));
}
BENCHMARK(ListPage500Of10000);

}  // namespace
}  // namespace kaudit::apiserver::store
