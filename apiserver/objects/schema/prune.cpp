#include "apiserver/objects/schema/prune.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace kaudit::apiserver::objects::schema {
namespace {

bool is_meta(std::string_view name) {
  return name == "apiVersion" || name == "kind" || name == "metadata";
}

bool is_forbidden_null(const Json& value, const Schema* schema) {
  return value.is_null() && schema != nullptr && !schema->nullable;
}

bool speaks_of_others(const Schema& schema) { return schema.other_members != OtherMembers::Unsaid; }

// Recursion goes no deeper than the schema, but for lists in lists of which no schema speaks: those
// are walked in a loop.
class Pruner {
 public:
  void prune(Json& value, const Schema* schema, bool resource) {
    if (schema == nullptr) {
      drop_all(value);
      return;
    }
    if (Json::Object* members = value.object()) {
      prune_members(*members, *schema, resource);
    } else if (Json::Array* elements = value.array()) {
      for (std::size_t i = 0; i < elements->size(); ++i) {
        const std::size_t size = enter_element(path_, i);
        if (schema->preserves_unknown) {
          keep_elements((*elements)[i], schema->items.get());
        } else {
          prune((*elements)[i], schema->items.get(), is_embedded(schema->items.get()));
        }
        path_.resize(size);
      }
    }
  }

  std::vector<std::string> take_paths() {
    std::ranges::sort(unknown_);
    return std::move(unknown_);
  }

 private:
  static bool is_embedded(const Schema* schema) { return schema != nullptr && schema->embedded; }

  static std::size_t enter_element(std::string& path, std::size_t index) {
    const std::size_t size = path.size();
    path.append("[").append(std::to_string(index)).append("]");
    return size;
  }

  static std::size_t enter_member(std::string& path, std::string_view name) {
    const std::size_t size = path.size();
    if (!path.empty()) path += '.';
    path += name;
    return size;
  }

  void note(std::string path) {
    if (unknown_.size() < kMaxUnknownPaths) unknown_.push_back(std::move(path));
  }

  void prune_members(Json::Object& members, const Schema& schema, bool resource) {
    const auto goes = [&](Json::Member& member) {
      if (resource && is_meta(member.name)) return false;
      const Schema* const own = schema.property(member.name);
      if (own == nullptr && !speaks_of_others(schema)) {
        if (schema.preserves_unknown) return false;
        const std::size_t size = enter_member(path_, member.name);
        if (!is_meta(member.name) || size != 0) note(path_);
        path_.resize(size);
        return true;
      }
      const Schema* const next = own != nullptr ? own : schema.other_schema.get();
      const std::size_t size = enter_member(path_, member.name);
      prune(member.value, next, is_embedded(next));
      path_.resize(size);
      return false;
    };
    members.erase(std::remove_if(members.begin(), members.end(), goes), members.end());
  }

  // Of a list that keeps what it does not know: only what its elements' schema names is looked at.
  void keep_elements(Json& value, const Schema* schema) {
    if (schema == nullptr) return;
    if (Json::Object* members = value.object()) {
      for (Json::Member& member : *members) {
        if (schema->embedded && is_meta(member.name)) continue;
        const Schema* const own = schema->property(member.name);
        if (own == nullptr && !speaks_of_others(*schema)) continue;
        const Schema* const next = own != nullptr ? own : schema->other_schema.get();
        const std::size_t size = enter_member(path_, member.name);
        prune(member.value, next, is_embedded(next));
        path_.resize(size);
      }
    } else if (Json::Array* elements = value.array()) {
      for (std::size_t i = 0; i < elements->size(); ++i) {
        const std::size_t size = enter_element(path_, i);
        keep_elements((*elements)[i], schema->items.get());
        path_.resize(size);
      }
    }
  }

  void drop_all(Json& root) {
    std::vector<std::pair<Json*, std::string>> open;
    open.emplace_back(&root, path_);
    while (!open.empty()) {
      const auto [value, path] = std::move(open.back());
      open.pop_back();
      if (Json::Object* members = value->object()) {
        for (const Json::Member& member : *members) {
          std::string inner = path;
          enter_member(inner, member.name);
          note(std::move(inner));
        }
        members->clear();
      } else if (Json::Array* elements = value->array()) {
        for (std::size_t i = 0; i < elements->size(); ++i) {
          Json& element = (*elements)[i];
          if (!element.object() && !element.array()) continue;
          std::string inner = path;
          enter_element(inner, i);
          open.emplace_back(&element, std::move(inner));
        }
      }
    }
  }

  std::string path_;
  std::vector<std::string> unknown_;
};

/// A list of many small elements can have large defaults in each, so what is added is counted.
class Defaulter {
 public:
  bool fits() const noexcept { return added_ <= kMostDefaultBytes; }

  void complete(Json& value, const Schema* schema) {
    if (schema == nullptr || !fits()) return;
    if (value.object()) {
      for (const Property& property : schema->properties) {
        if (!property.schema.default_value) continue;
        const Json* found = value.find(property.name);
        if ((found == nullptr || is_forbidden_null(*found, &property.schema)) &&
            take(property.schema)) {
          value.set(property.name, *property.schema.default_value);
        }
      }
      for (Json::Member& member : *value.object()) {
        const Schema* const own = schema->property(member.name);
        const Schema* const next = own != nullptr ? own : schema->other_schema.get();
        if (own == nullptr) replace_null(member.value, next);
        complete(member.value, next);
      }
    } else if (Json::Array* elements = value.array()) {
      const Schema* const next = schema->items.get();
      for (Json& element : *elements) {
        replace_null(element, next);
        complete(element, next);
      }
    }
  }

 private:
  void replace_null(Json& value, const Schema* schema) {
    if (is_forbidden_null(value, schema) && schema->default_value && take(*schema)) {
      value = *schema->default_value;
    }
  }

  bool take(const Schema& schema) {
    std::size_t& size = sizes_[&schema];
    if (size == 0) size = schema.default_value->dump().size();
    added_ += size;
    return fits();
  }

  std::unordered_map<const Schema*, std::size_t> sizes_;
  std::size_t added_ = 0;
};

}  // namespace

std::vector<std::string> prune(Json& object, const Schema* schema) {
  static const Schema kNothing;
  Pruner pruner;
  pruner.prune(object, schema != nullptr ? schema : &kNothing, true);
  return pruner.take_paths();
}

std::vector<std::string> prune_part(Json& value, const Schema& schema) {
  Pruner pruner;
  pruner.prune(value, &schema, schema.embedded);
  return pruner.take_paths();
}

void drop_nulls(Json& value, const Schema* schema) {
  if (schema == nullptr) return;
  if (Json::Object* members = value.object()) {
    const auto goes = [&](Json::Member& member) {
      const Schema* const next = schema->member(member.name);
      if (is_forbidden_null(member.value, next) && !next->default_value) return true;
      drop_nulls(member.value, next);
      return false;
    };
    members->erase(std::remove_if(members->begin(), members->end(), goes), members->end());
  } else if (Json::Array* elements = value.array()) {
    for (Json& element : *elements) drop_nulls(element, schema->items.get());
  }
}

bool set_defaults(Json& object, const Schema* schema) {
  Defaulter defaulter;
  defaulter.complete(object, schema);
  return defaulter.fits();
}

}  // namespace kaudit::apiserver::objects::schema
