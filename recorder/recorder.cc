// SPDX-License-Identifier: MIT
#include "recorder/recorder.h"

#include <algorithm>

#include "recorder/attributes.h"
#include "recorder/deaths.h"

namespace reactortrack::recorder {
namespace {

// Set in the child of a fork; read and cleared before the next event there.
volatile bool g_forked = false;

// Attaching shows the way out of Twisted, not the whole stack.
constexpr int kAttachDepth = 8;

// An attribute, or nothing; never an exception.
Owned quiet_attribute(PyObject* object, PyObject* name) {
  PyObject* value = PyObject_GetAttr(object, name);
  if (value == nullptr) PyErr_Clear();
  return Owned(value);
}

bool quiet_truth(PyObject* object, PyObject* name) {
  const Owned value = quiet_attribute(object, name);
  if (!value) return false;
  const int truth = PyObject_IsTrue(value.get());
  if (truth < 0) PyErr_Clear();
  return truth > 0;
}

}  // namespace

Recorder& the_recorder() {
  // Never destroyed: Deferreds may die after static destruction has begun.
  static Recorder* recorder = new Recorder;
  return *recorder;
}

// ---- Recording ----------------------------------------------------------------------------------

bool Recorder::start(const Settings& settings, std::string* error) {
  settings_ = settings;
  if (!sink_.open(settings.path, error)) return false;
  begin_numbering();
  g_forked = false;
  on_ = true;
  write_settings();
  return true;
}

void Recorder::begin_numbering() {
  current_thread_ = 0;
  threads_.clear();
  last_seen_ = nullptr;
  last_deferred_ = last_failure_ = 0;
}

void Recorder::write_settings() {
  for (const auto& [key, value] : settings_.facts) sink_.info(key, value);
  sink_.info("pid", std::to_string(platform::process_id()));
  sink_.info("parent_pid", std::to_string(platform::parent_process_id()));
  sink_.info("stack_depth", std::to_string(settings_.stack_depth));
  sink_.info("values", settings_.values ? "1" : "0");
  sink_.info("clock", sink_.clock_source());
}

void Recorder::stop(event::EndReason reason) {
  if (!on_) return;
  on_ = false;
  coming_coroutine_ = nullptr;
  if (g_forked)
    sink_.abandon();  // nothing happened here since the fork: no file, and not the parent's
  else
    sink_.close(reason);
  last_seen_ = nullptr;
  deferreds_.clear();
  failures_.clear();
}

void Recorder::forked() { g_forked = true; }

void Recorder::begin() {
  if (g_forked) [[unlikely]] reopen_in_child();
  const std::uint64_t thread = platform::thread_id();
  if (thread != current_thread_) [[unlikely]] thread_changed(thread);
}

void Recorder::reopen_in_child() {
  g_forked = false;
  const std::string parent_path = sink_.path();
  sink_.abandon();
  begin_numbering();
  std::string error;
  if (!sink_.open(settings_.path, &error)) return;  // what follows is lost, and counted
  for (auto& [key, value] : settings_.facts)
    if (key == "started_by") value = "fork";
  write_settings();
}

void Recorder::thread_changed(std::uint64_t thread) {
  current_thread_ = thread;
  const auto known = std::find(threads_.begin(), threads_.end(), thread);
  const auto number = static_cast<std::uint32_t>(known - threads_.begin()) + 1;
  event::StringId name = event::StringId::kNone;
  if (known == threads_.end()) {
    threads_.push_back(thread);
    // What threading knows, without asking it: current_thread() would register unknown threads.
    const ExceptionAside aside;
    const Owned module(PyImport_GetModule(Owned(PyUnicode_FromString("threading")).get()));
    Owned active, ident, found, text;
    if (module) active = Owned(PyObject_GetAttrString(module.get(), "_active"));
    if (active) ident = Owned(PyLong_FromUnsignedLong(PyThread_get_thread_ident()));
    if (ident && PyDict_Check(active.get()))
      found = Owned::share(PyDict_GetItemWithError(active.get(), ident.get()));
    if (found) text = Owned(PyObject_GetAttrString(found.get(), "_name"));
    const char* utf8 = text && PyUnicode_Check(text.get()) ? PyUnicode_AsUTF8(text.get()) : nullptr;
    if (utf8 != nullptr) name = names_.string(utf8);
    PyErr_Clear();
  }
  sink_.write(event::Thread{static_cast<event::ThreadId>(number), name});
}

void Recorder::mark(std::string_view text) {
  if (!on_) return;
  begin();
  sink_.write(event::Mark{names_.string(text)});
}

// ---- What is what -------------------------------------------------------------------------------

bool Recorder::is_failure(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  if (type == twisted_.failure) return true;
  if (object == Py_None || type == twisted_.deferred) return false;
  if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) return false;  // int, str, dict, ...
  if (PyType_IsSubtype(type, twisted_.failure)) return true;
  // isinstance() also believes __class__. Ask it only where a class may lie about that.
  if (type->tp_getattro == PyObject_GenericGetAttr &&
      _PyType_Lookup(type, attributes().dunder_class) ==
          _PyType_Lookup(&PyBaseObject_Type, attributes().dunder_class))
    return false;
  const int is = PyObject_IsInstance(object, reinterpret_cast<PyObject*>(twisted_.failure));
  if (is < 0) PyErr_Clear();
  return is > 0;
}

