#include "backends/log/file_paths.hpp"

#include <filesystem>
#include <system_error>

namespace kaudit::backends {

Error path_error(std::string_view call, std::string_view path, int number) {
  std::string reason = std::generic_category().message(number);
  if (reason.size() > 1 && reason[0] >= 'A' && reason[0] <= 'Z' &&
      !(reason[1] >= 'A' && reason[1] <= 'Z')) {
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  }
  return {std::string(call) + " " + std::string(path) + ": " + reason};
}

std::string real_path(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

std::string folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().lexically_normal().string();
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder.empty() ? "." : folder;
}

}  // namespace kaudit::backends
