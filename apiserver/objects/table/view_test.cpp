#include "apiserver/objects/table/view.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kaudit::apiserver::objects::table {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr Timestamp kViewedAt{1'767'323'045, 0};
const char* const kRole =
    R"({"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"r","resourceVersion":"7","creationTimestamp":"2026-01-02T03:00:00Z"},"rules":null})";
const char* const kRoles =
    R"({"kind":"RoleList","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"resourceVersion":"9","continue":"t","remainingItemCount":2},"items":[{"metadata":{"name":"r"},"rules":null}]})";

const objects::Resource& roles() {
  return *objects::find_resource("rbac.authorization.k8s.io", "v1", "roles");
}

std::string shown(const View& view, const char* text, Header header = Header::Columns) {
  const auto made = show(roles(), view, text, kViewedAt, header);
  return made ? *made : "error: " + made.error().message;
}

TEST(View, ShowsAnObjectAsATableWithOneRow) {
  EXPECT_EQ(
      shown({Form::Table, "v1", IncludeObject::Metadata}, kRole),
      R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7"},"columnDefinitions":[)"
      R"({"name":"Name","type":"string","format":"name","description":"Name of the object","priority":0},)"
      R"({"name":"Created At","type":"date","format":"","description":"Time of creation","priority":0}],)"
      R"("rows":[{"cells":["r","2026-01-02T03:00:00Z"],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",)"
      R"("metadata":{"name":"r","resourceVersion":"7","creationTimestamp":"2026-01-02T03:00:00Z"}}}]})");
}

TEST(View, TellsTheColumnsOfAWatchOnce) {
  EXPECT_THAT(shown({Form::Table, "v1", IncludeObject::Metadata}, kRole, Header::None),
              HasSubstr(R"("columnDefinitions":null)"));
}

TEST(View, PutsIntoARowWhatIsAskedFor) {
  const json none = json::parse(shown({Form::Table, "v1", IncludeObject::None}, kRoles));
  EXPECT_EQ(none["metadata"].dump(),
            R"({"continue":"t","remainingItemCount":2,"resourceVersion":"9"})");
  EXPECT_TRUE(none["rows"][0]["object"].is_null());
  EXPECT_THAT(
      shown({Form::Table, "v1", IncludeObject::Object}, kRoles),
      HasSubstr(
          R"("object":{"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"r"},"rules":null})"));
}

// Whichever way it is made.
TEST(View, MakesTheSameOfAListObjectByObject) {
  const std::string head =
      R"({"kind":"RoleList","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"resourceVersion":"9","continue":"t"},"items":[)";
  const std::string items[] = {
      R"({"metadata":{"name":"a","annotations":{"n":"<two\nlines>"}},"rules":null})",
      R"({"metadata":{"name":"b"},"rules":[]})", R"({"rules":[]})"};
  const View views[] = {{Form::Table, "v1", IncludeObject::Metadata},
                        {Form::Table, "v1beta1", IncludeObject::None},
                        {Form::Table, "v1", IncludeObject::Object},
                        {Form::PartialMetadataList, "v1", IncludeObject::Metadata}};
  for (const View& view : views) {
    for (std::size_t count = 0; count <= std::size(items); ++count) {
      std::string list = head;
      auto text = ListText::begin(roles(), view, head + "]}", kViewedAt);
      ASSERT_TRUE(text);
      for (std::size_t i = 0; i < count; ++i) {
        list.append(i == 0 ? "" : ",").append(items[i]);
        ASSERT_TRUE(text->add(items[i]));
      }
      EXPECT_EQ(std::move(*text).end(), shown(view, (list + "]}").c_str()));
    }
  }
  EXPECT_FALSE(ListText::begin(roles(), {Form::PartialMetadata, "v1", IncludeObject::Metadata},
                               head + "]}", kViewedAt));
}

TEST(View, ReducesToMetadata) {
  EXPECT_EQ(
      shown({Form::PartialMetadata, "v1beta1", IncludeObject::Metadata}, kRole),
      R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1beta1","metadata":{"name":"r","resourceVersion":"7","creationTimestamp":"2026-01-02T03:00:00Z"}})");
  EXPECT_EQ(
      shown({Form::PartialMetadataList, "v1", IncludeObject::Metadata}, kRoles),
      R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"9","continue":"t","remainingItemCount":2},)"
      R"("items":[{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"r"}}]})");
}

TEST(View, RefusesAListAsAnObjectAndAnObjectAsAList) {
  EXPECT_EQ(shown({Form::PartialMetadata, "v1", IncludeObject::Metadata}, kRoles),
            "error: you requested PartialObjectMetadata, but the requested object is a list "
            "(*rbac.RoleList)");
  EXPECT_EQ(shown({Form::PartialMetadataList, "v1", IncludeObject::Metadata}, kRole),
            "error: you requested PartialObjectMetadataList, but the requested object is not a "
            "list (*rbac.Role)");
}

TEST(View, LeavesAStatusAlone) {
  const char* status = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"})";
  EXPECT_EQ(shown({Form::Table, "v1", IncludeObject::Metadata}, status), status);
}

}  // namespace
}  // namespace kaudit::apiserver::objects::table
