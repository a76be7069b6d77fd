// SPDX-License-Identifier: MIT
#include "recorder/attributes.h"

namespace reactortrack::recorder {

Attributes g_attributes;

bool prepare_attributes() {
  const struct {
    PyObject** at;
    const char* name;
  } all[] = {{&g_attributes.called, "called"},
             {&g_attributes.paused, "paused"},
             {&g_attributes.result, "result"},
             {&g_attributes.running, "_runningCallbacks"},
             {&g_attributes.chained_to, "_chainedTo"},
             {&g_attributes.debug_info, "_debugInfo"},
             {&g_attributes.fail_result, "failResult"},
             {&g_attributes.suppress, "_suppressAlreadyCalled"},
             {&g_attributes.canceller, "_canceller"},
             {&g_attributes.debug, "debug"},
             {&g_attributes.deferred, "deferred"},
             {&g_attributes.dunder_class, "__class__"},
             {&g_attributes.dunder_del, "__del__"},
             {&g_attributes.dunder_init, "__init__"},
             {&g_attributes.locked, "locked"},
             {&g_attributes.tokens, "tokens"},
             {&g_attributes.limit, "limit"},
             {&g_attributes.size, "size"},
             {&g_attributes.pending, "pending"},
             {&g_attributes.waiting, "waiting"},
             {&g_attributes.max, "max"},
             {&g_attributes.joined, "joined"},
             {&g_attributes.started, "started"},
             {&g_attributes.loop_deferred, "_deferred"},
             {&g_attributes.loop_call, "call"},
             {&g_attributes.loop_running, "running"},
             {&g_attributes.interval, "interval"},
             {&g_attributes.f, "f"},
             {&g_attributes.type, "type"},
             {&g_attributes.value, "value"},
             {&g_attributes.tb, "tb"},
             {&g_attributes.traceback, "__traceback__"},
             {&g_attributes.waiting_on, "waitingOn"},
             {&g_attributes.send, "send"},
             {&g_attributes.append, "append"},
             {&g_attributes.throw_into, "throwExceptionIntoGenerator"},
             {&g_attributes.callback, "callback"},
             {&g_attributes.errback, "errback"},
             {&g_attributes.add_both, "addBoth"},
             {&g_attributes.inline_callbacks, "_inlineCallbacks"},
             {&g_attributes.cancellable, "_cancellableInlineCallbacks"},
             {&g_attributes.got_result, "_gotResultInlineCallbacks"}};
  for (const auto& each : all) {
    if (*each.at != nullptr) continue;
    *each.at = PyUnicode_InternFromString(each.name);
    if (*each.at == nullptr) return false;
  }
  return true;
}

}  // namespace reactortrack::recorder
