// NumPy's .npy and .npz files, read (stored and deflated) and written (stored).
// Untrusted: every size is checked before it is allocated.
#ifndef PENJING_SUPPORT_NPZ_H
#define PENJING_SUPPORT_NPZ_H

#include "penjing/Support/Array.h"
#include "penjing/Support/Limits.h"

#include "llvm/Support/raw_ostream.h"

namespace penjing {

/// One array from the bytes of a .npy file; `name` is used in messages. Fortran
/// order, big-endian elements, objects and structures are refused.
llvm::Expected<Array> parseNpy(llvm::StringRef bytes, llvm::StringRef name,
                               const Limits &limits = {});

/// All arrays of a .npz archive in the archive's order, names without `.npy`.
llvm::Expected<std::vector<NamedArray>> parseNpz(llvm::StringRef bytes,
                                                 llvm::StringRef name,
                                                 const Limits &limits = {});

/// Reads a .npz file, or a .npy file as one array named by the file's stem.
llvm::Expected<std::vector<NamedArray>> readNpz(llvm::StringRef path,
                                                const Limits &limits = {});

/// Writes one array in .npy format 1.0; bf16 (unknown to NumPy) is widened to
/// f32.
void writeNpy(const Array &array, llvm::raw_ostream &os);

/// Writes an uncompressed archive with fixed time stamps: same arrays, same
/// bytes. An error if a name is empty or twice there, or the archive would pass
/// 4 GiB.
llvm::Error writeNpz(llvm::ArrayRef<NamedArray> arrays, llvm::raw_ostream &os);

} // namespace penjing

#endif // PENJING_SUPPORT_NPZ_H
