// SPDX-License-Identifier: MIT
//
// What drives coroutines and the generators of inlineCallbacks, in C++: _inlineCallbacks,
// _gotResultInlineCallbacks and _cancellableInlineCallbacks of twisted/internet/defer.py, as they
// are since 23.10. Each does what the Python function does, in its order:
//
//   send the last result into the generator, in its context;
//   ended: fire its Deferred; raised: fail it;
//   a Deferred came out: attach ourselves to it, and go on when it hands over its result
//
// A Deferred that has a result already hands it over at once; that is a loop here, as there, so
// that any number of them needs no more stack. What has a StopIteration to say in Python is a plain
// return here (PyIter_Send). returnValue(), which is deprecated and looks at its own traceback, is
// left to the Python function: the exception is raised for it once more (replayed.h).
#include "recorder/attributes.h"
#include "recorder/deferred_fields.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"
#include "recorder/recursion.h"
#include "recorder/replayed.h"

namespace reactortrack::recorder {
namespace {

// A global of twisted.internet.defer, borrowed; nullptr without an exception.
PyObject* defer_global(PyObject* name) {
  PyObject* found = PyDict_GetItemWithError(engine().run_globals, name);
  if (found == nullptr) PyErr_Clear();
  return found;
}

// ---- The generator -------------------------------------------------------------------------------

enum class Sent { kYielded, kReturned, kRaised };

// A StopIteration in flight is what a generator returned.
Sent returned_value(Owned* value) {
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return Sent::kRaised;
  static PyObject* const name = PyUnicode_InternFromString("value");
  PyObject *type = nullptr, *stop = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &stop, &traceback);
  PyErr_NormalizeException(&type, &stop, &traceback);
  const Owned owned_type(type), owned_stop(stop), owned_traceback(traceback);
  *value = quiet_attribute(stop, name);
  if (!*value) *value = Owned::share(Py_None);
  return Sent::kReturned;
}

Sent send(PyObject* generator, PyObject* value, Owned* out) {
#if PY_VERSION_HEX >= 0x030A0000
  if (PyGen_CheckExact(generator) || PyCoro_CheckExact(generator)) [[likely]] {
    PyObject* got = nullptr;
    const PySendResult how = PyIter_Send(generator, value, &got);
    *out = Owned(got);
    return how == PYGEN_NEXT     ? Sent::kYielded
           : how == PYGEN_RETURN ? Sent::kReturned
                                 : Sent::kRaised;
  }
#endif
  *out = Owned(PyObject_CallMethodObjArgs(generator, attributes().send, value, nullptr));
  return *out ? Sent::kYielded : returned_value(out);
}

// context.run(gen.send, result), or context.run(result.throwExceptionIntoGenerator, gen)
Sent resume(PyObject* generator, PyObject* context, PyObject* result, bool failed, Owned* out) {
  if (PyContext_Enter(context) < 0) return Sent::kRaised;
  Sent sent;
  if (failed) {
    *out = Owned(PyObject_CallMethodObjArgs(result, attributes().throw_into, generator, nullptr));
    sent = *out ? Sent::kYielded : returned_value(out);
  } else {
    sent = send(generator, result, out);
  }
  if (PyContext_Exit(context) < 0) return Sent::kRaised;
  return sent;
}

// True for what is driven itself when it is yielded.
bool is_generator_like(PyObject* object) {
  if (PyCoro_CheckExact(object) || PyGen_CheckExact(object)) return true;
  if (object == Py_None || !(Py_TYPE(object)->tp_flags & Py_TPFLAGS_HEAPTYPE)) return false;
  // Odd ones: what Twisted asks.
  static PyObject* const name = PyUnicode_InternFromString("iscoroutine");
  PyObject* asks = defer_global(name);
  const Owned answer(asks != nullptr ? PyObject_CallOneArg(asks, object) : nullptr);
  int is = answer ? PyObject_IsTrue(answer.get()) : 0;
  if (is == 0) is = PyObject_IsInstance(object, reinterpret_cast<PyObject*>(&PyGen_Type));
  if (is < 0 || !answer) PyErr_Clear();
  return is > 0;
}

// ---- The driver ----------------------------------------------------------------------------------

PyObject* cancellable(PyObject* generator);

class Drive {
 public:
  Drive(PyObject* generator, PyObject* status, PyObject* context)
      : generator_(generator), status_(status), context_(context), call_(&nothing_, &with_.send) {}
  ~Drive() {
    if (!frame_) return;
    const ExceptionAside aside;
    keep_variables();
  }
  Drive(const Drive&) = delete;
  Drive& operator=(const Drive&) = delete;

