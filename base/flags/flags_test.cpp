#include "base/flags/flags.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit {
namespace {

using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct FlagsTest : testing::Test {
  std::string path = "default";
  bool compress = false;
  bool throttle = true;
  int port = 6443;
  std::int64_t size = 10;
  std::int64_t bytes = 20;
  float rate = 0.5F;
  std::chrono::nanoseconds wait = 30s;
  std::vector<std::string> names = {"a", "b"};
  FlagSet flags;

  FlagsTest() {
    flags.group("Auditing");
    flags.add("log-path", &path, "Where to: a `file`, or - for standard output.");
    flags.add("compress", &compress, "Compress old files.");
    flags.add("throttle", &throttle, "Throttle.");
    flags.add("size", &size, "How many.", FlagSet::IntegerType::Int);
    flags.add("bytes", &bytes, "How large.");
    flags.add("rate", &rate, "How often.");
    flags.group("Serving");
    flags.add("port", &port, "Where to listen.");
    flags.add("wait", &wait, "How long.");
    flags.add("names", &names, "Who.");
    flags.add("old", &wait, "Old name of --wait.");
    flags.deprecate("old", "use --wait instead.");
  }

  std::vector<std::string> errors_of(const std::vector<std::string>& arguments) {
    std::vector<std::string> texts;
    for (const Error& error : flags.parse(arguments)) texts.push_back(error.message);
    return texts;
  }
};

TEST(OptionalFlag, StandsAloneOrWithAValueBehindAnEqualsSign) {
  const auto parsed = [](const std::vector<std::string>& arguments) {
    std::optional<std::string> page;
    FlagSet flags;
    flags.add("page", &page, "here", "Show it at this `place`.");
    EXPECT_THAT(flags.parse(arguments), IsEmpty());
    EXPECT_THAT(flags.help("p"), HasSubstr("--page[=place]\n"));
    return page;
  };
  EXPECT_EQ(parsed({}), std::nullopt);
  EXPECT_EQ(parsed({"--page"}), "here");
  EXPECT_EQ(parsed({"--page=there"}), "there");
  EXPECT_EQ(parsed({"--page="}), "");
  EXPECT_EQ(parsed({"--page", "there"}), "here");  // what follows is an argument, as for a bool
}

TEST_F(FlagsTest, TakesValuesAfterEqualsOrAsTheNextArgument) {
  EXPECT_THAT(errors_of({"--log-path=x", "--size", "0x10", "--wait", "5s", "--rate=1e-3"}),
              IsEmpty());
  EXPECT_EQ(path, "x");
  EXPECT_EQ(size, 16);
  EXPECT_EQ(wait, 5s);
  EXPECT_EQ(rate, 0.001F);
  EXPECT_TRUE(flags.changed("size"));
  EXPECT_FALSE(flags.changed("bytes"));
}

TEST_F(FlagsTest, ABoolAloneIsTrueAndNeverTakesTheNextArgument) {
  EXPECT_THAT(errors_of({"--compress", "false", "--throttle=F"}), IsEmpty());
  EXPECT_TRUE(compress);
  EXPECT_FALSE(throttle);
  EXPECT_THAT(flags.not_flags(), ElementsAre("false"));
}

TEST_F(FlagsTest, TheLastOfARepeatedFlagWins) {
  EXPECT_THAT(errors_of({"--size=1", "--size=2", "--log-path=x", "--log-path="}), IsEmpty());
  EXPECT_EQ(size, 2);
  EXPECT_EQ(path, "");
}

TEST_F(FlagsTest, AnEmptyValueIsAValue) {
  EXPECT_THAT(errors_of({"--log-path", "", "--size="}),
              ElementsAre("invalid argument \"\" for \"--size\" flag: "
                          "strconv.ParseInt: parsing \"\": invalid syntax"));
  EXPECT_EQ(path, "");
}

TEST_F(FlagsTest, AValueMayLookLikeAFlag) {
  EXPECT_THAT(errors_of({"--log-path", "--size", "--size=-3"}), IsEmpty());
  EXPECT_EQ(path, "--size");
  EXPECT_EQ(size, -3);
}

TEST_F(FlagsTest, ListsReplaceTheDefaultThenAppend) {
  EXPECT_THAT(errors_of({"--names=x,\"y,z\"", "--names=w"}), IsEmpty());
  EXPECT_THAT(names, ElementsAre("x", "y,z", "w"));
  EXPECT_THAT(errors_of({"--names="}), IsEmpty());
  EXPECT_THAT(names, ElementsAre("x", "y,z", "w"));
}

TEST_F(FlagsTest, UnderscoresAreDashes) {
  EXPECT_THAT(errors_of({"--log_path=x"}), IsEmpty());
  EXPECT_EQ(path, "x");
}

TEST_F(FlagsTest, ReportsAllErrorsTogether) {
  EXPECT_THAT(
      errors_of({"--compress=yes", "--port=99999999999", "--wait=5", "-log-path=x", "--=x", "---s",
                 "--log-path"}),
      ElementsAre(
          "invalid argument \"yes\" for \"--compress\" flag: "
          "strconv.ParseBool: parsing \"yes\": invalid syntax",
          HasSubstr("value out of range"),
          "invalid argument \"5\" for \"--wait\" flag: time: missing unit in duration \"5\"",
          "unknown shorthand flag: 'l' in -log-path=x (did you mean --log-path?)",
          "bad flag syntax: --=x", "bad flag syntax: ---s", "flag needs an argument: --log-path"));
}

TEST_F(FlagsTest, AnUnknownFlagSuggestsTheNearestOne) {
  EXPECT_THAT(errors_of({"--logpath=x"}),
              ElementsAre("unknown flag: --logpath (did you mean --log-path?)"));
  EXPECT_THAT(errors_of({"--Compress"}),
              ElementsAre("unknown flag: --Compress (did you mean --compress?)"));
  EXPECT_THAT(errors_of({"--something-else", "value"}),
              ElementsAre("unknown flag: --something-else"));
  EXPECT_THAT(flags.not_flags(), IsEmpty()) << "the value of an unknown flag is its own";
}

TEST_F(FlagsTest, TwoDashesEndTheFlags) {
  EXPECT_THAT(errors_of({"--", "--size=x"}), IsEmpty());
  EXPECT_EQ(size, 10);
  EXPECT_THAT(flags.not_flags(), ElementsAre("--size=x"));
}

TEST_F(FlagsTest, ADeprecatedFlagWorksAndWarns) {
  EXPECT_THAT(errors_of({"--old=7s", "--old=8s"}), IsEmpty());
  EXPECT_EQ(wait, 8s);
  EXPECT_THAT(flags.warnings(), ElementsAre("Flag --old has been deprecated, use --wait instead."));
}

TEST_F(FlagsTest, AnInertFlagIsJudgedByItsTypeAndHidden) {
  FlagSet::Description level;
  level.name = "v";
  level.type = "Level";
  level.shorthand = 'v';
  std::string last;
  flags.add_inert(level, &last);
  FlagSet::Description cache;
  cache.name = "watch-cache";
  cache.type = "bool";
  cache.no_opt_value = "true";
  flags.add_inert(cache);
  EXPECT_THAT(errors_of({"--watch-cache", "--watch_cache=false", "--v=1"}), IsEmpty());
  EXPECT_TRUE(flags.changed("watch-cache"));
  EXPECT_EQ(last, "1");
  EXPECT_THAT(errors_of({"--watch-cache=perhaps"}),
              ElementsAre(HasSubstr("invalid argument \"perhaps\" for \"--watch-cache\" flag")));
  EXPECT_THAT(flags.help("server"), Not(HasSubstr("watch-cache")));
}

TEST_F(FlagsTest, AShorthandTakesItsValueInThreeWays) {
  FlagSet::Description level;
  level.name = "v";
  level.type = "Level";
  level.shorthand = 'v';
  std::string last;
  flags.add_inert(level, &last);
  for (const auto& arguments : {std::vector<std::string>{"-v=2"}, {"-v2"}, {"-v", "2"}}) {
    last.clear();
    EXPECT_THAT(errors_of(arguments), IsEmpty());
    EXPECT_EQ(last, "2");
  }
  EXPECT_THAT(flags.not_flags(), IsEmpty());
  EXPECT_THAT(errors_of({"-v"}), ElementsAre("flag needs an argument: 'v' in -v"));
  EXPECT_THAT(errors_of({"-hx"}), ElementsAre(HasSubstr("unknown shorthand flag: 'x' in -hx")));
}

TEST_F(FlagsTest, HelpIsAskedForInTwoWays) {
  EXPECT_THAT(errors_of({"--size=1"}), IsEmpty());
  EXPECT_FALSE(flags.help_asked());
  EXPECT_THAT(errors_of({"-h"}), IsEmpty());
  EXPECT_TRUE(flags.help_asked());
  EXPECT_THAT(errors_of({"--help=false"}), IsEmpty());
  EXPECT_FALSE(flags.help_asked());
  EXPECT_THAT(errors_of({"--help", "--nonsense"}), ElementsAre("unknown flag: --nonsense"));
  EXPECT_TRUE(flags.help_asked());
}

TEST_F(FlagsTest, HelpGroupsFlagsAndHidesDeprecatedOnes) {
  const std::string help = flags.help("server", 57);
  EXPECT_THAT(help, testing::StartsWith("Usage:\n  server [flags]\n\nAuditing flags:\n\n"
                                        "      --bytes int\n"
                                        "                How large. (default 20)\n"
                                        "      --compress\n"
                                        "                Compress old files.\n"
                                        "      --log-path file\n"
                                        "                Where to: a file, or - for standard\n"
                                        "                output. (default \"default\")\n"));
  EXPECT_THAT(help, HasSubstr("\n\nServing flags:\n\n      --names strings\n"));
  EXPECT_THAT(help, HasSubstr("How long. (default 30s)"));
  EXPECT_THAT(help, HasSubstr("Who. (default [a,b])"));
  EXPECT_THAT(help, Not(HasSubstr("--old")));
}

TEST_F(FlagsTest, DescribesEachFlagWithPflagsTypes) {
  std::string types;
  for (const FlagSet::Description& flag : flags.describe()) {
    types += flag.name + ":" + flag.type + ":" + flag.default_value + " ";
  }
  EXPECT_EQ(types,
            "log-path:string:default compress:bool:false throttle:bool:true size:int:10 "
            "bytes:int64:20 rate:float32:0.5 port:int:6443 wait:duration:30s "
            "names:stringSlice:[a,b] old:duration:30s ");
}

}  // namespace
}  // namespace kaudit
