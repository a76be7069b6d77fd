// SPDX-License-Identifier: MIT
//
// What the page waits for, measured through the exports of wasm/exports.h, natively. With
// map_benchmark.mjs, which does the same in WebAssembly, the ratio of the two:
//
//   make_large_recording large.rtlog --events 10000000
//   map_benchmark large.rtlog && node benchmarks/map_benchmark.mjs large.rtlog
//
// One line a figure: name, the least and the median of its repetitions, milliseconds.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "wasm/exports.h"

namespace {

constexpr std::uint32_t kWidth = 1600;
constexpr std::uint32_t kHeight = 1000;
constexpr std::uint32_t kAll = 0xFFFFFFFF;

double now_ms() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double, std::milli>(Clock::now().time_since_epoch()).count();
}

void measure(const char* name, int repetitions, const std::function<void(int)>& run) {
  std::vector<double> took;
  for (int at = 0; at < repetitions; ++at) {
    const double started = now_ms();
    run(at);
    took.push_back(now_ms() - started);
  }
  std::sort(took.begin(), took.end());
  std::printf("%-28s %10.3f %10.3f\n", name, took.front(), took[took.size() / 2]);
  std::fflush(stdout);
}

void open(const std::vector<char>& bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  rt_open(size);
  std::memcpy(rt_room(size), bytes.data(), size);
  rt_append(size);
  rt_finish();
}

std::uint32_t field(const char* name) {
  rt_text(static_cast<std::uint32_t>(Question::kRecording), 0, 0, 0);
  const auto* text = reinterpret_cast<const char*>(
      rt_text(static_cast<std::uint32_t>(Question::kRecording), 0, 0, 0));
  const char* found = std::strstr(text, (std::string("\"") + name + "\": ").c_str());
  return found == nullptr
             ? 0
             : static_cast<std::uint32_t>(std::strtoul(found + std::strlen(name) + 4, nullptr, 10));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: map_benchmark RECORDING\n");
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
  const auto read_all = [](int) {
    while (rt_read(1'000'000) != 0) {
    }
  };
  for (int round = 0; round < 3; ++round) {
    open(bytes);
    measure("read", 1, read_all);
  }
  measure("tree and first layout", 1, [](int) { rt_view(kWidth, kHeight, 1, 0, 0, 0, 0); });
  const std::uint32_t events = field("events");
  std::printf("%-28s %10u\n%-28s %10u\n", "events", events, "tiles", field("nodes"));
  measure("layout, order", 5, [](int) { rt_view(kWidth, kHeight, 1, 0, 0, 0, 0); });
  measure("layout, squarified", 5, [](int) { rt_view(kWidth, kHeight, 1, 0, 1, 0, 0); });
  rt_view(kWidth, kHeight, 1, 0, 0, 0, 0);
  // What waits for the first picture: what jumps need, then the findings.
  measure("spare time", 1, [](int) {
    while (rt_work() != 0) {
    }
  });
  rt_move(events);
  measure("paint all", 9, [](int) { rt_paint(kAll); });
  measure("seek", 9, [&](int at) { rt_move(at % 2 == 0 ? events / 3 : events / 3 * 2); });
  rt_paint(kAll);
  measure("step", 999, [&](int at) { rt_move(events / 2 + static_cast<std::uint32_t>(at)); });
  rt_paint(kAll);
  measure("step and paint", 999, [&](int at) {
    const std::uint32_t boxes = rt_move(events / 2 + 999 + static_cast<std::uint32_t>(at));
    for (std::uint32_t box = 0; box < boxes; ++box) rt_paint(box);
  });
  measure("labels, first", 1, [](int) { rt_text(6, 1000, 0, 0); });
  measure("labels", 9, [](int) { rt_text(6, 1000, 0, 0); });
  return 0;
}
