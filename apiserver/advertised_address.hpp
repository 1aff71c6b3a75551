#pragma once

#include <string>

namespace kaudit::apiserver {

/// The IP address under which clients reach a server that is bound to `bind_address`: that one, or
/// where it stands for all of them the first of this machine's that is not of the loopback
/// interface (of the same family). A machine without any is reached by loopback.
std::string advertised_address(const std::string& bind_address);

}  // namespace kaudit::apiserver
