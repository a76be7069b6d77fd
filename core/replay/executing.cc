// SPDX-License-Identifier: MIT
#include "core/replay/executing.h"

#include <algorithm>

namespace reactortrack::replay {

std::uint16_t thread_at(const Model& model, EventNumber event) {
  const Pool<Switch>& switches = model.switches();
  std::size_t low = 0;
  for (std::size_t high = switches.size(); low < high;) {
    const std::size_t middle = low + (high - low) / 2;
    switches[middle].at <= event ? low = middle + 1 : high = middle;
  }
  return low == 0 ? std::uint16_t{0} : switches[low - 1].thread;
}

namespace {

// From the pair that began last outwards to the first that has not ended.
PairIndex innermost(const Model& model, PairIndex newest, EventNumber at) {
  constexpr int kMostDepth = 100'000;
  Frame frame = Frame::of(newest);
  for (int depth = 0; frame.kind() != FrameKind::kNothing && depth < kMostDepth; ++depth) {
    const Pair& pair = model.pair(frame.pair());
    const bool is_pair = frame.pair() != PairIndex::kNone;
    if (is_pair && !(happened(pair.finished_at) && pair.finished_at < at)) return frame.pair();
    const DelayedCall* call = model.find(frame.call());
    if (call != nullptr && !(happened(call->ended_at) && call->ended_at < at)) break;
    frame = model.outer(frame);
  }
  return PairIndex::kNone;
}

}  // namespace

std::vector<PairIndex> executing_at(const Model& model, const std::vector<EventNumber>& events) {
  std::vector<std::uint16_t> threads;
  for (const EventNumber each : events) threads.push_back(thread_at(model, each));
  const std::size_t thread_count = model.threads().size();
  // Of each event the pair that had begun last, in its thread: of those that began between it and
  // the event before it, and else what that one had.
  std::vector<PairIndex> newest(events.size() * thread_count);
  for (std::uint32_t i = 1; i <= model.pairs().size(); ++i) {
    const Pair& pair = model.pair(PairIndex{i});
    const auto at = std::upper_bound(events.begin(), events.end(), pair.started_at);
    if (!happened(pair.started_at) || at == events.end() || pair.thread >= thread_count) continue;
    const auto place = static_cast<std::size_t>(at - events.begin());
    PairIndex& known = newest[place * thread_count + pair.thread];
    if (model.pair(known).started_at < pair.started_at) known = PairIndex{i};
  }
  std::vector<PairIndex> found(events.size());
  for (std::size_t at = 0; at < events.size(); ++at) {
    for (std::size_t thread = 0; at != 0 && thread < thread_count; ++thread) {
      PairIndex& mine = newest[at * thread_count + thread];
      if (mine == PairIndex::kNone) mine = newest[(at - 1) * thread_count + thread];
    }
    found[at] = innermost(model, newest[at * thread_count + threads[at]], events[at]);
  }
  return found;
}

}  // namespace reactortrack::replay
