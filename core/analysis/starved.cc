// SPDX-License-Identifier: MIT
//
// Delayed calls that had to wait their turn: starved.
#include <unordered_map>
#include <vector>

#include "core/analysis/detectors.h"
#include "core/analysis/stretches.h"
#include "core/text/text.h"

namespace reactortrack::analysis {

using replay::EventNumber;
using replay::happened;
using text::count_text;
using text::duration_text;
using text::plural;

// Delayed calls that ran later than `late` though no single stretch blocked the reactor: so many
// short things were due that they had to wait their turn. The same for a stretch between two polls that
// many short delayed calls of one place filled.
void find_starved_calls(const Look& look) {
  const Facts& facts = look.facts;
  std::vector<Stretch> blocked = long_stretches(facts, look.options);
  std::uint64_t late = 0;
  std::int64_t worst_ns = 0;
  const replay::DelayedCall* worst = nullptr;
  for (const replay::DelayedCall& each : facts.model().delayed_calls()) {
    if (!happened(each.started_at) || each.due_ns <= facts.ns(each.scheduled_at)) continue;
    const std::int64_t late_ns = facts.ns(each.started_at) - each.due_ns;
    if (late_ns < look.options.late_ns) continue;
    const EventNumber due = facts.model().at_time(each.due_ns);
    bool was_blocked =
        stretch_of(&blocked, due) != nullptr || stretch_of(&blocked, each.started_at) != nullptr;
    // It was due while the reactor polled: the machine was busy with something else.
    const std::int64_t events = static_cast<std::int64_t>(replay::number(each.started_at)) -
                                static_cast<std::int64_t>(replay::number(due));
    constexpr std::int64_t kBusy = 100;
    if (was_blocked || events < kBusy) continue;
    ++late;
    if (late_ns <= worst_ns) continue;
    worst_ns = late_ns;
    worst = &each;
  }
  if (worst == nullptr) return;
  Finding& finding = look.add(Kind::kStarved, late > 10 ? Severity::kWarning : Severity::kInfo);
  finding.event = worst->started_at;
  finding.since_ns = worst->due_ns;
  finding.duration_ns = worst_ns;
  // What took the time.
  std::unordered_map<std::uint32_t, std::int64_t> own_ns;
  const replay::Pair* busiest = nullptr;
  std::int64_t most_ns = 0;
  const EventNumber due = facts.model().at_time(worst->due_ns);
  for (const replay::Pair& pair : facts.model().pairs()) {
    if (pair.started_at < due || pair.started_at > worst->started_at) continue;
    std::int64_t& sum = own_ns[facts.site_key(facts.attachment(pair).stack)];
    sum += pair.own_ns();
    if (sum <= most_ns) continue;
    most_ns = sum;
    busiest = &pair;
  }
  finding.message = plural(late, "delayed call") +
                    " ran late though nothing blocked the reactor:" + " the worst, " +
                    facts.function(worst->function) + " scheduled in " + facts.in(worst->stack) +
                    ", by " + duration_text(worst_ns) + ". Meanwhile " +
                    count_text(replay::number(worst->started_at) - replay::number(due)) +
                    " events happened";
  facts.cite(Role::kWaiter, worst->stack, &finding);
  if (busiest != nullptr) {
    finding.message +=
        ", most of the time in callbacks attached in " + facts.in(facts.attachment(*busiest).stack);
    facts.cite(Role::kCulprit, facts.attachment(*busiest).stack, &finding);
    facts.cite(Role::kCulprit, facts.defined(facts.ran(*busiest)), &finding);
  }
  finding.message += ".";
}

}  // namespace reactortrack::analysis
