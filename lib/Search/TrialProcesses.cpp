// Forks, watches and times trials. A child tells through its socket that it wants to time
// (a line `quiet`, answered by a letter), or what it measured (a line of JSON).
#include "TrialProcesses.h"

#include "penjing/Search/Quantities.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace penjing;
using Clock = std::chrono::steady_clock;

namespace {
constexpr llvm::StringLiteral kQuiet = "quiet\n";

struct Child {
  unsigned index = 0;
  pid_t pid = -1;
  int socket = -1;
  std::string text; ///< received so far
  bool wantsQuiet = false, isStopped = false, tookTooLong = false;
  bool isClockRunning = false; ///< not while it waits or stands still
  Clock::time_point since;     ///< it runs
  double ran = 0;              ///< seconds before that

  double seconds() const {
    return ran + (isClockRunning ? std::chrono::duration<double>(Clock::now() - since).count() : 0);
  }
  void stopClock() {
    ran = seconds();
    isClockRunning = false;
  }
  void startClock() {
    since = Clock::now();
    isClockRunning = true;
  }
};

/// Held by the one who times, on all of this machine.
class TimingLock {
public:
  TimingLock() {
    llvm::SmallString<64> path;
    llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, path);
    llvm::sys::path::append(path, "penjing-timing.lock");
    file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  }
  ~TimingLock() {
    if (file >= 0)
      close(file);
  }
  /// Without a file to lock, one may always time.
  bool tryTake() { return file < 0 || flock(file, LOCK_EX | LOCK_NB) == 0; }
  void release() {
    if (file >= 0)
      flock(file, LOCK_UN);
  }

private:
  int file;
};

class TrialRun {
public:
  TrialRun(const TrialWork &trials, const TrialProcessOptions &options) : trials(trials), options(options) {}
  ~TrialRun() { killAll(); }

  llvm::Expected<bool> run();

private:
  llvm::Error start(unsigned index);
  [[noreturn]] void runChild(unsigned index, int socket, pid_t parent);
  void listen();
  void receive(Child &child);
  void enforceLimit(Child &child);
  void giveTurn();
  void endTurn();
  llvm::Error finish(Child child);
  void killAll();

  const TrialWork &trials;
  const TrialProcessOptions &options;
  std::vector<Child> children;
  std::vector<size_t> ended; ///< places of children whose socket closed
  pid_t timing = -1;         ///< whose turn it is
  TimingLock lock;
};
} // namespace

/// False where the other end is gone.
static bool sendAll(int socket, llvm::StringRef text) {
  while (!text.empty()) {
    ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR)
      return false;
    text = text.drop_front(std::max<ssize_t>(sent, 0));
  }
  return true;
}

void TrialRun::runChild(unsigned index, int socket, pid_t parent) {
  // The parent decides what a signal means; without it, nobody waits for the trial.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  signal(SIGINT, SIG_IGN);
  // A crash is told by the parent, in one line.
  if (int null = open("/dev/null", O_RDWR); null >= 0) {
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
  }
  auto quiet = [&] {
    char answer;
    bool asked = sendAll(socket, kQuiet);
    while (asked && recv(socket, &answer, 1, 0) < 0 && errno == EINTR)
      ;
  };
  auto measured = trials.work(index, quiet);
  llvm::json::Object line = measured ? measured->toJson()
                                     : llvm::json::Object{{"failure", llvm::toString(measured.takeError())}};
  bool told = sendAll(socket, llvm::formatv("{0}\n", llvm::json::Value(std::move(line))).str());
  _exit(told ? 0 : 1);
}

llvm::Error TrialRun::start(unsigned index) {
  auto failed = [](llvm::StringRef call) {
    return llvm::createStringError("requires a process for a trial, but " + call.str() + " gave: " + std::strerror(errno));
  };
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
    return failed("socketpair");
  if (llvm::Error error = trials.begin(index)) {
    close(ends[0]), close(ends[1]);
    return error;
  }
  Child child;
  child.index = index;
  child.socket = ends[0];
  child.startClock();
  pid_t parent = getpid();
  child.pid = fork();
  if (child.pid == 0) {
    close(ends[0]);
    runChild(index, ends[1], parent);
  }
  close(ends[1]);
  if (child.pid < 0) {
    close(ends[0]);
    return failed("fork");
  }
  children.push_back(std::move(child));
  return llvm::Error::success();
}

