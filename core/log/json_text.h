// SPDX-License-Identifier: MIT
//
// JSON text, as far as JSON lines need it: objects of scalars, and arrays of such objects.
//
//   JsonObject object;
//   if (object.parse(R"({"action": "fired", "t": 1.5})", &cause) == JsonObject::Parse::kWhole)
//     object.find("action")->text ...
//
// Strict (RFC 8259): no comments, no trailing commas, no NaN. Nested values are checked and kept as
// text, to be parsed when they are wanted; depth is counted, not recursed into, and limited.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reactortrack::log {

struct JsonValue {
  enum Type : std::uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
  Type type = kNull;
  std::string text;  // kString: decoded, UTF-8. kNumber, kArray, kObject: as it was written
};

class JsonObject {
 public:
  enum class Parse : std::uint8_t {
    kWhole,
    kCut,     // the text ends before the object does
    kBroken,  // `cause` says why
  };
  // Takes the place of what was parsed before.
  Parse parse(std::string_view text, std::string* cause);

  // The member written last under this key; nullptr without one.
  const JsonValue* find(std::string_view key) const;

  static constexpr int kMaxDepth = 64;

 private:
  struct Member {
    std::string key;
    JsonValue value;
  };
  std::vector<Member> members_;
};

// The elements of a kArray's text, each as it was written.
std::vector<std::string_view> json_elements(std::string_view array);

// A JSON number as an unsigned integer; nullopt when it is no such number or too large.
std::optional<std::uint64_t> json_unsigned(std::string_view number);
// A JSON number of seconds as nanoseconds, cut to whole ones; nullopt beyond 292 years.
std::optional<std::int64_t> json_seconds(std::string_view number);

// Appends `text` as a JSON string, ASCII only. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string_view text, std::string* out);
// Appends nanoseconds as seconds, exactly, with at least `min_decimals` of at most 9 decimals.
void append_json_seconds(std::int64_t ns, int min_decimals, std::string* out);

}  // namespace reactortrack::log