bool Recorder::is_deferred(PyObject* object) const {
  return Py_TYPE(object) == twisted_.deferred || PyType_IsSubtype(Py_TYPE(object), twisted_.deferred);
}

event::DeferredId Recorder::known_id(PyObject* deferred) {
  const auto* found = deferreds_.find(deferred);
  return found != nullptr ? (*found)->id : event::DeferredId::kNone;
}

DeferredState* Recorder::new_state(PyObject* deferred) {
  watch_death(deferred, Watched::kDeferred);
  std::unique_ptr<DeferredState> state;
  if (spare_states_.empty()) {
    state = std::make_unique<DeferredState>();
  } else {
    state = std::move(spare_states_.back());
    spare_states_.pop_back();
    *state = DeferredState{};
  }
  state->id = static_cast<event::DeferredId>(++last_deferred_);
  state->generation = sink_.generation();
  last_seen_ = deferred;
  last_state_ = state.get();
  deferreds_.insert(deferred, std::move(state));
  return last_state_;
}

DeferredState* Recorder::state(PyObject* deferred) {
  begin();
  if (deferred == last_seen_ && last_state_->generation == sink_.generation()) return last_state_;
  const auto* found = deferreds_.find(deferred);
  DeferredState* state = nullptr;
  if (found != nullptr && (*found)->generation == sink_.generation()) [[likely]] {
    state = found->get();
  } else {
    state = found != nullptr ? found->get() : new_state(deferred);
    adopt(deferred, state);
  }
  last_seen_ = deferred;
  last_state_ = state;
  return state;
}

void Recorder::adopt(PyObject* deferred, DeferredState* state) {
  const Attributes& name = attributes();
  if (state->generation != sink_.generation()) state->id = static_cast<event::DeferredId>(++last_deferred_);
  state->generation = sink_.generation();
  state->attached = 0;
  state->coroutine_known = state->failed = state->waiting = false;
  state->pairs.clear();
  state->awaits.clear();
  state->mirror.reset();
  state->fired = quiet_truth(deferred, name.called);
  event::EndState end = event::EndState::kPending;
  if (state->fired) {
    const Owned result = quiet_attribute(deferred, name.result);
    const bool paused = quiet_truth(deferred, name.paused);
    state->failed = result && is_failure(result.get());
    state->waiting = paused && result && is_deferred(result.get());
    end = state->waiting  ? event::EndState::kWaiting
          : paused        ? event::EndState::kPaused
          : state->failed ? event::EndState::kFailedUnhandled
                          : event::EndState::kSucceeded;
  }
  sink_.write(event::Adopted{state->id, names_.type_of(deferred),
                             event::Address{reinterpret_cast<std::uintptr_t>(deferred)}, end});
  adopt_pairs(deferred, state);
}

