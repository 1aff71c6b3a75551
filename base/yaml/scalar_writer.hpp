#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kaudit::yaml {

/// Where a scalar is written.
enum class ScalarPlace { Key, Value };

/// Appends text as a YAML scalar, plain, quoted or as a literal block, as libyaml's emitter does.
/// `indent` is the column of lines that follow the first. (go-yaml v2 emitterc.go)
void append_scalar(std::string& out, std::string_view text, ScalarPlace place, std::size_t indent);

/// True when text can be a key on one line with its value.
bool is_simple_key(std::string_view text);

}  // namespace kaudit::yaml
