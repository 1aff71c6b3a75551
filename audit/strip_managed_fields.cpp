#include "audit/strip_managed_fields.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "base/json/json_cursor.hpp"

namespace kaudit::audit {
namespace {

using Kind = JsonCursor::Kind;

constexpr std::string_view kManagedFields = "managedFields";

/// False when no member can be called managedFields: not in plain letters, and no letter is written
/// as an escape. (HTML-escaping makes no escapes of letters, but are not worth telling apart.)
bool may_have_managed_fields(std::string_view text) {
  return text.find(kManagedFields) != std::string_view::npos ||
         text.find("\\u00") != std::string_view::npos;
}

/// Copies a body, leaving out the members to be removed.
class Stripper {
 public:
  explicit Stripper(std::string_view body) : body_(body), in_(body) {}

  /// The stripped body, or nothing when there was nothing to remove.
  std::string run() {
    if (in_.kind() == Kind::Object) top_object();
    if (removed_) out_.append(body_.substr(copied_));
    return std::move(out_);
  }

 private:
  /// Calls `on_member` with each name of the object that comes next; it must pass the value. What
  /// is not an object is passed.
  template <typename OnMember>
  void each_member(OnMember on_member) {
    if (in_.kind() != Kind::Object) {
      in_.skip();
      return;
    }
    for (bool more = in_.enter(); more; more = in_.next()) on_member(in_.key());
  }

  template <typename OnElement>
  void each_element(OnElement on_element) {
    if (in_.kind() != Kind::Array) {
      in_.skip();
      return;
    }
    for (bool more = in_.enter(); more; more = in_.next()) on_element();
  }

  void top_object() {
    each_member([&](std::string_view name) {
      if (name == "metadata") {
        metadata();
      } else if (name == "items") {
        each_element([&] { object(); });
      } else if (name == "rows" && is_table()) {
        each_element([&] { row(); });
      } else {
        in_.skip();
      }
    });
  }

  void object() {
    each_member([&](std::string_view name) {
      if (name == "metadata") {
        metadata();
      } else {
        in_.skip();
      }
    });
  }

  void row() {
    each_member([&](std::string_view name) {
      if (name == "object") {
        object();
      } else {
        in_.skip();
      }
    });
  }

  void metadata() {
    if (in_.kind() != Kind::Object) {
      in_.skip();
      return;
    }
    bool kept_before = false;  // a member that stays precedes: its comma is the one to go
    bool more = in_.enter();
    std::size_t begin = in_.offset();
    while (more) {
      const bool remove = in_.key() == kManagedFields;
      in_.skip();
      const std::size_t end = in_.offset();
      more = in_.next();
      if (remove) cut(kept_before ? begin - 1 : begin, more && !kept_before ? end + 1 : end);
      kept_before = kept_before || !remove;
      begin = in_.offset();
    }
  }

  void cut(std::size_t begin, std::size_t end) {
    out_.append(body_.substr(copied_, begin - copied_));
    copied_ = end;
    removed_ = true;
  }

  bool is_table() const {
    JsonCursor in(body_);
    for (bool more = in.enter(); more; more = in.next()) {
      const bool kind = in.key() == "kind";
      if (kind && in.kind() == Kind::String) return in.string() == "Table";
      in.skip();
    }
    return false;
  }

  std::string_view body_;
  JsonCursor in_;
  std::string out_;
  std::size_t copied_ = 0;  ///< up to here the body is in out_, or left out
  bool removed_ = false;
};

}  // namespace

RawJson without_managed_fields(const RawJson& body) {
  if (body.empty() || !may_have_managed_fields(body.view())) return body;
  std::string stripped = Stripper(body.view()).run();
  return stripped.empty() ? body : RawJson::trusted(std::move(stripped));
}

}  // namespace kaudit::audit
