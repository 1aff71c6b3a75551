#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text/quote.hpp"
#include "cli/policy/input/request_forms.hpp"

namespace kaudit::cli {
namespace {

/// Options that take a value. (curl(1))
constexpr std::string_view kShortWithValue = "XdHuoAbceEFmTQrtwxyYzCDUKP";
constexpr std::array<std::string_view, 32> kLongWithValue{
    "request",   "data",       "data-ascii",      "data-binary",   "data-raw", "data-urlencode",
    "json",      "form",       "header",          "user",          "output",   "cacert",
    "capath",    "cert",       "cert-type",       "key",           "key-type", "max-time",
    "url",       "user-agent", "connect-timeout", "upload-file",   "resolve",  "connect-to",
    "write-out", "retry",      "unix-socket",     "oauth2-bearer", "proxy",    "cookie",
    "referer",   "range"};

class CurlLine {
 public:
  Result<WireRequest> read(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string* next = i + 1 < words.size() ? &words[i + 1] : nullptr;
      const auto used = words[i].starts_with("--") ? take_long(words[i], next)
                        : words[i].starts_with('-') && words[i].size() > 1
                            ? take_short(words[i], next)
                            : take_url(words[i]);
      if (!used) return tl::unexpected(used.error());
      if (*used) ++i;
    }
    if (!url_) return fail("curl needs a URL");
    std::string target = *url_;
    if (get_ && !data_.empty()) {
      target += (target.find('?') == std::string::npos ? "?" : "&") + data_;
    }
    std::string method = head_ ? "HEAD" : put_ ? "PUT" : post_ && !get_ ? "POST" : "GET";
    if (method_) method = *method_;
    return read_http_form({std::move(method), std::move(target)});
  }

 private:
  /// True: the next word is the value.
  using Used = Result<bool>;

  Used take_long(const std::string& word, const std::string* next) {
    const std::string name = word.substr(2);
    if (std::ranges::find(kLongWithValue, name) == kLongWithValue.end()) {
      if (name == "head") head_ = true;
      if (name == "get") get_ = true;
      return false;
    }
    if (next == nullptr) return fail(word + " needs a value");
    if (name == "request") method_ = *next;
    if (name == "url") return take_url(*next).map([](bool) { return true; });
    if (name == "upload-file") put_ = true;
    if (name.starts_with("data") || name == "json" || name == "form") take_data(*next);
    return true;
  }

  /// `-sSk`, `-XPOST`, `-X POST`
  Used take_short(const std::string& word, const std::string* next) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word[i];
      if (letter == 'I') head_ = true;
      if (letter == 'G') get_ = true;
      if (kShortWithValue.find(letter) == std::string_view::npos) continue;
      const bool apart = i + 1 == word.size();
      if (apart && next == nullptr) return fail(word + " needs a value");
      const std::string value = apart ? *next : word.substr(i + 1);
      if (letter == 'X') method_ = value;
      if (letter == 'T') put_ = true;
      if (letter == 'd' || letter == 'F') take_data(value);
      return apart;
    }
    return false;
  }

  void take_data(const std::string& value) {
    post_ = true;
    data_ += (data_.empty() ? "" : "&") + value;
  }

  Used take_url(const std::string& word) {
    if (url_) return fail("curl with two URLs are two requests: " + go_quoted(word));
    url_ = word;
    // curl means http:// where no scheme is written; `$SERVER/api` is a server, too.
    const std::size_t slash = word.find('/');
    if (word.find("://") == std::string::npos && !word.starts_with('/')) {
      url_ = slash == std::string::npos ? "/" : word.substr(slash);
    }
    return false;
  }

  std::optional<std::string> method_, url_;
  std::string data_;
  bool head_ = false;
  bool get_ = false;
  bool put_ = false;
  bool post_ = false;
};

}  // namespace

Result<WireRequest> read_curl_form(const std::vector<std::string>& words) {
  return CurlLine().read(words);
}

}  // namespace kaudit::cli
