// SPDX-License-Identifier: MIT
//
// How long pictures take: a million tiles, all of them or one that has changed.
//
//   build/release/benchmarks/raster_benchmark
#include <benchmark/benchmark.h>

#include "benchmarks/raster_scene.h"

namespace reactortrack::raster {
namespace {

constexpr std::uint32_t kTiles = 1'000'000;

struct Pixels {
  Pixels(std::uint32_t width, std::uint32_t height)
      : rgba(width * height), ids(width * height), target{width, height, rgba, ids} {}
  std::vector<std::uint32_t> rgba;
  std::vector<std::uint32_t> ids;
  Target target;
};

void redraw(benchmark::State& state, std::uint32_t width, std::uint32_t height, bool flat,
            const View& view) {
  const BenchmarkScene scene(kTiles, width, height, flat);
  Pixels pixels(width, height);
  for (auto _ : state) paint(scene.scene(), view, whole(pixels.target), pixels.target);
  state.counters["nodes"] = static_cast<double>(scene.end.size());
}

// The node that is furthest back in the order: all others are passed over.
void one_tile(benchmark::State& state, bool flat) {
  const BenchmarkScene scene(kTiles, 1600, 1000, flat);
  Pixels pixels(1600, 1000);
  const View view;
  auto node = scene.rects.end();
  while (box_of(*--node, view).empty()) continue;
  const Box box = box_of(*node, view);
  for (auto _ : state) paint(scene.scene(), view, box, pixels.target);
}

BENCHMARK_CAPTURE(redraw, nested, 1600, 1000, false, View{})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(redraw, flat, 1600, 1000, true, View{})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(redraw, zoomed_4x, 1600, 1000, false, View{4, 600, 400})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(redraw, zoomed_1000x, 1600, 1000, false, View{1000, 600, 400})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(redraw, 4k, 3840, 2160, false, View{})->Unit(benchmark::kMillisecond);
void index_blocks(benchmark::State& state) {
  BenchmarkScene scene(kTiles, 1600, 1000, true);
  for (auto _ : state) bound_blocks(scene.rects, scene.blocks);
}

BENCHMARK(index_blocks)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_tile, nested, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(one_tile, flat, true)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace reactortrack::raster

BENCHMARK_MAIN();
