// SPDX-License-Identifier: MIT
//
// Homes: inside which other one each Deferred is drawn, and in which order.
//
// A Deferred that a callback returned, a coroutine awaits or a list holds lives in the one that waits
// for it; one that chainDeferred attached lives in the one that fires it. The first such relation
// decides, so no home ever changes while a recording is read on; one that would close a cycle, and
// every further one, is a portal: a door to a tile that is elsewhere.
//
//   Homes homes;
//   homes.update(model);                          // again after the Model has read on
//   for (DeferredIndex root : homes.roots()) ...
//   for (const Guest& guest : homes.guests(root)) ... // between its pairs: guest.position
//
// Cost: near constant time a wait (a union-find tells cycles), 36 bytes a wait.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/replay/event_number.h"
#include "core/replay/model.h"
#include "core/replay/records.h"

namespace reactortrack::replay {

// A Deferred shown within another one.
struct Guest {
  DeferredIndex deferred{};
  std::uint32_t position = 0;  // it stands before its host's pair of this position
  EventNumber since{};         // the event that brought it here
  event::WaitKind how{};
  bool is_portal = false;  // its tile is elsewhere
};

class Homes {
 public:
  void update(const Model& model);

  // The Deferred it lives in; kNone for a root.
  DeferredIndex host(DeferredIndex deferred) const;
  // In the order of their first events.
  std::span<const DeferredIndex> roots() const { return roots_; }
  // In the order in which they stand; those of one position in the order in which they came.
  std::span<const Guest> guests(DeferredIndex host) const;

 private:
  struct Relation {
    DeferredIndex host{};
    Guest guest;
  };

  void relate(const Model& model, event::DeferredId host, event::DeferredId guest,
              const Guest& facts);
  std::uint32_t top(std::uint32_t deferred);
  void sort_guests();

  std::uint32_t waits_seen_ = 0;
  std::uint32_t takes_seen_ = 0;
  std::vector<DeferredIndex> hosts_;  // by place of the Deferred
  std::vector<std::uint32_t> tops_;   // a way to the outermost host, shortened as it is walked
  std::vector<Relation> relations_;   // in the order of their events
  std::vector<DeferredIndex> roots_;
  std::vector<std::uint32_t> first_guest_;  // by place of the host
  std::vector<Guest> guests_;
};

}  // namespace reactortrack::replay
