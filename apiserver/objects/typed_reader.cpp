#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "apiserver/objects/rfc3339.hpp"
#include "apiserver/objects/schema.hpp"
#include "audit/base/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

/// Reads one member; knows where it stands, for the error's text.
class FieldReader {
 public:
  FieldReader(const StructType& owner, const Field& field, std::string path)
      : owner_(owner), field_(field), path_(std::move(path)) {}

  /// null stands for an empty value that is not to be written, unless the field is of
  /// Presence::Always.
  Result<Json> read(const Json& value) const {
    switch (field_.type) {
      case FieldType::String:
        return read_string(value);
      case FieldType::Bool:
        return read_bool(value);
      case FieldType::Int64:
        return read_integer(value);
      case FieldType::Time:
        return read_time(value);
      case FieldType::StringMap:
        return read_map(value, "string");
      case FieldType::BytesMap:
        return read_map(value, "[]uint8");
      case FieldType::StringList:
      case FieldType::StructList:
        return read_list(value);
      case FieldType::Struct:
        return read_struct(value);
      case FieldType::Raw:
        return value;
    }
    return Json();
  }

 private:
  bool optional() const { return field_.presence == Presence::WhenNotEmpty; }

  tl::unexpected<Error> mismatch(std::string_view given, std::string_view type) const {
    std::string text = "json: cannot unmarshal ";
    text.append(given).append(" into Go struct field ").append(owner_.name).append(".");
    text.append(path_).append(" of type ").append(type);
    return fail(std::move(text));
  }

  std::string go_type() const {
    switch (field_.type) {
      case FieldType::String:
        return field_.go_type.empty() ? "string" : std::string(field_.go_type);
      case FieldType::Bool:
        return "bool";
      case FieldType::Int64:
        return "int64";
      case FieldType::Time:
        return "string";
      case FieldType::StringMap:
        return "map[string]string";
      case FieldType::BytesMap:
        return "map[string][]uint8";
      case FieldType::StringList:
        return "[]string";
      case FieldType::Struct:
        return "v1." + std::string(field_.of->name);
      case FieldType::StructList:
        return "[]v1." + std::string(field_.of->name);
      case FieldType::Raw:
        break;
    }
    return "";
  }

  Result<Json> read_string(const Json& value) const {
    if (value.is_null()) return field_.presence == Presence::Always ? Json("") : Json();
    if (!value.string()) return mismatch(value.type_name(), go_type());
    return optional() && value.string()->empty() ? Json() : value;
  }

  Result<Json> read_bool(const Json& value) const {
    if (value.is_null()) return Json();
    if (!value.boolean()) return mismatch(value.type_name(), go_type());
    return optional() && !*value.boolean() ? Json() : value;
  }

  Result<Json> read_integer(const Json& value) const {
    if (value.is_null()) return Json();
    if (!value.number()) return mismatch(value.type_name(), go_type());
    const std::string& text = value.number()->text;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
      return mismatch("number " + text, go_type());
    }
    return optional() && number == 0 ? Json() : Json(number);
  }

  Result<Json> read_time(const Json& value) const {
    if (value.is_null()) return Json();
    if (!value.string()) {
      std::string text = "json: cannot unmarshal ";
      text.append(value.type_name()).append(" into Go value of type string");
      return fail(std::move(text));
    }
    auto time = normalised_time(*value.string());
    if (!time) return tl::unexpected(time.error());
    return time->empty() ? Json() : Json(*std::move(time));  // the zero time is null
  }

  Result<Json> read_map(const Json& value, std::string_view element_type) const {
    if (value.is_null()) return Json();
    if (!value.object()) return mismatch(value.type_name(), go_type());
    const bool bytes = field_.type == FieldType::BytesMap;
    Json map = value;
    for (Json::Member& member : *map.object()) {
      if (member.value.is_null()) {
        if (!bytes) member.value = Json("");  // nil bytes stay null
      } else if (!member.value.string()) {
        return mismatch(member.value.type_name(), element_type);
      } else if (bytes) {
        auto decoded = base64_decode(*member.value.string());
        if (!decoded) return tl::unexpected(decoded.error());
        member.value = Json(base64_encode(*decoded));
      }
    }
    if (map.object()->empty()) return Json();
    map.sort_members();
    return map;
  }

  Result<Json> read_list(const Json& value) const {
    if (value.is_null()) return Json();
    if (!value.array()) return mismatch(value.type_name(), go_type());
    Json::Array list;
    for (const Json& element : *value.array()) {
      if (field_.type == FieldType::StructList) {
        auto read = read_as(*field_.of, element, path_);
        if (!read) return tl::unexpected(read.error());
        list.push_back(*std::move(read));
      } else if (element.is_null()) {
        list.emplace_back("");
      } else if (element.string()) {
        list.push_back(element);
      } else {
        return mismatch(element.type_name(), "string");
      }
    }
    return list.empty() ? Json() : Json(std::move(list));
  }

  Result<Json> read_struct(const Json& value) const {
    if (value.is_null() && field_.presence != Presence::Always) return Json();
    if (!value.is_null() && !value.object()) return mismatch(value.type_name(), go_type());
    return read_as(*field_.of, value, path_);
  }

  const StructType& owner_;
  const Field& field_;
  const std::string path_;
};

}  // namespace

Result<Json> read_as(const StructType& type, const Json& value, std::string_view path) {
  if (!value.is_null() && !value.object()) {
    std::string text = "json: cannot unmarshal ";
    text.append(value.type_name()).append(" into Go value of type v1.").append(type.name);
    return fail(std::move(text));
  }
  Json result{Json::Object()};
  for (const Field& field : type.fields) {
    const Json* given = value.find(field.name);
    if (given == nullptr && field.presence != Presence::Always) continue;
    std::string where(path);
    if (!where.empty()) where += '.';
    where += field.name;
    auto member = FieldReader(type, field, std::move(where)).read(given ? *given : Json());
    if (!member) return tl::unexpected(member.error());
    if (!member->is_null() || field.presence == Presence::Always) {
      result.object()->push_back({std::string(field.name), *std::move(member)});
    }
  }
  return result;
}

}  // namespace kaudit::apiserver::objects
