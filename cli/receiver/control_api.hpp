#pragma once

#include "cli/receiver/receiver_desk.hpp"
#include "cli/receiver/wire/wire_server.hpp"

namespace kaudit::cli {

/// Steers a running receiver by HTTP: `GET|POST|DELETE /faults`, `DELETE /faults/ID`,
/// `GET /report`, `GET /events`. Any thread.
class ControlApi : public WireHandler {
 public:
  explicit ControlApi(ReceiverDesk& desk) : desk_(desk) {}

  Welcome on_connection(std::uint64_t /*open*/) override { return {}; }
  void on_tls_failure(const std::string& /*reason*/) override {}
  HeadVerdict on_head(const WireRequest& request) override;
  WireAnswer on_request(WireRequest& request) override;
  void on_unread(const WireRequest& /*request*/, int /*status*/) override {}

 private:
  WireAnswer add_faults(const std::string& body);
  WireAnswer remove_fault(const std::string& id);
  WireAnswer events() const;

  ReceiverDesk& desk_;
};

/// The SPECs in what was posted: text with one a line, a JSON text, an object (`{"spec": …}`, or
/// with the terms as members: `{"status": 503, "next": 2}`), or an array of these. Error: what is
/// wrong.
Result<std::vector<std::string>> read_specs(const std::string& body);

}  // namespace kaudit::cli
