#include "apiserver/objects/types/types.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::objects {
namespace {

TEST(Types, KnowEveryKindThatIsServed) {
  for (const Resource& resource : all_resources()) {
    const Type* type = find_type(resource.api_version, resource.kind);
    ASSERT_NE(type, nullptr) << resource.api_version << ' ' << resource.kind;
    EXPECT_NE(type->find("metadata"), nullptr) << type->id;
    EXPECT_EQ(type->members[0].name(), "kind") << type->id;
    EXPECT_EQ(type->members[1].name(), "apiVersion") << type->id;
    if (!resource.list_kind.empty()) {
      const Type* list = find_type(resource.api_version, resource.list_kind);
      ASSERT_NE(list, nullptr) << resource.list_kind;
      EXPECT_EQ(list->find("items")->field->type->element, type);
    }
    for (const Subresource& subresource : resource.subresources) {
      const bool typed =
          find_type(subresource.group.empty()
                        ? std::string(subresource.version)
                        : std::string(subresource.group) + '/' + std::string(subresource.version),
                    subresource.kind) != nullptr;
      // What is connected to has options, which no body carries.
      EXPECT_TRUE(typed || subresource.kind.ends_with("Options") || subresource.kind == "Pod")
          << resource.name << '/' << subresource.name << ' ' << subresource.kind;
    }
  }
}

TEST(Types, FindEachMemberAndNoOther) {
  std::size_t members = 0;
  for (const Type& type : named_types()) {
    EXPECT_EQ(type_by_id(type.id), &type);
    for (const Member& member : type.members) {
      EXPECT_EQ(type.find(member.name()), &member) << type.id << '.' << member.name();
      EXPECT_EQ(type.find(std::string(member.name()) + 'x'), nullptr);
    }
    EXPECT_EQ(type.find(""), nullptr) << type.id;
    members += type.members.size();
  }
  EXPECT_GT(members, 2'000U);
}

TEST(Types, SeeThroughInlinedStructs) {
  const Type& volume = *type_by_id("core.v1.Volume");
  const Member* host_path = volume.find("hostPath");
  ASSERT_NE(host_path, nullptr);
  EXPECT_EQ(host_path->owner->id, "core.v1.VolumeSource");
  EXPECT_EQ(volume.members[0].name(), "name");
  EXPECT_TRUE(volume.fields[1].inlined);
  EXPECT_EQ(volume.fields[1].number, 2);
  EXPECT_EQ(volume.fields[1].first_member, 1);
}

TEST(Types, CarryTheMarksOfMergesAndDefaults) {
  const Field& ports = *type_by_id("core.v1.Container")->find("ports")->field;
  EXPECT_EQ(ports.list_type, ListType::Map);
  ASSERT_EQ(ports.list_keys().size(), 2U);
  EXPECT_EQ(ports.list_keys()[1], "protocol");
  EXPECT_EQ(ports.merge_key(), "containerPort");
  EXPECT_EQ(ports.patch_strategy, PatchStrategy::Merge);
  EXPECT_EQ(ports.type->go_name, "[]v1.ContainerPort");
  EXPECT_EQ(ports.type->element->find("protocol")->field->default_json(), "\"TCP\"");
  const Field& policy = *type_by_id("core.v1.PodSpec")->find("dnsPolicy")->field;
  EXPECT_EQ(policy.go_type, "v1.DNSPolicy");
  EXPECT_NE(std::find(policy.enum_values().begin(), policy.enum_values().end(), "ClusterFirst"),
            policy.enum_values().end());
  EXPECT_EQ(type_by_id("meta.v1.Verbs")->kind, TypeKind::List);
  EXPECT_TRUE(type_by_id("meta.v1.Verbs")->wrapped);
  EXPECT_EQ(type_by_id("core.v1.ObjectReference")->struct_type, StructType::Atomic);
  EXPECT_EQ(type_by_id("quantity")->kind, TypeKind::Quantity);
}

TEST(Types, AreFoundByKindOrNotAtAll) {
  EXPECT_EQ(find_type("v1", "Pod"), type_by_id("core.v1.Pod"));
  EXPECT_EQ(find_type("apps/v1", "DeleteOptions"), type_by_id("meta.v1.DeleteOptions"));
  EXPECT_EQ(find_type("v1", "Status"), type_by_id("meta.v1.Status"));
  EXPECT_EQ(find_type("v2", "Pod"), nullptr);
  EXPECT_EQ(find_type("", ""), nullptr);
  EXPECT_EQ(type_by_id("core.v1.Nope"), nullptr);
}

TEST(Types, HaveOpenApiNames) {
  EXPECT_EQ(openapi_name(*type_by_id("core.v1.Pod")), "io.k8s.api.core.v1.Pod");
  EXPECT_EQ(openapi_name(*type_by_id("meta.v1.ObjectMeta")),
            "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
}

}  // namespace
}  // namespace kaudit::apiserver::objects
