#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/json_reader.hpp"
#include "apiserver/objects/types/typed_writer.hpp"
#include "base/json/compact_json.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects {

Result<std::string> convert_scalar(std::string_view type_id, std::string_view json) {
  const Type* const scalar = type_by_id(type_id);
  if (scalar == nullptr || scalar->is_struct()) {
    return fail("unknown scalar type " + go_quoted(type_id));
  }
  // A struct of one member, v, as a field of it is read.
  Field field{};
  field.name = "v";
  field.name_words = TreeText::constant_words(field.name);
  field.type = scalar;
  Type type{};
  type.kind = TypeKind::Struct;
  type.always = 1;
  const Member member{&field, &type};
  type.members = {&member, 1};

  std::string body = "{\"v\":";
  body.append(json).append("}");
  const auto compact = compact_json(body);
  if (!compact) return fail(describe_as_go(compact.error(), body));
  Arena arena;
  Value value;
  JsonReader reader(*compact, arena, Strictness::Lenient);
  if (!reader.read(type, value)) return fail(reader.error());
  std::string out;
  if (auto written = append_canonical(out, type, value); !written) {
    return tl::unexpected(written.error());
  }
  return out.substr(5, out.size() - 6);
}

}  // namespace kaudit::apiserver::objects
