// SPDX-License-Identifier: MIT
//
// Deferred._runCallbacks in C++: the loop over a chain of callbacks.
//
// It follows the Python function of twisted/internet/defer.py statement by statement (22.4 to
// 26.10, differences in Traits), in the order of every attribute that is read or set, since
// callbacks can see them. Results wait in a list of Deferreds, not on the C stack, so a chain of any
// length needs no recursion, as there. One short cut: passthru and _failthru, which return their
// argument, are not called.
#include <cstring>
#include <vector>

#include "recorder/attributes.h"
#include "recorder/deferred_fields.h"
#include "recorder/engine.h"
#include "recorder/recorder.h"
#include "recorder/recursion.h"

namespace reactortrack::recorder {
namespace {

// What a step of the loop came to.
enum class Step { kContinue, kChainee, kWaits, kEmpty, kError };

using Field = DeferredField;

bool is_true_deferred(PyObject* object) {
  return is_chainable(object, engine().traits.isinstance_checks);
}

Owned call_method(PyObject* deferred, DeferredMethod method) {
  PyObject* name = g_deferred_fields.method_name(static_cast<int>(method));
  return Owned(PyObject_CallMethodObjArgs(deferred, name, nullptr));
}

// object._debugInfo.failResult = None, where there is a _debugInfo.
int forget_failure(PyObject* object) {
  const Attributes& name = attributes();
  const Owned info(get_field(object, Field::kDebugInfo));
  if (!info) return -1;
  return info.get() == Py_None ? 0 : PyObject_SetAttr(info.get(), name.fail_result, Py_None);
}

// object.paused += by
int add_to_paused(PyObject* object, long by) {
  const Owned old(get_field(object, Field::kPaused));
  if (!old) return -1;
  const Owned step(PyLong_FromLong(by));
  const Owned sum(step ? PyNumber_InPlaceAdd(old.get(), step.get()) : nullptr);
  return sum ? set_field(object, Field::kPaused, sum.get()) : -1;
}

// list.pop(0). New reference; nullptr with an exception.
PyObject* pop_first(PyObject* list) {
  if (!PyList_CheckExact(list)) return PyObject_CallMethod(list, "pop", "i", 0);
  // What the list itself would do, but for giving back memory: it lives no longer than its Deferred.
  PyObject** items = reinterpret_cast<PyListObject*>(list)->ob_item;
  PyObject* first = items[0];
  const Py_ssize_t left = PyList_GET_SIZE(list) - 1;
  std::memmove(items, items + 1, static_cast<std::size_t>(left) * sizeof(PyObject*));
  Py_SET_SIZE(list, left);
  return first;
}

// One side of a pair: callback, args, kwargs.
struct Side {
  static constexpr Py_ssize_t kFew = 6;  // arguments that need no tuple of their own
  Owned callback, arguments, keywords;

  // From any sequence of three. False with an exception.
  bool unpack(PyObject* triple) {
    if (PyTuple_CheckExact(triple) && PyTuple_GET_SIZE(triple) == 3) [[likely]] {
      callback = Owned::share(PyTuple_GET_ITEM(triple, 0));
      arguments = Owned::share(PyTuple_GET_ITEM(triple, 1));
      keywords = Owned::share(PyTuple_GET_ITEM(triple, 2));
      return true;
    }
    const Owned items(PySequence_List(triple));
    if (!items && Py_TYPE(triple)->tp_iter == nullptr && !PySequence_Check(triple))
      PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object",
                   Py_TYPE(triple)->tp_name);
    if (!items) return false;
    const Py_ssize_t size = PyList_GET_SIZE(items.get());
    if (size != 3) {
      if (size < 3)
        PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected 3, got %zd)", size);
      else
        PyErr_SetString(PyExc_ValueError, "too many values to unpack (expected 3)");
      return false;
    }
    callback = Owned::share(PyList_GET_ITEM(items.get(), 0));
    arguments = Owned::share(PyList_GET_ITEM(items.get(), 1));
    keywords = Owned::share(PyList_GET_ITEM(items.get(), 2));
    return true;
  }

  bool no_keywords() const {
    return (keywords.get() == engine().none_keywords ||
            (PyDict_CheckExact(keywords.get()) && PyDict_GET_SIZE(keywords.get()) == 0));
  }

  bool plain() const {  // no arguments but the result
    return PyTuple_CheckExact(arguments.get()) && PyTuple_GET_SIZE(arguments.get()) == 0 &&
           no_keywords();
  }

