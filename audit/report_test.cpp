#include "audit/report.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/union.hpp"

namespace kaudit::audit {
namespace {

using ::testing::ElementsAre;

/// A backend that has lost some events and cannot be reopened.
class Lossy final : public Backend {
 public:
  explicit Lossy(std::string name) : name_(std::move(name)) {}
  bool process(std::span<const EventPtr> /*events*/) override { return true; }
  void shutdown() override {}
  Result<void> reopen() override { return fail(name_ + " is gone"); }
  std::string describe() const override { return name_; }
  void report(Report& to) const override {
    to.backend = name_;
    to.lost("odd", 2);
    to.lost("even", 3);
  }

 private:
  const std::string name_;
};

std::unique_ptr<Backend> pair(const char* first, const char* second) {
  std::vector<std::unique_ptr<Backend>> backends;
  backends.push_back(std::make_unique<Lossy>(first));
  backends.push_back(std::make_unique<Lossy>(second));
  return unite(std::move(backends));
}

TEST(Report, OfTwoFiguresWithOneNameTheFirstCounts) {
  static constexpr std::array kBounds = {1.0};
  Report report;
  report.counter("a_total", "A.", 1);
  report.gauge("b", "B.", 2);
  report.counter("a_total", "A again.", 5);
  report.histogram("c", "C.", {.bounds = kBounds, .buckets = {1, 0}, .sum = 0.5});
  ASSERT_EQ(report.figures.size(), 3U);
  EXPECT_EQ(report.figures[0].value, 1);
  EXPECT_EQ(report.figures[0].help, "A.");
  EXPECT_EQ(report.figures[1].kind, Figure::Kind::Gauge);
  EXPECT_THAT(report.figures[2].distribution.buckets, ElementsAre(1, 0));
}

TEST(Report, AUnionHasOneOfEachBackendInIt) {
  std::vector<std::unique_ptr<Backend>> backends;
  backends.push_back(pair("a", "b"));
  backends.push_back(std::make_unique<Lossy>("c"));
  const Union all(std::move(backends));
  std::vector<std::string> names;
  for (const Report& report : reports_of(all)) {
    names.push_back(report.backend);
    EXPECT_EQ(report.lost_events(), 5U);
  }
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST(Report, OfOneBackendIsItsOwn) {
  const auto reports = reports_of(Lossy("a"));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].backend, "a");
}

TEST(Union, ReopensEveryBackendAndTellsTheErrorsOfAll) {
  EXPECT_EQ(pair("a", "b")->reopen().error().message, "a is gone; b is gone");
}

}  // namespace
}  // namespace kaudit::audit
