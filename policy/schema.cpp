#include "policy/schema.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace kaudit::policy {
namespace {

using Kind = Type::Kind;

constexpr Type list_of(const Type& element, std::string_view name) {
  return {Kind::List, name, &element, {}, {}};
}
constexpr Type struct_of(std::string_view name, std::string_view struct_name,
                         std::span<const Field> fields) {
  return {Kind::Struct, name, nullptr, struct_name, fields};
}

constexpr Type kString{Kind::String, "string", nullptr, {}, {}};
constexpr Type kBool{Kind::Bool, "bool", nullptr, {}, {}};
constexpr Type kInt64{Kind::Int64, "int64", nullptr, {}, {}};
constexpr Type kTime{Kind::Time, "v1.Time", nullptr, {}, {}};
constexpr Type kAnything{Kind::Anything, "", nullptr, {}, {}};
constexpr Type kStringMap{Kind::StringMap, "map[string]string", nullptr, {}, {}};
constexpr Type kStrings = list_of(kString, "[]string");
constexpr Type kUid{Kind::String, "types.UID", nullptr, {}, {}};
constexpr Type kOperation{Kind::String, "v1.ManagedFieldsOperationType", nullptr, {}, {}};
constexpr Type kLevel{Kind::String, "v1.Level", nullptr, {}, {}};
constexpr Type kStage{Kind::String, "v1.Stage", nullptr, {}, {}};
constexpr Type kStages = list_of(kStage, "[]v1.Stage");

constexpr Field kOwnerReferenceFields[] = {
    {"apiVersion", &kString}, {"kind", &kString},     {"name", &kString},
    {"uid", &kUid},           {"controller", &kBool}, {"blockOwnerDeletion", &kBool},
};
constexpr Type kOwnerReference =
    struct_of("v1.OwnerReference", "OwnerReference", kOwnerReferenceFields);
constexpr Type kOwnerReferences = list_of(kOwnerReference, "[]v1.OwnerReference");

constexpr Field kManagedFieldsFields[] = {
    {"manager", &kString},     {"operation", &kOperation}, {"apiVersion", &kString},
    {"time", &kTime},          {"fieldsType", &kString},   {"fieldsV1", &kAnything},
    {"subresource", &kString},
};
constexpr Type kManagedFields =
    struct_of("v1.ManagedFieldsEntry", "ManagedFieldsEntry", kManagedFieldsFields);
constexpr Type kManagedFieldsList = list_of(kManagedFields, "[]v1.ManagedFieldsEntry");

constexpr Field kObjectMetaFields[] = {
    {"name", &kString},
    {"generateName", &kString},
    {"namespace", &kString},
    {"selfLink", &kString},
    {"uid", &kUid},
    {"resourceVersion", &kString},
    {"generation", &kInt64},
    {"creationTimestamp", &kTime},
    {"deletionTimestamp", &kTime},
    {"deletionGracePeriodSeconds", &kInt64},
    {"labels", &kStringMap},
    {"annotations", &kStringMap},
    {"ownerReferences", &kOwnerReferences},
    {"finalizers", &kStrings},
    {"managedFields", &kManagedFieldsList},
};
constexpr Type kObjectMeta = struct_of("v1.ObjectMeta", "ObjectMeta", kObjectMetaFields);

constexpr Field kGroupResourcesFields[] = {
    {"group", &kString}, {"resources", &kStrings}, {"resourceNames", &kStrings}};
constexpr Type kGroupResources =
    struct_of("v1.GroupResources", "GroupResources", kGroupResourcesFields);
constexpr Type kGroupResourcesList = list_of(kGroupResources, "[]v1.GroupResources");

constexpr Field kRuleFields[] = {
    {"level", &kLevel},
    {"users", &kStrings},
    {"userGroups", &kStrings},
    {"verbs", &kStrings},
    {"resources", &kGroupResourcesList},
    {"namespaces", &kStrings},
    {"nonResourceURLs", &kStrings},
    {"omitStages", &kStages},
    {"omitManagedFields", &kBool},
};
constexpr Type kRule = struct_of("v1.PolicyRule", "PolicyRule", kRuleFields);
constexpr Type kRules = list_of(kRule, "[]v1.PolicyRule");

constexpr Field kPolicyFields[] = {
    {"kind", &kString}, {"apiVersion", &kString}, {"metadata", &kObjectMeta},
    {"rules", &kRules}, {"omitStages", &kStages}, {"omitManagedFields", &kBool},
};
constexpr Type kPolicy = struct_of("v1.Policy", "Policy", kPolicyFields);

// Its ObjectMeta is embedded without a name, so metadata's fields are its own.
constexpr auto kInternalPolicyFields = [] {
  std::array<Field, std::size(kObjectMetaFields) + 5> fields{};
  auto* to = fields.data();
  *to++ = {"kind", &kString};
  *to++ = {"apiVersion", &kString};
  to = std::copy(std::begin(kObjectMetaFields), std::end(kObjectMetaFields), to);
  *to++ = {"Rules", &kAnything};
  *to++ = {"OmitStages", &kAnything};
  *to++ = {"OmitManagedFields", &kBool};
  return fields;
}();
constexpr Type kInternalPolicy = struct_of("audit.Policy", "Policy", kInternalPolicyFields);

}  // namespace

const Type& policy_type() noexcept { return kPolicy; }
const Type& internal_policy_type() noexcept { return kInternalPolicy; }

}  // namespace kaudit::policy
