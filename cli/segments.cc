// SPDX-License-Identifier: MIT
#include "cli/segments.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "cli/recording_file.h"
#include "core/log/join.h"
#include "core/text/text.h"

namespace reactortrack::cli {

using text::clean;

namespace {

namespace fs = std::filesystem;

// 000042.rtlog
bool is_segment_name(const std::string& name) {
  constexpr std::string_view kSuffix = ".rtlog";
  if (name.size() < 6 + kSuffix.size() || !name.ends_with(kSuffix)) return false;
  const std::string digits = name.substr(0, name.size() - kSuffix.size());
  return digits.find_first_not_of("0123456789") == std::string::npos;
}

// By number. What else is in the directory goes to `others`.
std::vector<std::string> segment_names(const std::string& directory,
                                       std::vector<std::string>* others, std::error_code* error) {
  std::vector<std::string> names;
  for (fs::directory_iterator at(directory, *error), end; !*error && at != end;
       at.increment(*error)) {
    const std::string name = at->path().filename();
    (is_segment_name(name) ? &names : others)->push_back(name);
  }
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return names;
}

// Read, not mapped: a segment that ends while we look at it is cut to its size.
bool read_file(const std::string& path, std::vector<char>* bytes) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return false;
  bytes->resize(static_cast<std::size_t>(file.tellg()));
  file.seekg(0);
  file.read(bytes->data(), static_cast<std::streamsize>(bytes->size()));
  bytes->resize(static_cast<std::size_t>(file.gcount()));
  return true;
}

}  // namespace

bool join_segments(const std::string& directory, JoinedSegments* joined, std::string* error) {
  std::error_code problem;
  std::vector<std::string> others;
  const std::vector<std::string> names = segment_names(directory, &others, &problem);
  if (problem) {
    *error = directory + ": cannot be read: " + problem.message();
    return false;
  }
  log::Joiner joiner;
  std::vector<std::string> read;
  std::vector<char> bytes;
  for (const std::string& name : names) {
    const std::string path = (fs::path(directory) / name).string();
    if (!read_file(path, &bytes)) {
      // The program may have removed the oldest ones since.
      if (errno != ENOENT)
        joined->errors.push_back(path + ": cannot be opened: " + std::strerror(errno));
      continue;
    }
    const auto content = std::as_bytes(std::span(bytes));
    if (!log::is_segment(content)) {  // made ready, not begun: nothing but zeros
      const bool is_empty = std::all_of(content.begin(), content.end(),
                                        [](std::byte b) { return b == std::byte{0}; });
      if (!is_empty) joined->errors.push_back(path + ": is not a segment of a recording");
      continue;
    }
    joiner.add(content);
    read.push_back(path);
  }
  if (read.empty()) {
    *error = directory + ": is a directory with no segments of a recording in it";
    return false;
  }
  log::Joined whole = joiner.take();
  joined->bytes = std::move(whole.bytes);
  for (const auto& each : whole.problems)
    joined->errors.push_back(read[each.segment] + ", " + place_text(each.error) + ": " +
                             clean(each.error.cause));
  return true;
}

std::string remove_ring(const std::string& directory) {
  std::error_code problem;
  std::vector<std::string> others;
  const std::vector<std::string> names = segment_names(directory, &others, &problem);
  if (problem) return directory + ": cannot be read: " + problem.message();
  if (!others.empty() || names.empty())
    return directory + ": is a directory, and no recording; choose another name with -o";
  for (const std::string& name : names) fs::remove(fs::path(directory) / name, problem);
  if (!problem) fs::remove(directory, problem);
  return problem ? directory + ": cannot be replaced: " + problem.message() : "";
}

}  // namespace reactortrack::cli
