// pj-remove-unused-parameters: its documented example, then a use that nobody reads.
// RUN: split-file %s %t
// RUN: penjing-opt %t/example.mlir --pj-remove-unused-parameters | FileCheck %t/example.mlir
// RUN: penjing-opt %t/unread.mlir --pj-remove-unused-parameters | FileCheck %t/unread.mlir

//--- example.mlir
// CHECK-NOT: pj.param
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense<3.0> : tensor<2xf32>}
  func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    return %x : tensor<2xf32>
  }
}


//--- unread.mlir
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK: pj.param @v
  // CHECK-NOT: @w
  pj.param @v : tensor<2xf32> {role = #pj.role<weight>, value = dense<3.0> : tensor<2xf32>}
  pj.param @w : tensor<2xf32> {role = #pj.role<weight>, value = dense<[3.0, 2.0]> : tensor<2xf32>}
  func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
    %w = pj.use @w : tensor<2xf32>
    %v = pj.use @v : tensor<2xf32>
    return %v : tensor<2xf32>
  }
}
