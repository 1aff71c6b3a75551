#include "apiserver/api/delete/namespaces.hpp"

#include <algorithm>
#include <string>

#include "apiserver/api/status_errors.hpp"
#include "base/json/spare_text.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

constexpr std::string_view kProtected[] = {"default", "kube-system", "kube-public"};

const objects::Resource& namespaces() {
  static const objects::Resource& found = *objects::find_resource("", "v1", "namespaces");
  return found;
}

audit::Status terminating(const Call& call, const Json& metadata) {
  std::string_view name = metadata.text("name");
  if (name.empty()) name = metadata.text("generateName");
  if (name.empty()) name = "Unknown";
  audit::Status status = forbidden(
      call.resource, name,
      "unable to create new content in namespace " + call.ns + " because it is being terminated");
  status.details->causes.push_back({"NamespaceTerminating",
                                    "namespace " + call.ns + " is being terminated",
                                    "metadata.namespace"});
  return status;
}

}  // namespace

boost::asio::awaitable<Expected<void>> check_namespace(const Call& call, const Json& object) {
  SpareText key;
  key->append("v1/namespaces/").append(call.ns);
  const auto found = co_await call.store().get(*key);
  if (!found) {
    if (call.options.namespace_check == NamespaceCheck::Off) co_return Expected<void>();
    co_return tl::unexpected(not_found(namespaces(), call.ns));
  }
  if ((*found)->meta().terminating) {
    co_return tl::unexpected(terminating(call, *object.find("metadata")));
  }
  co_return Expected<void>();
}

bool is_protected(std::string_view ns) noexcept {
  return std::find(std::begin(kProtected), std::end(kProtected), ns) != std::end(kProtected);
}

ObjectRef namespace_ref(std::string_view name) { return {&namespaces(), "", std::string(name)}; }

}  // namespace kaudit::apiserver::api
