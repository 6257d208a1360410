// The binary image formats of data folders: IDX (MNIST and its kin) and
// CIFAR-10's records of 3,073 bytes.
#ifndef PENJING_LIB_TRAIN_IMAGEFILES_H
#define PENJING_LIB_TRAIN_IMAGEFILES_H

#include "penjing/Train/Dataset.h"

namespace penjing {

/// N x 1 x rows x columns from an idx3-ubyte and an idx1-ubyte file (or .gz).
llvm::Expected<Dataset> readIdxPair(llvm::StringRef images,
                                    llvm::StringRef labels,
                                    const Limits &limits);

/// N x 3 x 32 x 32 from files of records: a label byte, then the red, green and
/// blue planes.
llvm::Expected<Dataset> readCifarRecords(llvm::ArrayRef<std::string> files,
                                         const Limits &limits);

} // namespace penjing

#endif // PENJING_LIB_TRAIN_IMAGEFILES_H
