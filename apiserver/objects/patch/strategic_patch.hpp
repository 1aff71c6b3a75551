#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/patch/patch_error.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/types/types.hpp"

namespace kaudit::apiserver::objects::patch {

/// A strategic merge patch: a merge patch that knows from the kind's tables which lists merge, and
/// by which key, and that carries directives (`$patch`, `$retainKeys`, `$setElementOrder/…`,
/// `$deleteFromPrimitiveList/…`). Rules and error texts are apimachinery's
/// pkg/util/strategicpatch, as the server calls it. An immutable value once it is parsed.
class StrategicPatch {
 public:
  /// Error: Malformed.
  static PatchResult<StrategicPatch> parse(std::string_view text);

  /// The changed object. Error: Malformed for a bad directive, DoesNotApply for lists of lists,
  /// Unforeseen for the rest (a list element without its merge key, an unknown `$patch`, …).
  PatchResult<Json> apply(const Type& type, Json object) const;

  /// What was sent, as Go prints the decoded map; the server's refusals show it.
  std::string shown() const;

 private:
  explicit StrategicPatch(Json changes) : changes_(std::move(changes)) {}

  enum class Floats : std::uint8_t { None, Some };

  Json changes_;
  Floats floats_ = Floats::None;  ///< whether numbers must be rewritten, as Go does
};

}  // namespace kaudit::apiserver::objects::patch
