// What the log costs a request in blocking mode: encode one event and append it to a file.
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include "backends/log/log.hpp"
#include "backends/testing/bench_event.hpp"

namespace {

using kaudit::audit::EventPtr;
using kaudit::backends::testing::metadata_event;

/// Arguments: how many MB a file may hold before it is rotated (0: never), and whether each write
/// waits for the disk.
class LogBenchmark : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& state) override {
    if (state.thread_index() != 0) return;
    folder_ =
        std::filesystem::temp_directory_path() / ("kaudit-log-bench-" + std::to_string(::getpid()));
    using kaudit::backends::LogSync;
    log_ = kaudit::backends::Log::open(
               {.path = folder_ / "audit.log",
                .rotation = {.max_bytes = state.range(0) << 20, .max_backups = 3},
                .sync = state.range(1) == 0 ? LogSync::Never : LogSync::Always},
               counters_)
               .value();
    static_cast<void>(log_->start());
  }
  void TearDown(const benchmark::State& state) override {
    if (state.thread_index() != 0) return;
    log_->shutdown();
    log_.reset();
    std::filesystem::remove_all(folder_);
  }

 protected:
  kaudit::audit::Counters counters_;
  std::unique_ptr<kaudit::backends::Log> log_;

 private:
  std::filesystem::path folder_;
};

// The names are Google Benchmark's.
BENCHMARK_DEFINE_F(LogBenchmark, ProcessMetadataEvent)(benchmark::State& state) {  // NOLINT
  const std::vector<EventPtr> events = {metadata_event()};
  for (auto iteration : state) {
    benchmark::DoNotOptimize(iteration);
    if (!log_->process(events)) {
      state.SkipWithError("the log cannot be written");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}
// The file grows with each event: so many that it stays under 500 MB.
BENCHMARK_REGISTER_F(LogBenchmark, ProcessMetadataEvent)
    ->ArgNames({"rotation_mb", "sync"})
    ->Args({0, 0})
    ->Args({16, 0})
    ->Iterations(300'000)
    ->UseRealTime();
BENCHMARK_REGISTER_F(LogBenchmark, ProcessMetadataEvent)
    ->ArgNames({"rotation_mb", "sync"})
    ->Args({0, 0})
    ->Args({16, 0})
    ->Iterations(50'000)
    ->Threads(8)
    ->UseRealTime();
BENCHMARK_REGISTER_F(LogBenchmark, ProcessMetadataEvent)
    ->ArgNames({"rotation_mb", "sync"})
    ->Args({0, 1})
    ->Iterations(500)
    ->Threads(1)
    ->Threads(8)
    ->Threads(32)
    ->UseRealTime();

}  // namespace