void Recorder::adopt_pairs(PyObject* deferred, DeferredState* state) {
  const Owned callbacks = quiet_attribute(deferred, twisted_.callbacks_name);
  if (!callbacks || !PyList_Check(callbacks.get())) return;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(callbacks.get()); ++i) {
    PyObject* pair = PyList_GET_ITEM(callbacks.get(), i);
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) continue;
    PyObject* sides[2] = {PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1)};
    if (!PyTuple_Check(sides[0]) || !PyTuple_Check(sides[1]) || PyTuple_GET_SIZE(sides[0]) == 0 ||
        PyTuple_GET_SIZE(sides[1]) == 0 || PyTuple_GET_ITEM(sides[0], 0) == twisted_.continue_mark)
      continue;
    state->pairs.push(pair, state->attached++);
    sink_.write(event::Attached{state->id, side(PyTuple_GET_ITEM(sides[0], 0)),
                                side(PyTuple_GET_ITEM(sides[1], 0)), event::StackId::kNone});
  }
}

event::CallableId Recorder::side(PyObject* callable) {
  if (callable == twisted_.passthru || callable == twisted_.failthru || callable == Py_None)
    return event::CallableId::kNone;
  return names_.callable(callable);
}

// ---- Results and failures -----------------------------------------------------------------------

event::StringId Recorder::text_of(PyObject* (*convert)(PyObject*), PyObject* value) {
  const Owned text(convert(value));
  const char* utf8 = text && PyUnicode_Check(text.get()) ? PyUnicode_AsUTF8(text.get()) : nullptr;
  PyErr_Clear();
  // Defined anew each time: texts of values hardly repeat, and a table of them would only grow.
  return utf8 != nullptr ? sink_.define(event::String{utf8}) : event::StringId::kNone;
}

event::Result Recorder::result_of(PyObject* value, event::Outcome for_failure) {
  event::Result result;
  if (value == Py_None) return result;
  if (is_failure(value)) {
    result.outcome = for_failure;
    result.failure = failure(value);
  } else if (is_deferred(value)) {
    result.outcome = event::Outcome::kDeferred;
    result.deferred = id_of(value);
  } else {
    result.outcome = event::Outcome::kValue;
    result.type = names_.type_of(value);
    if (settings_.values) result.text = text_of(PyObject_Repr, value);
  }
  return result;
}

event::FailureId Recorder::failure(PyObject* failure) {
  const FailureState* known = failures_.find(failure);
  if (known != nullptr && known->generation == sink_.generation()) return known->id;
  const Attributes& name = attributes();
  const Owned type = quiet_attribute(failure, name.type);
  const Owned value = quiet_attribute(failure, name.value);
  Owned traceback = quiet_attribute(failure, name.tb);
  if ((!traceback || !PyTraceBack_Check(traceback.get())) && value)
    traceback = quiet_attribute(value.get(), name.traceback);
  event::FailureSeen seen;
  seen.failure = static_cast<event::FailureId>(++last_failure_);
  if (type && PyType_Check(type.get()))
    seen.type = names_.type(reinterpret_cast<PyTypeObject*>(type.get()));
  if (settings_.values && value) seen.message = text_of(PyObject_Str, value.get());
  if (traceback && PyTraceBack_Check(traceback.get())) seen.traceback = names_.traceback(traceback.get());
  watch_death(failure, Watched::kFailure);
  failures_.insert(failure, FailureState{seen.failure, sink_.generation()});
  sink_.write(seen);
  return seen.failure;
}

// ---- Life of a Deferred -------------------------------------------------------------------------

bool Recorder::wanted(PyObject* one, PyObject* other) {
  if (!on_) return false;
  if (!settings_.path.empty()) [[likely]] return true;
  PyObject* const both[2] = {one, other};
  for (int i = 0; i < 2; ++i) {
    const auto* found = deferreds_.find(both[i]);
    if (found == nullptr || !(*found)->tracked) continue;
    if ((*found)->follow) track(both[1 - i], true);
    return true;
  }
  return false;
}

