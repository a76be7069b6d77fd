// SPDX-License-Identifier: MIT
//
// How fast maps are laid out, how near to squares their tiles are, and whether the result is the same
// everywhere. A plain program, so that the same source runs natively and as WebAssembly:
//
//   build/release/benchmarks/treemap_benchmark [most leaves, default 1000000]
//   benchmarks/treemap_wasm.sh                 both, and whether their rectangles are equal to the bit
//
// Columns: the shortest of some runs, in ms; max(width / height, height / width) of the leaves, its
// mean, weighted by their weights, and the mean with headers and padding; a hash of the rectangles.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/treemap/growing.h"
#include "core/treemap/sample_trees.h"

namespace reactortrack::treemap {
namespace {

constexpr Rect kBounds{0, 0, 1600, 1000};
constexpr Margins kMargins{14, 2, 40};
constexpr int kRuns = 7;

template <class Work>
double shortest_ms(const Work& work) {
  double shortest = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    shortest = std::min(shortest, taken.count());
  }
  return shortest;
}

void print_row(const std::string& name, const SampleTree& sample, Layout kind) {
  std::vector<Rect> rects(sample.end.size());
  layout(sample.tree(), kind, kBounds, kMargins, rects);
  const Ratios with_margins = ratios_of(sample.tree(), rects);
  const double ms = shortest_ms([&] { layout(sample.tree(), kind, kBounds, {}, rects); });
  const Ratios ratios = ratios_of(sample.tree(), rects);
  std::printf("%-24s %-10s %9u %9.2f %9.2f %9.2f %9.2f  %016llx\n", name.c_str(),
              kind == Layout::kOrder ? "order" : "squarified", sample.leaves, ms, ratios.mean,
              ratios.weighted, with_margins.mean, static_cast<unsigned long long>(hash_of(rects)));
}

void print_rows(const std::string& name, const SampleTree& sample) {
  print_row(name, sample, Layout::kOrder);
  print_row(name, sample, Layout::kSquarified);
}

// One update of a map that is there already.
void print_growing(const SampleTree& sample) {
  std::vector<std::uint32_t> keys(sample.end.size());
  for (std::uint32_t i = 0; i < keys.size(); ++i) keys[i] = i;
  std::vector<Rect> rects(keys.size());
  GrowingLayout growing(kBounds, {});
  growing.update(sample.tree(), keys, rects);
  const double ms = shortest_ms([&] { growing.update(sample.tree(), keys, rects); });
  const Ratios ratios = ratios_of(sample.tree(), rects);
  std::printf("%-24s %-10s %9u %9.2f %9.2f %9.2f %9s  %016llx\n", "program", "growing",
              sample.leaves, ms, ratios.mean, ratios.weighted, "",
              static_cast<unsigned long long>(hash_of(rects)));
}

void print_table(std::uint32_t most) {
  std::printf("%-24s %-10s %9s %9s %9s %9s %9s  %s\n", "tree", "layout", "leaves", "ms", "ratio",
              "weighted", "margins", "hash");
  for (std::uint32_t leaves = 1000; leaves <= most; leaves *= 10) {
    print_rows("flat", flat_tree(leaves, Weights::kEqual, 1));
    print_rows("flat, uneven", flat_tree(leaves, Weights::kUneven, 1));
    print_rows("fan", fan_tree(leaves, Weights::kEqual, 1));
    print_rows("fan, uneven", fan_tree(leaves, Weights::kUneven, 1));
    print_rows("program", program_tree(leaves, Weights::kEqual, 1));
    print_rows("program, uneven", program_tree(leaves, Weights::kUneven, 1));
    print_rows("program, wild", program_tree(leaves, Weights::kWild, 1));
    print_growing(program_tree(leaves, Weights::kEqual, 1));
  }
  print_rows("chain, 10 of 3", chain_tree(10, 3, 20));
  print_rows("chain, 10 of 1000", chain_tree(10, 1000, 1000));
  print_rows("chain, 10000 of 0", chain_tree(10'000, 0, 100));
  print_rows("chain, 10000 of 1", chain_tree(10'000, 1, 100));
}

}  // namespace
}  // namespace reactortrack::treemap

int main(int argc, char** argv) {
  reactortrack::treemap::print_table(
      argc > 1 ? static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 1'000'000);
  return 0;
}
