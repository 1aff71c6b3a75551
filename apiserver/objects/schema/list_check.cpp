#include <map>
#include <optional>
#include <string>
#include <utility>

#include "apiserver/objects/schema/value_check.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

// The places of elements that were there before, each value once.
std::vector<std::size_t> repeated_places(const Json::Array& elements) {
  std::map<std::string, int> times;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (++times[elements[i].dump()] == 2) places.push_back(i);
  }
  return places;
}

std::string element_place(const std::string& place, std::size_t index) {
  return place + "[" + std::to_string(index) + "]";
}

std::string member_place(const std::string& place, std::string_view name) {
  return place.empty() ? std::string(name) : (place + ".").append(name);
}

void append(std::vector<FieldError>& errors, FieldError error) {
  constexpr std::size_t kMost = 1000;
  if (errors.size() < kMost) errors.push_back(std::move(error));
}

// What tells an element of a keyed list from others: the keys that it has.
Json key_of(const Schema& schema, const Json& element) {
  Json key{Json::Object()};
  for (const std::string& name : schema.list_keys) {
    if (const Json* value = element.find(name)) key.set(name, *value);
  }
  key.sort_members();
  return key;
}

void check_keyed_list(const Schema& schema, const Json::Array& elements, const std::string& place,
                      std::vector<FieldError>& errors) {
  Json::Array keys;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!elements[i].object() && !elements[i].is_null()) {
      append(errors, invalid_value(element_place(place, i), elements[i],
                                   "must be an object for an array of list-type map"));
      return;
    }
    keys.push_back(key_of(schema, elements[i]));
  }
  for (const std::size_t i : repeated_places(keys)) {
    append(errors, duplicate_value(element_place(place, i), keys[i]));
  }
}

void check_lists(const Schema& schema, const Json& value, const std::string& place,
                 std::vector<FieldError>& errors) {
  if (const Json::Object* members = value.object()) {
    if (schema.other_schema) {
      for (const Json::Member& member : *members) {
        check_lists(*schema.other_schema, member.value, place + "[" + member.name + "]", errors);
      }
    }
    for (const Json::Member& member : *members) {
      const Schema* const own = schema.property(member.name);
      if (own != nullptr) check_lists(*own, member.value, member_place(place, member.name), errors);
    }
  } else if (const Json::Array* elements = value.array()) {
    if (schema.list_type == ListType::Set) {
      for (const std::size_t i : repeated_places(*elements)) {
        append(errors, duplicate_value(element_place(place, i), (*elements)[i]));
      }
    } else if (schema.list_type == ListType::Map) {
      check_keyed_list(schema, *elements, place, errors);
    }
    if (!schema.items) return;
    for (std::size_t i = 0; i < elements->size(); ++i) {
      check_lists(*schema.items, (*elements)[i], element_place(place, i), errors);
    }
  }
}

}  // namespace

std::vector<FieldError> check_lists(const Schema& schema, const Json& value) {
  std::vector<FieldError> errors;
  if (value.object()) check_lists(schema, value, "", errors);
  return errors;
}

}  // namespace kaudit::apiserver::objects::schema
