// SPDX-License-Identifier: MIT
//
// Builds one JSON document, indented by two spaces.
//
//   Json json;
//   json.begin_object().field("pid", 4711).key("states").begin_object()...end().end();
//   puts(json.text())
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reactortrack::text {

class Json {
 public:
  Json& begin_object() { return open('{', '}'); }
  Json& begin_array() { return open('[', ']'); }
  Json& end();
  Json& key(std::string_view name);
  Json& value(std::string_view text);
  Json& value(const char* text) { return value(std::string_view(text)); }
  Json& value(bool truth) { return plain(truth ? "true" : "false"); }
  Json& value(std::integral auto number) { return plain(std::to_string(number)); }
  Json& null() { return plain("null"); }
  // Nanoseconds as seconds, exactly.
  Json& seconds(std::int64_t ns);

  template <class Value>
  Json& field(std::string_view name, const Value& content) {
    return key(name).value(content);
  }
  Json& seconds_field(std::string_view name, std::int64_t ns) { return key(name).seconds(ns); }

  const std::string& text() const { return text_; }

 private:
  Json& open(char begin, char end);
  Json& plain(std::string_view text);
  void next_item();

  std::string text_;
  std::vector<char> ends_;  // of the open objects and arrays
  bool has_items_ = false;  // in the innermost one
  bool after_key_ = false;
};

}  // namespace reactortrack::text
