// SPDX-License-Identifier: MIT
//
// Labels: the texts on the tiles that are large enough for one, cut to fit.
//
//   Labels labels(map);
//   labels.prepare();                       // after each set_view() and zoom()
//   for (const Label& label : labels.now(1000)) ...    // after each move_to()
//
// Preparing goes through the tiles that are seen; after that a step costs only the labels themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/map/map.h"
#include "core/map/names.h"

namespace reactortrack::map {

enum class LabelKind : std::uint8_t {
  kHeader = 0,  // of a container, in the strip at its top
  kTile = 1,    // over all of a tile
  kMore = 2,    // "+123 more": of a container whose children are too small to be told apart
};
std::string_view word(LabelKind kind);

struct Label {
  std::uint32_t node = 0;
  raster::Box box;  // for the text: at its left, in its vertical middle; device pixels
  std::string text;
  std::string_view glyph;  // stands before the text; empty for what has no state
  std::uint32_t ink = 0;
  LabelKind kind{};
  bool bold = false;
};

class Labels {
 public:
  // Must outlive it.
  explicit Labels(const Map& map) : map_(map), names_(map.timeline()) {}

  void prepare();
  // Those of tiles that are there at the map's event: at most so many, the largest tiles first.
  std::vector<Label> now(std::uint32_t most) const;

  static constexpr float kFontPx = 11;  // CSS pixels

 private:
  struct Place {
    std::uint32_t node;
    LabelKind kind;
    raster::Box box;
    std::string text;
    // Of kMore: the events that reveal the small children; of lists: those that fire its members.
    std::vector<EventNumber> events;
  };

  void consider(std::uint32_t node, const raster::Box& box);
  void consider_children(std::uint32_t node, const raster::Box& box);
  std::vector<EventNumber> member_fires(std::uint32_t node) const;
  raster::Box box_of(std::uint32_t node) const;
  raster::Box text_box(const Place& place) const;
  bool takes_text(const raster::Box& box) const;
  std::string text_of(const Place& place) const;
  float px(float css) const { return css * map_.view().pixel_ratio; }

  const Map& map_;
  Names names_;
  std::vector<Place> places_;
  std::vector<raster::Style> looks_;
};

}  // namespace reactortrack::map
