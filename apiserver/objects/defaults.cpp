#include "apiserver/objects/defaults.hpp"

#include "apiserver/objects/kind_rules.hpp"

namespace kaudit::apiserver::objects {

void apply_defaults(const Type& type, Value& object, Arena& arena) {
  apply_kind_rules(type, object, arena);
}

}  // namespace kaudit::apiserver::objects
