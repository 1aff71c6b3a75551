#include "cli/receiver/receiver_presets.hpp"

#include <algorithm>

namespace kaudit::cli {

const std::vector<ReceiverPreset>& receiver_presets() {
  static const std::vector<ReceiverPreset> presets{
      {"falco",
       "200 before the body is parsed, 400 above 12 MiB, 404 for any path but /k8s-audit",
       "falcosecurity/plugins k8saudit 0.18: webhookMaxBatchSize 12582912, its ServeMux has the "
       "exact path, a body is parsed behind a channel; falcosecurity/falco #2808",
       {"path=/k8s-audit", "limit=12MiB,status=400", "unparsed"}},
      {"fluent-bit",
       "201 for a success, 413 above 4 MB",
       "Fluent Bit manual, input http: successful_response_code 201, buffer_max_size 4M",
       {"status=201", "limit=4M,status=413"}},
      {"logstash",
       "429 while the queue is full: here for every third batch",
       "Logstash reference, input http, Blocking Behavior: 429 (busy) when it is backlogged",
       {"status=429,every=3"}},
      {"nginx",
       "413 above 1 MiB: a proxy in front of the receiver that nobody has configured",
       "nginx, ngx_http_core_module: client_max_body_size 1m",
       {"limit=1MiB,status=413,content-type=text/html"}},
      {"poison-500",
       "500 for every batch that has an event with the text poison in it, however often it comes",
       "kube-apiserver tries any failure 5 times, then the whole batch is lost "
       "(docs/audit-semantics.md, section 6)",
       {"match=poison,status=500"}},
      {"overloaded",
       "503 with Retry-After: 1 for two batches of three",
       "client-go heeds Retry-After of 429 and 5xx up to 10 times within each of 5 tries",
       {"retry-after=1,every=3", "retry-after=1,every=2"}},
      {"slow",
       "each answer after 35 s, when the sender has given up and will repeat what is stored",
       "the webhook backend's client has a timeout of 30 s that no flag changes "
       "(kubernetes/kubernetes #88045)",
       {"delay=35s"}},
      {"moved",
       "302 to another path: kube-apiserver follows with a GET, whose 200 counts as delivered",
       "kubernetes/kubernetes: net/http follows 301, 302 and 303 by GET without a body",
       {"redirect=/elsewhere"}},
      {"forgetful",
       "200, and every tenth batch is not stored",
       "a receiver that acknowledges before its data is durable, and is restarted",
       {"forget,every=10"}},
      {"html",
       "200 with a Content-Type that does not parse: kube-apiserver takes it for a failure",
       "client-go transformResponse: mime.ParseMediaType of the answer's Content-Type",
       {"content-type=;"}},
  };
  return presets;
}

const ReceiverPreset* find_preset(std::string_view name) {
  const auto& presets = receiver_presets();
  const auto found = std::ranges::find(presets, name, &ReceiverPreset::name);
  return found == presets.end() ? nullptr : &*found;
}

}  // namespace kaudit::cli
