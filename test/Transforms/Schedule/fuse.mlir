// RUN: penjing-opt %s --pj-fuse --split-input-file --verify-diagnostics | FileCheck %s

// CHECK: module attributes {pj.form = #pj.form<scheduled>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @activation_becomes_epilogue
  func.func @activation_becomes_epilogue(%x: tensor<1x4xf32>, %w: tensor<4x8xf32>) -> tensor<1x8xf32> {
    // CHECK: %[[F:.*]] = pj.fused : tensor<1x8xf32> {
    // CHECK-NEXT: pj.matmul
    // CHECK-NEXT: pj.relu
    // CHECK-NEXT: pj.yield
    // CHECK: return %[[F]]
    %0 = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
    %1 = pj.relu %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
    return %1 : tensor<1x8xf32>
  }
}

// -----

module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK-LABEL: func.func @value_with_two_uses_stays
  // CHECK-NOT: pj.fused
  func.func @value_with_two_uses_stays(%x: tensor<1x4xf32>, %w: tensor<4x8xf32>) -> (tensor<1x8xf32>, tensor<1x8xf32>) {
    %0 = pj.matmul %x, %w : (tensor<1x4xf32>, tensor<4x8xf32>) -> tensor<1x8xf32>
    %1 = pj.relu %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>
    return %0, %1 : tensor<1x8xf32>, tensor<1x8xf32>
  }
}

// -----

#batch = #pj.dims<[N] -> [N]>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // expected-error @below {{requires static shapes; run pj-split-samples first}}
  func.func @dynamic(%x: tensor<?x4xf32, #batch>) -> tensor<?x4xf32, #batch> attributes {pj.dims = ["N"]} {
    %y = pj.relu %x : (tensor<?x4xf32, #batch>) -> tensor<?x4xf32, #batch>
    return %y : tensor<?x4xf32, #batch>
  }
}
