#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/delete/delete_options.hpp"
#include "apiserver/api/write/write_options.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What a request is about to do. (apiserver pkg/admission Operation)
enum class AdmissionOperation : std::uint8_t { Create, Update, Delete, Connect };
/// `CREATE`, …
std::string_view text(AdmissionOperation operation) noexcept;

/// What is to be admitted. (pkg/admission Attributes; no aggregate: it passes through coroutines)
struct AdmissionRequest {
  AdmissionRequest(Call& request, AdmissionOperation what, objects::TypeMeta type)
      : call(request), operation(what), kind(type), name(request.name) {}

  Call& call;
  AdmissionOperation operation;
  objects::TypeMeta kind;  ///< of the objects
  std::string name;        ///< "" while the server has to choose one, and of a collection
  /// As it is to be; Admission::mutate() may change it. Null of a DELETE.
  objects::Json* object = nullptr;
  const objects::Json* old_object = nullptr;  ///< as it is stored; null of a CREATE
  const DeleteRequest* deletion = nullptr;    ///< of a DELETE
  DryRun dry_run = DryRun::No;
};

/// How a write ended, for those who keep count.
enum class WriteEnd : std::uint8_t { Created, Updated, Deleted, Refused };

/// Who is asked before a write is carried out: first those who may change the object, then, when it
/// is what it is going to be, those who only say yes or no. Any thread; implemented in
/// apiserver/admission.
class Admission {
 public:
  Admission() = default;
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;
  virtual ~Admission() = default;

  /// False when nobody would look at it: then nothing needs to be prepared.
  virtual bool concerns(const Call& call, AdmissionOperation operation) const noexcept = 0;
  /// Error: the Status to answer.
  virtual boost::asio::awaitable<Expected<void>> mutate(AdmissionRequest& request) const = 0;
  virtual boost::asio::awaitable<Expected<void>> validate(AdmissionRequest& request) const = 0;

  /// False when nobody keeps count of it.
  virtual bool follows(const Call& call, WriteEnd end) const noexcept = 0;
  virtual boost::asio::awaitable<void> follow(const Call& call) const = 0;
};

/// True when the call's admission has to be asked about that operation.
bool admission_concerns(const Call& call, AdmissionOperation operation) noexcept;

/// Lets those who keep count know how a write ended that admission was asked about.
boost::asio::awaitable<void> follow_write(const Call& call, WriteEnd end);

/// Both questions at once, for what is not stored by create_object() or change_stored(): DELETE,
/// CONNECT, and what is created below an object. True at once where nobody is concerned.
boost::asio::awaitable<Expected<void>> admit(AdmissionRequest& request);

}  // namespace kaudit::apiserver::api
