/* SPDX-License-Identifier: MIT */
#include "recorder/frames.h"

#include <patchlevel.h>

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000
#define RT_INTERPRETER_FRAMES 1
#include <frameobject.h>
#define Py_BUILD_CORE 1
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#elif PY_VERSION_HEX < 0x030B0000
#define RT_FRAME_OBJECTS 1
#include <frameobject.h>
#else
#include <frameobject.h>
#endif

#if PY_VERSION_HEX >= 0x030A0000
#define RT_CODE_UNIT ((int)sizeof(uint16_t)) /* f_lasti counts instructions since 3.10 */
#else
#define RT_CODE_UNIT 1
#endif

static inline uint64_t mixed(uint64_t key, uint64_t with) {
  key = (key ^ with) * UINT64_C(0x9E3779B97F4A7C15);
  return key ^ (key >> 29);
}

static inline uint64_t finished_key(uint64_t key, int count) {
  return count > 0 ? key | UINT64_C(1) << 63 : 0;
}

#if defined(RT_INTERPRETER_FRAMES)

#if PY_VERSION_HEX >= 0x030D0000
#define RT_CURRENT(tstate) ((tstate)->current_frame)
#define RT_CODE(frame) _PyFrame_GetCode(frame)
#define RT_INSTRUCTION(frame) ((frame)->instr_ptr)
#else
#define RT_CURRENT(tstate) ((tstate)->cframe->current_frame)
#define RT_CODE(frame) ((frame)->f_code)
#define RT_INSTRUCTION(frame) ((frame)->prev_instr)
#endif

int rt_current_frames(rt_frame* frames, int max) {
  int count = 0;
  _PyInterpreterFrame* frame = RT_CURRENT(PyThreadState_Get());
  for (; frame != NULL && count < max; frame = frame->previous) {
    if (_PyFrame_IsIncomplete(frame)) continue;
    frames[count].code = RT_CODE(frame);
    frames[count].offset = _PyInterpreterFrame_LASTI(frame) * RT_CODE_UNIT;
    ++count;
  }
  return count;
}

uint64_t rt_stack_key(int max, uint64_t seed) {
  int count = 0;
  _PyInterpreterFrame* frame = RT_CURRENT(PyThreadState_Get());
  for (; frame != NULL && count < max; frame = frame->previous) {
    if (_PyFrame_IsIncomplete(frame)) continue;
    seed = mixed(seed, (uintptr_t)RT_INSTRUCTION(frame)); /* within its code object */
    ++count;
  }
  return finished_key(seed, count);
}

const void* rt_current_frame_address(void) {
  _PyInterpreterFrame* frame = RT_CURRENT(PyThreadState_Get());
  while (frame != NULL && _PyFrame_IsIncomplete(frame)) frame = frame->previous;
  return frame;
}

int rt_suspended_frame(PyObject* generator, rt_frame* out) {
  if (!PyGen_CheckExact(generator) && !PyCoro_CheckExact(generator)) return 0;
  PyGenObject* gen = (PyGenObject*)generator;
  if (gen->gi_frame_state < FRAME_CREATED || gen->gi_frame_state >= FRAME_EXECUTING) return 0;
  _PyInterpreterFrame* frame = (_PyInterpreterFrame*)gen->gi_iframe;
  out->code = RT_CODE(frame);
  out->offset = _PyInterpreterFrame_LASTI(frame) * RT_CODE_UNIT;
  return 1;
}

#elif defined(RT_FRAME_OBJECTS)

int rt_current_frames(rt_frame* frames, int max) {
  int count = 0;
  PyFrameObject* frame = PyThreadState_Get()->frame;
  for (; frame != NULL && count < max; frame = frame->f_back, ++count) {
    frames[count].code = frame->f_code;
    frames[count].offset = frame->f_lasti * RT_CODE_UNIT;
  }
  return count;
}

uint64_t rt_stack_key(int max, uint64_t seed) {
  int count = 0;
  PyFrameObject* frame = PyThreadState_Get()->frame;
  for (; frame != NULL && count < max; frame = frame->f_back, ++count)
    seed = mixed(mixed(seed, (uintptr_t)frame->f_code), (uint64_t)frame->f_lasti);
  return finished_key(seed, count);
}

const void* rt_current_frame_address(void) { return PyThreadState_Get()->frame; }

int rt_suspended_frame(PyObject* generator, rt_frame* out) {
  if (!PyGen_CheckExact(generator) && !PyCoro_CheckExact(generator)) return 0;
  PyFrameObject* frame = ((PyGenObject*)generator)->gi_frame;
#if PY_VERSION_HEX >= 0x030A0000
  const int suspended = frame != NULL && frame->f_state < 0; /* FRAME_CREATED, FRAME_SUSPENDED */
#else
  const int suspended = frame != NULL && !((PyGenObject*)generator)->gi_running;
#endif
  if (!suspended || frame->f_lasti < 0) return 0;
  out->code = frame->f_code;
  out->offset = frame->f_lasti * RT_CODE_UNIT;
  return 1;
}

#else /* a CPython that is newer than this file */

int rt_current_frames(rt_frame* frames, int max) {
  int count = 0;
  PyFrameObject* frame = PyEval_GetFrame();
  Py_XINCREF(frame);
  while (frame != NULL && count < max) {
    PyCodeObject* code = PyFrame_GetCode(frame);
    frames[count].code = code;                      /* kept alive by its frame, which is running */
    frames[count].offset = PyFrame_GetLasti(frame); /* in bytes */
    Py_DECREF(code);
    ++count;
    PyFrameObject* back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    frame = back;
  }
  Py_XDECREF(frame);
  return count;
}

