// Trees of what JsonScanner reads, with its words for what is wrong (Kubernetes' answers quote
// them).
#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "apiserver/objects/tree/written_tree.hpp"
#include "base/json/json_scanner.hpp"
#include "base/json/json_string.hpp"
#include "base/json/json_walk.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::apiserver::objects {
namespace {

// Values stand on one stack until their container closes, which then gets room for just as many.
class TreeBuilder : public JsonHandler {
 public:
  void open(const char* bracket) {
    if (!in_object()) done_.emplace_back();
    open_.push_back({*bracket == '{', done_.size()});
  }
  void close() { close(Names::MayRepeat); }
  enum class Names { MayRepeat, Differ };
  void close(Names names) {
    const Open closing = open_.back();
    open_.pop_back();
    const auto begin = done_.begin() + static_cast<std::ptrdiff_t>(closing.begin);
    Json container = closing.is_object ? object_of(begin, names) : array_of(begin);
    done_.erase(begin, done_.end());
    done_.back().value = std::move(container);
  }
  void name(std::string_view raw) { name(plain ? TreeText(raw) : decoded(raw)); }
  void name(TreeText name) { done_.push_back({std::move(name), Json()}); }
  void string(std::string_view raw) { string(plain ? TreeText(raw) : decoded(raw)); }
  void string(TreeText text) { add(Json(std::move(text))); }
  void number(std::string_view text) { add(Json(Json::Number{text})); }
  void word(std::string_view text) { add(text == "null" ? Json() : Json(text == "true")); }

  void packed(std::string_view text) { add(Json::packed(text)); }
  bool in_object() const noexcept { return !open_.empty() && open_.back().is_object; }
  bool is_complete() const noexcept { return open_.empty(); }

  /// What stands between quotes and is not plain.
  TreeText decoded(std::string_view raw) {
    scratch_.clear();
    decode_json_string(scratch_, raw);
    return scratch_;
  }

  Json finish() { return done_.empty() ? Json() : std::move(done_.front().value); }

 private:
  // A container that is being read, and where its values begin.
  struct Open {
    bool is_object;
    std::size_t begin;
  };

  // A member has its place since its name was read.
  void add(Json value) {
    if (in_object()) {
      done_.back().value = std::move(value);
    } else {
      done_.push_back({TreeText(), std::move(value)});
    }
  }

  Json object_of(Json::Object::iterator begin, Names names) {
    Json::Object members(std::make_move_iterator(begin), std::make_move_iterator(done_.end()));
    if (names == Names::MayRepeat) drop_repeated(members);
    return Json(std::move(members));
  }

  Json array_of(Json::Object::iterator begin) {
    Json::Array elements;
    elements.reserve(static_cast<std::size_t>(done_.end() - begin));
    for (auto element = begin; element != done_.end(); ++element) {
      elements.push_back(std::move(element->value));
    }
    return Json(std::move(elements));
  }

  static bool any_repeats(const Json::Object& members) {
    if (members.size() <= kFew) {  // comparing all is faster than hashing a few
      for (std::size_t i = 1; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (members[j].name == members[i].name) return true;
        }
      }
      return false;
    }
    std::unordered_set<std::string_view> names;
    return !std::all_of(members.begin(), members.end(), [&](const Json::Member& member) {
      return names.insert(member.name.view()).second;
    });
  }

  // Of those with one name the last value stays, at the first one's place.
  static void drop_repeated(Json::Object& members) {
    if (!any_repeats(members)) return;
    std::unordered_map<std::string, std::size_t> places;
    Json::Object kept;
    for (Json::Member& member : members) {
      const auto [place, added] = places.try_emplace(std::string(member.name), kept.size());
      if (added) {
        kept.push_back(std::move(member));
      } else {
        kept[place->second].value = std::move(member.value);
      }
    }
    members = std::move(kept);
  }

  static constexpr std::size_t kFew = 16;

  std::vector<Open, Recycled<Open>> open_;
  Json::Object done_;
  std::string scratch_;
};

/// Takes apart what a tree wrote: there is nothing to check and no white space.
class WrittenReader {
 public:
  explicit WrittenReader(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()) {}

  Json read() {
    do {
      if (!value()) continue;
      while (!builder_.is_complete() && (*at_ == '}' || *at_ == ']')) {
        ++at_;
        builder_.close(TreeBuilder::Names::Differ);
      }
      if (!builder_.is_complete()) ++at_;  // the comma
    } while (!builder_.is_complete());
    return builder_.finish();
  }

 private:
  // False when it is a container whose first value comes next.
  bool value() {
    if (builder_.in_object()) {
      TreeText name = string();
      ++at_;  // the colon
      const bool may_be_packed = name == packed_;
      builder_.name(std::move(name));
      if (may_be_packed && *at_ == '{') {
        builder_.packed(passed());
        return true;
      }
    }
    switch (*at_) {
      case '{':
      case '[':
        builder_.open(at_++);
        if (*at_ != '}' && *at_ != ']') return false;
        break;
      case '"':
        builder_.string(string());
        break;
      case 't':
      case 'f':
      case 'n':
        builder_.word(passed());
        break;
      default:
        builder_.number(passed());
        break;
    }
    return true;
  }

  TreeText string() {
    const char* const begin = at_ + 1;
    at_ = byte_scan::skip_plain(begin, end_);
    if (*at_ == '"') return std::string_view(begin, static_cast<std::size_t>(at_++ - begin));
    at_ = pass_json_string(begin - 1, end_);
    return builder_.decoded({begin, static_cast<std::size_t>(at_ - begin - 1)});
  }
  std::string_view passed() {
    const char* const begin = at_;
    at_ = pass_json_value(at_, end_);
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

  const char* at_;
  const char* end_;
  TreeBuilder builder_;
  const TreeText packed_ = "fieldsV1";
};

}  // namespace

Json read_written(std::string_view text) { return WrittenReader(text).read(); }

Result<Json> Json::parse(std::string_view text) {
  TreeBuilder builder;
  JsonScanner scanner(text, builder);
  if (!scanner.run()) return fail(describe_as_go(scanner.fault(), text));
  return builder.finish();
}

}  // namespace kaudit::apiserver::objects
