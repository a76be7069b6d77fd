/* SPDX-License-Identifier: MIT */
#include "recorder/contexts.h"

#include <patchlevel.h>

#if PY_VERSION_HEX < 0x030E0000
#define RT_CONTEXTS 1
#define Py_BUILD_CORE 1
#include <internal/pycore_context.h>
#undef Py_BUILD_CORE
#endif

#if defined(RT_CONTEXTS)

PyObject* rt_context_variables(void) {
  PyObject* context = PyThreadState_Get()->context;
  return context != NULL ? (PyObject*)((PyContext*)context)->ctx_vars : NULL;
}

PyObject* rt_context_with(PyObject* variables) {
  PyObject* context = PyContext_New();
  if (context == NULL || variables == NULL) return context;
  Py_INCREF(variables);
  Py_XSETREF(((PyContext*)context)->ctx_vars, (PyHamtObject*)variables);
  return context;
}

#else /* a CPython that is newer than this file: nothing is seen of contexts */

PyObject* rt_context_variables(void) { return NULL; }

PyObject* rt_context_with(PyObject* variables) {
  (void)variables;
  return PyContext_New();
}

#endif
