#include "apiserver/testapi/seeds/seed_files.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace kaudit::apiserver::testapi {
namespace {

namespace fs = std::filesystem;

bool is_seed_file(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

void collect(const fs::path& folder, int depth, std::vector<std::string>& files,
             std::vector<Error>& errors) {
  if (depth > kMaxSeedDepth) {
    errors.push_back({"--seed " + folder.string() + ": folders nest deeper than " +
                      std::to_string(kMaxSeedDepth) +
                      ": give an inner one by a --seed of its own"});
    return;
  }
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    entries.push_back(at->path());
  }
  if (error) errors.push_back({"--seed " + folder.string() + ": " + error.message()});
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) {
    if (entry.filename().string().starts_with('.')) continue;
    if (fs::is_directory(entry, error)) {
      collect(entry, depth + 1, files, errors);
    } else if (is_seed_file(entry)) {
      files.push_back(entry.string());
    }
    if (files.size() > kMaxSeedFiles) return;
  }
}

}  // namespace

std::vector<std::string> find_seed_files(const std::vector<std::string>& paths,
                                         std::vector<Error>& errors) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      collect(path, 1, files, errors);
    } else {
      files.push_back(path);
    }
  }
  if (files.size() > kMaxSeedFiles) {
    errors.push_back({"--seed: more than " + std::to_string(kMaxSeedFiles) +
                      " files: put several objects into one, with --- between them"});
    files.clear();
  }
  return files;
}

}  // namespace kaudit::apiserver::testapi
