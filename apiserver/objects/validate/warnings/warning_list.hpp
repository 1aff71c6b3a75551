#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "apiserver/objects/validate/words/field_path.hpp"

namespace kaudit::apiserver::objects::validate {

/// Warnings as they are found, the first thousand: of more no client would hear.
class WarningList {
 public:
  void add(std::string text) {
    if (texts_.size() < kMost) texts_.push_back(std::move(text));
  }
  /// `PATH: TEXT`
  void add(const FieldPath& path, std::string_view text) {
    if (texts_.size() < kMost) texts_.push_back(path.text().append(": ").append(text));
  }
  bool full() const noexcept { return texts_.size() >= kMost; }
  std::vector<std::string> take() && { return std::move(texts_); }

 private:
  static constexpr std::size_t kMost = 1000;
  std::vector<std::string> texts_;
};

/// An annotation that is there, whatever its value.
bool has_annotation(const Json& object, std::string_view key) noexcept;

/// An address that is not written in the preferred way. (apimachinery pkg/util/validation
/// GetWarningsForIP)
void warn_of_ip(const FieldPath& path, std::string_view ip, WarningList& warnings);
/// A network likewise, or one with bits behind its prefix. (GetWarningsForCIDR)
void warn_of_cidr(const FieldPath& path, std::string_view cidr, WarningList& warnings);

/// What is said of a label of Nodes that has got another name; "" for all others. (pkg/api/node)
std::string_view node_label_warning(std::string_view label) noexcept;
/// Whether values in a term's requirements are looked at, too.
enum class TermValues : bool { Ignored, Checked };
void warn_of_node_term(const FieldPath& path, const Json& term, TermValues values,
                       WarningList& warnings);

/// The name of a volume's source as warnings have it: one is spelt as in Go.
inline std::string_view shown_source(std::string_view name) noexcept {
  return name == "storageos" ? "storageOS" : name;
}
/// A volume's size that is not a whole number of bytes. (pkg/api/persistentvolumeclaim)
void warn_of_claim_spec(const FieldPath& path, const Json* spec, WarningList& warnings);
/// `fractional byte value "100m" is invalid, must be an integer`, when it is one.
void warn_of_fraction(const FieldPath& path, const Json* resources, const MemberName& resource,
                      WarningList& warnings);

/// A Pod, or the template of one. (pkg/api/pod GetWarningsForPod, GetWarningsForPodTemplate)
enum class PodWarnings : bool { OfPod, OfTemplate };
void warn_of_pod(const FieldPath& path, const Json& pod, PodWarnings of, WarningList& warnings);
/// Keys that end in the same file of a volume. (warningsForOverlappingVirtualPaths)
void warn_of_overlapping_paths(const Json* pod_spec, WarningList& warnings);

}  // namespace kaudit::apiserver::objects::validate
