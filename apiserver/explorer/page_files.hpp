#pragma once

#include <span>
#include <string_view>

namespace kaudit::apiserver::explorer {

/// A file of the page, compiled into the program.
struct PageFile {
  std::string_view path;  ///< of the URL
  std::string_view content_type;
  std::string_view text;
};

std::span<const PageFile> page_files() noexcept;
/// Null: there is none at that path.
const PageFile* find_page_file(std::string_view path) noexcept;
/// What audit-semantics.md says, in Markdown: the page explains events by it.
std::string_view semantics_text() noexcept;

}  // namespace kaudit::apiserver::explorer
