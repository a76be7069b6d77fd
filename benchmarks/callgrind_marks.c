/* SPDX-License-Identifier: MIT
 *
 * Says to callgrind, from Python through ctypes, what it is to count. Outside valgrind these do
 * nothing. Compiled by instructions.py.
 */
#include <valgrind/callgrind.h>

int rt_in_valgrind(void) { return (int)RUNNING_ON_VALGRIND; }

void rt_start(void) { CALLGRIND_START_INSTRUMENTATION; }

void rt_forget(void) { CALLGRIND_ZERO_STATS; }

void rt_keep(const char* name) { CALLGRIND_DUMP_STATS_AT(name); }
