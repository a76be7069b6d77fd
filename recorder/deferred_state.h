// SPDX-License-Identifier: MIT
//
// What the recorder remembers of one live Deferred. It never holds a reference to the Deferred or
// to anything of it: addresses here are compared, not followed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/event/event.h"

namespace reactortrack::recorder {

// The callback pairs that wait in a Deferred's list, by the address of their tuple, with the
// position at which each was attached. Pairs run in list order, which is nearly always the order of
// attachment; the cancellation of inlineCallbacks and people who edit the list are the exceptions.
class PairQueue {
 public:
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

  void push(const void* pair, std::uint32_t position) {
    if (end_ == capacity_) make_room();
    data()[end_++] = Entry{pair, position};
  }
  // Removes `pair` and returns its position; kUnknown when it was not pushed.
  std::uint32_t take(const void* pair) {
    Entry* entries = data();
    for (std::uint32_t at = begin_; at < end_; ++at) {
      if (entries[at].pair != pair) continue;
      const std::uint32_t position = entries[at].position;
      for (std::uint32_t move = at; move > begin_; --move) entries[move] = entries[move - 1];
      if (++begin_ == end_) begin_ = end_ = 0;
      return position;
    }
    return kUnknown;
  }
  // Removes the first pair and returns its position; kUnknown when there is none.
  std::uint32_t take_first() { return size() > 0 ? take(data()[begin_].pair) : kUnknown; }
  // Where it was pushed, and stays; kUnknown when it was not.
  std::uint32_t position_of(const void* pair) {
    Entry* entries = data();
    for (std::uint32_t at = begin_; at < end_; ++at)
      if (entries[at].pair == pair) return entries[at].position;
    return kUnknown;
  }
  std::uint32_t size() const { return end_ - begin_; }
  void clear() { begin_ = end_ = 0; }

 private:
  struct Entry {
    const void* pair;
    std::uint32_t position;
  };
  static constexpr std::uint32_t kInline = 3;

  Entry* data() { return heap_ ? heap_.get() : inline_; }
  void make_room() {
    Entry* old = data();
    const std::uint32_t count = size();
    if (begin_ > 0 && count * 2 <= capacity_) {
      for (std::uint32_t i = 0; i < count; ++i) old[i] = old[begin_ + i];
    } else {
      auto larger = std::make_unique<Entry[]>(capacity_ * 2);
      for (std::uint32_t i = 0; i < count; ++i) larger[i] = old[begin_ + i];
      heap_ = std::move(larger);
      capacity_ *= 2;
    }
    begin_ = 0;
    end_ = count;
  }

  std::unique_ptr<Entry[]> heap_;
  Entry inline_[kInline] = {};
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t capacity_ = kInline;
};

// A coroutine that is resumed by the pair at `position`.
struct Await {
  std::uint32_t position = 0;
  event::DeferredId waiter{};     // its result
  const void* address = nullptr;  // of that Deferred, if it still lives
};

// What the wrapping engine knows of a Deferred's list, which it does not see being worked off.
struct Mirror {
  struct Entry {
    std::uint32_t position;
    bool callback_passes;  // that side is passthru or _failthru
    bool errback_passes;
  };
  enum class Phase : std::uint8_t {
    kIdle,
    kPassing,  // a side that passes the result through is running
    kRunning,  // a callback is running
    kRaised,   // it raised; the Failure is being made
  };
  std::vector<Entry> entries;  // in the order they will run
  std::vector<Entry> behind;  // were in a list that was replaced by an empty one, and come after it
  Phase phase = Phase::kIdle;
  bool adding = false;      // an add method is in progress: those it calls are not told of
  bool result_due = false;  // `called` was set, `result` comes next
  std::uint32_t size() const { return static_cast<std::uint32_t>(entries.size() + behind.size()); }
};

struct DeferredState {
  event::DeferredId id{};
  std::uint32_t generation = 0;  // of the recording that knows `id`
  std::uint32_t segment = 0;     // of the recording: the last one that it was told of in
  std::int64_t created_ns = 0;   // what later segments of a ring are to know
  event::StackId stack{};
  event::CallableId function{};
  std::uint32_t attached = 0;  // pairs so far
  bool fired = false;
  bool cancelled_error = false;  // fired with CancelledError
  bool coroutine_known = false;  // a `coroutine` event was written
  bool failed = false;           // its latest result was a Failure
  bool waiting = false;          // its chain waits for another Deferred
  bool tracked = false;          // by a monitor
  bool follow = false;           // and what is chained to it as well
  PairQueue pairs;
  std::vector<Await> awaits;
  std::unique_ptr<Mirror> mirror;  // wrapping engine only
};

}  // namespace reactortrack::recorder
