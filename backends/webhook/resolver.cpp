#include "backends/webhook/resolver.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "backends/descriptor.hpp"

namespace kaudit::backends::webhook {
namespace {

struct Lookup {
  int error = 0;
  std::vector<Address> addresses;
};

Lookup look_up(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  Lookup lookup;
  lookup.error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (lookup.error != 0) return lookup;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, &::freeaddrinfo);
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    Address& address = lookup.addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.length = entry->ai_addrlen;
  }
  return lookup;
}

/// Shared by the thread that looks up and the one that waits for it: whoever is last frees it.
struct Shared {
  Descriptor done{::eventfd(0, EFD_CLOEXEC)};
  std::mutex mutex;
  Lookup result;  // guarded by mutex
};

tl::unexpected<Failure> no_host(const std::string& host, int error) {
  const bool unknown = error == EAI_NONAME || error == EAI_NODATA;
  return failed(LossReason::Network, "dial tcp: lookup " + host + ": " +
                                         (unknown ? "no such host" : ::gai_strerror(error)));
}

}  // namespace

Outcome<std::vector<Address>> resolve(const std::string& host, const std::string& port,
                                      const Patience& patience) {
  // An address needs no asking.
  if (Lookup numeric = look_up(host, port, AI_NUMERICHOST); numeric.error == 0) {
    return std::move(numeric.addresses);
  }
  const auto shared = std::make_shared<Shared>();
  if (!shared->done) return failed(LossReason::Network, "dial tcp: too many open files");
  try {
    std::thread([shared, host, port] {
      Lookup found = look_up(host, port, AI_ADDRCONFIG);
      {
        const std::lock_guard lock(shared->mutex);
        shared->result = std::move(found);
      }
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(shared->done.get(), &one, sizeof one);
    }).detach();
  } catch (const std::system_error& error) {
    return failed(LossReason::Network, std::string("dial tcp: no thread: ") + error.what());
  }
  if (const auto ready = wait_for(shared->done.get(), POLLIN, patience);
      ready != Readiness::Ready) {
    return failed(ready);
  }
  const std::lock_guard lock(shared->mutex);
  if (shared->result.error != 0) return no_host(host, shared->result.error);
  return std::move(shared->result.addresses);
}

}  // namespace kaudit::backends::webhook
