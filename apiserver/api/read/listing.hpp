#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/request/list_options.hpp"
#include "apiserver/store/object_list.hpp"

namespace kaudit::apiserver::api {

/// The part of a collection that a list shows, and a deletecollection deletes.
struct Slice {
  store::ObjectList objects;
  std::uint64_t resource_version = 0;
  std::size_t remaining = 0;  ///< behind the limit; 0 also when nobody knows
  std::string continue_token;
};

/// Reads what the options ask for of the call's collection. Error: the Status to answer (400, 410,
/// 504).
boost::asio::awaitable<Expected<Slice>> list_slice(Call& call, const request::ListOptions& options);

/// Bytes of the objects' texts; who wants to know whether there are so many need not look at all.
std::size_t text_size(const store::ObjectList& objects,
                      std::size_t enough = std::numeric_limits<std::size_t>::max()) noexcept;

/// `{"kind":"ConfigMapList",…,"items":[`
std::string list_head(const Call& call, const Slice& slice);
/// What follows the items: `]}`, and of objects without a type, whose members are in the order of
/// their names, kind and metadata.
std::string list_tail(const Call& call, const Slice& slice);
/// `{"kind":"ConfigMapList",…}`
std::string list_text(const Call& call, const Slice& slice);

}  // namespace kaudit::apiserver::api
