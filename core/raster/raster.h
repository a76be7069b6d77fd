// SPDX-License-Identifier: MIT
//
// Rectangles and colours become pixels: a picture (RGBA) and, for each pixel, the node that is seen
// there, so that finding the tile under the pointer is one array read.
//
//   std::vector<std::uint32_t> rgba(1600 * 1000), ids(1600 * 1000);
//   const Target target{1600, 1000, rgba, ids};
//   paint(scene, view, whole(target), target);                    // everything
//   paint(scene, view, box_of(scene.rects[node], view), target);  // one tile that has changed
//
// A tile covers the pixels whose centres lie in it. So tiles that meet leave no gap and never paint
// over each other; a tile without a pixel centre drops out, with all that is in it, and its parent
// shows through: that is all the level-of-detail there is. Parents are painted before their
// children, in the order of the nodes.
//
// Two promises of the rectangles make the picture of a part equal to that part of the whole
// picture: what is inside of a node lies within its rectangle, and tiles that meet have equal edges;
// both for right = x + width and bottom = y + height as float sums.
//
// Cost: a few ns a node that is looked at, and about a third of one for each pixel painted. Nodes
// outside of the clip are passed over with all that is in them. Nothing is allocated. The arithmetic
// is that of float, step by step, then of integers: the same pixels natively and in wasm
// (-ffp-contract=off). Any zoom is safe; beyond 4 million pixels tiles end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/treemap/treemap.h"

namespace reactortrack::raster {

// What is drawn in `ink` over the filled part of tiles large enough for it. The patterns differ in
// greyscale, too.
enum class Pattern : std::uint8_t {
  kSolid = 0,
  kDotted = 1,      // sparse dots
  kHatched = 2,     // rising diagonals: ////
  kCrossed = 3,     // diagonals both ways: XXXX
  kHorizontal = 4,  // lines
  kVertical = 5,    // bars
};

// Which part of a tile is filled; the rest shows `ground`.
enum class Part : std::uint8_t {
  kWhole = 0,
  kLeft = 1,   // the left lane of two
  kRight = 2,  // the right one
  kBoth = 3,   // both lanes, with a line of `border` between them
  kTop = 4,    // a header strip, Scene::header high; all of a tile that is not twice as high
};

enum class Edge : std::uint8_t { kSolid = 0, kDashed = 1 };

// Colours are 0xAABBGGRR, the order of bytes in a canvas. One that is 0 is not painted: what lies
// below stays, which is how an outline alone is drawn.
struct Style {
  std::uint32_t fill = 0;
  std::uint32_t ground = 0;  // the part that is not filled
  std::uint32_t border = 0;
  std::uint32_t ink = 0;  // the pattern
  Pattern pattern = Pattern::kSolid;
  Part part = Part::kWhole;
  Edge edge = Edge::kSolid;
  std::uint8_t border_px = 0;  // tiles too small for it have none
};

inline constexpr std::uint8_t kHidden = 255;  // instead of a style: not drawn, with all inside

// A frame around a node, drawn over everything: the cursor. It stays inside the tile while there is
// room, and grows out of a small one, so that it is seen at any zoom.
struct Frame {
  std::uint32_t node = treemap::kNoNode;
  std::uint32_t colour = 0;
  std::uint8_t thickness_px = 3;
};

// On the map, as rectangles are, but by their edges.
struct Edges {
  float left = 0, top = 0, right = 0, bottom = 0;
};

// Preorder: node 0 is the root, end[i] is one past the last node inside of i.
struct Scene {
  std::span<const std::uint32_t> end = {};
  std::span<const treemap::Rect> rects = {};
  std::span<const std::uint8_t> styles = {};  // places in `palette`, or kHidden
  std::span<const Style> palette = {};
  std::uint32_t background = 0xFFFFFFFF;  // where not even the root is
  float header = 0;                       // on the map: it grows with the scale
  std::span<const Frame> frames = {};     // the last one on top
  std::span<const Edges> blocks = {};     // see bound_blocks(); empty: every node is looked at
};

// pixel = (map - (x, y)) * scale
struct View {
  float scale = 1, x = 0, y = 0;
};

// Pixels; right and bottom are one past the last.
struct Box {
  std::int32_t left = 0, top = 0, right = 0, bottom = 0;

  constexpr bool empty() const { return left >= right || top >= bottom; }
  constexpr std::int32_t width() const { return right - left; }
  constexpr std::int32_t height() const { return bottom - top; }
  constexpr bool operator==(const Box&) const = default;
};

// Both hold width * height elements, row after row. ids: node + 1, 0 where no node is.
struct Target {
  std::uint32_t width = 0, height = 0;
  std::span<std::uint32_t> rgba;
  std::span<std::uint32_t> ids;
};

// Paints the pixels in `clip`, and no others.
void paint(const Scene& scene, const View& view, const Box& clip, const Target& target);

Box whole(const Target& target);
Box intersection(const Box& a, const Box& b);
// The smallest box that holds both; an empty one counts for nothing.
Box bounds(const Box& a, const Box& b);

// For Scene::blocks, block_count(rects.size()) long: the bounds of each kBlock nodes that follow one
// another. With it one tile among a million siblings is found without looking at the others. To be
// made again when rectangles change; a few ms for a million.
inline constexpr std::uint32_t kBlock = 64;
constexpr std::size_t block_count(std::size_t node_count) {
  return (node_count + kBlock - 1) / kBlock;
}
void bound_blocks(std::span<const treemap::Rect> rects, std::span<Edges> blocks);

// The pixels a tile covers, on the target or not.
Box box_of(const treemap::Rect& rect, const View& view);
// The outer edge of a frame around it: repaint this when a frame comes or goes.
Box frame_box(const treemap::Rect& rect, const View& view, std::uint8_t thickness_px);

// Where the two lanes of a tile are, its box being box_of(); empty when it has none, or is too narrow
// for them and filled as a whole.
struct Lanes {
  Box left, right;
};
Lanes lanes_of(const Style& style, const Box& box);

// `share` of 256 of the way from one colour to another, channel by channel.
std::uint32_t mixed(std::uint32_t from, std::uint32_t to, std::uint32_t share);
// The same style further towards `colour`, for what a search leaves aside.
Style dimmed(const Style& style, std::uint32_t colour, std::uint32_t share);

}  // namespace reactortrack::raster
