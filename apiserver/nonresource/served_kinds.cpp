#include "apiserver/nonresource/served_kinds.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include <openssl/sha.h>

#include "apiserver/custom/version_order.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::nonresource {
namespace {

using custom::Definition;

std::string storage_hash(const Definition& definition) {
  const objects::Resource& stored = *definition.storage_version().resource;
  const std::string text = std::string(stored.api_version) + "/" + std::string(stored.kind);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64_encode({reinterpret_cast<const char*>(digest.data()), 8});
}

bool comes_before(const ServedKind& a, const ServedKind& b) {
  const objects::Resource& left = *a.resource;
  const objects::Resource& right = *b.resource;
  if (left.group != right.group) return left.group < right.group;
  if (left.version != right.version) {
    return custom::is_newer_version(left.version, right.version);
  }
  return left.name < right.name;
}

}  // namespace

std::vector<std::string_view> verbs_of(const ServedKind& kind) {
  if (kind.terminating) return {"delete", "deletecollection", "get", "list", "watch"};
  return {kind.resource->verbs.begin(), kind.resource->verbs.end()};
}

std::vector<ServedKind> custom_kinds(const custom::Registry& definitions) {
  std::vector<ServedKind> kinds;
  for (const custom::DefinitionPtr& definition : definitions.established()) {
    // What is in the table is not defined a second time.
    if (objects::group_exists(definition->group)) continue;
    const std::string hash = storage_hash(*definition);
    for (const custom::Version& version : definition->versions) {
      if (version.served) kinds.push_back({version.resource, definition->terminating, hash});
    }
  }
  std::ranges::sort(kinds, comes_before);
  return kinds;
}

std::vector<ServedKind> served_kinds(const custom::Registry& definitions) {
  std::vector<ServedKind> kinds;
  for (const objects::Resource& resource : objects::all_resources()) kinds.push_back({&resource});
  std::ranges::move(custom_kinds(definitions), std::back_inserter(kinds));
  return kinds;
}

}  // namespace kaudit::apiserver::nonresource
