// SPDX-License-Identifier: MIT
//
// Ids: distinct types, so that a site can't be passed where a stack is meant. 0 is always "none".
//
// Serials (Deferreds, failures, delayed calls, resources, work, loops) count up from 1 and are never used again within a
// recording. Definition ids (strings, sites, stacks, callables) are the position of the definition
// in the recording, from 1.
#pragma once

#include <cstdint>

namespace reactortrack::event {

enum class DeferredId : std::uint32_t { kNone = 0 };
enum class FailureId : std::uint32_t { kNone = 0 };
enum class DelayedCallId : std::uint32_t { kNone = 0 };
enum class ResourceId : std::uint32_t { kNone = 0 };
enum class WorkId : std::uint32_t { kNone = 0 };
enum class LoopId : std::uint32_t { kNone = 0 };
enum class ThreadId : std::uint32_t { kNone = 0 };

enum class StringId : std::uint32_t { kNone = 0 };
enum class SiteId : std::uint32_t { kNone = 0 };
enum class StackId : std::uint32_t { kNone = 0 };
enum class CallableId : std::uint32_t { kNone = 0 };

// The number an id stands for, to index tables with.
template <class Id>
constexpr std::uint32_t number(Id id) {
  return static_cast<std::uint32_t>(id);
}

}  // namespace reactortrack::event