  // callback(result, *arguments, **keywords)
  PyObject* call(PyObject* result) const {
    if (PyTuple_CheckExact(arguments.get()) && PyTuple_GET_SIZE(arguments.get()) <= kFew &&
        no_keywords()) [[likely]] {
      const Py_ssize_t count = PyTuple_GET_SIZE(arguments.get());
      PyObject* space[kFew + 2] = {nullptr, result};
      for (Py_ssize_t i = 0; i < count; ++i) space[i + 2] = PyTuple_GET_ITEM(arguments.get(), i);
      return PyObject_Vectorcall(
          callback.get(), space + 1,
          static_cast<std::size_t>(count + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
    }
    const Owned more(PySequence_Tuple(arguments.get()));
    if (!more) {
      if (Py_TYPE(arguments.get())->tp_iter == nullptr && !PySequence_Check(arguments.get()))
        PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s",
                     Py_TYPE(arguments.get())->tp_name);
      return nullptr;
    }
    const Py_ssize_t count = PyTuple_GET_SIZE(more.get());
    Owned all(PyTuple_New(count + 1));
    if (!all) return nullptr;
    Py_INCREF(result);
    PyTuple_SET_ITEM(all.get(), 0, result);
    for (Py_ssize_t i = 0; i < count; ++i) {
      PyObject* item = PyTuple_GET_ITEM(more.get(), i);
      Py_INCREF(item);
      PyTuple_SET_ITEM(all.get(), i + 1, item);
    }
    if (PyDict_CheckExact(keywords.get()))
      return PyObject_Call(callback.get(), all.get(), keywords.get());
    const Owned named(PyDict_New());
    if (!named || PyDict_Update(named.get(), keywords.get()) < 0) return nullptr;
    return PyObject_Call(callback.get(), all.get(), named.get());
  }
};

class Run {
 public:
  Run(PyObject* first, Via via)
      : first_(first),
        native_call_(&engine().via_frames[static_cast<int>(via)], &engine().run_place),
        recorder_(the_recorder()) {}
  ~Run() {
    if (frame_) keep_variables();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  int all() {
    chain_.push_back(Owned::share(first_));
    while (!chain_.empty()) {
      current_ = Owned::share(chain_.back().get());
      PyObject* current = current_.get();
      const int paused = field_is_true(current, Field::kPaused);
      if (paused != 0) return paused < 0 ? -1 : 0;
      finished_ = true;
      if (set_field(current, Field::kChainedTo, Py_None) < 0) return -1;
      Step step = Step::kContinue;
      while (step == Step::kContinue) step = next(current);
      if (step == Step::kError) return -1;
      if (step == Step::kChainee) continue;
      if (settle(current) < 0) return -1;
      chain_.pop_back();
    }
    return 0;
  }

 private:
  // Takes one pair off the list of `current` and runs the side that applies.
  Step next(PyObject* current) {
    const Owned callbacks(get_field(current, Field::kCallbacks));
    if (!callbacks) return Step::kError;
    const int any = PyList_CheckExact(callbacks.get()) ? PyList_GET_SIZE(callbacks.get()) > 0
                                                       : PyObject_IsTrue(callbacks.get());
    if (any <= 0) return any < 0 ? Step::kError : Step::kEmpty;
    pair_ = Owned(pop_first(callbacks.get()));
    if (!pair_) return Step::kError;
    Owned result(get_field(current, Field::kResult));
    if (!result) return Step::kError;
    const bool failed = recorder_.is_failure(result.get());
    if (PyTuple_CheckExact(pair_.get()) && PyTuple_GET_SIZE(pair_.get()) == 2) [[likely]] {
      if (!side_.unpack(PyTuple_GET_ITEM(pair_.get(), failed ? 1 : 0))) return Step::kError;
    } else {
      const Owned triple(PySequence_GetItem(pair_.get(), failed ? 1 : 0));
      if (!triple || !side_.unpack(triple.get())) return Step::kError;
    }
    if (keeps_variables_) keep_variables();  // a variable that is set again lets its old value go
    if (side_.callback.get() == recorder_.twisted().continue_mark)
      return hand_over(current, std::move(result)) < 0 ? Step::kError : Step::kChainee;
    return call(current, std::move(result), failed);
  }

  // A Deferred that waits for `current` gets its result, and is run next.
  int hand_over(PyObject* current, Owned result) {
    chainee_ = Owned(PySequence_GetItem(side_.arguments.get(), 0));
    PyObject* chainee = chainee_.get();
    if (chainee == nullptr) return -1;
    if (set_field(chainee, Field::kResult, result.get()) < 0 ||
        set_field(current, Field::kResult, Py_None) < 0 || forget_failure(current) < 0 ||
        add_to_paused(chainee, -1) < 0)
      return -1;
    recorder_.resumed(chainee, current, result.get());
    chain_.push_back(Owned::share(chainee));
    finished_ = false;
    return 0;
  }

  Step call(PyObject* current, Owned result, bool failed) {
    const TwistedObjects& twisted = recorder_.twisted();
    PyObject* callback = side_.callback.get();
    const std::uint32_t position = take(current, failed);
    if ((callback == twisted.passthru || callback == twisted.failthru) && side_.plain() &&
        result.get() != current && g_deferred_fields.is_generic(Py_TYPE(current))) {
      if (set_field(current, Field::kRunning, Py_False) < 0) return Step::kError;
      return is_true_deferred(result.get()) ? chained(current, result.get()) : Step::kContinue;
    }
    recorder_.started(current, position, failed ? event::Lane::kErrback : event::Lane::kCallback);
    if (set_field(current, Field::kRunning, Py_True) < 0) return Step::kError;
    bool raised = false;
    const CallPlace* place = &engine().run_place;
    Owned returned(side_.call(result.get()));
    result = Owned();  // the old result goes before the new one is seen, as in Python
    if (!returned) {
      raised = true;
    } else if (set_field(current, Field::kResult, returned.get()) < 0) {
      raised = true;
    } else if (returned.get() == current && warn_of_itself() < 0) {
      raised = true;
      place = &engine().warn_place;
    }
    if (raised) {
      const ExceptionAside aside;
      if (set_field(current, Field::kRunning, Py_False) < 0) PyErr_Clear();
    } else if (set_field(current, Field::kRunning, Py_False) < 0) {
      raised = true;
    }
    if (raised) {
      returned = Owned(new_failure(*place));
      if (!returned || set_field(current, Field::kResult, returned.get()) < 0) return Step::kError;
    }
    recorder_.finished(current, returned.get(), raised);
    if (raised || !is_true_deferred(returned.get())) return Step::kContinue;
    return chained(current, returned.get());
  }

  // Tells that the pair is off the list: its position.
  std::uint32_t take(PyObject* current, bool failed) {
    PyObject* callback = side_.callback.get();
    PyObject* errback = callback;
    PyObject* other = PyTuple_CheckExact(pair_.get()) && PyTuple_GET_SIZE(pair_.get()) == 2
                          ? PyTuple_GET_ITEM(pair_.get(), failed ? 0 : 1)
                          : nullptr;
    if (other != nullptr && PyTuple_CheckExact(other) && PyTuple_GET_SIZE(other) == 3)
      (failed ? callback : errback) = PyTuple_GET_ITEM(other, 0);
    return recorder_.take(current, pair_.get(), callback, errback);
  }

  // The result of `current` is a Deferred: take its result, or wait for it.
  Step chained(PyObject* current, PyObject* other) {
    if (!engine().traits.isinstance_checks) current_result_ = Owned::share(other);  // since 24.7
    Owned theirs(get_field(other, Field::kResult));
    if (!theirs) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return Step::kError;
      PyErr_Clear();
    }
    result_result_ = Owned::share(theirs ? theirs.get() : recorder_.twisted().no_result);
    int waits = 1;
    if (theirs && !is_true_deferred(theirs.get())) waits = field_is_true(other, Field::kPaused);
    if (waits < 0) return Step::kError;
    if (waits > 0) return wait_for(current, other);
    if (set_field(other, Field::kResult, Py_None) < 0 || forget_failure(other) < 0 ||
        set_field(current, Field::kResult, theirs.get()) < 0)
      return Step::kError;
    recorder_.taken(current, other, theirs.get());
    return Step::kContinue;
  }

