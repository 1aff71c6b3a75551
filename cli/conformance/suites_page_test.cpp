// docs/conformance.md and the tables of the code say the same. KAUDIT_REWRITE_GOLDEN=1 rewrites the
// page.
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/conformance/check_table.hpp"
#include "cli/conformance/receiver/receiver_checks.hpp"
#include "cli/conformance/sender/sender_checks.hpp"
#include "cli/conformance/shipper/shipper_checks.hpp"
#include "cli/receiver/receiver_presets.hpp"
#include "cli/receiver/wire/fault_spec.hpp"
#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

struct Block {
  std::string begin;
  std::string end;
  std::string text;
};

std::string cell_of(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::string fault_table() {
  std::string out = "\n| term | what |\n|---|---|\n";
  for (const FaultKey& key : fault_keys()) {
    out += "| `" + cell_of(key.form) + "` | " + cell_of(key.what) + " |\n";
  }
  return out + "\n";
}

std::string preset_table() {
  std::string out = "\n| preset | what it does | faults | source |\n|---|---|---|---|\n";
  for (const ReceiverPreset& preset : receiver_presets()) {
    std::string faults;
    for (const std::string_view spec : preset.faults) {
      faults += (faults.empty() ? "`" : " `") + std::string(spec) + "`";
    }
    out += "| `" + std::string(preset.name) + "` | " + cell_of(preset.what) + " | " + faults +
           " | " + cell_of(preset.source) + " |\n";
  }
  return out + "\n";
}

std::vector<Block> blocks() {
  std::vector<Block> all{{"<!-- keys of faults -->\n", "<!-- end of keys -->", fault_table()},
                         {"<!-- presets -->\n", "<!-- end of presets -->", preset_table()}};
  for (const Suite* const suite :
       {&receiver_suite(), &sender_suite(), &log_suite(), &shipper_suite()}) {
    std::string table;
    append_markdown(table, *suite);
    all.push_back({"<!-- checks of " + std::string(suite->name) + " -->\n",
                   "<!-- end of checks -->", table + "\n"});
  }
  return all;
}

TEST(SuitesPage, HasTheTablesOfTheCode) {
  const std::string path = KAUDIT_CONFORMANCE_PAGE;
  std::string page = testing::read_file(path);
  const std::string before = page;
  for (const Block& block : blocks()) {
    const std::size_t at = page.find(block.begin);
    ASSERT_NE(at, std::string::npos) << block.begin;
    const std::size_t begin = at + block.begin.size();
    const std::size_t end = page.find(block.end, begin);
    ASSERT_NE(end, std::string::npos) << block.end;
    page.replace(begin, end - begin, block.text);
  }
  if (std::getenv("KAUDIT_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(path) << page;
    return;
  }
  EXPECT_EQ(before, page) << "KAUDIT_REWRITE_GOLDEN=1 rewrites " << path;
}

TEST(Suites, HaveStableAndWholeChecks) {
  for (const Suite* const suite : {&receiver_suite(), &sender_suite()}) {
    for (const Check& check : suite->checks) {
      EXPECT_EQ(suite->find(check.id), &check) << check.id << " is there twice";
      EXPECT_NE(check.id.find('.'), std::string_view::npos) << check.id;
      EXPECT_TRUE(check.reason.ends_with('.')) << check.id;
      EXPECT_FALSE(check.reference.empty()) << check.id;
    }
  }
}

}  // namespace
}  // namespace kaudit::cli
