/* SPDX-License-Identifier: MIT
 *
 * Where CPython keeps the attributes of an instance that has no dictionary yet: an array of values,
 * with the names in a table shared by all instances of the class (PEP 412; arrays without a
 * dictionary since 3.11). Reading the array costs 2 ns where PyObject_GetAttr costs 15-20. One
 * branch per CPython version, as in frames.c; a version without one has no arrays for us, and
 * everything goes through the public API.
 */
#ifndef REACTORTRACK_RECORDER_INSTANCE_VALUES_H_
#define REACTORTRACK_RECORDER_INSTANCE_VALUES_H_

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The values of an instance, or NULL when they are in a dictionary or cannot be had. Borrowed, void
 * after any Python code has run. An entry is NULL where the attribute is not set. */
PyObject** rt_instance_values(PyObject* instance);

/* Sets the attribute at `place`, which is not set yet, in an instance whose values are an array.
 * False, and nothing done, when that cannot be done here. */
int rt_add_value(PyObject* instance, Py_ssize_t place, PyObject* value);

/* The names shared by the instances of `type` (an address, to compare), and how many there are: they
 * only grow. NULL when the type has none. */
const void* rt_shared_names(PyTypeObject* type, Py_ssize_t* count);

/* The place of an interned name among them, or -1. */
Py_ssize_t rt_place_of_name(PyTypeObject* type, PyObject* name);

#ifdef __cplusplus
}
#endif

#endif /* REACTORTRACK_RECORDER_INSTANCE_VALUES_H_ */
