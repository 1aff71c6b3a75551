// Members in the order of the Go structs (k8s.io/apimachinery pkg/apis/meta/v1 and k8s.io/api
// core/v1, v0.37).
#include "apiserver/objects/schema.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr auto kString = FieldType::String;
constexpr auto kWhenGiven = Presence::WhenGiven;
constexpr auto kAlways = Presence::Always;

constexpr Field kOwnerReferenceFields[] = {
    {"apiVersion", kString, kAlways},
    {"kind", kString, kAlways},
    {"name", kString, kAlways},
    {"uid", kString, kAlways, nullptr, "types.UID"},
    {"controller", FieldType::Bool, kWhenGiven},
    {"blockOwnerDeletion", FieldType::Bool, kWhenGiven},
};
constexpr StructType kOwnerReference{"OwnerReference", kOwnerReferenceFields};

constexpr Field kManagedFieldsEntryFields[] = {
    {"manager", kString},     {"operation", kString, {}, nullptr, "v1.ManagedFieldsOperationType"},
    {"apiVersion", kString},  {"time", FieldType::Time, kWhenGiven},
    {"fieldsType", kString},  {"fieldsV1", FieldType::Raw, kWhenGiven},
    {"subresource", kString},
};
constexpr StructType kManagedFieldsEntry{"ManagedFieldsEntry", kManagedFieldsEntryFields};

constexpr Field kObjectMetaFields[] = {
    {"name", kString},
    {"generateName", kString},
    {"namespace", kString},
    {"selfLink", kString},
    {"uid", kString, {}, nullptr, "types.UID"},
    {"resourceVersion", kString},
    {"generation", FieldType::Int64},
    {"creationTimestamp", FieldType::Time},
    {"deletionTimestamp", FieldType::Time, kWhenGiven},
    {"deletionGracePeriodSeconds", FieldType::Int64, kWhenGiven},
    {"labels", FieldType::StringMap},
    {"annotations", FieldType::StringMap},
    {"ownerReferences", FieldType::StructList, {}, &kOwnerReference},
    {"finalizers", FieldType::StringList},
    {"managedFields", FieldType::StructList, {}, &kManagedFieldsEntry},
};

constexpr Field kPreconditionsFields[] = {
    {"uid", kString, kWhenGiven, nullptr, "types.UID"},
    {"resourceVersion", kString, kWhenGiven},
};
constexpr StructType kPreconditions{"Preconditions", kPreconditionsFields};

constexpr Field kDeleteOptionsFields[] = {
    {"gracePeriodSeconds", FieldType::Int64, kWhenGiven},
    {"preconditions", FieldType::Struct, kWhenGiven, &kPreconditions},
    {"orphanDependents", FieldType::Bool, kWhenGiven},
    {"propagationPolicy", kString, kWhenGiven, nullptr, "v1.DeletionPropagation"},
    {"dryRun", FieldType::StringList},
    {"ignoreStoreReadErrorWithClusterBreakingPotential", FieldType::Bool, kWhenGiven},
};

constexpr Field kConfigMapFields[] = {
    {"immutable", FieldType::Bool, kWhenGiven},
    {"data", FieldType::StringMap},
    {"binaryData", FieldType::BytesMap},
};
constexpr StructType kConfigMap{"ConfigMap", kConfigMapFields};

constexpr Field kSecretFields[] = {
    {"immutable", FieldType::Bool, kWhenGiven},
    {"data", FieldType::BytesMap},
    {"stringData", FieldType::StringMap},
    {"type", kString, {}, nullptr, "v1.SecretType"},
};
constexpr StructType kSecret{"Secret", kSecretFields};

constexpr Field kNamespaceSpecFields[] = {{"finalizers", FieldType::StringList}};
constexpr StructType kNamespaceSpec{"NamespaceSpec", kNamespaceSpecFields};

constexpr Field kNamespaceConditionFields[] = {
    {"type", kString, kAlways, nullptr, "v1.NamespaceConditionType"},
    {"status", kString, kAlways, nullptr, "v1.ConditionStatus"},
    {"lastTransitionTime", FieldType::Time, kAlways},
    {"reason", kString},
    {"message", kString},
};
constexpr StructType kNamespaceCondition{"NamespaceCondition", kNamespaceConditionFields};

constexpr Field kNamespaceStatusFields[] = {
    {"phase", kString, {}, nullptr, "v1.NamespacePhase"},
    {"conditions", FieldType::StructList, {}, &kNamespaceCondition},
};
constexpr StructType kNamespaceStatus{"NamespaceStatus", kNamespaceStatusFields};

constexpr Field kNamespaceFields[] = {
    {"spec", FieldType::Struct, kAlways, &kNamespaceSpec},
    {"status", FieldType::Struct, kAlways, &kNamespaceStatus},
};
constexpr StructType kNamespace{"Namespace", kNamespaceFields};

constexpr const StructType* kKnown[] = {&kConfigMap, &kNamespace, &kSecret};

}  // namespace

constexpr StructType kObjectMeta{"ObjectMeta", kObjectMetaFields};
constexpr StructType kDeleteOptions{"DeleteOptions", kDeleteOptionsFields};

const StructType* known_type(std::string_view api_version, std::string_view kind) noexcept {
  if (api_version != "v1") return nullptr;
  for (const StructType* type : kKnown) {
    if (type->name == kind) return type;
  }
  return nullptr;
}

}  // namespace kaudit::apiserver::objects
