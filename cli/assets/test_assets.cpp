// `kaudit test-assets DIR`: what a test harness (controller-runtime's envtest, say) looks for in
// KUBEBUILDER_ASSETS.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/files/read_file.hpp"
#include "base/result.hpp"
#include "base/text/quote.hpp"
#include "cli/commands.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStubMark = "# kaudit: stands in for etcd\n";

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::optional<fs::path> on_path(std::string_view name) {
  const char* const variable = std::getenv("PATH");
  std::string_view left = variable != nullptr ? variable : "";
  while (!left.empty()) {
    const std::size_t colon = left.find(':');
    const fs::path candidate = fs::path(left.substr(0, colon)) / name;
    if (is_program(candidate)) return fs::absolute(candidate);
    left = colon == std::string_view::npos ? std::string_view() : left.substr(colon + 1);
  }
  return std::nullopt;
}

tl::unexpected<Error> no_folder(const fs::path& path, const std::error_code& error) {
  return fail("cannot write " + path.string() + ": " + error.message() +
              ": give a folder of your own");
}

/// What an earlier run has put there is put there anew; anything else is somebody's.
Result<void> make_room(const fs::path& place) {
  std::error_code error;
  const fs::file_status there = fs::symlink_status(place, error);
  if (there.type() == fs::file_type::not_found) return {};
  bool ours = there.type() == fs::file_type::symlink;
  if (there.type() == fs::file_type::regular) {
    const auto text = read_file(place.string());
    ours = text && text->find(kStubMark) != std::string::npos;
  }
  if (!ours) return fail(place.string() + " is not of an earlier run: give another folder");
  if (!fs::remove(place, error)) return no_folder(place, error);
  return {};
}

Result<void> link(const fs::path& place, const fs::path& program) {
  if (auto room = make_room(place); !room) return room;
  std::error_code error;
  fs::create_symlink(program, place, error);
  if (error) return no_folder(place, error);
  return {};
}

Result<void> write_stub(const fs::path& place, const fs::path& self) {
  if (auto room = make_room(place); !room) return room;
  const std::string text = "#!/bin/sh\n" + std::string(kStubMark) + "exec " +
                           shell_quoted(self.string()) + " stub-etcd \"$@\"\n";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(place.c_str(), "wxe"),
                                                             &std::fclose);
  if (!file || std::fputs(text.c_str(), file.get()) < 0 || std::fflush(file.get()) != 0) {
    return no_folder(place, std::error_code(errno, std::generic_category()));
  }
  std::error_code error;
  fs::permissions(place, fs::perms(0755), error);
  if (error) return no_folder(place, error);
  return {};
}

Result<fs::path> fill(const fs::path& asked, std::string& advice) {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    return fail("cannot find the program itself: " + error.message() + " (/proc must be mounted)");
  }
  std::optional<fs::path> server = self.parent_path() / "kaudit-apiserver";
  if (!is_program(*server)) server = on_path("kaudit-apiserver");
  if (!server) {
    return fail("there is no kaudit-apiserver beside " + self.string() +
                " or on PATH: put it beside this program");
  }
  const fs::path folder = fs::absolute(asked);
  fs::create_directories(folder, error);
  if (error) {
    return fail("cannot make the folder " + folder.string() + ": " + error.message() +
                ": give one of your own");
  }
  if (auto done = link(folder / "kube-apiserver", *server); !done) {
    return tl::unexpected(done.error());
  }
  if (auto done = write_stub(folder / "etcd", self); !done) return tl::unexpected(done.error());
  advice = "export KUBEBUILDER_ASSETS=" + shell_quoted(folder.string()) + "\nkube-apiserver is " +
           server->string() + "; etcd stores nothing";
  if (const auto kubectl = on_path("kubectl"); !kubectl) {
    advice += "; there is no kubectl on PATH";
  } else if (kubectl->parent_path() != folder) {
    if (auto done = link(folder / "kubectl", *kubectl); !done) return tl::unexpected(done.error());
    advice += "; kubectl is " + kubectl->string();
  }
  return folder;
}

Exit make_assets(const std::string& asked) {
  std::string advice;
  const auto folder = fill(asked, advice);
  if (!folder) {
    complain(folder.error().message);
    return Exit::Usage;
  }
  std::fputs((advice + "\n").c_str(), stderr);
  print(folder->string() + "\n");
  return Exit::Fine;
}

}  // namespace

void add_test_assets_command(CLI::App& app, Exit& exit) {
  auto* command = app.add_subcommand(
      "test-assets",
      "Fill a folder for KUBEBUILDER_ASSETS, as controller-runtime's envtest wants it: "
      "kube-apiserver (kaudit-apiserver), etcd (a stand-in that stores nothing) and the kubectl "
      "that is on PATH. Prints the folder alone: export KUBEBUILDER_ASSETS=$(kaudit test-assets "
      "DIR)");
  auto folder = std::make_shared<std::string>();
  command->add_option("DIR", *folder, "The folder; it is made when absent")->required();
  command->callback([folder, &exit] { exit = make_assets(*folder); });
}

}  // namespace kaudit::cli
