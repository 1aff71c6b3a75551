#include "apiserver/objects/openapi/v2_protobuf.hpp"

#include "apiserver/objects/openapi/message_tables.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Json;

constexpr FieldRow kInfoFields[] = {{"title", 1, Shape::String}, {"version", 2, Shape::String}};
constexpr MessageRow kInfo{kInfoFields, 7};

extern const MessageRow kSchema;

const FieldRow kSchemaFields[] = {
    {"$ref", 1, Shape::String},
    {"format", 2, Shape::String},
    {"title", 3, Shape::String},
    {"description", 4, Shape::String},
    {"default", 5, Shape::Any},
    {"multipleOf", 6, Shape::Double},
    {"maximum", 7, Shape::Double},
    {"exclusiveMaximum", 8, Shape::Bool},
    {"minimum", 9, Shape::Double},
    {"exclusiveMinimum", 10, Shape::Bool},
    {"maxLength", 11, Shape::Integer},
    {"minLength", 12, Shape::Integer},
    {"pattern", 13, Shape::String},
    {"maxItems", 14, Shape::Integer},
    {"minItems", 15, Shape::Integer},
    {"uniqueItems", 16, Shape::Bool},
    {"maxProperties", 17, Shape::Integer},
    {"minProperties", 18, Shape::Integer},
    {"required", 19, Shape::Strings},
    {"enum", 20, Shape::Anys},
    {"additionalProperties", 21, Shape::Wrapped, &kSchema},
    {"type", 22, Shape::TypeItem},
    {"items", 23, Shape::Wrapped, &kSchema},
    {"properties", 25, Shape::Named, &kSchema},
};
const MessageRow kSchema{kSchemaFields, 31};

const FieldRow kBodyParameterFields[] = {
    {"description", 1, Shape::String},
    {"name", 2, Shape::String},
    {"in", 3, Shape::String},
    {"required", 4, Shape::Bool},
    {"schema", 5, Shape::Message, &kSchema},
};
const MessageRow kBodyParameter{kBodyParameterFields, 6};
const FieldRow kQueryParameterFields[] = {
    {"required", 1, Shape::Bool},     {"in", 2, Shape::String},   {"description", 3, Shape::String},
    {"name", 4, Shape::String},       {"type", 6, Shape::String}, {"format", 7, Shape::String},
    {"uniqueItems", 20, Shape::Bool},
};
const MessageRow kQueryParameter{kQueryParameterFields, 0};
const FieldRow kPathParameterFields[] = {
    {"required", 1, Shape::Bool},     {"in", 2, Shape::String},   {"description", 3, Shape::String},
    {"name", 4, Shape::String},       {"type", 5, Shape::String}, {"format", 6, Shape::String},
    {"uniqueItems", 19, Shape::Bool},
};
const MessageRow kPathParameter{kPathParameterFields, 0};

/// ParametersItem{parameter = 1}, Parameter{body_parameter = 1, non_body_parameter = 2},
/// NonBodyParameter{query = 3, path = 4}.
std::string parameter_message(const Json& json) {
  const std::string_view in = json.text("in");
  if (in == "body") return in_field(1, in_field(1, message(kBodyParameter, json)));
  const bool query = in == "query";
  const std::string bytes = message(query ? kQueryParameter : kPathParameter, json);
  return in_field(1, in_field(2, in_field(query ? 3 : 4, bytes)));
}

const FieldRow kResponseFields[] = {{"description", 1, Shape::String},
                                    {"schema", 2, Shape::Wrapped, &kSchema}};
const MessageRow kResponse{kResponseFields, 5};
/// ResponseValue: a response or a reference to one.
const FieldRow kResponseValueFields[] = {{"", 1, Shape::Message, &kResponse}};
const MessageRow kResponseValue{kResponseValueFields, 0};

const FieldRow kOperationFields[] = {
    {"tags", 1, Shape::Strings},
    {"description", 3, Shape::String},
    {"operationId", 5, Shape::String},
    {"produces", 6, Shape::Strings},
    {"consumes", 7, Shape::Strings},
    {"parameters", 8, Shape::Made, nullptr, 1, parameter_message},
    {"responses", 9, Shape::Named, &kResponseValue},
};
const MessageRow kOperation{kOperationFields, 13};

const FieldRow kPathItemFields[] = {
    {"get", 2, Shape::Message, &kOperation},
    {"put", 3, Shape::Message, &kOperation},
    {"post", 4, Shape::Message, &kOperation},
    {"delete", 5, Shape::Message, &kOperation},
    {"patch", 8, Shape::Message, &kOperation},
    {"parameters", 9, Shape::Made, nullptr, 1, parameter_message},
};
const MessageRow kPathItem{kPathItemFields, 10};

const FieldRow kDocumentFields[] = {
    {"swagger", 1, Shape::String},
    {"info", 2, Shape::Message, &kInfo},
    {"paths", 8, Shape::Named, &kPathItem, 2},
    {"definitions", 9, Shape::Named, &kSchema},
};
const MessageRow kDocument{kDocumentFields, 16};

}  // namespace

std::string protobuf_of_v2(const Json& document) { return message(kDocument, document); }

}  // namespace kaudit::apiserver::objects::openapi
