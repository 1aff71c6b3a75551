#include "apiserver/streaming/process/process.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "apiserver/streaming/process/builtins.hpp"
#include "apiserver/streaming/process/terminal.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

using Argv = std::vector<std::string>;

struct Ended {
  std::string out, err;
  int code = -1;  // -1: it waits
};

class Processes : public ::testing::Test {
 protected:
  Processes() {
    in_.hostname = "web";
    in_.container = "c";
    in_.environment = {{"HOSTNAME", "web"}, {"A", "1 2"}};
    in_.files = std::make_shared<FileTree>(std::make_shared<FileBudget>(FileTree::kMaxBytes));
    in_.script = std::make_shared<const ExecScript>();
  }

  static Ended run(Process& process, Clock::time_point now = Clock::now()) {
    Ended ended;
    Output output;
    for (int turns = 0; turns < 10'000; ++turns) {
      const Process::State state = process.run(now, output);
      ended.out += std::exchange(output.out, {});
      ended.err += std::exchange(output.err, {});
      if (state == Process::State::Exited) ended.code = process.exit_code();
      if (state != Process::State::Busy) break;
    }
    return ended;
  }

  Ended run(const Argv& argv, std::string_view input = {}) {
    const ProcessPtr process = start(argv, in_);
    Ended all;
    while (all.code < 0 && !input.empty()) {
      input.remove_prefix(process->take(input));
      const Ended ended = run(*process);
      all.out += ended.out;
      all.err += ended.err;
      all.code = ended.code;
    }
    if (all.code >= 0) return all;
    process->end_input();
    const Ended ended = run(*process);
    return {all.out + ended.out, all.err + ended.err, ended.code};
  }
  Ended shell(const std::string& script, std::string_view input = {}) {
    return run(Argv{"sh", "-c", script}, input);
  }

  Surroundings in_;
};

