#include "cli/conformance/consumer_limits.hpp"

#include "cli/policy/figures.hpp"
#include "cli/text_table.hpp"

namespace kaudit::cli {

void ConsumerLosses::append_to(std::string& out) const {
  out += "longest line: " + grouped(longest_) + " bytes\n\n";
  TextTable table;
  for (const std::size_t column : {1U, 2U, 3U}) table.align_right(column);
  table.add_row(
      {"consumer, as it comes", "limit", "lines beyond", "of bytes", "what becomes of them"});
  for (std::size_t i = 0; i < kConsumerLimits.size(); ++i) {
    const Loss& loss = losses_.at(i);
    table.add_row({std::string(kConsumerLimits[i].name), grouped(kConsumerLimits[i].most),
                   grouped(loss.lines), loss.lines == 0 ? "-" : byte_text(loss.bytes),
                   loss.lines == 0 ? "-" : std::string(kConsumerLimits[i].outcome)});
  }
  table.append_to(out);
}

}  // namespace kaudit::cli
