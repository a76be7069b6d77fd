// SPDX-License-Identifier: MIT
#include "recorder/recorder.h"

#include <algorithm>

#include "recorder/attributes.h"
#include "recorder/deaths.h"

namespace reactortrack::recorder {

volatile bool Recorder::forked_ = false;

Recorder* const g_recorder = new Recorder;

// ---- Recording ----------------------------------------------------------------------------------

bool Recorder::start(const Settings& settings, std::string* error) {
  settings_ = settings;
  begin_numbering();
  if (!sink_.open(settings.path, settings.ring_bytes, error)) return false;
  carried_definitions_ = sink_.definitions();
  forked_ = false;
  on_ = true;
  write_settings();
  return true;
}

void Recorder::begin_numbering() {
  current_thread_ = 0;
  carry_stage_ = CarryStage::kDone;
  threads_.clear();
  thread_names_.clear();
  last_seen_ = nullptr;
  coroutines_.clear();
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
  if (forked_)
    sink_.abandon();  // nothing happened here since the fork: no file, and not the parent's
  else
    sink_.close(reason);
  last_seen_ = nullptr;
  deferreds_.clear();
  failures_.clear();
}

void Recorder::forked() { forked_ = true; }

void Recorder::begin_anew() {
  if (forked_) reopen_in_child();
  const std::uint64_t thread = platform::thread_id();
  if (thread != current_thread_) thread_changed(thread);
}

void Recorder::reopen_in_child() {
  forked_ = false;
  sink_.abandon();
  begin_numbering();
  std::string error;
  if (!sink_.open(settings_.path, settings_.ring_bytes, &error))
    return;  // what follows is lost, and counted
  carried_definitions_ = sink_.definitions();
  for (auto& [key, value] : settings_.facts)
    if (key == "started_by") value = "fork";
  write_settings();
}

void Recorder::thread_changed(std::uint64_t thread) {
  if (is_carrying()) {
    const std::uint64_t before = real_thread_;
    carry_some();
    if (is_carrying()) {
      real_thread_ = thread;
      current_thread_ = 0;
    }
    if (thread == before) return;
  }
  if (!is_carrying()) current_thread_ = thread;
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
    thread_names_.push_back(name);
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
  return claims_class(object, twisted_.failure);
}

bool Recorder::claims_class(PyObject* object, PyTypeObject* wanted) const {
  PyTypeObject* type = Py_TYPE(object);
  // Ask only where a class may lie about that.
  if (type->tp_getattro == PyObject_GenericGetAttr &&
      _PyType_Lookup(type, attributes().dunder_class) ==
          _PyType_Lookup(&PyBaseObject_Type, attributes().dunder_class))
    return false;
  const int is = PyObject_IsInstance(object, reinterpret_cast<PyObject*>(wanted));
  if (is < 0) PyErr_Clear();
  return is > 0;
}

bool Recorder::is_deferred(PyObject* object) const {
  return Py_TYPE(object) == twisted_.deferred ||
         PyType_IsSubtype(Py_TYPE(object), twisted_.deferred);
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
  state->segment = sink_.segment();
  last_seen_ = deferred;
  last_state_ = state.get();
  deferreds_.insert(deferred, std::move(state));
  return last_state_;
}

DeferredState* Recorder::state(PyObject* deferred) {
  begin();
  if (deferred == last_seen_ && last_state_->segment == sink_.segment()) return last_state_;
  const auto* found = deferreds_.find(deferred);
  DeferredState* state = nullptr;
  if (found != nullptr && (*found)->segment == sink_.segment()) [[likely]] {
    state = found->get();
  } else {
    state = found != nullptr ? found->get() : new_state(deferred);
    if (found != nullptr && state->generation == sink_.generation())
      carry(deferred, state);
    else
      adopt(deferred, state);
  }
  last_seen_ = deferred;
  last_state_ = state;
  return state;
}

void Recorder::adopt(PyObject* deferred, DeferredState* state) {
  const Attributes& name = attributes();
  if (state->generation != sink_.generation())
    state->id = static_cast<event::DeferredId>(++last_deferred_);
  state->generation = sink_.generation();
  state->segment = sink_.segment();
  state->created_ns = sink_.now_ns();
  state->stack = event::StackId::kNone;
  state->function = event::CallableId::kNone;
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
  if (passes_through(callable)) return event::CallableId::kNone;
  return names_.callable(callable);
}

// ---- Results and failures -----------------------------------------------------------------------

event::StringId Recorder::text_of(PyObject* (*convert)(PyObject*), PyObject* value) {
  const Owned text(convert(value));
  const char* utf8 = text && PyUnicode_Check(text.get()) ? PyUnicode_AsUTF8(text.get()) : nullptr;
  PyErr_Clear();
  // Defined anew each time: texts of values hardly repeat, and a table of them would only grow.
  return utf8 != nullptr ? sink_.define_once(event::String{utf8}) : event::StringId::kNone;
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

event::FailureId Recorder::raised(PyObject* type, PyObject* value, PyObject* traceback,
                                  event::FailureId known) {
  event::FailureSeen seen;
  seen.failure =
      known != event::FailureId::kNone ? known : static_cast<event::FailureId>(++last_failure_);
  if (type != nullptr && PyType_Check(type))
    seen.type = names_.type(reinterpret_cast<PyTypeObject*>(type));
  if (settings_.values && value != nullptr) seen.message = text_of(PyObject_Str, value);
  if (traceback != nullptr && PyTraceBack_Check(traceback))
    seen.traceback = names_.traceback(traceback);
  sink_.write(seen);
  return seen.failure;
}

// An attribute of a Failure, quietly: from its dictionary, where nothing of its class is in the way.
static Owned part_of(PyObject* failure, PyObject* name) {
  PyObject* dictionary = PyExceptionInstance_Check(failure)
                             ? reinterpret_cast<PyBaseExceptionObject*>(failure)->dict
                             : nullptr;
  if (dictionary == nullptr || PyErr_Occurred() != nullptr ||
      _PyType_Lookup(Py_TYPE(failure), name) != nullptr)
    return quiet_attribute(failure, name);
  PyObject* value = PyDict_GetItemWithError(dictionary, name);
  if (value == nullptr) PyErr_Clear();
  return Owned::share(value);
}

event::FailureId Recorder::failure(PyObject* failure) {
  const FailureState* known = failures_.find(failure);
  if (known != nullptr && known->segment == sink_.segment()) return known->id;
  const bool told_before = known != nullptr && known->generation == sink_.generation();
  const event::FailureId old = told_before ? known->id : event::FailureId::kNone;
  const Attributes& name = attributes();
  const Owned type = part_of(failure, name.type);
  const Owned value = part_of(failure, name.value);
  Owned traceback = part_of(failure, name.tb);
  if ((!traceback || !PyTraceBack_Check(traceback.get())) && value)
    traceback = quiet_attribute(value.get(), name.traceback);
  watch_death(failure, Watched::kFailure);
  const event::FailureId id = raised(type.get(), value.get(), traceback.get(), old);
  failures_.insert(failure, FailureState{id, sink_.generation(), sink_.segment()});
  return id;
}

}  // namespace reactortrack::recorder
