#include "apiserver/objects/openapi/parameters.hpp"

#include <initializer_list>
#include <string>
#include <utility>

namespace kaudit::apiserver::objects::openapi {
namespace {

using objects::Json;

struct Parameter {
  std::string_view name;
  std::string_view type;
  std::string_view description;
};

constexpr Parameter kPretty{"pretty", "string", "If true, the answer is indented."};
constexpr Parameter kDryRun{
    "dryRun", "string", "All: the request is carried out in every step, but nothing is stored."};
constexpr Parameter kFieldManager{
    "fieldManager", "string",
    "Who makes the change, for metadata.managedFields; at most 128 bytes."};
constexpr Parameter kFieldValidation{
    "fieldValidation", "string",
    "What is done about unknown and repeated fields: Ignore, Warn (the default) or Strict."};
constexpr Parameter kForce{"force", "boolean",
                           "Of an apply: take over fields that other managers own."};
constexpr Parameter kLabelSelector{"labelSelector", "string", "Only objects with such labels."};
constexpr Parameter kFieldSelector{"fieldSelector", "string", "Only objects with such fields."};
constexpr Parameter kLimit{"limit", "integer", "How many objects a page may have."};
constexpr Parameter kContinue{"continue", "string", "Where the next page begins."};
constexpr Parameter kResourceVersion{"resourceVersion", "string",
                                     "Which state is asked for; see resourceVersionMatch."};
constexpr Parameter kResourceVersionMatch{"resourceVersionMatch", "string",
                                          "How resourceVersion is meant: Exact or NotOlderThan."};
constexpr Parameter kSendInitialEvents{
    "sendInitialEvents", "boolean",
    "Of a watch: begin with what exists, and say by a bookmark when that is done."};
constexpr Parameter kTimeoutSeconds{"timeoutSeconds", "integer",
                                    "When a list or watch ends, in seconds."};
constexpr Parameter kWatch{"watch", "boolean", "Send changes as they happen."};
constexpr Parameter kAllowWatchBookmarks{"allowWatchBookmarks", "boolean",
                                         "Of a watch: events of type BOOKMARK may come."};
constexpr Parameter kGracePeriodSeconds{"gracePeriodSeconds", "integer",
                                        "How long the object may take to end, in seconds."};
constexpr Parameter kOrphanDependents{"orphanDependents", "boolean",
                                      "Old form of propagationPolicy."};
constexpr Parameter kPropagationPolicy{
    "propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground."};

std::initializer_list<const Parameter*> parameters_of(QueryOptions options) {
  static constexpr std::initializer_list<const Parameter*> kNone{};
  static constexpr std::initializer_list<const Parameter*> kGet{&kPretty};
  static constexpr std::initializer_list<const Parameter*> kList{&kAllowWatchBookmarks,
                                                                 &kContinue,
                                                                 &kFieldSelector,
                                                                 &kLabelSelector,
                                                                 &kLimit,
                                                                 &kPretty,
                                                                 &kResourceVersion,
                                                                 &kResourceVersionMatch,
                                                                 &kSendInitialEvents,
                                                                 &kTimeoutSeconds,
                                                                 &kWatch};
  static constexpr std::initializer_list<const Parameter*> kWrite{&kDryRun, &kFieldManager,
                                                                  &kFieldValidation, &kPretty};
  static constexpr std::initializer_list<const Parameter*> kPatch{
      &kDryRun, &kFieldManager, &kFieldValidation, &kForce, &kPretty};
  static constexpr std::initializer_list<const Parameter*> kDelete{
      &kDryRun, &kGracePeriodSeconds, &kOrphanDependents, &kPretty, &kPropagationPolicy};
  static constexpr std::initializer_list<const Parameter*> kDeleteCollection{
      &kContinue,          &kDryRun,          &kFieldSelector,        &kGracePeriodSeconds,
      &kLabelSelector,     &kLimit,           &kOrphanDependents,     &kPretty,
      &kPropagationPolicy, &kResourceVersion, &kResourceVersionMatch, &kTimeoutSeconds};
  switch (options) {
    case QueryOptions::None:
      return kNone;
    case QueryOptions::Get:
      return kGet;
    case QueryOptions::List:
      return kList;
    case QueryOptions::Create:
    case QueryOptions::Update:
      return kWrite;
    case QueryOptions::Patch:
      return kPatch;
    case QueryOptions::Delete:
      return kDelete;
    case QueryOptions::DeleteCollection:
      return kDeleteCollection;
  }
  return kNone;
}

enum class Required : std::uint8_t { No, Yes };

Json parameter(const Parameter& row, std::string_view in, Required required, Dialect dialect) {
  Json json{Json::Object()};
  json.set("name", Json(row.name));
  json.set("in", Json(in));
  json.set("description", Json(row.description));
  if (required == Required::Yes) json.set("required", Json(true));
  Json schema{Json::Object()};
  Json& typed = dialect == Dialect::V2 ? json : schema;
  typed.set("type", Json(row.type));
  typed.set("uniqueItems", Json(true));
  if (dialect == Dialect::V3) json.set("schema", std::move(schema));
  return json;
}

}  // namespace

void append_query(Json::Array& parameters, QueryOptions options, Dialect dialect) {
  for (const Parameter* row : parameters_of(options)) {
    parameters.push_back(parameter(*row, "query", Required::No, dialect));
  }
}

void append_path(Json::Array& parameters, std::string_view name, Dialect dialect) {
  const std::string description = "The object's " + std::string(name) + ".";
  parameters.push_back(parameter({name, "string", description}, "path", Required::Yes, dialect));
}

}  // namespace kaudit::apiserver::objects::openapi
