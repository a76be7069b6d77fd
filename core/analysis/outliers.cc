// SPDX-License-Identifier: MIT
#include "core/analysis/outliers.h"

#include <algorithm>

#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::happened;
using text::count_text;
using text::duration_text;
using text::plural;

Outliers::Outliers(const Look& look) : facts_(look.facts), options_(look.options) {
  for (const replay::Deferred& each : facts_.model().deferreds()) {
    if (!each.fired()) continue;
    Siblings& of = by_site_[facts_.site_key(facts_.origin(each).created_stack)];
    ++of.fired;
    if (!happened(facts_.created_at(each)) || each.fired_at > facts_.living_end()) continue;
    of.longest_ns =
        std::max(of.longest_ns, facts_.ns(each.fired_at) - facts_.ns(facts_.created_at(each)));
    of.at_will = of.at_will || is_at_will(each.fired_in);
    if (of.made.size() < options_.outlier_kin)
      of.made.push_back(facts_.created_at(each));
    else if (!of.made.empty())
      of.made[of.fired % of.made.size()] = facts_.created_at(each);
  }
}

// What went on when it was fired began with input that comes when somebody else likes: from who
// connected to us, a datagram, a terminal. What an own connection or process answers was asked for.
bool Outliers::is_at_will(replay::Frame frame) const {
  constexpr int kMostDepth = 64;
  for (int depth = 0; frame.kind() != replay::FrameKind::kNothing && depth < kMostDepth; ++depth) {
    if (frame.kind() == replay::FrameKind::kIo) {
      const std::string_view type = facts_.say().definitions().text(facts_.model().io_type(frame));
      return type.find("Client") == type.npos && type.find("Waker") == type.npos &&
             type.find("Process") == type.npos;
    }
    frame = facts_.model().outer(frame);
  }
  return false;
}

// Such loops wait for what may come, as the next message of a subscription.
bool Outliers::is_in_a_loop(const replay::Wait& waiter, std::uint32_t site) const {
  const replay::Deferred* waits = facts_.find(waiter.deferred);
  bool again = false;
  if (waits != nullptr)
    facts_.each_wait(*waits, [&](const replay::Wait& each) {
      const replay::Deferred* on = facts_.find(each.on);
      again |= each.how == event::WaitKind::kAwaited && each.on != waiter.on && on != nullptr &&
               facts_.site_key(facts_.origin(*on).created_stack) == site;
    });
  return again;
}

const Outliers::Siblings& Outliers::siblings(const replay::Deferred& deferred) const {
  static const Siblings kNobody;
  const auto found = by_site_.find(facts_.site_key(facts_.origin(deferred).created_stack));
  return found == by_site_.end() ? kNobody : found->second;
}

bool Outliers::stands_out(const replay::Deferred& deferred, const replay::Wait* waiter) const {
  const Siblings& others = siblings(deferred);
  if (!happened(facts_.created_at(deferred)) || others.at_will) return false;
  const std::int64_t age_ns = facts_.age_ns(facts_.created_at(deferred));
  if (others.made.size() < options_.outlier_kin || age_ns < options_.outlier_ns) return false;
  if (age_ns / options_.outlier_factor < others.longest_ns) return false;
  const bool overtaken =
      std::all_of(others.made.begin(), others.made.end(),
                  [&](replay::EventNumber made) { return made > facts_.created_at(deferred); });
  const std::uint32_t site = facts_.site_key(facts_.origin(deferred).created_stack);
  return overtaken && (waiter == nullptr || !is_in_a_loop(*waiter, site));
}

std::string Outliers::text(const replay::Deferred& deferred) const {
  const Siblings& others = siblings(deferred);
  const std::int64_t age_ns = facts_.age_ns(facts_.created_at(deferred));
  const auto times =
      static_cast<std::uint64_t>(age_ns / std::max<std::int64_t>(others.longest_ns, 1));
  return " It stands out: of " + plural(others.fired, "other") + " created in " +
         facts_.in(facts_.origin(deferred).created_stack) + " that fired none took longer than " +
         duration_text(others.longest_ns) + ", the last " + count_text(others.made.size()) +
         " of them were made after it, and it has waited " + count_text(times) + " times as long.";
}

}  // namespace reactortrack::analysis
