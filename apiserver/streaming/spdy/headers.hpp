#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

struct z_stream_s;

/// SPDY/3.1 as a server speaks it, without I/O (draft-mbelshe-httpbis-spdy-00): what kubectl below
/// 1.31 and client-go's SPDY executor use for exec, attach and port-forward.
namespace kaudit::apiserver::streaming::spdy {

/// Names in lower case.
using HeaderLines = std::vector<std::pair<std::string, std::string>>;

/// The value of the first line of that name; "" when there is none.
std::string_view value_of(const HeaderLines& headers, std::string_view name) noexcept;

/// A header block is refused when it is larger: inflated, and in lines.
constexpr std::size_t kMaxHeaderBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxHeaderLines = 128;

/// Reads the header blocks of one direction of a connection, each by what the earlier ones left
/// behind. After an error there is no going on.
class HeaderInflater {
 public:
  HeaderInflater();
  Result<HeaderLines> read(std::string_view block);

 private:
  Result<std::string> inflated(std::string_view block);
  std::unique_ptr<z_stream_s, void (*)(z_stream_s*)> stream_;
};

/// Writes the header blocks of one direction.
class HeaderDeflater {
 public:
  HeaderDeflater();
  std::string write(const HeaderLines& headers);

 private:
  std::unique_ptr<z_stream_s, void (*)(z_stream_s*)> stream_;
};

}  // namespace kaudit::apiserver::streaming::spdy
