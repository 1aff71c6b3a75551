#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/api/object_form.hpp"
#include "apiserver/api/read/selection.hpp"
#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::api {

/// The events of a watch as text, each a line: `{"type":"ADDED","object":…}`.
class WatchText {
 public:
  /// Between a watch's lines on the wire.
  enum class Framing : std::uint8_t { Lines, WebSocket };

  WatchText(const Call& call, const Selection& selection, const objects::table::View& view,
            Framing framing)
      : call_(call), selection_(selection), form_(call, view), framing_(framing) {}

  /// An object that existed when the watch began, if it is selected.
  void append_existing(std::string& out, const objects::ObjectPtr& object);
  /// What a change means to a watcher that sees only the selection: an object that comes into it is
  /// added, one that leaves it is deleted. A line is made once for all who watch.
  void append_change(std::string& out, const store::Change& change);
  enum class Mark : std::uint8_t { None, InitialEventsEnd };
  void append_bookmark(std::string& out, std::uint64_t version, Mark mark);
  void append_error(std::string& out, const audit::Status& status) const;

 private:
  std::string type_members() const;
  void append_line(std::string& out, std::string_view line) const;

  const Call& call_;
  const Selection& selection_;
  ObjectForm form_;
  const Framing framing_;
};

}  // namespace kaudit::apiserver::api
