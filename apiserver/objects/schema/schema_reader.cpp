#include <algorithm>
#include <cstdlib>
#include <re2/re2.h>
#include <utility>

#include "apiserver/objects/schema/schema.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

bool flag(const Json& props, std::string_view name) {
  const Json* value = props.find(name);
  return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

std::optional<double> number(const Json& props, std::string_view name) {
  const Json* value = props.find(name);
  if (value == nullptr || value->number() == nullptr) return std::nullopt;
  return std::strtod(value->number()->text.c_str(), nullptr);
}

std::optional<std::int64_t> whole(const Json& props, std::string_view name) {
  const Json* value = props.find(name);
  if (value == nullptr || value->number() == nullptr) return std::nullopt;
  const auto parsed = parse_int64(value->number()->text);
  return parsed ? std::optional<std::int64_t>(*parsed) : std::nullopt;
}

std::optional<Bound> bound(const Json& props, std::string_view name, std::string_view exclusive) {
  const auto value = number(props, name);
  if (!value) return std::nullopt;
  return Bound{*value, flag(props, exclusive)};
}

std::vector<std::string> texts(const Json& props, std::string_view name) {
  std::vector<std::string> list;
  const Json* value = props.find(name);
  if (value == nullptr || value->array() == nullptr) return list;
  for (const Json& each : *value->array()) {
    if (each.string()) list.push_back(*each.string());
  }
  return list;
}

ListType list_type_of(std::string_view text) {
  if (text == "atomic") return ListType::Atomic;
  if (text == "set") return ListType::Set;
  return text == "map" ? ListType::Map : ListType::Unmarked;
}

MapType map_type_of(std::string_view text) {
  if (text == "atomic") return MapType::Atomic;
  return text == "granular" ? MapType::Granular : MapType::Unmarked;
}

// (regexp/syntax ErrorCode)
std::string_view go_error_of(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass:
    case re2::RE2::ErrorBadCharRange:
      return "invalid character class range";
    case re2::RE2::ErrorMissingBracket:
      return "missing closing ]";
    case re2::RE2::ErrorMissingParen:
      return "missing closing )";
    case re2::RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case re2::RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case re2::RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case re2::RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case re2::RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "regexp/syntax: internal error";
  }
}

std::shared_ptr<const re2::RE2> compiled(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()),
                                          options);
}

std::string fault_of(const re2::RE2& program) {
  if (program.ok()) return "";
  std::string fault("error parsing regexp: ");
  fault += go_error_of(program.error_code());
  if (program.error_code() == re2::RE2::ErrorTrailingBackslash) return fault + ": ``";
  return fault.append(": `").append(program.error_arg()).append("`");
}

Result<Schema> read(const Json& props, std::size_t depth);

Result<std::unique_ptr<const Schema>> read_one(const Json& props, std::size_t depth) {
  auto schema = read(props, depth);
  if (!schema) return tl::unexpected(schema.error());
  return std::make_unique<const Schema>(*std::move(schema));
}

Result<void> read_all(const Json& props, std::string_view name, std::size_t depth,
                      std::vector<Schema>& to) {
  const Json* list = props.find(name);
  if (list == nullptr || list->array() == nullptr) return {};
  for (const Json& each : *list->array()) {
    auto schema = read(each, depth);
    if (!schema) return tl::unexpected(schema.error());
    to.push_back(*std::move(schema));
  }
  return {};
}

void read_values(const Json& props, Schema& schema) {
  schema.maximum = bound(props, "maximum", "exclusiveMaximum");
  schema.minimum = bound(props, "minimum", "exclusiveMinimum");
  schema.multiple_of = number(props, "multipleOf");
  schema.max_length = whole(props, "maxLength");
  schema.min_length = whole(props, "minLength");
  schema.max_items = whole(props, "maxItems");
  schema.min_items = whole(props, "minItems");
  schema.max_properties = whole(props, "maxProperties");
  schema.min_properties = whole(props, "minProperties");
  schema.unique_items = flag(props, "uniqueItems");
  schema.required = texts(props, "required");
  schema.pattern = props.text("pattern");
  if (!schema.pattern.empty()) {
    auto program = compiled(schema.pattern);
    schema.pattern_fault = fault_of(*program);
    if (program->ok()) schema.pattern_program = std::move(program);
  }
  const Json* values = props.find("enum");
  if (values != nullptr && values->array()) schema.enum_values = *values->array();
  const Json* rules = props.find("x-kubernetes-validations");
  schema.has_rules = rules != nullptr && rules->array() && !rules->array()->empty();
}

