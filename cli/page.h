// SPDX-License-Identifier: MIT
//
// The page (viewer/), one HTML file that the commands carry inside themselves. A build without it
// is possible: CMake's REACTORTRACK_PAGE says when.
#pragma once

#include <string>

namespace reactortrack::cli {

// The page as gzip. The file that REACTORTRACK_PAGE_FILE names is taken instead of the page inside,
// for those who work on the page. False, with a sentence in `error`, when there is none.
bool load_page(std::string* gzip, std::string* error);

}  // namespace reactortrack::cli
