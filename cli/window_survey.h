// SPDX-License-Identifier: MIT
//
// The first pass of window.h: which of the events before a window are needed to understand it.
#pragma once

#include <cstdint>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cli/recording_file.h"
#include "cli/window.h"

namespace reactortrack::cli {

class WindowSurvey {
 public:
  // Reads `file` from where it stands to the end of the window.
  WindowSurvey(RecordingFile* file, const Window& window);

  // Whether an event before the window is kept. To be asked of each, in order.
  template <class Kind>
  bool keeps(const Kind& body, std::uint64_t number) {
    if constexpr (requires { body.deferred; }) {
      const bool is_await = is_part_of_await(body, &is_awaiting_);
      return is_await ? open_.contains(number) && is_wanted(body.deferred)
                      : is_wanted(body.deferred);
    } else {
      return kIsAlwaysKept<Kind> || open_.contains(number);
    }
  }

  // Events up to the end of the window.
  std::uint64_t event_count() const { return event_count_; }
  std::uint64_t left_out() const { return left_out_; }
  // Of all serials up to the end of the window.
  std::uint32_t highest_serial() const { return highest_serial_; }

 private:
  // What the state of a lock, queue or loop adds up from, where no Deferred is named.
  template <class Kind>
  static constexpr bool kIsAlwaysKept =
      std::is_same_v<Kind, event::Lost> || std::is_same_v<Kind, event::Resource> ||
      std::is_same_v<Kind, event::Released> || std::is_same_v<Kind, event::Resized> ||
      std::is_same_v<Kind, event::LoopStopped>;

  using Flags = std::vector<bool>;  // by serial

  static bool flag(const Flags& flags, event::DeferredId id) {
    return event::number(id) < flags.size() && flags[event::number(id)];
  }
  static void set(Flags* flags, event::DeferredId id, bool value) {
    if (event::number(id) >= flags->size()) flags->resize(2 * event::number(id) + 1);
    (*flags)[event::number(id)] = value;
  }
  bool is_wanted(event::DeferredId id) const { return flag(wanted_, id); }

  // An await, or what ends one. `is_awaiting` is kept up to date.
  template <class Kind>
  static bool is_part_of_await(const Kind& body, Flags* is_awaiting) {
    if constexpr (std::is_same_v<Kind, event::Waiting>) {
      const bool is_await = body.how == event::WaitKind::kAwaited;
      if (is_await) set(is_awaiting, body.deferred, true);
      return is_await;
    } else if constexpr (std::is_same_v<Kind, event::Resumed>) {
      const bool was_await = flag(*is_awaiting, body.deferred);
      if (was_await) set(is_awaiting, body.deferred, false);
      return was_await;
    } else {
      return false;
    }
  }

  struct Await {
    std::uint64_t event = 0;
    std::uint32_t on = 0;
  };

  template <class Kind>
  void see_before(const Kind& body, std::uint64_t number);
  template <class Kind>
  void see_reactor(const Kind& body, std::uint64_t number);
  template <class Kind>
  void see_in(const Kind& body);
  void begin_window();
  void want_what_is_waited_for();
  void count_left_out(std::uint64_t before);

  Flags alive_;
  Flags mentioned_;
  Flags wanted_;
  Flags is_awaiting_;
  std::unordered_map<std::uint32_t, Await> awaits_;         // open ones, by who waits
  std::unordered_map<std::uint32_t, std::uint64_t> calls_;  // running delayed calls: event
  std::uint64_t turn_ = 0;                                  // open ones: event
  std::uint64_t poll_ = 0;
  std::uint64_t io_ = 0;
  std::uint64_t first_clock_ = 0;
  std::unordered_set<std::uint64_t> open_;  // events that are kept for themselves
  std::vector<std::pair<std::uint32_t, std::uint32_t>> leans_;  // (one, on another): not awaits
  std::vector<std::uint32_t> event_counts_;                     // before the window, by serial
  std::uint64_t kept_anyway_ = 0;
  std::uint64_t left_out_ = 0;
  std::uint64_t event_count_ = 0;
  std::uint32_t highest_serial_ = 0;
};

}  // namespace reactortrack::cli
