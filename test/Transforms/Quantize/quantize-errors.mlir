// What pj-quantize refuses.
// RUN: split-file %s %t
// RUN: not penjing-opt %t/model.mlir --pj-quantize="bits=9" 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not penjing-opt %t/model.mlir --pj-quantize="activation-bits=one" 2>&1 | FileCheck %s --check-prefix=ACTIVATION
// RUN: not penjing-opt %t/model.mlir --pj-quantize="rule=up" 2>&1 | FileCheck %s --check-prefix=RULE
// RUN: not penjing-opt %t/model.mlir --pj-quantize="clip=median" 2>&1 | FileCheck %s --check-prefix=CLIP
// RUN: not penjing-opt %t/model.mlir --pj-quantize="target=abacus" 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not penjing-opt %t/finite.mlir --pj-quantize="skip=conv9" 2>&1 | FileCheck %s --check-prefix=SKIP
// RUN: not penjing-opt %t/finite.mlir --pj-quantize="layers=conv9" 2>&1 | FileCheck %s --check-prefix=LAYERS
// RUN: not penjing-opt %t/model.mlir --pj-quantize 2>&1 | FileCheck %s --check-prefix=INFINITE
// BITS: requires option "bits" to be an integer in [2, 8], but got "9"
// ACTIVATION: requires option "activation-bits" to be an integer in [2, 8], but got "one"
// RULE: requires option "rule" to be nearest or floor, but got "up"
// CLIP: requires option "clip" to be minmax, percentile, mse or sigma, but got "median"
// TARGET: abacus
// LAYERS: requires option "layers" to name nodes of the model, but found none called "conv9"
// SKIP: requires option "skip" to name nodes of the model, but found none called "conv9"
// INFINITE: requires finite weights to quantize, but got others in @w

//--- model.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[1.0, 0x7F800000], [1.0, 1.0]]> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

//--- finite.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}
