#include "apiserver/objects/schema/embedded_objects.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/schema/unstructured.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

enum class Malformed : std::uint8_t { Refused, Dropped };

constexpr std::string_view kUnknown = "unknown field \"";

std::string below(const std::string& place, std::string_view name) {
  return place.empty() ? std::string(name) : (place + ".").append(name);
}

class Coercer {
 public:
  explicit Coercer(Malformed malformed) : malformed_(malformed) {}

  // The metadata of an object at that place.
  Result<void> coerce_own(Json& object, const std::string& place) {
    Json* const metadata = object.find("metadata");
    if (metadata == nullptr) return {};
    auto read = decode_metadata(*metadata, FieldValidation::Warn);
    if (!read && malformed_ == Malformed::Dropped) {
      drop_malformed(*metadata);
      read = decode_metadata(*metadata, FieldValidation::Warn);
    }
    if (!read) return tl::unexpected(read.error());
    note(read->complaints, below(place, "metadata"));
    make_unstructured(read->object);
    *metadata = std::move(read->object);
    return {};
  }

  Result<void> coerce(Json& value, const Schema* schema, const std::string& place) {
    if (schema == nullptr) return {};
    if (value.object()) {
      if (schema->embedded) {
        if (auto done = coerce_head(value, place); !done) return done;
      }
      for (Json::Member& member : *value.object()) {
        const Schema* const next = schema->member(member.name);
        if (auto done = coerce(member.value, next, below(place, member.name)); !done) return done;
      }
    } else if (Json::Array* elements = value.array()) {
      if (!schema->items) return {};
      for (std::size_t i = 0; i < elements->size(); ++i) {
        const std::string element = place + "[" + std::to_string(i) + "]";
        auto done = coerce((*elements)[i], schema->items.get(), element);
        if (!done) return done;
      }
    }
    return {};
  }

  std::vector<std::string> take_paths() {
    std::ranges::sort(unknown_);
    return std::move(unknown_);
  }

 private:
  Result<void> coerce_head(Json& object, const std::string& place) {
    for (const std::string_view name : {"apiVersion", "kind"}) {
      const Json* const value = object.find(name);
      if (value == nullptr || value->string()) continue;
      if (malformed_ == Malformed::Refused) {
        const FieldError error = invalid_value(below(place, name), *value, "must be a string");
        return fail(error.field + ": " + error.message);
      }
      object.erase(name);
    }
    const Json* const metadata = object.find("metadata");
    const Json given = metadata != nullptr ? *metadata : Json();
    if (auto done = coerce_own(object, place); !done) {
      const FieldError error = invalid_value(below(place, "metadata"), given, done.error().message);
      return fail(error.field + ": " + error.message);
    }
    return {};
  }

  static void drop_malformed(Json& metadata) {
    Json kept{Json::Object()};
    if (metadata.object()) {
      for (const Json::Member& member : *metadata.object()) {
        Json alone{Json::Object()};
        alone.set(member.name, member.value);
        if (decode_metadata(alone, FieldValidation::Ignore)) kept.set(member.name, member.value);
      }
    }
    metadata = std::move(kept);
  }

  void note(const std::vector<std::string>& complaints, const std::string& place) {
    for (const std::string& complaint : complaints) {
      if (!complaint.starts_with(kUnknown) || !complaint.ends_with('"')) continue;
      std::string path = complaint.substr(kUnknown.size());
      path.pop_back();
      unknown_.push_back(below(place, path));
    }
  }

  const Malformed malformed_;
  std::vector<std::string> unknown_;
};

void check_kind(const Json& value, const std::string& place, std::vector<FieldError>& errors) {
  if (value.string() == nullptr) {
    errors.push_back(invalid_value(place, value, "must be a string"));
    return;
  }
  if (value.string()->empty()) {
    errors.push_back(invalid_value(place, value, "must not be empty"));
    return;
  }
  std::string lower = *value.string();
  std::ranges::transform(lower, lower.begin(), [](char c) { return to_lower(c); });
  const auto faults = validate::name_errors(NameRule::Dns1035Label, lower);
  if (!faults.empty()) {
    errors.push_back(invalid_value(
        place, value, "may have mixed case, but should otherwise match: " + joined(faults, ",")));
  }
}

void check_api_version(const Json& value, const std::string& place,
                       std::vector<FieldError>& errors) {
  if (value.string() == nullptr) {
    errors.push_back(invalid_value(place, value, "must be a string"));
  } else if (value.string()->empty()) {
    errors.push_back(invalid_value(place, value, "must not be empty"));
  } else if (std::ranges::count(*value.string(), '/') > 1) {
    errors.push_back(
        invalid_value(place, value, "unexpected GroupVersion string: " + *value.string()));
  }
}

void check_object(const Json& object, const std::string& place, std::vector<FieldError>& errors) {
  for (const std::string_view name : {"apiVersion", "kind"}) {
    if (object.find(name) == nullptr) errors.push_back(required_value(below(place, name)));
  }
  if (const Json* version = object.find("apiVersion")) {
    check_api_version(*version, below(place, "apiVersion"), errors);
  }
  if (const Json* kind = object.find("kind")) check_kind(*kind, below(place, "kind"), errors);
  const Json* const metadata = object.find("metadata");
  if (metadata == nullptr) return;
  if (auto read = decode_metadata(*metadata, FieldValidation::Ignore); !read) {
    errors.push_back(invalid_value(below(place, "metadata"), *metadata, read.error().message));
    return;
  }
  const std::string_view name = metadata->text("name");
  if (name.empty()) return;
  for (const std::string& fault : validate::name_errors(NameRule::PathSegment, name)) {
    errors.push_back(invalid_value(below(place, "metadata.name"), Json(name), fault));
  }
}

void check_embedded(const Schema& schema, const Json& value, const std::string& place,
                    std::vector<FieldError>& errors) {
  if (value.object()) {
    if (schema.embedded) check_object(value, place, errors);
    for (const Json::Member& member : *value.object()) {
      const Schema* const own = schema.property(member.name);
      if (own != nullptr) {
        check_embedded(*own, member.value, below(place, member.name), errors);
      } else if (schema.other_schema) {
        check_embedded(*schema.other_schema, member.value, place + "[" + member.name + "]", errors);
      }
    }
  } else if (value.array() && schema.items) {
    for (std::size_t i = 0; i < value.array()->size(); ++i) {
      check_embedded(*schema.items, (*value.array())[i], place + "[" + std::to_string(i) + "]",
                     errors);
    }
  }
}

}  // namespace

Result<std::vector<std::string>> coerce_metadata(Json& object) {
  Coercer coercer(Malformed::Refused);
  if (auto done = coercer.coerce_own(object, ""); !done) return tl::unexpected(done.error());
  return coercer.take_paths();
}

Result<std::vector<std::string>> coerce_embedded(Json& object, const Schema* schema) {
  Coercer coercer(Malformed::Refused);
  if (auto done = coercer.coerce(object, schema, ""); !done) return tl::unexpected(done.error());
  return coercer.take_paths();
}

void repair_metadata(Json& object, const Schema* schema) {
  Coercer coercer(Malformed::Dropped);
  // What is wrong is dropped, so that nothing is refused.
  (void)coercer.coerce_own(object, "");
  (void)coercer.coerce(object, schema, "");
}

std::vector<FieldError> check_embedded(const Schema& schema, const Json& object) {
  std::vector<FieldError> errors;
  check_embedded(schema, object, "", errors);
  return errors;
}

}  // namespace kaudit::apiserver::objects::schema
