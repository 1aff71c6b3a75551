// What the queue costs a request, and how fast a log behind it is, against the bare write(2) of the
// same bytes.
#include <atomic>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <benchmark/benchmark.h>

#include "audit/encoder.hpp"
#include "audit/report.hpp"
#include "backends/log/log.hpp"
#include "backends/queue/buffered.hpp"
#include "backends/testing/bench_event.hpp"

namespace {

using kaudit::audit::EventPtr;
using kaudit::backends::Buffered;
using kaudit::backends::BufferSettings;
using kaudit::backends::testing::metadata_event;

/// Takes everything and does nothing.
class Nothing final : public kaudit::audit::Backend {
 public:
  bool process(std::span<const EventPtr> /*events*/) override { return true; }
  void shutdown() override {}
  std::string describe() const override { return "nothing"; }
  void report(kaudit::audit::Report& to) const override { to.backend = "nothing"; }
};

/// A webhook's batches, large enough for nothing to be lost, before a backend that does nothing.
class PushBenchmark : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& state) override {
    if (state.thread_index() != 0) return;
    const BufferSettings settings{
        .capacity = 1'000'000,
        .batches = {.max_size = 400, .max_wait = std::chrono::seconds(30)},
        .max_in_flight = 8};
    buffered_ = std::make_unique<Buffered>(std::make_unique<Nothing>(), settings, counters_);
    if (!buffered_->start()) std::abort();
  }
  void TearDown(const benchmark::State& state) override {
    if (state.thread_index() != 0) return;
    buffered_->shutdown();
    buffered_.reset();
  }

 protected:
  kaudit::audit::Counters counters_;
  std::unique_ptr<Buffered> buffered_;
};

// The names are Google Benchmark's.
BENCHMARK_DEFINE_F(PushBenchmark, Push)(benchmark::State& state) {  // NOLINT
  const std::vector<EventPtr> events = {metadata_event()};
  for (auto iteration : state) {
    benchmark::DoNotOptimize(iteration);
    buffered_->process(events);
  }
  if (state.thread_index() == 0 && !counters_.errors().empty()) {
    state.SkipWithError("events were dropped");
  }
}
BENCHMARK_REGISTER_F(PushBenchmark, Push)->UseRealTime();
BENCHMARK_REGISTER_F(PushBenchmark, Push)->Threads(8)->UseRealTime();

std::string scratch_path() {
  return std::filesystem::temp_directory_path() /
         ("kaudit-buffered-bench-" + std::to_string(::getpid()) + ".log");
}

constexpr int kEvents = 400'000;
/// As many events as a server has in hand at a time: they are in the caches, as new ones are.
constexpr int kDistinct = 500;

/// All events through the queue into a file, until the last one is written.
void log_in_batches(benchmark::State& state) {
  std::vector<EventPtr> events;
  events.reserve(kDistinct);
  for (int i = 0; i < kDistinct; ++i) events.push_back(metadata_event());
  std::size_t bytes = 0;
  for (auto iteration : state) {
    benchmark::DoNotOptimize(iteration);
    state.PauseTiming();
    kaudit::audit::Counters counters;
    auto log = kaudit::backends::Log::open({scratch_path()}, counters).value();
    const BufferSettings settings{.capacity = kEvents,
                                  .batches = {.max_size = static_cast<std::size_t>(state.range(0))},
                                  .together_bytes = std::size_t{256} * 1024};
    Buffered buffered(std::move(log), settings, counters);
    if (!buffered.start()) std::abort();
    state.ResumeTiming();
    for (int i = 0; i < kEvents; ++i) buffered.process({&events[i % kDistinct], 1});
    buffered.shutdown();
    state.PauseTiming();
    if (!counters.errors().empty()) state.SkipWithError("events were lost");
    bytes += std::filesystem::file_size(scratch_path());
    std::filesystem::remove(scratch_path());
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kEvents);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(log_in_batches)
    ->ArgName("max_size")
    ->Arg(1)
    ->Arg(400)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

/// The same bytes in pieces of 256 KB.
void bare_write(benchmark::State& state) {
  std::string line;
  kaudit::audit::append_event(line, *metadata_event());
  std::string piece;
  while (piece.size() < std::size_t{256} * 1024) piece += line;
  const std::size_t total = line.size() * kEvents;
  for (auto iteration : state) {
    benchmark::DoNotOptimize(iteration);
    const int file = ::open(scratch_path().c_str(), O_CREAT | O_WRONLY | O_APPEND | O_TRUNC, 0600);
    for (std::size_t written = 0; written < total; written += piece.size()) {
      if (::write(file, piece.data(), piece.size()) < 0) state.SkipWithError("cannot write");
    }
    ::close(file);
    state.PauseTiming();
    std::filesystem::remove(scratch_path());
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kEvents);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(total));
}
BENCHMARK(bare_write)->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

}  // namespace
