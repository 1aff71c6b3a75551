#include "base/files/rotated_set.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <map>
#include <system_error>
#include <tuple>

#include "base/text/ascii.hpp"

namespace kaudit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPacked = ".gz";

/// A file's place in its set.
struct Place {
  std::string set;   ///< the file that is written to
  int group = 0;     ///< 0: named by a time, 1: by a number, 2: the one that is written to
  std::string time;  ///< sorts by age
  std::int64_t number = 0;

  auto key() const { return std::tuple(group, time, -number); }
};

bool all_of(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::ranges::all_of(text, is);
}

/// `2026-11-23T10-11-12.345`
bool is_time(std::string_view text) {
  return text.size() >= 19 && is_digit(text[0]) && text[4] == '-' && text[10] == 'T' &&
         all_of(text, [](char c) { return is_digit(c) || c == '-' || c == '.' || c == 'T'; });
}

/// `20261123`, with the hour and seconds that some add.
bool is_date(std::string_view text) {
  return text.size() >= 8 && all_of(text, [](char c) { return is_digit(c) || c == '-'; });
}

Place place_of(const fs::path& path) {
  std::string name = path.filename().string();
  if (name.ends_with(kPacked)) name.resize(name.size() - kPacked.size());
  const auto named = [&](const std::string& set) { return (path.parent_path() / set).string(); };
  const std::size_t dot = name.rfind('.');
  const std::string stem = name.substr(0, dot);
  const std::string extension = dot == std::string::npos ? "" : name.substr(dot);
  // audit-TIME.log: the time has a dot of its own, and 23 characters with its milliseconds.
  for (std::size_t dash = stem.find('-'); dash != std::string::npos;
       dash = stem.find('-', dash + 1)) {
    const std::string time = stem.substr(dash + 1);
    if (is_time(time)) return {named(stem.substr(0, dash) + extension), 0, time, 0};
  }
  if (const std::size_t dash = name.rfind('-');
      dash != std::string::npos && name.find('.') < dash && is_date(name.substr(dash + 1))) {
    return {named(name.substr(0, dash)), 0, name.substr(dash + 1), 0};
  }
  if (dot != std::string::npos && all_of(name.substr(dot + 1), &is_digit) && dot > 0) {
    Place place{named(stem), 1, "", 0};
    std::from_chars(name.data() + dot + 1, name.data() + name.size(), place.number);
    return place;
  }
  return {named(name), 2, "", 0};
}

}  // namespace

void order_by_rotation(std::vector<std::string>& paths) {
  std::map<std::string, std::vector<std::pair<Place, std::string>>> sets;
  for (const std::string& path : paths) {
    if (path == "-") continue;
    Place place = place_of(path);
    sets[place.set].emplace_back(std::move(place), path);
  }
  for (auto& [set, files] : sets) {
    std::ranges::stable_sort(files, {}, [](const auto& file) { return file.first.key(); });
  }
  std::map<std::string, std::size_t> taken;
  for (std::string& path : paths) {
    if (path == "-") continue;
    const std::string set = place_of(path).set;
    path = sets[set][taken[set]++].second;
  }
}

Result<std::vector<std::string>> rotated_set(const std::string& path) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const fs::path at = folder ? fs::path(path) : fs::path(path).parent_path();
  std::vector<std::string> found;
  const std::string set = place_of(path).set;
  for (fs::directory_iterator entry(at.empty() ? "." : at, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path file = at / entry->path().filename();
    if (!entry->is_regular_file(error)) continue;
    const Place place = place_of(file);
    const bool wanted = folder ? fs::path(place.set).extension() == ".log" : place.set == set;
    if (wanted) found.push_back(file.string());
  }
  if (error) return fail(path + ": " + error.message());
  if (found.empty()) {
    return fail(path + (folder ? ": there is no file *.log in it" : ": there is no such file"));
  }
  std::ranges::sort(found);
  order_by_rotation(found);
  return found;
}

}  // namespace kaudit
