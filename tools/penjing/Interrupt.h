// Ctrl-C during long work: the first asks the session to stop at its next step,
// the second ends the program at once.
#ifndef PENJING_TOOLS_PENJING_INTERRUPT_H
#define PENJING_TOOLS_PENJING_INTERRUPT_H

#include <memory>
#include <thread>

namespace penjing {

class Session;

/// While it lives, SIGINT and SIGTERM are received by a thread of its own, so
/// there is no signal handler and no global. Create it before other threads.
class Interrupt {
public:
  explicit Interrupt(std::shared_ptr<Session> session);
  ~Interrupt();
  Interrupt(const Interrupt &) = delete;
  Interrupt &operator=(const Interrupt &) = delete;

private:
  std::thread watcher;
};

} // namespace penjing

#endif // PENJING_TOOLS_PENJING_INTERRUPT_H
