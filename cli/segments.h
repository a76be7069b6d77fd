// SPDX-License-Identifier: MIT
//
// The directory that a flight recorder writes (`run --ring`), and dumps of it, as one recording.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reactortrack::cli {

struct JoinedSegments {
  std::vector<std::byte> bytes;     // a recording
  std::vector<std::string> errors;  // sentences about segments that could not be read
};

// Reads the segments in a directory, oldest first, as they are now; the program may be writing them.
// False, with a sentence in `error`, when there are none.
bool join_segments(const std::string& directory, JoinedSegments* joined, std::string* error);

// Removes the segments of a ring, and the directory. Returns what is in the way, or nothing: a
// directory that holds anything else is left alone.
std::string remove_ring(const std::string& directory);

}  // namespace reactortrack::cli