event::DeferredId Recorder::track(PyObject* deferred, bool follow) {
  if (!on_) return event::DeferredId::kNone;
  DeferredState* state = this->state(deferred);
  state->tracked = true;
  state->follow = state->follow || follow;
  return state->id;
}

void Recorder::created(PyObject* deferred, PyObject* canceller) {
  PyObject* generator = std::exchange(coming_coroutine_, nullptr);
  if (!on_ || settings_.path.empty()) return;  // nobody can track it yet
  begin();
  DeferredState* state = new_state(deferred);
  event::Created event;
  event.deferred = state->id;
  event.type = names_.type_of(deferred);
  event.address.value = reinterpret_cast<std::uintptr_t>(deferred);
  if (canceller != nullptr && canceller != Py_None) event.canceller = names_.callable(canceller);
  event.stack = names_.stack(settings_.stack_depth);
  sink_.write(event);
  if (generator == nullptr) return;
  state->coroutine_known = true;
  sink_.write(event::Coroutine{state->id, names_.generator(generator)});
}

bool Recorder::awaiting(PyObject* callback, PyObject* arguments, PyObject** generator, Owned* waiter) {
  PyObject* status = nullptr;
  if (callback == twisted_.got_result) {  // since 23.10: arguments (waiting, gen, status, context)
    if (arguments == nullptr || !PyTuple_Check(arguments) || PyTuple_GET_SIZE(arguments) != 4) return false;
    *generator = PyTuple_GET_ITEM(arguments, 1);
    status = PyTuple_GET_ITEM(arguments, 2);
  } else if (PyFunction_Check(callback) && PyFunction_GET_CODE(callback) == twisted_.got_result) {
    // Up to 23.8 a closure over the same things.
    PyObject* closure = PyFunction_GET_CLOSURE(callback);
    const Owned names(PyObject_GetAttrString(twisted_.got_result, "co_freevars"));
    if (!names) PyErr_Clear();
    for (Py_ssize_t i = 0; closure != nullptr && names && i < PyTuple_GET_SIZE(names.get()); ++i) {
      PyObject* name = PyTuple_GET_ITEM(names.get(), i);
      PyObject* content = PyCell_GET(PyTuple_GET_ITEM(closure, i));
      if (PyUnicode_CompareWithASCIIString(name, "gen") == 0) *generator = content;
      if (PyUnicode_CompareWithASCIIString(name, "status") == 0) status = content;
    }
  }
  if (*generator == nullptr || status == nullptr) return false;
  *waiter = quiet_attribute(status, attributes().deferred);
  return *waiter && is_deferred(waiter->get());
}

void Recorder::await_attached(PyObject* deferred, DeferredState* state, PyObject* generator, PyObject* waiter) {
  DeferredState* waiting = this->state(waiter);
  if (!waiting->coroutine_known) {
    waiting->coroutine_known = true;
    sink_.write(event::Coroutine{waiting->id, names_.generator(generator)});
  }
  const Attributes& name = attributes();
  if (state->fired && !quiet_truth(deferred, name.paused) && !quiet_truth(deferred, name.running)) {
    const Owned result = quiet_attribute(deferred, name.result);  // the coroutine goes on at once
    if (result) taken(waiter, deferred, result.get());
    return;
  }
  waiting->waiting = true;
  state->awaits.push_back({state->attached, waiting->id, waiter});
  sink_.write(event::Waiting{waiting->id, state->id, event::WaitKind::kAwaited, names_.suspended(generator)});
}

