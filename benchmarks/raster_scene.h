// SPDX-License-Identifier: MIT
//
// A picture to measure with: a million tiles in nested containers of random sizes, laid out by
// core/treemap, in the states a program's Deferreds are in.
#pragma once

#include <cstdint>
#include <vector>

#include "core/raster/raster.h"

namespace reactortrack::raster {

struct BenchmarkScene {
  BenchmarkScene(std::uint32_t leaf_count, std::uint32_t width, std::uint32_t height, bool flat);
  Scene scene() const { return {end, rects, styles, palette, 0xFFFFFFFF, 14, {}, blocks}; }

  std::vector<std::uint32_t> end;
  std::vector<float> weight;
  std::vector<treemap::Rect> rects;
  std::vector<std::uint8_t> styles;
  std::vector<Edges> blocks;
  std::vector<Style> palette;
};

}  // namespace reactortrack::raster
