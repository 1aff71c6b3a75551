#include "audit/search/indented_json.hpp"

#include <algorithm>
#include <cstddef>

#include "base/json/json_scanner.hpp"

namespace kaudit::audit::search {
namespace {

/// Deeper values are not indented further: hostile ones would become very large.
constexpr std::size_t kDeepest = 64;

struct IndentingHandler : JsonHandler {
  explicit IndentingHandler(std::string& text) : out(text) {}

  void before_value() {
    if (after_name) {
      after_name = false;
      return;
    }
    if (depth > 0) next_line();
  }
  void next_line() {
    if (any) out += ',';
    out += '\n';
    out.append(2 * std::min(depth, kDeepest), ' ');
  }
  void open(const char* bracket) {
    before_value();
    out += *bracket;
    brackets += *bracket;
    ++depth;
    any = false;
  }
  void close() {
    --depth;
    if (any) {
      out += '\n';
      out.append(2 * std::min(depth, kDeepest), ' ');
    }
    out += brackets.back() == '{' ? '}' : ']';
    brackets.pop_back();
    any = true;
  }
  void name(std::string_view raw) {
    next_line();
    out += '"';
    out += raw;
    out += "\": ";
    after_name = true;
  }
  void string(std::string_view raw) {
    before_value();
    out += '"';
    out += raw;
    out += '"';
    any = true;
  }
  void number(std::string_view text) { word(text); }
  void word(std::string_view text) {
    before_value();
    out += text;
    any = true;
  }

  std::string& out;
  std::string brackets;
  std::size_t depth = 0;
  bool any = false;
  bool after_name = false;
};

}  // namespace

void append_indented(std::string& out, std::string_view json) {
  IndentingHandler handler(out);
  JsonScanner<IndentingHandler>(json, handler).run();
}

}  // namespace kaudit::audit::search
