// SPDX-License-Identifier: MIT
#include "cli/launch.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace reactortrack::cli {

namespace {

bool is_file(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

bool is_executable(const std::string& path) {
  return is_file(path) && access(path.c_str(), X_OK) == 0;
}

// The python3 installed beside this executable, else the one that PATH gives.
std::string find_python() {
  std::array<char, PATH_MAX> self{};
  const ssize_t size = readlink("/proc/self/exe", self.data(), self.size() - 1);
  if (size > 0) {
    const std::string path(self.data(), static_cast<std::size_t>(size));
    const std::string beside = path.substr(0, path.rfind('/') + 1) + "python3";
    if (is_executable(beside)) return beside;
  }
  return find_on_path("python3");
}

}  // namespace

std::string find_on_path(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
  while (true) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    const std::string path = folder.empty() ? name : std::string(folder) + "/" + name;
    if (is_executable(path)) return path;
    if (folder.size() == rest.size()) return "";
    rest.remove_prefix(folder.size() + 1);
  }
}

bool resolve(const std::vector<std::string>& words, Program* program, Unrunnable* why) {
  const std::string& name = words.front();
  const bool has_slash = name.find('/') != name.npos;
  program->words = words;
  program->path = has_slash ? name : find_on_path(name);
  if (!has_slash && !program->path.empty()) return true;
  if (has_slash && is_executable(name)) return true;

  if (is_file(name) && name.ends_with(".py")) {
    program->path = access(name.c_str(), X_OK) == 0 ? "./" + name : find_python();
    if (program->path.empty()) {
      *why = {name + ": there is no python3 on PATH to run it with", 127};
      return false;
    }
    if (program->path != "./" + name) program->words.insert(program->words.begin(), program->path);
    return true;
  }
  if (has_slash && access(name.c_str(), F_OK) == 0) {
    *why = {name + (is_file(name) ? ": is not executable" : ": is not a file that can be executed"), 126};
  } else if (is_file(name)) {
    *why = {name + ": command not found on PATH; the file of that name here would be ./" + name, 127};
  } else {
    *why = {name + ": " + (has_slash ? "no such file" : "command not found"), 127};
  }
  return false;
}

bool Exit::killed() const { return WIFSIGNALED(wait_status); }
bool Exit::dumped_core() const { return killed() && WCOREDUMP(wait_status); }
int Exit::signal() const { return WTERMSIG(wait_status); }
int Exit::status() const {
  if (exec_errno != 0) return exec_errno == ENOENT ? 127 : 126;
  return killed() ? 128 + signal() : WEXITSTATUS(wait_status);
}

namespace {

constexpr int kPassedOn[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGQUIT, SIGINT};

// Signals are taken one by one with sigwaitinfo(), which tells who sent them.
class SignalQueue {
 public:
  SignalQueue() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int signal : kPassedOn) sigaddset(&wanted, signal);
    sigaddset(&wanted, SIGCHLD);
    set_ = wanted;
    sigprocmask(SIG_BLOCK, &wanted, &before_);
    // An ignored SIGCHLD would make the kernel forget how the child ended.
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &standard, &child_before_);
  }
  // In the child: as if we had not been there.
  void undo() const {
    sigaction(SIGCHLD, &child_before_, nullptr);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  siginfo_t next() const {
    siginfo_t info{};
    while (sigwaitinfo(&set_, &info) < 0 && errno == EINTR) {
    }
    return info;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
  struct sigaction child_before_ {};
};

// Sent by another process (kill), not by the kernel (the terminal, which sends to the whole group),
// and not by the program itself.
bool is_to_pass_on(const siginfo_t& info, pid_t child) {
  return info.si_signo != SIGCHLD && info.si_code <= 0 && info.si_pid != child;
}

[[noreturn]] void execute(const Program& program,
                          const std::vector<std::pair<std::string, std::string>>& environment,
                          int error_pipe) {
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  for (const std::string& word : program.words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(program.path.c_str(), argv.data());  // execvp: a script without #! goes to sh
  const int cause = errno;
  const auto written = write(error_pipe, &cause, sizeof(cause));
  static_cast<void>(written);
  _exit(127);
}

}  // namespace

Exit run_and_wait(const Program& program,
                  const std::vector<std::pair<std::string, std::string>>& environment) {
  Exit end;
  int error_pipe[2];
  if (pipe2(error_pipe, O_CLOEXEC) != 0) {
    end.exec_errno = errno;
    return end;
  }
  const SignalQueue signals;
  const pid_t child = fork();
  if (child == 0) {
    signals.undo();
    execute(program, environment, error_pipe[1]);
  }
  const int fork_errno = errno;
  close(error_pipe[1]);
  if (child < 0) {
    close(error_pipe[0]);
    end.exec_errno = fork_errno;
    return end;
  }
  // The pipe closes when the program is executed.
  ssize_t size = 0;
  do {
    size = read(error_pipe[0], &end.exec_errno, sizeof(end.exec_errno));
  } while (size < 0 && errno == EINTR);
  close(error_pipe[0]);

  while (waitpid(child, &end.wait_status, WNOHANG) == 0) {
    const siginfo_t signal = signals.next();
    if (is_to_pass_on(signal, child)) kill(child, signal.si_signo);
  }
  return end;
}

void end_like(const Exit& end) {
  std::fflush(nullptr);
  if (end.exec_errno == 0 && end.killed()) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);  // the program's own is enough
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    sigaction(end.signal(), &standard, nullptr);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, end.signal());
    kill(getpid(), end.signal());
    sigprocmask(SIG_UNBLOCK, &only, nullptr);
  }
  _exit(end.status());
}

}  // namespace reactortrack::cli
