#pragma once

#include <string>
#include <string_view>

#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::program {

/// The server's page of man(1), made of its flags as --help is.
std::string manual_page(const FlagSet& flags);
/// The script by which a shell completes the flags. Error: none is known for that shell.
Result<std::string> completion_script(const FlagSet& flags, std::string_view shell);

}  // namespace kaudit::apiserver::program
