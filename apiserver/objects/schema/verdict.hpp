#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::schema {

/// What is wrong with a value, as kube-openapi's validator says it.
struct Fault {
  enum class Kind : std::uint8_t {
    Plain,  ///< of the whole object: it has a text and no place
    WrongType,
    Required,
    TooLong,
    TooManyItems,
    NotInEnum,
    Other,
  };
  Kind kind = Kind::Other;
  std::string place;  ///< `spec.x[0]`
  std::string text;   ///< `spec.x in body must be of type string: "integer"`
  Json value = Json("");
  std::int64_t count = 0;              ///< of TooManyItems
  std::int64_t limit = 0;              ///< of TooLong, TooManyItems
  std::span<const Json> allowed = {};  ///< of NotInEnum

  // Of the value at `path`, whose text says `PATH in body …`.

  static Fault plain(std::string text);
  static Fault wrong_type(const std::string& path, std::string_view wanted, std::string_view given);
  static Fault required(const std::string& path, const std::string& member);
  static Fault too_long(const std::string& path, std::int64_t limit);
  /// `what`: items, properties.
  static Fault too_many(const std::string& path, std::int64_t count, std::int64_t limit,
                        std::string_view what);
  /// `allowed` outlives the fault.
  static Fault not_in_enum(const std::string& path, const Json& value, const Json::Array& allowed);
  static Fault other(const std::string& path, std::string_view text, Json value = Json(""));
};

/// More of them help nobody, and each is compared with all before it.
inline constexpr std::size_t kMaxFaults = 500;

/// The faults of a value, each text once, and how many checks it passed: by that the alternative is
/// chosen whose faults are shown. (validate.Result)
struct Verdict {
  std::vector<Fault> faults;
  int passed = 0;

  bool valid() const noexcept { return faults.empty(); }
  void add(Fault fault);
  void merge(Verdict other);
};

}  // namespace kaudit::apiserver::objects::schema
