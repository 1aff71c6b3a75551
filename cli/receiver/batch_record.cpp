#include "cli/receiver/batch_record.hpp"

#include <nlohmann/json.hpp>

#include "base/json/json_writer.hpp"

namespace kaudit::cli {

std::string BatchRecord::json() const {
  std::string out;
  JsonWriter writer(out);
  writer.literal(R"({"time":)");
  writer.string(time);
  writer.literal(R"(,"source":)");
  writer.string(source);
  const auto number = [&writer](auto name, std::uint64_t value) {
    writer.raw(name);
    writer.integer(static_cast<std::int64_t>(value));
  };
  number(R"(,"offset":)", offset);
  number(R"(,"bytes":)", bytes);
  number(R"(,"events":)", events);
  number(R"(,"stored":)", stored);
  number(R"(,"duplicates":)", duplicates);
  number(R"(,"unordered":)", unordered);
  writer.literal(R"(,"status":)");
  writer.integer(status);
  writer.literal(R"(,"lagMicroseconds":)");
  writer.integer(lag);
  writer.literal(R"(,"hash":)");
  writer.string(hash);
  if (!fault.empty()) {
    writer.literal(R"(,"fault":)");
    writer.string(fault);
  }
  writer.literal("}");
  writer.flush();
  return out;
}

std::optional<BatchRecord> BatchRecord::parse(std::string_view line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  BatchRecord record;
  try {
    record.time = json.at("time").get<std::string>();
    record.source = json.at("source").get<std::string>();
    record.offset = json.at("offset").get<std::uint64_t>();
    record.bytes = json.at("bytes").get<std::uint64_t>();
    record.events = json.at("events").get<std::uint64_t>();
    record.stored = json.at("stored").get<std::uint64_t>();
    record.duplicates = json.at("duplicates").get<std::uint64_t>();
    record.unordered = json.at("unordered").get<std::uint64_t>();
    record.status = json.at("status").get<int>();
    record.lag = json.at("lagMicroseconds").get<std::int64_t>();
    record.hash = json.at("hash").get<std::string>();
    record.fault = json.value("fault", "");
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  return record;
}

}  // namespace kaudit::cli
