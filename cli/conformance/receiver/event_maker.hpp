#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kaudit::cli {

/// The members of an event that differ between checks; each is JSON text.
struct EventParts {
  std::string level = "Metadata";
  std::string stage = "ResponseComplete";
  std::string verb = "get";
  std::string uri = "/api/v1/namespaces/default/configmaps/kit";
  std::string user = R"({"username":"kit","groups":["system:authenticated"]})";
  std::string middle = R"("responseStatus":{"metadata":{},"code":200},)";  ///< with its comma
  std::string behind;              ///< the timestamps, with the comma before
  std::string audit_id;            ///< empty: a new one
  std::int64_t shift_seconds = 0;  ///< of both timestamps, from now
};

/// Makes events that no other run makes: their audit IDs have a random part. Not thread-safe.
class EventMaker {
 public:
  EventMaker();

  std::string event(const EventParts& parts = {});
  std::vector<std::string> events(std::size_t count, const EventParts& parts = {});
  const std::string& run() const noexcept { return run_; }

  /// `{"kind":"EventList",…,"items":[…]}` with a line feed, as the webhook backend posts it.
  static std::string list(const std::vector<std::string>& events,
                          std::string_view version = "audit.k8s.io/v1");

 private:
  std::string run_;
  std::uint64_t count_ = 0;
};

}  // namespace kaudit::cli
