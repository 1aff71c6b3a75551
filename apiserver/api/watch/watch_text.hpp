#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/api/object_form.hpp"
#include "apiserver/api/read/selection.hpp"
#include "apiserver/serialization.hpp"
#include "apiserver/store/change.hpp"

namespace kaudit::apiserver::api {

/// The events of a watch as bytes: in JSON each a line, `{"type":"ADDED","object":…}`; in protobuf
/// a WatchEvent behind its length.
class WatchText {
 public:
  /// What is around events on the wire.
  enum class Framing : std::uint8_t { Stream, WebSocket };

  WatchText(const Call& call, const Selection& selection, const objects::table::View& view,
            Framing framing)
      : call_(call),
        selection_(selection),
        form_(call, view),
        format_(call.representation.format()),
        framing_(framing) {}

  /// An object that existed when the watch began, if it is selected.
  void append_existing(std::string& out, const objects::ObjectPtr& object);
  /// What a change means to a watcher that sees only the selection: an object that comes into it is
  /// added, one that leaves it is deleted. An event is written once for all who watch.
  void append_change(std::string& out, const store::Change& change);
  enum class Mark : std::uint8_t { None, InitialEventsEnd };
  void append_bookmark(std::string& out, std::uint64_t version, Mark mark);
  void append_error(std::string& out, const audit::Status& status) const;

 private:
  /// An event of an object in its form.
  std::string event_of(std::string_view type, const objects::ObjectPtr& object) const;
  /// The same of one that has its form.
  std::string event_text(std::string_view type, std::string_view shown) const;
  std::string change_event(std::string_view type, const store::Change& change) const;
  void append_event(std::string& out, std::string_view event) const;
  std::string type_members() const;

  const Call& call_;
  const Selection& selection_;
  ObjectForm form_;
  const ObjectFormat format_;
  const Framing framing_;
};

}  // namespace kaudit::apiserver::api
