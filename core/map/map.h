// SPDX-License-Identifier: MIT
//
// Map: a recording as tiles, laid out for a frame, after any of its events.
//
//   Map map(timeline);
//   map.set_view({.width = 1600, .height = 1000});
//   map.move_to(EventNumber{12});
//   for (const raster::Box& box : map.boxes()) map.paint(box, target);
//
// The recording's final tree is laid out once and tiles are revealed while stepping, so nothing ever
// moves ("hindsight"). Where the recording may still grow, set_view() takes what was read since into
// the map.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/map/palette.h"
#include "core/map/styles.h"
#include "core/map/tree.h"
#include "core/map/weights.h"
#include "core/raster/raster.h"
#include "core/replay/homes.h"
#include "core/replay/timeline.h"
#include "core/treemap/growing.h"
#include "core/treemap/treemap.h"

namespace reactortrack::map {

struct MapView {
  std::uint32_t width = 0;  // device pixels
  std::uint32_t height = 0;
  float pixel_ratio = 1;   // device pixels to one of CSS
  std::uint32_t root = 0;  // the node that fills the frame
  treemap::Layout layout = treemap::Layout::kOrder;
  Weight weight = Weight::kCount;
  Theme theme = Theme::kLight;
  bool outlines = false;  // of what is not there yet
  // More may be read: room is kept for it, and what is there stays about where it is. Only of the
  // whole tree in its order; else it is laid out as if this were the end.
  bool growing = false;
};

class Map {
 public:
  // Must outlive the Map.
  explicit Map(const replay::Timeline& timeline);

  // Lays out anew, with all that has been read. Node numbers of a tree before are void; the root of
  // the view is one of the tree before.
  void set_view(const MapView& view);
  const MapView& view() const { return view_; }
  // Which part of the map the frame shows.
  void zoom(const raster::View& zoom);
  const raster::View& zoomed() const { return zoom_; }
  // By index of the Deferred; see Styles.
  void set_found(std::vector<bool> found);

  // Works out, so many nodes on, what makes jumps fast; false when that is done, or the recording
  // grows. Best when there is nothing else to do: jumps before that are right, but slower.
  bool prepare_jumps(std::uint32_t node_count) {
    return !view_.growing && styles_.prepare_jumps(node_count);
  }

  void move_to(EventNumber at);
  EventNumber at() const { return styles_.at(); }
  // The last event that the tree knows of.
  EventNumber built_to() const { return built_to_; }

  // What must be painted, since paint_done(). Not many, and none within another.
  std::span<const raster::Box> boxes() const { return boxes_; }
  void paint_done() { boxes_.clear(); }
  // ids become numbers of nodes + 1.
  void paint(const raster::Box& clip, const raster::Target& target) const;

  const replay::Timeline& timeline() const { return timeline_; }
  const replay::Homes& homes() const { return homes_; }
  const Tree& tree() const { return tree_; }
  const Styles& styles() const { return styles_; }
  // On the map. Nodes outside of the view's root have none.
  treemap::Rect rect(std::uint32_t node) const;
  bool in_view(std::uint32_t node) const {
    return node >= view_.root && node - view_.root < rects_.size();
  }
  // All rectangles, from the view's root on.
  std::span<const treemap::Rect> rects() const { return rects_; }
  const treemap::Margins& margins() const { return margins_; }
  raster::Box frame() const;  // all of it

 private:
  void rebuild();
  void lay_out();
  void lay_out_growing(const treemap::Tree& tree, const treemap::Rect& bounds);
  void collect_boxes();
  void add_box(const raster::Box& box);
  void add_rim(const raster::Box& box);
  void repaint_all();
  raster::Box cursor_box() const;
  std::uint8_t cursor_px() const;

  const replay::Timeline& timeline_;
  replay::Homes homes_;
  Tree tree_;
  Styles styles_;
  EventNumber built_to_{};
  MapView view_;
  raster::View zoom_;
  treemap::Margins margins_;
  std::vector<float> weights_;
  std::optional<treemap::GrowingLayout> growing_;
  MapView growing_view_;                  // what growing_ was made for
  std::vector<std::uint32_t> local_end_;  // when the view's root is not the tree's
  std::vector<treemap::Rect> rects_;
  std::vector<raster::Edges> blocks_;  // of rects_: a step finds its tiles without the others
  std::vector<raster::Style> palette_;
  std::vector<raster::Box> boxes_;
  raster::Box cursor_box_;  // as painted
};

}  // namespace reactortrack::map
