/* SPDX-License-Identifier: MIT
 *
 * Context variables (contextvars) without asking for them one by one: the current context's
 * variables are one immutable tree, and setting one puts another tree in its place. So whether any
 * has changed is a comparison of two addresses. C, because CPython's internal headers are C. */
#ifndef REACTORTRACK_RECORDER_CONTEXTS_H_
#define REACTORTRACK_RECORDER_CONTEXTS_H_

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The variables of this thread's context, borrowed; NULL when there are none or it cannot be told. */
PyObject* rt_context_variables(void);

/* A new context with these variables (NULL: with none), to look them up in. NULL with an exception. */
PyObject* rt_context_with(PyObject* variables);

#ifdef __cplusplus
}
#endif

#endif /* REACTORTRACK_RECORDER_CONTEXTS_H_ */
