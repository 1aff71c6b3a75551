// The example of README.md, "How to add a backend": the code between the two marks is the page's,
// word for word.
#include <gtest/gtest.h>

#include "backends/ignore_errors.hpp"
#include "backends/test_support.hpp"

// [example]
#include <deque>

#include "audit/counters.hpp"
#include "audit/sink.hpp"
#include "base/mutex.hpp"

/// Keeps the last events in memory, for a page that shows what just happened.
class RecentEvents final : public kaudit::audit::Backend {
 public:
  RecentEvents(std::size_t capacity, kaudit::audit::Counters& counters)
      : capacity_(capacity), counters_(counters) {}

  bool process(std::span<const kaudit::audit::EventPtr> events) override {
    const kaudit::Lock lock(mutex_);
    if (shut_down_) {  // no event is lost without being counted
      counters_.count_errors("recent", events.size());
      return false;
    }
    recent_.insert(recent_.end(), events.begin(), events.end());  // events are shared, not copied
    while (recent_.size() > capacity_) recent_.pop_front();
    return true;
  }
  void shutdown() override {
    const kaudit::Lock lock(mutex_);
    shut_down_ = true;
  }
  std::string describe() const override { return "recent"; }

  std::deque<kaudit::audit::EventPtr> recent() const {
    const kaudit::Lock lock(mutex_);
    return recent_;
  }

 private:
  const std::size_t capacity_;
  kaudit::audit::Counters& counters_;
  mutable kaudit::Mutex mutex_;
  std::deque<kaudit::audit::EventPtr> recent_ KAUDIT_GUARDED_BY(mutex_);
  bool shut_down_ KAUDIT_GUARDED_BY(mutex_) = false;
};
// [example]

namespace kaudit::backends {
namespace {

TEST(ExampleBackend, KeepsTheLastEvents) {
  audit::Counters counters;
  auto owned = std::make_unique<RecentEvents>(2, counters);
  const RecentEvents& recent = *owned;
  IgnoreErrors backend(std::move(owned));
  EXPECT_EQ(backend.describe(), "ignoreErrors<recent>");
  EXPECT_TRUE(backend.start().has_value());
  for (const char* audit_id : {"a", "b", "c"}) {
    EXPECT_TRUE(backend.process(std::vector{testing::event(audit_id)}));
  }
  ASSERT_EQ(recent.recent().size(), 2U);
  EXPECT_EQ(recent.recent()[0]->audit_id, "b");
  EXPECT_EQ(recent.recent()[1]->audit_id, "c");
  backend.shutdown();
  EXPECT_TRUE(backend.process(std::vector{testing::event("d")}));
  EXPECT_EQ(recent.recent().back()->audit_id, "c");
  EXPECT_EQ(counters.errors()["recent"], 1U);
}

TEST(ExampleBackend, IsTheReadmesWordForWord) {
  constexpr std::string_view kMark = "// [example]\n";
  const std::filesystem::path folder = std::filesystem::path(KAUDIT_TESTDATA).parent_path();
  const std::string source = testing::content_of(folder / "example_backend_test.cpp");
  const std::size_t begin = source.find(kMark) + kMark.size();
  const std::string example = source.substr(begin, source.find(kMark, begin) - begin);
  EXPECT_GT(example.size(), 1000U);
  EXPECT_NE(testing::content_of(folder / "README.md").find("```cpp\n" + example + "```"),
            std::string::npos);
}

}  // namespace
}  // namespace kaudit::backends
