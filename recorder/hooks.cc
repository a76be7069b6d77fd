// SPDX-License-Identifier: MIT
//
// Finding hooks by name.
#include "recorder/engine.h"

namespace reactortrack::recorder {

NativeRun hook_by_name(std::string_view name) {
  for (const std::vector<Hook>* table :
       {&kNativeCreationHooks, &kNativeAddingHooks, &kNativeFiringHooks, &kCoroutineDriverHooks,
        &kWrappingDeferredHooks, &kObserverHooks, &kReactorHooks, &kLogContextHooks,
        &kResourceHooks, &kThreadHooks, &kLoopHooks, &kShutdownHooks})
    for (const Hook& hook : *table)
      if (name == hook.name) return hook.run;
  return nullptr;
}

}  // namespace reactortrack::recorder
