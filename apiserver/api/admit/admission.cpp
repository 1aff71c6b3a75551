#include "apiserver/api/admit/admission.hpp"

namespace kaudit::apiserver::api {

std::string_view text(AdmissionOperation operation) noexcept {
  switch (operation) {
    case AdmissionOperation::Create:
      return "CREATE";
    case AdmissionOperation::Update:
      return "UPDATE";
    case AdmissionOperation::Delete:
      return "DELETE";
    case AdmissionOperation::Connect:
      return "CONNECT";
  }
  return "";
}

bool admission_concerns(const Call& call, AdmissionOperation operation) noexcept {
  return call.options.admission && call.options.admission->concerns(call, operation);
}

boost::asio::awaitable<void> follow_write(const Call& call, WriteEnd end) {
  const auto& admission = call.options.admission;
  if (admission && admission->follows(call, end)) co_await admission->follow(call);
}

boost::asio::awaitable<Expected<void>> admit(AdmissionRequest& request) {
  if (!admission_concerns(request.call, request.operation)) co_return Expected<void>();
  const Admission& admission = *request.call.options.admission;
  auto mutated = co_await admission.mutate(request);
  if (!mutated) co_return mutated;
  co_return co_await admission.validate(request);
}

}  // namespace kaudit::apiserver::api
