// SPDX-License-Identifier: MIT
//
// The definitions of a recording so far: texts, sites, stacks and callables by id, and the facts
// about the recording by key.
//
// Ids that are none or beyond what was read give empty values, so a caller needs no checks of its
// own. Texts are views: of the bytes a Reader was given, or of memory its Source owns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"

namespace reactortrack::log {

class Definitions {
 public:
  // Empty for StringId::kNone and for ids not defined yet.
  std::string_view text(event::StringId id) const { return at(texts_, event::number(id)); }
  event::Site site(event::SiteId id) const { return at(sites_, event::number(id)); }
  event::Stack stack(event::StackId id) const { return at(stacks_, event::number(id)); }
  event::Callable callable(event::CallableId id) const { return at(callables_, event::number(id)); }
  // "module.qualified_name"; only the name when the module is unknown, empty for none.
  std::string dotted_name(event::CallableId id) const;

  // The value written last for this key; empty when there is none. Keys: docs/log-format.md.
  std::string_view info(std::string_view key) const;
  // All of them, in the order they were written.
  std::span<const event::Info> infos() const { return infos_; }

  // How many there are so far, which is also the highest id.
  std::uint32_t string_count() const { return count(texts_); }
  std::uint32_t site_count() const { return count(sites_); }
  std::uint32_t stack_count() const { return count(stacks_); }
  std::uint32_t callable_count() const { return count(callables_); }

  // For those who read or make a recording: the next definition of its kind. Texts are not copied.
  event::StringId add(const event::String& string) {
    texts_.push_back(string.text);
    return static_cast<event::StringId>(texts_.size());
  }
  event::SiteId add(const event::Site& site) {
    sites_.push_back(site);
    return static_cast<event::SiteId>(sites_.size());
  }
  event::StackId add(const event::Stack& stack) {
    stacks_.push_back(stack);
    return static_cast<event::StackId>(stacks_.size());
  }
  event::CallableId add(const event::Callable& callable) {
    callables_.push_back(callable);
    return static_cast<event::CallableId>(callables_.size());
  }
  void add(const event::Info& info) { infos_.push_back(info); }

  // The bytes that all texts are views of have moved.
  void rebase(const std::byte* from, const std::byte* to);

 private:
  template <class Value>
  static Value at(const std::vector<Value>& values, std::uint32_t id) {
    return id == 0 || id > values.size() ? Value{} : values[id - 1];
  }
  template <class Value>
  static std::uint32_t count(const std::vector<Value>& values) {
    return static_cast<std::uint32_t>(values.size());
  }

  std::vector<std::string_view> texts_;
  std::vector<event::Site> sites_;
  std::vector<event::Stack> stacks_;
  std::vector<event::Callable> callables_;
  std::vector<event::Info> infos_;
};

}  // namespace reactortrack::log
