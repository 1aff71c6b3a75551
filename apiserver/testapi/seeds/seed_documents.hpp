#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/testapi/seeds/seed_object.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::testapi {

/// A file may have at most 16 MiB (read_file), all together so many objects.
inline constexpr std::size_t kMaxSeedObjects = 100'000;

/// The objects of a text of several YAML documents (or one JSON document), Lists taken apart, in
/// their order. `errors` gets what is wrong, each with file, document and line.
void read_seed_text(const std::string& file, std::string_view text,
                    std::vector<SeedObject>& objects, std::vector<Error>& errors);

/// The same of files and folders (find_seed_files).
void read_seeds(const std::vector<std::string>& paths, std::vector<SeedObject>& objects,
                std::vector<Error>& errors);

}  // namespace kaudit::apiserver::testapi
