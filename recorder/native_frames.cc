// SPDX-License-Identifier: MIT
#include "recorder/native_frames.h"

#include "recorder/engine.h"

namespace reactortrack::recorder {

thread_local NativeCall* NativeCall::innermost_ = nullptr;

NativeCall::NativeCall(const std::vector<CallPlace>* via, const CallPlace* own)
    : via_(via), own_(own), kept_(engine().traits.failure_keeps_stack) {
  if (!kept_) [[likely]]
    return;
  python_frame_ = rt_current_frame_address();
  outer_ = std::exchange(innermost_, this);
}

NativeCall::~NativeCall() {
  if (kept_) innermost_ = outer_;
}

Owned native_frame(const CallPlace& place) {
  const ExceptionAside aside;
  PyObject* globals = engine().run_globals;
  Owned back;
  const auto put = [&](const CallPlace& at) {
    back = Owned(rt_new_frame(reinterpret_cast<PyCodeObject*>(at.code), globals, back.get(),
                              at.offset, at.line));
    if (!back) PyErr_Clear();
    return static_cast<bool>(back);
  };
  if (const NativeCall* innermost = NativeCall::innermost_) {
    back = Owned(rt_current_frame_object());
    std::vector<const NativeCall*> calls;  // on top of that frame, innermost first
    for (const NativeCall* call = innermost;
         call != nullptr && call->python_frame_ == innermost->python_frame_; call = call->outer_)
      calls.push_back(call);
    while (!calls.empty()) {
      const NativeCall* call = calls.back();
      calls.pop_back();
      for (const CallPlace& at : *call->via_)
        if (!put(at)) return Owned();
      if (!calls.empty() && !put(*call->own_)) return Owned();
    }
  }
  return put(place) ? std::move(back) : Owned();
}

namespace {

Owned longer_traceback(const Owned& frame, const CallPlace& place, PyObject* inner) {
  if (!frame) return Owned();
  Owned whole(PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyTraceBack_Type), "OOii",
                                    inner != nullptr ? inner : Py_None, frame.get(), place.offset,
                                    place.line));
  if (!whole) PyErr_Clear();
  return whole;
}

}  // namespace

void add_traceback_entry(const Owned& frame, const CallPlace& place) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  Owned whole = longer_traceback(frame, place, traceback);
  if (whole) {
    Py_XDECREF(traceback);
    traceback = whole.release();
  }
  PyErr_Restore(type, value, traceback);
}

Handling::Handling(const Owned& frame, const CallPlace& place) {
  PyObject *type = nullptr, *value = nullptr, *inner = nullptr;
  PyErr_Fetch(&type, &value, &inner);
  PyErr_NormalizeException(&type, &value, &inner);
  Owned traceback = longer_traceback(frame, place, inner);
  if (traceback)
    Py_XDECREF(inner);
  else
    traceback = Owned(inner);
  if (traceback && PyException_SetTraceback(value, traceback.get()) < 0) PyErr_Clear();
  // What is told is the innermost that is being handled, of whichever generator; what is set is that
  // of the generator that runs now (or of the thread).
  PyErr_GetExcInfo(&old_type_, &old_value_, &old_traceback_);
  const PyObject* own = PyThreadState_Get()->exc_info->exc_value;
  if (own == nullptr || own == Py_None) {
    Py_CLEAR(old_type_);
    Py_CLEAR(old_value_);
    Py_CLEAR(old_traceback_);
  }
  PyErr_SetExcInfo(type, value, traceback.release());
}

Handling::~Handling() { PyErr_SetExcInfo(old_type_, old_value_, old_traceback_); }

PyObject* failure_of_handled(PyObject* debug) {
  static PyObject* const names = Py_BuildValue("(s)", "captureVars");
  PyObject* arguments[2] = {nullptr, debug};
  return PyObject_Vectorcall(engine().failure_class, arguments + 1,
                             0 | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
}

}  // namespace reactortrack::recorder
