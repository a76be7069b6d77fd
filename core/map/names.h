// SPDX-License-Identifier: MIT
//
// Names: what tiles are called, short enough for a tile.
//
//   "#12 fetch"      a Deferred: its serial, and its coroutine or the function that made it
//   "parse | report" a pair: its callback | its errback
#pragma once

#include <string>

#include "core/map/tree.h"
#include "core/replay/timeline.h"
#include "core/text/wording.h"

namespace reactortrack::map {

class Names {
 public:
  // The timeline must outlive it.
  explicit Names(const replay::Timeline& timeline) : timeline_(timeline) {}

  // To be asked for anew each time: the first bytes of a recording decide what its Source is.
  text::Wording wording() const { return {timeline_.model(), timeline_.source().definitions()}; }

  std::string of(const replay::Deferred& deferred) const;
  std::string of(const replay::Pair& pair) const;
  std::string of(const Tree& tree, std::uint32_t node) const;

  // Empty for none.
  std::string callable(event::CallableId id) const;

 private:
  const replay::Timeline& timeline_;
};

}  // namespace reactortrack::map
