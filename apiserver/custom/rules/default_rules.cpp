#include <utility>

#include "apiserver/custom/rules/schema_rules.hpp"
#include "apiserver/objects/schema/embedded_objects.hpp"
#include "apiserver/objects/schema/prune.hpp"
#include "apiserver/objects/schema/unstructured.hpp"
#include "apiserver/objects/schema/value_check.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;
using objects::schema::Schema;

bool is_object_head(std::string_view name) {
  return name == "metadata" || name == "kind" || name == "apiVersion";
}

void check_default(const Schema& schema, const Place& place, ErrorList& errors) {
  const Place own = place.child("default");
  Json value = *schema.default_value;
  objects::schema::make_unstructured(value);
  Json pruned = value;
  if (!objects::schema::prune_part(pruned, schema).empty()) {
    errors.invalid(own, value, "must not have unknown fields");
  }
  Json coerced = value;
  if (auto done = objects::schema::coerce_embedded(coerced, &schema); !done) {
    errors.invalid(own, value, done.error().message);
    return;
  }
  if (auto embedded = objects::schema::check_embedded(schema, value); !embedded.empty()) {
    for (auto& error : embedded) error.field = own.text() + "." + error.field;
    errors.add_all(std::move(embedded));
    return;
  }
  errors.add_all(objects::schema::check_value(schema, value, own.text()));
}

// Defaults within metadata are judged in an object around them by a real server; here as they are.
void check(const Schema& schema, const Place& place, bool is_object, ErrorList& errors) {
  if (schema.default_value) check_default(schema, place, errors);
  if (schema.items) check(*schema.items, place.child("items"), schema.items->embedded, errors);
  for (const objects::schema::Property& property : schema.properties) {
    if (is_object && is_object_head(property.name)) continue;
    check(property.schema, place.child("properties").key(property.name), property.schema.embedded,
          errors);
  }
}

}  // namespace

void check_defaults(const Schema& schema, const Place& place, ErrorList& errors) {
  check(schema, place, true, errors);
}

}  // namespace kaudit::apiserver::custom
