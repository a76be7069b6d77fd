// SPDX-License-Identifier: MIT
//
// Interner: gives equal texts, sites, stacks and callables one id, and owns the texts. Lines of JSON
// repeat them; a recording defines each once.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/event/event.h"
#include "core/log/definitions.h"

namespace reactortrack::log {

class Interner {
  template <class Kind>
  auto define(const Kind& kind) {
    events_->push_back({0, kind});
    return definitions_->add(kind);
  }
  template <class Map, class Key, class Kind>
  auto intern_in(Map* map, const Key& key, const Kind& kind) {
    const auto [at, is_new] = map->try_emplace(key);
    if (is_new) at->second = define(kind);
    return at->second;
  }

 public:
  // What is new goes to both: into `definitions` and, as an event, onto `events`.
  Interner(Definitions* definitions, std::vector<event::Event>* events)
      : definitions_(definitions), events_(events) {}

  event::StringId intern(std::string_view text) {
    const auto found = strings_.find(text);
    if (found != strings_.end()) return found->second;
    const std::string_view kept = texts_.emplace_back(text);  // a deque's elements never move
    return strings_[kept] = define(event::String{kept});
  }
  event::SiteId intern(const event::Site& site) {
    return intern_in(&sites_, std::tuple{site.file, site.function, site.line}, site);
  }
  event::StackId intern(const event::Stack& stack) {
    return intern_in(&stacks_, std::tuple{stack.caller, stack.site}, stack);
  }
  event::CallableId intern(const event::Callable& callable) {
    return intern_in(&callables_, std::tuple{callable.module, callable.name, callable.site},
                     callable);
  }
  // Every one is kept.
  void info(std::string_view key, std::string_view value) {
    const event::Info info{texts_.emplace_back(key), texts_.emplace_back(value)};
    definitions_->add(info);
    events_->push_back({0, info});
  }

 private:
  Definitions* definitions_;
  std::vector<event::Event>* events_;
  std::deque<std::string> texts_;
  std::map<std::string_view, event::StringId> strings_;
  std::map<std::tuple<event::StringId, event::StringId, std::uint32_t>, event::SiteId> sites_;
  std::map<std::tuple<event::StackId, event::SiteId>, event::StackId> stacks_;
  std::map<std::tuple<event::StringId, event::StringId, event::SiteId>, event::CallableId>
      callables_;
};

}  // namespace reactortrack::log
