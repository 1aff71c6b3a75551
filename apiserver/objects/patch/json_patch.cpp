#include "apiserver/objects/patch/json_patch.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/objects/patch/array_index.hpp"
#include "apiserver/objects/patch/patch_document.hpp"
#include "base/json/json_pointer.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::patch {
namespace {

using Node = PatchDocument::Node;
using NodePtr = PatchDocument::NodePtr;

constexpr std::string_view kMissing = ": missing value";

template <typename... Parts>
tl::unexpected<PatchError> inapplicable(const Parts&... parts) {
  std::string text;
  (text.append(parts), ...);
  return refuse_patch(PatchError::Kind::DoesNotApply, std::move(text));
}

// The tokens after the first slash. Empty: the path does not lead into the document.
std::vector<std::string> tokens_of(std::string_view path) {
  std::vector<std::string> tokens;
  std::size_t slash = path.find('/');
  while (slash != std::string_view::npos) {
    const std::size_t next = path.find('/', slash + 1);
    tokens.push_back(unescaped_token(path.substr(slash + 1, next - slash - 1)));
    slash = next;
  }
  return tokens;
}

// The member of the library's container under a key; a member that is not there is null to it.
Result<NodePtr> get(Node& holder, const std::string& key) {
  if (PatchDocument::Members* members = holder.members()) {
    const auto found = members->find(key);
    return found == members->end() ? nullptr : found->second;
  }
  const auto index = existing_index(key, holder.elements()->size());
  if (!index) return tl::unexpected(index.error());
  return (*holder.elements())[*index];
}

Result<void> add(Node& holder, const std::string& key, NodePtr value) {
  if (PatchDocument::Members* members = holder.members()) {
    (*members)[key] = value;
    return {};
  }
  PatchDocument::Elements& elements = *holder.elements();
  const auto index = insertion_index(key, elements.size());
  if (!index) return tl::unexpected(index.error());
  elements.insert(elements.begin() + static_cast<std::ptrdiff_t>(*index), value);
  return {};
}

Result<void> remove(Node& holder, const std::string& key) {
  if (PatchDocument::Members* members = holder.members()) {
    if (members->erase(key) == 0) {
      return fail("Unable to remove nonexistent key: " + key + std::string(kMissing));
    }
    return {};
  }
  PatchDocument::Elements& elements = *holder.elements();
  const auto index = existing_index(key, elements.size());
  if (!index) return tl::unexpected(index.error());
  elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(*index));
  return {};
}

}  // namespace

/// The operations' way through one document.
class JsonPatch::Run {
 public:
  explicit Run(Json document) : document_(std::move(document)) {}

  PatchResult<void> step(const Operation& operation) {
    const std::string kind = operation.op.string() ? *operation.op.string() : "unknown";
    if (kind == "add") return add_value(operation);
    if (kind == "remove") return remove_value(operation);
    if (kind == "replace") return replace(operation);
    if (kind == "move") return move(operation);
    if (kind == "test") return test(operation);
    if (kind == "copy") return copy(operation);
    return inapplicable("Unexpected kind: ", kind);
  }

  Json finish() { return document_.take(); }

 private:
  static constexpr std::string_view kNoPath = "operation missing path field: missing value";

  struct Place {
    Node* holder = nullptr;
    std::string key;
  };

  Place find(const std::string& path) {
    std::vector<std::string> tokens = tokens_of(path);
    if (tokens.empty()) return {};
    Node* holder = document_.holder(tokens);
    return {holder, std::move(tokens.back())};
  }

  NodePtr value_of(const Operation& operation) {
    return operation.has_value ? document_.make(operation.value) : nullptr;
  }

  PatchResult<void> add_value(const Operation& operation) {
    const auto* path = operation.path.string();
    if (!path) return inapplicable("add operation failed to decode path", kMissing);
    const Place place = find(*path);
    if (!place.holder) {
      return inapplicable("add operation does not apply: doc is missing path: \"", *path, "\"",
                          kMissing);
    }
    if (auto added = add(*place.holder, place.key, value_of(operation)); !added) {
      return inapplicable("error in add for path: '", *path, "': ", added.error().message);
    }
    return {};
  }

  PatchResult<void> remove_value(const Operation& operation) {
    const auto* path = operation.path.string();
    if (!path) return inapplicable("remove operation failed to decode path", kMissing);
    const Place place = find(*path);
    if (!place.holder) {
      return inapplicable("remove operation does not apply: doc is missing path: \"", *path, "\"",
                          kMissing);
    }
    if (auto removed = remove(*place.holder, place.key); !removed) {
      return inapplicable("error in remove for path: '", *path, "': ", removed.error().message);
    }
    return {};
  }

