#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects::table {

/// A path into an object as printer columns and selectable fields give it: `.spec.replicas`,
/// `.metadata.labels['a\.b']`, `.status.conditions[?(@.type=="Ready")].status`, `[0]`, `[-1:]`,
/// `[*]`. (client-go util/jsonpath, without its recursive descent and its templates) A value like
/// std::string.
class JsonPath {
 public:
  /// Error: what is wrong with it.
  static Result<JsonPath> parse(std::string_view text);

  /// The values there, in order, at most kMaxResults; none where something on the way is missing.
  std::vector<const Json*> find(const Json& object) const;

  static constexpr std::size_t kMaxResults = 1000;

 private:
  struct Step {
    enum class Kind : std::uint8_t { Member, Slice, All, Filter };
    enum class Comparison : std::uint8_t { Exists, Equal, NotEqual };
    Kind kind;
    std::string name = {};  ///< of Member
    std::optional<std::int64_t> begin = {};
    std::optional<std::int64_t> end = {};
    bool one = false;                    ///< of Slice: a single element
    std::vector<std::string> path = {};  ///< of Filter: below the element
    Comparison comparison = Comparison::Exists;
    std::string wanted = {};  ///< as text
  };
  class Parser;

  static void take(const Step& step, const Json& value, std::vector<const Json*>& to);

  std::vector<Step> steps_;
};

}  // namespace kaudit::apiserver::objects::table