TEST_F(Processes, EchoPrintAndExit) {
  EXPECT_EQ(run(Argv{"cat"}, "hello\n").out, "hello\n");
  EXPECT_EQ(run(Argv{"cat"}, std::string(200'000, 'x')).out.size(), 200'000U);
  EXPECT_EQ(run(Argv{"echo", "a", "b"}).out, "a b\n");
  EXPECT_EQ(run(Argv{"/bin/echo", "-n", "x"}).out, "x");
  EXPECT_EQ(run(Argv{"env"}).out, "HOSTNAME=web\nA=1 2\n");
  EXPECT_EQ(run(Argv{"printenv", "A"}).out, "1 2\n");
  EXPECT_EQ(run(Argv{"true"}).code, 0);
  EXPECT_EQ(run(Argv{"false"}).code, 1);
  EXPECT_EQ(run(Argv{"exit", "7"}).code, 7);
  EXPECT_EQ(run(Argv{"hostname"}).out, "web\n");
}

TEST_F(Processes, UnknownCommandsAreTheRuntimesError) {
  const Ended ended = run(Argv{"no-such-program", "x"});
  EXPECT_EQ(ended.code, 127);
  EXPECT_EQ(ended.err,
            "OCI runtime exec failed: exec failed: unable to start container process: exec: "
            "\"no-such-program\": executable file not found in $PATH\n");
}

TEST_F(Processes, SleepUntilItsTimeIsOver) {
  const ProcessPtr process = start({"sleep", "2"}, in_);
  const auto now = Clock::now();
  EXPECT_EQ(run(*process, now).code, -1);
  EXPECT_EQ(process->wakes_at(), now + std::chrono::seconds(2));
  EXPECT_EQ(run(*process, now + std::chrono::seconds(2)).code, 0);
  EXPECT_EQ(run(Argv{"sleep", "soon"}).code, 1);
}

TEST_F(Processes, AShellKnowsSequencesQuotesVariablesAndRedirections) {
  EXPECT_EQ(shell("exit 3").code, 3);
  EXPECT_EQ(shell("echo a; echo 'b  c' \"d $A\" e\\ f").out, "a\nb  c d 1 2 e f\n");
  EXPECT_EQ(shell("false && echo no; true && echo yes || echo never").out, "yes\n");
  EXPECT_EQ(shell("false || echo rescued").out, "rescued\n");
  EXPECT_EQ(shell("false; echo $?; X=5; echo ${X} $NOTHING.").out, "1\n5 .\n");
  EXPECT_EQ(shell("echo wrong >&2").err, "wrong\n");
  EXPECT_EQ(shell("no-such 2>/dev/null").code, 127);
  EXPECT_EQ(shell("echo one > /tmp/f; echo two >> /tmp/f; cat /tmp/f # done").out, "one\ntwo\n");
  EXPECT_EQ(shell("cd /tmp && pwd && cat f").out, "/tmp\none\ntwo\n");
  EXPECT_EQ(shell("no-such").err, "sh: no-such: not found\n");
  EXPECT_EQ(shell("echo 'a").err, "sh: syntax error: unterminated quoted string\n");
  EXPECT_EQ(shell("sleep 0; cat", "kept for cat").out, "kept for cat");
}

TEST_F(Processes, AShellPipes) {
  EXPECT_EQ(shell("echo a | cat").out, "a\n");
  EXPECT_EQ(shell("cat | cat | cat", std::string(300'000, 'x')).out, std::string(300'000, 'x'));
  EXPECT_EQ(shell("echo a | false; echo $?").out, "1\n");
  EXPECT_EQ(shell("no-such | cat").err, "sh: no-such: not found\n");
  EXPECT_EQ(shell("no-such 2>&1 | cat").out, "sh: no-such: not found\n");
  EXPECT_EQ(shell("no-such 2>/dev/null | cat").err, "");
  EXPECT_EQ(shell("false | true && echo yes").out, "yes\n");
  EXPECT_EQ(shell("yes | true").code, 0);
  EXPECT_EQ(shell("echo piped | cat > /tmp/p; cat /tmp/p").out, "piped\n");
  EXPECT_EQ(shell("echo a |").err, "sh: syntax error: a command is missing\n");
  EXPECT_EQ(shell("| cat").err, "sh: syntax error: a command is missing\n");
}

TEST_F(Processes, Base64IsWrittenInLinesAndReadBack) {
  EXPECT_EQ(shell("echo -n hello | base64").out, "aGVsbG8=\n");
  EXPECT_EQ(shell("base64 -d", "aGVs\nbG8=\n").out, "hello");
  EXPECT_EQ(run(Argv{"base64", "-d"}, "?").code, 1);
  const std::string line(76, 'A');
  EXPECT_EQ(run(Argv{"base64"}, std::string(114, '\0')).out, line + "\n" + line + "\n");
  EXPECT_EQ(run(Argv{"base64", "-w", "0"}, std::string(114, '\0')).out, line + line);
  shell("yes | true; cat > /tmp/big", std::string(200'001, 'z'));
  EXPECT_EQ(shell("cat /tmp/big | base64 | base64 -d").out, std::string(200'001, 'z'));
  EXPECT_EQ(shell("base64 /tmp/big | base64 -d").out.size(), 200'001U);
  EXPECT_EQ(run(Argv{"base64", "/nope"}).err, "base64: /nope: No such file or directory\n");
}

TEST_F(Processes, ARedirectionEndsWhereTheSpaceEnds) {
  const std::size_t used = in_.files->budget().used();
  const Ended ended = shell("yes > /tmp/full; echo $?; ls -l /tmp/full");
  EXPECT_EQ(ended.out.substr(0, 2), "1\n");
  EXPECT_EQ(ended.err, "sh: write error: No space left on device\n");
  EXPECT_EQ(ended.code, 0);
  run(Argv{"rm", "/tmp/full"});
  EXPECT_EQ(in_.files->budget().used(), used);
}

TEST_F(Processes, AShellReadsItsScriptFromStdin) {
  EXPECT_EQ(run(Argv{"sh"}, "echo a\nexit 4\necho b\n").out, "a\n");
  EXPECT_EQ(run(Argv{"sh"}, "exit 4").code, 4);
  EXPECT_EQ(run(Argv{"bash", "-i"}, "cat\nthis goes to cat\n").out, "this goes to cat\n");
}

TEST_F(Processes, AShellCannotCallItselfWithoutEnd) {
  in_.environment.emplace_back("X", "sh -c \"$X\"");
  const Ended ended = shell("sh -c \"$X\"");
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err, "sh: too many shells within shells\n");
}

TEST_F(Processes, FilesAreListedMadeAndRemoved) {
  EXPECT_EQ(shell("mkdir -p /srv/a/b && touch /srv/a/f && ls /srv/a").out, "b\nf\n");
  EXPECT_EQ(run(Argv{"test", "-d", "/srv/a"}).code, 0);
  EXPECT_EQ(run(Argv{"[", "-f", "/srv/a", "]"}).code, 1);
  EXPECT_EQ(run(Argv{"rm", "/srv/a"}).code, 1);
  EXPECT_EQ(run(Argv{"rm", "-rf", "/srv/a", "/nothing"}).code, 0);
  EXPECT_EQ(run(Argv{"ls", "/srv/a"}).err,
            "ls: cannot access '/srv/a': No such file or directory\n");
  EXPECT_EQ(run(Argv{"cat", "/nope"}).err, "cat: /nope: No such file or directory\n");
  EXPECT_EQ(run(Argv{"mkdir", "/x/y"}).code, 1);
}

TEST_F(Processes, TarBringsFilesOutAndIn) {
  shell("mkdir -p /srv/a; echo one > /srv/a/1; echo two > /srv/a/2");
  const Ended packed = run(Argv{"tar", "cf", "-", "/srv/a"});
  EXPECT_EQ(packed.code, 0);
  EXPECT_EQ(packed.err, "tar: Removing leading `/' from member names\n");
  const Ended unpacked =
      run(Argv{"tar", "--no-same-permissions", "--no-same-owner", "-xmf", "-", "-C", "/tmp"},
          packed.out);
  EXPECT_EQ(unpacked.code, 0) << unpacked.err;
  EXPECT_EQ(run(Argv{"cat", "/tmp/srv/a/1", "/tmp/srv/a/2"}).out, "one\ntwo\n");
  EXPECT_EQ(run(Argv{"tar", "cf", "-", "/nope"}).code, 2);
  EXPECT_EQ(run(Argv{"tar", "xf", "-", "-C", "/nope"}).code, 2);
  EXPECT_EQ(run(Argv{"tar", "xf", "-"}, "this is no archive" + std::string(1000, '.')).code, 2);
  EXPECT_EQ(run(Argv{"tar", "xf", "-"}, packed.out.substr(0, 600)).err,
            "tar: Unexpected EOF in archive\ntar: Error is not recoverable: exiting now\n");
}

TEST_F(Processes, TarDoesNotHoldMoreThanThereIsRoomFor) {
  const std::string big(std::size_t{6} << 20U, 'x');
  for (const std::string name : {"/a", "/b"}) {
    ASSERT_TRUE(in_.files->append(name, big, 0));
  }
  const Ended packed = run(Argv{"tar", "cf", "-", "/a", "/b"});
  const std::size_t used = in_.files->budget().used();
  const Ended unpacked = run(Argv{"tar", "xf", "-", "-C", "/tmp"}, packed.out);
  EXPECT_EQ(unpacked.code, 2);
  EXPECT_NE(unpacked.err.find("No space left on device"), std::string::npos);
  EXPECT_EQ(in_.files->budget().used(), used);
}

TEST_F(Processes, AScriptComesBeforeTheBuiltIn) {
  in_.script = std::make_shared<const ExecScript>(parse_exec_script(R"({"commands": [
        {"command": ["echo", "a"], "stdout": "scripted", "exitCode": 9},
        {"command": ["wait"], "readsStdin": true, "delay": "1s", "stdout": "late"},
        {"command": ["broken"], "error": "no runtime"}]})")
                                                      .value());
  EXPECT_EQ(run(Argv{"echo", "a"}).out, "scripted");
  EXPECT_EQ(run(Argv{"echo", "a"}).code, 9);
  EXPECT_EQ(run(Argv{"echo", "b"}).out, "b\n");
  EXPECT_EQ(shell("echo a").out, "scripted");
  const ProcessPtr wait = start({"wait"}, in_);
  const auto now = Clock::now();
  EXPECT_EQ(run(*wait, now).code, -1);
  wait->end_input();
  EXPECT_EQ(run(*wait, now).code, -1);
  EXPECT_EQ(run(*wait, now + std::chrono::seconds(1)).out, "late");
  const ProcessPtr broken = start({"broken"}, in_);
  run(*broken);
  EXPECT_EQ(broken->failure(), "no runtime");
}

TEST_F(Processes, ATerminalEditsEchoesAndTellsItsSize) {
  in_.terminal = Surroundings::Terminal::Attached;
  const ProcessPtr cat = behind_terminal(start({"cat"}, in_));
  cat->take("hix\x7f\r");
  EXPECT_EQ(run(*cat).out, "hix\b \b\r\nhi\r\n");
  cat->take("\x04");
  EXPECT_EQ(run(*cat).code, 0);

  const ProcessPtr killed = behind_terminal(start({"sleep", "100"}, in_));
  killed->take("\x03");
  EXPECT_EQ(run(*killed).code, 130);

  const ProcessPtr size = behind_terminal(start({"stty", "size"}, in_));
  EXPECT_EQ(run(*size).code, -1);
  size->resize({80, 24});
  EXPECT_EQ(run(*size).out, "24 80\r\n");

  const ProcessPtr sizes = start({"resizes", "2"}, in_);
  sizes->resize({80, 24});
  EXPECT_EQ(run(*sizes).out, "80x24\n");
  sizes->resize({100, 30});
  EXPECT_EQ(run(*sizes).code, 0);

  const ProcessPtr prompt = behind_terminal(start({"sh"}, in_));
  EXPECT_EQ(run(*prompt).out, "# ");
}

TEST_F(Processes, YesWritesNoMoreThanIsTaken) {
  const ProcessPtr yes = start({"yes"}, in_);
  Output output;
  EXPECT_EQ(yes->run(Clock::now(), output), Process::State::Busy);
  EXPECT_LT(output.out.size(), 2 * kOutputPiece);
}

}  // namespace
}  // namespace kaudit::apiserver::streaming::process
