// Waits for signals in a thread and turns the first into a request to cancel.
#include "Interrupt.h"

#include "Command.h"

#include "penjing/Support/Session.h"

#include "llvm/Support/raw_ostream.h"

#include <csignal>
#include <pthread.h>
#include <unistd.h>

using namespace penjing;

/// SIGUSR1 is how the destructor ends the watcher.
static sigset_t watchedSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR1);
  return set;
}

static void watch(const std::shared_ptr<Session> &session) {
  sigset_t set = watchedSignals();
  for (bool asked = false;;) {
    int signal = 0;
    if (sigwait(&set, &signal) || signal == SIGUSR1)
      return;
    if (asked)
      _exit(kCancelled);
    asked = true;
    llvm::errs() << "\nstopping at the next step; once more ends at once\n";
    session->requestCancel();
  }
}

Interrupt::Interrupt(std::shared_ptr<Session> session) {
  // Threads inherit the mask: only the watcher receives.
  sigset_t set = watchedSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watcher = std::thread([session = std::move(session)] { watch(session); });
}

Interrupt::~Interrupt() {
  pthread_kill(watcher.native_handle(), SIGUSR1);
  watcher.join();
  sigset_t set = watchedSignals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}
