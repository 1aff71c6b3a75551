#include <algorithm>
#include <string>
#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "apiserver/objects/patch/list_identity.hpp"
#include "apiserver/objects/patch/strategic_merge.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

using Kind = PatchError::Kind;

constexpr std::size_t kUnranked = Places::kNone;

// An element on its way to its place.
struct Ranked {
  Json element;
  std::size_t rank = kUnranked;         // in the list that orders its side
  std::size_t server_rank = kUnranked;  // in the server's
};

// Stable by rank. Where an element has none, Go's comparison contradicts itself; for short lists
// the outcome is that of its insertion sort, which is followed here.
void sort_by_rank(std::vector<Ranked>& list) {
  constexpr std::size_t kInsertionSorted = 20;
  const auto before = [](const Ranked& a, const Ranked& b) {
    return a.rank == kUnranked || b.rank == kUnranked || a.rank < b.rank;
  };
  const bool all_ranked = std::none_of(list.begin(), list.end(),
                                       [](const Ranked& item) { return item.rank == kUnranked; });
  if (all_ranked || list.size() > kInsertionSorted) {
    std::stable_sort(list.begin(), list.end(),
                     [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
    return;
  }
  for (std::size_t i = 1; i < list.size(); ++i) {
    for (std::size_t j = i; j > 0 && before(list[j], list[j - 1]); --j) {
      std::swap(list[j], list[j - 1]);
    }
  }
}

}  // namespace

PatchResult<void> check_order(const Json::Array& patch, const Json::Array& order,
                              std::string_view merge_key) {
  if (patch.empty() || order.empty()) return {};
  std::vector<const Json*> placed;
  for (const Json& element : patch) {
    if (!merge_key.empty()) {
      if (!element.object()) return wrong_type("map[string]interface {}", element);
      if (element.find(kPatchDirective)) continue;
    }
    placed.push_back(&element);
  }
  std::size_t next = 0;
  for (const Json& element : order) {
    if (next == placed.size()) return {};
    const auto wanted = identity_of(*placed[next], merge_key);
    if (!wanted) return tl::unexpected(wanted.error());
    const auto id = identity_of(element, merge_key);
    if (!id) return tl::unexpected(id.error());
    if (*id == *wanted) ++next;
  }
  if (next == placed.size()) return {};
  return refuse_patch(Kind::Unforeseen, "The order in patch list:\n" + go_text(Json(patch)) +
                                            "\n doesn't match $setElementOrder list:\n" +
                                            go_text(Json(order)) + "\n");
}

PatchResult<Json::Array> ordered_list(Json::Array merged, const Json::Array& placed_by,
                                      const Json::Array& server_order, std::string_view merge_key) {
  Places patch_places;
  patch_places.add_leniently(placed_by, merge_key);
  Places server_places;
  server_places.add_leniently(server_order, merge_key);
  std::vector<Ranked> from_patch;
  std::vector<Ranked> servers_own;
  for (Json& element : merged) {
    const auto id = identity_of(element, merge_key);
    if (!id) return tl::unexpected(id.error());
    const std::size_t rank = patch_places.position_of(*id);
    const std::size_t server_rank = server_places.position_of(*id);
    if (rank != kUnranked) {
      from_patch.push_back({std::move(element), rank, server_rank});
    } else if (const auto stop = patch_places.stopped_at()) {
      return refuse_patch(Kind::Unforeseen,
                          "value for key " + std::to_string(*stop) + " is not a map");
    } else {
      servers_own.push_back({std::move(element), server_rank, server_rank});
    }
  }
  if (!merge_key.empty()) {  // what orders must have keys too
    Places strict;
    for (const Json::Array* list : {&placed_by, &server_order}) {
      if (auto keyed = strict.add(*list, merge_key); !keyed) return tl::unexpected(keyed.error());
    }
  }
  sort_by_rank(from_patch);
  sort_by_rank(servers_own);

  Json::Array ordered;
  ordered.reserve(from_patch.size() + servers_own.size());
  auto own = servers_own.begin();
  for (Ranked& item : from_patch) {
    while (own != servers_own.end() && own->server_rank != kUnranked &&
           item.server_rank != kUnranked && own->server_rank < item.server_rank) {
      ordered.push_back(std::move((own++)->element));
    }
    ordered.push_back(std::move(item.element));
  }
  for (; own != servers_own.end(); ++own) ordered.push_back(std::move(own->element));
  return ordered;
}

}  // namespace kaudit::apiserver::objects::patch
