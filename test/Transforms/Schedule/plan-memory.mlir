// RUN: penjing-opt %s --pj-assign-layouts=target=x86-64-v4 --pj-plan-memory | FileCheck %s

module attributes {pj.form = #pj.form<scheduled>, pj.version = 1 : i32} {
  // The first value is dead when the third is written: two buffers of 128 + 64 bytes.
  // CHECK-LABEL: func.func @dead_values_share_memory
  // CHECK-SAME: pj.arena = 384
  func.func @dead_values_share_memory(%x: tensor<1x32xf32>, %w: tensor<32x32xf32>) -> tensor<1x32xf32> {
    // CHECK: pj.matmul {{.*}}arena at 0 strides
    %0 = pj.matmul %x, %w : (tensor<1x32xf32>, tensor<32x32xf32>) -> tensor<1x32xf32>
    // CHECK: pj.matmul {{.*}}arena at 192 strides
    %1 = pj.matmul %0, %w : (tensor<1x32xf32>, tensor<32x32xf32>) -> tensor<1x32xf32>
    // CHECK: pj.matmul {{.*}}arena at 0 strides
    %2 = pj.matmul %1, %w : (tensor<1x32xf32>, tensor<32x32xf32>) -> tensor<1x32xf32>
    // In place: its operand dies here.
    // CHECK: pj.relu {{.*}}arena at 0 strides
    %3 = pj.relu %2 : (tensor<1x32xf32>) -> tensor<1x32xf32>
    // CHECK: pj.matmul {{.*}}result at 0 strides
    %4 = pj.matmul %3, %w : (tensor<1x32xf32>, tensor<32x32xf32>) -> tensor<1x32xf32>
    return %4 : tensor<1x32xf32>
  }
}
