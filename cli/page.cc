// SPDX-License-Identifier: MIT
#include "cli/page.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "cli/gzip.h"

#if REACTORTRACK_HAS_PAGE
extern "C" const char reactortrack_page_begin[];  // NOLINT: page_data.S
extern "C" const char reactortrack_page_end[];    // NOLINT
#endif

namespace reactortrack::cli {

namespace {

bool load_file(const std::string& path, std::string* compressed, std::string* error) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const std::string html{std::istreambuf_iterator<char>(file), {}};
  if (html.empty()) {
    *error = path + ": the page that REACTORTRACK_PAGE_FILE names: " +
             (errno == 0 ? "is empty" : std::strerror(errno));
    return false;
  }
  *compressed = gzip(html, 1);
  return true;
}

}  // namespace

bool load_page(std::string* gzip, std::string* error) {
  const char* file = std::getenv("REACTORTRACK_PAGE_FILE");
  if (file != nullptr && *file != '\0') return load_file(file, gzip, error);
#if REACTORTRACK_HAS_PAGE
  gzip->assign(reactortrack_page_begin, reactortrack_page_end);
  return true;
#else
  *error =
      "this build has no page: it was built before tools/build_page.sh was run. Run that and build "
      "again, or name a page with REACTORTRACK_PAGE_FILE";
  return false;
#endif
}

}  // namespace reactortrack::cli
