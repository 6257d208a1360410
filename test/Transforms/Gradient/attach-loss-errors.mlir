// What pj-attach-loss refuses.
// RUN: penjing-opt %s --pj-attach-loss -split-input-file -verify-diagnostics
// RUN: not penjing-opt %S/attach-loss.mlir --pj-attach-loss="label-smoothing=1" -split-input-file 2>&1 | FileCheck %s --check-prefix=SMOOTHING
// RUN: not penjing-opt %S/attach-loss.mlir --pj-attach-loss="beta=-1" -split-input-file 2>&1 | FileCheck %s --check-prefix=BETA
// RUN: not penjing-opt %S/attach-loss.mlir --pj-attach-loss="temperature=0" -split-input-file 2>&1 | FileCheck %s --check-prefix=TEMPERATURE
// SMOOTHING: requires option "label-smoothing" in [0, 1), but got "1"
// BETA: requires option "beta" in [0, 1000000], but got "-1"
// TEMPERATURE: requires option "temperature" in (0, 1000000], but got "0"

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires one output or one named 'logits', but got 2}}
  func.func @main(%x: tensor<8x10xf32>) -> (tensor<8x10xf32>, tensor<8x10xf32>) {
    return %x, %x : tensor<8x10xf32>, tensor<8x10xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires float logits of rank 2 with a static number of classes, but got 'tensor<8x10x1x1xf32>'}}
  func.func @main(%x: tensor<8x10x1x1xf32>) -> tensor<8x10x1x1xf32> {
    return %x : tensor<8x10x1x1xf32>
  }
}
