// The descriptions behind findTarget: one function per family
// of processors.
#ifndef PENJING_LIB_TARGET_DESCRIPTIONS_H
#define PENJING_LIB_TARGET_DESCRIPTIONS_H

#include "penjing/Target/Target.h"

namespace penjing {

/// x86-64, -v3, -v4, -v4-vnni.
std::vector<Target> x86Targets();
/// aarch64.
std::vector<Target> aarch64Targets();
/// The machine this runs on: the best named description it can execute,
/// with its own CPU name and features.
Target nativeTarget();

} // namespace penjing

#endif // PENJING_LIB_TARGET_DESCRIPTIONS_H
