// Names every room: what tools register. The one file that may include them all.
#ifndef PENJING_INITALL_H
#define PENJING_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace penjing {

/// Registers the project's dialects, the upstream ones they stand on, and the
/// interfaces that rooms attach to ops.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers every pass and pipeline of the project.
void registerAllPasses();

} // namespace penjing

#endif // PENJING_INITALL_H
