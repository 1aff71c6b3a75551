#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/protobuf_reader.hpp"
#include "base/json/json_text.hpp"
#include "base/text/base64.hpp"
#include "base/text/quote.hpp"
#include "base/yaml/from_json.hpp"
#include "base/yaml/reader.hpp"
#include "cli/object/object_command.hpp"
#include "cli/object/object_records.hpp"
#include "cli/read_input.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using apiserver::objects::BodyFormat;
using apiserver::objects::Decoded;
using apiserver::objects::DecodeOptions;
using apiserver::objects::Defaulting;
using apiserver::objects::FieldValidation;
using apiserver::objects::Json;
using apiserver::objects::TypeMeta;

struct ConvertOptions {
  std::string from = "auto";
  std::string to = "json";
  std::string kind;  // group/version/Kind
  bool strict = false;
  bool defaults = false;
  std::string records;
  std::uint64_t most = kMostAtOnce;
  std::vector<std::string> files;
};

BodyFormat format_of(std::string_view name, std::string_view body) {
  if (name == "json") return BodyFormat::Json;
  if (name == "yaml") return BodyFormat::Yaml;
  if (name == "protobuf" || body.starts_with(apiserver::objects::kProtobufMagic)) {
    return BodyFormat::Protobuf;
  }
  return yaml::looks_like_json(body) ? BodyFormat::Json : BodyFormat::Yaml;
}

// `apps/v1/Deployment`, `v1/Pod`
std::optional<TypeMeta> type_of(std::string_view kind) {
  const std::size_t slash = kind.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return TypeMeta{kind.substr(0, slash), kind.substr(slash + 1)};
}

DecodeOptions decode_options(const ConvertOptions& options) {
  return {FieldValidation::Warn, options.defaults ? Defaulting::AtDecode : Defaulting::None};
}

class Converter {
 public:
  explicit Converter(const ConvertOptions& options) : options_(options) {}

  Exit run() {
    for (const std::string& file : options_.files) {
      const auto body = read_at_most(file, options_.most);
      if (!body) return usage(body.error());
      convert(file, *body);
      if (auto written = output_.flush_when_full(); !written) return usage(written.error());
    }
    if (auto written = output_.flush(); !written) return usage(written.error());
    return refused_ ? Exit::Findings : Exit::Fine;
  }

 private:
  static Exit usage(const Error& error) {
    complain(error.message);
    return Exit::Usage;
  }

  static void print_error(const std::string& text) {
    std::fprintf(stderr, "%s\n", visible(text).c_str());
  }

  void convert(const std::string& file, std::string_view body) {
    const auto decoded = decode_any(type_of(options_.kind), body, format_of(options_.from, body),
                                    decode_options(options_));
    if (!decoded) {
      print_error(file + ": " + decoded.error().message);
      refused_ = true;
      return;
    }
    for (const std::string& complaint : decoded->complaints) {
      print_error(file + (options_.strict ? ": " : ": warning: ") + complaint);
    }
    if (options_.strict && !decoded->complaints.empty()) {
      refused_ = true;
      return;
    }
    append_object(decoded->json);
  }

  /// YAML documents are told apart by a line of dashes.
  void append_object(std::string_view json) {
    std::string& out = output_.buffer();
    if (options_.to == "yaml") {
      const auto yaml = yaml::json_to_yaml(json);
      out.append(std::exchange(first_, false) ? "" : "---\n")
          .append(yaml.value_or(std::string(json)));
    } else {
      out.append(json).append("\n");
    }
  }

  const ConvertOptions& options_;
  bool first_ = true;
  Output output_;
  bool refused_ = false;
};

void append_decoded(std::string& out, const Result<Decoded>& decoded) {
  if (!decoded) return append_member(out, "error", decoded.error().message);
  append_member(out, "out", decoded->json);
  if (decoded->complaints.empty()) return;
  std::string list;
  for (const std::string& complaint : decoded->complaints) {
    list += list.empty() ? '[' : ',';
    append_json_string(list, complaint);
  }
  out.append(",\"strict\":").append(list).append("]");
}

// A record is a scalar (`type`, `in`) or a body: `pb` (base64), `in` or `in64`, with `format` and
// `default`, the kind that its URL would name.
void answer_record(const ConvertOptions& options, const Json& record, std::string& out) {
  if (record.find("type") != nullptr) {
    const auto scalar = apiserver::objects::convert_scalar(record.text("type"), record.text("in"));
    if (!scalar) return append_member(out, "error", scalar.error().message);
    return append_member(out, "out", *scalar);
  }
  const std::string_view base64 = record.text(record.find("pb") ? "pb" : "in64");
  Result<std::string> body = std::string(record.text("in"));
  if (record.find("pb") != nullptr || record.find("in64") != nullptr) body = base64_decode(base64);
  if (!body) return append_member(out, "error", body.error().message);
  std::string_view format = record.find("pb") ? "protobuf" : record.text("format");
  if (format.empty()) format = "json";
  const std::string_view kind = record.find("default") ? record.text("default") : options.kind;
  append_decoded(
      out, decode_any(type_of(kind), *body, format_of(format, *body), decode_options(options)));
}

Exit convert(ConvertOptions& options) {
  if (!options.records.empty()) {
    const auto done = answer_records(options.records, [&](const Json& record, std::string& out) {
      answer_record(options, record, out);
    });
    if (done) return Exit::Fine;
    complain(done.error().message);
    return Exit::Usage;
  }
  if (options.files.empty()) options.files.emplace_back("-");
  return Converter(options).run();
}

}  // namespace

void add_object_convert(CLI::App& object, Exit& exit) {
  auto options = std::make_shared<ConvertOptions>();
  auto* command = object.add_subcommand(
      "convert",
      "Read objects as a server does and write them as it would: canonical JSON or YAML");
  command
      ->add_option("--from", options->from,
                   "The files' format; auto looks at the first bytes (etcd holds protobuf)")
      ->check(CLI::IsMember({"auto", "json", "yaml", "protobuf"}))
      ->capture_default_str();
  command->add_option("--to", options->to, "What to write; records are always answered in JSON")
      ->check(CLI::IsMember({"json", "yaml"}))
      ->capture_default_str();
  command
      ->add_option("--kind", options->kind,
                   "GROUP/VERSION/KIND (v1/Pod, apps/v1/Deployment) of objects that name none")
      ->check([](const std::string& kind) {
        return type_of(kind) ? "" : "give GROUP/VERSION/KIND, or VERSION/KIND of the core group";
      });
  command->add_flag("--strict", options->strict,
                    "Refuse unknown and repeated members, which are else a warning");
  command->add_flag("--defaults", options->defaults, "Fill in what a server's decoder fills in");
  add_size_option(*command, options->most);
  auto* records = command
                      ->add_option("--records", options->records,
                                   "Work through records, one JSON object a line: pb, in or in64 "
                                   "(format, default), or type+in")
                      ->type_name("FILE");
  command->add_option("FILE", options->files, "Files to read; - or none is standard input")
      ->excludes(records);
  command->callback([options, &exit] { exit = convert(*options); });
}

}  // namespace kaudit::cli
