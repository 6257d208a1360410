// The ops of a search space print as what they were read from.
// RUN: penjing-opt %s | penjing-opt | FileCheck %s
!image = tensor<?x?x?x?xf32, #pj.dims<[C, H, N, W] -> [N, C, H, W]>>
!wider = tensor<?x?x?x?xf32, #pj.dims<[H, N, W, count] -> [N, count, H, W]>>
!a = tensor<1x?x8x8xf32, #pj.dims<[layer1.count] -> [layer1.count]>>
!more = tensor<1x?x8x8xf32, #pj.dims<[layer1.count] -> [layer1.count + 3]>>
!in = tensor<1x?x8x8xf32, #pj.dims<[in] -> [in]>>

// CHECK: module attributes {pj.form = #pj.form<float>
module attributes {pj.form = #pj.form<float>, pj.version = 1 : i32} {
  // CHECK: pj.size @count [8, 16]
  pj.size @count [8, 16]
  // CHECK: pj.size @height [1, 3] {sym_visibility = "private"}
  pj.size @height [1, 3] {sym_visibility = "private"}
  // CHECK: pj.decision @conv1.width {decides = #pj.decides<width>, layers = ["conv1", "conv2"], options = ["0.5", "1.0"]}
  pj.decision @conv1.width {decides = #pj.decides<width>, layers = ["conv1", "conv2"], options = ["0.5", "1.0"]}
  // CHECK: pj.decision @conv1.sparsity {block = "16x1", decides = #pj.decides<sparsity>
  pj.decision @conv1.sparsity {decides = #pj.decides<sparsity>, block = "16x1", layers = ["conv1"], options = ["0", "0.5"]}

  // CHECK-LABEL: @layer
  func.func private @layer(%x: !image) -> !wider attributes {pj.dims = ["N", "C", "H", "W"]} {
    // CHECK: pj.conv_layer %{{.*}} {bias, kernel = [@height, 3], name = "first"} : (
    %0 = pj.conv_layer %x {kernel = [@height, 3], bias, name = "first"} : (!image) -> !wider
    // CHECK: pj.conv_layer %{{.*}} {depthwise, kernel = [5, 5]} : (
    %1 = pj.conv_layer %0 {kernel = [5, 5], depthwise} : (!wider) -> !wider
    // CHECK: pj.batch_norm_layer %{{.*}} {epsilon = 1.000000e-03 : f64} : tensor
    %2 = pj.batch_norm_layer %1 {epsilon = 1.0e-3 : f64} : !wider
    return %2 : !wider
  }

  // CHECK-LABEL: @main
  func.func @main(%x: tensor<1x3x8x8xf32>, %f: tensor<1x4xf32>) -> (!in, tensor<1x2xf32>) {
    // CHECK: %[[A:.*]] = pj.apply @layer(%{{.*}}) as @layer1 : (tensor<1x3x8x8xf32>) -> tensor<1x?x8x8xf32, #pj.dims<[layer1.count] -> [layer1.count]>>
    %a = pj.apply @layer(%x) as @layer1 : (tensor<1x3x8x8xf32>) -> !a
    // CHECK:      %[[C:.*]] = pj.choice @skip varies ["in"] : tensor<1x?x8x8xf32, #pj.dims<[in] -> [in]>>
    // CHECK-NEXT: case no {
    // CHECK-NEXT:   pj.yield %[[A]] : tensor<1x?x8x8xf32, #pj.dims<[layer1.count] -> [layer1.count]>>
    // CHECK-NEXT: }
    // CHECK-NEXT: case "3x" {
    %c = pj.choice @skip varies ["in"] : !in
      case no {
        pj.yield %a : !a
      }
      case "3x" {
        %0 = pj.concat %a, %x {axis = 1 : i32} : (!a, tensor<1x3x8x8xf32>) -> !more
        pj.yield %0 : !more
      }
    // CHECK:      pj.stack @depth [0, 2] %[[C]] : tensor<1x?x8x8xf32, #pj.dims<[in] -> [in]>> {
    // CHECK-NEXT: ^bb0(%[[K:.*]]: tensor<1x?x8x8xf32, #pj.dims<[in] -> [in]>>):
    %s = pj.stack @depth [0, 2] %c : !in {
    ^bb0(%k: !in):
      // CHECK: pj.zeros_like %[[K]] : tensor
      %0 = pj.zeros_like %k : !in
      pj.yield %0 : !in
    }
    // CHECK: pj.linear_layer %{{.*}} {no_bias} : (tensor<1x4xf32>) -> tensor<1x2xf32>
    %l = pj.linear_layer %f {no_bias} : (tensor<1x4xf32>) -> tensor<1x2xf32>
    return %s, %l : !in, tensor<1x2xf32>
  }
}
