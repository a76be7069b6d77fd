// SPDX-License-Identifier: MIT
//
// How fast a recording becomes a Timeline, and how fast that answers. 10 M events of a busy server.
//
//   build/release/benchmarks/replay_benchmark
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "benchmarks/large_recording.h"
#include "core/replay/homes.h"
#include "core/replay/moment.h"
#include "core/replay/timeline.h"

namespace reactortrack::replay {
namespace {

const std::vector<std::byte>& recording() {
  static const std::vector<std::byte> bytes = benchmarks::make_large_recording({});
  return bytes;
}

Timeline& whole_timeline() {
  static Timeline timeline(recording());
  while (timeline.read(1 << 20)) {
  }
  return timeline;
}

// Events at random places; the same in each run.
class Places {
 public:
  explicit Places(EventNumber last) : last_(number(last)) {}
  EventNumber next() {
    return static_cast<EventNumber>(static_cast<std::uint32_t>(random_()) % last_ + 1);
  }

 private:
  std::mt19937 random_{1};
  std::uint32_t last_;
};

void read_timeline(benchmark::State& state) {
  std::uint64_t events = 0;
  for (auto _ : state) {
    Timeline timeline(recording());
    while (timeline.read(1 << 20)) {
    }
    events += timeline.model().event_count();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(read_timeline)->Unit(benchmark::kMillisecond)->UseRealTime();

void event_at(benchmark::State& state) {
  const Timeline& timeline = whole_timeline();
  Places places(timeline.last());
  for (auto _ : state) benchmark::DoNotOptimize(timeline.event(places.next()));
}
BENCHMARK(event_at)->Unit(benchmark::kMicrosecond);

void time_of_event(benchmark::State& state) {
  const Timeline& timeline = whole_timeline();
  Places places(timeline.last());
  for (auto _ : state) benchmark::DoNotOptimize(timeline.time_ns(places.next()));
}
BENCHMARK(time_of_event)->Unit(benchmark::kMicrosecond);

void cursor_at(benchmark::State& state) {
  const Timeline& timeline = whole_timeline();
  Places places(timeline.last());
  for (auto _ : state) benchmark::DoNotOptimize(timeline.cursor(places.next()));
}
BENCHMARK(cursor_at)->Unit(benchmark::kMicrosecond);

// What one step asks: the event, the state of its Deferred, the cursor.
void step(benchmark::State& state) {
  const Timeline& timeline = whole_timeline();
  std::uint32_t at = number(timeline.last()) / 2;
  for (auto _ : state) {
    const auto now = static_cast<EventNumber>(++at);
    benchmark::DoNotOptimize(timeline.event(now));
    const Deferred& deferred = timeline.model().deferreds()[at / 12];
    benchmark::DoNotOptimize(moment_of(timeline.model(), deferred, now));
    benchmark::DoNotOptimize(timeline.cursor(now));
  }
}
BENCHMARK(step)->Unit(benchmark::kMicrosecond);

// What a seek asks: the state of every Deferred and pair at another event.
void seek(benchmark::State& state) {
  const Timeline& timeline = whole_timeline();
  const Model& model = timeline.model();
  Places places(timeline.last());
  for (auto _ : state) {
    const EventNumber at = places.next();
    std::uint64_t sum = 0;
    for (const Deferred& each : model.deferreds()) {
      const Moment then = moment_of(model, each, at);
      sum += static_cast<std::uint64_t>(then.state);
      if (!then.known) continue;
      std::uint32_t position = 0;
      for (PairIndex index = each.first_pair; index != PairIndex::kNone;) {
        const Pair& pair = model.pair(index);
        sum += static_cast<std::uint64_t>(state_of(then, pair, position++));
        index = pair.next();
      }
    }
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(seek)->Unit(benchmark::kMillisecond);

void find_homes(benchmark::State& state) {
  const Timeline& timeline = whole_timeline();
  for (auto _ : state) {
    Homes homes;
    homes.update(timeline.model());
    benchmark::DoNotOptimize(homes.roots().size());
  }
}
BENCHMARK(find_homes)->Unit(benchmark::kMillisecond);

void histogram(benchmark::State& state) {
  const Timeline& timeline = whole_timeline();
  for (auto _ : state)
    benchmark::DoNotOptimize(timeline.histogram(EventNumber{1}, timeline.last(), 1000));
}
BENCHMARK(histogram)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace reactortrack::replay

BENCHMARK_MAIN();