  // _inlineCallbacks(result, gen, status, context). 0, or -1 with an exception.
  int from(PyObject* result) {
    Recorder& recorder = the_recorder();
    result_ = Owned::share(result);
    for (;;) {
      failed_ = recorder.is_failure(result_.get());
      call_.at(failed_ ? &with_.throw_into : &with_.send);
      Owned got;
      switch (resume(generator_, context_, result_.get(), failed_, &got)) {
        case Sent::kRaised: return raised();
        case Sent::kReturned: return ended(std::move(got));
        case Sent::kYielded: break;
      }
      result_ = std::move(got);
      const bool chainable = is_chainable(result_.get(), with_.isinstance_checks);
      chainable_ = chainable ? Py_True : Py_False;
      if (!chainable) {
        if (!with_.drives_yielded || !is_generator_like(result_.get())) continue;
        if (!drive_yielded()) return -1;
        chainable_ = Py_True;
      }
      const int waits = wait();
      if (waits != 0) return waits < 0 ? -1 : 0;
    }
  }

 private:
  // An exception goes on out of the function, from `place`. -1
  int leaves(const CallPlace& place) {
    add_traceback_entry(frame(place), place);
    return -1;
  }

  const Owned& frame(const CallPlace& place) {
    if (!frame_) frame_ = native_frame(place);
    return frame_;
  }

  int ended(Owned value) {
    call_.at(&with_.callback);
    returned_ = std::move(value);
    const Owned deferred(get_field(status_, StatusField::kDeferred));
    return deferred && fire(deferred.get(), returned_.get()) == 0 ? 0 : leaves(with_.callback);
  }

  int raised() {
    if (PyErr_ExceptionMatches(with_.return_class)) return returned_by_exception();
    const CallPlace& place = failed_ ? with_.throw_into : with_.send;
    Owned deferred;
    {
      const ExceptionAside aside;  // nothing is asked of Python while an exception is in flight
      deferred = Owned(get_field(status_, StatusField::kDeferred));
      if (!deferred) PyErr_Clear();
      frame(place);
      // Debug mode keeps the variables of every frame in the Failure.
      if (deferred && quiet_truth(deferred.get(), attributes().debug)) keep_variables();
    }
    const Handling handling(frame_, place);
    call_.at(&with_.errback);
    return deferred && fire_with_handled_exception(deferred.get()) == 0 ? 0 : leaves(with_.errback);
  }

  // returnValue() was called: Twisted looks whether by the generator itself.
  int returned_by_exception() {
    const Owned replay(replay_of_exception(failed_ ? 1 : 0));
    PyObject* original = native_function_original(with_.inline_callbacks);
    return replay && Owned(PyObject_CallFunctionObjArgs(original, result_.get(), replay.get(),
                                                        status_, context_, nullptr))
               ? 0
               : -1;
  }

  // A coroutine came out: its Deferred takes its place.
  bool drive_yielded() {
    call_.at(&with_.drives);
    PyObject* drives = defer_global(attributes().cancellable);
    if (drives == nullptr) drives = with_.cancellable;
    Owned made(drives == with_.cancellable ? cancellable(result_.get())
                                           : PyObject_CallOneArg(drives, result_.get()));
    if (!made) return leaves(with_.drives) == 0;  // false
    result_ = std::move(made);
    return true;
  }

  // Attaches ourselves to result_. 1: it hands its result over later; 0: it has, that is result_
  // now; -1 with an exception.
  int wait() {
    call_.at(&with_.add_both);
    if (!waiting_) {
      waiting_ = Owned(PyList_New(2));
      if (!waiting_) return -1;
      put(0, Py_True);
      put(1, Py_None);
    }
    if (attach() < 0) return leaves(with_.add_both);
    const int still = PyObject_IsTrue(PyList_GET_ITEM(waiting_.get(), 0));
    if (still < 0) return -1;
    if (still > 0) {
      put(0, Py_False);
      return set_field(status_, StatusField::kWaitingOn, result_.get()) < 0 ? -1 : 1;
    }
    result_ = Owned::share(PyList_GET_ITEM(waiting_.get(), 1));
    put(0, Py_True);
    put(1, Py_None);
    return 0;
  }

