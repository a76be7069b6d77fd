// SPDX-License-Identifier: MIT
#include "core/log/json_fields.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/log/json_keys.h"
#include "core/log/json_lines.h"

namespace reactortrack::log {
namespace {

std::string joined(std::string_view name, std::string_view suffix) {
  return std::string(name).append(suffix);
}

}  // namespace

bool JsonFields::problem(std::string_view name, std::string_view what) {
  if (ok_) *cause_ = joined("\"", name).append("\" ").append(what);
  ok_ = false;
  return false;
}

const JsonValue* JsonFields::find(std::string_view name, JsonValue::Type type,
                                  const char* otherwise) {
  const JsonValue* found = object_.find(name);
  if (found == nullptr || found->type == JsonValue::kNull) return nullptr;
  if (found->type == type) return found;
  problem(name, otherwise);
  return nullptr;
}

std::optional<std::uint64_t> JsonFields::unsigned_number(std::string_view name) {
  const JsonValue* found = find(name, JsonValue::kNumber, "is no number");
  if (found == nullptr) return std::nullopt;
  const std::optional<std::uint64_t> value = json_unsigned(found->text);
  if (!value) problem(name, "is no whole number that is 0 or more");
  return value;
}

void JsonFields::get(std::string_view name, bool* value) {
  const JsonValue* found = object_.find(name);
  if (found == nullptr) return;
  *value = found->type == JsonValue::kTrue;
  if (!*value && found->type != JsonValue::kFalse) problem(name, "is neither true nor false");
}

void JsonFields::get(std::string_view name, std::uint64_t* value) {
  *value = unsigned_number(name).value_or(0);
}

void JsonFields::get(std::string_view name, std::uint32_t* value) {
  const std::uint64_t wide = unsigned_number(name).value_or(0);
  if (wide > std::numeric_limits<std::uint32_t>::max())
    problem(name, "is too large");
  else
    *value = static_cast<std::uint32_t>(wide);
}

void JsonFields::get(std::string_view name, std::int32_t* value) {
  const JsonValue* found = find(name, JsonValue::kNumber, "is no number");
  if (found == nullptr) return;
  const char* end = found->text.data() + found->text.size();
  const auto [stopped, failed] = std::from_chars(found->text.data(), end, *value);
  if (failed != std::errc{} || stopped != end) problem(name, "is no whole number, or too large");
}

void JsonFields::get(std::string_view name, std::string_view* value) {
  const JsonValue* found = find(name, JsonValue::kString, "is no text");
  if (found != nullptr) *value = found->text;
}

void JsonFields::get(std::string_view name, event::Duration* value) {
  const JsonValue* found = find(name, JsonValue::kNumber, "is no number of seconds");
  if (found == nullptr) return;
  const std::optional<std::int64_t> ns = json_seconds(found->text);
  if (ns)
    value->ns = *ns;
  else
    problem(name, "is beyond 292 years");
}

// What id() returned stands where 2013 wrote it: under "deferred".
void JsonFields::get(std::string_view, event::Address* value) { get("deferred", &value->value); }

void JsonFields::get(std::string_view name, event::DeferredId* id) {
  const std::optional<std::uint64_t> serial =
      unsigned_number(name == "deferred" ? "serial" : joined(name, kSerialSuffix));
  const std::optional<std::uint64_t> address = unsigned_number(name);
  if (!serial && !address) return;
  if (serial == 0) return;
  const auto found =
      introduces_ ? identities_->introduce(serial, address) : identities_->refer(serial, address);
  if (found)
    *id = *found;
  else
    problem(name, "has a serial that cannot have been handed out yet");
}

void JsonFields::get(std::string_view name, event::FailureId* id) {
  const std::optional<std::uint64_t> serial = unsigned_number(joined(name, kSerialSuffix));
  const JsonValue* type = object_.find(name);
  const bool has_type = type != nullptr && type->type == JsonValue::kString && !type->text.empty();
  if (!serial && !has_type) return;
  if (serial == 0) return;
  const auto found =
      introduces_ ? identities_->introduce_failure(serial)
                  : identities_->refer_to_failure(
                        serial, has_type ? interner_->intern(type->text) : event::StringId::kNone);
  if (found)
    *id = *found;
  else
    problem(name, "has a serial that cannot have been handed out yet");
}

void JsonFields::get(std::string_view name, event::StringId* id) {
  const JsonValue* found = find(name, JsonValue::kString, "is no text");
  if (found != nullptr) *id = interner_->intern(found->text);
}

void JsonFields::get(std::string_view name, event::CallableId* id) {
  const JsonValue* dotted = find(name, JsonValue::kString, "is no dotted name");
  if (dotted == nullptr) return;
  event::Callable callable;
  std::string_view rest = dotted->text;
  const std::string module_key = joined(name, kModuleSuffix);
  if (const JsonValue* module = find(module_key, JsonValue::kString, "is no text")) {
    callable.module = interner_->intern(module->text);
    const std::string prefix = joined(module->text, module->text.empty() ? "" : ".");
    if (!rest.starts_with(prefix)) return void(problem(module_key, "does not begin the name"));
    rest.remove_prefix(prefix.size());
  } else if (const std::size_t dot = rest.rfind('.'); is_old_ && dot != std::string_view::npos) {
    callable.module = interner_->intern(rest.substr(0, dot));
    rest.remove_prefix(dot + 1);
  }
  callable.name = interner_->intern(rest);
  const std::string site_key = joined(name, kSiteSuffix);
  if (const JsonValue* place = find(site_key, JsonValue::kObject, "is no object")) {
    JsonObject object;
    object.parse(place->text, cause_);  // whole: it was checked with the line
    callable.site = site(object, site_key);
  }
  *id = interner_->intern(callable);
}

event::SiteId JsonFields::site(const JsonObject& object, std::string_view name) {
  JsonFields fields(object, is_old_, interner_, identities_, cause_);
  event::Site site;
  fields.get("file", &site.file);
  fields.get("line", &site.line);
  fields.get("function", &site.function);
  if (!fields.ok()) problem(name, "is no site");
  return interner_->intern(site);
}

void JsonFields::get(std::string_view name, event::StackId* id) {
  const JsonValue* found = find(name, JsonValue::kArray, "is no list of sites");
  if (found == nullptr) return;
  std::vector<std::string_view> frames = json_elements(found->text);
  if (frames.size() > kMaxJsonFrames) frames.resize(kMaxJsonFrames);
  event::Stack stack;
  JsonObject object;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    std::string cause;
    if (object.parse(*frame, &cause) != JsonObject::Parse::kWhole)
      return void(problem(name, "is no list of sites"));
    stack.site = site(object, name);
    stack.caller = interner_->intern(stack);
  }
  *id = stack.caller;
}

void JsonFields::get(std::string_view, event::Lane* lane) {
  bool is_callback = true;
  get(kLaneKey, &is_callback);
  *lane = is_callback ? event::Lane::kCallback : event::Lane::kErrback;
}

void JsonFields::get(std::string_view, event::Result* result) {
  get("outcome", &result->outcome);
  switch (result->outcome) {
    case event::Outcome::kNone: break;
    case event::Outcome::kValue: get("type", &result->type); break;
    case event::Outcome::kFailureReturned:
    case event::Outcome::kFailureRaised: get("failure", &result->failure); break;
    case event::Outcome::kDeferred: get("result", &result->deferred); break;
  }
  get("value", &result->text);
}

}  // namespace reactortrack::log