Result<void> read_members(const Json& props, std::size_t depth, Schema& schema) {
  const Json* properties = props.find("properties");
  if (properties != nullptr && properties->object()) {
    for (const Json::Member& each : *properties->object()) {
      auto property = read(each.value, depth);
      if (!property) return tl::unexpected(property.error());
      schema.properties.push_back({each.name, *std::move(property)});
    }
    std::ranges::sort(schema.properties, {}, &Property::name);
  }
  const Json* others = props.find("additionalProperties");
  if (others != nullptr && others->boolean()) {
    schema.other_members = *others->boolean() ? OtherMembers::Allowed : OtherMembers::Forbidden;
  } else if (others != nullptr && others->object()) {
    auto other = read_one(*others, depth);
    if (!other) return tl::unexpected(other.error());
    schema.other_members = OtherMembers::BySchema;
    schema.other_schema = *std::move(other);
  }
  return {};
}

bool any_has_rules(const std::vector<Schema>& schemas) {
  return std::ranges::any_of(schemas, &Schema::has_rules);
}

bool has_rules_below(const Schema& schema) {
  return std::ranges::any_of(schema.properties,
                             [](const Property& each) { return each.schema.has_rules; }) ||
         (schema.items && schema.items->has_rules) ||
         (schema.other_schema && schema.other_schema->has_rules) || any_has_rules(schema.all_of);
}

Result<Schema> read(const Json& props, std::size_t depth) {
  if (depth == 0) {
    return fail("the schema nests deeper than " + std::to_string(kMaxSchemaDepth) + " levels");
  }
  --depth;
  Schema schema;
  schema.type = props.text("type");
  schema.nullable = flag(props, "nullable");
  schema.preserves_unknown = flag(props, "x-kubernetes-preserve-unknown-fields");
  schema.int_or_string = flag(props, "x-kubernetes-int-or-string");
  schema.embedded = flag(props, "x-kubernetes-embedded-resource");
  schema.list_type = list_type_of(props.text("x-kubernetes-list-type"));
  schema.map_type = map_type_of(props.text("x-kubernetes-map-type"));
  schema.list_keys = texts(props, "x-kubernetes-list-map-keys");
  const std::string_view format = props.text("format");
  const std::string_view typed = schema.int_or_string ? std::string_view() : schema.type;
  if (is_known_format(typed, format)) schema.format = format;
  if (const Json* value = props.find("default"); value != nullptr && !value->is_null()) {
    schema.default_value = *value;
  }
  read_values(props, schema);
  if (auto members = read_members(props, depth, schema); !members) {
    return tl::unexpected(members.error());
  }
  if (const Json* items = props.find("items"); items != nullptr && items->object()) {
    auto read_items = read_one(*items, depth);
    if (!read_items) return tl::unexpected(read_items.error());
    schema.items = *std::move(read_items);
  }
  for (const auto& [name, list] :
       {std::pair("allOf", &schema.all_of), std::pair("anyOf", &schema.any_of),
        std::pair("oneOf", &schema.one_of)}) {
    if (auto done = read_all(props, name, depth, *list); !done) {
      return tl::unexpected(done.error());
    }
  }
  if (const Json* negated = props.find("not"); negated != nullptr && negated->object()) {
    auto read_not = read_one(*negated, depth);
    if (!read_not) return tl::unexpected(read_not.error());
    schema.not_schema = *std::move(read_not);
  }
  schema.has_rules = schema.has_rules || has_rules_below(schema);
  return schema;
}

}  // namespace

Schema::Schema() = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

const Schema* Schema::property(std::string_view name) const noexcept {
  const auto found = std::lower_bound(
      properties.begin(), properties.end(), name,
      [](const Property& property, std::string_view wanted) { return property.name < wanted; });
  return found == properties.end() || found->name != name ? nullptr : &found->schema;
}

const Schema* Schema::member(std::string_view name) const noexcept {
  const Schema* const own = property(name);
  return own != nullptr ? own : other_schema.get();
}

Result<Schema> read_schema(const Json& props) { return read(props, kMaxSchemaDepth); }

std::string pattern_fault(std::string_view pattern) { return fault_of(*compiled(pattern)); }

}  // namespace kaudit::apiserver::objects::schema
