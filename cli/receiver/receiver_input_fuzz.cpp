#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json/compact_json.hpp"
#include "cli/conformance/receiver/canonical_json.hpp"
#include "cli/receiver/batch_record.hpp"
#include "cli/receiver/control_api.hpp"
#include "cli/receiver/event_list.hpp"
#include "cli/receiver/wire/fault_spec.hpp"

/// What comes from senders, from a control API and from files: none of it may do more than be
/// refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kaudit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto list = cli::read_event_list(text, "source")) {
    std::string lines;
    for (const cli::ListedEvent& event : list->events) event.append_line(lines);
  }
  if (const auto compact = compact_json(text)) {
    // Its own text is one of those for which it stands.
    const std::string canonical = cli::canonical_json(*compact);
    if (canonical != cli::canonical_json(compact_json(canonical).value())) __builtin_trap();
  }
  if (const auto specs = cli::read_specs(std::string(text))) {
    for (const std::string& spec : *specs) (void)cli::parse_fault(spec);
  }
  (void)cli::parse_fault(text);
  (void)cli::BatchRecord::parse(text);
  return 0;
}
