#include "apiserver/identity/token_file.hpp"

#include <utility>

#include "base/text/csv.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::identity {
namespace {

constexpr std::size_t kMinFields = 3;

}  // namespace

Result<TokenFile> TokenFile::parse(std::string_view text) {
  auto records = parse_csv(text);
  if (!records) {
    return tl::unexpected(records.error());
  }
  TokenFile file;
  for (auto& [line, fields] : *records) {
    const auto place = "line " + std::to_string(line) + ": ";
    if (fields.size() < kMinFields) {
      return fail(place + "a record needs at least 3 fields (token, user name, user uid), found " +
                  std::to_string(fields.size()));
    }
    if (fields[0].empty()) {
      file.warnings_.push_back(place + "the empty token is passed over");
      continue;
    }
    audit::UserInfo user;
    user.username = std::move(fields[1]);
    user.uid = std::move(fields[2]);
    if (fields.size() > kMinFields) {
      // An empty text is one empty group, as for Kubernetes.
      const auto groups = split(fields[kMinFields], ',');
      user.groups.assign(groups.begin(), groups.end());
    }
    const auto [position, added] =
        file.users_.insert_or_assign(std::move(fields[0]), std::move(user));
    if (!added) {
      file.warnings_.push_back(place + "the token was given before; this record counts");
    }
  }
  return file;
}

const audit::SharedUser* TokenFile::find(std::string_view token) const noexcept {
  const auto found = users_.find(token);
  return found == users_.end() ? nullptr : &found->second;
}

}  // namespace kaudit::apiserver::identity