void TrialRun::receive(Child &child) {
  char buffer[4096];
  ssize_t got = recv(child.socket, buffer, sizeof(buffer), 0);
  if (got < 0 && errno == EINTR)
    return;
  if (got <= 0) {
    ended.push_back(&child - children.data());
    return;
  }
  child.text.append(buffer, got);
  if (llvm::StringRef(child.text).starts_with(kQuiet)) {
    child.text.erase(0, kQuiet.size());
    child.wantsQuiet = true;
    child.stopClock();
  }
}

void TrialRun::enforceLimit(Child &child) {
  if (options.secondsLimit <= 0 || child.seconds() <= options.secondsLimit)
    return;
  child.tookTooLong = true;
  kill(child.pid, SIGKILL);
}

void TrialRun::listen() {
  std::vector<pollfd> files;
  for (const Child &child : children)
    files.push_back({child.socket, POLLIN, 0});
  if (poll(files.data(), files.size(), /*milliseconds=*/20) <= 0)
    return;
  for (auto [file, child] : llvm::zip_equal(files, children))
    if (file.revents)
      receive(child);
}

/// Stops everybody else and lets the first that waits time.
void TrialRun::giveTurn() {
  auto waits = [](const Child &child) { return child.wantsQuiet; };
  auto next = llvm::find_if(children, waits);
  if (timing >= 0 || next == children.end() || !lock.tryTake())
    return;
  timing = next->pid;
  next->wantsQuiet = false;
  next->startClock();
  for (Child &child : children)
    if (child.pid != timing && !child.isStopped) {
      child.stopClock();
      child.isStopped = true;
      kill(child.pid, SIGSTOP);
    }
  // One that died meanwhile is noticed by its closed socket.
  (void)sendAll(next->socket, "g");
}

void TrialRun::endTurn() {
  timing = -1;
  lock.release();
  for (Child &child : children)
    if (child.isStopped) {
      child.isStopped = false;
      if (!child.wantsQuiet)
        child.startClock();
      kill(child.pid, SIGCONT);
    }
}

llvm::Error TrialRun::finish(Child child) {
  TrialResult result;
  result.seconds = child.seconds();
  close(child.socket);
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (child.pid == timing)
    endTurn();
  auto value = llvm::json::parse(child.text);
  const llvm::json::Object *object = value ? value->getAsObject() : nullptr;
  if (!value)
    llvm::consumeError(value.takeError());
  if (object)
    result.measured = Measurement::fromJson(*object);
  if (!result.measured) {
    if (child.tookTooLong)
      result.failure = "took longer than " + durationText(options.secondsLimit);
    else if (object)
      result.failure = object->getString("failure").value_or("gave no figures").str();
    else if (WIFSIGNALED(status))
      result.failure = std::string("crashed: ") + strsignal(WTERMSIG(status));
    else
      result.failure = "ended with exit code " + std::to_string(WEXITSTATUS(status));
  }
  return trials.end(child.index, result);
}

void TrialRun::killAll() {
  for (Child &child : children) {
    kill(child.pid, SIGKILL);
    close(child.socket);
    while (waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR)
      ;
  }
  children.clear();
}

llvm::Expected<bool> TrialRun::run() {
  unsigned next = 0;
  while (next < trials.count || !children.empty()) {
    if (options.isCancelled()) {
      for (const Child &child : children)
        if (llvm::Error error = trials.stopped(child.index))
          return std::move(error);
      return false;
    }
    while (next < trials.count && children.size() < std::max(1u, options.jobs) && timing < 0)
      if (llvm::Error error = start(next++))
        return std::move(error);
    listen();
    for (Child &child : children)
      enforceLimit(child);
    // From behind, so that the places before stay.
    llvm::sort(ended, std::greater<>());
    for (size_t place : ended) {
      Child child = std::move(children[place]);
      children.erase(children.begin() + place);
      if (llvm::Error error = finish(std::move(child)))
        return std::move(error);
    }
    ended.clear();
    giveTurn();
  }
  return true;
}

llvm::Expected<bool> penjing::runTrials(const TrialWork &trials, const TrialProcessOptions &options) {
  return TrialRun(trials, options).run();
}
