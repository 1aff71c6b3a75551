// Counts what a program asks of its allocator and of the kernel, for e2e/bench and for
// e2e/tests/test_cost.py: preloaded, it passes every call on. The counts stand in the file that
// KAUDIT_COUNTS names, as 64-bit numbers in the order of Count, and can be read at any time.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <new>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

enum Count : std::size_t { Allocations, Bytes, Reads, Writes, Waits, Arms, Looks };

using Counts = std::atomic<std::uint64_t>[Looks + 1];

Counts unshared;  // before the file is there, and without one

Counts* open_counts() {
  const char* path = std::getenv("KAUDIT_COUNTS");
  if (path == nullptr) return &unshared;
  const int file = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ::ftruncate(file, sizeof(Counts)) != 0) return &unshared;
  void* const shared = ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return shared == MAP_FAILED ? &unshared : static_cast<Counts*>(shared);
}

std::atomic<Counts*> counts{&unshared};

__attribute__((constructor)) void begin_counting() { counts = open_counts(); }

void add(Count what, std::uint64_t number = 1) {
  (*counts.load(std::memory_order_relaxed))[what].fetch_add(number, std::memory_order_relaxed);
}

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

void* counted(std::size_t size) {
  add(Allocations);
  add(Bytes, size);
  return std::malloc(size);
}

}  // namespace

// Most allocations of a C++ program come this way; those of C libraries (OpenSSL's) are not
// counted.
void* operator new(std::size_t size) {
  void* const memory = counted(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" {

ssize_t read(int file, void* to, std::size_t size) {
  static auto* const pass_on = real<ssize_t(int, void*, std::size_t)>("read");
  add(Reads);
  return pass_on(file, to, size);
}

ssize_t write(int file, const void* from, std::size_t size) {
  static auto* const pass_on = real<ssize_t(int, const void*, std::size_t)>("write");
  add(Writes);
  return pass_on(file, from, size);
}

ssize_t recv(int socket, void* to, std::size_t size, int flags) {
  static auto* const pass_on = real<ssize_t(int, void*, std::size_t, int)>("recv");
  add(Reads);
  return pass_on(socket, to, size, flags);
}

ssize_t send(int socket, const void* from, std::size_t size, int flags) {
  static auto* const pass_on = real<ssize_t(int, const void*, std::size_t, int)>("send");
  add(Writes);
  return pass_on(socket, from, size, flags);
}

int epoll_wait(int poll, epoll_event* events, int most, int timeout) {
  static auto* const pass_on = real<int(int, epoll_event*, int, int)>("epoll_wait");
  add(Waits);
  return pass_on(poll, events, most, timeout);
}

int epoll_ctl(int poll, int what, int file, epoll_event* event) {
  static auto* const pass_on = real<int(int, int, int, epoll_event*)>("epoll_ctl");
  add(Arms);
  return pass_on(poll, what, file, event);
}

int fstat(int file, struct stat* status) noexcept {
  static auto* const pass_on = real<int(int, struct stat*)>("fstat");
  add(Looks);
  return pass_on(file, status);
}

}  // extern "C"
