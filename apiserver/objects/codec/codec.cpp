#include "apiserver/objects/codec/codec.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/objects/body_decoder.hpp"
#include "apiserver/objects/codec/typed_order.hpp"
#include "apiserver/objects/defaults/defaults.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/types/typed_writer.hpp"
#include "base/text/hex.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects {
namespace {

// What a refusal shows of a body that it could not make sense of: 30 bytes, in hex unless it looks
// like JSON.
std::string summary(std::string_view body) {
  constexpr std::size_t kShown = 30;
  if (body.empty()) return "<empty>";
  std::string text;
  if (body.front() == '{') {
    text = body.substr(0, kShown);
  } else {
    for (const char c : body.substr(0, kShown)) append_hex(text, c);
  }
  return body.size() > kShown ? text + " ..." : text;
}

tl::unexpected<Error> unrecognized(TypeMeta expected, const Error& error, std::string_view body) {
  return fail("the object provided is unrecognized (must be of type " + std::string(expected.kind) +
              "): " + error.message + " (" + summary(body) + ")");
}

tl::unexpected<Error> wrong_type_error(TypeMeta expected, const BodyHead& head,
                                       const std::string& why) {
  return fail(wrong_type_message(expected, {head.api_version, head.kind}, why));
}

// A kind that is served without a schema: as it came, with kind and apiVersion.
Result<DecodedTree> decode_untyped(TypeMeta head, std::string_view compact) {
  auto tree = Json::parse(compact);
  if (!tree) return tl::unexpected(tree.error());
  if (!tree->object()) *tree = Json(Json::Object());
  tree->erase("kind");
  tree->erase("apiVersion");
  Json::Object& members = *tree->object();
  members.insert(members.begin(),
                 {{"kind", Json(head.kind)}, {"apiVersion", Json(head.api_version)}});
  return DecodedTree{*std::move(tree), {}};
}

bool is_of_type(const BodyHead& head, TypeMeta type) {
  return head.kind == type.kind && head.api_version == type.api_version;
}

Result<DecodedTree> finish_decoding(BodyDecoder& decoder, const Type& type, TypeMeta head,
                                    Defaulting defaulting) {
  auto tree = decoder.finish_tree(type, head, defaulting);
  if (!tree) return tl::unexpected(tree.error());
  return DecodedTree{*std::move(tree), std::move(decoder.complaints())};
}

// The tree as reading and writing it would leave it, where that only takes order.
std::optional<Json> in_order(TypeMeta expected, Json& tree) {
  const Type* const type = find_type(expected.api_version, expected.kind);
  if (type == nullptr || has_defaults(*type) || tree.text("kind") != expected.kind ||
      tree.text("apiVersion") != expected.api_version) {
    return std::nullopt;
  }
  if (!order_members(*type, tree)) return std::nullopt;
  return std::move(tree);
}

// Reads what the decoder has open as an object of the kind that it names.
Result<const Type*> read_named(BodyDecoder& decoder, BodyHead& head,
                               std::optional<TypeMeta> fallback, std::string_view body,
                               FieldValidation validation) {
  auto given = decoder.head();
  if (!given) return tl::unexpected(given.error());
  head = *std::move(given);
  complete_head(head, fallback);
  for (const auto& [name, text] :
       {std::pair("Kind", &head.kind), std::pair("apiVersion", &head.api_version)}) {
    if (text->empty()) {
      return fail(std::string("Object '") + name + "' is missing in '" + std::string(body) + "'");
    }
  }
  const Type* const type = find_type(head.api_version, head.kind);
  if (type == nullptr) return fail(not_registered(head));
  if (auto read = decoder.read(*type, validation); !read) return tl::unexpected(read.error());
  return type;
}

}  // namespace

Result<Decoded> decode_any(std::optional<TypeMeta> fallback, std::string_view body,
                           BodyFormat format, DecodeOptions options) {
  BodyDecoder decoder(body, format);
  if (auto opened = decoder.open(); !opened) return tl::unexpected(opened.error());
  BodyHead head;
  const auto type = read_named(decoder, head, fallback, body, options.validation);
  if (!type) return tl::unexpected(type.error());
  auto json = decoder.finish(**type, {head.api_version, head.kind}, options.defaulting);
  if (!json) return tl::unexpected(json.error());
  return Decoded{*std::move(json), std::move(decoder.complaints())};
}

Result<DecodedTree> decode_tree(TypeMeta fallback, Json&& tree, FieldValidation validation) {
  if (auto ordered = in_order(fallback, tree)) return DecodedTree{*std::move(ordered), {}};
  BodyDecoder decoder(tree);  // which writes the tree down
  const Type* const usual = find_type(fallback.api_version, fallback.kind);
  if (usual != nullptr && decoder.read_at_once(*usual, fallback, validation)) {
    return finish_decoding(decoder, *usual, fallback, Defaulting::AtDecode);
  }
  BodyHead head;
  const auto type = read_named(decoder, head, fallback, decoder.compact(), validation);
  if (!type) return tl::unexpected(type.error());
  return finish_decoding(decoder, **type, {head.api_version, head.kind}, Defaulting::AtDecode);
}

