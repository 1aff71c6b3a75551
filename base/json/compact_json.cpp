#include "base/json/compact_json.hpp"

#include <utility>

#include "base/json/json_scanner.hpp"
#include "base/text/hex.hpp"

namespace kaudit {
namespace {

/// What may stay as it is piles up as a run and is copied at once; only white space and characters
/// to be escaped end a run.
class Compactor : public JsonHandler {
 public:
  Compactor(std::string& out, std::string_view text)
      : run_(text.data()), end_(run_ + text.size()), out_(out) {
    out_.reserve(out_.size() + text.size());
  }

  void space(const char* from, const char* to) {
    out_.append(run_, from);
    run_ = to;
  }

  void unsafe(const char* from, const char* to) {
    out_.append(run_, from).append("\\u");
    if (to - from == 1) {
      out_ += "00";
      append_hex(out_, *from);
    } else {
      out_ += to[-1] == '\xA8' ? "2028" : "2029";
    }
    run_ = to;
  }

  void finish() { out_.append(run_, end_); }

 private:
  const char* run_;  ///< what begins here has not been copied yet
  const char* end_;
  std::string& out_;
};

/// Notes whether compacting would change the text.
struct ChangeFinder : JsonHandler {
  void space(const char* /*from*/, const char* /*to*/) { changes = true; }
  void unsafe(const char* /*from*/, const char* /*to*/) { changes = true; }
  bool changes = false;
};

/// Past the digits of an integer; null where it is not one.
const char* pass_integer(const char* at, const char* end) {
  if (at != end && *at == '-') ++at;
  const char* const digits = at;
  while (at != end && is_digit(*at)) ++at;
  if (at == digits || (*digits == '0' && at != digits + 1)) return nullptr;
  return at != end && (*at == ',' || *at == '}' || *at == ']') ? at : nullptr;
}

}  // namespace

tl::expected<std::string, JsonFault> compact_json(std::string_view text) {
  std::string out;
  if (auto done = append_compact_json(out, text); !done) return tl::unexpected(done.error());
  return out;
}

tl::expected<void, JsonFault> append_compact_json(std::string& out, std::string_view text) {
  Compactor compactor(out, text);
  JsonScanner scanner(text, compactor);
  if (!scanner.run()) return tl::unexpected(scanner.fault());
  compactor.finish();
  return {};
}

const char* pass_if_compact(const char* at, const char* end) {
  if (const char* const past = pass_integer(at, end)) return past;  // as numbers mostly are
  ChangeFinder finder;
  JsonScanner scanner({at, static_cast<std::size_t>(end - at)}, finder);
  const char* const past = scanner.pass_value();
  return finder.changes ? nullptr : past;
}

}  // namespace kaudit
