#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "apiserver/objects/tree/block_pool.hpp"
#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/types.hpp"
#include "base/json/json_walk.hpp"
#include "base/text/byte_scan.hpp"

namespace kaudit::apiserver::objects {

/// Whether what a type does not have is reported.
enum class Strictness : std::uint8_t { Lenient, Strict };

/// What is known of a text. AsSent: nothing.
enum class TextForm : std::uint8_t { Compact, AsSent };

/// Reads JSON into a typed value as Go's decoder does: members by name and case; null leaves a
/// scalar or a struct as it is and empties the rest; of repeated members the last wins, objects
/// merge. Each value is read once, in a loop, whatever the nesting. One reader reads one text.
class JsonReader {
 public:
  /// `text` is valid JSON without white space (compact_json), or `form` says that it may be. It
  /// must outlive the values, as must the arena.
  JsonReader(std::string_view text, Arena& arena, Strictness strictness,
             TextForm form = TextForm::Compact)
      : at_(text.data()),
        end_(text.data() + text.size()),
        arena_(arena),
        strict_(strictness == Strictness::Strict),
        known_(form == TextForm::Compact) {}

  /// False when a value is not of its type: error() has Go's text. Of a text as it was sent, false
  /// without an error when it is anything but an object of known members and right values: what
  /// there is to say of it shows when it is compact, since errors of its form come first.
  bool read(const Type& type, Value& into);
  const std::string& error() const noexcept { return error_; }

  /// `unknown field "spec.x"`, `duplicate field "metadata.labels.a"`: each once, in their order,
  /// at most 100.
  std::vector<std::string>& complaints() noexcept { return complaints_; }

  /// True when the outermost object has a member that is `kind` or `apiVersion` but for its case,
  /// which a server's first look takes for it.
  bool saw_head_in_other_case() const noexcept { return other_case_; }

 private:
  // An object or array that is being read, and where in it the reader is.
  struct Frame {
    const Type* type;    // Struct, List or Map
    const Field* field;  // through which it was reached: it names the type of elements
    Value* value;
    bool quiet;                    // in a part with a decoder of its own: nothing is reported
    bool begun = false;            // a comma comes before the next child
    std::uint8_t next_member = 0;  // where the next name is looked for first
    std::uint32_t index = 0;       // of the element that comes next
    std::uint64_t seen = 0;        // members that have come
    const Member* member = nullptr;
    std::string_view name = {};  // of the entry under way
  };

  bool is_null() const noexcept { return *at_ == 'n'; }
  void skip_space() noexcept {
    while (static_cast<unsigned char>(*at_) <= ' ' && is_json_space(*at_)) ++at_;
  }
  void skip();
  void skip_word(std::string_view word);
  std::string_view skipped();
  std::string_view read_string();
  std::size_t pass_near_name(const Type& type, std::size_t next);
  std::size_t pass_likely_name(const Type& type, std::size_t next);
  std::string_view read_name();

  bool ends(Frame& frame, char closing);
  bool ends_otherwise(Frame& frame, char closing);
  void give_up();
  void read_members(Frame& frame);
  void read_entries(Frame& frame);
  void read_elements(Frame& frame);
  bool read_value(const Type& type, const Field* field, bool pointer, Value& into);
  bool read_set(const Type& type, const Field* field, Value& into);
  static std::string container_name(const Type& type, const Field* field);
  bool open(const Type& type, const Field* field, Value& into, bool quiet);
  void enter(const Type& type, const Field* field, Value& into, bool quiet);
  bool open_union(const Type& type, Value& into);
  /// A string that ends soon and stands as it is; false, and nothing is done, when it does not.
  bool read_plain_text(Value& into) noexcept {
    const char* const text = at_ + 1;
    constexpr std::ptrdiff_t kSoon = 16;
    if (end_ - text < kSoon) return false;
    const char* const quote = byte_scan::skip_plain_16(text);
    if (quote == text + kSoon || *quote != '"') return false;
    into.assign(std::string_view(text, static_cast<std::size_t>(quote - text)));
    into.compact = true;
    at_ = quote + 1;
    return true;
  }
  void read_text(Value& into);
  bool read_small_integer(Value& into) noexcept;
  void read_integer(const Type& type, Value& into);
  void read_double(Value& into);
  void read_bytes(Value& into);
  void read_byte_list(Value& into);
  void read_time(const Type& type, Value& into);
  void read_duration(Value& into);
  void read_quantity(Value& into);
  void read_int_or_string(Value& into);
  void read_name_case(std::string_view name) noexcept;

  enum class Outcome : std::uint8_t { GoesOn, Ends };
  void mismatch(std::string_view go_type, Outcome outcome = Outcome::GoesOn);
  void fail_with(std::string message, Outcome outcome);
  std::string_view word() const noexcept;
  void complain(std::string_view what, std::string_view name);
  std::string path(std::string_view name) const;

  const char* at_;
  const char* end_;
  Arena& arena_;
  bool strict_;
  bool known_;  // the text is valid and compact
  bool other_case_ = false;
  bool ended_ = false;  // an error after which Go reads no further
  bool gave_up_ = false;
  std::vector<Frame, Recycled<Frame>> frames_;
  std::string error_;
  std::vector<std::string> complaints_;
  std::unordered_set<std::string> said_;
  unsigned attempts_ = 0;
};

}  // namespace kaudit::apiserver::objects
