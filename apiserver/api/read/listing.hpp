#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/request/list_options.hpp"

namespace kaudit::apiserver::api {

/// The part of a collection that a list shows, and a deletecollection deletes.
struct Slice {
  std::vector<objects::ObjectPtr> objects;
  std::uint64_t resource_version = 0;
  std::size_t remaining = 0;  ///< behind the limit; 0 also when nobody knows
  std::string continue_token;
};

/// Reads what the options ask for of the call's collection. Error: the Status to answer (400, 410,
/// 504).
boost::asio::awaitable<Expected<Slice>> list_slice(Call& call, const request::ListOptions& options);

/// Bytes of the objects' texts.
std::size_t text_size(const std::vector<objects::ObjectPtr>& objects) noexcept;

/// `{"kind":"ConfigMapList",…,"items":[`
std::string list_head(const Call& call, const Slice& slice);
/// What follows the items: `]}`, and of objects without a type, whose members are in the order of
/// their names, kind and metadata.
std::string list_tail(const Call& call, const Slice& slice);
/// `{"kind":"ConfigMapList",…}`
std::string list_text(const Call& call, const Slice& slice);

}  // namespace kaudit::apiserver::api
