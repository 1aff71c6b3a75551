// Cases with the answers of a real server's packages: testdata/README.md.
#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/custom/definition.hpp"
#include "apiserver/custom/instance.hpp"
#include "apiserver/custom/rules/definition_check.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/object.hpp"

namespace kaudit::apiserver::custom {
namespace {

using Case = nlohmann::json;
using objects::Json;
using Texts = std::vector<std::string>;

constexpr objects::TypeMeta kDefinition{"apiextensions.k8s.io/v1", "CustomResourceDefinition"};

std::vector<Case> read_cases() {
  std::ifstream file(std::string(KAUDIT_TESTDATA) + "/cases.jsonl");
  std::vector<Case> cases;
  std::string line;
  while (std::getline(file, line)) cases.push_back(Case::parse(line));
  return cases;
}

Json tree_of(const Case& value) { return Json::parse(value.dump()).value(); }

Texts texts_of(const std::vector<FieldError>& errors) {
  Texts texts;
  for (const FieldError& error : errors) {
    texts.push_back(error.reason + " " + error.field + ": " + error.message);
  }
  std::ranges::sort(texts);
  return texts;
}

Texts wanted(const Case& test, const char* name) { return test["want"].value(name, Texts()); }

std::shared_ptr<Definition> definition_with(const Case& schema) {
  const Case crd = {{"metadata", {{"name", "widgets.example.com"}, {"generation", 1}}},
                    {"spec",
                     {{"group", "example.com"},
                      {"scope", "Namespaced"},
                      {"names", {{"plural", "widgets"}, {"kind", "Widget"}}},
                      {"versions",
                       {{{"name", "v1"},
                         {"served", true},
                         {"storage", true},
                         {"schema", {{"openAPIV3Schema", schema}}}}}}}},
                    {"status",
                     {{"acceptedNames",
                       {{"plural", "widgets"},
                        {"singular", "widget"},
                        {"kind", "Widget"},
                        {"listKind", "WidgetList"}}},
                      {"conditions", {{{"type", "Established"}, {"status", "True"}}}}}}};
  const Json tree = objects::canonical_object(kDefinition, tree_of(crd)).value();
  return read_definition(*objects::Draft(tree).seal(1));
}

void check_object(const Case& test) {
  const auto definition = definition_with(test["schema"]);
  const Version& version = definition->versions.front();
  ASSERT_TRUE(version.schema.has_value());
  const auto instance = read_instance(version, Json::parse(test["object"].dump()).value());
  if (!instance) {
    EXPECT_EQ(instance.error().message, test["want"].value("failed", "(nothing)"));
    return;
  }
  ASSERT_FALSE(test["want"].contains("failed")) << "it is read, but: " << test["want"]["failed"];
  EXPECT_EQ(Case::parse(instance->object.dump()), test["want"]["stored"]);
  Texts complaints;
  for (const std::string& path : wanted(test, "unknown")) {
    complaints.push_back("unknown field \"" + path + "\"");
  }
  EXPECT_EQ(instance->complaints, complaints);
  std::vector<FieldError> errors;
  if (test.contains("old")) {
    const auto old = read_instance(version, tree_of(test["old"]));
    errors = errors_of_change(version, "", old->object, instance->object);
  } else {
    errors = errors_of_new(version, instance->object);
  }
  EXPECT_EQ(texts_of(errors), wanted(test, "errors"));
}

Json definition_of(const Case& crd) {
  Json tree = objects::canonical_object(kDefinition, tree_of(crd)).value();
  // What a create adds.
  Case spec = crd["spec"];
  for (const Case& version : spec["versions"]) {
    if (!version.value("storage", false)) continue;
    Case status = Case::parse(tree.find("status") ? tree.find("status")->dump() : "{}");
    Case& stored = status["storedVersions"];
    if (!stored.is_array()) stored = Case::array();
    if (std::ranges::find(stored, version["name"]) == stored.end()) {
      stored.push_back(version["name"]);
    }
    tree.set("status", Json::parse(status.dump()).value());
    break;
  }
  return tree;
}

void check_definition(const Case& test) {
  const Json after = definition_of(test["crd"]);
  const auto errors = test.contains("oldCrd")
                          ? errors_of_changed_definition("", definition_of(test["oldCrd"]), after)
                          : errors_of_new_definition(after);
  EXPECT_EQ(texts_of(errors), wanted(test, "errors"));
}

TEST(Cases, AreJudgedAsByARealServer) {
  const std::vector<Case> cases = read_cases();
  ASSERT_GE(cases.size(), 250U);
  for (const Case& test : cases) {
    SCOPED_TRACE(test["name"].get<std::string>());
    if (test.contains("crd")) {
      check_definition(test);
    } else {
      check_object(test);
    }
  }
}

}  // namespace
}  // namespace kaudit::apiserver::custom
