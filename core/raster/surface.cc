// SPDX-License-Identifier: MIT
#include "core/raster/surface.h"

#include <algorithm>

namespace reactortrack::raster {
namespace {

constexpr std::int32_t kDash = 4;  // pixels of a dash, and of the gap after it

}  // namespace

Bits bits_of(Pattern pattern) {
  switch (pattern) {
    case Pattern::kSolid: return {};
    case Pattern::kDotted: return {0, 0x02, 0, 0, 0, 0x20, 0, 0};
    case Pattern::kHatched: return {0x81, 0xC0, 0x60, 0x30, 0x18, 0x0C, 0x06, 0x03};
    case Pattern::kCrossed: return {0x82, 0x44, 0x28, 0x10, 0x28, 0x44, 0x82, 0x01};
    case Pattern::kHorizontal: return {0, 0, 0xFF, 0, 0, 0, 0xFF, 0};
    case Pattern::kVertical: return {0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44, 0x44};
  }
  return {};
}

void Surface::fill_seen(const Box& seen, std::uint32_t colour, std::uint32_t id) {
  std::uint32_t* rgba = rgba_row(seen.top) + seen.left;
  std::uint32_t* ids = ids_row(seen.top) + seen.left;
  const std::int32_t width = seen.width();
  for (std::int32_t rows = seen.height(); rows != 0; --rows) {
    if (width < 8) {
      for (std::int32_t x = 0; x < width; ++x) {
        rgba[x] = colour;
        ids[x] = id;
      }
    } else {
      std::fill_n(rgba, width, colour);
      std::fill_n(ids, width, id);
    }
    rgba += stride_;
    ids += stride_;
  }
}

void Surface::identify(const Box& box, std::uint32_t id) {
  const Box seen = intersection(box, clip_);
  if (seen.empty()) return;
  for (std::int32_t y = seen.top; y < seen.bottom; ++y)
    std::fill_n(ids_row(y) + seen.left, seen.width(), id);
}

void Surface::fill(const Box& box, std::uint32_t colour) {
  const Box seen = intersection(box, clip_);
  if (colour == 0 || seen.empty()) return;
  for (std::int32_t y = seen.top; y < seen.bottom; ++y)
    std::fill_n(rgba_row(y) + seen.left, seen.width(), colour);
}

void Surface::fill(const Box& box, std::uint32_t colour, std::uint32_t ink, const Bits& bits) {
  fill(box, colour);
  const Box seen = intersection(box, clip_);
  if (ink == 0 || seen.empty()) return;
  for (std::int32_t y = seen.top; y < seen.bottom; ++y) {
    const std::uint32_t row = bits[static_cast<std::uint32_t>(y - box.top) & 7];
    if (row == 0) continue;
    std::uint32_t* pixels = rgba_row(y);
    for (std::int32_t x = seen.left; x < seen.right; ++x)
      if ((row >> (static_cast<std::uint32_t>(x - box.left) & 7) & 1) != 0) pixels[x] = ink;
  }
}

void Surface::ring(const Box& box, std::int32_t thickness_px, std::uint32_t colour, Edge edge) {
  const Box sides[] = {
      {box.left, box.top, box.right, box.top + thickness_px},
      {box.left, box.bottom - thickness_px, box.right, box.bottom},
      {box.left, box.top + thickness_px, box.left + thickness_px, box.bottom - thickness_px},
      {box.right - thickness_px, box.top + thickness_px, box.right, box.bottom - thickness_px},
  };
  if (edge == Edge::kSolid) {
    for (const Box& side : sides) fill(side, colour);
    return;
  }
  dashes_across(sides[0], colour);
  dashes_across(sides[1], colour);
  dashes_down(sides[2], colour);
  dashes_down(sides[3], colour);
}

// Only those dashes are visited that lie in the clip: a side can be millions of pixels long.
void Surface::dashes_across(const Box& box, std::uint32_t colour) {
  const Box seen = intersection(box, clip_);
  if (seen.empty()) return;
  const std::int32_t before = (seen.left - box.left) / (2 * kDash) * (2 * kDash);
  for (std::int32_t x = box.left + before; x < seen.right; x += 2 * kDash)
    fill({x, box.top, std::min(x + kDash, box.right), box.bottom}, colour);
}

void Surface::dashes_down(const Box& box, std::uint32_t colour) {
  const Box seen = intersection(box, clip_);
  if (seen.empty()) return;
  const std::int32_t before = (seen.top - box.top) / (2 * kDash) * (2 * kDash);
  for (std::int32_t y = box.top + before; y < seen.bottom; y += 2 * kDash)
    fill({box.left, y, box.right, std::min(y + kDash, box.bottom)}, colour);
}

}  // namespace reactortrack::raster
