#include "cli/standard_output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>

#include "base/files/write_all.hpp"
#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

tl::unexpected<Error> cannot_write(int number) {
  std::string text = "cannot write to standard output";
  if (number != 0) text.append(": ").append(std::strerror(number));
  return fail(std::move(text));
}

/// The system's reason of the first print() that failed, or 0.
int failure = 0;

void write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) < text.size() && failure == 0) {
    failure = errno;
  }
}

}  // namespace

Result<void> Output::flush() {
  const int error = write_all(STDOUT_FILENO, buffer_);
  buffer_.clear();
  if (error != 0) return cannot_write(error);
  return {};
}

void print(std::string_view text) { write(visible(text, Layout::Kept)); }

void print_json(std::string_view json) { write(visible_json(json)); }

void print_as_is(std::string_view text) { write(text); }

bool printing_failed() noexcept { return std::ferror(stdout) != 0; }

Result<void> finish_printing() {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  if (failure == 0) failure = errno;
  if (!flushed || printing_failed()) return cannot_write(failure);
  return {};
}

void complain(std::string_view message) {
  std::fprintf(stderr, "kaudit: %s\n", visible(message).c_str());
}

}  // namespace kaudit::cli
