#include "backends/backend_table.hpp"

#include <array>
#include <utility>

#include "backends/log/log_options.hpp"
#include "backends/socket/socket_options.hpp"
#include "backends/webhook/webhook_options.hpp"

namespace kaudit::backends {
namespace {

template <typename Options>
std::unique_ptr<BackendOptions> make(std::string name) {
  return std::make_unique<Options>(std::move(name));
}

constexpr auto kBackends = std::to_array<BackendRow>({
    {"log", &make<LogOptions>},
    {"webhook", &make<WebhookOptions>},
    {"socket", &make<SocketOptions>},
});

}  // namespace

std::span<const BackendRow> backend_table() noexcept { return kBackends; }

}  // namespace kaudit::backends
