#include "apiserver/streaming/process/exec_script.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kaudit::apiserver::streaming::process {
namespace {

TEST(ExecScript, HasCommandsForContainersAttachEnvironmentAndFiles) {
  const auto script = parse_exec_script(R"({
    "commands": [
      {"command": ["ls", "-l"], "container": "other", "stdout": "theirs\n"},
      {"command": ["ls", "-l"], "stdout": "ours\n", "stderr": "!", "exitCode": 3, "delay": "1.5s"},
      {"command": ["psql"], "readsStdin": true, "error": "no such image"},
      {"command": "*", "exitCode": 1}],
    "attach": {"stdout": "hello"},
    "environment": {"A": "b"},
    "files": {"/etc/motd": "hi"}})");
  ASSERT_TRUE(script) << script.error().message;
  const std::vector<std::string> ls = {"ls", "-l"};
  EXPECT_EQ(script->find("other", ls)->out, "theirs\n");
  const ScriptedCommand& ours = *script->find("c", ls);
  EXPECT_EQ(ours.out, "ours\n");
  EXPECT_EQ(ours.err, "!");
  EXPECT_EQ(ours.exit_code, 3);
  EXPECT_EQ(ours.delay, std::chrono::milliseconds(1500));
  const std::vector<std::string> psql = {"psql"};
  EXPECT_EQ(script->find("c", psql)->input, ScriptedCommand::Stdin::ReadToTheEnd);
  EXPECT_EQ(script->find("c", psql)->error, "no such image");
  const std::vector<std::string> else_ = {"ls"};
  EXPECT_EQ(script->find("c", else_)->exit_code, 1);
  EXPECT_EQ(script->attach->out, "hello");
  EXPECT_EQ(script->environment.front().second, "b");
  EXPECT_EQ(script->files.front().first, "/etc/motd");
  EXPECT_EQ(parse_exec_script("{}")->find("c", ls), nullptr);
}

TEST(ExecScript, NamesTheMemberThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "unexpected end of JSON input"},
      {"[]", "the whole: must be an object"},
      {R"({"comands": []})", "comands: unknown; there are commands, attach, environment and files"},
      {R"({"commands": {}})", "commands: must be a list"},
      {R"({"commands": [{}]})", "commands[0].command: is missing"},
      {R"({"commands": [{"command": "ls"}]})",
       R"(commands[0].command: must be a list of strings, or "*" for any command)"},
      {R"({"commands": [{"command": "*"}, {"command": ["a"], "exitCode": 256}]})",
       "commands[1].exitCode: must be a whole number from 0 to 255"},
      {R"({"commands": [{"command": ["a"], "exitCode": "1"}]})",
       "commands[0].exitCode: must be a whole number from 0 to 255"},
      {R"({"commands": [{"command": ["a"], "delay": "-1s"}]})",
       R"(commands[0].delay: must be a duration such as "250ms", at most 24 hours)"},
      {R"({"commands": [{"command": ["a"], "readsStdin": 1}]})",
       "commands[0].readsStdin: must be true or false"},
      {R"({"commands": [{"command": ["a"], "out": "x"}]})",
       "commands[0].out: unknown; there are command, exitCode, container, stdout, stderr, delay, "
       "readsStdin and error"},
      {R"({"attach": {"exitCode": 1}})",
       "attach.exitCode: unknown; there are container, stdout, stderr, delay, readsStdin and "
       "error"},
      {R"({"environment": {"A": 1}})", R"(environment["A"]: must be a string)"},
      {R"({"files": {"etc/motd": ""}})", R"(files["etc/motd"]: must be an absolute path)"},
  };
  for (const auto& [json, message] : cases) {
    const auto script = parse_exec_script(json);
    ASSERT_FALSE(script) << json;
    EXPECT_EQ(script.error().message, message) << json;
  }
  EXPECT_FALSE(parse_exec_script(std::string(kMaxAnnotation + 1, ' ')));
}

}  // namespace
}  // namespace kaudit::apiserver::streaming::process