  int attach() {
    PyObject* attached = defer_global(attributes().got_result);
    if (attached == nullptr) attached = with_.got_result;
    const Owned arguments(PyTuple_Pack(4, waiting_.get(), generator_, status_, context_));
    if (!arguments) return -1;
    if (the_recorder().is_deferred(result_.get()) &&
        uses(result_.get(), DeferredMethod::kAddBoth) && adds_directly(result_.get())) [[likely]] {
      const int added = add_to_both(result_.get(), attached, arguments.get());
      if (added <= 0) return added;
    }
    return Owned(PyObject_CallMethodObjArgs(result_.get(), attributes().add_both, attached,
                                            waiting_.get(), generator_, status_, context_, nullptr))
               ? 0
               : -1;
  }

  void put(Py_ssize_t place, PyObject* value) {
    Py_INCREF(value);
    PyObject* old = PyList_GET_ITEM(waiting_.get(), place);
    PyList_SET_ITEM(waiting_.get(), place, value);
    Py_XDECREF(old);
  }

  void keep_variables() {
    if (!frame_) return;
    static LocalNames<9> names({"result", "gen", "status", "context", "waiting", "stopIteration",
                                "callbackValue", "isFailure", "isDeferred"});
    if (!waiting_) waiting_ = Owned(Py_BuildValue("[OO]", Py_True, Py_None));
    if (!waiting_) PyErr_Clear();
    names.set(frame_, with_.send.code,
              {result_.get(), generator_, status_, context_, waiting_.get(),
               returned_ ? Py_True : Py_False, returned_ ? returned_.get() : Py_None,
               failed_ ? Py_True : Py_False, chainable_});
  }

