#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// Works through a file of records (JSON lines in the form of the vectors' files): for each line
/// one JSON line on standard output, `{"id":…` and what `answer` appends, `}`. The id is the
/// record's own or `nLINE`, counted from 0. A line that is not a JSON object is answered with an
/// `error`. Error: the file cannot be read, or standard output not be written.
using AnswerRecord = std::function<void(const apiserver::objects::Json& record, std::string& out)>;
Result<void> answer_records(const std::string& file, const AnswerRecord& answer);

/// Appends `,"NAME":"TEXT"`.
void append_member(std::string& out, std::string_view name, std::string_view text);

}  // namespace kaudit::cli
