#include "audit/search/event_filter.hpp"

#include <gtest/gtest.h>

#include "audit/search/explanation.hpp"
#include "audit/search/output_template.hpp"

namespace kaudit::audit::search {
namespace {

constexpr std::string_view kCreate =
    R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"a-1",)"
    R"("stage":"ResponseComplete","requestURI":"/api/v1/namespaces/x/pods?limit=500&a=b%20c",)"
    R"("verb":"create","user":{"username":"alice","groups":["dev","system:authenticated"]},)"
    R"("sourceIPs":["10.1.2.3"],"userAgent":"kubectl/v1.37",)"
    R"("objectRef":{"resource":"pods","namespace":"x","name":"web-0"},)"
    R"("responseStatus":{"metadata":{},"code":201},)"
    R"("requestObject":{"spec":{"hostNetwork":true,"containers":[)"
    R"({"name":"a","image":"reg:5000/team/app:1"},{"name":"b","image":"busybox"}]}},)"
    R"("stageTimestamp":"2026-11-29T06:43:58.123456Z"})";

bool found(std::string_view text, std::string_view event = kCreate,
           Quirks quirks = Quirks::Repaired) {
  const auto expression = parse_expression(text);
  if (!expression) {
    ADD_FAILURE() << text << ": " << expression.error().message;
    return false;
  }
  FieldSet fields;
  const auto filter = Filter::compile(*expression, fields, quirks);
  if (!filter) {
    ADD_FAILURE() << text << ": " << filter.error().message;
    return false;
  }
  Evaluation evaluation(fields, quirks);
  EXPECT_TRUE(evaluation.load(event));
  return filter->matches(evaluation);
}

TEST(EventFilter, ComparesTexts) {
  for (const char* const text : {"ka.verb = create",
                                 "ka.verb == create",
                                 "ka.verb != get",
                                 "ka.uri contains /pods",
                                 "ka.uri icontains /PODS",
                                 "ka.uri startswith /api",
                                 "ka.uri endswith %20c",
                                 "ka.target.name glob web-?",
                                 "ka.target.name iglob WEB-[0-9]",
                                 "ka.uri glob /api*pods*",
                                 "ka.target.name regex \"web-[0-9]+\"",
                                 "ka.verb in (get, create)",
                                 "ka.verb intersects (create)",
                                 "ka.uri pmatch (/api/v1)",
                                 "ka.verb exists",
                                 "jevt.value[/objectRef/name] = web-0",
                                 "jevt.value[/user/groups/0] = dev",
                                 "jevt.value[/requestObject/spec/hostNetwork] = true",
                                 "ka.uri.param[limit] = 500",
                                 "ka.uri.param[a] = \"b c\"",
                                 "toupper(ka.verb) = CREATE",
                                 "len(ka.user.groups) = 2",
                                 "basename(ka.uri) startswith pods",
                                 "ka.target.name != val(ka.user.name)"}) {
    EXPECT_TRUE(found(text)) << text;
  }
  for (const char* const text :
       {"ka.verb = Create", "ka.target.name regex web", "ka.target.name glob web",
        "ka.uri pmatch (/api/v)", "ka.verb in ()", "ka.uri.param[b] exists"}) {
    EXPECT_FALSE(found(text)) << text;
  }
}

// What libsinsp's own tests say of its transformers, for fields of audit events.
TEST(EventFilter, AsksFunctionsOfFields) {
  for (const char* const text :
       {"tolower(ka.user.name) = alice",
        "toupper(ka.user.groups) intersects (DEV)",
        "toupper(tolower(ka.verb)) = CREATE",
        "len(ka.user.groups) = 2",
        "len(ka.user.name) = 5",
        "len(ka.user.groups) > 1",
        "len(ka.sourceips) = 1",
        "len(basename(ka.user.name)) <= 5",
        "basename(ka.uri) startswith pods",
        "join(\",\", ka.user.groups) = \"dev,system:authenticated\"",
        "join(\"->\", (ka.verb, \"aaa\", toupper(ka.verb))) = create->aaa->CREATE",
        "join(\"->\", (\"aaa\")) = aaa",
        "join(\",\", ()) = \"\"",
        "join(\",\", ()) exists",
        "join(ka.verb, (\"a\", \"b\")) = acreateb",
        "join(\"-\", (ka.verb, join(\"+\", (\"a\", \"b\")))) = create-a+b",
        "concat(ka.target.namespace, \"/\", ka.target.name) = x/web-0",
        "concat(ka.verb, concat(\"a\", toupper(ka.verb))) = createaCREATE",
        "toupper(concat(\"aaa\", \"bbb\")) = AAABBB",
        "len(join(\"-\", (\"aaa\", \"bbb\"))) = 7",
        "b64(join(\"W\", (\"YWFhL\", \"JiYg==\"))) = aaa-bbb",
        "ka.user.name = tolower(ka.user.name)",
        "ka.verb in concat(\"cre\", \"ate\")",
        "concat(ka.target.namespace, \"/\", ka.target.name) in (x/web-0, y/web-0)",
        "toupper(ka.target.name) glob WEB-?",
        "len(ka.user.name) < len(ka.uri)"}) {
    EXPECT_TRUE(found(text)) << text;
  }
  for (const char* const text :
       {"join(\",\", ()) = \",\"", "concat(\"aaa\", \"bbb\") = aaa-bbb", "len(ka.user.groups) = 3",
        "tolower(ka.verb) = CREATE", "ka.user.name = toupper(ka.user.name)"}) {
    EXPECT_FALSE(found(text)) << text;
  }
}

TEST(EventFilter, AFunctionOfWhatIsAbsentOrCannotBeDecodedIsAbsent) {
  for (const char* const text :
       {"tolower(ka.impuser.name) = a", "tolower(ka.impuser.name) != a",
        "len(ka.req.role.rules) >= 0", "len(ka.req.role.rules) = 0",
        "concat(ka.impuser.name, \"x\") exists", "join(\",\", (\"a\", ka.impuser.name)) exists",
        "join(\",\", ka.req.role.rules) exists", "join(ka.impuser.name, (\"a\")) exists",
        "b64(ka.useragent) exists", "b64(ka.useragent) != a", "b64(ka.useragent) = a",
        "ka.verb != tolower(ka.impuser.name)", "ka.verb in tolower(ka.impuser.name)"}) {
    EXPECT_FALSE(found(text)) << text;
    EXPECT_TRUE(found("not " + std::string(text))) << text;
  }
}

TEST(EventFilter, LengthsAreNumbersForFalcoToo) {
  EXPECT_FALSE(found("len(ka.uri) < 9", kCreate, Quirks::Falco));
  EXPECT_TRUE(found("len(ka.uri) > 9", kCreate, Quirks::Falco));
}

TEST(EventFilter, AnAbsentFieldMakesEveryCheckFalse) {
  for (const char* const text :
       {"ka.impuser.name = a", "ka.impuser.name != a", "ka.impuser.name in (a)",
        "ka.impuser.name exists", "ka.req.role.rules intersects (a)", "ka.req.role.rules in ()",
        "ka.target.subresource regex \".*\""}) {
    EXPECT_FALSE(found(text)) << text;
    EXPECT_TRUE(found("not " + std::string(text))) << text;
  }
}

TEST(EventFilter, InAsksAllElementsAndIntersectsAny) {
  EXPECT_FALSE(found("ka.user.groups in (dev)"));
  EXPECT_TRUE(found("ka.user.groups intersects (dev)"));
  EXPECT_TRUE(found("ka.user.groups in (dev, ops, system:authenticated)"));
  EXPECT_FALSE(found("ka.user.groups intersects (ops)"));
}

TEST(EventFilter, NumbersCompareAsNumbersButForFalco) {
  EXPECT_TRUE(found("ka.response.code > 99"));
  EXPECT_FALSE(found("ka.response.code > 99", kCreate, Quirks::Falco));
  EXPECT_TRUE(found("ka.response.code >= 201 and ka.response.code <= 201"));
  EXPECT_TRUE(found("ka.verb > a and ka.verb < d"));
}

TEST(EventFilter, ANullIsAbsentButForFalco) {
  constexpr std::string_view kNull = R"({"auditID":"1","verb":null})";
  EXPECT_FALSE(found("ka.verb exists", kNull));
  EXPECT_TRUE(found("ka.verb = null", kNull, Quirks::Falco));
}

TEST(EventFilter, WithoutAuditIdFalcoSeesNoFields) {
  constexpr std::string_view kTrimmed = R"({"verb":"get"})";
  EXPECT_TRUE(found("ka.verb = get", kTrimmed));
  EXPECT_FALSE(found("ka.verb = get", kTrimmed, Quirks::Falco));
  EXPECT_TRUE(found("jevt.value[/verb] = get", kTrimmed, Quirks::Falco));
}

TEST(EventFilter, EscapesAndOtherBytesAreFoundAsTheText) {
  EXPECT_TRUE(found("ka.user.name = \"a<b\"", R"({"user":{"username":"a\u003cb"}})"));
  EXPECT_TRUE(found("ka.user.name = 'jürgen'", R"({"user":{"username":"jürgen"}})"));
  EXPECT_TRUE(found("ka.user.name startswith x", "{\"user\":{\"username\":\"x\xFFy\"}}"));
  EXPECT_TRUE(found("ka.verb = get", R"( { "verb" : "get" , "user" : { } } )"));
  EXPECT_TRUE(found("ka.verb = get", R"({"v\u0065rb2":1,"verb":"get"})"));
}

TEST(EventFilter, ABadPatternIsRefusedAtItsPlace) {
  const auto expression = parse_expression("ka.verb = a or ka.uri regex \"a(\"");
  ASSERT_TRUE(expression.has_value());
  FieldSet fields;
  const auto filter = Filter::compile(*expression, fields, Quirks::Repaired);
  ASSERT_FALSE(filter.has_value());
  EXPECT_EQ(filter.error().offset, 28U);
}

TEST(EventFilter, ExplainsWhichPartsHold) {
  const auto expression = parse_expression("ka.verb = create and ka.impuser.name = bob");
  FieldSet fields;
  const auto filter = Filter::compile(*expression, fields, Quirks::Repaired);
  Evaluation evaluation(fields, Quirks::Repaired);
  evaluation.load(kCreate);
  std::string out;
  append_explanation(out, *expression, *filter, fields, evaluation);
  EXPECT_EQ(out,
            "- all of:\n"
            "  + ka.verb = create   it is create\n"
            "  - ka.impuser.name = bob   it is absent, which makes every check false\n");
}

TEST(OutputTemplates, HaveFalcosForms) {
  FieldSet fields;
  const auto made = OutputTemplate::compile(
      "%ka.user.name did %ka.verb (groups=%ka.user.groups as=%ka.impuser.name). 100%% "
      "first=%ka.req.pod.containers.image[0] uri=%ka.uri.param[limit].",
      fields);
  ASSERT_TRUE(made.has_value());
  Evaluation evaluation(fields, Quirks::Repaired);
  evaluation.load(kCreate);
  std::string out;
  made->append_to(out, evaluation);
  EXPECT_EQ(out,
            "alice did create (groups=(dev,system:authenticated) as=<NA>). 100% "
            "first=(reg:5000/team/app:1) uri=500.");
  EXPECT_FALSE(OutputTemplate::compile("%ka.nothing", fields).has_value());
}

}  // namespace
}  // namespace kaudit::audit::search
