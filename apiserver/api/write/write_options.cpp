#include "apiserver/api/write/write_options.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "apiserver/request/list_options.hpp"
#include "base/text/quote.hpp"
#include "base/text/unicode.hpp"

namespace kaudit::apiserver::api {
namespace {

constexpr std::string_view kMetaGroup = "meta.k8s.io";
constexpr std::string_view kAll = "All";
constexpr std::size_t kFieldManagerMaxBytes = 128;
constexpr std::string_view kFieldValidation[] = {"", "Ignore", "Strict", "Warn"};

// `["Some","All"]`, as a Status shows a list of texts.
std::string quoted_list(const std::vector<std::string_view>& values) {
  std::string text = "[";
  for (const std::string_view value : values) {
    if (text.size() > 1) text += ',';
    text += go_quoted(value);
  }
  return text + "]";
}

// A field manager's name: short and printable. (apimachinery ValidateFieldManager)
void check_field_manager(std::string_view name, std::vector<FieldError>& errors) {
  if (name.size() > kFieldManagerMaxBytes) {
    errors.push_back(
        {"FieldValueTooLong", "fieldManager",
         "Too long: may not be more than " + std::to_string(kFieldManagerMaxBytes) + " bytes"});
  }
  for (std::size_t position = 0; position < name.size();) {
    const Rune rune = decode_rune(name.substr(position));
    if (!is_printable(rune.code_point)) {
      char shown_point[16];
      std::snprintf(shown_point, sizeof shown_point, "U+%04X",
                    static_cast<unsigned>(rune.code_point));
      errors.push_back(FieldError::invalid("fieldManager", name,
                                           std::string("invalid character ") + shown_point +
                                               " (at position " + std::to_string(position) + ")"));
    }
    position += rune.size;
  }
}

FieldValidation read_field_validation(std::string_view word, std::vector<FieldError>& errors) {
  if (word.empty() || word == "Warn") return FieldValidation::Warn;
  if (word == "Ignore") return FieldValidation::Ignore;
  if (word == "Strict") return FieldValidation::Strict;
  errors.push_back(FieldError::not_supported("fieldValidation", go_quoted(word), kFieldValidation));
  return FieldValidation::Warn;
}

WriteOptions read_write_options(const request::Url& url, std::vector<FieldError>& errors) {
  WriteOptions options;
  options.field_manager = url.parameter("fieldManager");
  check_field_manager(options.field_manager, errors);
  options.dry_run = dry_run_of(url.parameters("dryRun"), errors);
  options.field_validation = read_field_validation(url.parameter("fieldValidation"), errors);
  return options;
}

}  // namespace

DryRun dry_run_of(const std::vector<std::string_view>& values, std::vector<FieldError>& errors) {
  const bool known =
      std::all_of(values.begin(), values.end(), [](auto value) { return value == kAll; });
  if (!known) {
    errors.push_back(FieldError::not_supported("dryRun", quoted_list(values), {&kAll, 1}));
  }
  return values.empty() ? DryRun::No : DryRun::All;
}

Expected<WriteOptions> write_options(const request::Url& url, std::string_view kind) {
  std::vector<FieldError> errors;
  WriteOptions options = read_write_options(url, errors);
  if (!errors.empty()) return tl::unexpected(invalid(kMetaGroup, kind, "", errors));
  return options;
}

Expected<PatchOptions> patch_options(const request::Url& url, PatchType type) {
  std::vector<FieldError> errors;
  PatchOptions options;
  if (type == PatchType::Apply) {
    if (url.parameter("fieldManager").empty()) {
      errors.push_back(
          {"FieldValueRequired", "fieldManager", "Required value: is required for apply patch"});
    }
  } else if (url.has_parameter("force")) {
    errors.push_back(FieldError::forbidden("force", "may not be specified for non-apply patch"));
  }
  if (url.has_parameter("force") && request::is_true_parameter(url.parameter("force"))) {
    options.conflicts = Conflicts::Forced;
  }
  options.write = read_write_options(url, errors);
  if (!errors.empty()) return tl::unexpected(invalid(kMetaGroup, "PatchOptions", "", errors));
  return options;
}

}  // namespace kaudit::apiserver::api
