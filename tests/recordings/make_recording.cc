// SPDX-License-Identifier: MIT
//
// Writes the small recordings that the text of the commands is tested with. The same each time.
//
//   make_recording shop shop.rtlog
#include <cstdio>
#include <string_view>
#include <vector>

#include "core/log/encoding.h"
#include "core/log/writer.h"

namespace {

using namespace reactortrack;  // NOLINT: a program of one file
using event::CallableId;
using event::DeferredId;
using event::FailureId;
using event::Lane;
using event::Outcome;
using event::Result;
using event::SiteId;
using event::StackId;
using event::StringId;

constexpr const char* kOrders = "/home/me/shop/orders.py";
constexpr const char* kDefer = "/venv/lib/python3.11/site-packages/twisted/internet/defer.py";

// A recording in memory, and the clock that its events are told by.
class Story {
 public:
  Story() : bytes_(1 << 20) {
    writer_.set_window(bytes_);
    writer_.start();
  }
  template <class Kind>
  void at(std::int64_t time_us, const Kind& kind) {
    writer_.write(time_us * 1000, kind);
  }
  void info(std::string_view key, std::string_view value) { writer_.info(key, value); }
  StringId text(std::string_view text) { return writer_.define(event::String{text}); }
  SiteId site(const char* file, const char* function, std::uint32_t line) {
    const StringId file_id = text(file);
    return writer_.define(event::Site{file_id, text(function), line});
  }
  StackId stack(SiteId site, StackId caller = {}) {
    return writer_.define(event::Stack{caller, site});
  }
  CallableId callable(const char* module, const char* name, SiteId site = {}) {
    const StringId module_id = text(module);
    return writer_.define(event::Callable{module_id, text(name), site});
  }
  std::size_t size() const { return writer_.written(); }
  const std::vector<std::byte>& bytes() const { return bytes_; }
  // Turns the record at `offset` into one of a kind that there is not.
  void damage(std::size_t offset) { bytes_[offset] = std::byte{77}; }

