// Progress: its text, the rewriting line of terminals, the plain lines of
// logs, the time left.
#include "penjing/Support/Progress.h"

#include "llvm/Support/Format.h"

#include <cmath>

using namespace penjing;
using Clock = std::chrono::steady_clock;

static std::string durationText(double seconds) {
  auto whole = uint64_t(std::ceil(seconds));
  uint64_t hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  std::string text;
  llvm::raw_string_ostream os(text);
  if (hours)
    os << hours << ':' << llvm::format("%02llu", (unsigned long long)minutes);
  else
    os << minutes;
  os << ':' << llvm::format("%02llu", (unsigned long long)rest);
  return text;
}

std::string penjing::progressText(const ProgressReport &report) {
  std::string text = report.activity;
  llvm::raw_string_ostream os(text);
  if (report.epoch)
    os << " epoch " << report.epoch << '/' << report.epochs;
  if (report.step)
    os << " step " << report.step << '/' << report.steps;
  if (report.loss)
    os << " loss " << llvm::format("%.4f", *report.loss);
  if (report.accuracy)
    os << " accuracy " << llvm::format("%.2f %%", 100 * *report.accuracy);
  if (report.secondsLeft)
    os << " left " << durationText(*report.secondsLeft);
  return text;
}

namespace {

class TerminalProgress : public ProgressSink {
public:
  explicit TerminalProgress(llvm::raw_ostream &os) : os(os) {}

  void report(const ProgressReport &report) override {
    Clock::time_point now = Clock::now();
    if (shown && now - last < std::chrono::milliseconds(100))
      return;
    shown = true;
    last = now;
    os << "\r\x1b[K" << progressText(report);
    os.flush();
  }

  void finish(llvm::StringRef activity, llvm::StringRef summary) override {
    os << "\r\x1b[K";
    if (!summary.empty())
      os << activity << ' ' << summary << '\n';
    os.flush();
    shown = false;
  }

private:
  llvm::raw_ostream &os;
  bool shown = false;
  Clock::time_point last;
};

class PlainProgress : public ProgressSink {
public:
  explicit PlainProgress(llvm::raw_ostream &os) : os(os), last(Clock::now()) {}

  void report(const ProgressReport &report) override {
    Clock::time_point now = Clock::now();
    bool epochEnds = report.steps && report.step == report.steps;
    if (!epochEnds && now - last < std::chrono::seconds(10))
      return;
    last = now;
    os << progressText(report) << '\n';
    os.flush();
  }

  void finish(llvm::StringRef activity, llvm::StringRef summary) override {
    if (!summary.empty())
      os << activity << ' ' << summary << '\n';
    os.flush();
  }

private:
  llvm::raw_ostream &os;
  Clock::time_point last;
};

} // namespace

std::unique_ptr<ProgressSink>
penjing::createTerminalProgress(llvm::raw_ostream &os) {
  return std::make_unique<TerminalProgress>(os);
}

std::unique_ptr<ProgressSink>
penjing::createPlainProgress(llvm::raw_ostream &os) {
  return std::make_unique<PlainProgress>(os);
}

std::unique_ptr<ProgressSink>
penjing::createProgress(llvm::raw_fd_ostream &os) {
  return os.is_displayed() ? createTerminalProgress(os)
                           : createPlainProgress(os);
}

std::optional<double> TimeLeft::estimate(uint64_t done, uint64_t total) {
  Clock::time_point now = Clock::now();
  if (!start) {
    start = now;
    first = done;
  }
  if (done <= first || done > total)
    return std::nullopt;
  double elapsed = std::chrono::duration<double>(now - *start).count();
  return elapsed / double(done - first) * double(total - done);
}
