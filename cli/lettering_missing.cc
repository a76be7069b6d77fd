// SPDX-License-Identifier: MIT
#include "cli/lettering.h"

namespace reactortrack::cli {

std::unique_ptr<Lettering> Lettering::over(std::span<const std::uint32_t>, std::uint32_t,
                                           std::uint32_t, std::string* error) {
  *error =
      "pictures are drawn with cairo, and this reactortrack was built without it; install its "
      "headers (Debian: apt-get install libcairo2-dev) and build again";
  return nullptr;
}

}  // namespace reactortrack::cli