void Recorder::attached(PyObject* deferred, const void* pair, PyObject* callback, PyObject* errback,
                        PyObject* callback_arguments) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  PyObject* generator = nullptr;
  Owned waiter;
  if (awaiting(callback, callback_arguments, &generator, &waiter)) {
    await_attached(deferred, state, generator, waiter.get());
  } else if (PyMethod_Check(callback) && PyMethod_GET_FUNCTION(callback) == twisted_.list_callback &&
             !state->fired) {
    waits(PyMethod_GET_SELF(callback), deferred, event::WaitKind::kListMember);
  }
  event::Attached event;
  event.deferred = state->id;
  event.callback = side(callback);
  event.errback = errback == callback ? event.callback : side(errback);
  event.stack = names_.stack_to_user(std::min(settings_.stack_depth, kAttachDepth));
  if (pair != nullptr) state->pairs.push(pair, state->attached);
  ++state->attached;
  sink_.write(event);
}

void Recorder::fired_unseen(PyObject* deferred) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  if (state->fired) return;
  const Owned result = quiet_attribute(deferred, attributes().result);
  state->fired = true;
  state->failed = result && is_failure(result.get());
  sink_.write(event::Fired{state->id,
                           result_of(result ? result.get() : Py_None, event::Outcome::kFailureReturned),
                           event::StackId::kNone});
}

void Recorder::fired(PyObject* deferred, PyObject* result) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  state->fired = true;
  event::Fired event;
  event.deferred = state->id;
  event.result = result_of(result, event::Outcome::kFailureReturned);
  state->failed = event::number(event.result.failure) != 0;
  if (state->failed) {
    const Owned type = quiet_attribute(result, attributes().type);
    state->cancelled_error = type.get() == reinterpret_cast<PyObject*>(twisted_.cancelled_error);
  }
  event.stack = names_.stack(settings_.stack_depth);
  sink_.write(event);
}

void Recorder::fired_again(PyObject* deferred, PyObject* result, bool suppressed) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  sink_.write(event::FiredAgain{state->id, suppressed,
                                result_of(result, event::Outcome::kFailureReturned),
                                names_.stack(settings_.stack_depth)});
}

std::uint32_t Recorder::take(PyObject* deferred, const void* pair, PyObject* callback, PyObject* errback) {
  if (!wanted(deferred)) return 0;
  DeferredState* state = this->state(deferred);
  const std::uint32_t position = state->pairs.take(pair);
  if (position != PairQueue::kUnknown) return position;
  sink_.write(event::Attached{state->id, side(callback), side(errback), event::StackId::kNone});
  return state->attached++;
}

void Recorder::started(PyObject* deferred, std::uint32_t position, event::Lane lane) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  for (std::size_t i = 0; i < state->awaits.size(); ++i) {
    if (state->awaits[i].position != position) continue;
    const Await await = state->awaits[i];
    state->awaits.erase(state->awaits.begin() + static_cast<std::ptrdiff_t>(i));
    const Owned result = quiet_attribute(deferred, attributes().result);
    if (result) write_resumed(await.waiter, await.address, deferred, result.get());
    break;
  }
  const std::int64_t now = just_finished_ == deferred ? finished_ns_ : sink_.now_ns();
  just_finished_ = nullptr;
  sink_.write_at(now, event::Started{state->id, position, lane});
}

void Recorder::finished(PyObject* deferred, PyObject* result, bool raised) {
  if (!wanted(deferred)) return;
  DeferredState* state = this->state(deferred);
  const event::Result what = result_of(
      result, raised ? event::Outcome::kFailureRaised : event::Outcome::kFailureReturned);
  state->failed = event::number(what.failure) != 0;
  finished_ns_ = sink_.now_ns();
  // A Deferred that now waits starts its next callback much later.
  just_finished_ = what.outcome == event::Outcome::kDeferred ? nullptr : deferred;
  sink_.write_at(finished_ns_, event::Finished{state->id, what});
}

void Recorder::waits(PyObject* waiter, PyObject* on, event::WaitKind how) {
  if (!is_deferred(waiter) || !is_deferred(on) || !wanted(waiter, on)) return;
  const event::DeferredId on_id = id_of(on);
  DeferredState* state = this->state(waiter);
  if (how == event::WaitKind::kReturned) state->waiting = true;
  sink_.write(event::Waiting{state->id, on_id, how,
                             names_.stack_to_user(std::min(settings_.stack_depth, kAttachDepth))});
}

