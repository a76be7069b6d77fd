// SPDX-License-Identifier: MIT
#include "core/raster/raster.h"

#include <algorithm>
#include <cassert>

#include "core/raster/pixel_edges.h"
#include "core/raster/surface.h"

namespace reactortrack::raster {
namespace {

// What must remain inside of a border, the width of a lane, and the side of a part with a pattern,
// in pixels: tiles too small for one of these do without.
constexpr std::int32_t kSmallestInside = 4;
constexpr std::int32_t kSmallestLane = 6;
constexpr std::int32_t kSmallestPatterned = 5;

bool has_border(const Style& style, const Box& box) {
  return style.border_px != 0 &&
         std::min(box.width(), box.height()) >= 2 * style.border_px + kSmallestInside;
}

// Between the dashes of a border the fill is seen, so nothing is left out for it.
Box without_border(const Style& style, const Box& box) {
  if (!has_border(style, box) || style.edge != Edge::kSolid) return box;
  const std::int32_t border = style.border_px;
  return {box.left + border, box.top + border, box.right - border, box.bottom - border};
}

// Of what is inside of the border.
Lanes split(const Box& inside) {
  if (inside.width() < 2 * kSmallestLane + 1) return {};
  const std::int32_t middle = inside.left + inside.width() / 2;
  return {{inside.left, inside.top, middle, inside.bottom},
          {middle + 1, inside.top, inside.right, inside.bottom}};
}

class Painter {
 public:
  Painter(const Scene& scene, const View& view, const Target& target, const Box& clip)
      : scene_(scene), view_(view), surface_(target, clip) {}

  void tiles();
  void frames();

 private:
  void tile(std::uint32_t node, const Style& style, const Box& seen);
  void parts(std::uint32_t node, const Style& style, const Box& box);
  void lanes(const Style& style, const Box& box);
  void header(std::uint32_t node, const Style& style, const Box& box);
  void filled(const Style& style, const Box& box);

