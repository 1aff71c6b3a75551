// What the quick reader takes and what it leaves to the whole one. That both read the same is
// compared by compose_plain_fuzz; here its frame runs over what manifests look like.
#include "base/yaml/compose_plain.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "base/yaml/to_json.hpp"
#include "base/yaml/yaml_reader.hpp"

// The frame of the fuzz target, which has no header.
// NOLINTBEGIN(readability-redundant-declaration): units may have its source beside this one
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// NOLINTEND(readability-redundant-declaration)

namespace kaudit::yaml {
namespace {

constexpr const char* kManifest = R"(# A comment.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: "front"}

  annotations:
    example.com/note: 'it is: quoted'
spec:
  replicas: 3
  paused:
  empty: []
  template:
    spec:
      containers:
      - name: c
        image: nginx:1.27
        args: ["--port", '80', "a\n\"b\"", -x]
        # another one
        env:
        - {name: A, value: b}
        - name: B
          value: --flag=1
      - name: d
  script: |
    #!/bin/sh

    exit 0
  stripped: |-
      deeper
last: -5
)";

bool is_taken(const std::string& text) {
  // Aborts when the two differ.
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return compose_plain(text).has_value();
}

TEST(ComposePlain, ReadsManifests) {
  std::string text = kManifest;
  text.replace(text.find(", -x"), 4, "");  // a dash does not begin a plain scalar in brackets here
  ASSERT_TRUE(is_taken(text));
  std::string json;
  append_json(json, *read_yaml(text)->root);
  EXPECT_EQ(
      json,
      R"({"apiVersion":"apps/v1","kind":"Deployment","last":-5,"metadata":{"annotations":)"
      R"({"example.com/note":"it is: quoted"},"labels":{"app":"web","tier":"front"},)"
      R"("name":"web"},"spec":{"empty":[],"paused":null,"replicas":3,)"
      R"("script":"#!/bin/sh\n\nexit 0\n","stripped":"deeper","template":{"spec":)"
      R"({"containers":[{"args":["--port","80","a\n\"b\""],"env":[{"name":"A","value":"b"},)"
      R"({"name":"B","value":"--flag=1"}],"image":"nginx:1.27","name":"c"},{"name":"d"}]}}}})");
}

TEST(ComposePlain, LeavesWhatItDoesNotKnowToTheOther) {
  for (const char* text : {"",
                           "\n# nothing\n",
                           "plain\n",
                           "a: b",
                           "a: b\tc\n",
                           "a: \xC3\xA9\n",
                           "a: &x b\n",
                           "a: *x\n",
                           "a: !!str b\n",
                           "a: b\n  c\n",
                           "a: b: c\n",
                           "a: b # c\n",
                           "a: \"\\x41\"\n",
                           "a: \"\\\"\n",
                           "a: 'it''s'\n",
                           "a: |2\n   b\n",
                           "a: >\n  b\n",
                           "a: [b,\n  c]\n",
                           "a: [b, ]\n",
                           "? a\n: b\n",
                           "\"a\": b\n",
                           "<<: {a: b}\n",
                           "a: b\n---\nc: d\n",
                           "a:\n",
                           "- \n",
                           "a: b\n c: d\n",
                           "a:\n   b: c\n  d: e\n",
                           "a: |\n  b\n c\n",
                           "%YAML 1.1\n---\na: b\n"}) {
    EXPECT_FALSE(is_taken(text)) << text;
  }
}

TEST(ComposePlain, IsBoundedInDepth) {
  EXPECT_TRUE(is_taken("a: " + std::string(40, '[') + std::string(40, ']') + "\n"));
  EXPECT_FALSE(is_taken("a: " + std::string(100, '[') + std::string(100, ']') + "\n"));
}

}  // namespace
}  // namespace kaudit::yaml
