// SPDX-License-Identifier: MIT
//
// docs/log-format.md says what the code does: its tables are those of event.h and names.h, and its
// example reads as the page claims.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/event/names.h"
#include "core/log/json_lines.h"
#include "core/log/sample_recording.h"

namespace reactortrack::log {
namespace {

const std::string& page() {
  static const std::string text = [] {
    std::ifstream file(REACTORTRACK_SOURCE_DIR "/docs/log-format.md");
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  }();
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The text of the fenced block of this language.
std::string block(const std::string& language) {
  const std::string fence = "```" + language + "\n";
  const std::size_t begin = page().find(fence);
  if (begin == std::string::npos) return "";
  const std::size_t end = page().find("```", begin + fence.size());
  return page().substr(begin + fence.size(), end - begin - fence.size());
}

// What the page calls the type of a field.
template <class Value>
std::string type_word() {
  using namespace event;
  if constexpr (std::is_same_v<Value, std::string_view>)
    return "text";
  else if constexpr (std::is_same_v<Value, bool>)
    return "flag";
  else if constexpr (std::is_same_v<Value, std::int32_t>)
    return "signed";
  else if constexpr (std::is_integral_v<Value>)
    return "number";
  else if constexpr (std::is_same_v<Value, Duration>)
    return "length";
  else if constexpr (std::is_same_v<Value, Address>)
    return "address";
  else if constexpr (std::is_same_v<Value, Result>)
    return "result";
  else if constexpr (std::is_same_v<Value, DeferredId>)
    return "Deferred";
  else if constexpr (std::is_same_v<Value, FailureId>)
    return "failure";
  else if constexpr (std::is_same_v<Value, DelayedCallId>)
    return "call";
  else if constexpr (std::is_same_v<Value, ThreadId>)
    return "thread";
  else if constexpr (std::is_same_v<Value, ResourceId>)
    return "resource";
  else if constexpr (std::is_same_v<Value, WorkId>)
    return "work";
  else if constexpr (std::is_same_v<Value, LoopId>)
    return "loop";
  else if constexpr (std::is_same_v<Value, StringId>)
    return "string";
  else if constexpr (std::is_same_v<Value, SiteId>)
    return "site";
  else if constexpr (std::is_same_v<Value, StackId>)
    return "stack";
  else if constexpr (std::is_same_v<Value, CallableId>)
    return "callable";
  else if constexpr (std::is_same_v<Value, Lane>)
    return "lane";
  else if constexpr (std::is_same_v<Value, WaitKind>)
    return "wait";
  else if constexpr (std::is_same_v<Value, CancelEffect>)
    return "effect";
  else if constexpr (std::is_same_v<Value, EndState>)
    return "state";
  else if constexpr (std::is_same_v<Value, ResourceKind>)
    return "resource kind";
  else if constexpr (std::is_same_v<Value, TriggerPhase>)
    return "phase";
  else if constexpr (std::is_same_v<Value, FutureLink>)
    return "future link";
  else if constexpr (std::is_same_v<Value, LostReason>)
    return "lost reason";
  else {
    static_assert(std::is_same_v<Value, EndReason>);
    return "end reason";
  }
}

// "| 17 | `created` | `deferred` Deferred, ... |"
template <class Kind>
std::string row_of() {
  std::string fields;
  Kind kind;
  event::for_each_field(kind, [&]<class Value>(const char* name, const Value&) {
    fields += std::string(fields.empty() ? "`" : ", `") + name + "` " + type_word<Value>();
  });
  return "| " + std::to_string(static_cast<int>(Kind::kKind)) + " | `" + Kind::kName + "` | " +
         fields + (fields.empty() ? "|" : " |");
}

TEST(LogFormat, ThePageListsEveryKindWithItsFields) {
  std::set<std::string> expected;
  event::for_each_kind([&]<class Kind>() { expected.insert(row_of<Kind>()); });
  std::set<std::string> found;
  for (const std::string& line : lines_of(page())) {
    if (!line.starts_with("| ") || !std::isdigit(static_cast<unsigned char>(line[2]))) continue;
    std::size_t end = 0;
    for (int bar = 0; bar < 3; ++bar) end = line.find('|', end + 1);
    found.insert(line.substr(0, end + 1));
  }
  EXPECT_EQ(found, expected);
}

template <class Enum>
void expect_words(const std::string& field) {
  std::string row = "| " + field + " | ";
  const auto first = static_cast<std::size_t>(event::Vocabulary<Enum>::kFirst);
  for (std::size_t i = 0; i < event::Vocabulary<Enum>::kWords.size(); ++i)
    row += (i == 0 ? "" : ", ") + std::to_string(first + i) + " `" +
           std::string(event::Vocabulary<Enum>::kWords[i]) + "`";
  EXPECT_NE(page().find(row + " |\n"), std::string::npos) << "the page lacks: " << row;
}

TEST(LogFormat, ThePageListsEveryWord) {
  expect_words<event::Lane>("lane");
  expect_words<event::Outcome>("result");
  expect_words<event::WaitKind>("wait");
  expect_words<event::CancelEffect>("effect");
  expect_words<event::EndState>("state");
  expect_words<event::ResourceKind>("resource kind");
  expect_words<event::TriggerPhase>("phase");
  expect_words<event::FutureLink>("future link");
  expect_words<event::LostReason>("lost reason");
  expect_words<event::EndReason>("end reason");
}

TEST(LogFormat, ThePageSaysTheLimits) {
  EXPECT_NE(page().find("at most " + std::to_string(kMaxTextBytes)), std::string::npos);
  EXPECT_NE(page().find("the Writer's is " + std::to_string(kTimeUnitNs)), std::string::npos);
  EXPECT_NE(page().find("at most " + std::to_string(kMaxJsonFrames)), std::string::npos);
}

// The bytes of the example. Each line is: offset, up to 16 bytes in hexadecimal, meaning.
std::vector<std::byte> example() {
  std::vector<std::byte> bytes;
  for (const std::string& line : lines_of(block("rtlog"))) {
    std::istringstream words(line.substr(0, 6 + 16 * 3 - 1));
    std::size_t offset = 0;
    words >> std::dec >> offset;
    EXPECT_EQ(offset, bytes.size()) << line;
    for (std::string word; words >> word;)
      bytes.push_back(std::byte(std::stoul(word, nullptr, 16)));
  }
  return bytes;
}

TEST(LogFormat, TheExampleReadsAsThePageSays) {
  const std::vector<std::byte> bytes = example();
  EXPECT_NE(page().find("This is " + std::to_string(bytes.size()) + " bytes"), std::string::npos);
  const auto source = open(bytes);
  std::string lines;
  JsonLinesWriter writer(source->definitions());
  for (event::Event event; source->next(&event);) writer.append(event, &lines);
  EXPECT_EQ(source->ending(), Ending::kComplete) << source->error().cause;
  EXPECT_EQ(source->position(), bytes.size());
  EXPECT_EQ(lines_of(lines), lines_of(block("jsonl")));
  EXPECT_EQ(lines_of(lines).size(), 6u);
}

// The Writer makes the same bytes of the same events: the page shows what it writes, not only what
// a Reader forgives.
TEST(LogFormat, TheExampleIsWhatTheWriterWrites) {
  const std::vector<std::byte> bytes = example();
  const auto source = open(bytes);
  SampleRecording recording;
  for (event::Event event; source->next(&event);)
    std::visit(
        [&]<class Kind>(const Kind& kind) {
          if constexpr (std::is_same_v<Kind, event::Info>)
            recording.info(kind.key, kind.value);
          else if constexpr (static_cast<int>(Kind::kKind) < event::kFirstTimedKind)
            recording.define(kind);
          else
            recording.write(event.time_ns, kind);
        },
        event.body);
  EXPECT_TRUE(
      std::equal(bytes.begin(), bytes.end(), recording.bytes().begin(), recording.bytes().end()));
}

}  // namespace
}  // namespace reactortrack::log
