#include "cli/log/rbac/needed_access.hpp"

#include <gtest/gtest.h>

namespace kaudit::cli {
namespace {

AccessRequest request(const std::string& verb, const std::string& resource, const std::string& ns,
                      const std::string& name = "") {
  return {ns, "", resource, name, "", verb};
}

/// `NS: VERBS of RESOURCES (NAMES)`, a line a rule.
std::string text_of_roles(const std::vector<AccessRole>& roles) {
  std::string out;
  const auto words = [](const std::vector<std::string>& texts) {
    std::string text;
    for (const std::string& one : texts) text += (text.empty() ? "" : ",") + one;
    return text;
  };
  for (const AccessRole& role : roles) {
    for (const AccessRule& rule : role.rules) {
      out += role.ns + ": " + words(rule.verbs) + " of " +
             words(rule.paths.empty() ? rule.resources : rule.paths);
      out += rule.names.empty() ? "\n" : " (" + words(rule.names) + ")\n";
    }
  }
  return out;
}

TEST(LeastRoles, VerbsThatGoTogetherComeTogether) {
  EXPECT_EQ(text_of_roles(least_roles({request("list", "pods", "x")}, RoleFit::Wider)),
            "x: get,list,watch of pods\n");
  EXPECT_EQ(text_of_roles(least_roles({request("patch", "pods", "x", "a")}, RoleFit::Wider)),
            "x: get,patch,update of pods (a)\n");
}

TEST(LeastRoles, SeveralNamesOrNamespacesBecomeAllOfThem) {
  const std::set<AccessRequest> names{request("delete", "pods", "x", "a"),
                                      request("delete", "pods", "x", "b")};
  EXPECT_EQ(text_of_roles(least_roles(names, RoleFit::Wider)), "x: delete of pods\n");
  EXPECT_EQ(text_of_roles(least_roles(names, RoleFit::Exact)), "x: delete of pods (a,b)\n");
  const std::set<AccessRequest> namespaces{request("create", "pods", "x"),
                                           request("create", "pods", "y")};
  EXPECT_EQ(text_of_roles(least_roles(namespaces, RoleFit::Wider)), ": create of pods\n");
  EXPECT_EQ(text_of_roles(least_roles(namespaces, RoleFit::Exact)),
            "x: create of pods\ny: create of pods\n");
}

TEST(LeastRoles, WhatIsGrantedWidelyIsNotGrantedAgain) {
  EXPECT_EQ(
      text_of_roles(least_roles({request("list", "pods", ""), request("get", "pods", "x", "a"),
                                 request("list", "secrets", "x")},
                                RoleFit::Exact)),
      ": get,list,watch of pods\nx: get,list,watch of secrets\n");
}

TEST(LeastRoles, PathsAreForTheCluster) {
  AccessRequest path;
  path.path = "/metrics";
  path.verb = "get";
  EXPECT_EQ(text_of_roles(least_roles({path}, RoleFit::Wider)), ": get of /metrics\n");
}

}  // namespace
}  // namespace kaudit::cli
