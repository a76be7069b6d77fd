// SPDX-License-Identifier: MIT
#include "wasm/site_events.h"

#include <gtest/gtest.h>

#include "core/analysis/program_test.h"

namespace reactortrack::wasm {
namespace {

using namespace analysis;

// The event that a finding of this kind cites in this role; 0 when it is the place of none.
std::uint32_t event_of(const Program& program, Kind kind, Role role) {
  const text::Wording wording(program.model(), program.definitions());
  const Facts facts(wording);
  const std::vector<Finding> all = program.findings();
  const auto events = site_events(all, facts);
  EXPECT_EQ(events.size(), all.size());
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (all[at].kind != kind) continue;
    EXPECT_EQ(events[at].size(), all[at].sites.size());
    for (std::size_t site = 0; site < all[at].sites.size(); ++site)
      if (all[at].sites[site].role == role) return replay::number(events[at][site]);
  }
  ADD_FAILURE() << "no such finding, or no such role";
  return 0;
}

std::uint32_t now(const Program& program) { return replay::number(program.model().now()); }

TEST(SiteEvents, AreThoseOfTheDeferredInTheirRoles) {
  Program program;
  const StackId here = program.at("serve", 7);  // all of it happens on one line
  program.at_ms(10) << event::Created{.deferred = kD1, .stack = here};
  const std::uint32_t created = now(program);
  program.at_ms(20) << event::Fired{.deferred = kD1, .stack = here};
  const std::uint32_t fired = now(program);
  program.at_ms(30) << event::FiredAgain{.deferred = kD1, .stack = here};
  const std::uint32_t again = now(program);
  EXPECT_EQ(event_of(program, Kind::kFiredTwice, Role::kCreated), created);
  EXPECT_EQ(event_of(program, Kind::kFiredTwice, Role::kFired), fired);
  EXPECT_EQ(event_of(program, Kind::kFiredTwice, Role::kFiredAgain), again);
}

// A callback's place is where it was written; it comes up when the callback begins.
TEST(SiteEvents, ACulpritIsWhereItBegan) {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{}
          << event::PollEnded{} << event::TurnStarted{}
          << event::Created{.deferred = kD1, .stack = program.at("download", 17)}
          << event::Attached{.deferred = kD1,
                             .callback = program.function("store", 19),
                             .stack = program.at("process", 24)};
  const std::uint32_t attached = now(program);
  program << event::Fired{.deferred = kD1} << event::Started{.deferred = kD1};
  const std::uint32_t started = now(program);
  program.at_ms(900) << event::Finished{.deferred = kD1} << event::TurnEnded{}
                     << event::PollStarted{} << event::PollEnded{};
  EXPECT_EQ(event_of(program, Kind::kReactorBlocked, Role::kCulprit), started);
  EXPECT_EQ(event_of(program, Kind::kReactorBlocked, Role::kAttached), attached);
}

// What is not a place of the finding's own Deferred is looked for everywhere: the last time up to the
// finding's event.
TEST(SiteEvents, APlaceOfAnotherIsFoundToo) {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{}
          << event::PollEnded{} << event::TurnStarted{};
  constexpr event::DelayedCallId kCall{3};
  program.at_ms(5) << event::CallScheduled{
      .call = kCall, .function = program.function("compute", 40), .stack = program.at("plan", 30)};
  const std::uint32_t scheduled = now(program);
  program.at_ms(10) << event::CallStarted{.call = kCall};
  const std::uint32_t started = now(program);
  program.at_ms(950) << event::CallEnded{.call = kCall} << event::TurnEnded{}
                     << event::PollStarted{} << event::PollEnded{};
  EXPECT_EQ(event_of(program, Kind::kReactorBlocked, Role::kAttached), scheduled);
  EXPECT_EQ(event_of(program, Kind::kReactorBlocked, Role::kCulprit), started);
}

}  // namespace
}  // namespace reactortrack::wasm
