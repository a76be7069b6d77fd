// SPDX-License-Identifier: MIT
#include "core/replay/around.h"

#include <algorithm>

namespace reactortrack::replay {

using event::number;

namespace {

template <class Record>
std::uint32_t last_place(const Pool<Record>& records) {
  return static_cast<std::uint32_t>(records.size());
}

}  // namespace

const Resource* Around::find(event::ResourceId id) const {
  const std::uint32_t place = resource_places_.find(number(id));
  return place == 0 ? nullptr : &resources_[place - 1];
}

const Loop* Around::find(event::LoopId id) const {
  const std::uint32_t place = loop_places_.find(number(id));
  return place == 0 ? nullptr : &loops_[place - 1];
}

Resource& Around::touch(event::ResourceId id, const Stamp& now) {
  const std::uint32_t place = resource_places_.find(number(id));
  if (place != 0) return resources_[place - 1];
  Resource& resource = resources_.add();
  resource.id = id;
  resource.seen_at = now.at;
  resource_places_.add(number(id), last_place(resources_));
  return resource;
}

Work& Around::touch(event::WorkId id) {
  const std::uint32_t place = work_places_.find(number(id));
  if (place != 0) return works_[place - 1];
  Work& work = works_.add();
  work.id = id;
  work_places_.add(number(id), last_place(works_));
  return work;
}

Loop& Around::touch(event::LoopId id) {
  const std::uint32_t place = loop_places_.find(number(id));
  if (place != 0) return loops_[place - 1];
  Loop& loop = loops_.add();
  loop.id = id;
  loop_places_.add(number(id), last_place(loops_));
  return loop;
}

// ---- Locks, semaphores, queues and thread pools -------------------------------------------------

void Around::on(const event::Resource& resource, const Stamp& now) {
  Resource& record = touch(resource.resource, now);
  record.what = resource.what;
  record.type = resource.type;
  record.limit = resource.limit;
  record.taken = resource.taken;
  record.stack = resource.stack;
}

void Around::on(const event::Acquiring& acquiring, const Stamp& now) {
  touch(acquiring.resource, now);
  Acquisition& record = acquisitions_.add();
  record.resource = acquiring.resource;
  record.deferred = acquiring.deferred;
  record.stack = acquiring.stack;
  record.asked_at = now.at;
  record.inside = now.inside;
  if (acquisition_places_.find(number(acquiring.deferred)) == 0)
    acquisition_places_.add(number(acquiring.deferred), last_place(acquisitions_));
}

void Around::on(const event::Acquired& acquired, const Stamp& now) {
  const std::uint32_t place = acquisition_places_.find(number(acquired.deferred));
  if (place == 0) return;
  Acquisition& record = acquisitions_[place - 1];
  if (!happened(record.granted_at)) record.granted_at = now.at;
}

void Around::on(const event::Released& released, const Stamp& now) {
  touch(released.resource, now);
  releases_.add() = {released.resource, released.stack, now.at, now.inside};
}

void Around::on(const event::Resized& resized, const Stamp& now) {
  touch(resized.resource, now).limit = resized.limit;
}

// ---- Threads and loops ----------------------------------------------------------------------------

void Around::on(const event::WorkQueued& work, const Stamp& now) {
  Work& record = touch(work.work);
  record.pool = work.resource;
  record.deferred = work.deferred;
  record.function = work.function;
  record.stack = work.stack;
  record.queued_at = now.at;
}

void Around::on(const event::WorkStarted& work, const Stamp& now) {
  touch(work.work).started_at = now.at;
}

void Around::on(const event::WorkEnded& work, const Stamp& now) {
  touch(work.work).ended_at = now.at;
}

void Around::on(const event::LoopStarted& loop, const Stamp& now) {
  Loop& record = touch(loop.loop);
  record.function = loop.function;
  record.deferred = loop.deferred;
  record.stack = loop.stack;
  record.interval_ns = loop.interval.ns;
  record.started_at = now.at;
}

void Around::on(const event::IterationStarted& iteration, const Stamp& now) {
  Loop& loop = touch(iteration.loop);
  ++loop.iterations;
  loop.iteration_started_at = now.at;
  loop.iteration_ended_at = EventNumber::kNone;
  loop.returned = {};
}

void Around::on(const event::IterationEnded& iteration, const Stamp& now) {
  Loop& loop = touch(iteration.loop);
  loop.iteration_ended_at = now.at;
  loop.returned = iteration.deferred;
  iterations_.add() = {iteration.loop, iteration.deferred, loop.iteration_started_at, now.at};
}

void Around::on(const event::LoopStopped& loop, const Stamp& now) {
  Loop& record = touch(loop.loop);
  record.stopped_at = now.at;
  record.stopped_stack = loop.stack;
}

// ---- The reactor's start and end ------------------------------------------------------------------

void Around::on(const event::ReactorStopping& stopping, const Stamp& now) {
  stops_.add() = {stopping.stack, now.at};
}

void Around::on(const event::SystemEvent& event, const Stamp&) { system_event_ = event.type; }

void Around::on(const event::TriggerStarted& trigger, const Stamp& now) {
  Trigger& record = triggers_.add();
  record.event = system_event_;
  record.phase = trigger.phase;
  record.function = trigger.function;
  record.started_at = now.at;
}

void Around::on(const event::TriggerEnded& trigger, const Stamp& now) {
  if (triggers_.empty()) return;
  triggers_.back().deferred = trigger.deferred;
  triggers_.back().ended_at = now.at;
}

// ---- More of what happens to a Deferred -----------------------------------------------------------

void Around::on(const event::Timeout& timeout, const Stamp& now) {
  timeouts_.add() = {timeout.deferred, timeout.call, timeout.stack, timeout.delay.ns, now.at};
}

void Around::on(const event::Paused& paused, const Stamp& now) {
  pause_calls_.add() = {paused.deferred, paused.stack, paused.count, now.at, false};
}

void Around::on(const event::Unpaused& unpaused, const Stamp& now) {
  pause_calls_.add() = {unpaused.deferred, unpaused.stack, unpaused.count, now.at, true};
}

void Around::on(const event::CancellerRaised& raised, const Stamp& now) {
  canceller_errors_.add() = {raised.deferred, raised.failure, now.at};
}

void Around::on(const event::Future& future, const Stamp& now) {
  futures_.add() = {future.deferred, future.function, future.stack, future.link, now.at};
}

void Around::on(const event::NeverAwaited& coroutine, const Stamp& now) {
  never_awaited_.add() = {coroutine.function, coroutine.stack, now.at};
}

void Around::on(const event::Awaited& awaited, const Stamp& now) {
  quick_awaits_.add() = {awaited.deferred, awaited.by, awaited.stack, now.at};
}

void Around::on(const event::ContextChanged& change, const Stamp& now) {
  context_changes_.add() = {change.deferred, change.variable, change.stack, now.at};
}

void Around::on(const event::IoStarted& io, const Stamp&) {
  if (io_types_.size() == kMaxIoTypes) return;
  if (std::find(io_types_.rbegin(), io_types_.rend(), io.type) == io_types_.rend())
    io_types_.push_back(io.type);
}

}  // namespace reactortrack::replay
