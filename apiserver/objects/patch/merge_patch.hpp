#pragma once

#include <string_view>
#include <utility>

#include "apiserver/objects/patch/patch_error.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// A JSON merge patch (RFC 7386) as an API server reads and applies it. Where the RFC and
/// evanphx/json-patch (Kubernetes' library) differ, in nulls inside arrays, this follows the
/// library. An immutable value once it is parsed.
class MergePatch {
 public:
  /// Error: Malformed; an API server takes objects only.
  static PatchResult<MergePatch> parse(std::string_view text);

  /// The changed object. Members of each object that the patch goes into come in the order of their
  /// names, as from a Go map. Cost: n log n of what it goes into.
  Json apply(Json object) const;

 private:
  explicit MergePatch(Json changes) : changes_(std::move(changes)) {}

  Json changes_;
};

}  // namespace kaudit::apiserver::objects::patch
