// SPDX-License-Identifier: MIT
#include "cli/launch.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace reactortrack::cli {

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
    struct sigaction standard{};
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
  struct sigaction child_before_{};
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
    struct sigaction standard{};
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
