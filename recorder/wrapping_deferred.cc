// SPDX-License-Identifier: MIT
//
// The wrapping engine: for releases of Twisted that the native engine was not proven on. Deferred's
// own Python methods do all the work; what they do is seen from outside, and nothing that users
// attach is wrapped.
//
// Creation, adding and firing are seen by standing before the methods. The run loop is seen by the
// attributes it sets (`_runningCallbacks`, `result`, `paused`, `_chainedTo`), which every release
// so far sets in the same order; a release that renames them loses those events, not its results.
#include "recorder/attributes.h"
#include "recorder/context_watch.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"

namespace reactortrack::recorder {
namespace {

Mirror& mirror_of(DeferredState* state) {
  if (state->mirror == nullptr) state->mirror = std::make_unique<Mirror>();
  return *state->mirror;
}

// An argument by place or name, borrowed, or nullptr.
PyObject* argument(PyObject* const* arguments, std::size_t flags, PyObject* names, Py_ssize_t place,
                   const char* name) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  if (place < count) return arguments[place];
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i)
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), name) == 0)
      return arguments[count + i];
  return nullptr;
}

PyObject* hook_init(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                    PyObject* names) {
  PyObject* result = call_original(self, arguments, flags, names);
  if (result != nullptr && PyVectorcall_NARGS(flags) >= 1 &&
      the_recorder().is_deferred(arguments[0]))
    the_recorder().created(arguments[0], argument(arguments, flags, names, 1, "canceller"));
  return result;
}

// Tells of the pair, then lets `original` add it, and run it if there is a result.
PyObject* add(NativeFunction* original, PyObject* const* arguments, std::size_t flags,
              PyObject* names, PyObject* callback, PyObject* errback, PyObject* extra) {
  Recorder& recorder = the_recorder();
  const bool usual = recorder.is_on() && PyVectorcall_NARGS(flags) >= 1 &&
                     recorder.is_deferred(arguments[0]) && callback != nullptr &&
                     errback != nullptr && PyCallable_Check(callback) &&
                     (PyCallable_Check(errback) || errback == Py_None);
  if (!usual) return call_original(original, arguments, flags, names);
  PyObject* deferred = arguments[0];
  DeferredState* state = recorder.state(deferred);
  if (mirror_of(state).adding) return call_original(original, arguments, flags, names);
  const std::uint32_t position = state->attached;
  recorder.attached(deferred, nullptr, callback, errback, extra);
  Mirror& mirror = mirror_of(recorder.state(deferred));
  mirror.entries.push_back(
      {position, recorder.passes_through(callback), recorder.passes_through(errback)});
  mirror.adding = true;
  const Owned keep = Owned::share(deferred);
  PyObject* result = call_original(original, arguments, flags, names);
  const ExceptionAside aside;
  if (recorder.is_on()) mirror_of(recorder.state(deferred)).adding = false;
  return result;
}

Owned extra_arguments(PyObject* const* arguments, std::size_t flags) {
  const Py_ssize_t count = PyVectorcall_NARGS(flags);
  Owned extra(PyTuple_New(count > 2 ? count - 2 : 0));
  if (!extra) PyErr_Clear();
  for (Py_ssize_t i = 2; extra && i < count; ++i) {
    Py_INCREF(arguments[i]);
    PyTuple_SET_ITEM(extra.get(), i - 2, arguments[i]);
  }
  return extra;
}

PyObject* hook_add_callback(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                            PyObject* names) {
  return add(self, arguments, flags, names, argument(arguments, flags, names, 1, "callback"),
             the_recorder().twisted().failthru, extra_arguments(arguments, flags).get());
}
PyObject* hook_add_errback(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  return add(self, arguments, flags, names, the_recorder().twisted().passthru,
             argument(arguments, flags, names, 1, "errback"),
             extra_arguments(arguments, flags).get());
}
PyObject* hook_add_both(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                        PyObject* names) {
  PyObject* callback = argument(arguments, flags, names, 1, "callback");
  return add(self, arguments, flags, names, callback, callback,
             extra_arguments(arguments, flags).get());
}
PyObject* hook_add_callbacks(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                             PyObject* names) {
  PyObject* errback = argument(arguments, flags, names, 2, "errback");
  return add(self, arguments, flags, names, argument(arguments, flags, names, 1, "callback"),
             errback != nullptr ? errback : the_recorder().twisted().failthru,
             argument(arguments, flags, names, 3, "callbackArgs"));
}

PyObject* hook_start(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                     PyObject* names) {
  if (PyVectorcall_NARGS(flags) == 2 && the_recorder().is_deferred(arguments[0])) {
    const Owned called = quiet_attribute(arguments[0], attributes().called);
    const Owned suppressed = quiet_attribute(arguments[0], attributes().suppress);
    if (called.get() == Py_True)
      the_recorder().fired_again(arguments[0], arguments[1], suppressed.get() == Py_True);
    const ContextWatch context;
    PyObject* done = call_original(self, arguments, flags, names);
    context.tell(arguments[0]);
    return done;
  }
  return call_original(self, arguments, flags, names);
}

// ---- What the run loop does to a Deferred's attributes --------------------------------------------

