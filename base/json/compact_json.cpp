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
  explicit Compactor(std::string_view text) : run_(text.data()), end_(run_ + text.size()) {
    out_.reserve(text.size());
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

  std::string finish() {
    out_.append(run_, end_);
    return std::move(out_);
  }

 private:
  const char* run_;  ///< what begins here has not been copied yet
  const char* end_;
  std::string out_;
};

}  // namespace

tl::expected<std::string, JsonFault> compact_json(std::string_view text) {
  Compactor compactor(text);
  JsonScanner scanner(text, compactor);
  if (!scanner.run()) return tl::unexpected(scanner.fault());
  return compactor.finish();
}

}  // namespace kaudit
