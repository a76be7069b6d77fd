// SPDX-License-Identifier: MIT
#include "cli/window_survey.h"

#include <algorithm>
#include <variant>

#include "core/event/names.h"

namespace reactortrack::cli {

namespace {

// Calls use(DeferredId) for each Deferred that an event names.
template <class Kind, class Use>
void for_each_deferred(const Kind& body, Use use) {
  event::for_each_field(body, [&](const char*, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, event::DeferredId>) use(value);
    if constexpr (std::is_same_v<Value, event::Result>) use(value.deferred);
  });
}

template <class Kind>
std::uint32_t highest(const Kind& body) {
  std::uint32_t most = 0;
  event::for_each_field(body, [&](const char*, const auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, event::DeferredId> ||
                  std::is_same_v<Value, event::FailureId> ||
                  std::is_same_v<Value, event::DelayedCallId> ||
                  std::is_same_v<Value, event::ResourceId> ||
                  std::is_same_v<Value, event::WorkId> || std::is_same_v<Value, event::LoopId>)
      most = std::max(most, event::number(value));
    if constexpr (std::is_same_v<Value, event::Result>)
      most = std::max({most, event::number(value.deferred), event::number(value.failure)});
  });
  return most;
}

}  // namespace

WindowSurvey::WindowSurvey(RecordingFile* file, const Window& window) {
  event::Event event;
  std::uint64_t number = 0;
  std::uint64_t before = 0;
  while (file->next(&event)) {
    if (static_cast<std::uint8_t>(event::kind_of(event.body)) < event::kFirstTimedKind) continue;
    if (++number > window.last) break;
    const bool is_before = window.begins_after(number, event.time_ns);
    before += is_before;
    event_count_ = number;
    std::visit(
        [&](const auto& body) {
          highest_serial_ = std::max(highest_serial_, highest(body));
          is_before ? see_before(body, number) : see_in(body);
        },
        event.body);
  }
  begin_window();
  want_what_is_waited_for();
  count_left_out(before);
  is_awaiting_.clear();  // for keeps(), which goes through the same events
}

template <class Kind>
void WindowSurvey::see_before(const Kind& body, std::uint64_t number) {
  if constexpr (requires { body.deferred; }) {
    const event::DeferredId subject = body.deferred;
    const std::uint32_t serial = event::number(subject);
    if constexpr (std::is_same_v<Kind, event::Created> || std::is_same_v<Kind, event::Adopted>)
      set(&alive_, subject, true);
    if constexpr (std::is_same_v<Kind, event::Collected>) set(&alive_, subject, false);
    if (is_part_of_await(body, &is_awaiting_)) {
      if constexpr (std::is_same_v<Kind, event::Waiting>)
        awaits_[serial] = {number, event::number(body.on)};
      else
        awaits_.erase(serial);
      return;
    }
    if (serial >= event_counts_.size()) event_counts_.resize(2 * std::size_t{serial} + 1);
    ++event_counts_[serial];
    for_each_deferred(body, [&](event::DeferredId other) {
      if (other != subject && other != event::DeferredId::kNone)
        leans_.emplace_back(serial, event::number(other));
    });
  } else {
    see_reactor(body, number);
  }
}

// What the reactor is in the middle of when the window begins.
template <class Kind>
void WindowSurvey::see_reactor(const Kind& body, std::uint64_t number) {
  if constexpr (std::is_same_v<Kind, event::TurnStarted>) turn_ = number;
  if constexpr (std::is_same_v<Kind, event::TurnEnded>) turn_ = 0;
  if constexpr (std::is_same_v<Kind, event::PollStarted>) poll_ = number;
  if constexpr (std::is_same_v<Kind, event::PollEnded>) poll_ = 0;
  if constexpr (std::is_same_v<Kind, event::IoStarted>) io_ = number;
  if constexpr (std::is_same_v<Kind, event::IoEnded>) io_ = 0;
  if constexpr (std::is_same_v<Kind, event::CallStarted>) calls_[event::number(body.call)] = number;
  if constexpr (std::is_same_v<Kind, event::CallEnded>) calls_.erase(event::number(body.call));
  if constexpr (std::is_same_v<Kind, event::Clock>)
    if (first_clock_ == 0) first_clock_ = number;
  if constexpr (kIsAlwaysKept<Kind>) ++kept_anyway_;
}

template <class Kind>
void WindowSurvey::see_in(const Kind& body) {
  for_each_deferred(body, [this](event::DeferredId id) { set(&mentioned_, id, true); });
}

void WindowSurvey::begin_window() {
  wanted_ = alive_;
  wanted_.resize(std::max(alive_.size(), mentioned_.size()));
  for (std::size_t i = 0; i < mentioned_.size(); ++i)
    if (mentioned_[i]) wanted_[i] = true;
  if (!wanted_.empty()) wanted_[0] = false;  // none
  for (const std::uint64_t event : {turn_, poll_, io_, first_clock_})
    if (event != 0) open_.insert(event);
  for (const auto& [call, event] : calls_) open_.insert(event);
  kept_anyway_ += open_.size();
}

// What a wanted Deferred awaits, was chained to or returned is wanted too, and so on.
void WindowSurvey::want_what_is_waited_for() {
  for (const auto& [serial, await] : awaits_) leans_.emplace_back(serial, await.on);
  std::sort(leans_.begin(), leans_.end());
  std::vector<std::uint32_t> to_do;
  for (std::uint32_t serial = 0; serial < wanted_.size(); ++serial)
    if (wanted_[serial]) to_do.push_back(serial);
  while (!to_do.empty()) {
    const std::uint32_t serial = to_do.back();
    to_do.pop_back();
    auto each = std::lower_bound(leans_.begin(), leans_.end(), std::pair{serial, 0u});
    for (; each != leans_.end() && each->first == serial; ++each) {
      const event::DeferredId on{each->second};
      if (is_wanted(on)) continue;
      set(&wanted_, on, true);
      to_do.push_back(each->second);
    }
  }
  leans_ = {};
}

void WindowSurvey::count_left_out(std::uint64_t before) {
  std::uint64_t kept = kept_anyway_;
  for (std::uint32_t serial = 0; serial < event_counts_.size(); ++serial)
    if (serial < wanted_.size() && wanted_[serial]) kept += event_counts_[serial];
  for (const auto& [serial, await] : awaits_) {
    if (!is_wanted(event::DeferredId{serial})) continue;
    open_.insert(await.event);
    ++kept;
  }
  left_out_ = before - kept;
}

}  // namespace reactortrack::cli