void Recorder::resumed(PyObject* waiter, PyObject* by, PyObject* result) {
  if (!wanted(waiter, by)) return;
  DeferredState* state = this->state(waiter);
  write_resumed(state->id, waiter, by, result);
}

void Recorder::write_resumed(event::DeferredId waiter, const void* address, PyObject* by, PyObject* result) {
  const event::DeferredId by_id = id_of(by);
  const event::Result what = result_of(result, event::Outcome::kFailureReturned);
  auto* found = deferreds_.find(address);
  if (found != nullptr && (*found)->id == waiter) {
    (*found)->waiting = false;
    (*found)->failed = (*found)->fired && event::number(what.failure) != 0;
  }
  sink_.write(event::Resumed{waiter, by_id, what});
}

void Recorder::taken(PyObject* taker, PyObject* from, PyObject* result) {
  if (!wanted(taker, from)) return;
  const event::DeferredId from_id = id_of(from);
  DeferredState* state = this->state(taker);
  const event::Result what = result_of(result, event::Outcome::kFailureReturned);
  if (state->fired) state->failed = event::number(what.failure) != 0;
  sink_.write(event::Taken{state->id, from_id, what});
}

void Recorder::paused(PyObject* deferred, int count) {
  if (!wanted(deferred)) return;
  sink_.write(event::Paused{id_of(deferred), count, names_.stack(settings_.stack_depth)});
}

void Recorder::unpaused(PyObject* deferred, int count) {
  if (!wanted(deferred)) return;
  sink_.write(event::Unpaused{id_of(deferred), count, names_.stack(settings_.stack_depth)});
}

void Recorder::cancelling(PyObject* deferred) {
  if (!wanted(deferred)) return;
  sink_.write(event::Cancelling{id_of(deferred), names_.stack(settings_.stack_depth)});
}

void Recorder::cancelled(PyObject* deferred, event::CancelEffect effect, PyObject* to) {
  if (!wanted(deferred)) return;
  const event::DeferredId to_id = to != nullptr ? id_of(to) : event::DeferredId::kNone;
  sink_.write(event::Cancelled{id_of(deferred), effect, to_id});
}

void Recorder::collected(PyObject* deferred) {
  auto* found = deferreds_.find(deferred);
  if (found == nullptr) return;
  const ExceptionAside aside;
  DeferredState* state = found->get();
  const Attributes& name = attributes();
  if (on_ && !state->fired && quiet_truth(deferred, name.called)) fired_unseen(deferred);
  if (on_ && !g_forked && state->generation == sink_.generation()) {
    const std::uint32_t left = state->pairs.size() + (state->mirror ? state->mirror->size() : 0);
    event::EndState end = event::EndState::kPending;
    if (state->fired && state->waiting) {
      end = event::EndState::kWaiting;
    } else if (state->fired && left > 0 && quiet_truth(deferred, name.paused)) {
      end = event::EndState::kPaused;
    } else if (state->fired) {
      end = event::EndState::kSucceeded;
      if (state->failed) {
        const Owned debug_info = quiet_attribute(deferred, name.debug_info);
        Owned reported;
        if (debug_info && debug_info.get() != Py_None)
          reported = quiet_attribute(debug_info.get(), name.fail_result);
        const bool unhandled = reported && reported.get() != Py_None;
        end = unhandled ? event::EndState::kFailedUnhandled : event::EndState::kFailedHandled;
      }
    }
    begin();
    sink_.write(event::Collected{state->id, end, left});
  }
  // Looked up again: what ran above may have moved the table.
  found = deferreds_.find(deferred);
  if (found == nullptr) return;
  if (last_seen_ == deferred) last_seen_ = nullptr;
  if (spare_states_.size() < 4096) spare_states_.push_back(std::move(*found));
  deferreds_.erase(deferred);
}

}  // namespace reactortrack::recorder
