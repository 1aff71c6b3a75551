#pragma once

#include "base/json/json_writer.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::explorer {

/// A time as events have it.
void write_time(JsonWriter& writer, Timestamp time);

inline void write_flag(JsonWriter& writer, bool flag) {
  if (flag) {
    writer.literal("true");
  } else {
    writer.literal("false");
  }
}

/// Writes an array, `write` an element of it.
template <typename Values, typename Write>
void write_array(JsonWriter& writer, const Values& values, Write write) {
  writer.literal("[");
  bool first = true;
  for (const auto& value : values) {
    if (!first) writer.literal(",");
    first = false;
    write(value);
  }
  writer.literal("]");
}

}  // namespace kaudit::apiserver::explorer
