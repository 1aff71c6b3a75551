#include "audit/level.hpp"

namespace kaudit::audit {

std::string_view to_string(Level level) noexcept {
  switch (level) {
    case Level::None:
      return "None";
    case Level::Metadata:
      return "Metadata";
    case Level::Request:
      return "Request";
    case Level::RequestResponse:
      return "RequestResponse";
  }
  return "";
}

std::string_view to_string(Stage stage) noexcept {
  switch (stage) {
    case Stage::RequestReceived:
      return "RequestReceived";
    case Stage::ResponseStarted:
      return "ResponseStarted";
    case Stage::ResponseComplete:
      return "ResponseComplete";
    case Stage::Panic:
      return "Panic";
  }
  return "";
}

EventWord::EventWord(std::string_view text) {
  if (const auto level = parse_level(text)) {
    known_ = to_string(*level);
  } else if (const auto stage = parse_stage(text)) {
    known_ = to_string(*stage);
  } else if (!text.empty()) {
    other_ = std::make_shared<const std::string>(text);
  }
}

std::optional<Level> parse_level(std::string_view text) noexcept {
  for (Level level : {Level::None, Level::Metadata, Level::Request, Level::RequestResponse}) {
    if (text == to_string(level)) return level;
  }
  return std::nullopt;
}

std::optional<Stage> parse_stage(std::string_view text) noexcept {
  for (Stage stage : kAllStages) {
    if (text == to_string(stage)) return stage;
  }
  return std::nullopt;
}

}  // namespace kaudit::audit
