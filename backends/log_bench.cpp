// What the log costs a request in blocking mode: encode one event and append it to a file.
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include <benchmark/benchmark.h>

#include "backends/log.hpp"

namespace {

using kaudit::audit::Event;
using kaudit::audit::EventPtr;

/// An event of level Metadata as a real server makes it: about 830 bytes as JSON.
EventPtr metadata_event() {
  auto event = std::make_shared<Event>();
  event->level = "Metadata";
  event->audit_id = "6b2c6bd0-7b0c-4b3e-9a39-0d5c9d7b5f10";
  event->stage = "ResponseComplete";
  event->request_uri = "/apis/apps/v1/namespaces/default/deployments/web?timeout=30s";
  event->verb = "get";
  event->user = {
      "system:serviceaccount:default:deployer",
      "0d2f2f4c-8e0b-4b6b-8f61-3f2f9f8f2c11",
      {"system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"},
      {}};
  event->source_ips = {"10.0.0.7", "192.168.1.4"};
  event->user_agent = "kubectl/v1.33.0 (linux/amd64) kubernetes/60a317e";
  event->object_ref = {"deployments", "default", "web", "", "apps", "v1", "", ""};
  event->response_status.emplace().code = 200;
  event->request_received_timestamp = {1767323045, 678'901'234};
  event->stage_timestamp = {1767323045, 699'999'999};
  event->annotations = {
      {"authorization.k8s.io/decision", "allow"},
      {"authorization.k8s.io/reason",
       "RBAC: allowed by ClusterRoleBinding \"deployers\" of ClusterRole \"edit\" to "
       "ServiceAccount \"deployer/default\""}};
  return event;
}

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