  Step wait_for(PyObject* current, PyObject* other) {
    recorder_.waits(current, other, event::WaitKind::kReturned);
    if (uses(current, DeferredMethod::kPause)) {
      if (add_to_paused(current, 1) < 0) return Step::kError;
    } else if (!Owned(call_method(current, DeferredMethod::kPause))) {
      return Step::kError;
    }
    if (set_field(current, Field::kChainedTo, other) < 0) return Step::kError;
    const Owned callbacks(get_field(other, Field::kCallbacks));
    const Owned pair = callbacks ? continuation(current) : Owned();
    if (!pair) return Step::kError;
    if (PyList_CheckExact(callbacks.get()))
      return PyList_Append(callbacks.get(), pair.get()) < 0 ? Step::kError : Step::kWaits;
    return Owned(PyObject_CallMethodObjArgs(callbacks.get(), attributes().append, pair.get(),
                                            nullptr))
               ? Step::kWaits
               : Step::kError;
  }

  // What hands the result of the Deferred it is attached to over to `current`.
  static Owned continuation(PyObject* current) {
    if (!uses(current, DeferredMethod::kContinuation))
      return call_method(current, DeferredMethod::kContinuation);
    const Owned arguments(PyTuple_Pack(1, current));
    const Owned triple(arguments ? PyTuple_Pack(3, the_recorder().twisted().continue_mark,
                                                arguments.get(), engine().none_keywords)
                                 : nullptr);
    return Owned(triple ? PyTuple_Pack(2, triple.get(), triple.get()) : nullptr);
  }

