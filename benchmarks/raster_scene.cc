// SPDX-License-Identifier: MIT
#include "benchmarks/raster_scene.h"

namespace reactortrack::raster {
namespace {

struct Random {
  std::uint64_t state = 88172645463325252u;
  std::uint32_t next(std::uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<std::uint32_t>((state >> 11) % below);
  }
};

constexpr std::uint8_t kContainer = 0;
constexpr std::uint32_t kLeafStyles = 6;

std::vector<Style> program_palette() {
  return {
      {.fill = 0xFFE8E2DC,
       .ground = 0xFFF6F3F0,
       .border = 0xFF8A8078,
       .part = Part::kTop,
       .border_px = 1},
      {.fill = 0xFFFFFFFF,
       .ground = 0xFFF0F0F0,
       .border = 0xFF909090,
       .ink = 0xFF808080,
       .pattern = Pattern::kDotted,
       .part = Part::kBoth,
       .border_px = 1},
      {.fill = 0xFFFF666E,
       .ground = 0xFFF0F0F0,
       .border = 0xFF909090,
       .ink = 0xFFFFA0A0,
       .pattern = Pattern::kHorizontal,
       .border_px = 1},
      {.fill = 0xFF96B49A,
       .ground = 0xFFF0F0F0,
       .border = 0xFF708070,
       .part = Part::kLeft,
       .border_px = 1},
      {.fill = 0xFF96B49A, .ground = 0xFFF0F0F0, .border = 0xFF708070, .border_px = 1},
      {.fill = 0xFF54044B,
       .ground = 0xFFF0F0F0,
       .border = 0xFF30022B,
       .ink = 0xFFA060A0,
       .pattern = Pattern::kHatched,
       .part = Part::kRight,
       .border_px = 1},
      {.fill = 0xFFFFFFFF, .border = 0xFF606060, .edge = Edge::kDashed, .border_px = 1},
  };
}

}  // namespace

BenchmarkScene::BenchmarkScene(std::uint32_t leaf_count, std::uint32_t width, std::uint32_t height,
                               bool flat)
    : palette(program_palette()) {
  Random random;
  // Open containers, and how many nodes each may still take.
  struct Open {
    std::uint32_t node, left;
  };
  const auto add = [&](std::uint8_t style) {
    end.push_back(static_cast<std::uint32_t>(end.size()) + 1);
    styles.push_back(style);
    weight.push_back(1);
    return static_cast<std::uint32_t>(end.size()) - 1;
  };
  std::vector<Open> open{{add(kContainer), leaf_count}};
  for (std::uint32_t leaves = 0; leaves < leaf_count;) {
    while (open.size() > 1 && open.back().left == 0) {
      end[open.back().node] = static_cast<std::uint32_t>(end.size());
      open.pop_back();
    }
    --open.back().left;
    if (!flat && open.size() < 8 && random.next(100) < 18) {
      open.push_back({add(kContainer), 1 + random.next(8)});
    } else {
      add(static_cast<std::uint8_t>(1 + random.next(kLeafStyles)));
      ++leaves;
    }
  }
  for (const Open& each : open) end[each.node] = static_cast<std::uint32_t>(end.size());
  rects.resize(end.size());
  treemap::sum_weights(end, weight);
  treemap::layout({end, weight}, treemap::Layout::kOrder,
                  {0, 0, static_cast<float>(width), static_cast<float>(height)}, {14, 2, 30},
                  rects);
  blocks.resize(block_count(rects.size()));
  bound_blocks(rects, blocks);
}

}  // namespace reactortrack::raster
