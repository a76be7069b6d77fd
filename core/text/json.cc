// SPDX-License-Identifier: MIT
#include "core/text/json.h"

#include "core/log/json_text.h"

namespace reactortrack::text {

void Json::next_item() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_) text_ += ',';
  if (!ends_.empty()) text_.append("\n").append(2 * ends_.size(), ' ');
  has_items_ = true;
}

Json& Json::open(char begin, char end) {
  next_item();
  text_ += begin;
  ends_.push_back(end);
  has_items_ = false;
  return *this;
}

Json& Json::end() {
  const char closing = ends_.back();
  ends_.pop_back();
  if (has_items_) text_.append("\n").append(2 * ends_.size(), ' ');
  text_ += closing;
  has_items_ = true;
  return *this;
}

Json& Json::key(std::string_view name) {
  next_item();
  log::append_json_string(name, &text_);
  text_ += ": ";
  after_key_ = true;
  return *this;
}

Json& Json::value(std::string_view text) {
  next_item();
  log::append_json_string(text, &text_);
  return *this;
}

Json& Json::seconds(std::int64_t ns) {
  next_item();
  log::append_json_seconds(ns, 3, &text_);
  return *this;
}

Json& Json::plain(std::string_view text) {
  next_item();
  text_ += text;
  return *this;
}

}  // namespace reactortrack::text
