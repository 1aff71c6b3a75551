#include <string>
#include <utility>

#include "apiserver/objects/patch/json_patch.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

tl::unexpected<PatchError> undecodable(const Json& value, std::string_view where) {
  std::string text = "error decoding patch: json: cannot unmarshal ";
  text.append(value.type_name()).append(" into Go ").append(where);
  return refuse_patch(PatchError::Kind::Malformed, std::move(text));
}

}  // namespace

PatchResult<JsonPatch> JsonPatch::parse(std::string_view text) {
  const auto tree = Json::parse(text);
  if (!tree) {
    return refuse_patch(PatchError::Kind::Malformed,
                        "error decoding patch: " + tree.error().message);
  }
  JsonPatch patch;
  if (tree->is_null()) return patch;
  if (!tree->array()) return undecodable(*tree, "value of type []handlers.jsonPatchOp");
  patch.operations_.reserve(tree->array()->size());
  for (const Json& element : *tree->array()) {
    Operation& operation = patch.operations_.emplace_back();
    if (element.is_null()) continue;
    if (!element.object()) return undecodable(element, "value of type handlers.jsonPatchOp");
    for (const Json::Member& member : *element.object()) {
      if (member.name == "value") {
        operation.value = member.value;
        operation.has_value = true;
        continue;
      }
      Json* text_member = member.name == "op"     ? &operation.op
                          : member.name == "path" ? &operation.path
                          : member.name == "from" ? &operation.from
                                                  : nullptr;
      if (text_member == nullptr) {
        const std::string index = std::to_string(patch.operations_.size() - 1);
        patch.complaints_.push_back("json patch unknown field " +
                                    go_quoted("[" + index + "]." + member.name));
        continue;
      }
      if (!member.value.string() && !member.value.is_null()) {
        return undecodable(member.value,
                           "struct field jsonPatchOp." + member.name + " of type string");
      }
      *text_member = member.value;
    }
  }
  if (patch.operations_.size() > kMaxOperations) {
    return refuse_patch(PatchError::Kind::TooLarge,
                        "The allowed maximum operations in a JSON patch is " +
                            std::to_string(kMaxOperations) + ", got " +
                            std::to_string(patch.operations_.size()));
  }
  return patch;
}

}  // namespace kaudit::apiserver::objects::patch
