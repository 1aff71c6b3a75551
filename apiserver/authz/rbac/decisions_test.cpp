// What the default roles, and some of a test's own, allow to users of all kinds: a table of
// decisions that was written down role by role from what Kubernetes documents of them.
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/authz/authorizer.hpp"
#include "apiserver/authz/rbac/rbac_authorizer.hpp"
#include "apiserver/authz/rbac/testing/default_edits.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::authz::rbac {
namespace {

std::string contents(const std::string& name) {
  std::ifstream in(KAUDIT_TESTDATA "/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::shared_ptr<const Index> index_with(const std::string& objects_file) {
  auto index = std::make_shared<Index>();
  index->apply(testing::default_edits());
  std::vector<Edit> own;
  const objects::Json objects = objects::Json::parse(contents(objects_file)).value();
  for (const objects::Json& object : *objects.array()) {
    if (object.text("kind").ends_with("Binding")) {
      own.emplace_back(read_binding(object));
    } else {
      own.emplace_back(read_role(object));
    }
  }
  index->apply(std::move(own));
  return index;
}

/// `deployments.apps/scale` or `/version`.
void set_target(audit::Attributes& request, std::string_view what) {
  request.resource_request = !what.starts_with('/');
  if (!request.resource_request) {
    request.path = what;
    return;
  }
  std::string_view rest = what;
  const std::string_view qualified = take_until(rest, '/');
  request.subresource = rest;
  std::string_view group = qualified;
  request.resource = take_until(group, '.');
  request.api_group = group;
}

TEST(Decisions, AreThoseOfTheTable) {
  const auto authorizer =
      make_authorizer({"RBAC"},
                      std::make_shared<RbacAuthorizer>(index_with("decisions_objects.json")))
          .value();
  const std::string table = contents("decisions.tsv");
  int count = 0;
  for (const std::string_view line : split(table, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    ++count;
    const auto cells = split(line, '\t');
    ASSERT_EQ(cells.size(), 8U) << line;
    audit::UserInfo user{std::string(cells[0]), "", {}, {}};
    for (const std::string_view group : split(cells[1], ',')) user.groups.emplace_back(group);
    audit::Attributes request;
    request.user = &user;
    request.verb = cells[2];
    set_target(request, cells[3]);
    request.ns = cells[4];
    request.name = cells[5];
    const Authorization answer = authorizer->authorize(request);
    if (cells[6] == "allow") {
      EXPECT_EQ(answer.decision, Authorization::Decision::Allow) << line;
      EXPECT_EQ(answer.reason, cells[7]) << line;
    } else {
      EXPECT_EQ(answer.decision, Authorization::Decision::NoOpinion) << line;
      // The message of the 403 ends with the reason.
      EXPECT_TRUE(cells[7].ends_with(answer.reason)) << line << "\n" << answer.reason;
      EXPECT_EQ(answer.reason.empty(), cells[7].find(": rbac: ") == std::string_view::npos) << line;
    }
  }
  EXPECT_GE(count, 300);
}

}  // namespace
}  // namespace kaudit::apiserver::authz::rbac
