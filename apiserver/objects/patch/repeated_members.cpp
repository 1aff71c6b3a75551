#include "apiserver/objects/patch/repeated_members.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json/json_cursor.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

// A container that is being read.
struct OpenContainer {
  using Name = std::pair<std::string, std::size_t>;    // with how often it came
  std::vector<Name> few_names;                         // of an object, while they are few
  std::unordered_map<std::string, std::size_t> names;  // then
  std::size_t element = 0;                             // of an array
  std::size_t path_size = 0;                           // before what it holds
  bool is_array = false;

  /// How often the name has come, this time included.
  std::size_t count(const std::string& name) {
    constexpr std::size_t kFew = 16;  // comparing all is faster than hashing
    if (names.empty()) {
      for (auto& [known, times] : few_names) {
        if (known == name) return ++times;
      }
      if (few_names.size() < kFew) return few_names.emplace_back(name, 1).second;
      names.insert(few_names.begin(), few_names.end());
    }
    return ++names[name];
  }
};

class Search {
  static constexpr std::size_t kUsualDepth = 8;

 public:
  explicit Search(std::string_view compact) : cursor_(compact) { open_.reserve(kUsualDepth); }

  std::vector<std::string> run() {
    enter();
    while (!open_.empty() && found_.size() < kMaxComplaints) step();
    return std::move(found_);
  }

 private:
  void enter() {
    const JsonCursor::Kind kind = cursor_.kind();
    if (kind != JsonCursor::Kind::Object && kind != JsonCursor::Kind::Array) {
      cursor_.skip();
      return;
    }
    const bool is_array = kind == JsonCursor::Kind::Array;
    const std::size_t path_size = path_.size();
    if (cursor_.enter()) {
      open_.push_back({{}, {}, 0, path_size, is_array});
      fresh_ = true;
    }
  }

  // Goes to the next value of the innermost container, or out of it.
  void step() {
    OpenContainer& top = open_.back();
    path_.resize(top.path_size);
    if (!fresh_ && !cursor_.next()) {
      open_.pop_back();
      return;
    }
    fresh_ = false;
    if (top.is_array) {
      path_.append("[").append(std::to_string(top.element++)).append("]");
    } else {
      const std::string name(cursor_.key());
      if (!path_.empty()) path_ += '.';
      path_ += name;
      if (top.count(name) == 2) found_.push_back("duplicate field " + go_quoted(path_));
    }
    enter();
  }

  JsonCursor cursor_;
  std::vector<OpenContainer> open_;
  std::string path_;
  std::vector<std::string> found_;
  bool fresh_ = false;  // the container has just been entered: the cursor is at its first value
};

}  // namespace

std::vector<std::string> repeated_members(std::string_view compact) {
  return Search(compact).run();
}

}  // namespace kaudit::apiserver::objects::patch