  static inline const std::vector<CallPlace> nothing_{};
  const DriverObjects& with_ = driver();
  PyObject* generator_;
  PyObject* status_;
  PyObject* context_;
  NativeCall call_;
  // The function's variables, in the order in which they go.
  Owned returned_;  // callbackValue
  Owned waiting_;   // [waiting for result?, result]: made when it is first needed
  Owned result_;    // what is sent next, or what came out
  bool failed_ = false;
  PyObject* chainable_ = nullptr;  // isDeferred, once it is known; True or False
  Owned frame_;                    // that stands for this in tracebacks, once it is in one
};

// _inlineCallbacks, whosever it is. 0, or -1 with an exception.
int drive(PyObject* result, PyObject* generator, PyObject* status, PyObject* context) {
  PyObject* current = defer_global(attributes().inline_callbacks);
  if (current == driver().inline_callbacks && PyContext_CheckExact(context)) [[likely]] {
    const PythonDepth depth;
    if (!depth.entered()) return -1;
    return Drive(generator, status, context).from(result);
  }
  if (current == nullptr || current == driver().inline_callbacks)
    current = native_function_original(driver().inline_callbacks);
  return Owned(PyObject_CallFunctionObjArgs(current, result, generator, status, context, nullptr))
             ? 0
             : -1;
}

// ---- Beginning -----------------------------------------------------------------------------------

// lambda d: _addCancelCallbackToDeferred(d, status)
Owned new_canceller(PyObject* cell) {
  static PyObject* const name =
      PyUnicode_InternFromString("_cancellableInlineCallbacks.<locals>.<lambda>");
  Owned canceller(PyFunction_NewWithQualName(driver().canceller_code, engine().run_globals, name));
  const Owned closure(canceller ? PyTuple_Pack(1, cell) : nullptr);
  if (!closure || PyFunction_SetClosure(canceller.get(), closure.get()) < 0) return Owned();
  return canceller;
}

// _CancellationStatus(deferred)
Owned new_status(PyObject* deferred) {
  const DriverObjects& with = driver();
  static PyObject* const nothing = PyTuple_New(0);
  if (with.status_init == nullptr ||
      _PyType_Lookup(with.status_class, attributes().dunder_init) != with.status_init)
    return Owned(PyObject_CallOneArg(reinterpret_cast<PyObject*>(with.status_class), deferred));
  Owned status(with.status_class->tp_new(with.status_class, nothing, nullptr));
  if (!status || set_field(status.get(), StatusField::kDeferred, deferred) < 0 ||
      set_field(status.get(), StatusField::kWaitingOn, Py_None) < 0)
    return Owned();
  return status;
}

// _cancellableInlineCallbacks(gen). New reference; nullptr with an exception.
PyObject* cancellable(PyObject* generator) {
  static const std::vector<CallPlace> nothing;
  Recorder& recorder = the_recorder();
  const Owned cell(PyCell_New(nullptr));
  const Owned canceller = cell ? new_canceller(cell.get()) : Owned();
  if (!canceller) return nullptr;
  recorder.expect_coroutine(generator);
  Owned deferred(new_deferred(canceller.get()));
  recorder.expect_coroutine(nullptr);
  const Owned status = deferred ? new_status(deferred.get()) : Owned();
  if (!status || PyCell_Set(cell.get(), status.get()) < 0) return nullptr;
  const Owned context(PyContext_CopyCurrent());
  if (!context) return nullptr;
  const NativeCall call(&nothing, &driver().in_cancellable);
  if (drive(Py_None, generator, status.get(), context.get()) < 0) {
    static LocalNames<2> names({"gen", "deferred"});
    const CallPlace& place = driver().in_cancellable;
    const Owned frame = native_frame(place);
    if (frame) names.set(frame, place.code, {generator, deferred.get()});
    add_traceback_entry(frame, place);
    return nullptr;
  }
  return deferred.release();
}

// ---- Hooks ---------------------------------------------------------------------------------------

bool plain_call(std::size_t flags, PyObject* names, Py_ssize_t count) {
  return PyVectorcall_NARGS(flags) == count && (names == nullptr || PyTuple_GET_SIZE(names) == 0);
}

PyObject* hook_cancellable(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                           PyObject* names) {
  static PyObject* const deferred_name = PyUnicode_InternFromString("Deferred");
  if (!plain_call(flags, names, 1) ||
      defer_global(deferred_name) != reinterpret_cast<PyObject*>(the_recorder().twisted().deferred))
    return call_original(self, arguments, flags, names);
  const PythonDepth depth;
  return depth.entered() ? cancellable(arguments[0]) : nullptr;
}

PyObject* hook_inline(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                      PyObject* names) {
  if (!plain_call(flags, names, 4) || !PyContext_CheckExact(arguments[3]))
    return call_original(self, arguments, flags, names);
  const PythonDepth depth;
  if (!depth.entered()) return nullptr;
  if (Drive(arguments[1], arguments[2], arguments[3]).from(arguments[0]) < 0) return nullptr;
  Py_RETURN_NONE;
}

// _gotResultInlineCallbacks(r, waiting, gen, status, context)
PyObject* hook_got_result(NativeFunction* self, PyObject* const* arguments, std::size_t flags,
                          PyObject* names) {
  static const std::vector<CallPlace> nothing;
  if (!plain_call(flags, names, 5) || !PyList_CheckExact(arguments[1]) ||
      PyList_GET_SIZE(arguments[1]) != 2)
    return call_original(self, arguments, flags, names);
  PyObject* waiting = arguments[1];
  const int at_once = PyObject_IsTrue(PyList_GET_ITEM(waiting, 0));
  if (at_once < 0) return nullptr;
  if (at_once > 0) {
    Py_INCREF(Py_False);
    Py_INCREF(arguments[0]);
    if (PyList_SetItem(waiting, 0, Py_False) < 0 || PyList_SetItem(waiting, 1, arguments[0]) < 0)
      return nullptr;
    Py_RETURN_NONE;
  }
  const PythonDepth depth;
  if (!depth.entered()) return nullptr;
  const NativeCall call(&nothing, &driver().in_got_result);
  if (drive(arguments[0], arguments[2], arguments[3], arguments[4]) < 0) {
    static LocalNames<5> variables({"r", "waiting", "gen", "status", "context"});
    const CallPlace& place = driver().in_got_result;
    const Owned frame = native_frame(place);
    if (frame)
      variables.set(frame, place.code,
                    {arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]});
    add_traceback_entry(frame, place);
    return nullptr;
  }
  Py_RETURN_NONE;
}

}  // namespace

const std::vector<Hook> kCoroutineDriverHooks = {
    {"native._cancellableInlineCallbacks", hook_cancellable},
    {"native._inlineCallbacks", hook_inline},
    {"native._gotResultInlineCallbacks", hook_got_result}};

}  // namespace reactortrack::recorder
