// SPDX-License-Identifier: MIT
//
// Answers that core's own rooms do not give: the strip of the reactor, what was found, search. The
// others are compared natively and as WebAssembly in tests/agreement, and used by the page's tests.
#include "wasm/answers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "core/log/sample_recording.h"

namespace reactortrack::wasm {
namespace {

using event::DeferredId;

constexpr std::int64_t kMs = 1'000'000;

struct Asked {
  explicit Asked(const log::SampleRecording& recording) : session(0) {
    const auto bytes = recording.bytes();
    std::memcpy(session.room(static_cast<std::uint32_t>(bytes.size())).data(), bytes.data(),
                bytes.size());
    session.append(static_cast<std::uint32_t>(bytes.size()));
    session.finish();
    while (session.read(1000)) {
    }
    session.set_view({.width = 320, .height = 200});
  }
  // Without the layout of the JSON.
  std::string ask(Question question, std::uint32_t a = 0, std::string_view text = {}) {
    std::string answer = wasm::answer(&session, question, a, 0, text);
    std::erase_if(answer, [](char unit) { return unit == ' ' || unit == '\n'; });
    return answer;
  }
  std::uint32_t work_all() {
    std::uint32_t pieces = 1;
    for (; session.work() != 0; ++pieces) {
    }
    return pieces;
  }
  Session session;
};

bool has(const std::string& answer, std::string_view part) {
  return answer.find(part) != std::string::npos;
}

// Two turns: busy from 0 to 100 ms and from 200 to 250 ms; one that goes on at the end, from 400 on.
log::SampleRecording three_turns() {
  log::SampleRecording out;
  out.write(0, event::TurnStarted{});
  out.write(100 * kMs, event::TurnEnded{.calls = 3});
  out.write(100 * kMs, event::PollStarted{});
  out.write(200 * kMs, event::PollEnded{});
  out.write(200 * kMs, event::TurnStarted{});
  out.write(250 * kMs, event::TurnEnded{});
  out.write(250 * kMs, event::PollStarted{});
  out.write(400 * kMs, event::PollEnded{});
  out.write(400 * kMs, event::TurnStarted{});
  out.write(800 * kMs, event::Created{.deferred = DeferredId{1}});
  return out;
}

TEST(Reactor, EachTurnIsBusyFromThePollBeforeItToItsOwn) {
  Asked asked(three_turns());
  const std::string answer = asked.ask(Question::kReactor, 8);
  EXPECT_TRUE(has(answer, R"("turn_count":3)"));
  EXPECT_TRUE(has(answer, R"("busy_ns":"550000000","polled_ns":"250000000")"));
  EXPECT_TRUE(has(answer, R"({"event":1,"end_event":4,"start_ns":"0","end_ns":"200000000",)"
                          R"("busy_ns":"100000000","polled_ns":"100000000","calls":3})"));
  EXPECT_TRUE(has(answer,
                  R"({"event":9,"end_event":10,"start_ns":"400000000",)"
                  R"("end_ns":"800000000","busy_ns":"400000000","polled_ns":"0","calls":0})"));
  EXPECT_TRUE(has(answer, R"("buckets":[[1000,1,3],[0,0,0],[500,1,0],[0,0,0],)"
                          R"([1000,1,0],[1000,0,0],[1000,0,0],[1000,0,0]])"));
}

TEST(Reactor, TooManyTurnsAreToldInBucketsOnly) {
  Asked asked(three_turns());
  EXPECT_TRUE(has(asked.ask(Question::kReactor, 2), R"("turns":[])"));
  EXPECT_TRUE(has(asked.ask(Question::kReactor, 2), R"([[375,2,3],[1000,1,0]])"));
}

TEST(Reactor, WhereItWasBlockedIsKnownWhenTheWorkIsDone) {
  Asked asked(three_turns());
  EXPECT_TRUE(has(asked.ask(Question::kReactor, 8), R"("done":false)"));
  asked.work_all();
  const std::string answer = asked.ask(Question::kReactor, 8);
  EXPECT_TRUE(has(answer, R"("done":true)"));
  EXPECT_TRUE(has(answer, R"("blocked":[{"event":8,"from_event":8,"to_event":10,)"));
}

TEST(Findings, AreThereWhenTheWorkIsDone) {
  Asked asked(three_turns());
  EXPECT_TRUE(has(asked.ask(Question::kFindings), R"("done":false)"));
  EXPECT_TRUE(has(asked.ask(Question::kFindings), R"("upto":0)"));
  const std::uint32_t pieces = asked.work_all();
  EXPECT_GT(pieces, asked.session.diagnosis().pieces());  // that of the jumps is one more at least
  const std::string answer = asked.ask(Question::kFindings);
  EXPECT_TRUE(has(answer, R"("done":true)"));
  EXPECT_TRUE(has(answer, R"("upto":10)"));
  EXPECT_TRUE(has(answer, R"("kind":"reactor-blocked")"));
  EXPECT_TRUE(has(answer, R"("go":8)"));
  EXPECT_EQ(asked.session.work(), 0u);
}

// More is read: what was found stays until that of all is known.
TEST(Findings, OfBeforeStayWhileTheRecordingGrows) {
  const log::SampleRecording recording = three_turns();
  const auto bytes = recording.bytes();
  Session session(0);
  const auto append = [&](std::size_t from, std::size_t to) {
    const auto size = static_cast<std::uint32_t>(to - from);
    std::memcpy(session.room(size).data(), bytes.data() + from, size);
    session.append(size);
    while (session.read(1000)) {
    }
  };
  append(0, bytes.size() - 8);
  while (session.work() != 0) {
  }
  const replay::EventNumber before = session.diagnosis().found().upto;
  EXPECT_TRUE(session.diagnosis().is_done());
  append(bytes.size() - 8, bytes.size());
  ASSERT_LT(before, session.timeline().last());
  EXPECT_FALSE(session.diagnosis().is_done());
  session.work();
  EXPECT_EQ(session.diagnosis().found().upto, before);
  while (session.work() != 0) {
  }
  EXPECT_EQ(session.diagnosis().found().upto, session.timeline().last());
}

// The page looks for what is wrong in whatever it is given.
TEST(Findings, OfEventsThatMakeNoSenseAreSomethingToo) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Asked asked(log::random_recording(seed, 600));
    asked.work_all();
    EXPECT_TRUE(has(asked.ask(Question::kFindings), R"("done":true)")) << seed;
    EXPECT_TRUE(has(asked.ask(Question::kWaitTree), R"("rows":[)")) << seed;
    EXPECT_TRUE(has(asked.ask(Question::kReactor, 50), R"("blocked":[)")) << seed;
  }
}

