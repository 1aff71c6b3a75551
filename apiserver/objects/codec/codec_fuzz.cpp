// Any bytes as a body: what is accepted must come out canonical, that is, decode to the same text
// again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/object.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit::apiserver::objects;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const TypeMeta type : {TypeMeta{"v1", "ConfigMap"}, TypeMeta{"v1", "Pod"},
                              TypeMeta{"v1", "Namespace"}, TypeMeta{"v1", "Secret"}}) {
    const auto object = decode_object(type, body, BodyFormat::Json);
    if (!object) continue;
    const auto again = decode_object(type, object->object.dump(), BodyFormat::Json);
    if (!again || !(again->object == object->object)) std::abort();
    const ObjectPtr sealed = Draft(object->object).seal(42);
    if (!Draft(sealed->tree()).same_as(*sealed)) std::abort();
  }
  (void)decode_delete_options({"v1", "Pod"}, body, BodyFormat::Json);
  return 0;
}
