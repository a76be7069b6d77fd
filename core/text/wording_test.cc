// SPDX-License-Identifier: MIT
#include "core/text/wording.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "core/log/definitions.h"

namespace reactortrack::text {
namespace {

constexpr const char* kTwisted = "/venv/lib/python3.11/site-packages/twisted/internet/";

struct Frame {
  std::string file;
  std::string function;
  std::uint32_t line;
};

class WordingTest : public testing::Test {
 protected:
  event::StringId text(const std::string& text) {
    texts_.push_back(std::make_unique<std::string>(text));
    return definitions_.add(event::String{*texts_.back()});
  }
  event::SiteId site(const Frame& frame) {
    return definitions_.add(event::Site{text(frame.file), text(frame.function), frame.line});
  }
  // Innermost first, as tracebacks are not.
  event::StackId stack(std::vector<Frame> frames) {
    event::StackId caller{};
    for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
      caller = definitions_.add(event::Stack{caller, site(*frame)});
    return caller;
  }
  event::CallableId callable(const char* name) {
    return definitions_.add(event::Callable{text("shop"), text(name), {}});
  }

  std::vector<std::unique_ptr<std::string>> texts_;
  log::Definitions definitions_;
  replay::Model model_;
  Wording say_{model_, definitions_};
};

TEST_F(WordingTest, APlaceIsTheFirstFrameOutsideTwisted) {
  EXPECT_EQ(say_.where(stack({{std::string(kTwisted) + "defer.py", "succeed", 10},
                              {"/home/me/shop/cart.py", "fetch", 20},
                              {"/home/me/shop/main.py", "<module>", 30}})),
            "shop/cart.py:20 in fetch");
  EXPECT_EQ(say_.where(event::StackId::kNone), "");
}

TEST_F(WordingTest, TheLineThatStartedTheReactorIsNoPlace) {
  EXPECT_EQ(say_.where(stack({{std::string(kTwisted) + "base.py", "ReactorBase.runUntilCurrent", 1},
                              {std::string(kTwisted) + "base.py", "ReactorBase.mainLoop", 2},
                              {std::string(kTwisted) + "base.py", "ReactorBase.run", 3},
                              {"/home/me/shop/main.py", "<module>", 30}})),
            "twisted/internet/base.py:1 in ReactorBase.runUntilCurrent");
  EXPECT_EQ(say_.where(stack({{std::string(kTwisted) + "defer.py", "_ConcurrencyPrimitive.run", 2},
                              {"/home/me/shop/main.py", "order", 30}})),
            "shop/main.py:30 in order")
      << "other functions of that name are no loops";
}

TEST_F(WordingTest, CallablesOfAPair) {
  const auto pair = [](event::CallableId callback, event::CallableId errback) {
    return replay::Attachment{.callback = callback, .errback = errback};
  };
  const event::CallableId f = callable("f");
  const event::CallableId g = callable("g");
  EXPECT_EQ(say_.callables(pair(f, {})), "callback f");
  EXPECT_EQ(say_.callables(pair({}, g)), "errback g");
  EXPECT_EQ(say_.callables(pair(f, g)), "callback f, errback g");
  EXPECT_EQ(say_.callables(pair(f, f)), "both f");
  EXPECT_EQ(say_.callables(pair({}, {})), "nothing on either side");
}

TEST_F(WordingTest, ResultsAndOutcomes) {
  using event::Outcome;
  const event::StringId integer = text("builtins.int");
  model_.apply({0, event::FailureSeen{event::FailureId{1}, text("shop.Sold"), text("out\n"), {}}});
  const event::Result raised{.outcome = Outcome::kFailureRaised, .failure = event::FailureId{1}};
  EXPECT_EQ(say_.result({}), "None");
  EXPECT_EQ(say_.result({.outcome = Outcome::kValue, .type = integer}), "int");
  EXPECT_EQ(say_.result({.outcome = Outcome::kValue, .type = integer, .text = text("42")}),
            "int 42");
  EXPECT_EQ(say_.result({.outcome = Outcome::kValue}), "a value");
  EXPECT_EQ(say_.result({.outcome = Outcome::kDeferred, .deferred = event::DeferredId{5}}), "#5");
  EXPECT_EQ(say_.result(raised), "failure Sold: out\\x0a");
  EXPECT_EQ(say_.outcome(raised), "raised Sold: out\\x0a");
  EXPECT_EQ(say_.outcome({}), "-> None");
}

TEST_F(WordingTest, AStackThatNamesItselfHasAnEnd) {
  const event::SiteId own = site({"/a.py", "f", 1});
  const event::StackId looping = definitions_.add(event::Stack{event::StackId{1}, own});
  EXPECT_EQ(say_.frames(looping).size(), 1u);
  EXPECT_EQ(say_.where(looping), "/a.py:1 in f");
}

}  // namespace
}  // namespace reactortrack::text
