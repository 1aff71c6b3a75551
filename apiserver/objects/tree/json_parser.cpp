// Trees of what JsonScanner reads, with its words for what is wrong (Kubernetes' answers quote
// them).
#include <unordered_map>
#include <utility>

#include "apiserver/objects/tree/json.hpp"
#include "base/json/json_scanner.hpp"
#include "base/json/json_string.hpp"

namespace kaudit::apiserver::objects {
namespace {

class TreeBuilder : public JsonHandler {
 public:
  void open(const char* bracket) {
    open_.push_back({*bracket == '{' ? Json(Json::Object()) : Json(Json::Array()), {}});
  }
  void close() {
    Json done = std::move(open_.back().container);
    open_.pop_back();
    drop_repeated(done);
    add(std::move(done));
  }
  void name(std::string_view raw) {
    open_.back().name.clear();
    decode_json_string(open_.back().name, raw);
  }
  void string(std::string_view raw) {
    std::string text;
    decode_json_string(text, raw);
    add(Json(std::move(text)));
  }
  void number(std::string_view text) { add(Json(Json::Number{std::string(text)})); }
  void word(std::string_view text) { add(text == "null" ? Json() : Json(text == "true")); }

  Json finish() { return std::move(result_); }

 private:
  // A container that is being read, and the name of the member whose value comes next.
  struct Open {
    Json container;
    std::string name;
  };

  // Puts a finished value into its container.
  void add(Json value) {
    if (open_.empty()) {
      result_ = std::move(value);
    } else if (Json::Object* members = open_.back().container.object()) {
      members->push_back({std::move(open_.back().name), std::move(value)});
    } else {
      open_.back().container.array()->push_back(std::move(value));
    }
  }

  // The place of each member's first namesake; empty when no name repeats.
  static std::vector<std::size_t> places(const Json::Object& members) {
    std::vector<std::size_t> place(members.size());
    bool repeats = false;
    if (members.size() <= 16) {  // comparing all is faster than hashing a few
      for (std::size_t i = 0; i < members.size(); ++i) {
        while (members[place[i]].name != members[i].name) ++place[i];
        repeats |= place[i] != i;
      }
    } else {
      std::unordered_map<std::string_view, std::size_t> first;
      for (std::size_t i = 0; i < members.size(); ++i) {
        place[i] = first.try_emplace(members[i].name, i).first->second;
        repeats |= place[i] != i;
      }
    }
    if (!repeats) place.clear();
    return place;
  }

  static void drop_repeated(Json& value) {
    Json::Object* members = value.object();
    if (members == nullptr) return;
    const std::vector<std::size_t> place = places(*members);
    if (place.empty()) return;
    Json::Object kept;
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (place[i] != i) (*members)[place[i]].value = std::move((*members)[i].value);
    }
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (place[i] == i) kept.push_back(std::move((*members)[i]));
    }
    *members = std::move(kept);
  }

  std::vector<Open> open_;
  Json result_;
};

}  // namespace

Result<Json> Json::parse(std::string_view text) {
  TreeBuilder builder;
  JsonScanner scanner(text, builder);
  if (!scanner.run()) return fail(describe_as_go(scanner.fault(), text));
  return builder.finish();
}

}  // namespace kaudit::apiserver::objects
