// The leading dimension gets a fixed size.
// RUN: penjing-opt %s --pj-bind-batch="size=64" -split-input-file | FileCheck %s

// The documented example.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: tensor<64x4xf32>) -> tensor<64x4xf32> {
// CHECK: pj.relu %[[X]] : (tensor<64x4xf32>) -> tensor<64x4xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<?x4xf32, #pj.dims<[N] -> [N]>>)
      -> tensor<?x4xf32, #pj.dims<[N] -> [N]>> attributes {pj.dims = ["N"]} {
    %y = pj.relu %x : (tensor<?x4xf32, #pj.dims<[N] -> [N]>>) -> tensor<?x4xf32, #pj.dims<[N] -> [N]>>
    return %y : tensor<?x4xf32, #pj.dims<[N] -> [N]>>
  }
}

// -----

// A model exported for one image: numbers that repeat the batch follow it, the
// other argument and the weights do not change.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%{{.*}}: tensor<64x2x4xf32>, %{{.*}}: tensor<3xf32>) -> tensor<64x3xf32>
// CHECK: pj.slice %{{.*}} {offsets = array<i64: 0, 0, 1>, sizes = array<i64: 64, 2, 2>
// CHECK: pj.reshape %{{.*}} {shape = array<i64: 64, -1>}
// CHECK: pj.matmul %{{.*}} : (tensor<64x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<64x3xf32>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  pj.param @w : tensor<4x3xf32> {role = #pj.role<weight>, trainable, init = #pj.init<ones>}
  func.func @main(%x: tensor<1x2x4xf32>, %b: tensor<3xf32>) -> tensor<1x3xf32> {
    %w = pj.use @w : tensor<4x3xf32>
    %s = pj.slice %x {offsets = array<i64: 0, 0, 1>, sizes = array<i64: 1, 2, 2>, strides = array<i64: 1, 1, 1>}
        : (tensor<1x2x4xf32>) -> tensor<1x2x2xf32>
    %f = pj.reshape %s {shape = array<i64: 1, -1>} : (tensor<1x2x2xf32>) -> tensor<1x4xf32>
    %y = pj.matmul %f, %w, %b : (tensor<1x4xf32>, tensor<4x3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
    return %y : tensor<1x3xf32>
  }
}

// -----

// Other names stay names, also where they depend on the batch.
// CHECK-LABEL: func.func @main
// CHECK-SAME: tensor<64x?x128xf32, #pj.dims<[H] -> [H]>>
// CHECK-SAME: attributes {pj.dims = ["H"]}
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  func.func @main(%x: tensor<?x?x?xf32, #pj.dims<[H, N] -> [N, H, N * 2]>>)
      -> tensor<?x?x?xf32, #pj.dims<[H, N] -> [N, H, N * 2]>> attributes {pj.dims = ["N", "H"]} {
    return %x : tensor<?x?x?xf32, #pj.dims<[H, N] -> [N, H, N * 2]>>
  }
}
