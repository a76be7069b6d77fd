// SPDX-License-Identifier: MIT
//
// The colours, patterns and glyphs of the map. They stand here once: picture, labels and legend all
// ask for them.
//
// Colour is state. Red is the cursor alone, so a failure is not red. Each state has a glyph and most
// a pattern too, for readers of greyscale and for those who don't see every colour.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/raster/raster.h"
#include "core/replay/state.h"

namespace reactortrack::map {

enum class Theme : std::uint8_t { kLight = 0, kDark = 1 };

// Colours are 0xAABBGGRR.
struct Swatch {
  std::uint32_t colour = 0;
  std::uint32_t ink = 0;   // for text on it
  std::uint32_t dots = 0;  // what its pattern is drawn in
  raster::Pattern pattern = raster::Pattern::kSolid;
};
Swatch swatch(replay::State state, Theme theme);
std::string_view glyph(replay::State state);
// For the legend: "waits for another Deferred".
std::string_view explained(replay::State state);

// What is not a state.
struct Tones {
  std::uint32_t paper = 0;   // behind the map, and the root's ground
  std::uint32_t ground = 0;  // inside of containers
  std::uint32_t border = 0;
  std::uint32_t outline = 0;  // of tiles that are not there yet
  std::uint32_t passed = 0;   // pairs that the value went past
  std::uint32_t ink = 0;      // text on ground and paper
  std::uint32_t cursor = 0;   // the red
};
const Tones& tones(Theme theme);

// How a tile looks: what it is and what became of it. kDeferred, kLeaf and kPortal are followed by
// one look for each State.
enum class Look : std::uint8_t {
  kRoot = 0,
  kOutline = 1,    // not there yet
  kAttached = 2,   // a pair whose turn has not come
  kPassed = 3,     // a pair that the value went past
  kSucceeded = 4,  // from here on two each: callback lane, errback lane
  kFailed = 6,
  kWaiting = 8,     // it returned a Deferred that is still waited for
  kExecuting = 10,  // the innermost one: the cursor
  kOuter = 12,      // executing, and so is a pair within it
  kDeferred = 14,   // a container
  kLeaf = 21,       // a Deferred without anything inside
  kPortal = 28,     // a door to a Deferred whose tile is elsewhere
};
inline constexpr std::uint8_t kLookCount = 35;

Look look_of(Look first, replay::State state);
Look look_of(Look first, event::Lane lane);

// A place in styles(): the look, dimmed by a search or not.
constexpr std::uint8_t style_of(Look look, bool dimmed) {
  return static_cast<std::uint8_t>(2 * static_cast<int>(look) + (dimmed ? 1 : 0));
}
// Borders are made for `pixel_ratio` device pixels to one of CSS.
std::vector<raster::Style> styles(Theme theme, float pixel_ratio);
// Of the state that a look shows; empty for looks that show none.
std::string_view glyph_of(Look look);
// The state whose colours a look has.
replay::State state_shown(Look look);
// The colour behind a tile's text.
std::uint32_t text_ground(Look look, Theme theme);
// The colour of text on it: the one of black and white that is read better.
std::uint32_t ink_on(std::uint32_t colour);

// What a legend has besides the states.
struct Mark {
  std::string_view name;
  std::string_view explained;
  std::uint32_t colour = 0;
};
std::vector<Mark> marks(Theme theme);

std::string hex(std::uint32_t colour);  // "#6e66ff"
std::string_view word(raster::Pattern pattern);

}  // namespace reactortrack::map
