// SPDX-License-Identifier: MIT
#include "wasm/diagnosis.h"

#include <algorithm>
#include <string_view>

#include "core/analysis/stretches.h"
#include "wasm/site_events.h"

namespace reactortrack::wasm {

using replay::EventNumber;

namespace {

// What is kept of the analysis when its own steps are done.
constexpr std::uint32_t kKeepingPieces = 3;

Blocked blocked_of(const analysis::Stretch& stretch, const analysis::Facts& facts) {
  Blocked blocked;
  blocked.from = blocked.event = stretch.from;
  blocked.to = stretch.to;
  blocked.length_ns = stretch.length_ns;
  blocked.late = stretch.late;
  if (stretch.pair != nullptr && stretch.pair_ns * 2 >= stretch.length_ns) {
    const replay::Pair& pair = *stretch.pair;
    const replay::Deferred* coroutine = facts.find(pair.continues);
    const event::CallableId function =
        coroutine == nullptr ? event::CallableId::kNone : facts.origin(*coroutine).coroutine;
    const bool resumes = function != event::CallableId::kNone;
    blocked.event = pair.started_at;
    blocked.deferred = resumes ? coroutine->id : pair.deferred;
    const char* what = pair.lane() == event::Lane::kCallback ? "callback " : "errback ";
    blocked.culprit =
        (resumes ? "coroutine " : what) + facts.function(resumes ? function : facts.ran(pair));
  } else if (stretch.call != nullptr && stretch.call_ns * 2 >= stretch.length_ns) {
    blocked.event = stretch.call->started_at;
    blocked.culprit = "delayed call " + facts.function(stretch.call->function);
  }
  return blocked;
}

}  // namespace

std::uint32_t Diagnosis::pieces() const {
  return static_cast<std::uint32_t>(analysis::Analysis::step_count()) + kKeepingPieces;
}

const FoundInAll& Diagnosis::found() const {
  static const FoundInAll kNothing;
  return found_ ? *found_ : kNothing;
}

void Diagnosis::begin() {
  begun_at_ = timeline_.last();
  pieces_done_ = 0;
  next_.emplace();
  analysis_.reset();
  wording_.emplace(timeline_.model(), timeline_.source().definitions());
  analysis_.emplace(*wording_, analysis::Options{});
}

std::uint32_t Diagnosis::work() {
  if (timeline_.last() == EventNumber::kNone || is_done()) return 0;
  if (!analysis_ || begun_at_ != timeline_.last()) begin();
  const std::uint32_t steps = pieces() - kKeepingPieces;
  switch (pieces_done_ < steps ? 0 : pieces_done_ - steps + 1) {
    case 0: analysis_->step(); break;
    case 1: keep_findings(&*next_); break;
    case 2: keep_waits(&*next_); break;
    case 3: keep_blocked(&*next_); break;
  }
  if (++pieces_done_ < pieces()) return pieces() - pieces_done_;
  next_->upto = begun_at_;
  found_ = std::move(next_);
  analysis_.reset();
  next_.reset();
  return 0;
}

void Diagnosis::keep_findings(FoundInAll* found) {
  std::vector<analysis::Finding>& all = analysis_->findings();
  for (const analysis::Finding& each : all) ++found->count[static_cast<std::size_t>(each.severity)];
  if (all.size() > kMostFindings) all.resize(kMostFindings);
  auto events = site_events(all, analysis_->facts());
  found->findings.reserve(all.size());
  for (std::size_t at = 0; at < all.size(); ++at)
    found->findings.push_back({std::move(all[at]), std::move(events[at])});
}

void Diagnosis::keep_waits(FoundInAll* found) const {
  found->waits = analysis::wait_tree(analysis_->graph(), analysis_->facts(), kMostWaits);
  found->asleep = analysis_->facts().is_asleep();
  constexpr std::string_view kHolder = ", which this has:";
  for (const analysis::WaitRow& each : found->waits) {
    const std::string_view how = each.how;
    if (!each.cause.empty())
      found->causes.try_emplace(each.deferred, each.cause);
    else if (how.ends_with(kHolder))
      found->causes.try_emplace(each.deferred,
                                "it is " + std::string(how.substr(0, how.size() - kHolder.size())));
  }
}

// The longest ones, in the order of time.
void Diagnosis::keep_blocked(FoundInAll* found) const {
  std::vector<analysis::Stretch> stretches =
      analysis::blocked_stretches(analysis_->facts(), analysis::Options{});
  const auto longer = [](const analysis::Stretch& a, const analysis::Stretch& b) {
    return a.length_ns != b.length_ns ? a.length_ns > b.length_ns : a.from < b.from;
  };
  if (stretches.size() > kMostBlocked) {
    std::sort(stretches.begin(), stretches.end(), longer);
    stretches.resize(kMostBlocked);
    std::sort(stretches.begin(), stretches.end(),
              [](const auto& a, const auto& b) { return a.from < b.from; });
  }
  for (const analysis::Stretch& each : stretches)
    found->blocked.push_back(blocked_of(each, analysis_->facts()));
}

}  // namespace reactortrack::wasm
