// SPDX-License-Identifier: MIT
#include "cli/recorded_run.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/segments.h"
#include "core/log/encoding.h"

namespace reactortrack::cli {

namespace {

namespace fs = std::filesystem;

bool is_recording(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  unsigned char magic[sizeof(log::kMagic)] = {};
  file.read(reinterpret_cast<char*>(magic), sizeof(magic));
  return file.gcount() == 0 || std::memcmp(magic, log::kMagic, sizeof(magic)) == 0;
}

// The file that start-up hooks report to; gone with this object.
class StatusFile {
 public:
  StatusFile() {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") +
            "/reactortrack-XXXXXX";
    const int fd = mkstemp(path_.data());
    if (fd < 0) {
      cause_ = path_ + ": " + std::strerror(errno);
      path_.clear();
    } else {
      close(fd);
    }
  }
  ~StatusFile() {
    if (!path_.empty()) unlink(path_.c_str());
  }
  StatusFile(const StatusFile&) = delete;
  StatusFile& operator=(const StatusFile&) = delete;

  std::string path() const { return path_.empty() ? "" : fs::absolute(path_).string(); }
  const std::string& cause() const { return cause_; }  // when it could not be made
  std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

 private:
  std::string path_;
  std::string cause_;
};

}  // namespace

std::string clear_the_way(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  const std::string folder_name = folder.empty() ? "." : folder.string();
  if (access(folder_name.c_str(), W_OK | X_OK) != 0)
    return path + ": cannot be written: " + folder_name + ": " + std::strerror(errno);
  struct stat facts{};
  if (lstat(path.c_str(), &facts) != 0) return "";
  if (S_ISDIR(facts.st_mode)) return remove_ring(path);
  if (!S_ISREG(facts.st_mode)) return path + ": cannot be written: it is not a file";
  if (!is_recording(path))
    return path + ": is there already, and is no recording; choose another name with -o";
  if (unlink(path.c_str()) != 0) return path + ": cannot be replaced: " + std::strerror(errno);
  return "";
}

RecordedRun run_recorded(const Program& program, const RecordingOptions& options) {
  RecordedRun run;
  const StatusFile status_file;
  run.obstacle = status_file.cause();
  if (!run.obstacle.empty()) return run;
  run.end = run_and_wait(program, {{"REACTORTRACK_OUT", fs::absolute(options.file).string()},
                                   {"REACTORTRACK_STACK", std::to_string(options.stack)},
                                   {"REACTORTRACK_VALUES", options.values ? "1" : "0"},
                                   {"REACTORTRACK_ENGINE", options.engine},
                                   {"REACTORTRACK_STRICT", options.strict ? "1" : "0"},
                                   {"REACTORTRACK_RING", options.ring},
                                   {"REACTORTRACK_DUMP_SIGNAL", options.dump_signal},
                                   {"REACTORTRACK_STATUS", status_file.path()}});
  run.status = parse_status(status_file.text());
  return run;
}

}  // namespace reactortrack::cli
