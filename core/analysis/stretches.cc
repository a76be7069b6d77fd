// SPDX-License-Identifier: MIT
#include "core/analysis/stretches.h"

#include <algorithm>

namespace reactortrack::analysis {

using replay::EventNumber;
using replay::happened;

replay::Frame unfinished(const Facts& facts) {
  if (facts.model().count(event::EventKind::kEnd) != 0 || !facts.reactor_thread()) return {};
  const std::vector<replay::Frame>& stack = facts.model().threads()[*facts.reactor_thread()].stack;
  for (auto frame = stack.rbegin(); frame != stack.rend(); ++frame) {
    const replay::Pair& pair = facts.model().pair(frame->pair());
    const replay::DelayedCall* call = facts.model().find(frame->call());
    if (frame->kind() == replay::FrameKind::kPair &&
        (facts.is_own(facts.ran(pair)) || pair.continues != event::DeferredId::kNone))
      return *frame;
    const bool leaves = call != nullptr && facts.say().callable(call->function) == "_exit";
    if (call != nullptr && !leaves && (facts.is_own(call->function) || facts.is_own(call->stack)))
      return *frame;
  }
  return {};
}

namespace {

// For a reactor that does not tell when it polls (asyncio's): whatever ran for that long, on its own.
std::vector<Stretch> long_runs(const Facts& facts, const Options& options) {
  std::vector<Stretch> runs;
  const auto add = [&](EventNumber from, EventNumber to) {
    if (!happened(from) || !happened(to)) return;
    const std::int64_t length_ns = facts.ns(to) - facts.ns(from);
    if (length_ns < options.blocked_ns) return;
    Stretch& run = runs.emplace_back();
    run.from = from;
    run.to = to;
    run.length_ns = length_ns;
  };
  for (const replay::DelayedCall& each : facts.model().delayed_calls())
    if (each.thread == facts.reactor_thread()) add(each.started_at, each.ended_at);
  for (const replay::Pair& each : facts.model().pairs())
    if (each.inside.kind() == replay::FrameKind::kNothing && each.thread == facts.reactor_thread())
      add(each.started_at, each.finished_at);
  std::sort(runs.begin(), runs.end(),
            [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
  std::vector<Stretch> apart;
  for (Stretch& each : runs)
    if (apart.empty() || each.from >= apart.back().to) apart.push_back(std::move(each));
  return apart;
}

bool tells_polls(const Facts& facts) {
  return facts.model().count(event::EventKind::kPollStarted) != 0;
}

}  // namespace

std::vector<Stretch> long_stretches(const Facts& facts, const Options& options) {
  if (!tells_polls(facts)) return long_runs(facts, options);
  std::vector<Stretch> stretches;
  EventNumber from{};
  const auto end = [&](EventNumber to) {
    if (!happened(from) || !happened(to)) return;
    const std::int64_t length_ns = facts.ns(to) - facts.ns(from);
    if (length_ns < options.blocked_ns) return;
    Stretch& stretch = stretches.emplace_back();
    stretch.from = from;
    stretch.to = to;
    stretch.length_ns = length_ns;
  };
  for (const replay::Turn& each : facts.model().turns()) {
    if (!happened(from)) from = each.started_at;
    end(each.poll_started_at);
    if (happened(each.poll_started_at)) from = each.poll_ended_at;
  }
  // The last one may have had no end.
  const bool told_apart = unfinished(facts).kind() != replay::FrameKind::kNothing;
  if (happened(from) && from < facts.model().now() && !told_apart) end(facts.model().now());
  return stretches;
}

Stretch* stretch_of(std::vector<Stretch>* stretches, EventNumber event) {
  const auto after =
      std::upper_bound(stretches->begin(), stretches->end(), event,
                       [](EventNumber at, const Stretch& each) { return at < each.from; });
  if (after == stretches->begin()) return nullptr;
  Stretch& before = *(after - 1);
  return event <= before.to ? &before : nullptr;
}

namespace {

void add_call(const Facts& facts, const replay::DelayedCall& call, Stretch* stretch) {
  const EventNumber ended = happened(call.ended_at) ? call.ended_at : facts.model().now();
  const std::int64_t took_ns = facts.ns(ended) - facts.ns(call.started_at);
  Share& share = stretch->shares[facts.site_key(call.stack)];
  share.took_ns += took_ns;
  ++share.calls;
  share.call = &call;
  if (took_ns <= stretch->call_ns) return;
  stretch->call = &call;
  stretch->call_ns = took_ns;
}

// Counts the call where it came due in a stretch and ran late.
void count_late(const Facts& facts, const Options& options, const replay::DelayedCall& call,
                std::vector<Stretch>* stretches) {
  if (call.cancelled || !happened(call.scheduled_at)) return;
  const auto due_in = std::upper_bound(
      stretches->begin(), stretches->end(), call.due_ns,
      [&](std::int64_t due_ns, const Stretch& each) { return due_ns < facts.ns(each.from); });
  if (due_in == stretches->begin()) return;
  Stretch& stretch = *(due_in - 1);
  if (call.scheduled_at >= stretch.to || call.due_ns > facts.ns(stretch.to)) return;
  const std::int64_t ran_ns =
      happened(call.started_at) ? facts.ns(call.started_at) : facts.end_ns();
  if (ran_ns - call.due_ns >= options.late_ns) ++stretch.late;
}

}  // namespace

std::vector<Stretch> blocked_stretches(const Facts& facts, const Options& options) {
  std::vector<Stretch> stretches = long_stretches(facts, options);
  if (stretches.empty()) return stretches;
  for (const replay::Pair& pair : facts.model().pairs()) {
    if (!happened(pair.started_at) || pair.own_ns() < options.blocked_ns / 4) continue;
    Stretch* stretch = stretch_of(&stretches, pair.started_at);
    if (stretch == nullptr || pair.own_ns() <= stretch->pair_ns) continue;
    stretch->pair = &pair;
    stretch->pair_ns = pair.own_ns();
  }
  for (const replay::DelayedCall& call : facts.model().delayed_calls()) {
    if (happened(call.started_at))
      if (Stretch* stretch = stretch_of(&stretches, call.started_at); stretch != nullptr)
        add_call(facts, call, stretch);
    count_late(facts, options, call, &stretches);
  }
  return stretches;
}

}  // namespace reactortrack::analysis
