#include "apiserver/objects/body_decoder.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/objects/codec/json_reader.hpp"
#include "apiserver/objects/codec/protobuf_reader.hpp"
#include "apiserver/objects/defaults/defaults.hpp"
#include "apiserver/objects/types/typed_writer.hpp"
#include "base/json/bracket_stack.hpp"
#include "base/json/compact_json.hpp"
#include "base/json/json_walk.hpp"
#include "base/yaml/to_json.hpp"
#include "base/yaml/yaml_reader.hpp"

namespace kaudit::apiserver::objects {
namespace {

// Where TypeMeta's members are in a kind's struct.
constexpr std::size_t kKind = 0;
constexpr std::size_t kApiVersion = 1;

Strictness strictness_of(FieldValidation validation) {
  return validation == FieldValidation::Ignore ? Strictness::Lenient : Strictness::Strict;
}

bool fits(std::string_view given, std::string_view wanted) {
  return given.empty() || given == wanted;
}

}  // namespace

Result<void> BodyDecoder::open() {
  if (format_ == BodyFormat::Protobuf) {
    const auto envelope = read_envelope(body_, arena_);
    if (!envelope) return tl::unexpected(envelope.error());
    envelope_ = {std::string(envelope->api_version), std::string(envelope->kind)};
    message_ = envelope->raw;
    return {};
  }
  if (format_ == BodyFormat::Yaml) {
    std::string json;
    if (auto opened = open_yaml(json); !opened) return opened;
    return open_text(json);
  }
  if (!from_tree_) return open_text(body_);
  // A tree's JSON is compact. Only its depth can be wrong, and each level takes a character.
  if (compact_->size() <= kMaxJsonDepth) return {};
  const SpareText text = std::move(compact_);
  compact_ = SpareText();
  return open_text(*text);
}

Result<void> BodyDecoder::open_text(std::string_view text) {
  if (auto compact = append_compact_json(*compact_, text); !compact) {
    return fail("couldn't get version/kind; json parse error: " +
                describe_as_go(compact.error(), text));
  }
  return {};
}

Result<void> BodyDecoder::open_yaml(std::string& json) {
  const auto document = yaml::read_yaml(body_);
  if (!document) return fail(document.error().message);
  yaml::append_json(json, *document->root);
  if (!document->duplicates.empty()) {
    yaml_complaint_ = "yaml: unmarshal errors:";
    for (const yaml::DuplicateKey& duplicate : document->duplicates) {
      yaml_complaint_ += "\n  line " + std::to_string(duplicate.position.line) + ": key " +
                         duplicate.key + " already set in map";
    }
  }
  return {};
}

Result<BodyHead> BodyDecoder::head() {
  if (format_ != BodyFormat::Protobuf) return read_head(*compact_);
  const std::string& version = envelope_.api_version;
  if (std::count(version.begin(), version.end(), '/') > 1) {
    return fail("Object 'apiVersion' is missing in 'runtime.TypeMeta{APIVersion:\"" + version +
                "\", Kind:\"" + envelope_.kind + "\"}'");
  }
  return envelope_;
}

// Whether what was read is of that kind or names none.
bool BodyDecoder::names(TypeMeta expected) const noexcept {
  const auto text = [&](std::size_t member) {
    const Value* const found = value_.object ? value_.object->find(member) : nullptr;
    return found != nullptr && found->set ? found->view() : std::string_view();
  };
  return fits(text(kKind), expected.kind) && fits(text(kApiVersion), expected.api_version);
}

bool BodyDecoder::read_as_sent(const Type& type, TypeMeta expected, FieldValidation validation) {
  if (format_ != BodyFormat::Json || from_tree_) return false;
  std::string_view text = body_;
  while (!text.empty() && is_json_space(text.back())) text.remove_suffix(1);
  JsonReader reader(text, arena_, strictness_of(validation), TextForm::AsSent);
  value_ = Value();
  if (!reader.read(type, value_) || !names(expected)) return false;
  complaints_ = std::move(reader.complaints());
  return true;
}

bool BodyDecoder::read_at_once(const Type& type, TypeMeta expected, FieldValidation validation) {
  if (format_ == BodyFormat::Protobuf) {
    return fits(envelope_.api_version, expected.api_version) &&
           fits(envelope_.kind, expected.kind) && read(type, validation);
  }
  return read(type, validation) && !other_case_ && names(expected);
}

Result<void> BodyDecoder::read(const Type& type, FieldValidation validation) {
  value_ = Value();
  if (format_ == BodyFormat::Protobuf) return ProtobufReader(arena_).read(type, message_, value_);
  JsonReader reader(*compact_, arena_, strictness_of(validation));
  if (!reader.read(type, value_)) return fail(reader.error());
  complaints_ = std::move(reader.complaints());
  other_case_ = reader.saw_head_in_other_case();
  return {};
}

void BodyDecoder::complete(const Type& type, TypeMeta head, Defaulting defaulting) {
  value_.set = true;
  if (type.members.size() > kApiVersion && type.members[kKind].name() == "kind") {
    if (value_.object == nullptr) value_.object = StructValue::make(arena_);
    value_.object->at(kKind, arena_).assign(head.kind);
    value_.object->at(kApiVersion, arena_).assign(head.api_version);
  }
  if (!yaml_complaint_.empty()) complaints_.insert(complaints_.begin(), yaml_complaint_);
  if (defaulting == Defaulting::AtDecode) apply_defaults(type, value_, arena_);
}

Result<std::string> BodyDecoder::finish(const Type& type, TypeMeta head, Defaulting defaulting) {
  complete(type, head, defaulting);
  std::string json;
  json.reserve(body_.size() + body_.size() / 4 + 128);
  if (auto written = append_canonical(json, type, value_); !written) {
    return tl::unexpected(written.error());
  }
  return json;
}

Result<Json> BodyDecoder::finish_tree(const Type& type, TypeMeta head, Defaulting defaulting) {
  complete(type, head, defaulting);
  return canonical_tree(type, value_);
}

}  // namespace kaudit::apiserver::objects
