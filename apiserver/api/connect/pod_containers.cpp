#include "apiserver/api/connect/pod_containers.hpp"

#include <algorithm>

#include "apiserver/api/status_errors.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::api {

std::vector<std::string> container_names(const objects::Json& pod, std::string_view list) {
  std::vector<std::string> names;
  const objects::Json* spec = pod.find("spec");
  const objects::Json* containers = spec ? spec->find(list) : nullptr;
  if (containers == nullptr || !containers->array()) return names;
  for (const objects::Json& container : *containers->array()) {
    names.emplace_back(container.text("name"));
  }
  return names;
}

Expected<std::string> container_of(const objects::Json& pod, std::string_view pod_name,
                                   std::string_view asked) {
  std::vector<std::string> all;
  for (const std::string_view list : {"initContainers", "containers", "ephemeralContainers"}) {
    for (std::string& name : container_names(pod, list)) all.push_back(std::move(name));
  }
  const std::string of_pod(pod_name);
  if (!asked.empty()) {
    if (std::find(all.begin(), all.end(), asked) != all.end()) return std::string(asked);
    return tl::unexpected(
        bad_request("container " + std::string(asked) + " is not valid for pod " + of_pod));
  }
  const std::vector<std::string> containers = container_names(pod, "containers");
  if (containers.size() == 1) return containers.front();
  std::string text = "a container name must be specified for pod " + of_pod;
  if (!containers.empty()) text += ", choose one of: [" + joined(all, " ") + "]";
  return tl::unexpected(bad_request(text));
}

std::string_view annotation_of(const objects::Json& pod, std::string_view name) {
  const objects::Json* metadata = pod.find("metadata");
  const objects::Json* annotations = metadata ? metadata->find("annotations") : nullptr;
  return annotations ? annotations->text(name) : std::string_view();
}

}  // namespace kaudit::apiserver::api
