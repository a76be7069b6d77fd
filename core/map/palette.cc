// SPDX-License-Identifier: MIT
#include "core/map/palette.h"

#include <algorithm>
#include <array>

namespace reactortrack::map {

namespace {

using raster::Edge;
using raster::Part;
using raster::Pattern;
using replay::State;

// 0xRRGGBB as people write colours, to the order of bytes in a canvas.
constexpr std::uint32_t rgb(std::uint32_t colour) {
  return 0xFF000000u | (colour & 0x0000FFu) << 16 | (colour & 0x00FF00u) |
         (colour & 0xFF0000u) >> 16;
}

struct Shade {
  std::uint32_t light;
  std::uint32_t dark;
  Pattern pattern;
  std::string_view glyph;
};

// In the order of State. On a dark page white tiles would shine brighter than the cursor, and the
// violet of failures would be lost: these two have shades of their own.
constexpr std::array<Shade, replay::kStateCount> kShades = {{
    {rgb(0xFFFFFF), rgb(0x3B3C44), Pattern::kDotted, "○"},      // pending
    {rgb(0xE3001B), rgb(0xE3001B), Pattern::kSolid, "▶"},       // running
    {rgb(0x6E66FF), rgb(0x6E66FF), Pattern::kSolid, "◔"},       // waiting
    {rgb(0xFFCF32), rgb(0xFFCF32), Pattern::kVertical, "‖"},    // paused
    {rgb(0x9AB496), rgb(0x7E9A7A), Pattern::kSolid, "✓"},       // succeeded
    {rgb(0x4B0454), rgb(0x9A3DA6), Pattern::kHatched, "✗"},     // failed
    {rgb(0x6C6C6C), rgb(0x8A8A8A), Pattern::kHorizontal, "⊘"},  // cancelled
}};

constexpr Tones kLight = {rgb(0xF4F4F1), rgb(0xFAFAF8), rgb(0x8C8C86), rgb(0xD3D3CE),
                          rgb(0xE3E6E0), rgb(0x1B1B1B), rgb(0xE3001B)};
constexpr Tones kDark = {rgb(0x17181C), rgb(0x212228), rgb(0x63656F), rgb(0x3A3B42),
                         rgb(0x2D302E), rgb(0xECECEC), rgb(0xE3001B)};

const Shade& shade(State state) { return kShades[static_cast<std::size_t>(state)]; }

// Of relative brightness, from 0 to 255,000.
std::uint32_t brightness(std::uint32_t colour) {
  return 299 * (colour & 0xFF) + 587 * (colour >> 8 & 0xFF) + 114 * (colour >> 16 & 0xFF);
}

std::uint8_t px(float pixel_ratio, float css) {
  return static_cast<std::uint8_t>(std::clamp(pixel_ratio * css, 1.0f, 16.0f));
}

class Looks {
 public:
  Looks(Theme theme, float pixel_ratio)
      : theme_(theme), tones_(tones(theme)), thin_(px(pixel_ratio, 1)), thick_(px(pixel_ratio, 2)) {
    styles_.resize(2 * kLookCount);
  }

  std::vector<raster::Style> all() {
    put(Look::kRoot, {.fill = tones_.paper, .border = tones_.border, .border_px = thin_});
    put(Look::kOutline, {.border = tones_.outline, .edge = Edge::kDashed, .border_px = thin_});
    put(Look::kAttached, pair(State::kPending, Part::kBoth));
    put(Look::kPassed, {.fill = tones_.passed,
                        .ground = tones_.passed,
                        .border = tones_.border,
                        .border_px = thin_});
    lanes(Look::kSucceeded, State::kSucceeded, tones_.border, thin_);
    lanes(Look::kFailed, State::kFailed, tones_.border, thin_);
    lanes(Look::kWaiting, State::kWaiting, tones_.border, thin_);
    lanes(Look::kExecuting, State::kRunning, tones_.cursor, thick_);
    lanes(Look::kOuter, State::kPending, tones_.cursor, thick_);
    for (int each = 0; each < replay::kStateCount; ++each) {
      const auto state = static_cast<State>(each);
      put(look_of(Look::kDeferred, state), deferred(state, Part::kTop));
      put(look_of(Look::kLeaf, state), deferred(state, Part::kWhole));
      raster::Style portal = deferred(state, Part::kWhole);
      portal.edge = Edge::kDashed;
      put(look_of(Look::kPortal, state), portal);
    }
    return std::move(styles_);
  }

