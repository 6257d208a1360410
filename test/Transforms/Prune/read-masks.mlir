// pj-read-masks: its documented example, then a weight with too few zeros.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-read-masks="at-least=0.5" | FileCheck %t/example.mlir
// RUN: penjing-opt %t/example.mlir --pj-read-masks="at-least=0.6" | FileCheck %t/example.mlir --check-prefix=FEW
// RUN: not penjing-opt %t/example.mlir --pj-read-masks="at-least=2" 2>&1 | FileCheck %t/example.mlir --check-prefix=OPTION

//--- example.mlir
// CHECK: pj.form = #pj.form<decided>
// FEW: pj.form = #pj.form<float>
// FEW-NOT: pj.masked
// OPTION: requires option "at-least" in [0, 1], but got "2"
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2x2xf32> {role = #pj.role<weight>, trainable,
      value = dense<[[1.0, 0.0], [0.0, 0.4]]> : tensor<2x2xf32>}
  func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
    // CHECK: pj.masked
    %w = pj.use @w : tensor<2x2xf32>
    %y = pj.matmul %x, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    return %y : tensor<1x2xf32>
  }
}
// CHECK: w_mask: "0x4000000001000001"
