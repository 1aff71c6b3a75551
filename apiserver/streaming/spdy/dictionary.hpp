#pragma once

#include <string>

namespace kaudit::apiserver::streaming::spdy {

/// What both ends of a connection let zlib begin with, so that common headers cost little: a
/// constant of the protocol. (draft-mbelshe-httpbis-spdy-00 section 2.6.10.1)
const std::string& header_dictionary();

}  // namespace kaudit::apiserver::streaming::spdy