uint64_t rt_stack_key(int max, uint64_t seed) {
  rt_frame frames[64];
  const int count = rt_current_frames(frames, max < 64 ? max : 64);
  for (int i = 0; i < count; ++i)
    seed = mixed(mixed(seed, (uintptr_t)frames[i].code), (uint64_t)frames[i].offset);
  return finished_key(seed, count);
}

const void* rt_current_frame_address(void) { return PyEval_GetFrame(); }

int rt_suspended_frame(PyObject* generator, rt_frame* out) {
  const char* name = PyGen_CheckExact(generator)    ? "gi_frame"
                     : PyCoro_CheckExact(generator) ? "cr_frame"
                                                    : NULL;
  if (name == NULL) return 0;
  PyObject* frame = PyObject_GetAttrString(generator, name);
  if (frame == NULL || !PyFrame_Check(frame)) {
    PyErr_Clear();
    Py_XDECREF(frame);
    return 0;
  }
  PyCodeObject* code = PyFrame_GetCode((PyFrameObject*)frame);
  out->code = code; /* kept alive by the generator */
  out->offset = PyFrame_GetLasti((PyFrameObject*)frame);
  Py_DECREF(code);
  Py_DECREF(frame);
  return out->offset >= 0;
}

#endif

PyCodeObject* rt_generator_code(PyObject* generator) {
  if (PyGen_CheckExact(generator) || PyCoro_CheckExact(generator)) {
#if PY_VERSION_HEX >= 0x030C0000
    PyCodeObject* own = PyGen_GetCode((PyGenObject*)generator);
    Py_DECREF(own); /* the generator keeps it */
    return own;
#elif PY_VERSION_HEX >= 0x03090000
    return (PyCodeObject*)((PyGenObject*)generator)->gi_code;
#endif
  }
  const char* name = PyGen_CheckExact(generator)    ? "gi_code"
                     : PyCoro_CheckExact(generator) ? "cr_code"
                                                    : NULL;
  if (name == NULL) return NULL;
  PyObject* code = PyObject_GetAttrString(generator, name);
  if (code == NULL) {
    PyErr_Clear();
    return NULL;
  }
  Py_DECREF(code); /* the generator keeps it */
  return PyCode_Check(code) ? (PyCodeObject*)code : NULL;
}

#if PY_VERSION_HEX >= 0x030C0000
Py_ssize_t rt_request_code_extra(freefunc on_code_death) {
  return PyUnstable_Eval_RequestCodeExtraIndex(on_code_death);
}
int rt_set_code_extra(PyCodeObject* code, Py_ssize_t index, void* extra) {
  return PyUnstable_Code_SetExtra((PyObject*)code, index, extra);
}
void* rt_code_extra(PyCodeObject* code, Py_ssize_t index) {
  void* extra = NULL;
  if (PyUnstable_Code_GetExtra((PyObject*)code, index, &extra) < 0) PyErr_Clear();
  return extra;
}
#else
Py_ssize_t rt_request_code_extra(freefunc on_code_death) {
  return _PyEval_RequestCodeExtraIndex(on_code_death);
}
int rt_set_code_extra(PyCodeObject* code, Py_ssize_t index, void* extra) {
  return _PyCode_SetExtra((PyObject*)code, index, extra);
}
void* rt_code_extra(PyCodeObject* code, Py_ssize_t index) {
  void* extra = NULL;
  if (_PyCode_GetExtra((PyObject*)code, index, &extra) < 0) PyErr_Clear();
  return extra;
}
#endif

PyObject* rt_new_frame(PyCodeObject* code, PyObject* globals, PyObject* back, int offset,
                       int line) {
  PyFrameObject* frame = PyFrame_New(PyThreadState_Get(), code, globals, NULL);
  if (frame == NULL) return NULL;
#if defined(RT_INTERPRETER_FRAMES) || defined(RT_FRAME_OBJECTS)
  Py_XINCREF(back);
  Py_XSETREF(frame->f_back, (PyFrameObject*)back);
  frame->f_lineno = line;
#if defined(RT_FRAME_OBJECTS)
  frame->f_lasti = offset / RT_CODE_UNIT; /* 3.9 works out the line from it */
#else
  (void)offset;
#endif
#else
  (void)back, (void)offset, (void)line;
#endif
  return (PyObject*)frame;
}

int rt_local_place(PyCodeObject* code, const char* name) {
  PyObject* names = PyObject_GetAttrString((PyObject*)code, "co_varnames");
  int place = -1;
  if (names == NULL) {
    PyErr_Clear();
    return -1;
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names) && place < 0; ++i)
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), name) == 0) place = (int)i;
  Py_DECREF(names);
  return place;
}

void rt_set_local(PyObject* frame, int place, PyObject* value) {
  if (place < 0) return;
#if defined(RT_INTERPRETER_FRAMES)
  PyObject** locals = ((PyFrameObject*)frame)->f_frame->localsplus;
#elif defined(RT_FRAME_OBJECTS)
  PyObject** locals = ((PyFrameObject*)frame)->f_localsplus;
#else
  PyObject** locals = NULL;
  (void)frame;
#endif
  if (locals == NULL) return;
  Py_XINCREF(value);
  Py_XSETREF(locals[place], value);
}

PyObject* rt_current_frame_object(void) {
  PyObject* frame = (PyObject*)PyEval_GetFrame();
  Py_XINCREF(frame);
  return frame;
}
