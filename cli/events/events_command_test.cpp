// The command as a program: bytes in on stdin, bytes out on stdout, refusals on stderr, and the
// exit code.
#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "base/testing/vectors.hpp"

namespace kaudit::cli {
namespace {

using kaudit::testing::bytes_of;
using kaudit::testing::read_file;

const std::string kEvent = R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata"})";
const std::string kEncoded =
    R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"","stage":"",)"
    R"("requestURI":"","verb":"","user":{},"requestReceivedTimestamp":null,"stageTimestamp":null})"
    "\n";

struct Outcome {
  int exit;
  std::string out;
  std::string err;
};

class EventsEncode : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "kaudit-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return (folder_ / name).string();
  }

  /// Runs `kaudit events encode ARGUMENTS` in the UTC zone.
  Outcome run(const std::string& arguments, const std::string& input,
              const std::string& output = "") const {
    const std::string in = write("in", input);
    const std::string out = output.empty() ? (folder_ / "out").string() : output;
    const std::string err = (folder_ / "err").string();
    const std::string command = std::string("TZ=UTC '") + KAUDIT_BINARY + "' events encode " +
                                arguments + " <'" + in + "' >'" + out + "' 2>'" + err + "'";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output.empty() ? read_file(out) : "",
            read_file(err)};
  }

  std::filesystem::path folder_;
};

TEST_F(EventsEncode, WritesJsonUnlessToldOtherwise) {
  const Outcome outcome = run("", kEvent + "\n" + kEvent);
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(outcome.out, kEncoded + kEncoded);
  EXPECT_EQ(outcome.err, "");
}

TEST_F(EventsEncode, SkipsBlankLinesAndTellsRefusedOnes) {
  const Outcome outcome = run(
      "--format json -", "\n" + kEvent + "\n \t\r\n{\"kind\":\"Event\"}\n{\n" + kEvent + "\r\n\n");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, kEncoded + kEncoded);
  EXPECT_EQ(outcome.err,
            "line 4: gvk: apiVersion is missing\n"
            "line 5: syntax: unexpected end of JSON at offset 1: expected a member's name in "
            "quotes\n");
}

TEST_F(EventsEncode, ListsNothingAsNull) {
  const Outcome outcome = run("--format list", "\n\n");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(outcome.out,
            R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":null})"
            "\n");
}

TEST_F(EventsEncode, ReadsLinesOfAnyLength) {
  const std::string body(3'000'000, 'x');
  const std::string event =
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","requestObject":")" + body + "\"}";
  const Outcome outcome = run("", event + "\n" + kEvent + "\n");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_NE(outcome.out.find("\"requestObject\":\"" + body + "\""), std::string::npos);
  EXPECT_EQ(outcome.out.substr(outcome.out.size() - kEncoded.size()), kEncoded);
}

TEST_F(EventsEncode, NamesTheFileWhenThereAreSeveral) {
  const std::string good = write("good", kEvent + "\n");
  const std::string bad = write("bad", "x\n");
  const Outcome outcome = run(good + " " + bad + " -", kEvent);
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, kEncoded + kEncoded);
  EXPECT_EQ(outcome.err.rfind(bad + ": line 1: syntax: ", 0), 0U) << outcome.err;
}

TEST_F(EventsEncode, FailsWhenItCannotReadOrWrite) {
  EXPECT_EQ(run("/nonexistent/events", "").exit, 2);
  EXPECT_EQ(run("--format xml", "").exit, 2);
  const Outcome full = run("", kEvent, "/dev/full");
  EXPECT_EQ(full.exit, 2);
  EXPECT_NE(full.err.find("cannot write to standard output"), std::string::npos);
}

/// All the cases in one go: accepted ones become the output, refused ones a line each on stderr.
TEST_F(EventsEncode, WritesWhatKubernetesWritesForEveryCase) {
  for (const auto& folder : kaudit::testing::vector_folders(KAUDIT_AUDIT_TESTDATA, "events")) {
    std::string input;
    std::string json;
    std::string legacy;
    std::string refusals;
    std::size_t line = 0;
    for (const auto& value : kaudit::testing::read_json_lines(folder / "cases.jsonl")) {
      if (value.value("quirk", false)) continue;
      ++line;
      input += bytes_of(value, "input") + "\n";
      if (value.at("ok").get<bool>()) {
        json += bytes_of(value, "json");
        legacy += bytes_of(value, "legacy");
      } else {
        refusals +=
            "line " + std::to_string(line) + ": " + value.at("class").get<std::string>() + ": \n";
      }
    }
    const Outcome as_json = run("--format json", input);
    EXPECT_EQ(as_json.exit, 1);
    EXPECT_TRUE(as_json.out == json) << folder;
    EXPECT_TRUE(run("--format legacy", input).out == legacy) << folder;

    std::string told;
    for (const std::string& text : kaudit::testing::lines_of(as_json.err)) {
      told += text.substr(0, text.find(": ", text.find(": ") + 2)) + ": \n";
    }
    EXPECT_EQ(told, refusals) << folder;
  }
}

}  // namespace
}  // namespace kaudit::cli
