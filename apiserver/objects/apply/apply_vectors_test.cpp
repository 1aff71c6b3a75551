// What the real field manager makes of sequences of applies and updates (testdata/README.md).
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/apply/field_manager.hpp"
#include "apiserver/objects/codec/codec.hpp"

namespace kaudit::apiserver::objects::apply {
namespace {

using nlohmann::json;

// `apps/v1/Deployment`
TypeMeta type_meta(const std::string& type) {
  const std::size_t slash = type.rfind('/');
  const std::string_view text = type;
  return {text.substr(0, slash), text.substr(slash + 1)};
}

void put_managed_fields(Json& object, Json managed_fields) {
  Json& metadata = *object.find("metadata");
  metadata.erase("managedFields");
  if (!managed_fields.is_null()) metadata.set("managedFields", std::move(managed_fields));
}

// As a server reads and writes it, but without defaults, as the vectors are made.
Json canonical(const TypeMeta& type, const Json& tree) {
  auto decoded =
      decode_any(type, tree.dump(), BodyFormat::Json, {FieldValidation::Ignore, Defaulting::None});
  EXPECT_TRUE(decoded) << decoded.error().message;
  return *Json::parse(decoded->json);
}

struct Replay {
  TypeMeta type;
  std::optional<Json> live;

  const Json* stored() const { return live ? &*live : nullptr; }

  void update(const FieldManager& fields, const Json& given, const Writer& writer) {
    Json wanted = canonical(type, given);
    Json managed = fields.update(stored(), wanted, writer);
    put_managed_fields(wanted, std::move(managed));
    live = std::move(wanted);
  }

  void expect_refused(const json& step, const ApplyRefusal& refusal) {
    EXPECT_EQ(refusal.message, step.value("error", ""));
    json causes = json::array();
    for (const auto& cause : refusal.causes) {
      causes.push_back(
          {{"reason", "FieldManagerConflict"}, {"message", cause.message}, {"field", cause.field}});
    }
    // Upstream gives them in no order; the vectors sort them.
    std::sort(causes.begin(), causes.end());
    json wanted = step.value("causes", json::array());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(causes, wanted);
  }

  void apply(const FieldManager& fields, const Json& config, const Writer& writer, Force force,
             const json& step) {
    auto applied = fields.apply(stored(), config, writer, force);
    if (!applied) return expect_refused(step, applied.error());
    live = canonical(type, applied->object);
    put_managed_fields(*live, std::move(applied->managed_fields));
  }

  void run(const json& step) {
    const std::string subresource = step.value("subresource", "");
    const std::string manager = step["manager"];
    const std::string time = step["time"];
    const FieldManager fields(
        {find_type(type.api_version, type.kind), type.api_version, type.kind, subresource});
    const Json object = *Json::parse(step["object"].dump());
    if (step["op"] == "update") {
      update(fields, object, {manager, time});
    } else {
      const Force force = step.value("force", false) ? Force::Yes : Force::No;
      apply(fields, object, {manager, time}, force, step);
    }
    if (step.contains("result")) {
      ASSERT_TRUE(live);
      EXPECT_EQ(live->dump(), step["result"].get<std::string>());
    }
  }
};

int expect_cases_of(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  int steps = 0;
  for (std::string line; std::getline(in, line);) {
    const json vector = json::parse(line);
    const std::string type = vector["type"];
    Replay replay{type_meta(type), {}};
    int number = 0;
    for (const json& step : vector["steps"]) {
      SCOPED_TRACE(vector["id"].get<std::string>() + " step " + std::to_string(number++) + ": " +
                   step["object"].dump());
      replay.run(step);
      ++steps;
      if (::testing::Test::HasFailure()) break;
    }
  }
  return steps;
}

TEST(Apply, AgreesWithTheRealFieldManager) {
  EXPECT_GT(expect_cases_of(KAUDIT_TESTDATA "/apply.jsonl"), 60);
  if (const char* vectors = std::getenv("KAUDIT_VECTORS")) {
    EXPECT_GT(expect_cases_of(std::string(vectors) + "/objects/apply.jsonl"), 200);
  }
}

}  // namespace
}  // namespace kaudit::apiserver::objects::apply
