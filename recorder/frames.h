/* SPDX-License-Identifier: MIT
 *
 * Reading the interpreter's frames without creating frame objects: which code runs, and where in it.
 *
 * CPython's public API hands out a frame object per frame, which it must allocate from 3.11 on
 * (measured: 0.6-0.8 us for 33 frames). The interpreter's own records hold the same two facts, so
 * frames.c reads those, one small branch per CPython version, with the public API as the last branch
 * for versions it does not know. C, because CPython's internal headers are C.
 */
#ifndef REACTORTRACK_RECORDER_FRAMES_H_
#define REACTORTRACK_RECORDER_FRAMES_H_

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One active function call. `code` is borrowed; `offset` is in bytes, as PyCode_Addr2Line takes it. */
typedef struct {
  PyCodeObject* code;
  int offset;
} rt_frame;

/* The innermost `max` Python frames of this thread, innermost first. Returns how many. */
int rt_current_frames(rt_frame* frames, int max);

/* A number that stands for the innermost `max` Python frames and where they are, as long as their code
 * objects live; another one for another `seed`, 0 where there is no frame. */
uint64_t rt_stack_key(int max, uint64_t seed);

/* The innermost Python frame of this thread: an address, to compare while it runs. */
const void* rt_current_frame_address(void);

/* Where a generator or coroutine is suspended. False when it has not started, runs, or is done. */
int rt_suspended_frame(PyObject* generator, rt_frame* frame);

/* The code of a generator or coroutine, borrowed; NULL for any other object. */
PyCodeObject* rt_generator_code(PyObject* generator);

/* The number that identifies a code object slot: see rt_code_extra. -1 when none can be had. */
Py_ssize_t rt_request_code_extra(freefunc on_code_death);
void* rt_code_extra(PyCodeObject* code, Py_ssize_t index);
int rt_set_code_extra(PyCodeObject* code, Py_ssize_t index, void* extra);

/* A frame object that never runs: for traceback entries of functions that run natively.
 * `offset` (in bytes) and `line` say where it seems to be. `back` may be NULL; it becomes f_back. New reference; NULL with an exception on failure. */
PyObject* rt_new_frame(PyCodeObject* code, PyObject* globals, PyObject* back, int offset, int line);

/* The place of a local variable of that name in frames of `code`, or -1. */
int rt_local_place(PyCodeObject* code, const char* name);

/* Gives a frame made by rt_new_frame a local variable (NULL: it is not set). */
void rt_set_local(PyObject* frame, int place, PyObject* value);

/* The Python frame that is running in this thread, new reference; NULL without exception if none. */
PyObject* rt_current_frame_object(void);

#ifdef __cplusplus
}
#endif

#endif /* REACTORTRACK_RECORDER_FRAMES_H_ */
