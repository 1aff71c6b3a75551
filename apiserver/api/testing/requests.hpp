#pragma once

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api::testing {

/// A client of a World, which sends JSON and merge patches.
class RequestsTest : public ::testing::Test {
 protected:
  using Json = nlohmann::json;

  Answered send(const std::string& method, const std::string& target,
                const std::string& body = "") {
    const std::string type =
        method == "PATCH" ? "application/merge-patch+json" : "application/json";
    return world.ask({method, target, {{"Content-Type", type}}, body});
  }
  Answered patch(const std::string& target, const std::string& body) {
    return send("PATCH", target, body);
  }
  static Json object(const Answered& answered) { return Json::parse(answered.body); }
  Json get(const std::string& target) { return object(send("GET", target)); }

  World world;
};

}  // namespace kaudit::apiserver::api::testing
