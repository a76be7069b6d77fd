// SPDX-License-Identifier: MIT
//
// JsonFields: the fields of an event out of the members of a JSON line. The other half of the put()
// functions in json_lines_writer.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/event/event.h"
#include "core/event/names.h"
#include "core/log/interner.h"
#include "core/log/json_identities.h"
#include "core/log/json_text.h"

namespace reactortrack::log {

class JsonFields {
 public:
  // `is_old`: the line is one of 2013. The first problem goes to `*cause`.
  JsonFields(const JsonObject& object, bool is_old, Interner* interner, JsonIdentities* identities,
             std::string* cause)
      : object_(object),
        is_old_(is_old),
        interner_(interner),
        identities_(identities),
        cause_(cause) {}

  bool ok() const { return ok_; }
  bool is_old() const { return is_old_; }
  bool problem(std::string_view name, std::string_view what);

  // All fields of a kind, as event.h names them. Members that are missing leave their default,
  // except enumerations that have none.
  template <class Kind>
  Kind read() {
    introduces_ = Kind::kKind == event::EventKind::kCreated ||
                  Kind::kKind == event::EventKind::kAdopted ||
                  Kind::kKind == event::EventKind::kFailure;
    Kind kind;
    event::for_each_field(kind, [&](const char* name, auto& value) { get(name, &value); });
    return kind;
  }

  void get(std::string_view name, bool* value);
  void get(std::string_view name, std::uint32_t* value);
  void get(std::string_view name, std::uint64_t* value);
  void get(std::string_view name, std::int32_t* value);
  void get(std::string_view name, std::string_view* value);
  void get(std::string_view name, event::Duration* value);
  void get(std::string_view name, event::Address* value);
  void get(std::string_view name, event::ThreadId* id) { get_serial(name, id); }
  void get(std::string_view name, event::DelayedCallId* id) { get_serial(name, id); }
  void get(std::string_view name, event::ResourceId* id) { get_serial(name, id); }
  void get(std::string_view name, event::WorkId* id) { get_serial(name, id); }
  void get(std::string_view name, event::LoopId* id) { get_serial(name, id); }
  void get(std::string_view name, event::DeferredId* id);
  void get(std::string_view name, event::FailureId* id);
  void get(std::string_view name, event::StringId* id);
  void get(std::string_view name, event::CallableId* id);
  void get(std::string_view name, event::StackId* id);
  void get(std::string_view name, event::Lane* lane);
  void get(std::string_view name, event::Result* result);
  template <event::Worded Enum>
  void get(std::string_view name, Enum* value) {
    const JsonValue* found = find(name, JsonValue::kString, "is no word");
    const std::optional<Enum> parsed = found ? event::parse<Enum>(found->text) : std::nullopt;
    if (parsed)
      *value = *parsed;
    else if (found)
      problem(name, "is a word that is unknown; written by a newer version?");
    else if (!event::is_known(*value))
      problem(name, "is missing");
  }

  // The member's text, when it is there and of this type; a problem when it is of another.
  // null counts as not there.
  const JsonValue* find(std::string_view name, JsonValue::Type type, const char* otherwise);

 private:
  std::optional<std::uint64_t> unsigned_number(std::string_view name);
  template <class Id>
  void get_serial(std::string_view name, Id* id) {
    const std::optional<std::uint64_t> serial = unsigned_number(name);
    if (!serial || *serial == 0) return;
    if (!identities_->is_plausible(*serial))
      problem(name, "cannot have been handed out yet");
    else
      *id = Id{static_cast<std::uint32_t>(*serial)};
  }
  event::SiteId site(const JsonObject& object, std::string_view name);

  const JsonObject& object_;
  bool is_old_;
  bool introduces_ = false;
  bool ok_ = true;
  Interner* interner_;
  JsonIdentities* identities_;
  std::string* cause_;
};

}  // namespace reactortrack::log
