#pragma once

#include <string>

#include "audit/search/event_filter.hpp"

namespace kaudit::audit::search {

/// An expression in one line, as it can be read again; macros stand for what they are.
std::string text_of(const Expression& expression);

/// Appends, a line a part, which parts of an expression an event answers with yes (`+`) and with no
/// (`-`), and what its fields are. The filter must be that of the expression. Values are escaped.
void append_explanation(std::string& out, const Expression& expression, const Filter& filter,
                        const FieldSet& fields, Evaluation& event);

}  // namespace kaudit::audit::search
