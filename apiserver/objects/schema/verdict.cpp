#include "apiserver/objects/schema/verdict.hpp"

#include <algorithm>
#include <utility>

#include "apiserver/objects/patch/go_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::schema {
namespace {

std::string in_body(const std::string& path, std::string_view rest) {
  return (path + " in body ").append(rest);
}

}  // namespace

Fault Fault::plain(std::string text) { return {Kind::Plain, "", std::move(text)}; }

Fault Fault::wrong_type(const std::string& path, std::string_view wanted, std::string_view given) {
  std::string text = in_body(path, "must be of type ");
  text.append(wanted).append(": ").append(go_quoted(given));
  return {Kind::WrongType, path, std::move(text), Json(given)};
}

Fault Fault::required(const std::string& path, const std::string& member) {
  const std::string place = path + "." + member;
  return {Kind::Required, place, in_body(place, "is required")};
}

Fault Fault::too_long(const std::string& path, std::int64_t limit) {
  std::string text = in_body(path, "should be at most " + std::to_string(limit) + " chars long");
  return {Kind::TooLong, path, std::move(text), Json(""), 0, limit};
}

Fault Fault::too_many(const std::string& path, std::int64_t count, std::int64_t limit,
                      std::string_view what) {
  std::string text = in_body(path, "should have at most " + std::to_string(limit) + " ");
  return {Kind::TooManyItems, path, std::move(text.append(what)), Json(""), count, limit};
}

Fault Fault::not_in_enum(const std::string& path, const Json& value, const Json::Array& allowed) {
  Fault fault{Kind::NotInEnum, path,
              in_body(path, "should be one of " + patch::go_text(Json(allowed))), value};
  fault.allowed = allowed;
  return fault;
}

Fault Fault::other(const std::string& path, std::string_view text, Json value) {
  return {Kind::Other, path, in_body(path, text), std::move(value)};
}

void Verdict::add(Fault fault) {
  if (faults.size() >= kMaxFaults) return;
  const bool known =
      std::ranges::any_of(faults, [&fault](const Fault& each) { return each.text == fault.text; });
  if (!known) faults.push_back(std::move(fault));
}

void Verdict::merge(Verdict other) {
  passed += other.passed;
  for (Fault& fault : other.faults) add(std::move(fault));
}

}  // namespace kaudit::apiserver::objects::schema
