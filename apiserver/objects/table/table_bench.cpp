// What showing a list as a Table costs.
#include <string>

#include <benchmark/benchmark.h>

#include "apiserver/objects/table/view.hpp"

namespace kaudit::apiserver::objects::table {
namespace {

std::string pod_list(int count) {
  std::string text =
      R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[)";
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += R"({"metadata":{"name":"web-)" + std::to_string(i) +
            R"(","namespace":"default","creationTimestamp":"2026-01-02T03:04:05Z"},)"
            R"("spec":{"containers":[{"name":"a","image":"nginx"}],"nodeName":"n1"},)"
            R"("status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"}],"containerStatuses":[)"
            R"({"name":"a","ready":true,"restartCount":1,"state":{"running":{}}}]}})";
  }
  return text + "]}";
}

void TableOfPods(benchmark::State& state) {
  const std::string list = pod_list(static_cast<int>(state.range(0)));
  const objects::Resource& pods = *objects::find_resource("", "v1", "pods");
  const View view{Form::Table, "v1", IncludeObject::Metadata};
  for (auto _ : state) benchmark::DoNotOptimize(show(pods, view, list, {1'800'000'000, 0}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(TableOfPods)->Arg(1)->Arg(500);

void PartialMetadataOfPods(benchmark::State& state) {
  const std::string list = pod_list(static_cast<int>(state.range(0)));
  const objects::Resource& pods = *objects::find_resource("", "v1", "pods");
  const View view{Form::PartialMetadataList, "v1", IncludeObject::Metadata};
  for (auto _ : state) benchmark::DoNotOptimize(show(pods, view, list, {}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(PartialMetadataOfPods)->Arg(500);

}  // namespace
}  // namespace kaudit::apiserver::objects::table
