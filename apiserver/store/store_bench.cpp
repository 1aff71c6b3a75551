// What the store costs at a thousand objects of 1 KB and at a million:
//   build/release/bench/store_bench
// `bytes/object` is the memory of the process per stored object, history included.
#include <malloc.h>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "apiserver/store/fetch_ahead.hpp"
#include "apiserver/store/memory_store.hpp"
#include "apiserver/store/testing/run.hpp"

namespace kaudit::apiserver::store {
namespace {

using testing::config_map;

constexpr std::string_view kPrefix = "v1/configmaps/default/";

std::string name_of(std::size_t number) { return "object-" + std::to_string(10'000'000 + number); }
std::string key_of(std::size_t number) { return std::string(kPrefix) + name_of(number); }

// 1 KB of JSON with it, and a uid as the API gives one.
Draft draft_of(std::size_t number) { return config_map(name_of(number), std::string(900, 'x')); }

struct Filled {
  explicit Filled(std::size_t count) : size(count) {
    const std::size_t before = mallinfo2().uordblks;
    testing::run(fill());
    bytes_per_object =
        static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(count);
  }
  asio::awaitable<int> fill() {
    for (std::size_t i = 0; i < size; ++i) co_await store.create(key_of(i), draft_of(i));
    co_return 0;
  }
  const std::size_t size;
  MemoryStore store;
  double bytes_per_object = 0;
};

// Filling takes longer than measuring: each size is filled once.
Filled& filled(const benchmark::State& state) {
  static std::map<std::size_t, std::unique_ptr<Filled>> all;
  auto& one = all[static_cast<std::size_t>(state.range(0))];
  if (!one) one = std::make_unique<Filled>(static_cast<std::size_t>(state.range(0)));
  return *one;
}

// Coroutines in a loop cost less than an io_context for each call would.
asio::awaitable<int> gets(Filled& filled, benchmark::State& state) {
  std::mt19937 random(1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(co_await filled.store.get(key_of(random() % filled.size)));
  }
  co_return 0;
}

asio::awaitable<int> lists(Filled& filled, benchmark::State& state, std::uint64_t back) {
  std::mt19937 random(1);
  for (auto _ : state) {
    const ListRequest request{std::string(kPrefix),
                              key_of(random() % filled.size),
                              500,
                              {},
                              back == 0 ? 0 : filled.store.resource_version() - back};
    benchmark::DoNotOptimize(co_await filled.store.list(request));
  }
  co_return 0;
}

// A page, and its objects as a list writes them.
asio::awaitable<int> lists_and_writes(Filled& filled, benchmark::State& state) {
  std::mt19937 random(1);
  std::string text;
  for (auto _ : state) {
    const ListRequest request{
        std::string(kPrefix), key_of(random() % (filled.size - 500)), 500, {}, 0};
    auto page = co_await filled.store.list(request);
    const std::vector<ObjectRun> runs = runs_of(std::move(page->objects));
    FetchAhead ahead(runs);
    for (const ObjectRun& run : runs) {
      for (const ObjectPtr& object : run.objects) {
        ahead.step();
        text += object->item();
        if (text.size() < std::size_t{64} * 1024) continue;
        benchmark::DoNotOptimize(text.data());
        text.clear();
      }
    }
  }
  co_return 0;
}

asio::awaitable<int> updates(Filled& filled, benchmark::State& state) {
  std::mt19937 random(1);
  const Draft draft = draft_of(0);
  for (auto _ : state) {
    const std::string key = key_of(random() % filled.size);
    const auto current = co_await filled.store.get(key);
    Draft copy = draft;
    benchmark::DoNotOptimize(
        co_await filled.store.update(key, std::move(copy), (*current)->meta().resource_version));
  }
  state.SetItemsProcessed(state.iterations());
  co_return 0;
}

asio::awaitable<int> creates(Filled& filled, benchmark::State& state) {
  std::size_t number = 0;
  for (auto _ : state) {
    const std::string name = std::to_string(number++);
    benchmark::DoNotOptimize(
        co_await filled.store.create("v1/configmaps/made/" + name, draft_of(0)));
  }
  state.SetItemsProcessed(state.iterations());
  for (std::size_t i = 0; i < number; ++i) {
    const std::string key = "v1/configmaps/made/" + std::to_string(i);
    const auto current = co_await filled.store.get(key);
    co_await filled.store.remove(key, (*current)->meta().resource_version);
  }
  co_return 0;
}

// A change, and that it reaches all who watch.
asio::awaitable<int> tells_watchers(asio::io_context& io, benchmark::State& state) {
  MemoryStore store;
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < state.range(0); ++i) {
    const WatchStart start{0, io.get_executor()};
    auto started = co_await store.watch(kPrefix, start);
    watches.push_back(std::move(started->watch));
  }
  std::size_t number = 0;
  for (auto _ : state) {
    co_await store.create(key_of(number++), draft_of(0));
    for (const auto& watch : watches) {
      benchmark::DoNotOptimize(co_await watch->next(std::chrono::steady_clock::time_point::max()));
    }
  }
  co_return 0;
}

void Get(benchmark::State& state) {
  testing::run(gets(filled(state), state));
  state.counters["bytes/object"] = filled(state).bytes_per_object;
}
void ListPageOf500(benchmark::State& state) { testing::run(lists(filled(state), state, 0)); }
void ListAndWritePageOf500(benchmark::State& state) {
  testing::run(lists_and_writes(filled(state), state));
}
void ListPageOf500At1000ChangesBefore(benchmark::State& state) {
  testing::run(lists(filled(state), state, 1000));
}
void UpdateAfterGet(benchmark::State& state) { testing::run(updates(filled(state), state)); }
void CreateWithEncoding(benchmark::State& state) { testing::run(creates(filled(state), state)); }
void CreateForWatchers(benchmark::State& state) {
  asio::io_context io;
  testing::run(io, tells_watchers(io, state));
}

BENCHMARK(Get)->Arg(1000)->Arg(1'000'000);
BENCHMARK(ListPageOf500)->Arg(1000)->Arg(1'000'000);
BENCHMARK(ListAndWritePageOf500)->Arg(1000)->Arg(1'000'000);
BENCHMARK(UpdateAfterGet)->Arg(1000)->Arg(1'000'000);
BENCHMARK(ListPageOf500At1000ChangesBefore)->Arg(1000)->Arg(1'000'000);
BENCHMARK(CreateWithEncoding)->Arg(1000)->Arg(1'000'000);
BENCHMARK(CreateForWatchers)->Arg(0)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace kaudit::apiserver::store
