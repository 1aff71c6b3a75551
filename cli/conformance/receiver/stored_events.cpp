#include "cli/conformance/receiver/stored_events.hpp"

#include <thread>

#include "base/files/temporary_folder.hpp"
#include "base/text/quote.hpp"
#include "cli/conformance/shell_run.hpp"
#include "cli/line_reader.hpp"

namespace kaudit::cli {
namespace {

constexpr std::chrono::seconds kCommandTime{120};
constexpr std::chrono::milliseconds kLookPause{250};

Result<std::uint64_t> read_once(SentLedger& ledger, const std::string& path) {
  auto reader = LineReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  ledger.begin_comparison();
  for (std::uint64_t lines = 0;; ++lines) {
    auto line = reader->next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return lines;
    ledger.compare(**line);
  }
}

Result<std::uint64_t> ask_once(SentLedger& ledger, const std::string& command) {
  auto folder = TemporaryFolder::make();
  if (!folder) return tl::unexpected(folder.error());
  const std::string output = folder->path() / "stored";
  const auto code = run_shell(command, output, kCommandTime);
  if (!code) return tl::unexpected(code.error());
  if (*code != 0) {
    return fail("--verify-command " + go_quoted(command) + " ended with exit code " +
                std::to_string(*code));
  }
  return read_once(ledger, output);
}

}  // namespace

Result<std::uint64_t> compare_stored(SentLedger& ledger, const StoredSource& source) {
  const auto end = std::chrono::steady_clock::now() + source.patience;
  for (;;) {
    auto lines =
        source.file.empty() ? ask_once(ledger, source.command) : read_once(ledger, source.file);
    if (!lines || ledger.is_complete() || std::chrono::steady_clock::now() > end) return lines;
    std::this_thread::sleep_for(kLookPause);
  }
}

}  // namespace kaudit::cli
