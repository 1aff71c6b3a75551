#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/search/event_view.hpp"
#include "base/result.hpp"

namespace kaudit::cli {

/// An object as people name it: `pods/default/web-0`, `deploy/default/web`, `nodes/n1`,
/// `widgets.example.com/x/y`.
struct ObjectName {
  std::string resource;  ///< the plural, where the name is a known kind's
  std::string group;     ///< "" when it was not said
  bool any_group = true;
  std::string ns;  ///< "" when it was not said
  std::string name;

  /// Whether an event is about it; a request for all objects of its kind in its namespace, too,
  /// with `collections`.
  bool is_of(audit::search::EventView& event, bool collections) const;
  std::string text() const;
};

/// Error: the text is not of that form. A namespace may be given apart (`-n`).
Result<ObjectName> read_object_name(std::string_view text, const std::string& ns);

}  // namespace kaudit::cli
