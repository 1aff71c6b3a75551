#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "apiserver/streaming/process/builtin_commands.hpp"
#include "apiserver/streaming/process/tar.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

using Type = FileTree::Entry::Type;

constexpr int kFailed = 2;
constexpr std::string_view kGivesUp = "tar: Error is not recoverable: exiting now\n";

struct TarOptions {
  enum class Mode : std::uint8_t { None, Create, Extract };
  Mode mode = Mode::None;
  std::string folder;
  std::string archive = "-";
  std::vector<std::string> paths;
  std::string wrong;
};

/// `xmf -`, `-xmf - -C DIR`, `cf - PATH…` and the long options that kubectl gives.
TarOptions options_of(std::span<const std::string> arguments, const std::string& folder) {
  TarOptions options;
  options.folder = folder;
  std::size_t next = 0;
  const auto value = [&] { return next < arguments.size() ? arguments[next++] : std::string(); };
  while (next < arguments.size()) {
    const bool first = next == 0;
    const std::string& argument = arguments[next++];
    if (argument.starts_with("--")) continue;  // --no-same-owner and the like change nothing here
    if (!first && (argument == "-" || !argument.starts_with('-'))) {
      options.paths.push_back(argument);
      continue;
    }
    for (const char letter : argument) {
      if (letter == 'c') options.mode = TarOptions::Mode::Create;
      if (letter == 'x') options.mode = TarOptions::Mode::Extract;
      if (letter == 'f') options.archive = value();
      if (letter == 'C') options.folder = absolute_path(folder, value());
      if (letter == 'z' || letter == 'j' || letter == 'J') options.wrong = "it cannot compress";
    }
  }
  if (options.archive != "-") options.wrong = "the archive can only be standard input or output, -";
  if (options.mode == TarOptions::Mode::None) options.wrong = "it needs one of the options c and x";
  return options;
}

class TarCreate final : public Process {
 public:
  TarCreate(const TarOptions& options, const FileTree& files) {
    for (const std::string& path : options.paths) add(path, options.folder, files);
  }

  State run(Clock::time_point /*now*/, Output& output) override {
    output.err += std::exchange(errors_, {});
    while (output.out.size() < kOutputPiece && next_ < entries_.size()) {
      const TarEntry& entry = entries_[next_];
      if (written_ == 0) append_tar_header(output.out, entry);
      const std::size_t size = entry.entry.type == Type::File ? entry.entry.size() : 0;
      if (size > written_) {
        output.out += std::string_view(*entry.entry.content).substr(written_, kOutputPiece);
        written_ = std::min(size, written_ + kOutputPiece);
      }
      if (written_ < size) continue;
      output.out += tar_padding(size);
      written_ = 0;
      ++next_;
    }
    if (next_ < entries_.size()) return State::Busy;
    append_tar_end(output.out);
    return exits(code_);
  }

 private:
  void add(const std::string& path, const std::string& folder, const FileTree& files) {
    const std::string full = absolute_path(folder, path);
    const auto found = files.below(full);
    if (found.empty()) {
      errors_ += "tar: " + path + ": Cannot stat: No such file or directory\n";
      if (code_ == 0) errors_ += "tar: Exiting with failure status due to previous errors\n";
      code_ = kFailed;
      return;
    }
    std::string name = path;
    while (name.ends_with('/')) name.pop_back();
    if (name.starts_with('/')) {
      if (errors_.empty()) errors_ += "tar: Removing leading `/' from member names\n";
      name.erase(0, name.find_first_not_of('/'));
    }
    if (name.empty()) name = ".";
    const std::size_t own = full == "/" ? 0 : full.size();
    for (const auto& [each, entry] : found) {
      std::string member = each == full ? name : name + each.substr(own);
      if (entry.type == Type::Folder) member += '/';
      entries_.push_back({std::move(member), entry});
    }
  }

  std::vector<TarEntry> entries_;
  std::size_t next_ = 0;
  std::size_t written_ = 0;  // of its content
  std::string errors_;
  int code_ = 0;
};

class TarExtract final : public Process {
 public:
  TarExtract(std::string folder, std::shared_ptr<FileTree> files)
      : folder_(std::move(folder)), files_(std::move(files)) {}
  ~TarExtract() override { files_->budget().give_back(charged_); }

  bool reads() const override { return true; }
  std::size_t take(std::string_view input) override {
    if (over()) return input.size();
    reader_.read(input);
    if (!charge()) {
      problem_ = "Cannot write: No space left on device";
      return input.size();
    }
    for (TarEntry& entry : reader_.take_entries()) store(std::move(entry));
    return input.size();
  }
  void end_input() override { ended_ = true; }

  State run(Clock::time_point /*now*/, Output& output) override {
    output.err += std::exchange(errors_, {});
    if (problem_.empty()) problem_ = reader_.error();
    if (problem_.empty() && ended_ && !reader_.ended() && !reader_.between_entries()) {
      problem_ = "Unexpected EOF in archive";
    }
    if (!problem_.empty()) {
      output.err.append("tar: ").append(problem_).append("\n").append(kGivesUp);
      return exits(kFailed);
    }
    return ended_ || reader_.ended() ? exits(code_) : State::Waits;
  }

 private:
  bool over() const { return reader_.ended() || !problem_.empty() || !reader_.error().empty(); }

  /// What is under way counts as if it were stored.
  bool charge() {
    FileBudget& budget = files_->budget();
    budget.give_back(std::exchange(charged_, 0));
    if (!budget.take(reader_.kept())) return false;
    charged_ = reader_.kept();
    return true;
  }

  void store(TarEntry entry) {
    const std::string path = absolute_path(folder_, entry.name);
    auto stored = files_->make_folders(parent_of(path), entry.entry.modified);
    if (stored) stored = files_->put(path, std::move(entry.entry));
    if (stored) return;
    if (code_ == 0) errors_ += "tar: Exiting with failure status due to previous errors\n";
    code_ = kFailed;
    errors_ = "tar: " + entry.name + ": Cannot open: " + stored.error().message + "\n" + errors_;
    // Of many members that cannot be stored the first ones are enough.
    constexpr std::size_t kMaxErrors = 16 * 1024;
    if (errors_.size() > kMaxErrors) problem_ = stored.error().message;
  }

  const std::string folder_;
  const std::shared_ptr<FileTree> files_;
  TarReader reader_;
  std::size_t charged_ = 0;
  std::string errors_;
  std::string problem_;
  int code_ = 0;
  bool ended_ = false;
};

}  // namespace

ProcessPtr tar_command(std::span<const std::string> arguments, const Surroundings& in) {
  const TarOptions options = options_of(arguments, in.folder);
  if (!options.wrong.empty()) return printed({}, "tar: " + options.wrong + "\n", kFailed);
  const auto folder = in.files->find(options.folder);
  if (!folder || folder->type != Type::Folder) {
    return printed({},
                   "tar: " + options.folder + ": Cannot open: No such file or directory\n" +
                       std::string(kGivesUp),
                   kFailed);
  }
  if (options.mode == TarOptions::Mode::Extract) {
    return std::make_unique<TarExtract>(options.folder, in.files);
  }
  if (options.paths.empty()) {
    return printed({}, "tar: Cowardly refusing to create an empty archive\n", kFailed);
  }
  return std::make_unique<TarCreate>(options, *in.files);
}

}  // namespace kaudit::apiserver::streaming::process
