// What pj-prune-magnitude refuses.
// RUN: split-file %s %t
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude="alpha=0.1 sparsity=0.1" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude="alpha=1.5" 2>&1 | FileCheck %s --check-prefix=ALPHA
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude="sparsity=half" 2>&1 | FileCheck %s --check-prefix=SPARSITY
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude="alpha=0.1 scope=net" 2>&1 | FileCheck %s --check-prefix=SCOPE
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude="alpha=0.1 block=16x0" 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude="alpha=0.1 skip=conv9" 2>&1 | FileCheck %s --check-prefix=SKIP
// RUN: not penjing-opt %t/model.mlir --pj-prune-magnitude="alpha=0.1 layers=conv9" 2>&1 | FileCheck %s --check-prefix=LAYERS
// RUN: not penjing-opt %t/packed.mlir --pj-prune-magnitude="alpha=0.1" 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not penjing-opt %t/empty.mlir --pj-prune-magnitude="alpha=0.1" 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not penjing-opt %t/nan.mlir --pj-prune-magnitude="alpha=0.1" 2>&1 | FileCheck %s --check-prefix=NAN
// NONE: requires one of the options "alpha" and "sparsity", but got none
// BOTH: requires one of the options "alpha" and "sparsity", but got both
// ALPHA: requires option "alpha" in [0, 1], but got "1.5"
// SPARSITY: requires option "sparsity" in [0, 1], but got "half"
// SCOPE: requires option "scope" to be layer or global, but got "net"
// BLOCK: requires option "block" to be a block such as 16x4 with sides from 1 to 256, but got "16x0"
// LAYERS: requires option "layers" to name nodes of the model, but found none called "conv9"
// SKIP: requires option "skip" to name nodes of the model, but found none called "conv9"
// FORM: requires a module of form 'float' or 'decided', but got 'packed'
// EMPTY: requires float32 weights with values to prune, but got @w of type 'tensor<2x2xf32>'
// NAN: requires finite weights to prune, but got others in @w

//--- model.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

//--- packed.mlir
module attributes {pj.form = #pj.form<packed>, pj.version = 1 : i32} {
}

//--- empty.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, init = #pj.init<zeros>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

//--- nan.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<[[1.0, 0x7FC00000], [1.0, 1.0]]> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}
