// A schema and, behind a line break, an object: never a crash, and what was read fits itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/objects/schema/embedded_objects.hpp"
#include "apiserver/objects/schema/prune.hpp"
#include "apiserver/objects/schema/schema.hpp"
#include "apiserver/objects/schema/unstructured.hpp"
#include "apiserver/objects/schema/value_check.hpp"

using namespace kaudit::apiserver::objects;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t split = text.find('\n');
  if (split == std::string_view::npos) return 0;
  const auto props = Json::parse(text.substr(0, split));
  auto object = Json::parse(text.substr(split + 1));
  if (!props || !props->object() || !object || !object->object()) return 0;
  const auto schema = schema::read_schema(*props);
  if (!schema) return 0;
  schema::make_unstructured(*object);
  (void)schema::coerce_metadata(*object);
  (void)schema::prune(*object, &*schema);
  // What is left is known.
  if (!schema::prune(*object, &*schema).empty()) std::abort();
  schema::drop_nulls(*object, &*schema);
  (void)schema::coerce_embedded(*object, &*schema);
  static_cast<void>(schema::set_defaults(*object, &*schema));
  (void)schema::check_value(*schema, *object, "");
  (void)schema::check_embedded(*schema, *object);
  (void)schema::check_lists(*schema, *object);
  (void)schema::check_value(*schema, *object, "", &*object);
  return 0;
}
