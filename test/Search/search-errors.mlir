// What a search refuses: a module that asks nothing, options, data, and a search that finds
// nothing within the limits.
// RUN: split-file %s %t
// RUN: not penjing-opt %t/network.mlir --pj-search 2>&1 | FileCheck %s --check-prefix=NETWORK
// NETWORK: error: requires
// RUN: not penjing-opt %inputs/hidden-layers.mlir --pj-search="trials=-1" 2>&1 | FileCheck %s --check-prefix=TRIALS
// TRIALS: error: requires option "trials" to be an integer in [0, 1048576], but got "-1"
// RUN: not penjing-opt %inputs/hidden-layers.mlir --pj-search="max-size=64k" 2>&1 | FileCheck %s --check-prefix=SIZE
// SIZE: error: requires option "max-size" to be a size such as 64K, 2M or 65536, but got "64k"
// RUN: not penjing-opt %inputs/hidden-layers.mlir --pj-search="limit=8" 2>&1 | FileCheck %s --check-prefix=LIMIT
// LIMIT: error: requires option "limit" to be a duration such as 200us, 1.5ms or 2s, but got "8"
// RUN: not penjing-opt %inputs/hidden-layers.mlir --pj-search 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: error: {{.*}}data
// RUN: %python %inputs/linear.py %t
// RUN: cd %t && not penjing-opt %inputs/hidden-layers.mlir --pj-search="data=data.npz" 2>&1 | FileCheck %s --check-prefix=SAMPLES
// SAMPLES: error: requires at least one sample to hold out and one to train on, but got 2000 of 400
// RUN: cd %t && not penjing-opt %inputs/hidden-layers.mlir --pj-search="data=data.npz held-out=100 searcher=simplex" 2>&1 | FileCheck %s --check-prefix=KIND
// KIND: error: requires a searcher random, evolution, local or rnn-controller, but got 'simplex'
// RUN: cd %t && not penjing-opt %inputs/hidden-layers.mlir --pj-search="data=data.npz held-out=100 trials=2 limit=1us" 2>&1 | FileCheck %s --check-prefix=LATE
// LATE: error: requires at least one trial that does not fail, but the first said: took longer than 1.0us
// RUN: cd %t && not penjing-opt %inputs/hidden-layers.mlir --pj-search="data=data.npz held-out=100 trials=2 max-ram=1 train={pj-train{epochs=1 batch=20}}" 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: requires a network within the limits, but the nearest, trial {{[01]}}, breaks them: RAM {{.*}} is above 1

//--- network.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    return %x : tensor<1x2xf32>
  }
}
