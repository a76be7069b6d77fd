// SPDX-License-Identifier: MIT
//
// Styles: how each tile looks after an event, as numbers for core/raster.
//
//   Styles styles(timeline, tree);
//   styles.move_to(EventNumber{12});
//   raster scene: styles.all(); repaint: styles.changed()
//
// A step looks only at the Deferreds that its events name and at the pairs that were executing; a
// jump looks at all. Both give the same (a test compares them). Cost: a step some microseconds, a
// jump about 30 ns a tile.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/map/palette.h"
#include "core/map/tree.h"
#include "core/replay/moment.h"
#include "core/replay/timeline.h"

namespace reactortrack::map {

// A node that looks different now.
struct Restyled {
  std::uint32_t node = 0;
  bool rim_only = false;  // its header and border; what is inside stays
};

class Styles {
 public:
  // Both must outlive it.
  Styles(const replay::Timeline& timeline, const Tree& tree);

  // The tree was built anew, or other things are wanted: everything is looked at again.
  void restart();
  // Outlines of what is not there yet; without them it is hidden.
  void set_outlines(bool outlines);
  // By index of the Deferred: whether a search found it. The others are dimmed; empty: none is.
  void set_found(std::vector<bool> found);

  // Works out what everything looks like in the end, so that no jump has to: so many nodes on. False
  // when it is known of all. For recordings that grow no more.
  bool prepare_jumps(std::uint32_t node_count);

  void move_to(EventNumber at);
  EventNumber at() const { return at_; }

  // Of every node: a place in map::styles(), or raster::kHidden.
  std::span<const std::uint8_t> all() const { return styles_; }
  // kOutline for what is hidden.
  Look look(std::uint32_t node) const;

  // What has changed since the last forget_changes(): these nodes, or all of them.
  bool all_changed() const { return all_changed_; }
  std::span<const Restyled> changed() const { return changed_; }
  void forget_changes();

  const replay::Cursor& cursor() const { return cursor_; }
  // The pair that the cursor is on: the innermost executing one, else the last executed; kNone
  // before any was.
  PairIndex cursor_pair() const;

 private:
  void restyle_all();
  void restyle_fast(std::uint32_t node);
  void find_settled();
  void step(EventNumber from);
  void add_named(EventNumber event);
  void add_executing();
  void restyle(DeferredIndex index);
  void restyle_container(std::uint32_t node, const replay::Moment& moment);
  void restyle_hosts(std::uint32_t node, EventNumber since);
  void restyle_portal(std::uint32_t node);
  Look look_of_pair(PairIndex index, std::uint32_t position, const replay::Moment& moment) const;
  // Sets the style of a node that belongs to `owner`: `look` once it exists.
  void put(std::uint32_t node, DeferredIndex owner, Look look);
  void keep_final(std::uint32_t node, Look look);

  static constexpr std::uint32_t kLongestStep = 64;  // events
  static constexpr std::uint8_t kUnknown = 255;      // no Look

  const replay::Timeline& timeline_;
  const Tree& tree_;
  EventNumber at_{};
  bool outlines_ = false;
  bool all_changed_ = true;
  bool restyling_all_ = false;
  replay::Cursor cursor_;
  std::vector<bool> found_;
  std::vector<std::uint8_t> styles_;
  std::vector<Restyled> changed_;
  std::vector<DeferredIndex> touched_;
  // A jump looks only at what is in progress. By node: the last event that changes what it shows, as
  // far as has been read, and its look from then on, once it was worked out. Empty until the first
  // jump. A pair that never ends has no final look: it may be the cursor's or not.
  std::vector<EventNumber> settled_;
  std::vector<std::uint8_t> final_;
  bool preparing_ = false;         // nothing is styled: looks are those of the end
  std::uint32_t prepared_to_ = 1;  // of the nodes before, what prepare_jumps() finds is known
};

}  // namespace reactortrack::map
