#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/call.hpp"
#include "apiserver/api/delete/delete_object.hpp"
#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/objects/object.hpp"
#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::api {

/// What is still to be done after a deletion, and the writes by which it is done: what follows from
/// these comes into the queue as well. A queue, because a client decides how deep owners nest. For
/// one coroutine; the options outlive it.
class CleanupQueue {
 public:
  struct Task {
    enum class Kind : std::uint8_t {
      Gone,        ///< an object is: look at what it owned, blocked, and was in
      Marked,      ///< an object's deletion has begun: do what its finalizers ask of us
      Dependent,   ///< one of its owners is gone or waits for it
      Owner,       ///< perhaps nothing is left that it waits for
      Namespace,   ///< perhaps nothing is left in it
      Definition,  ///< perhaps no object of it is left
    };
    Kind kind;
    ObjectRef ref;
    objects::ObjectPtr object;  ///< of Gone and Marked
  };
  /// What is done to an object; several times when others write it at the same time.
  using Change = std::function<void(objects::Json&)>;

  explicit CleanupQueue(const ApiOptions& options) : options_(options) {}

  void follow(ObjectRef ref, Deletion deletion);
  void push(Task::Kind kind, ObjectRef ref);
  /// Takes the task that has waited longest.
  std::optional<Task> next();

  /// Deletes an object, if it is still there.
  boost::asio::awaitable<void> erase(const ObjectRef& ref, const DeleteRequest& request);
  /// Changes an object, if it is still there. Removes it when nothing holds it any more.
  boost::asio::awaitable<void> change(const ObjectRef& ref, const Change& apply);
  /// Takes the elements that `drop` picks from a list in `part` (`metadata`, `spec`) of an object,
  /// and the list when it is then empty.
  boost::asio::awaitable<void> drop_elements(const ObjectRef& ref, std::string_view part,
                                             std::string_view list,
                                             const std::function<bool(const objects::Json&)>& drop);
  boost::asio::awaitable<void> drop_finalizer(const ObjectRef& ref, std::string_view part,
                                              std::string_view name);

 private:
  const ApiOptions& options_;
  std::deque<Task> tasks_;
};

}  // namespace kaudit::apiserver::api
