// SPDX-License-Identifier: MIT
//
// The words for event kinds and for the values of their enumerations: what JSON and text output
// say, and what is accepted back. Words of kinds are the `kName` in event.h; those of enumerations
// stand here and nowhere else.
//
//   word(Outcome::kFailureRaised)             "failure_raised"
//   parse<Outcome>("failure_raised")          Outcome::kFailureRaised
//   is_known(static_cast<Outcome>(byte))      whether a number read from somewhere is one of them
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

#include "core/event/event.h"

namespace reactortrack::event {

// The numbers of an enumeration run without gaps from kFirst; kWords are in their order.
template <class Enum>
struct Vocabulary;

template <>
struct Vocabulary<Lane> {
  static constexpr Lane kFirst = Lane::kCallback;
  static constexpr std::array<std::string_view, 2> kWords = {"callback", "errback"};
};
template <>
struct Vocabulary<Outcome> {
  static constexpr Outcome kFirst = Outcome::kNone;
  static constexpr std::array<std::string_view, 5> kWords = {"none", "value", "failure_returned",
                                                             "failure_raised", "deferred"};
};
template <>
struct Vocabulary<WaitKind> {
  static constexpr WaitKind kFirst = WaitKind::kReturned;
  static constexpr std::array<std::string_view, 4> kWords = {"returned", "chainDeferred", "awaited",
                                                             "list_member"};
};
template <>
struct Vocabulary<CancelEffect> {
  static constexpr CancelEffect kFirst = CancelEffect::kNothing;
  static constexpr std::array<std::string_view, 5> kWords = {"nothing", "cancelled_error",
                                                             "by_canceller", "forwarded", "raised"};
};
template <>
struct Vocabulary<EndState> {
  static constexpr EndState kFirst = EndState::kPending;
  static constexpr std::array<std::string_view, 6> kWords = {
      "pending", "succeeded", "failed_handled", "failed_unhandled", "waiting", "paused"};
};
template <>
struct Vocabulary<ResourceKind> {
  static constexpr ResourceKind kFirst = ResourceKind::kLock;
  static constexpr std::array<std::string_view, 5> kWords = {"lock", "semaphore", "queue",
                                                             "filesystem_lock", "thread_pool"};
};
template <>
struct Vocabulary<TriggerPhase> {
  static constexpr TriggerPhase kFirst = TriggerPhase::kBefore;
  static constexpr std::array<std::string_view, 3> kWords = {"before", "during", "after"};
};
template <>
struct Vocabulary<FutureLink> {
  static constexpr FutureLink kFirst = FutureLink::kAsFuture;
  static constexpr std::array<std::string_view, 2> kWords = {"as_future", "from_future"};
};
template <>
struct Vocabulary<LostReason> {
  static constexpr LostReason kFirst = LostReason::kNoSpace;
  static constexpr std::array<std::string_view, 4> kWords = {"no_space", "file", "too_large",
                                                             "left_out"};
};
template <>
struct Vocabulary<EndReason> {
  static constexpr EndReason kFirst = EndReason::kStopped;
  static constexpr std::array<std::string_view, 2> kWords = {"stopped", "exit"};
};

template <class Enum>
concept Worded = requires { Vocabulary<Enum>::kWords; };

template <Worded Enum>
constexpr std::size_t word_index(Enum value) {
  return static_cast<std::size_t>(value) - static_cast<std::size_t>(Vocabulary<Enum>::kFirst);
}

template <Worded Enum>
constexpr bool is_known(Enum value) {
  return word_index(value) < Vocabulary<Enum>::kWords.size();
}

// "?" for a number that is not one of the enumeration's.
template <Worded Enum>
constexpr std::string_view word(Enum value) {
  return is_known(value) ? Vocabulary<Enum>::kWords[word_index(value)] : "?";
}

template <Worded Enum>
constexpr std::optional<Enum> parse(std::string_view text) {
  for (std::size_t i = 0; i < Vocabulary<Enum>::kWords.size(); ++i)
    if (Vocabulary<Enum>::kWords[i] == text)
      return static_cast<Enum>(static_cast<std::size_t>(Vocabulary<Enum>::kFirst) + i);
  return std::nullopt;
}

// The event struct of each kind in turn: visit.template operator()<Struct>().
template <class Visit>
constexpr void for_each_kind(Visit&& visit) {
  [&]<class... Kinds>(std::type_identity<std::variant<Kinds...>>) {
    (visit.template operator()<Kinds>(), ...);
  }(std::type_identity<Body>{});
}

// "?" for a number that is no kind.
constexpr std::string_view word(EventKind kind) {
  std::string_view found = "?";
  for_each_kind([&]<class Kind>() {
    if (Kind::kKind == kind) found = Kind::kName;
  });
  return found;
}

constexpr bool is_known(EventKind kind) { return word(kind) != "?"; }

// All kinds, in the order of event.h.
std::span<const EventKind> all_kinds();

// Takes the word of a kind ("fired_again").
std::optional<EventKind> parse_kind(std::string_view text);

inline EventKind kind_of(const Body& body) {
  static constexpr auto kKinds = []<class... Kinds>(std::type_identity<std::variant<Kinds...>>) {
    return std::array{Kinds::kKind...};
  }(std::type_identity<Body>{});
  return kKinds[body.index()];
}

}  // namespace reactortrack::event
