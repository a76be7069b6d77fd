// SPDX-License-Identifier: MIT
//
// What Python functions would leave in tracebacks and stacks, for those that run natively.
//
// Twisted's own frames are seen: in the traceback of a Failure, in the text of a logged error, by
// code that compares them (Failure skips some by their code object). So an exception that passes
// through a native function gets the traceback entry the Python function would have made, at the
// place where it calls on. Failures up to Twisted 24.7 keep the stack above the traceback, too;
// only for them the native functions that run are kept in a list (NativeCall).
#pragma once

#include "recorder/object.h"

#include <array>
#include <vector>

#include "recorder/frames.h"

namespace reactortrack::recorder {

// Where a function calls another. `code` is borrowed from EngineObjects.
struct CallPlace {
  PyObject* code = nullptr;
  int offset = 0;  // of the call, in bytes
  int line = 0;
};

// A native function that runs: lives on the C stack while it does.
class NativeCall {
 public:
  // `via`: the functions between it and the Python frame below, outermost first. `own`: where it is.
  NativeCall(const std::vector<CallPlace>* via, const CallPlace* own);
  ~NativeCall();
  NativeCall(const NativeCall&) = delete;
  NativeCall& operator=(const NativeCall&) = delete;
  // It goes on to another place.
  void at(const CallPlace* own) { own_ = own; }

 private:
  friend Owned native_frame(const CallPlace& place);

  static thread_local NativeCall* innermost_;
  NativeCall* outer_ = nullptr;
  const void* python_frame_ = nullptr;  // by its address: it runs as long as this does
  const std::vector<CallPlace>* via_;
  const CallPlace* own_;
  bool kept_;
};

// A frame object at `place`; below it stands what runs now. Nothing when it cannot be made. Called by
// the innermost NativeCall about itself. An exception in flight stays.
Owned native_frame(const CallPlace& place);

// The local variables that a native function gives to the frame that stands for it. A frame that is
// in a traceback keeps them as they were when the function ended; what lives on through a Failure,
// and what lives until the garbage collector finds the cycle, hangs on that.
//
//   static LocalNames<2> names({"result", "gen"});
//   names.set(frame, code, {result, generator});   // nullptr: not set
template <std::size_t kCount>
class LocalNames {
 public:
  explicit LocalNames(const std::array<const char*, kCount>& names) : names_(names) {}
  void set(const Owned& frame, PyObject* code, const std::array<PyObject*, kCount>& values) {
    if (code != code_) find(code);
    for (std::size_t i = 0; i < kCount; ++i) rt_set_local(frame.get(), places_[i], values[i]);
  }

 private:
  void find(PyObject* code) {
    code_ = code;
    for (std::size_t i = 0; i < kCount; ++i)
      places_[i] = rt_local_place(reinterpret_cast<PyCodeObject*>(code), names_[i]);
  }

  std::array<const char*, kCount> names_;
  std::array<int, kCount> places_{};
  PyObject* code_ = nullptr;
};

// Puts an entry for `frame`, at `place`, before the traceback of the exception in flight, which goes
// on.
void add_traceback_entry(const Owned& frame, const CallPlace& place);

// Takes the exception in flight, which becomes the one that is being handled (sys.exc_info) until
// this ends, with an entry for `frame` before its traceback.
class Handling {
 public:
  Handling(const Owned& frame, const CallPlace& place);
  ~Handling();
  Handling(const Handling&) = delete;
  Handling& operator=(const Handling&) = delete;

 private:
  PyObject *old_type_ = nullptr, *old_value_ = nullptr, *old_traceback_ = nullptr;
};

// Failure(captureVars=debug), of the exception that is being handled. nullptr with an exception.
PyObject* failure_of_handled(PyObject* debug);

}  // namespace reactortrack::recorder
