#include "apiserver/objects/openapi/v3_protobuf.hpp"

#include "apiserver/objects/openapi/message_tables.hpp"

namespace kaudit::apiserver::objects::openapi {
namespace {

const FieldRow kV3InfoFields[] = {
    {"title", 1, Shape::String}, {"description", 2, Shape::String}, {"version", 6, Shape::String}};
const MessageRow kV3Info{kV3InfoFields, 7};

const FieldRow kExternalDocsFields[] = {{"description", 1, Shape::String},
                                        {"url", 2, Shape::String}};
const MessageRow kExternalDocs{kExternalDocsFields, 3, Unknown::LeftOut};

extern const MessageRow kV3Schema;

const FieldRow kV3SchemaFields[] = {
    {"nullable", 1, Shape::Bool},
    {"externalDocs", 6, Shape::Message, &kExternalDocs},
    {"example", 7, Shape::Any},
    {"title", 9, Shape::String},
    {"multipleOf", 10, Shape::Double},
    {"maximum", 11, Shape::Double},
    {"exclusiveMaximum", 12, Shape::Bool},
    {"minimum", 13, Shape::Double},
    {"exclusiveMinimum", 14, Shape::Bool},
    {"maxLength", 15, Shape::Integer},
    {"minLength", 16, Shape::Integer},
    {"pattern", 17, Shape::String},
    {"maxItems", 18, Shape::Integer},
    {"minItems", 19, Shape::Integer},
    {"uniqueItems", 20, Shape::Bool},
    {"maxProperties", 21, Shape::Integer},
    {"minProperties", 22, Shape::Integer},
    {"required", 23, Shape::Strings},
    {"enum", 24, Shape::Anys},
    {"type", 25, Shape::String},
    {"allOf", 26, Shape::Referables, &kV3Schema},
    {"oneOf", 27, Shape::Referables, &kV3Schema},
    {"anyOf", 28, Shape::Referables, &kV3Schema},
    {"not", 29, Shape::Message, &kV3Schema},
    {"items", 30, Shape::WrappedReferable, &kV3Schema},
    {"properties", 31, Shape::NamedReferable, &kV3Schema},
    {"additionalProperties", 32, Shape::SchemaOrBool, &kV3Schema},
    {"default", 33, Shape::DefaultType},
    {"description", 34, Shape::String},
    {"format", 35, Shape::String},
};
const MessageRow kV3Schema{kV3SchemaFields, 36, Unknown::LeftOut};

const FieldRow kMediaTypeFields[] = {{"schema", 1, Shape::Referable, &kV3Schema}};
const MessageRow kMediaType{kMediaTypeFields, 5};

const FieldRow kV3ParameterFields[] = {
    {"name", 1, Shape::String},
    {"in", 2, Shape::String},
    {"description", 3, Shape::String},
    {"required", 4, Shape::Bool},
    {"schema", 10, Shape::Referable, &kV3Schema},
};
const MessageRow kV3Parameter{kV3ParameterFields, 14};

const FieldRow kRequestBodyFields[] = {
    {"description", 1, Shape::String},
    {"content", 2, Shape::Named, &kMediaType},
    {"required", 3, Shape::Bool},
};
const MessageRow kRequestBody{kRequestBodyFields, 4};

const FieldRow kV3ResponseFields[] = {{"description", 1, Shape::String},
                                      {"content", 3, Shape::Named, &kMediaType}};
const MessageRow kV3Response{kV3ResponseFields, 5};

// By their codes.
const FieldRow kResponsesFields[] = {{"default", 1, Shape::Referable, &kV3Response}};
const FieldRow kResponseByCode{"", 2, Shape::NamedReferable, &kV3Response};
const MessageRow kResponses{kResponsesFields, 3, Unknown::Impossible, &kResponseByCode};

const FieldRow kV3OperationFields[] = {
    {"tags", 1, Shape::Strings},
    {"description", 3, Shape::String},
    {"operationId", 5, Shape::String},
    {"parameters", 6, Shape::Referables, &kV3Parameter},
    {"requestBody", 7, Shape::Referable, &kRequestBody},
    {"responses", 8, Shape::Message, &kResponses},
};
const MessageRow kV3Operation{kV3OperationFields, 13};

const FieldRow kV3PathItemFields[] = {
    {"get", 4, Shape::Message, &kV3Operation},
    {"put", 5, Shape::Message, &kV3Operation},
    {"post", 6, Shape::Message, &kV3Operation},
    {"delete", 7, Shape::Message, &kV3Operation},
    {"options", 8, Shape::Message, &kV3Operation},
    {"head", 9, Shape::Message, &kV3Operation},
    {"patch", 10, Shape::Message, &kV3Operation},
    {"parameters", 13, Shape::Referables, &kV3Parameter},
};
const MessageRow kV3PathItem{kV3PathItemFields, 14};

const FieldRow kComponentsFields[] = {{"schemas", 1, Shape::NamedReferable, &kV3Schema}};
const MessageRow kComponents{kComponentsFields, 10};

const FieldRow kV3DocumentFields[] = {
    {"openapi", 1, Shape::String},
    {"info", 2, Shape::Message, &kV3Info},
    {"paths", 4, Shape::Named, &kV3PathItem},
    {"components", 5, Shape::Message, &kComponents},
};
const MessageRow kV3Document{kV3DocumentFields, 9};

}  // namespace

std::string protobuf_of_v3(const objects::Json& document) { return message(kV3Document, document); }

}  // namespace kaudit::apiserver::objects::openapi
