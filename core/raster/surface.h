// SPDX-License-Identifier: MIT
//
// Surface: boxes filled with colours, patterns and ids, in whole pixels, never outside of its clip.
// Boxes may reach far beyond it (up to 2^29 pixels); patterns and dashes begin at the corner of the
// box they fill, so the same pixels come out whatever the clip is.
#pragma once

#include <array>
#include <cstdint>

#include "core/raster/raster.h"

namespace reactortrack::raster {

// Eight rows of eight pixels, the leftmost in the lowest bit.
using Bits = std::array<std::uint8_t, 8>;
Bits bits_of(Pattern pattern);

class Surface {
 public:
  // `clip` must lie within the target.
  Surface(const Target& target, const Box& clip)
      : rgba_(target.rgba.data()), ids_(target.ids.data()), stride_(target.width), clip_(clip) {}

  const Box& clip() const { return clip_; }

  // Both at once; `seen` must lie within the clip. The inner loop of a picture of a million tiles.
  void fill_seen(const Box& seen, std::uint32_t colour, std::uint32_t id);
  void identify(const Box& box, std::uint32_t id);
  // Colour 0 leaves what is there, here and below.
  void fill(const Box& box, std::uint32_t colour);
  void fill(const Box& box, std::uint32_t colour, std::uint32_t ink, const Bits& bits);
  // The border of the box, inside of it. It must be large enough for both sides.
  void ring(const Box& box, std::int32_t thickness_px, std::uint32_t colour, Edge edge);

 private:
  std::uint32_t* rgba_row(std::int32_t y) const { return rgba_ + std::size_t(y) * stride_; }
  std::uint32_t* ids_row(std::int32_t y) const { return ids_ + std::size_t(y) * stride_; }
  void dashes_across(const Box& box, std::uint32_t colour);
  void dashes_down(const Box& box, std::uint32_t colour);

  std::uint32_t* rgba_;
  std::uint32_t* ids_;
  std::uint32_t stride_;
  Box clip_;
};

}  // namespace reactortrack::raster
