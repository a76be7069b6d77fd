// SPDX-License-Identifier: MIT
//
// What events of threads, the reactor and its delayed calls change in the Model, and the stacks of
// what each thread is executing.
#include "core/replay/model.h"

namespace reactortrack::replay {

// ---- Threads and their stacks -----------------------------------------------------------------

const Model::Thread* Model::current_thread() const {
  return threads_[thread_].id == event::ThreadId::kNone ? nullptr : &threads_[thread_];
}

void Model::on(const event::Thread& thread) {
  std::uint32_t place = thread_places_.find(number(thread.thread));
  if (place == 0) {
    // What came before the first name belongs to the thread named first.
    const bool unnamed = threads_.size() == 1 && threads_[0].id == event::ThreadId::kNone;
    if (!unnamed && threads_.size() < UINT16_MAX) threads_.emplace_back();
    place = static_cast<std::uint32_t>(threads_.size());
    threads_[place - 1].id = thread.thread;
    thread_places_.add(number(thread.thread), place);
  }
  if (thread_ != static_cast<std::uint16_t>(place - 1)) {
    thread_ = static_cast<std::uint16_t>(place - 1);
    switches_.add() = {
        .at = now_, .last_started = threads_[thread_].last_started, .thread = thread_};
  }
  if (thread.name != event::StringId::kNone) threads_[thread_].name = thread.name;
}

Frame Model::innermost() const {
  const std::vector<Frame>& stack = threads_[thread_].stack;
  return stack.empty() ? Frame{} : stack.back();
}

void Model::push(Frame frame) {
  threads_[thread_].stack.push_back(frame);
  threads_[thread_].since_ns.push_back(time_ns_);
}

Frame Model::outer(const Frame& frame) const {
  switch (frame.kind()) {
    case FrameKind::kNothing: return {};
    case FrameKind::kPair: return pair(frame.pair()).inside;
    case FrameKind::kCall: {
      const DelayedCall* call = find(frame.call());
      return call == nullptr ? Frame{} : call->outer;
    }
    case FrameKind::kIo:
      return frame.is_nested_io() ? nested_io_[frame.number - Frame::kNested].outer : Frame{};
  }
  return {};
}

event::StringId Model::io_type(const Frame& frame) const {
  if (frame.is_nested_io()) return nested_io_[frame.number - Frame::kNested].type;
  return static_cast<event::StringId>(frame.kind() == FrameKind::kIo ? frame.number : 0u);
}

void Model::end_pair(Pair* pair, std::int64_t took_ns) {
  pair->finished_at = now_;
  pair->add_own(took_ns);
  const PairIndex outer = pair->inside.pair();
  if (outer != PairIndex::kNone && at(outer).running()) at(outer).add_own(-took_ns);
  Deferred& deferred = touch(pair->deferred);
  deferred.running = false;
  if (pair->cut_off) note(&deferred);
}

void Model::pop(std::uint16_t thread, Frame frame) {
  std::vector<Frame>& stack = threads_[thread].stack;
  std::vector<std::int64_t>& since_ns = threads_[thread].since_ns;
  while (!stack.empty()) {
    const Frame top = stack.back();
    const std::int64_t took_ns = time_ns_ - since_ns.back();
    stack.pop_back();
    since_ns.pop_back();
    if (top.kind() == FrameKind::kPair && at(top.pair()).running()) {
      at(top.pair()).cut_off = top != frame;
      end_pair(&at(top.pair()), took_ns);
    }
    if (top.kind() == FrameKind::kCall) touch(top.call()).running = false;
    if (top.kind() == FrameKind::kIo) --threads_[thread].io_frames;
    if (top == frame) return;
    if (top.kind() == FrameKind::kPair) ++strange_count_;
  }
}

// ---- The reactor ------------------------------------------------------------------------------

Turn& Model::current_turn() {
  if (turns_.empty()) turns_.add();
  return turns_.back();
}

void Model::on(const event::TurnStarted&) {
  Turn& turn = turns_.add();
  turn.started_at = now_;
}

void Model::on(const event::TurnEnded& turn) {
  current_turn().ended_at = now_;
  current_turn().calls = turn.calls;
}

void Model::on(const event::PollStarted&) { current_turn().poll_started_at = now_; }

void Model::on(const event::PollEnded&) { current_turn().poll_ended_at = now_; }

void Model::on(const event::IoStarted& io) {
  const Frame outer = innermost();
  around_.on(io, Stamp{now_, outer});
  Frame frame = Frame::of(FrameKind::kIo, number(io.type) & ~Frame::kNested);
  if (outer.kind() != FrameKind::kNothing) {
    frame =
        Frame::of(FrameKind::kIo, Frame::kNested | static_cast<std::uint32_t>(nested_io_.size()));
    nested_io_.add() = {.type = io.type, .outer = outer};
  }
  push(frame);
  ++threads_[thread_].io_frames;
}

void Model::on(const event::IoEnded&) {
  if (threads_[thread_].io_frames == 0) {
    ++strange_count_;
    return;
  }
  const std::vector<Frame>& stack = threads_[thread_].stack;
  auto frame = stack.rbegin();
  while (frame->kind() != FrameKind::kIo) ++frame;
  pop(thread_, *frame);
}

// ---- Delayed calls ----------------------------------------------------------------------------

const DelayedCall* Model::find(event::DelayedCallId id) const {
  const std::uint32_t place = call_places_.find(number(id));
  return place == 0 ? nullptr : &calls_[place - 1];
}

DelayedCall& Model::touch(event::DelayedCallId id) {
  const std::uint32_t place = call_places_.find(number(id));
  if (place != 0) return calls_[place - 1];
  DelayedCall& call = calls_.add();
  call_places_.add(number(id), static_cast<std::uint32_t>(calls_.size()));
  return call;
}

void Model::on(const event::CallScheduled& scheduled) {
  DelayedCall& call = touch(scheduled.call);
  call.scheduled_at = now_;
  call.due_ns = time_ns_ + scheduled.delay.ns;
  call.function = scheduled.function;
  call.stack = scheduled.stack;
  call.inside = innermost();
}

void Model::on(const event::CallStarted& started) {
  DelayedCall& call = touch(started.call);
  if (happened(call.started_at)) {
    ++strange_count_;
    return;
  }
  call.started_at = now_;
  call.outer = innermost();
  call.running = true;
  call.thread = thread_;
  push(Frame::of(FrameKind::kCall, number(started.call)));
}

void Model::on(const event::CallEnded& ended) {
  DelayedCall& call = touch(ended.call);
  call.ended_at = now_;
  if (!call.running) {
    ++strange_count_;
    return;
  }
  pop(call.thread, Frame::of(FrameKind::kCall, number(ended.call)));
}

void Model::on(const event::CallCancelled& cancelled) {
  DelayedCall& call = touch(cancelled.call);
  call.ended_at = now_;
  call.cancelled = true;
}

void Model::on(const event::CallReset& reset) {
  touch(reset.call).due_ns = time_ns_ + reset.delay.ns;
}

// ---- The recording itself ---------------------------------------------------------------------

void Model::on(const event::Mark& mark) { marks_.add() = {.at = now_, .text = mark.text}; }

void Model::on(const event::Lost& lost) { lost_count_ += lost.count; }

void Model::on(const event::Clock& clock) {
  if (started_unix_ns_ == 0) started_unix_ns_ = static_cast<std::int64_t>(clock.unix_ns) - time_ns_;
}

}  // namespace reactortrack::replay