  // Nothing is left to run: keep the Failure for the report of unhandled errors, or drop it there.
  int settle(PyObject* current) {
    const Attributes& name = attributes();
    const Owned result(get_field(current, Field::kResult));
    if (!result) return -1;
    if (!recorder_.is_failure(result.get())) return forget_failure(current);
    if (engine().traits.cleans_failure &&
        !Owned(PyObject_CallMethod(result.get(), "cleanFailure", nullptr)))
      return -1;
    Owned info(get_field(current, Field::kDebugInfo));
    if (!info) return -1;
    if (info.get() == Py_None) {
      info = Owned(PyObject_CallNoArgs(engine().debug_info_class));
      if (!info || set_field(current, Field::kDebugInfo, info.get()) < 0) return -1;
    }
    return PyObject_SetAttr(info.get(), name.fail_result, result.get());
  }

  int warn_of_itself() {
    const Owned done(PyObject_CallFunction(engine().warn_about_function, "Os", side_.callback.get(),
                                           "Callback returned the Deferred it was attached to; "
                                           "this breaks the callback chain and will "
                                           "raise an exception in the future."));
    return done ? 0 : -1;
  }

  // Failure(captureVars=self.debug) of the exception in flight, which is cleared. The traceback gets
  // the entry that the Python function would have left in it, at `place`.
  PyObject* new_failure(const CallPlace& place) {
    Owned debug;
    {
      const ExceptionAside aside;
      debug = Owned(get_field(first_, Field::kDebug));
      if (!debug) PyErr_Clear();
    }
    if (!frame_) frame_ = native_frame(place);
    // Debug mode keeps the variables of every frame in the Failure.
    keeps_variables_ = frame_ && debug && debug.get() != Py_False;
    if (keeps_variables_) keep_variables();
    const Handling handling(frame_, place);
    return failure_of_handled(debug ? debug.get() : Py_False);
  }

  void keep_variables() {
    static LocalNames<11> names({"self", "chain", "current", "finished", "item", "callback", "args",
                                 "kwargs", "chainee", "currentResult", "resultResult"});
    const ExceptionAside aside;
    const Owned chain(PyList_New(static_cast<Py_ssize_t>(chain_.size())));
    if (!chain) return PyErr_Clear();
    for (std::size_t i = 0; i < chain_.size(); ++i)
      PyList_SET_ITEM(chain.get(), static_cast<Py_ssize_t>(i),
                      Owned::share(chain_[i].get()).release());
    names.set(frame_, engine().run_place.code,
              {first_, chain.get(), current_.get(), finished_ ? Py_True : Py_False, pair_.get(),
               side_.callback.get(), side_.arguments.get(), side_.keywords.get(), chainee_.get(),
               current_result_.get(), result_result_.get()});
  }

  PyObject* first_;
  const NativeCall native_call_;
  Recorder& recorder_;
  // What the Python function's variables keep alive until they are set again. They go in the order
  // of its variables: the last one here first.
  Owned result_result_;
  Owned current_result_;
  Owned chainee_;
  Side side_;
  Owned pair_;
  bool finished_ = true;
  Owned current_;
  std::vector<Owned> chain_;
  Owned frame_;                   // that stands for this in tracebacks, once it is in one
  bool keeps_variables_ = false;  // it has them already, not from our end on
};

}  // namespace

bool is_chainable(PyObject* object, bool by_isinstance) {
  const TwistedObjects& twisted = the_recorder().twisted();
  PyTypeObject* type = Py_TYPE(object);
  if (type == twisted.deferred) return true;
  if (object == Py_None || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) return false;
  if (!by_isinstance && twisted.deferred_subclasses != nullptr) {
    if (!PyType_IsSubtype(type, twisted.deferred)) return false;
    const int known =
        PySequence_Contains(twisted.deferred_subclasses, reinterpret_cast<PyObject*>(type));
    if (known < 0) PyErr_Clear();
    return known > 0;
  }
  if (PyType_IsSubtype(type, twisted.deferred)) return true;
  return the_recorder().claims_class(object, twisted.deferred);
}

int run_callbacks(PyObject* deferred, Via via) {
  const PythonDepth depth;
  if (!depth.entered()) return -1;
  const int running = field_is_true(deferred, Field::kRunning);
  if (running != 0) return running < 0 ? -1 : 0;
  return Run(deferred, via).all();
}

int dispatch_run_callbacks(PyObject* deferred, Via via) {
  if (uses(deferred, DeferredMethod::kRun)) [[likely]]
    return run_callbacks(deferred, via);
  return call_method(deferred, DeferredMethod::kRun) ? 0 : -1;
}

}  // namespace reactortrack::recorder
