#include "apiserver/objects/codec/protobuf_body.hpp"

#include "apiserver/objects/codec/json_reader.hpp"
#include "apiserver/objects/codec/member_text.hpp"
#include "apiserver/objects/codec/protobuf_reader.hpp"

namespace kaudit::apiserver::objects {
namespace {

constexpr std::uint32_t kItemsNumber = 2;  // of every list that is stored

/// What answers are beside the kinds of bodies. In the metadata lists of v1beta1 the numbers of the
/// two fields are exchanged.
struct AnswerKind {
  std::string_view api_version;
  std::string_view kind;
  std::string_view type;
};
constexpr AnswerKind kAnswerKinds[] = {
    {"meta.k8s.io/v1", "PartialObjectMetadata", "meta.v1.PartialObjectMetadata"},
    {"meta.k8s.io/v1", "PartialObjectMetadataList", "meta.v1.PartialObjectMetadataList"},
    {"meta.k8s.io/v1beta1", "PartialObjectMetadata", "meta.v1.PartialObjectMetadata"},
    {"meta.k8s.io/v1beta1", "PartialObjectMetadataList", "meta.v1beta1.PartialObjectMetadataList"},
    {"", "APIVersions", "meta.v1.APIVersions"},
    {"", "APIGroupList", "meta.v1.APIGroupList"},
    {"", "APIResourceList", "meta.v1.APIResourceList"},
    {"v1", "APIResourceList", "meta.v1.APIResourceList"},
    {"v1", "APIGroup", "meta.v1.APIGroup"},
    {"apidiscovery.k8s.io/v2", "APIGroupDiscoveryList", "apidiscovery.v2.APIGroupDiscoveryList"},
    {"apidiscovery.k8s.io/v2beta1", "APIGroupDiscoveryList",
     "apidiscovery.v2.APIGroupDiscoveryList"},
};

const Type* protobuf_type(TypeMeta head) noexcept {
  for (const AnswerKind& known : kAnswerKinds) {
    if (known.kind == head.kind && known.api_version == head.api_version) {
      return type_by_id(known.type);
    }
  }
  return head.kind == "Table" ? nullptr : find_type(head.api_version, head.kind);
}

/// kind and apiVersion of canonical JSON, which begins with them.
class Head {
 public:
  explicit Head(std::string_view json)
      : api_version_(member_text(json, "apiVersion", version_scratch_)),
        kind_(member_text(json, "kind", kind_scratch_)) {}
  TypeMeta meta() const noexcept { return {api_version_, kind_}; }

 private:
  std::string version_scratch_;
  std::string kind_scratch_;
  std::string_view api_version_;
  std::string_view kind_;
};

tl::unexpected<Error> no_protobuf(TypeMeta head) {
  const std::string_view version = head.api_version.substr(head.api_version.find('/') + 1);
  return fail("object *" + std::string(version) + "." + std::string(head.kind) +
              " does not implement the protobuf marshalling interface and cannot be encoded to a "
              "protobuf message");
}

void prepend_type_meta(BackwardBuffer& out, TypeMeta head) {
  const std::size_t end = out.size();
  out.prepend_text(2, head.kind);
  out.prepend_text(1, head.api_version);
  out.close_message(1, end);
}

/// contentEncoding and contentType of the envelope; always there, always empty.
void prepend_content_fields(BackwardBuffer& out) {
  out.prepend_text(4, {});
  out.prepend_text(3, {});
}

}  // namespace

Result<void> ProtobufBody::write_message(const Type& type, std::string_view json) {
  Arena arena;
  Value value;
  JsonReader reader(json, arena, Strictness::Lenient);
  if (!reader.read(type, value)) return fail(reader.error());
  return ProtobufWriter(buffer_).prepend(type, value);
}

Result<void> ProtobufBody::write_object(std::string_view json) {
  const Head head(json);
  const Type* const type = protobuf_type(head.meta());
  if (type == nullptr) return no_protobuf(head.meta());
  prepend_content_fields(buffer_);
  const std::size_t end = buffer_.size();
  if (auto written = write_message(*type, json); !written) return written;
  buffer_.close_message(2, end);
  prepend_type_meta(buffer_, head.meta());
  buffer_.prepend(kProtobufMagic);
  return {};
}

Result<std::string_view> ProtobufBody::object(std::string_view json) {
  buffer_.clear();
  if (auto written = write_object(json); !written) return tl::unexpected(written.error());
  return buffer_.view();
}

Result<std::string_view> ProtobufBody::watch_event(std::string_view type, std::string_view json) {
  buffer_.clear();
  if (auto written = write_object(json); !written) return tl::unexpected(written.error());
  buffer_.close_message(1, 0);  // RawExtension
  buffer_.close_message(2, 0);
  buffer_.prepend_text(1, type);
  return buffer_.view();
}

Result<std::string_view> ProtobufBody::item(const Type& type, std::string_view json) {
  buffer_.clear();
  if (auto written = write_message(type, json); !written) return tl::unexpected(written.error());
  buffer_.close_message(kItemsNumber, 0);
  return buffer_.view();
}

void append_length_delimited(std::string& out, std::string_view message) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>(message.size() >> shift & 0xFFU);
  }
  out += message;
}

Result<ProtobufListEnds> protobuf_list_ends(std::string_view json, std::uint64_t item_bytes) {
  const Head head(json);
  const Type* const type = protobuf_type(head.meta());
  if (type == nullptr) return no_protobuf(head.meta());
  Arena arena;
  Value value;
  JsonReader reader(json, arena, Strictness::Lenient);
  if (!reader.read(*type, value)) return fail(reader.error());
  BackwardBuffer buffer;
  prepend_content_fields(buffer);
  ProtobufListEnds ends{{}, std::string(buffer.view())};
  buffer.clear();
  if (auto written = ProtobufWriter(buffer).prepend(*type, value); !written) {
    return tl::unexpected(written.error());
  }
  buffer.prepend_varint(buffer.size() + item_bytes);
  buffer.prepend_varint(2U << 3U | 2U);
  prepend_type_meta(buffer, head.meta());
  buffer.prepend(kProtobufMagic);
  ends.head = buffer.view();
  return ends;
}

}  // namespace kaudit::apiserver::objects
