#include "apiserver/explorer/page_files.hpp"

#include <algorithm>

namespace kaudit::apiserver::explorer {
namespace {

constexpr PageFile kPageFiles[] = {
#include "apiserver/explorer/page_table.inc"
};

constexpr std::string_view kSemantics =
#include "apiserver/explorer/audit_semantics.inc"
    ;

}  // namespace

std::span<const PageFile> page_files() noexcept { return kPageFiles; }

const PageFile* find_page_file(std::string_view path) noexcept {
  if (path == "/") path = "/index.html";
  const auto* const found = std::ranges::find(kPageFiles, path, &PageFile::path);
  return found == std::end(kPageFiles) ? nullptr : found;
}

std::string_view semantics_text() noexcept { return kSemantics; }

}  // namespace kaudit::apiserver::explorer
