// SPDX-License-Identifier: MIT
//
// Writes the seeds that the fuzzer starts from into a folder: make_corpus FOLDER
// They are the recordings of the tests, as bytes and as JSON lines, and lines of 2013.
#include <cstdio>
#include <string>

#include "core/log/json_lines.h"
#include "core/log/sample_recording.h"

namespace {

using namespace reactortrack;

bool write_file(const std::string& path, std::string_view text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && is_written;
}

bool write_seed(const std::string& name, const log::SampleRecording& recording) {
  const auto bytes = recording.bytes();
  const auto source = log::open(bytes);
  log::JsonLinesWriter writer(source->definitions());
  std::string lines;
  for (event::Event event; source->next(&event);) writer.append(event, &lines);
  return write_file(name + ".bytes", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}) &&
         write_file(name + ".jsonl", lines);
}

constexpr std::string_view kOldLines =
    R"({"action": "attached", "deferred": 25657144, "errback": null, "callback": "__main__.f"}
{"action": "attached", "deferred": 25657144, "errback": "__main__.g", "callback": null}
{"action": "chained", "deferred": 25657144, "to": 25656712}
{"action": "executed", "deferred": 25657144, "time": 1.001, "callback?": true, "callback": "__main__.f"}
{"action": "failed", "deferred": 25656712, "time": 1e-05, "callback?": false, "callback": "a.b.c", "failure": "E"}
)";

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: make_corpus FOLDER\n", stderr), 2;
  const std::string folder = std::string(argv[1]) + "/";
  bool ok = write_seed(folder + "program", log::sample_program()) &&
            write_file(folder + "lines_of_2013.jsonl", kOldLines);
  for (int seed = 1; seed <= 4; ++seed)
    ok = ok && write_seed(folder + "random_" + std::to_string(seed),
                          log::random_recording(static_cast<std::uint64_t>(seed), 60));
  if (!ok) return std::perror(folder.c_str()), 1;
  return 0;
}
