// SPDX-License-Identifier: MIT
//
// Monitor: the JSON lines of 2013 about some Deferreds of this process, while it runs.
//
// It holds no copy of the events: it reads the recording that is being written, as any reader does,
// and gives the lines of the Deferreds it tracks. Reading costs about 0.1 us an event, at the moment
// the lines are asked for.
#pragma once

#include "recorder/object.h"

namespace reactortrack::recorder {

// Makes the Python type `_recorder.Monitor` and adds it to `module`. False with an exception.
//
//   Monitor(follow)      follow: track Deferreds that become chained to a tracked one, too
//   .track(deferred)     from here on its events give lines; RuntimeError when nothing is recorded
//   .drain(list)         appends the lines that are new, as str; returns how many
//   .detach()            lets go of the recording, whose end is near; the next track() takes the new one
bool add_monitor_type(PyObject* module);

// A segment of a ring ends: all monitors read the rest of it.
void read_all_monitors();

}  // namespace reactortrack::recorder
