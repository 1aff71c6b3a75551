#include "apiserver/custom/definition_names.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "apiserver/objects/tree/conditions.hpp"
#include "apiserver/objects/tree/object_in.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

Json text_list(const std::vector<std::string>& texts) {
  Json::Array list;
  for (const std::string& text : texts) list.emplace_back(text);
  return Json(std::move(list));
}

Json json_of(const Names& names) {
  Json json{Json::Object()};
  json.set("plural", Json(names.plural));
  if (!names.singular.empty()) json.set("singular", Json(names.singular));
  if (!names.short_names.empty()) json.set("shortNames", text_list(names.short_names));
  json.set("kind", Json(names.kind));
  if (!names.list_kind.empty()) json.set("listKind", Json(names.list_kind));
  if (!names.categories.empty()) json.set("categories", text_list(names.categories));
  return json;
}

/// Which names of a group are taken, and the last reason why one could not be had.
class Settlement {
 public:
  Settlement(std::string_view self, std::span<const DefinitionPtr> others)
      : self_(self), others_(others) {}

  Names settle(const Names& asked, Names accepted) {
    take(asked.plural, accepted.plural, Used::Resource, "PluralConflict");
    take(asked.singular, accepted.singular, Used::Resource, "SingularConflict");
    take_short_names(asked.short_names, accepted.short_names);
    take(asked.kind, accepted.kind, Used::Kind, "KindConflict");
    take(asked.list_kind, accepted.list_kind, Used::Kind, "ListKindConflict");
    accepted.categories = asked.categories;
    return accepted;
  }

  const std::string& reason() const noexcept { return reason_; }
  const std::string& message() const noexcept { return message_; }

 private:
  static std::string in_use(std::string_view name) {
    return go_quoted(name) + " is already in use";
  }

  void refuse(std::string reason, std::string message) {
    reason_ = std::move(reason);
    message_ = std::move(message);
  }

  // Names of resources and of kinds do not get in each other's way.
  enum class Used : std::uint8_t { Resource, Kind };

  bool is_taken(std::string_view name, Used as) const {
    return std::ranges::any_of(others_, [&](const DefinitionPtr& other) {
      if (other->name == self_) return false;
      const Names& names = other->accepted;
      if (as == Used::Kind) return names.kind == name || names.list_kind == name;
      return names.plural == name || names.singular == name ||
             std::ranges::find(names.short_names, name) != names.short_names.end();
    });
  }

  void take(const std::string& asked, std::string& accepted, Used as, std::string_view reason) {
    if (asked == accepted) return;
    if (is_taken(asked, as)) {
      refuse(std::string(reason), in_use(asked));
    } else {
      accepted = asked;
    }
  }

  void take_short_names(const std::vector<std::string>& asked, std::vector<std::string>& accepted) {
    if (asked == accepted) return;
    std::vector<std::string> conflicts;
    for (const std::string& name : asked) {
      const bool own = std::ranges::find(accepted, name) != accepted.end();
      if (!own && is_taken(name, Used::Resource)) conflicts.push_back(in_use(name));
    }
    if (conflicts.empty()) {
      accepted = asked;
      return;
    }
    std::string message;
    for (const std::string& conflict : conflicts) {
      message.append(message.empty() ? "" : ", ").append(conflict);
    }
    refuse("ShortNamesConflict", conflicts.size() == 1 ? message : "[" + message + "]");
  }

  const std::string_view self_;
  const std::span<const DefinitionPtr> others_;
  std::string reason_;
  std::string message_;
};

}  // namespace

void set_condition(Json& definition, const Condition& wanted, std::string_view now) {
  Json* condition = objects::find_condition(definition, wanted.type);
  if (condition == nullptr) {
    Json& status = objects::object_in(definition, "status");
    Json* list = status.find("conditions");
    if (list == nullptr || list->array() == nullptr) {
      list = &status.set("conditions", Json(Json::Array()));
    }
    condition = &list->array()->emplace_back(Json::Object());
    condition->set("type", Json(wanted.type));
  }
  if (condition->text("status") != wanted.status) {
    condition->set("status", Json(wanted.status));
    condition->set("lastTransitionTime", Json(now));
  }
  condition->set("reason", Json(wanted.reason));
  condition->set("message", Json(wanted.message));
}

std::optional<Json> with_names_settled(const Json& definition,
                                       std::span<const DefinitionPtr> others,
                                       std::string_view now) {
  const Json* const spec = definition.find("spec");
  const Json* const status = definition.find("status");
  const Names asked = Names::read(spec != nullptr ? spec->find("names") : nullptr);
  const Names before = Names::read(status != nullptr ? status->find("acceptedNames") : nullptr);
  if (asked == before && objects::condition_is_true(definition, "Established")) return std::nullopt;
  Settlement settlement(definition.find("metadata")->text("name"), others);
  const Names accepted = settlement.settle(asked, before);
  Json changed = definition;
  objects::object_in(changed, "status").set("acceptedNames", json_of(accepted));
  const bool good = settlement.reason().empty();
  if (good) {
    set_condition(changed, {"NamesAccepted", "True", "NoConflicts", "no conflicts found"}, now);
  } else {
    set_condition(changed, {"NamesAccepted", "False", settlement.reason(), settlement.message()},
                  now);
  }
  if (!objects::condition_is_true(changed, "Established")) {
    if (good) {
      set_condition(
          changed,
          {"Established", "True", "InitialNamesAccepted", "the initial names have been accepted"},
          now);
    } else {
      set_condition(changed, {"Established", "False", "NotAccepted", "not all names are accepted"},
                    now);
    }
  }
  if (changed == definition) return std::nullopt;
  return changed;
}

}  // namespace kaudit::apiserver::custom