TEST(Search, FindsFailuresByTypeAndByTheWordsOfTheirMessage) {
  log::SampleRecording out;
  const auto type = out.string("twisted.internet.error.TimeoutError");
  const auto message = out.string("no answer from the bank");
  for (std::uint32_t id = 1; id <= 3; ++id)
    out.write(id, event::Created{.deferred = DeferredId{id}});
  const event::FailureId failure{1};
  out.write(4, event::FailureSeen{.failure = failure, .type = type, .message = message});
  out.write(
      5, event::Fired{
             DeferredId{2}, {.outcome = event::Outcome::kFailureReturned, .failure = failure}, {}});
  out.write(6, event::Attached{.deferred = DeferredId{3}});
  out.write(7, event::Fired{DeferredId{3}, {}, {}});
  out.write(8, event::Started{DeferredId{3}, 0, event::Lane::kCallback});
  out.write(9, event::Finished{DeferredId{3},
                               {.outcome = event::Outcome::kFailureRaised, .failure = failure}});
  Asked asked(out);
  EXPECT_TRUE(has(asked.ask(Question::kSearch, 0, "timeouterr"), R"("count":2)"));
  EXPECT_TRUE(has(asked.ask(Question::kSearch, 0, "the bank"), R"("count":2)"));
  EXPECT_TRUE(has(asked.ask(Question::kSearch, 0, "KeyError"), R"("count":0)"));
}

// #1 awaits #2, which awaits #3; that fires, and #2 attaches a callback to #4.
TEST(Events, TellWhoAwaitedTheCodeThatRan) {
  log::SampleRecording out;
  const event::StackId stack = out.stack({}, out.site("/app/shop.py", "order", 40));
  for (const std::uint32_t id : {1u, 2u, 3u, 4u})
    out.write(0, event::Created{.deferred = DeferredId{id}});
  out.write(1, event::Waiting{DeferredId{2}, DeferredId{3}, event::WaitKind::kAwaited, {}});
  out.write(1, event::Attached{DeferredId{3}, {}, {}, {}});
  out.write(1, event::Waiting{DeferredId{1}, DeferredId{2}, event::WaitKind::kAwaited, stack});
  out.write(2, event::Fired{.deferred = DeferredId{3}});
  out.write(2, event::Resumed{.deferred = DeferredId{2}, .by = DeferredId{3}});
  out.write(2, event::Started{DeferredId{3}, 0, event::Lane::kCallback});
  out.write(3, event::Attached{DeferredId{4}, {}, {}, stack});
  Asked asked(out);
  EXPECT_TRUE(has(asked.ask(Question::kEvent, 11),
                  R"json("awaited_by":["#1,await(app/shop.py:40inorder)"])json"));
  EXPECT_TRUE(has(asked.ask(Question::kEvent, 9), R"("awaited_by":[])"));
}

}  // namespace
}  // namespace reactortrack::wasm
