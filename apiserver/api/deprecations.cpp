#include "apiserver/api/deprecations.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace kaudit::apiserver::api {
namespace {

struct Row {
  std::string_view resource;
  std::string_view since;
  std::string_view replacement;  ///< may be empty
};

// Of the kinds that this server has, those with +k8s:prerelease-lifecycle-gen:deprecated in
// k8s.io/api v0.37. None of them says when it goes, so none has the annotation removed-release.
constexpr auto kRows = std::to_array<Row>({
    {"componentstatuses", "v1.19", ""},
    {"endpoints", "v1.33", "discovery.k8s.io/v1 EndpointSlice"},
});

}  // namespace

std::string deprecation_warning(const objects::Resource& resource) {
  const auto* const row = std::find_if(kRows.begin(), kRows.end(), [&resource](const Row& each) {
    return each.resource == resource.qualified_name;
  });
  if (row == kRows.end()) return {};
  std::string text(resource.api_version);
  text.append(" ").append(resource.kind).append(" is deprecated in ").append(row->since);
  text += '+';
  if (!row->replacement.empty()) text.append("; use ").append(row->replacement);
  return text;
}

}  // namespace kaudit::apiserver::api
