// SPDX-License-Identifier: MIT
#include "cli/cairo_library.h"

#include <dlfcn.h>

#ifdef __SANITIZE_ADDRESS__
// fontconfig keeps some of its patterns until the process ends.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
#endif

namespace reactortrack::cli {
namespace {

#ifdef __APPLE__
constexpr const char* kFile = "libcairo.2.dylib";
#else
constexpr const char* kFile = "libcairo.so.2";
#endif

template <class Function>
bool find(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  return *function != nullptr;
}

}  // namespace

const CairoLibrary* cairo_library(std::string* error) {
  static CairoLibrary functions;
  if (functions.create != nullptr) return &functions;
  void* library = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  bool has_all = library != nullptr;
#define REACTORTRACK_FIND(name) has_all = has_all && find(library, "cairo_" #name, &functions.name)
  REACTORTRACK_CAIRO_FUNCTIONS(REACTORTRACK_FIND);
#undef REACTORTRACK_FIND
  if (has_all) return &functions;
  const char* cause = dlerror();
  functions = {};
  *error = std::string("pictures are drawn with cairo, which cannot be used here: ") +
           (cause != nullptr ? cause : kFile) + " (Debian: apt-get install libcairo2)";
  return nullptr;
}

}  // namespace reactortrack::cli