 private:
  raster::Style pair(State state, Part part) const {
    const Swatch ours = swatch(state, theme_);
    return {.fill = ours.colour,
            .ground = tones_.ground,
            .border = tones_.border,
            .ink = ours.dots,
            .pattern = ours.pattern,
            .part = part,
            .border_px = thin_};
  }
  // A Deferred that executes is not filled red, only bordered: the cursor is within it.
  raster::Style deferred(State state, Part part) const {
    if (state != State::kRunning) return pair(state, part);
    raster::Style style = pair(State::kPending, part);
    style.border = tones_.cursor;
    style.border_px = thick_;
    return style;
  }
  void lanes(Look first, State state, std::uint32_t border, std::uint8_t border_px) {
    for (const event::Lane lane : {event::Lane::kCallback, event::Lane::kErrback}) {
      raster::Style style =
          pair(state, lane == event::Lane::kCallback ? Part::kLeft : Part::kRight);
      style.border = border;
      style.border_px = border_px;
      put(look_of(first, lane), style);
    }
  }
  void put(Look look, const raster::Style& style) {
    styles_[style_of(look, false)] = style;
    styles_[style_of(look, true)] = raster::dimmed(style, tones_.paper, kDimmed);
  }

  static constexpr std::uint32_t kDimmed = 192;  // of 256
  Theme theme_;
  const Tones& tones_;
  std::uint8_t thin_;
  std::uint8_t thick_;
  std::vector<raster::Style> styles_;
};

}  // namespace

Swatch swatch(State state, Theme theme) {
  const Shade& ours = shade(state);
  const std::uint32_t colour = theme == Theme::kDark ? ours.dark : ours.light;
  const std::uint32_t ink = ink_on(colour);
  return {colour, ink, raster::mixed(colour, ink, 64), ours.pattern};
}

std::string_view glyph(State state) { return shade(state).glyph; }

std::string_view explained(State state) {
  switch (state) {
    case State::kPending: return "not fired; its callbacks have not begun";
    case State::kRunning: return "one of its callbacks executes";
    case State::kWaiting: return "waits for another Deferred";
    case State::kPaused: return "fired, and held by pause()";
    case State::kSucceeded: return "ended with a value";
    case State::kFailed: return "ended with a failure";
    case State::kCancelled: return "cancelled";
  }
  return {};
}

std::vector<Mark> marks(Theme theme) {
  const Tones& ours = tones(theme);
  return {{"cursor", "the callback that executes", ours.cursor},
          {"outer", "red border: executes too, around that one", ours.cursor},
          {"last", "red frame: where the cursor is; the callback that executed last", ours.cursor},
          {"portal", "dashed: waited for here too, its tile is elsewhere", ours.border},
          {"passed", "the value went past it", ours.passed},
          {"outline", "not there yet", ours.outline}};
}

const Tones& tones(Theme theme) { return theme == Theme::kDark ? kDark : kLight; }

Look look_of(Look first, State state) {
  return static_cast<Look>(static_cast<int>(first) + static_cast<int>(state));
}
Look look_of(Look first, event::Lane lane) {
  return static_cast<Look>(static_cast<int>(first) + static_cast<int>(lane));
}

std::vector<raster::Style> styles(Theme theme, float pixel_ratio) {
  return Looks(theme, pixel_ratio).all();
}

State state_shown(Look look) {
  const auto after = [&](Look first) {
    return static_cast<State>(static_cast<int>(look) - static_cast<int>(first));
  };
  if (look >= Look::kPortal) return after(Look::kPortal);
  if (look >= Look::kLeaf) return after(Look::kLeaf);
  if (look >= Look::kDeferred) return after(Look::kDeferred);
  if (look >= Look::kExecuting) return State::kRunning;
  if (look >= Look::kWaiting) return State::kWaiting;
  if (look >= Look::kFailed) return State::kFailed;
  if (look >= Look::kSucceeded) return State::kSucceeded;
  return State::kPending;
}

std::string_view glyph_of(Look look) {
  const bool shows_state = look != Look::kRoot && look != Look::kOutline && look != Look::kPassed;
  return shows_state ? glyph(state_shown(look)) : std::string_view();
}

std::uint32_t text_ground(Look look, Theme theme) {
  if (look == Look::kRoot || look == Look::kOutline) return tones(theme).paper;
  if (look == Look::kPassed) return tones(theme).passed;
  // Only the innermost executing pair is red.
  const bool is_red = look >= Look::kExecuting && look < Look::kOuter;
  const State state = state_shown(look);
  const bool is_white = state == State::kRunning && !is_red;
  return swatch(is_white ? State::kPending : state, theme).colour;
}

std::uint32_t ink_on(std::uint32_t colour) {
  return brightness(colour) > 128'000 ? rgb(0x1B1B1B) : rgb(0xFFFFFF);
}

std::string hex(std::uint32_t colour) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (const int shift : {4, 0, 12, 8, 20, 16}) text += kDigits[colour >> shift & 0xF];
  return text;
}

std::string_view word(Pattern pattern) {
  switch (pattern) {
    case Pattern::kSolid: return "solid";
    case Pattern::kDotted: return "dotted";
    case Pattern::kHatched: return "hatched";
    case Pattern::kCrossed: return "crossed";
    case Pattern::kHorizontal: return "horizontal";
    case Pattern::kVertical: return "vertical";
  }
  return {};
}

}  // namespace reactortrack::map