 private:
  std::vector<std::byte> bytes_;
  log::Writer writer_;
};

Result value(StringId type, StringId text = {}) {
  return {.outcome = Outcome::kValue, .type = type, .text = text};
}
Result raised(FailureId failure) {
  return {.outcome = Outcome::kFailureRaised, .failure = failure};
}
Result returned(DeferredId deferred) {
  return {.outcome = Outcome::kDeferred, .deferred = deferred};
}

void tell_about(Story* story) {
  story->info("reactortrack", "0.1.0");
  story->info("python", "3.11.7");
  story->info("twisted", "26.10.0");
  story->info("engine", "native");
  story->info("command", "python orders.py --all");
  story->info("pid", "4711");
  story->info("stack_depth", "16");
  story->at(0, event::Thread{event::ThreadId{1}, story->text("MainThread")});
  story->at(0, event::Clock{1'371'081'600'000'000'000});
}

// A callback chain with a failure and its errback, a returned Deferred, a coroutine, a list.
void shop(Story* story) {
  tell_about(story);
  const StringId deferred = story->text("twisted.internet.defer.Deferred");
  const StringId list = story->text("twisted.internet.defer.DeferredList");
  const StringId integer = story->text("int");
  const SiteId main = story->site(kOrders, "<module>", 90);
  const StackId in_main = story->stack(main);
  const StackId in_fetch = story->stack(story->site(kOrders, "fetch", 12), in_main);
  const StackId inside_twisted = story->stack(story->site(kDefer, "maybeDeferred", 212), in_fetch);
  const CallableId parse = story->callable("orders", "parse", story->site(kOrders, "parse", 20));
  const CallableId store =
      story->callable("orders", "Shop.store", story->site(kOrders, "Shop.store", 31));
  const CallableId give_up =
      story->callable("orders", "give_up", story->site(kOrders, "give_up", 44));
  const CallableId checkout =
      story->callable("orders", "checkout", story->site(kOrders, "checkout", 60));
  const CallableId poll = story->callable("orders", "poll", story->site(kOrders, "poll", 70));
  const DeferredId d1{1}, d2{2}, d3{3}, d4{4}, d5{5};
  const FailureId failure{1};

  story->at(100,
            event::Created{
                .deferred = d1, .type = deferred, .address = {0x7f0010}, .stack = inside_twisted});
  story->at(110, event::Attached{d1, parse, {}, in_main});
  story->at(120, event::Attached{d1, store, give_up, in_main});
  story->at(130, event::Attached{d1, {}, give_up, in_main});
  story->at(140, event::CallScheduled{event::DelayedCallId{1}, poll, {250'000'000}, in_main});
  story->at(200, event::TurnStarted{});
  story->at(250'300, event::CallStarted{event::DelayedCallId{1}, {160'000}});
  story->at(250'400, event::Fired{d1, value(integer), in_fetch});
  story->at(250'500, event::Started{d1, 0, Lane::kCallback});
  story->at(
      250'600,
      event::Created{.deferred = d2, .type = deferred, .address = {0x7f0050}, .stack = in_fetch});
  story->at(1'251'600, event::Finished{d1, returned(d2)});
  story->at(1'251'610, event::Waiting{d1, d2, event::WaitKind::kReturned, in_fetch});
  story->at(1'251'700, event::CallEnded{event::DelayedCallId{1}});
  story->at(1'251'800, event::TurnEnded{1});
  story->at(1'251'900, event::PollStarted{{5'000'000'000}});
  story->at(1'500'000, event::PollEnded{});
  story->at(1'500'100, event::IoStarted{story->text("twisted.internet.tcp.Client")});
  story->at(1'500'200, event::Fired{d2, value(integer), in_main});
  story->at(1'500'210, event::Resumed{d1, d2, value(integer)});
  story->at(1'500'220, event::Started{d1, 1, Lane::kCallback});
  story->at(1'500'900, event::FailureSeen{failure, story->text("orders.OutOfStock"),
                                          story->text("no more blue shirts"),
                                          story->stack(story->site(kOrders, "Shop.store", 36))});
  story->at(1'500'910, event::Finished{d1, raised(failure)});
  story->at(1'500'920, event::Started{d1, 2, Lane::kErrback});
  story->at(1'500'990, event::Finished{d1, {}});
  story->at(1'501'000, event::Collected{d2, event::EndState::kSucceeded, 0});
  story->at(
      1'501'100,
      event::Created{.deferred = d3, .type = deferred, .address = {0x7f0050}, .stack = in_main});
  story->at(1'501'110, event::Coroutine{d3, checkout});
  story->at(1'501'120, event::Created{.deferred = d4,
                                      .type = deferred,
                                      .address = {0x7f0090},
                                      .canceller = give_up,
                                      .stack = in_main});
  story->at(1'501'130, event::Waiting{d3, d4, event::WaitKind::kAwaited,
                                      story->stack(story->site(kOrders, "checkout", 63))});
  story->at(1'501'140,
            event::Created{.deferred = d5, .type = list, .address = {0x7f00d0}, .stack = in_main});
  story->at(1'501'150, event::Waiting{d5, d3, event::WaitKind::kListMember, in_main});
  story->at(1'501'160, event::IoEnded{});
  story->at(1'600'000, event::Mark{story->text("closing time")});
  story->at(1'700'000, event::FiredAgain{d1, false, value(integer), in_fetch});
}

void end(Story* story) { story->at(1'800'000, event::End{event::EndReason::kExit}); }

// The other things that can happen, in two threads.
void rare(Story* story) {
  tell_about(story);
  const StringId deferred = story->text("twisted.internet.defer.Deferred");
  const StackId stack = story->stack(story->site(kOrders, "rare", 7));
  const CallableId done = story->callable("orders", "done", story->site(kOrders, "done", 80));
  const FailureId cancelled{1}, broken{2};
  const DeferredId d1{1}, d2{2}, d3{3}, d4{4};
  story->at(10, event::Adopted{d1, deferred, {0x7e0010}, event::EndState::kPending});
  story->at(11, event::Attached{d1, done, done, {}});
  story->at(
      20, event::Created{.deferred = d2, .type = deferred, .address = {0x7e0050}, .stack = stack});
  story->at(30, event::Cancelling{d2, stack});
  story->at(31, event::FailureSeen{
                    cancelled, story->text("twisted.internet.defer.CancelledError"), {}, {}});
  story->at(32,
            event::Fired{d2, {.outcome = Outcome::kFailureReturned, .failure = cancelled}, stack});
  story->at(33, event::Cancelled{d2, event::CancelEffect::kCancelledError, {}});
  story->at(34, event::FiredAgain{d2, true, {}, stack});
  story->at(
      40, event::Created{.deferred = d3, .type = deferred, .address = {0x7e0090}, .stack = stack});
  story->at(41, event::Paused{d3, 1, stack});
  story->at(42, event::Thread{event::ThreadId{2}, story->text("PoolThread-0")});
  story->at(
      43, event::Created{.deferred = d4, .type = deferred, .address = {0x7e00d0}, .stack = stack});
  story->at(
      44, event::FailureSeen{broken, story->text("ValueError"), story->text("ab\x1b[31mc"), stack});
  story->at(45, event::Fired{d4, raised(broken), stack});
  story->at(46, event::Thread{event::ThreadId{1}, {}});
  story->at(47, event::Fired{d3, {}, stack});
  story->at(48, event::Unpaused{d3, 0, stack});
  story->at(50, event::Collected{d4, event::EndState::kFailedUnhandled, 0});
  story->at(51, event::Collected{d1, event::EndState::kPending, 1});
  story->at(60, event::CallScheduled{event::DelayedCallId{1}, done, {1'500'000'000}, stack});
  story->at(61, event::CallReset{event::DelayedCallId{1}, {2'000'000'000}});
  story->at(62, event::CallCancelled{event::DelayedCallId{1}, stack});
  story->at(70, event::Lost{12, event::LostReason::kNoSpace});
  story->at(80, event::End{event::EndReason::kStopped});
}

int save(const Story& story, std::size_t size, const char* path) {
  std::FILE* file = std::fopen(path, "wb");
  if (file == nullptr) return 1;
  const bool written = std::fwrite(story.bytes().data(), 1, size, file) == size;
  return std::fclose(file) == 0 && written ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_recording shop|killed|damaged|rare|empty FILE\n");
    return 2;
  }
  const std::string_view name = argv[1];
  Story story;
  if (name == "rare") rare(&story);
  if (name == "shop" || name == "killed" || name == "damaged") shop(&story);
  const std::size_t size = story.size();
  if (name == "killed") return save(story, size + 4096, argv[2]);  // zeros allocated ahead
  if (name == "shop" || name == "damaged") end(&story);
  if (name == "damaged") story.damage(size);
  return save(story, story.size(), argv[2]);
}