  const Scene& scene_;
  const View view_;
  Surface surface_;
};

void Painter::tiles() {
  const auto count = static_cast<std::uint32_t>(scene_.end.size());
  const Clipped clipped(view_, surface_.clip());
  surface_.fill_seen(surface_.clip(), scene_.background, 0);
  for (std::uint32_t node = 0; node < count;) {
    if (node % kBlock == 0 && node / kBlock < scene_.blocks.size() &&
        clipped.box(scene_.blocks[node / kBlock]).empty()) {
      node += kBlock;
      continue;
    }
    const std::uint8_t style = scene_.styles[node];
    const Box seen = clipped.box(edges_of(scene_.rects[node]));
    if (style == kHidden || seen.empty()) {
      node = scene_.end[node];
      continue;
    }
    tile(node, scene_.palette[style], seen);
    ++node;
  }
}

void Painter::tile(std::uint32_t node, const Style& style, const Box& seen) {
  // What touches the clip may go on outside of it.
  const bool is_whole = seen.left > surface_.clip().left && seen.top > surface_.clip().top &&
                        seen.right < surface_.clip().right && seen.bottom < surface_.clip().bottom;
  const Box box = is_whole ? seen : box_of(scene_.rects[node], view_);
  if (style.fill != 0 && std::min(box.width(), box.height()) < kSmallestInside) {
    surface_.fill_seen(seen, style.fill, node + 1);
    return;
  }
  surface_.identify(seen, node + 1);
  parts(node, style, without_border(style, box));
  if (has_border(style, box)) surface_.ring(box, style.border_px, style.border, style.edge);
}

void Painter::parts(std::uint32_t node, const Style& style, const Box& box) {
  switch (style.part) {
    case Part::kWhole: filled(style, box); break;
    case Part::kLeft:
    case Part::kRight:
    case Part::kBoth: lanes(style, box); break;
    case Part::kTop: header(node, style, box); break;
  }
}

void Painter::lanes(const Style& style, const Box& box) {
  const auto [left, right] = split(box);
  if (left.empty()) {
    filled(style, box);
    return;
  }
  const auto lane = [&](const Box& each, Part other) {
    if (style.part == other) {
      surface_.fill(each, style.ground);
    } else {
      filled(style, each);
    }
  };
  lane(left, Part::kRight);
  lane(right, Part::kLeft);
  surface_.fill({left.right, box.top, right.left, box.bottom}, style.border);
}

void Painter::header(std::uint32_t node, const Style& style, const Box& box) {
  Box strip = box;
  strip.bottom = row_of(scene_.rects[node].y + scene_.header, view_);
  if (strip.height() > box.height() / 2) {
    filled(style, box);
    return;
  }
  filled(style, strip);
  surface_.fill({box.left, std::max(box.top, strip.bottom), box.right, box.bottom}, style.ground);
}

void Painter::filled(const Style& style, const Box& box) {
  const bool has_pattern =
      style.pattern != Pattern::kSolid && std::min(box.width(), box.height()) >= kSmallestPatterned;
  if (has_pattern) {
    surface_.fill(box, style.fill, style.ink, bits_of(style.pattern));
  } else {
    surface_.fill(box, style.fill);
  }
}

void Painter::frames() {
  for (const Frame& frame : scene_.frames) {
    if (frame.node >= scene_.rects.size()) continue;
    const Box box = frame_box(scene_.rects[frame.node], view_, frame.thickness_px);
    surface_.ring(box, frame.thickness_px, frame.colour, Edge::kSolid);
  }
}

}  // namespace

void paint(const Scene& scene, const View& view, const Box& clip, const Target& target) {
  assert(scene.rects.size() == scene.end.size() && scene.styles.size() == scene.end.size());
  assert(target.rgba.size() >= std::size_t{target.width} * target.height);
  assert(target.ids.size() >= std::size_t{target.width} * target.height);
  const Box seen = intersection(clip, whole(target));
  if (seen.empty()) return;
  Painter painter(scene, view, target, seen);
  painter.tiles();
  painter.frames();
}

Box whole(const Target& target) {
  return {0, 0, static_cast<std::int32_t>(target.width), static_cast<std::int32_t>(target.height)};
}

Box intersection(const Box& a, const Box& b) {
  return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
          std::min(a.bottom, b.bottom)};
}

Box bounds(const Box& a, const Box& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

Box frame_box(const treemap::Rect& rect, const View& view, std::uint8_t thickness_px) {
  const std::int32_t least = 2 * thickness_px + 2;
  Box box = box_of(rect, view);
  if (box.width() < least) {
    box.left -= (least - box.width()) / 2;
    box.right = box.left + least;
  }
  if (box.height() < least) {
    box.top -= (least - box.height()) / 2;
    box.bottom = box.top + least;
  }
  return box;
}

Lanes lanes_of(const Style& style, const Box& box) {
  switch (style.part) {
    case Part::kLeft:
    case Part::kRight:
    case Part::kBoth: return split(without_border(style, box));
    case Part::kWhole:
    case Part::kTop: break;
  }
  return {};
}

std::uint32_t mixed(std::uint32_t from, std::uint32_t to, std::uint32_t share) {
  std::uint32_t colour = 0;
  for (std::uint32_t shift = 0; shift < 32; shift += 8) {
    const std::uint32_t a = from >> shift & 0xFF;
    const std::uint32_t b = to >> shift & 0xFF;
    colour |= (a * (256 - share) + b * share + 128) / 256 << shift;
  }
  return colour;
}

Style dimmed(const Style& style, std::uint32_t colour, std::uint32_t share) {
  Style result = style;
  for (std::uint32_t* each : {&result.fill, &result.ground, &result.border, &result.ink})
    if (*each != 0) *each = mixed(*each, colour, share);
  return result;
}

}  // namespace reactortrack::raster