  PatchResult<void> replace(const Operation& operation) {
    const auto* path = operation.path.string();
    if (!path) return inapplicable("replace operation failed to decode path: ", kNoPath);
    if (path->empty()) {
      if (!operation.value.object() && !operation.value.array()) {
        return inapplicable("replace operation value must be object or array: %!w(<nil>)");
      }
      document_.replace_root(operation.value);
      return {};
    }
    const Place place = find(*path);
    if (!place.holder) {
      return inapplicable("replace operation does not apply: doc is missing path: ", *path,
                          kMissing);
    }
    if (PatchDocument::Members* members = place.holder->members()) {
      (*members)[place.key] = value_of(operation);
      return {};
    }
    const auto index = existing_index(place.key, place.holder->elements()->size());
    if (!index) {
      return inapplicable("replace operation does not apply: doc is missing key: ", *path,
                          kMissing);
    }
    (*place.holder->elements())[*index] = value_of(operation);
    return {};
  }

  PatchResult<void> move(const Operation& operation) {
    const auto* from = operation.from.string();
    if (!from) {
      return inapplicable("move operation failed to decode from: operation, missing from field",
                          kMissing);
    }
    const Place source = find(*from);
    if (!source.holder) {
      return inapplicable("move operation does not apply: doc is missing from path: ", *from,
                          kMissing);
    }
    const auto value = get(*source.holder, source.key);
    const auto removed =
        value ? remove(*source.holder, source.key) : Result<void>(tl::unexpected(value.error()));
    if (!removed) {
      return inapplicable("error in move for path: '", source.key, "': ", removed.error().message);
    }
    const auto* path = operation.path.string();
    if (!path) return inapplicable("move operation failed to decode path: ", kNoPath);
    const Place place = find(*path);
    if (!place.holder) {
      return inapplicable("move operation does not apply: doc is missing destination path: ", *path,
                          kMissing);
    }
    if (auto added = add(*place.holder, place.key, *value); !added) {
      return inapplicable("error in move for path: '", *path, "': ", added.error().message);
    }
    return {};
  }

  PatchResult<void> test(const Operation& operation) {
    const auto* path = operation.path.string();
    if (!path) return inapplicable("test operation failed to decode path: ", kNoPath);
    bool passed = false;
    if (path->empty()) {
      passed = document_.equals(document_.root(), operation.value);
    } else {
      const Place place = find(*path);
      if (!place.holder) {
        return inapplicable("test operation does not apply: is missing path: ", *path, kMissing);
      }
      const auto value = get(*place.holder, place.key);
      if (!value) {
        return inapplicable("error in test for path: '", *path, "': ", value.error().message);
      }
      // A null that the patch itself brought equals none that is left out.
      passed = *value == nullptr ? operation.value.is_null()
                                 : operation.has_value && document_.equals(*value, operation.value);
    }
    if (!passed) return inapplicable("testing value ", *path, " failed: test failed");
    return {};
  }

  PatchResult<void> copy(const Operation& operation) {
    const auto* from = operation.from.string();
    if (!from) {
      return inapplicable("copy operation failed to decode from: operation, missing from field",
                          kMissing);
    }
    const Place source = find(*from);
    if (!source.holder) {
      return inapplicable("copy operation does not apply: doc is missing from path: ", *from,
                          kMissing);
    }
    const auto value = get(*source.holder, source.key);
    if (!value) {
      return inapplicable("error in copy for from: '", *from, "': ", value.error().message);
    }
    const auto* path = operation.path.string();
    if (!path) return inapplicable("copy operation failed to decode path", kMissing);
    const Place place = find(*path);
    if (!place.holder) {
      return inapplicable("copy operation does not apply: doc is missing destination path: ", *path,
                          kMissing);
    }
    NodePtr twin = nullptr;
    if (*value != nullptr) {
      Json copied = document_.copy_of(**value);
      copied_bytes_ += copied.dump().size();
      if (copied_bytes_ > kMaxCopiedBytes) {
        return inapplicable(
            "Unable to complete the copy, the accumulated size increase of copy is ",
            std::to_string(copied_bytes_), ", exceeding the limit ",
            std::to_string(kMaxCopiedBytes));
      }
      twin = document_.make(std::move(copied));
    }
    if (auto added = add(*place.holder, place.key, twin); !added) {
      return inapplicable("error while adding value during copy: ", added.error().message);
    }
    return {};
  }

  PatchDocument document_;
  std::size_t copied_bytes_ = 0;
};

PatchResult<Json> JsonPatch::apply(Json document) const {
  Run run(std::move(document));
  for (const Operation& operation : operations_) {
    if (auto done = run.step(operation); !done) return tl::unexpected(done.error());
  }
  return run.finish();
}

}  // namespace kaudit::apiserver::objects::patch
