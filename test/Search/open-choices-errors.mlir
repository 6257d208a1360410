// What pj-open-choices refuses.
// RUN: split-file %s %t
// RUN: not penjing-opt %t/model.mlir --pj-open-choices="widths=0,1" 2>&1 | FileCheck %s --check-prefix=WIDTHS
// RUN: not penjing-opt %t/model.mlir --pj-open-choices="sparsity=0,1" 2>&1 | FileCheck %s --check-prefix=SPARSITY
// RUN: not penjing-opt %t/model.mlir --pj-open-choices="bits=float,9" 2>&1 | FileCheck %s --check-prefix=BITS
// RUN: not penjing-opt %t/model.mlir --pj-open-choices="bits=8,8" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not penjing-opt %t/model.mlir --pj-open-choices="sparsity=0,0.5 block=0x1" 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: not penjing-opt %t/model.mlir --pj-open-choices="bits=float,8 skip=conv9" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not penjing-opt %t/decided.mlir --pj-open-choices="bits=float,8" 2>&1 | FileCheck %s --check-prefix=FORM
// WIDTHS: requires option "widths" in (0, 1], but got "0"
// SPARSITY: requires option "sparsity" in [0, 1), but got "1"
// BITS: requires option "bits" to be an integer in [2, 8], but got "9"
// TWICE: requires option "bits" to list a value once, but got "8" twice
// BLOCK: requires option "block"
// NAME: requires option "skip" to name nodes of the model, but found none called "conv9"
// FORM: requires a module of form 'float', but got 'decided'; open a network before it is pruned or quantized

//--- model.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, value = dense<1.0> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}

//--- decided.mlir
module attributes {pj.form = #pj.form<decided>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    return %x : tensor<1x2xf32>
  }
}
