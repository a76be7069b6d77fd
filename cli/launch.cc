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
#include <ctime>

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

// Signals are taken one by one with sigwaitinfo(), which tells who sent them. Made once, and not
// undone: they are still taken between two programs, and while is told what became of one.
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
  // False when none has come.
  bool next_here(siginfo_t* info) const {
    const timespec no_time{};
    int taken = 0;
    do {
      taken = sigtimedwait(&set_, info, &no_time);
    } while (taken < 0 && errno == EINTR);
    return taken > 0;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
  struct sigaction child_before_{};
};

const SignalQueue& signal_queue() {
  static const SignalQueue queue;
  return queue;
}

// From another process (kill), and not from the program itself; or from the terminal, which sends to
// our whole group, when the program is no longer in that.
bool is_to_pass_on(const siginfo_t& info, pid_t child) {
  if (info.si_signo == SIGCHLD || info.si_pid == child) return false;
  return info.si_code <= 0 || getpgid(child) != getpgrp();
}

// Whether it asks for an end. What we were started to ignore (nohup) does not.
bool is_stop(const siginfo_t& info, pid_t child) {
  const int number = info.si_signo;
  if (number != SIGINT && number != SIGTERM && number != SIGHUP && number != SIGQUIT) return false;
  struct sigaction ours{};
  sigaction(number, nullptr, &ours);
  return ours.sa_handler != SIG_IGN && (child == 0 || info.si_pid != child);
}

int take_stop_signal_for(pid_t child) {
  int stop = 0;
  siginfo_t info{};
  while (signal_queue().next_here(&info))
    if (stop == 0 && is_stop(info, child)) stop = info.si_signo;
  return stop;
}

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::int64_t to_ns(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_usec} * 1'000;
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

// Returns its process, once it is executed or has failed to be (`*exec_errno`); negative when there
// is none.
pid_t start(const Program& program,
            const std::vector<std::pair<std::string, std::string>>& environment, int* exec_errno) {
  int error_pipe[2];
  if (pipe2(error_pipe, O_CLOEXEC) != 0) {
    *exec_errno = errno;
    return -1;
  }
  const SignalQueue& signals = signal_queue();
  const pid_t child = fork();
  if (child == 0) {
    signals.undo();
    execute(program, environment, error_pipe[1]);
  }
  const int fork_errno = errno;
  close(error_pipe[1]);
  // The pipe closes when the program is executed.
  ssize_t size = 0;
  do {
    size = child < 0 ? 0 : read(error_pipe[0], exec_errno, sizeof(*exec_errno));
  } while (size < 0 && errno == EINTR);
  close(error_pipe[0]);
  if (child < 0) *exec_errno = fork_errno;
  return child;
}

}  // namespace

Exit run_and_wait(const Program& program,
                  const std::vector<std::pair<std::string, std::string>>& environment) {
  const SignalQueue& signals = signal_queue();
  const std::int64_t began_ns = now_ns();
  Exit end;
  const pid_t child = start(program, environment, &end.exec_errno);
  if (child < 0) return end;
  rusage used{};
  while (wait4(child, &end.wait_status, WNOHANG, &used) == 0) {
    const siginfo_t signal = signals.next();
    if (is_to_pass_on(signal, child)) kill(child, signal.si_signo);
    if (end.stop_signal == 0 && is_stop(signal, child)) end.stop_signal = signal.si_signo;
  }
  end.usage = {to_ns(used.ru_utime) + to_ns(used.ru_stime), now_ns() - began_ns,
               static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
  // What ended the program may be seen later than its end.
  const int late = take_stop_signal_for(child);
  if (end.stop_signal == 0) end.stop_signal = late;
  return end;
}

int take_stop_signal() { return take_stop_signal_for(0); }

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
