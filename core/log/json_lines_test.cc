// SPDX-License-Identifier: MIT
#include "core/log/json_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "core/log/sample_recording.h"

namespace reactortrack::log {
namespace {

using namespace event;

// A Source and the text it reads.
struct OpenText {
  std::unique_ptr<std::string> text;
  std::unique_ptr<Source> source;
  Source* operator->() const { return source.get(); }
  Source* get() const { return source.get(); }
};

OpenText open_text(std::string_view text) {
  auto kept = std::make_unique<std::string>(text);
  auto source = open(std::as_bytes(std::span(*kept)));
  return {std::move(kept), std::move(source)};
}

std::string to_lines(Source* source) {
  std::string lines;
  JsonLinesWriter writer(source->definitions());
  for (Event event; source->next(&event);) writer.append(event, &lines);
  return lines;
}

std::string to_lines(std::span<const std::byte> bytes) {
  const auto source = open(bytes);
  return to_lines(source.get());
}

std::vector<std::string> split(const std::string& lines) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    all.push_back(lines.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

// The events that are no definitions, as text with everything looked up.
std::string plain(Source* source) {
  std::string text;
  for (Event event; source->next(&event);)
    if (static_cast<int>(kind_of(event.body)) >= kFirstTimedKind) text += describe(event) + "\n";
  return text;
}

// ---- The contract of 2013 ---------------------------------------------------------------------

TEST(JsonLinesWriter, WritesTheKeysOf2013First) {
  SampleRecording recording;
  const StringId type = recording.string("twisted.internet.defer.Deferred");
  const CallableId simple = recording.callable("__main__", "simpleCallback");
  const CallableId problem = recording.callable("__main__", "problem");
  const CallableId handler = recording.callable("__main__", "simpleErrback");
  const StringId error = recording.string("builtins.Exception");
  const DeferredId d{1}, d2{2};
  recording.write(0, Created{d, type, {25657144}, {}, {}});
  recording.write(0, Created{d2, type, {25656712}, {}, {}});
  recording.write(0, Attached{d, simple, {}, {}});
  recording.write(0, Attached{d, problem, handler, {}});
  recording.write(0, Attached{d, {}, handler, {}});
  recording.write(0, Waiting{d2, d, WaitKind::kChainDeferred, {}});
  recording.write(0, Started{d, 0, Lane::kCallback});
  recording.write(1'001'000'000, Finished{d, {.outcome = Outcome::kValue, .type = type}});
  recording.write(1'001'000'000, Started{d, 1, Lane::kCallback});
  recording.write(1'001'000'000, FailureSeen{FailureId{1}, error, {}, {}});
  recording.write(1'001'500'000,
                  Finished{d, {.outcome = Outcome::kFailureRaised, .failure = FailureId{1}}});
  recording.write(1'001'500'000, Started{d, 2, Lane::kErrback});
  recording.write(1'001'600'000, Finished{d, {.outcome = Outcome::kDeferred, .deferred = d2}});
  recording.write(1'001'600'000, Waiting{d, d2, WaitKind::kReturned, {}});

  const std::vector<std::string> lines = split(to_lines(recording.bytes()));
  const std::vector<std::string> expected = {
      R"({"action": "created", "deferred": 25657144, "serial": 1, "type": )",
      R"({"action": "created", "deferred": 25656712, "serial": 2, "type": )",
      R"({"action": "attached", "deferred": 25657144, "errback": null, "callback": "__main__.simpleCallback", )",
      R"({"action": "attached", "deferred": 25657144, "errback": "__main__.simpleErrback", "callback": "__main__.problem", )",
      R"({"action": "attached", "deferred": 25657144, "errback": "__main__.simpleErrback", "callback": null, )",
      R"({"action": "chained", "deferred": 25657144, "serial": 1, "to": 25656712, "to_serial": 2, "how": "chainDeferred", )",
      R"({"action": "executing", "deferred": 25657144, "callback?": true, "callback": "__main__.simpleCallback", )",
      R"({"action": "executed", "deferred": 25657144, "time": 1.001, "callback?": true, "callback": "__main__.simpleCallback", )",
      R"({"action": "executing", "deferred": 25657144, "callback?": true, "callback": "__main__.problem", )",
      R"({"action": "failure", "failure": "builtins.Exception", )",
      R"({"action": "failed", "deferred": 25657144, "time": 0.0005, "callback?": true, "callback": "__main__.problem", )",
      R"({"action": "executing", "deferred": 25657144, "callback?": false, "callback": "__main__.simpleErrback", )",
      R"({"action": "executed", "deferred": 25657144, "time": 0.0001, "callback?": false, "callback": "__main__.simpleErrback", )",
      R"({"action": "chained", "deferred": 25657144, "serial": 1, "to": 25656712, "to_serial": 2, "how": "returned", )",
  };
  ASSERT_EQ(lines.size(), expected.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    EXPECT_EQ(lines[i].substr(0, expected[i].size()), expected[i]);
  EXPECT_NE(lines[10].find(R"("failure": "builtins.Exception", "failure_serial": 1)"),
            std::string::npos);
}

TEST(JsonLinesReader, ReadsLinesOf2013) {
  const std::string text =
      R"({"action": "attached", "deferred": 25657144, "errback": null, "callback": "__main__.simpleCallback"}
{"action": "attached", "deferred": 25657144, "errback": "__main__.simpleErrback", "callback": null}
{"action": "attached", "deferred": 25657144, "errback": null, "callback": "pkg.mod.followup"}
{"action": "chained", "deferred": 25657144, "to": 25656712}
{"action": "attached", "deferred": 25656712, "errback": null, "callback": "__main__.inner"}
{"action": "executed", "deferred": 25657144, "time": 1.001, "callback?": true, "callback": "__main__.simpleCallback"}
{"action": "failed", "deferred": 25657144, "time": 0.25, "callback?": true, "callback": "pkg.mod.followup", "failure": "exceptions.ValueError"}
{"action": "executed", "deferred": 25656712, "time": 1e-05, "callback?": true, "callback": "__main__.inner"}
{"action": "chained", "deferred": 25656712, "to": 99}
)";
  const auto source = open_text(text);
  EXPECT_EQ(plain(source.get()),
            "0ns adopted deferred=1 type=0 id=25657144 state=0\n"
            "0ns attached deferred=1 callback=1 errback=0 stack=0\n"
            "0ns attached deferred=1 callback=0 errback=2 stack=0\n"
            "0ns attached deferred=1 callback=3 errback=0 stack=0\n"
            "0ns adopted deferred=2 type=0 id=25656712 state=0\n"
            "0ns waiting deferred=2 on=1 how=2 stack=0\n"
            "0ns attached deferred=2 callback=4 errback=0 stack=0\n"
            "0ns fired deferred=1 result=value/0/0/0/0 stack=0\n"
            "0ns started deferred=1 position=0 lane=0\n"
            "1001000000ns finished deferred=1 result=value/0/0/0/0\n"
            "1001000000ns started deferred=1 position=2 lane=0\n"
            "1001000000ns failure failure=1 type=7 message=0 traceback=0\n"
            "1251000000ns finished deferred=1 result=failure_raised/0/0/1/0\n"
            "1251000000ns fired deferred=2 result=value/0/0/0/0 stack=0\n"
            "1251000000ns started deferred=2 position=0 lane=0\n"
            "1251010000ns finished deferred=2 result=value/0/0/0/0\n"
            "1251010000ns adopted deferred=3 type=0 id=99 state=0\n"
            "1251010000ns waiting deferred=2 on=3 how=1 stack=0\n");
  EXPECT_EQ(source->ending(), Ending::kComplete);
  EXPECT_EQ(source->warning_count(), 0u);
  const Definitions& definitions = source->definitions();
  EXPECT_EQ(definitions.dotted_name(CallableId{3}), "pkg.mod.followup");
  EXPECT_EQ(definitions.text(definitions.callable(CallableId{3}).module), "pkg.mod");
  EXPECT_EQ(definitions.text(StringId{7}), "exceptions.ValueError");
}

TEST(JsonLinesReader, TellsDeferredsApartWhoseAddressIsUsedAgain) {
  const auto source = open_text(
      "{\"action\": \"created\", \"deferred\": 7}\n{\"action\": \"created\", \"deferred\": 7}\n"
      "{\"action\": \"attached\", \"deferred\": 7, \"errback\": null, \"callback\": null}\n");
  EXPECT_EQ(plain(source.get()),
            "0ns created deferred=1 type=0 id=7 canceller=0 stack=0\n"
            "0ns created deferred=2 type=0 id=7 canceller=0 stack=0\n"
            "0ns attached deferred=2 callback=0 errback=0 stack=0\n");
}

// ---- There and back ---------------------------------------------------------------------------

TEST(JsonLines, LinesReadAndWrittenAgainAreTheSame) {
  const std::string lines = to_lines(sample_program().bytes());
  const auto source = open_text(lines);
  EXPECT_EQ(split(to_lines(source.get())), split(lines));
  EXPECT_EQ(source->ending(), Ending::kComplete);
  EXPECT_EQ(source->warning_count(), 0u);
  EXPECT_EQ(source->lost_count(), 70'000u);
  EXPECT_EQ(source->definitions().info("python"), "3.11.2");
}

// Recordings whose events contradict each other (a callback that finished but never started, a
// Deferred nobody created) keep their text too, once what the lines refer to has been introduced.
TEST(JsonLines, RandomLinesReadAndWrittenAgainAreTheSame) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const std::string lines = to_lines(random_recording(seed, 1500).bytes());
    const auto first = open_text(lines);
    const std::string once = to_lines(first.get());
    const auto second = open_text(once);
    EXPECT_EQ(split(to_lines(second.get())), split(once));
    EXPECT_EQ(first->warning_count(), 0u) << first->warnings()[0].cause;
    EXPECT_EQ(split(once).size(), split(lines).size());
  }
}

// Through lines to a recording: the same events, with definitions numbered anew.
TEST(JsonLines, ARecordingMadeOfLinesHasTheSameLines) {
  const std::string lines = to_lines(sample_program().bytes());
  const auto source = open_text(lines);
  std::vector<std::byte> bytes(1 << 16);
  Writer writer;
  writer.set_window(bytes);
  writer.start();
  for (Event event; source->next(&event);)
    std::visit(
        [&]<class Kind>(const Kind& kind) {
          if constexpr (std::is_same_v<Kind, Info>)
            writer.info(kind.key, kind.value);
          else if constexpr (static_cast<int>(Kind::kKind) < kFirstTimedKind)
            writer.define(kind);
          else
            EXPECT_TRUE(writer.write(event.time_ns, kind));
        },
        event.body);
  EXPECT_EQ(split(to_lines(std::span(bytes).first(writer.written()))), split(lines));
}

TEST(JsonLines, EveryEventOfASampleHasALine) {
  const SampleRecording recording = sample_program();
  std::size_t expected = 0;
  for (const Event& event : recording.expected())
    expected += static_cast<int>(kind_of(event.body)) >= kFirstTimedKind ||
                kind_of(event.body) == EventKind::kInfo;
  EXPECT_EQ(split(to_lines(recording.bytes())).size(), expected);
}

TEST(JsonLinesWriter, SaysWhereSomethingHappened) {
  const std::string lines = to_lines(sample_program().bytes());
  EXPECT_NE(
      lines.find(R"("stack": [{"file": "app.py", "line": 12, "function": "main"}, )"
                 R"({"file": "app.py", "line": 40, "function": "<module>"}], "t": 0.0000025})"),
      std::string::npos);
  EXPECT_NE(lines.find(R"("callback_module": "__main__", "callback_site": {"file": "app.py", )"
                       R"("line": 12, "function": "main"})"),
            std::string::npos);
  EXPECT_NE(lines.find(R"("message": "no such caf\u00e9")"), std::string::npos);
  EXPECT_NE(lines.find(R"({"action": "info", "key": "python", "value": "3.11.2"})"),
            std::string::npos);
}

TEST(JsonLinesWriter, CutsStacksOfAnyDepth) {
  SampleRecording recording;
  const SiteId site = recording.site("deep.py", "again", 3);
  StackId stack{};
  for (int i = 0; i < 1000; ++i) stack = recording.stack(stack, site);
  recording.write(0, Cancelling{DeferredId{1}, stack});
  const std::string lines = to_lines(recording.bytes());
  std::size_t frames = 0;
  for (std::size_t at = lines.find("deep.py"); at != std::string::npos;
       at = lines.find("deep.py", at + 1))
    ++frames;
  EXPECT_EQ(frames, kMaxJsonFrames);
}

// ---- Broken input -----------------------------------------------------------------------------

TEST(JsonLinesReader, SkipsBrokenLinesAndSaysWhich) {
  const auto source = open_text(
      "FINISHED!\n"
      "{\"action\": \"created\", \"deferred\": 7}\n"
      "{\"action\": \"attached\", \"deferred\": 7, \"callback\": \"x\n"
      "\n"
      "{\"action\": \"no such thing\", \"deferred\": 7}\n"
      "{\"deferred\": 7}\n"
      "{\"action\": \"waiting\", \"deferred\": 7, \"on\": 8, \"t\": 1}\n"
      "{\"action\": \"created\", \"deferred\": \"x\"}\r\n"
      "{\"action\": \"created\", \"deferred\": 9}\r\n");
  EXPECT_EQ(plain(source.get()),
            "0ns created deferred=1 type=0 id=7 canceller=0 stack=0\n"
            "1000000000ns adopted deferred=2 type=0 id=8 state=0\n"
            "1000000000ns created deferred=3 type=0 id=9 canceller=0 stack=0\n");
  EXPECT_EQ(source->ending(), Ending::kComplete);
  ASSERT_EQ(source->warning_count(), 6u);
  const auto expect = [&](std::size_t i, std::uint64_t line, const char* cause) {
    EXPECT_EQ(source->warnings()[i].line, line);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, cause, source->warnings()[i].cause);
  };
  expect(0, 1, "an object in braces is expected at column 1");
  expect(1, 3, "the object does not end");
  expect(2, 5, "\"no such thing\" is an action that is unknown");
  expect(3, 6, "\"action\" is missing");
  expect(4, 7, "\"how\" is missing");
  expect(5, 8, "\"deferred\" is no number");
}

TEST(JsonLinesReader, FailsWhenNoLineCanBeUsed) {
  const auto source = open_text("{\"a\": 1}\n{\"b\": 2}\n");
  EXPECT_EQ(plain(source.get()), "");
  EXPECT_EQ(source->ending(), Ending::kError);
  EXPECT_EQ(source->error().line, 1u);
  EXPECT_PRED_FORMAT2(testing::IsSubstring, "no line could be used", source->error().cause);
  EXPECT_EQ(source->warning_count(), 2u);
}

TEST(JsonLinesReader, KeepsTheFirstWarningsAndCountsAll) {
  std::string text = "{\"action\": \"created\", \"deferred\": 7}\n";
  for (int i = 0; i < 1000; ++i) text += "{}\n";
  const auto source = open_text(text);
  EXPECT_EQ(read_all(source.get()).size(), 1u);
  EXPECT_EQ(source->warning_count(), 1000u);
  EXPECT_EQ(source->warnings().size(), Source::kMaxWarnings);
}

TEST(JsonLinesReader, RefusesSerialsThatWouldFillTheMemory) {
  const auto source = open_text(
      "{\"action\": \"created\", \"deferred\": 7, \"serial\": 4000000000, \"t\": 0}\n"
      "{\"action\": \"created\", \"deferred\": 7, \"serial\": 1000000, \"t\": 0}\n"
      "{\"action\": \"call_ended\", \"call\": 4000000000, \"t\": 0}\n");
  EXPECT_EQ(plain(source.get()), "0ns created deferred=1000000 type=0 id=7 canceller=0 stack=0\n");
  EXPECT_EQ(source->warning_count(), 2u);
}

// ---- Endings ----------------------------------------------------------------------------------

TEST(JsonLinesReader, KnowsWhetherLinesOfAWholeRecordingAreComplete) {
  const std::string lines = to_lines(sample_program().bytes());
  const std::size_t last = lines.rfind('\n', lines.size() - 2) + 1;
  const auto ending_of = [](const std::string& text) {
    const auto source = open_text(text);
    read_all(source.get());
    return source->ending();
  };
  EXPECT_EQ(ending_of(lines), Ending::kComplete);
  EXPECT_EQ(ending_of(lines.substr(0, lines.size() - 1)), Ending::kComplete);
  EXPECT_EQ(ending_of(lines.substr(0, last)), Ending::kTruncated);
  for (std::size_t size = last + 1; size < lines.size() - 1; ++size)
    ASSERT_EQ(ending_of(lines.substr(0, size)), Ending::kTruncated)
        << lines.substr(last, size - last);
  // 2013 had no end marker.
  EXPECT_EQ(ending_of("{\"action\": \"created\", \"deferred\": 7}\n"), Ending::kComplete);
}

TEST(JsonLinesReader, GoesOnWhenTheTextGrows) {
  const std::string lines = to_lines(sample_program().bytes());
  const auto whole = open_text(lines);
  const std::vector<Event> expected = read_all(whole.get());
  for (const std::size_t step : {1, 13, 400}) {
    auto text = std::make_unique<std::string>("{");
    std::vector<std::string> events;
    JsonLinesReader source(std::as_bytes(std::span(*text)));
    for (std::size_t size = step; source.ending() != Ending::kComplete; size += step) {
      auto grown = std::make_unique<std::string>(lines.substr(0, size));
      source.extend(std::as_bytes(std::span(*grown)));
      text = std::move(grown);  // the old text is gone
      for (Event event; source.next(&event);) events.push_back(describe(event));
      ASSERT_NE(source.ending(), Ending::kError) << source.error().cause;
      ASSERT_LT(size, lines.size() + step) << "must have ended";
    }
    ASSERT_EQ(events.size(), expected.size());
    for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i], describe(expected[i]));
    EXPECT_EQ(source.warning_count(), 0u);
  }
}

}  // namespace
}  // namespace reactortrack::log
