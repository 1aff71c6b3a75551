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

}  // namespace kaudit