Result<DecodedTree> decode_object(TypeMeta expected, std::string_view body, BodyFormat format,
                                  DecodeOptions options) {
  BodyDecoder decoder(body, format);
  const Type* const type = find_type(expected.api_version, expected.kind);
  const bool as_sent = type != nullptr && decoder.read_as_sent(*type, expected, options.validation);
  if (!as_sent) {
    if (auto opened = decoder.open(); !opened) return unrecognized(expected, opened.error(), body);
  }
  BodyHead head{std::string(expected.api_version), std::string(expected.kind)};
  if (!as_sent && (type == nullptr || !decoder.read_at_once(*type, expected, options.validation))) {
    auto given = decoder.head();
    if (!given) return unrecognized(expected, given.error(), body);
    head = *std::move(given);
    complete_head(head, expected);
    if (type == nullptr && is_of_type(head, expected) && format != BodyFormat::Protobuf) {
      return decode_untyped(expected, decoder.compact());
    }
    const Type* const own = find_type(head.api_version, head.kind);
    if (own == nullptr) return wrong_type_error(expected, head, not_registered(head));
    if (auto read = decoder.read(*own, options.validation); !read) {
      return wrong_type_error(expected, head, read.error().message);
    }
    if (!is_of_type(head, expected)) {
      return wrong_type_error(
          expected, head,
          "converting (" + std::string(head.version()) + "." + head.kind + ") to (" +
              std::string(expected.api_version.substr(expected.api_version.find('/') + 1)) + "." +
              std::string(expected.kind) + "): unknown conversion");
    }
  }
  auto decoded = finish_decoding(decoder, *type, expected, options.defaulting);
  if (!decoded) return wrong_type_error(expected, head, decoded.error().message);
  if (options.validation == FieldValidation::Strict && !decoded->complaints.empty()) {
    return wrong_type_error(expected, head,
                            "strict decoding error: " + joined(decoded->complaints, ", "));
  }
  return decoded;
}

Result<UntypedBody> decode_untyped_body(TypeMeta expected, std::string_view body,
                                        BodyFormat format) {
  BodyDecoder decoder(body, format);
  if (auto opened = decoder.open(); !opened) return unrecognized(expected, opened.error(), body);
  auto head = decoder.head();
  if (!head) return unrecognized(expected, head.error(), body);
  auto tree = Json::parse(decoder.compact());
  if (!tree) return unrecognized(expected, tree.error(), body);
  if (head->kind.empty() || !tree->object()) {
    return unrecognized(expected, Error{"Object 'Kind' is missing in '" + std::string(body) + "'"},
                        body);
  }
  return UntypedBody{*std::move(tree), decoder.compact(), decoder.yaml_complaint()};
}

std::string wrong_type_message(TypeMeta expected, TypeMeta given, std::string_view why) {
  const std::string_view version =
      given.api_version.substr(given.api_version.find('/') + 1);  // npos + 1 is 0
  std::string text(given.kind);
  text.append(" in version ").append(go_quoted(version)).append(" cannot be handled as a ");
  return text.append(expected.kind).append(": ").append(why);
}

Result<Json> canonical_object(TypeMeta expected, const Json& tree) {
  return canonical_object(expected, Json(tree));
}

Result<Json> canonical_object(TypeMeta expected, Json&& tree) {
  if (auto ordered = in_order(expected, tree)) return *std::move(ordered);
  BodyDecoder decoder(tree);
  if (auto opened = decoder.open(); !opened) return tl::unexpected(opened.error());
  const Type* const type = find_type(expected.api_version, expected.kind);
  Result<DecodedTree> decoded;
  if (type == nullptr) {
    decoded = decode_untyped(expected, decoder.compact());
  } else {
    if (auto read = decoder.read(*type, FieldValidation::Ignore); !read) {
      return tl::unexpected(read.error());
    }
    decoded = finish_decoding(decoder, *type, expected, Defaulting::AtDecode);
  }
  if (!decoded) return tl::unexpected(decoded.error());
  return std::move(decoded->object);
}

Result<DecodedTree> decode_metadata(const Json& metadata, FieldValidation validation) {
  static const Type& type = *type_by_id("meta.v1.ObjectMeta");
  BodyDecoder decoder(metadata);
  if (auto opened = decoder.open(); !opened) return tl::unexpected(opened.error());
  if (auto read = decoder.read(type, validation); !read) return tl::unexpected(read.error());
  return finish_decoding(decoder, type, {}, Defaulting::None);
}

Result<Json> decode_delete_options(TypeMeta resource, std::string_view body, BodyFormat format) {
  BodyDecoder decoder(body, format);
  if (auto opened = decoder.open(); !opened) return tl::unexpected(opened.error());
  auto head = decoder.head();
  if (!head) return tl::unexpected(head.error());
  // Options come with any group version that is served, with meta.k8s.io's, or without.
  const auto is_served = [&](const Resource& r) { return r.api_version == head->api_version; };
  const bool known_version = head->api_version.empty() || head->api_version == "meta.k8s.io/v1" ||
                             head->api_version == resource.api_version ||
                             std::any_of(all_resources().begin(), all_resources().end(), is_served);
  if (!known_version || (!head->kind.empty() && head->kind != "DeleteOptions")) {
    if (head->kind.empty()) head->kind = "DeleteOptions";
    return fail(not_registered(*head));
  }
  static const Type& type = *type_by_id("meta.v1.DeleteOptions");
  if (auto read = decoder.read(type, FieldValidation::Ignore); !read) {
    return tl::unexpected(read.error());
  }
  return decoder.finish_tree(type, {"meta.k8s.io/__internal", "DeleteOptions"}, Defaulting::None);
}

}  // namespace kaudit::apiserver::objects
