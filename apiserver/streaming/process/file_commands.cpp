#include <algorithm>
#include <memory>

#include "apiserver/streaming/process/builtin_commands.hpp"
#include "base/text/list.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::streaming::process {
namespace {

using Arguments = std::span<const std::string>;
using Type = FileTree::Entry::Type;

class Printed final : public Process {
 public:
  Printed(std::string out, std::string err, int exit_code)
      : out_(std::move(out)), err_(std::move(err)), code_(exit_code) {}

  State run(Clock::time_point /*now*/, Output& output) override {
    output.err += std::exchange(err_, {});
    output.out += std::string_view(out_).substr(written_, kOutputPiece);
    written_ = std::min(out_.size(), written_ + kOutputPiece);
    return written_ == out_.size() ? exits(code_) : State::Busy;
  }

 private:
  std::string out_;
  std::string err_;
  std::size_t written_ = 0;
  const int code_;
};

/// What a command has to say of one of its paths after another.
struct Report {
  std::string out;
  std::string err;
  int code = 0;

  void wrong(int with, const std::string& what) {
    err += what + "\n";
    code = with;
  }
  ProcessPtr process() { return printed(std::move(out), std::move(err), code); }
};

struct Options {
  std::string letters;
  std::vector<std::string> paths;
  bool has(char letter) const { return letters.find(letter) != std::string::npos; }
};

Options options_of(Arguments arguments) {
  Options options;
  for (const std::string& argument : arguments) {
    if (argument.starts_with("--")) continue;
    if (argument.size() > 1 && argument.starts_with('-')) {
      options.letters += argument.substr(1);
    } else {
      options.paths.push_back(argument);
    }
  }
  return options;
}

std::string listed(std::string_view name, const FileTree::Entry& entry, const Options& options) {
  std::string line;
  if (options.has('l')) {
    line += entry.type == Type::Folder ? 'd' : entry.type == Type::Link ? 'l' : '-';
    constexpr std::string_view kLetters = "rwxrwxrwx";
    for (std::size_t i = 0; i < kLetters.size(); ++i) {
      line += ((entry.mode >> (8 - i)) & 1U) != 0 ? kLetters[i] : '-';
    }
    line += " 1 root root " + std::to_string(entry.size()) + " ";
  }
  return line.append(name).append("\n");
}

}  // namespace

ProcessPtr printed(std::string out, std::string err, int exit_code) {
  return std::make_unique<Printed>(std::move(out), std::move(err), exit_code);
}

ProcessPtr print_files(Arguments arguments, const Surroundings& in) {
  Report report;
  for (const std::string& path : arguments) {
    const auto entry = in.files->find(absolute_path(in.folder, path));
    if (!entry) {
      report.wrong(1, "cat: " + path + ": No such file or directory");
    } else if (entry->type == Type::Folder) {
      report.wrong(1, "cat: " + path + ": Is a directory");
    } else if (entry->content && report.out.size() + entry->size() <= FileTree::kMaxBytes) {
      report.out += *entry->content;
    }
  }
  return report.process();
}

ProcessPtr list_command(Arguments arguments, const Surroundings& in) {
  Options options = options_of(arguments);
  if (options.paths.empty()) options.paths.emplace_back(".");
  Report report;
  for (const std::string& path : options.paths) {
    const std::string full = absolute_path(in.folder, path);
    const auto entry = in.files->find(full);
    if (!entry) {
      report.wrong(2, "ls: cannot access '" + path + "': No such file or directory");
    } else if (entry->type != Type::Folder || options.has('d')) {
      report.out += listed(path, *entry, options);
    } else {
      if (options.paths.size() > 1) report.out += path + ":\n";
      for (const auto& [each, what] : in.files->in(full)) {
        report.out += listed(base_name(each), what, options);
      }
    }
  }
  return report.process();
}

ProcessPtr mkdir_command(Arguments arguments, const Surroundings& in) {
  const Options options = options_of(arguments);
  Report report;
  for (const std::string& path : options.paths) {
    const std::string full = absolute_path(in.folder, path);
    const bool parents = options.has('p');
    Result<void> made;
    if (!parents && in.files->find(full)) {
      made = fail("File exists");
    } else if (!parents && !in.files->find(parent_of(full))) {
      made = fail("No such file or directory");
    } else {
      made = in.files->make_folders(full, Timestamp::now().seconds);
    }
    if (!made) {
      report.wrong(1, "mkdir: cannot create directory '" + path + "': " + made.error().message);
    }
  }
  return report.process();
}

ProcessPtr rm_command(Arguments arguments, const Surroundings& in) {
  const Options options = options_of(arguments);
  Report report;
  for (const std::string& path : options.paths) {
    const std::string full = absolute_path(in.folder, path);
    const auto entry = in.files->find(full);
    if (entry && entry->type == Type::Folder && !options.has('r')) {
      report.wrong(1, "rm: cannot remove '" + path + "': Is a directory");
    } else if (!in.files->remove(full) && !options.has('f')) {
      report.wrong(1, "rm: cannot remove '" + path + "': No such file or directory");
    }
  }
  return report.process();
}

ProcessPtr touch_command(Arguments arguments, const Surroundings& in) {
  Report report;
  for (const std::string& path : options_of(arguments).paths) {
    const std::string full = absolute_path(in.folder, path);
    if (auto touched = in.files->append(full, {}, Timestamp::now().seconds); !touched) {
      report.wrong(1, "touch: cannot touch '" + path + "': " + touched.error().message);
    }
  }
  return report.process();
}

ProcessPtr test_command(Arguments arguments, const Surroundings& in) {
  if (!arguments.empty() && arguments.back() == "]") {
    arguments = arguments.first(arguments.size() - 1);
  }
  bool holds = false;
  if (arguments.size() == 2) {
    const auto entry = in.files->find(absolute_path(in.folder, arguments[1]));
    const std::string& question = arguments[0];
    if (question == "-d") holds = entry && entry->type == Type::Folder;
    if (question == "-f") holds = entry && entry->type == Type::File;
    if (question == "-e") holds = entry.has_value();
    if (question == "-n") holds = !arguments[1].empty();
    if (question == "-z") holds = arguments[1].empty();
  } else if (arguments.size() == 3) {
    if (arguments[1] == "=" || arguments[1] == "==") holds = arguments[0] == arguments[2];
    if (arguments[1] == "!=") holds = arguments[0] != arguments[2];
  } else if (arguments.size() == 1) {
    holds = !arguments[0].empty();
  }
  return printed({}, {}, holds ? 0 : 1);
}

}  // namespace kaudit::apiserver::streaming::process
