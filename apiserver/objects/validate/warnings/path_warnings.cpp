#include <vector>

#include "apiserver/objects/validate/warnings/warning_list.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

/// Each path is compared with so many that came before it.
constexpr std::size_t kMostPaths = 500;

/// Where a key becomes a file, and what it is from; "" in a volume of one source.
struct VolumePath {
  std::string_view path;
  std::string source;

  std::string text() const {
    return source.empty() ? go_quoted(path) : go_quoted(path) + " (" + source + ")";
  }
  bool overlaps(const VolumePath& other) const {
    return !path.empty() && !other.path.empty() &&
           (is_at_or_below(path, other.path) || is_at_or_below(other.path, path));
  }

 private:
  static bool is_at_or_below(std::string_view inner, std::string_view outer) {
    return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
  }
};

VolumePath volume_path(std::string_view path, std::string_view source) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return {path, std::string(source)};
}

using VolumePaths = std::vector<VolumePath, Recycled<VolumePath>>;

void add_items(const Json* from, std::string_view source, VolumePaths& paths) {
  for (const Json& item : items(from, "items")) {
    paths.push_back(volume_path(text(&item, "path"), source));
  }
}

/// Says how new paths overlap with those that are there, and with each other; then they are there.
/// `what()`: what the volume is.
template <typename What>
void warn_of_overlaps(std::string_view volume, const What& what, const VolumePaths& paths,
                      VolumePaths& seen, WarningList& warnings) {
  for (const VolumePath& path : paths) {
    for (const VolumePath& other : seen) {
      if (warnings.full() || !path.overlaps(other)) continue;
      warnings.add("volume " + go_quoted(volume) + " (" + what() +
                   "): overlapping paths: " + path.text() + " with " + other.text());
    }
    if (seen.size() < kMostPaths) seen.push_back(path);
  }
}

std::string named(std::string_view kind, std::string_view name) {
  return std::string(kind).append(" ").append(go_quoted(name));
}

/// The paths of the one source that a part of a projected volume has.
VolumePaths paths_of_source(const Json& source) {
  VolumePaths paths;
  if (const Json* config = member(&source, "configMap"); !items(config, "items").empty()) {
    add_items(config, named("ConfigMap", text(config, "name")), paths);
  } else if (const Json* secret = member(&source, "secret"); !items(secret, "items").empty()) {
    add_items(secret, named("Secret", text(secret, "name")), paths);
  } else if (const Json* downward = member(&source, "downwardAPI");
             !items(downward, "items").empty()) {
    add_items(downward, "DownwardAPI", paths);
  } else if (const Json* token = member(&source, "serviceAccountToken")) {
    paths.push_back(volume_path(text(token, "path"), "ServiceAccountToken"));
  } else if (const Json* bundle = member(&source, "clusterTrustBundle")) {
    const std::string_view name = text(bundle, "name");
    paths.push_back(
        volume_path(text(bundle, "path"),
                    named("ClusterTrustBundle", name.empty() ? text(bundle, "signerName") : name)));
  } else if (const Json* certificate = member(&source, "podCertificate")) {
    for (const auto& [path, what] :
         {std::pair("certificateChainPath", "PodCertificate chain"),
          std::pair("keyPath", "PodCertificate key"),
          std::pair("credentialBundlePath", "PodCertificate credential bundle")}) {
      const std::string_view given = text(certificate, path);
      if (!given.empty()) paths.push_back(volume_path(given, what));
    }
  }
  return paths;
}

void warn_of_sources(std::string_view volume, const Json* projected, WarningList& warnings) {
  VolumePaths seen;
  for (const Json& source : items(projected, "sources")) {
    if (source.object() == nullptr || source.object()->empty()) {
      warnings.add("volume " + go_quoted(volume) + " (Projected) has no sources provided");
      continue;
    }
    const auto what = [] { return std::string("Projected"); };
    warn_of_overlaps(volume, what, paths_of_source(source), seen, warnings);
  }
}

}  // namespace

void warn_of_overlapping_paths(const Json* pod_spec, WarningList& warnings) {
  for (const Json& volume : items(pod_spec, "volumes")) {
    const std::string_view name = text(&volume, "name");
    const auto check = [&](const Json* source, const auto& what) {
      VolumePaths paths;
      VolumePaths seen;
      add_items(source, "", paths);
      warn_of_overlaps(name, what, paths, seen, warnings);
    };
    if (const Json* config = member(&volume, "configMap")) {
      check(config, [&] { return named("ConfigMap", text(config, "name")); });
    }
    if (const Json* secret = member(&volume, "secret")) {
      check(secret, [&] { return named("Secret", text(secret, "secretName")); });
    }
    if (const Json* downward = member(&volume, "downwardAPI")) {
      check(downward, [] { return std::string("DownwardAPI"); });
    }
    warn_of_sources(name, member(&volume, "projected"), warnings);
  }
}

}  // namespace kaudit::apiserver::objects::validate
