// SPDX-License-Identifier: MIT
#include "core/analysis/analysis.h"

#include <gtest/gtest.h>

#include "core/analysis/program_test.h"
#include "core/analysis/stretches.h"
#include "core/analysis/wait_tree.h"

namespace reactortrack::analysis {
namespace {

// One Deferred that nobody fires, which another one waits for, and a callback that blocks the reactor.
Program troubled() {
  Program program;
  program << event::TurnStarted{} << event::TurnEnded{} << event::PollStarted{}
          << event::PollEnded{} << event::TurnStarted{};
  program << event::Created{.deferred = kD1, .stack = program.at("ask", 10)};
  program << event::Created{.deferred = kD2, .stack = program.at("serve", 20)}
          << event::Attached{.deferred = kD2,
                             .callback = program.function("answer", 5),
                             .stack = program.at("serve", 21)}
          << event::Fired{.deferred = kD2} << event::Started{.deferred = kD2};
  program.at_ms(700) << event::Finished{.deferred = kD2,
                                        .result = {.outcome = Outcome::kDeferred, .deferred = kD1}}
                     << event::Waiting{kD2, kD1, WaitKind::kReturned, {}} << event::TurnEnded{}
                     << event::PollStarted{};
  program.at_ms(5000) << event::PollEnded{} << event::TurnStarted{};
  return program;
}

TEST(Analysis, InStepsFindsTheSame) {
  const Program program = troubled();
  const text::Wording wording(program.model(), program.definitions());
  const std::vector<Finding> at_once = findings(wording, {});
  EXPECT_GE(at_once.size(), 2u);
  Analysis analysis(wording, {});
  std::size_t steps = 1;
  for (; analysis.step(); ++steps) EXPECT_EQ(analysis.steps_done(), steps);
  EXPECT_EQ(steps, Analysis::step_count());
  EXPECT_FALSE(analysis.step());
  ASSERT_EQ(analysis.findings().size(), at_once.size());
  for (std::size_t at = 0; at < at_once.size(); ++at)
    EXPECT_EQ(analysis.findings()[at].message, at_once[at].message);
}

TEST(Stretches, NameWhatRanInThem) {
  const Program program = troubled();
  const text::Wording wording(program.model(), program.definitions());
  const Facts facts(wording);
  const std::vector<Stretch> stretches = blocked_stretches(facts, {});
  ASSERT_EQ(stretches.size(), 1u);
  EXPECT_EQ(stretches[0].length_ns, 700 * kMillisecond);
  ASSERT_NE(stretches[0].pair, nullptr);
  EXPECT_EQ(stretches[0].pair->deferred, kD2);
  EXPECT_EQ(stretches[0].pair_ns, 700 * kMillisecond);
}

TEST(WaitTree, EndsAfterSoManyRows) {
  const Program program = troubled();
  const text::Wording wording(program.model(), program.definitions());
  const Facts facts(wording);
  const WaitGraph graph(facts);
  const std::vector<WaitRow> all = wait_tree(graph, facts);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].deferred, kD2);
  EXPECT_EQ(all[1].deferred, kD1);
  EXPECT_EQ(all[1].depth, 1u);
  EXPECT_FALSE(all[1].cause.empty());
  EXPECT_EQ(wait_tree(graph, facts, 1).size(), 1u);
}

}  // namespace
}  // namespace reactortrack::analysis
