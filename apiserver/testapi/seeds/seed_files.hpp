#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::testapi {

inline constexpr std::size_t kMaxSeedFiles = 10'000;
inline constexpr int kMaxSeedDepth = 16;  ///< of folders

/// The files that these files and folders are or hold. Of a folder: all that is called *.yaml,
/// *.yml or *.json and is not hidden, by name, its folders too. None when there are too many.
/// `errors` gets what is wrong.
std::vector<std::string> find_seed_files(const std::vector<std::string>& paths,
                                         std::vector<Error>& errors);

}  // namespace kaudit::apiserver::testapi