// _runningCallbacks = True: the next pair has been taken off the list.
void running(Recorder& recorder, PyObject* deferred) {
  DeferredState* state = recorder.state(deferred);
  Mirror& mirror = mirror_of(state);
  if (mirror.entries.empty()) mirror.entries.swap(mirror.behind);
  if (mirror.entries.empty()) {  // added behind our back, or before recording began
    if (state->pairs.size() == 0) return;
  }
  Mirror::Entry entry{0, false, false};
  if (!mirror.entries.empty()) {
    entry = mirror.entries.front();
    mirror.entries.erase(mirror.entries.begin());
  } else {
    entry.position = state->pairs.take_first();
  }
  const Owned result = quiet_attribute(deferred, attributes().result);
  const bool failed = result && recorder.is_failure(result.get());
  const bool nothing = failed ? entry.errback_passes : entry.callback_passes;
  mirror.phase = nothing ? Mirror::Phase::kPassing : Mirror::Phase::kRunning;
  if (!nothing)
    recorder.started(deferred, entry.position,
                     failed ? event::Lane::kErrback : event::Lane::kCallback);
}

// result = value
void result_set(Recorder& recorder, PyObject* deferred, PyObject* old, PyObject* value) {
  Mirror& mirror = mirror_of(recorder.state(deferred));
  switch (mirror.phase) {
    case Mirror::Phase::kRunning:
      if (!in_run_callbacks()) return;         // a callback sets the result of its own Deferred
      mirror.phase = Mirror::Phase::kPassing;  // nothing more to tell of this callback
      return recorder.finished(deferred, value, false);
    case Mirror::Phase::kRaised:
      mirror.phase = Mirror::Phase::kIdle;
      return recorder.finished(deferred, value, true);
    case Mirror::Phase::kPassing: return;
    case Mirror::Phase::kIdle: break;
  }
  if (mirror.result_due) {
    mirror.result_due = false;
    return recorder.fired(deferred, value);
  }
  if (old == nullptr || !recorder.is_deferred(old) || !in_run_callbacks()) return;
  const Owned chained = quiet_attribute(deferred, attributes().chained_to);
  if (!chained || chained.get() == Py_None) recorder.taken(deferred, old, value);
}

// called = True: `result` was set just before (succeed) or comes next (_startRunCallbacks).
void called_set(Recorder& recorder, PyObject* deferred) {
  DeferredState* state = recorder.state(deferred);
  if (state->fired) return;
  const Owned result = quiet_attribute(deferred, attributes().result);
  if (result)
    recorder.fired(deferred, result.get());
  else
    mirror_of(state).result_due = true;
}

// paused -= 1 by the loop: a Deferred that waited has got its result.
void paused_set(Recorder& recorder, PyObject* deferred, PyObject* old, PyObject* value) {
  if (old == nullptr || !in_run_callbacks() || PyObject_RichCompareBool(value, old, Py_LT) != 1)
    return;
  const Owned by = quiet_attribute(deferred, attributes().chained_to);
  const Owned result = quiet_attribute(deferred, attributes().result);
  if (by && recorder.is_deferred(by.get()) && result)
    recorder.resumed(deferred, by.get(), result.get());
}

void told(Recorder& recorder, PyObject* deferred, PyObject* name, PyObject* old, PyObject* value) {
  const Attributes& known = attributes();
  if (name == known.running) {
    if (value == Py_True) return running(recorder, deferred);
    Mirror& mirror = mirror_of(recorder.state(deferred));
    mirror.phase =
        mirror.phase == Mirror::Phase::kRunning ? Mirror::Phase::kRaised : Mirror::Phase::kIdle;
  } else if (name == known.result) {
    result_set(recorder, deferred, old, value);
  } else if (name == known.called) {
    if (value == Py_True) called_set(recorder, deferred);
  } else if (name == known.paused) {
    paused_set(recorder, deferred, old, value);
  } else if (name == known.chained_to) {
    if (value != Py_None && in_run_callbacks())
      recorder.waits(deferred, value, event::WaitKind::kReturned);
  } else if (name == recorder.twisted().callbacks_name && PyList_Check(value) &&
             PyList_GET_SIZE(value) == 0) {
    if (recorder.known_id(deferred) == event::DeferredId::kNone) return;  // the constructor
    Mirror& mirror = mirror_of(recorder.state(deferred));
    mirror.behind.insert(mirror.behind.begin(), mirror.entries.begin(), mirror.entries.end());
    mirror.entries.clear();
  }
}

// Deferred.__setattr__, which stands in for object's. Not a tp_setattro of our own: a subclass's
// super().__setattr__() is object's then, which refuses to pass over another class's C function.
PyObject* hook_set_attribute(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                             PyObject* names) {
  const Attributes& known = attributes();
  Recorder& recorder = the_recorder();
  PyObject* name = PyVectorcall_NARGS(flags) == 3 ? arguments[1] : nullptr;
  const bool wanted = name != nullptr && recorder.is_on() && recorder.is_deferred(arguments[0]) &&
                      (name == known.running || name == known.result || name == known.called ||
                       name == known.paused || name == known.chained_to ||
                       name == recorder.twisted().callbacks_name);
  if (!wanted) return call_original(self, arguments, flags, names);
  const bool compares = name == known.result || name == known.paused;
  const Owned old = compares ? quiet_attribute(arguments[0], name) : Owned();
  PyObject* done = call_original(self, arguments, flags, names);
  if (done == nullptr) return nullptr;
  const ExceptionAside aside;
  told(recorder, arguments[0], name, old.get(), arguments[2]);
  return done;
}

}  // namespace

const std::vector<Hook> kWrappingDeferredHooks = {{"wrap.__init__", hook_init},
                                                  {"wrap.addCallback", hook_add_callback},
                                                  {"wrap.addErrback", hook_add_errback},
                                                  {"wrap.addBoth", hook_add_both},
                                                  {"wrap.addCallbacks", hook_add_callbacks},
                                                  {"wrap._startRunCallbacks", hook_start},
                                                  {"wrap.__setattr__", hook_set_attribute}};

}  // namespace reactortrack::recorder
