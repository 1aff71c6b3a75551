#include "apiserver/api/write/patch_type.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {
namespace {

struct Named {
  std::string_view media_type;
  PatchType type;
};

constexpr Named kTypes[] = {
    {"application/json-patch+json", PatchType::Json},
    {"application/merge-patch+json", PatchType::Merge},
    {"application/strategic-merge-patch+json", PatchType::Strategic},
    {"application/apply-patch+yaml", PatchType::Apply},
};

}  // namespace

Expected<PatchType> patch_type(const http::Headers& headers) {
  std::string_view type = headers.first("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const Named& named) { return named.media_type == type; });
  if (found == std::end(kTypes)) return tl::unexpected(unsupported_media_type());
  return found->type;
}

}  // namespace kaudit::apiserver::api
